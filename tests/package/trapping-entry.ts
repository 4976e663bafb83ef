// The package's engine and policies around the module that fails when it is told to. Bundled by trapping.mjs.

import { readFileSync } from 'node:fs';

import * as glue from '../../pkg/trapping.js';
import { openFull } from '../../js/src/changes.js';
import { Engine } from '../../js/src/engine.js';
import { atOnce } from '../../js/src/host/host.js';
import type { FullGlue } from '../../js/src/policy.js';

interface TrapGlue extends FullGlue {
  trap(how: string): number;
}

const host = atOnce('deciding', () => new WebAssembly.Module(readFileSync(process.env.TRAPPING_WASM as string)));

export const engine = new Engine(glue as unknown as TrapGlue, host.module);
export const open = (image: Uint8Array) => openFull(engine, image);
export const trap = (how: string) => engine.run('trap', (it) => it.trap(how));
