import type { Diagnostic, Refusal } from './types.js';
import type { RosterFinding } from './workflow.js';

/** The codes of {@link TollgateError}: what the caller did wrong, or what befell the engine. */
export type ErrorCode =
  /** An argument is missing, unknown or of the wrong type. */
  | 'BAD_CALL'
  /** `now` is no instant with its offset. */
  | 'BAD_INSTANT'
  /** An argument is no JSON that every program reads alike, or too large. */
  | 'BAD_JSON'
  /** The files do not compile; `diagnostics` says why. */
  | 'BROKEN_POLICY'
  /** The bytes are no compiled policy, or one of another version of the engine. */
  | 'BAD_IMAGE'
  /** The roster does not fit the policy; `findings` says why. */
  | 'ROSTER_UNFIT'
  /** An event of a history does not follow the ones before it. */
  | 'BAD_HISTORY'
  /** A scenario is at fault itself. */
  | 'BAD_SCENARIO'
  /** A monitor is not what `arm` or the last `observe` gave. */
  | 'BAD_MONITOR'
  /** The policy has no such metric. */
  | 'UNKNOWN_METRIC'
  /** A report of this kind cannot give a metric its values, or not in these words. */
  | 'WRONG_KIND'
  /** In a browser: `await load()` comes first. */
  | 'NOT_LOADED'
  /** The module could not be fetched or compiled. */
  | 'LOAD_FAILED'
  /** The policy was released. */
  | 'RELEASED'
  /** The engine itself failed. It is started anew: the next call works. */
  | 'ENGINE_FAILED'
  | TrailErrorCode;

/** What keeps a trail from going on. */
export type TrailErrorCode =
  /** Somebody else writes to the store. */
  | 'STORE_LOCKED'
  /** The store is an export: what is written to it would fork the log. */
  | 'EXPORTED_COPY'
  /** What is in the store was altered; the message names the place. */
  | 'STORE_DAMAGED'
  /** Writing failed: what was written last may or may not be there. The store is to be opened again. */
  | 'STORE_FAILED'
  /** There is an entry at this index, or none before it. */
  | 'STORE_EXISTS'
  /** The store, or the trail, is closed. */
  | 'CLOSED'
  /** The trail does not hold; the message says at which entry and why. */
  | 'TRAIL_BROKEN'
  /** The trail is older than a checkpoint that was kept: its end was cut off, or it is an old copy. */
  | 'TRAIL_STALE'
  /** The trail has not begun, or has. */
  | 'NOT_BEGUN'
  | 'BEGUN_TWICE'
  /** No signer holds a key that must sign. */
  | 'SIGNER_MISSING'
  /** A decision of a person takes their own signature. */
  | 'SIGNATURE_REQUIRED'
  /** A statement does not count, or is about a request that is another one now. */
  | 'STATEMENT'
  | 'STALE_STATEMENT'
  /** A policy cannot be adopted: who asks for an open change that it would judge more lightly does not adopt it. */
  | 'SOD_EASES'
  | 'OTHER_POLICY'
  | 'OTHER_ROSTER'
  | 'OPEN_CHANGES'
  | 'STALE_CHANGE'
  | 'BAD_HEAD'
  /** A pin is no checkpoint, or the log's key has not signed it. */
  | 'BAD_PIN'
  | 'BAD_KEY'
  /** A pin, or a bundle, is of another log. */
  | 'OTHER_LOG'
  /** An id names somebody: a mail address, or a name with a space. */
  | 'PERSONAL_ID'
  /** What would be done hangs on personal data, which is kept beside the trail: the request is to be edited first. */
  | 'NEEDS_PERSONAL_DATA'
  | 'BAD_CHECKPOINT'
  /** An entry is not among those that a checkpoint signs. */
  | 'NO_ENTRY'
  /** The entries are fewer than a checkpoint signs, or others. */
  | 'STALE'
  | 'BROKEN'
  /** The clock of the host is behind the last entry. */
  | 'CLOCK_WENT_BACK'
  /** An entry would not follow. */
  | 'UNSIGNED'
  | 'SIGNATURE'
  | 'UNKNOWN_KEY'
  | 'KEY_KNOWN'
  | 'LAST_KEY'
  | 'ROLES'
  | 'THRESHOLD'
  | 'NOT_HELD'
  | 'BODY'
  | 'ENVELOPE'
  /** No entry has room for what is said: it is refused before anybody signs it. */
  | 'ENTRY_TOO_LARGE'
  | 'STATEMENT_TOO_LARGE'
  | 'REASON_TOO_LONG'
  /** Entries make no file that a deployment job could go by. */
  | 'BAD_APPROVAL'
  /** Nothing goes on with a change that has ended. */
  | 'CLOSED_CHANGE'
  | 'CHANGE_FORKED';

/**
 * Thrown for misuse only. What a policy says of a request, a denial or a fault of the request included, is an answer and is
 * not thrown.
 */
export class TollgateError extends Error {
  /** A stable word for programs. */
  readonly code: ErrorCode;
  /** The argument, as a path: `request.cvss`. */
  readonly path: string | undefined;
  /** The remedy, where there is one. */
  readonly help: string | undefined;
  /** What is wrong with the rule text; empty unless `code` is `BROKEN_POLICY`. */
  readonly diagnostics: readonly Diagnostic[];
  /** What is wrong with the roster; empty unless `code` is `ROSTER_UNFIT`. */
  readonly findings: readonly RosterFinding[];

  /** @internal */
  constructor(
    { code, message, path, help }: Refusal,
    { cause, diagnostics = [], findings = [] }: Besides = {},
  ) {
    super(help ? `${message} (${help})` : message, cause === undefined ? undefined : { cause });
    this.name = 'TollgateError';
    this.code = code as ErrorCode;
    this.path = path;
    this.help = help;
    this.diagnostics = diagnostics;
    this.findings = findings;
  }
}

interface Besides {
  cause?: unknown;
  diagnostics?: readonly Diagnostic[];
  findings?: readonly RosterFinding[];
}
