// The modules as a Node program loads them: from their files, synchronously.

import { readFileSync } from 'node:fs';

import * as decide from '../../pkg/decide.js';
import * as engine from '../../pkg/tollgate.js';

const bytes = (name) => readFileSync(new URL(`../../pkg/${name}_bg.wasm`, import.meta.url));
engine.initSync({ module: bytes('tollgate') });
decide.initSync({ module: bytes('decide') });

export { decide, engine };

/** Makes one call of the whole engine; a call that is a text is sent as it is. */
export const ask = (name, call) => JSON.parse(engine[name](typeof call === 'string' ? call : JSON.stringify(call)));
