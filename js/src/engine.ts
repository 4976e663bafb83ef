// One instance of the engine's module: calls it, and makes another when it has failed.

import { TollgateError } from './error.js';

/** What wasm-bindgen generates for a module. */
export interface Glue {
  initSync(options: { module: WebAssembly.Module }): unknown;
  /** Makes a new instance of the same module. */
  __wbg_reset_state(): void;
}

/** An instance that has taken so much memory is replaced before the next call: WebAssembly never gives memory back. */
const MOST_MEMORY_BYTES = 512 * 1024 * 1024;

/** Calls the exports of a module. Nothing of value lives in its instance, so any failure ends it and the next call has another. */
export class Engine<G extends Glue> {
  readonly #glue: G;
  readonly #module: () => WebAssembly.Module;
  #state: 'new' | 'running' | 'failed' = 'new';
  #memory: WebAssembly.Memory | undefined;

  /** Counts the instances: what one of them keeps, the next has not. */
  generation = 0;

  /** `module` gives the compiled module, or throws when it is not loaded yet. */
  constructor(glue: G, module: () => WebAssembly.Module) {
    this.#glue = glue;
    this.#module = module;
  }

  /** Makes the call `name`. What it refuses is an answer; what breaks the engine is thrown as `ENGINE_FAILED`. */
  run<T>(name: string, work: (glue: G) => T): T {
    this.#start();
    try {
      return work(this.#glue);
    } catch (error) {
      this.#state = 'failed';
      throw failure(name, error);
    }
  }

  /** Makes the call `name` with one JSON text and reads its answer. */
  ask(name: keyof G & string, call: object): unknown {
    const text = JSON.stringify(call);
    return JSON.parse(this.run(name, (glue) => (glue[name] as (text: string) => string)(text)));
  }

  #start(): void {
    const isLarge = (this.#memory?.buffer.byteLength ?? 0) > MOST_MEMORY_BYTES;
    if (this.#state === 'running' && !isLarge) return;
    const module = this.#module();
    try {
      if (this.#state !== 'new') this.#glue.__wbg_reset_state();
      // Where an instance is there already, this returns its exports.
      this.#memory = (this.#glue.initSync({ module }) as { memory: WebAssembly.Memory }).memory;
    } catch (error) {
      throw failure('start', error);
    }
    this.generation += 1;
    this.#state = 'running';
  }
}

function failure(name: string, error: unknown): TollgateError {
  const said = error instanceof Error ? error.message : String(error);
  const message = `the engine failed in \`${name}\`: ${said}`;
  return new TollgateError({ code: 'ENGINE_FAILED', message, help: 'it is started anew: the next call works' }, { cause: error });
}
