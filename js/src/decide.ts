/**
 * Deciding by policies that are compiled already: a third of the bytes.
 *
 * @module tollgate/decide
 */

import * as glue from '../../pkg/decide.js';
import { host } from '#host/decide';

import type { CompiledPolicy, PolicyOpener } from './api.js';
import { Engine } from './engine.js';
import { type DecideGlue, openImage } from './policy.js';

export type * from './api.js';
export type * from './types.js';
export { type ErrorCode, TollgateError } from './error.js';

const engine = new Engine(glue as unknown as DecideGlue, host.module);

/** Makes policies from what the compiler made of their rule files. */
export const Policy: PolicyOpener = { open: (image) => openImage(engine, image) };
/** A policy, ready to decide. */
export type Policy = CompiledPolicy;

/**
 * Fetches and compiles the module: needed once in a browser, before anything else. In Node the module is read from its file
 * when it is first needed, and this does nothing that would not happen anyway.
 *
 * @param from where the module is, or its bytes, where that is not the file beside this one
 * @throws {TollgateError} `LOAD_FAILED`
 */
export const load: (from?: string | URL | BufferSource | WebAssembly.Module) => Promise<void> = host.load;

/** The version of the engine, as in `0.1.0`. */
export const version = (): string => engine.run('version', (it) => it.version());
