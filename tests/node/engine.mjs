// The module as a Node program loads it: from its file, synchronously.

import { readFileSync } from 'node:fs';

import * as engine from '../../pkg/tollgate.js';

engine.initSync({ module: readFileSync(new URL('../../pkg/tollgate_bg.wasm', import.meta.url)) });

export { engine };
