import wasm from '#wasm/decide';

import { atOnce } from './host.js';

export const host = atOnce('deciding', () => new WebAssembly.Module(Uint8Array.from(atob(wasm), (char) => char.charCodeAt(0))));
