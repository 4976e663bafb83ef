/**
 * Everything: reading rule text, deciding by it, and leading changes through their lives.
 *
 * @module tollgate
 */

import * as glue from '../../pkg/tollgate.js';
import { host } from '#host/full';

import type { Change, ChangeEvent, Period } from './change.js';
import { compileFiles, openFull, withoutPolicy } from './changes.js';
import { Engine } from './engine.js';
import { TollgateError } from './error.js';
import type { FreeWindowsOptions, FullPolicy, PolicyMaker } from './life.js';
import { bad, checkOptions } from './plain.js';
import { checkFile, checkFiles } from './policy.js';
import { exportNotice } from './trail/exported.js';
import { askApproval as ask } from './trail/moving.js';
import type { TrailGlue } from './trail/reading.js';
import { seedSigner as signerOfSeed } from './trail/signing.js';
import type { Signer, TrailStore } from './trail/store.js';
import { openTrail as openIn } from './trail/trail.js';
import { readTrail as readIn, verifyTrail as verifyIn } from './trail/verifying.js';
import type { ApprovalAnswer, ApprovalQuestion, Trail, TrailCheck, TrailEntry, TrailOptions, VerifyOptions } from './trail/types.js';
import type { CheckAnswer, FormatAnswer, Refusal, RuleFile, TestAnswer } from './types.js';
import type { Register } from './workflow.js';

export type * from './api.js';
export type * from './change.js';
export type * from './life.js';
export type * from './trail/store.js';
export type * from './trail/types.js';
export type * from './types.js';
export type * from './watch.js';
export type * from './workflow.js';
export { exportNotice };
export { type ErrorCode, TollgateError, type TrailErrorCode } from './error.js';

const engine = new Engine(glue as unknown as TrailGlue, host.module);

/** Makes policies: from rule files, or from what the compiler made of them. */
export const Policy: PolicyMaker = {
  compile: (files) => compileFiles(engine, files),
  open: (image) => openFull(engine, image),
};
/** A policy, ready to decide and to lead changes through their lives. */
export type Policy = FullPolicy;

/**
 * Fetches and compiles the module: needed once in a browser, before anything else. In Node the module is read from its file
 * when it is first needed, and this does nothing that would not happen anyway.
 *
 * @param from where the module is, or its bytes, where that is not the file beside this one
 * @throws {TollgateError} `LOAD_FAILED`
 */
export const load: (from?: string | URL | BufferSource | WebAssembly.Module) => Promise<void> = host.load;

/**
 * Finds every mistake in a policy, and what its `unique` tables and promises leave open.
 *
 * @param options.searchBudget how many requests are tried for each `unique` table and each promise; 0 leaves that out
 */
export function check(files: readonly RuleFile[], options: { searchBudget?: number } = {}): CheckAnswer {
  checkOptions(options, 'options', ['searchBudget']);
  const { searchBudget } = options;
  if (searchBudget !== undefined && !(Number.isSafeInteger(searchBudget) && searchBudget >= 0)) {
    throw bad('searchBudget', '`searchBudget` must be a whole number from 0');
  }
  const budget = searchBudget === undefined ? {} : { search_budget: searchBudget };
  return answered(engine.ask('check', { files: checkFiles(files), ...budget }));
}

/** Lays one rule file out. Text that does not parse comes back as it was, with its faults. */
export function format(file: RuleFile): FormatAnswer {
  return answered(engine.ask('format', checkFile(file, 'file')));
}

/**
 * Runs the tests written in a policy.
 *
 * @param options.only only tests whose name contains this
 */
export function test(files: readonly RuleFile[], options: { only?: string } = {}): TestAnswer {
  checkOptions(options, 'options', ['only']);
  const { only } = options;
  if (only !== undefined && typeof only !== 'string') throw bad('only', '`only` must be a text');
  return answered(engine.ask('test', { files: checkFiles(files), ...(only === undefined ? {} : { only }) }));
}

const lives = withoutPolicy(engine);

/**
 * Returns the change that a history says; null for an empty one. `next` gives events to store, and this makes of them what
 * `next` takes.
 *
 * @throws {TollgateError} `BAD_HISTORY` where an event does not follow.
 */
export const fold = (events: readonly ChangeEvent[]): Change | null => lives.fold(events);

/**
 * Returns the ids of the changes that a freeze would hold.
 *
 * @param options.spares classes that it does not hold
 */
export const freezePreview = (register: Register, freeze: Period, options: { spares?: readonly string[] } = {}): string[] =>
  lives.freezePreview(register, freeze, options);

/** Returns the windows in which nothing else is planned on a component, what it is part of and its parts, and no freeze is declared. */
export const freeWindows = (register: Register, options: FreeWindowsOptions): Period[] => lives.freeWindows(register, options);

/**
 * Opens the trail in a store: checks every entry, and takes up the changes that they say.
 *
 * @throws {TollgateError} `TRAIL_BROKEN` and `TRAIL_STALE`, where the store is left as it is; `STORE_LOCKED`, `STORE_DAMAGED`.
 */
export const openTrail = (options: TrailOptions): Promise<Trail> => openIn(engine, options);

/** Checks the trail in a store that somebody else may be writing to. */
export const verifyTrail = (options: VerifyOptions & { store: TrailStore }): Promise<TrailCheck> => verifyIn(engine, options);

/** Reads the entries of a store that somebody else may be writing to. They are not judged: that is what `verifyTrail` does. */
export const readTrail = (options: { store: TrailStore; from?: number; to?: number }): AsyncIterable<TrailEntry> => readIn(options);

/**
 * Asks by the file of an approval (`trail.approval`) whether a deployment may begin: for a job that has no trail, no server and no network. The
 * file is held against the log that the job knows, against its facts and its clock, and everything in it is decided again.
 *
 * @throws {TollgateError} `BAD_CALL`, `BAD_INSTANT` where the job is wrong. A file that does not hold is an answer: it denies.
 */
export const askApproval = (approval: string, options: ApprovalQuestion): ApprovalAnswer => ask(engine, approval, options);

/** Makes a signer of the 32 bytes of an Ed25519 seed, for jobs and tests: the module signs. Keep the seed where only its owner reads it. */
export const seedSigner = (seed: Uint8Array): Signer => signerOfSeed(engine, seed);

/** The answer, unless it says that the call was wrong. */
function answered<T>(answer: unknown): T {
  const { error, diagnostics } = answer as { error?: Refusal; diagnostics?: unknown };
  if (error && !diagnostics) throw new TollgateError(error);
  return answer as T;
}

/** The version of the engine, as in `0.1.0`. */
export const version = (): string => engine.run('version', (it) => it.version());
