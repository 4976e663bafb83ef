// Where a module comes from. Each entry of the package is built with one of the hosts beside this file.

import { TollgateError } from '../error.js';

/** What `load` takes. */
export type From = string | URL | BufferSource | WebAssembly.Module;

/** Where a module comes from. */
export interface Host {
  /** The compiled module, at once. */
  module(): WebAssembly.Module;
  /** Gets the module ready. */
  load(from?: From): Promise<void>;
}

/** A host that gets its module without waiting. */
export function atOnce(compile: () => WebAssembly.Module): Host {
  let compiled: WebAssembly.Module | undefined;
  const module = () => (compiled ??= compile());
  return {
    module,
    async load(from) {
      if (from === undefined) module();
      else compiled ??= await compiledFrom(from);
    },
  };
}

/** A host that fetches its module, and has it once that is done. */
export function fetched(address: URL): Host {
  let compiled: WebAssembly.Module | undefined;
  let loading: Promise<WebAssembly.Module> | undefined;
  return {
    module() {
      if (compiled) return compiled;
      throw new TollgateError({ code: 'NOT_LOADED', message: 'the engine is not loaded yet', help: '`await load()` comes first' });
    },
    async load(from = address) {
      if (compiled) return;
      try {
        compiled = await (loading ??= compiledFrom(from));
      } finally {
        // What failed may be tried again.
        loading = undefined;
      }
    },
  };
}

async function compiledFrom(from: From): Promise<WebAssembly.Module> {
  if (from instanceof WebAssembly.Module) return from;
  try {
    if (typeof from !== 'string' && !(from instanceof URL)) return await WebAssembly.compile(from);
    const response = await fetch(from);
    if (!response.ok) throw new Error(`${response.url} answered with ${response.status}`);
    // A server that does not know the type `application/wasm` is no reason to fail.
    const isTyped = response.headers.get('content-type')?.startsWith('application/wasm');
    return await (isTyped ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new TollgateError({ code: 'LOAD_FAILED', message: `the engine's module cannot be used: ${said}` }, { cause: error });
  }
}
