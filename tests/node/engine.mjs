// The modules as a Node program loads them: from their files, synchronously.

import { readFileSync } from 'node:fs';

import * as decide from '../../pkg/decide.js';
import * as engine from '../../pkg/tollgate.js';

const bytes = (name) => readFileSync(new URL(`../../pkg/${name}_bg.wasm`, import.meta.url));
engine.initSync({ module: bytes('tollgate') });
decide.initSync({ module: bytes('decide') });

export { decide, engine };
