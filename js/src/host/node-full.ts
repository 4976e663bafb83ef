import { readFileSync } from 'node:fs';

import { atOnce } from './host.js';

export const host = atOnce('whole', () => new WebAssembly.Module(readFileSync(new URL('./tollgate.wasm', import.meta.url))));
