import wasm from '#wasm/tollgate';

import { atOnce } from './host.js';

export const host = atOnce('whole', () => new WebAssembly.Module(Uint8Array.from(atob(wasm), (char) => char.charCodeAt(0))));
