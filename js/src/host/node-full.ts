import { readFileSync } from 'node:fs';

import { atOnce } from './host.js';

export const host = atOnce(() => new WebAssembly.Module(readFileSync(new URL('./tollgate.wasm', import.meta.url))));
