// What the page asks of the worker that keeps the trail, and what that answers.

import type { Actor, Adoption, Change, Form, Json, JsonObject, Reason, Roster, RosterFinding, RuleFile, TrailCheck, TrailKey } from 'tollgate';

import type { CopyStanding } from '../store/trail/copy.ts';

export type { CopyStanding } from '../store/trail/copy.ts';

/** Where a trail stands, as far as this browser knows. */
export interface Look {
  readonly size: number;
  /** The log's name; null before it has begun. */
  readonly origin: string | null;
  /** Its identity. */
  readonly log: string | null;
  /** Who works in this browser. */
  readonly person: string | null;
  /** What was exported last. */
  readonly exported: { readonly size: number; readonly at: string } | null;
  /** What was put back from the second copy, after the browser gave its database up. */
  readonly restored: { readonly size: number; readonly at: string } | null;
  /** When the first entry was recorded that was not exported yet. */
  readonly unexportedSince: string | null;
  /** Whether it is kept twice, as whoever wrote last in this browser found; null where nobody has yet. */
  readonly copy: CopyStanding | null;
  readonly standing: Standing;
}

/** Whether this tab can add entries. */
export type Standing =
  /** Nothing has begun. */
  | { readonly kind: 'none' }
  /** It can: every entry was checked, and nobody else writes. */
  | { readonly kind: 'writing'; readonly keys: readonly OwnKey[]; readonly policy: Adopted | null; readonly people: People | null }
  /** Another tab of this browser writes. */
  | { readonly kind: 'elsewhere' }
  /** The key of the log is not in this browser. */
  | { readonly kind: 'keyless' }
  /** The trail does not hold, or cannot be read. */
  | { readonly kind: 'broken'; readonly fault: Fault };

/** A key of the log, and whether it is in this browser. */
export type OwnKey = TrailKey & { readonly isHere: boolean };

export interface Adopted {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly digest: string;
}

/** The roster in force, with what the policy in force calls roles and classes. */
export interface People {
  readonly roster: Roster;
  readonly roles: Form['roles'];
  readonly classes: Form['classes'];
}

/** What it would mean to put rules in force. */
export interface Proposal {
  readonly policy: Adopted;
  readonly replaces: Adopted | null;
  /** What is wrong with the roster under them: nothing more is known then. */
  readonly findings: readonly RosterFinding[];
  /** The open changes that they would judge more lightly. */
  readonly eases: readonly Eased[];
  /** Whether the root key signs, too. */
  readonly needsRoot: boolean;
  /** Who may sign, and whether their key is in this browser. */
  readonly authors: readonly Author[];
}

export type Eased = Adoption['eases'][number] & { readonly title: string | null };

export interface Author {
  readonly person: string;
  readonly isHere: boolean;
}

/** An entry in a line. */
export interface Line {
  readonly index: number;
  /** Its kind, or `purged`; null where it is no entry. */
  readonly type: string | null;
  /** ISO 8601. */
  readonly at: string | null;
  readonly who: Actor | null;
  /** The change that it is about, or who or what else. */
  readonly about: string | null;
  /** What happened, by the words of events. */
  readonly events: readonly string[];
  /** The command, of an entry about a change. */
  readonly command: string | null;
  /** Why a command was refused. */
  readonly codes: readonly string[];
}

/** An entry with all that is kept of it. */
export interface Detail {
  readonly line: Line;
  readonly stored: string;
  /** What it says, with what was taken out of it put back. */
  readonly entry: Json;
  /** The keys that signed it. */
  readonly signed: readonly string[];
  /** What was taken out and is not there any more. */
  readonly missing: readonly string[];
}

/** What came of a submission. */
export interface Handed {
  readonly ok: boolean;
  readonly id: string;
  /** The entry that says so. */
  readonly index: number;
  readonly change: Change | null;
  readonly reasons: readonly Reason[];
  readonly help: string | null;
}

export interface Beginning {
  readonly origin: string;
  readonly person: string;
  /** The second author of policies. */
  readonly other: string;
  readonly words: string;
  readonly roster: Roster;
  readonly files: readonly RuleFile[];
}

/** A file to save. */
export interface Saved {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The calls: what each takes and gives. */
export interface Calls {
  look: [{ takeOver: boolean }, Look];
  lines: [{ from: number }, Line[]];
  detail: [{ index: number }, Detail];
  begin: [Beginning, null];
  submit: [{ request: JsonObject }, Handed];
  enrol: [{ person: string; words: string; isAuthor: boolean }, null];
  propose: [{ files: readonly RuleFile[] }, Proposal];
  adopt: [{ files: readonly RuleFile[]; authors: readonly string[]; words: string | null }, null];
  findings: [{ roster: Roster }, readonly RosterFinding[]];
  setRoster: [{ roster: Roster }, null];
  recover: [{ person: string; words: string }, null];
  prove: [{ index: number }, Saved];
  pack: [{ disclosures: boolean }, Saved];
  unpack: [{ bytes: Uint8Array<ArrayBuffer> }, TrailCheck];
  verify: [{ pins: readonly string[]; redecide: boolean }, TrailCheck];
}

export type CallName = keyof Calls;

/** Asks for one call about the trail of a name. */
export interface Asked<Name extends CallName = CallName> {
  readonly id: number;
  readonly trail: string;
  readonly call: Name;
  readonly given: Calls[Name][0];
}

export interface Fault {
  readonly code: string;
  readonly message: string;
}

export type Told =
  | { readonly id: number; readonly kind: 'done'; readonly answer: unknown }
  | { readonly id: number; readonly kind: 'failed'; readonly fault: Fault }
  | { readonly id: number; readonly kind: 'progress'; readonly entries: number }
  /** Another tab has changed a trail, or taken it over. */
  | { readonly kind: 'changed'; readonly trail: string };
