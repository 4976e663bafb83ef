import { readFileSync } from 'node:fs';

import { atOnce } from './host.js';

export const host = atOnce('deciding', () => new WebAssembly.Module(readFileSync(new URL('./decide.wasm', import.meta.url))));
