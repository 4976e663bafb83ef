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

/** What tells the two modules apart: only the whole engine has this export. */
const WHOLE = 'compile';

/** Which of the modules a host is for. */
export type Kind = 'whole' | 'deciding';

/** A host that gets its module without waiting. */
export function atOnce(kind: Kind, compile: () => WebAssembly.Module): Host {
  let compiled: WebAssembly.Module | undefined;
  const module = () => (compiled ??= compile());
  return {
    module,
    async load(from) {
      if (from === undefined) module();
      else compiled ??= await compiledFrom(kind, from);
    },
  };
}

/** A host that fetches its module, and has it once that is done. */
export function fetched(kind: Kind, address: URL): Host {
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
        // Those who ask for the same wait for the same.
        compiled = await (from === address ? (loading ??= compiledFrom(kind, from)) : compiledFrom(kind, from));
      } finally {
        // What failed may be tried again.
        loading = undefined;
      }
    },
  };
}

/** The module of the right kind: another would be found out only when it is called, and then for good. */
async function compiledFrom(kind: Kind, from: From): Promise<WebAssembly.Module> {
  const module = from instanceof WebAssembly.Module ? from : await compile(from as string | URL | BufferSource);
  const names = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  if (names.has('decide') && names.has(WHOLE) === (kind === 'whole')) return module;
  const file = kind === 'whole' ? 'tollgate.wasm' : 'decide.wasm';
  throw new TollgateError({ code: 'LOAD_FAILED', message: 'this is another module than the one that this entry calls', path: 'from', help: `give ${file}` });
}

async function compile(from: string | URL | BufferSource): Promise<WebAssembly.Module> {
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
