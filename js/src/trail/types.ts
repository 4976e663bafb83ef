// What a trail can be asked.

import type { Actor, Change, ChangeState, Command, Reason } from '../change.js';
import type { FullPolicy } from '../life.js';
import type { Instant, Json, JsonObject, RuleFile } from '../types.js';
import type { GateAnswer, NextAnswer, Register, Roster } from '../workflow.js';
import type { Disclosure, SetAside, Signer, TrailStore } from './store.js';

/** What {@link openTrail} is given. */
export interface TrailOptions {
  /** Where it is kept. Nobody else writes there until the trail is closed. */
  store: TrailStore;
  /** The log's key: it signs every entry. */
  signer: Signer;
  /** Other keys that this host holds: of the root, of people. */
  signers?: readonly Signer[];
  /** Checkpoints that were kept elsewhere: a trail that is older than one of them, or another one, is refused. */
  pins?: readonly string[];
  /** The host's clock. */
  clock?: () => Date;
  /** Called now and then with the number of entries that were checked. */
  onProgress?: (entries: number) => void;
}

/** What is asked of a trail as a whole. */
export interface VerifyOptions {
  /** Checkpoints that were kept elsewhere: without one nothing shows that the end was not cut off. */
  pins?: readonly string[];
  /** Keys of witnesses, as C2SP signed-note writes them; those that the log has enrolled count anyway. */
  witnesses?: readonly string[];
  /** Bundles of handovers that others were given: a log that handed one change over twice shows. */
  beside?: readonly string[];
  /** Whether everything is decided again. */
  redecide?: boolean;
  /** Called now and then with the number of entries that were checked. */
  onProgress?: (entries: number) => void;
}

/** Who does something to a log, and who signs it beside the log's key. */
export interface TrailActOptions {
  actor: Actor;
  /** Keys beside those that the trail was opened with. */
  signers?: readonly Signer[];
}

/** The beginning of a log: its name and its root of trust. */
export interface Beginning {
  /** Its name, that of its checkpoints: a host name and a path, without a scheme. */
  origin: string;
  /** The root keys (base64 of SPKI), and how many of them must sign an enrolment. */
  root: { keys: readonly string[]; threshold: number };
  /** Who holds the log's key, where a person does: what they do needs no second signature. */
  person?: string;
}

/** What a key may sign. */
export type KeyRole = 'approver' | 'policy_author' | 'pipeline' | 'data_protection_officer' | 'witness';

/** A key that is enrolled: a person's or a program's. */
export interface KeyEnrolment {
  /** Base64 of its SPKI. */
  spki: string;
  roles: readonly KeyRole[];
  person?: string;
  machine?: string;
}

/** A key of a log. */
export interface TrailKey {
  /** The SHA-256 of its SPKI. */
  id: string;
  /** Base64 of its SPKI. */
  spki: string;
  roles: readonly (KeyRole | 'root' | 'log')[];
  person?: string;
  machine?: string;
  /** The entry that enrolled it: it counts for those after. */
  since: number;
  /** The entry from which it counts no more. */
  until?: number;
}

/** Something signed by whoever makes it, for this log to take in: an envelope (DSSE). */
export interface SignedStatement {
  payload: string;
  payloadType: string;
  signatures: readonly { keyid: string; sig: string }[];
}

/** What somebody is to sign themselves. */
export interface Statement {
  /** The payload, an in-toto statement. */
  payload: string;
  /** The bytes to sign: its pre-authentication encoding (DSSE). */
  bytes: Uint8Array;
  /** Has it signed. */
  signedBy(signer: Signer): Promise<SignedStatement>;
}

/**
 * What a statement is about: a command to a change, the adoption of a policy, what a gate answered a pipeline elsewhere, or what a data
 * protection officer asks for: that the personal data of somebody is erased, or a change purged whose time is over.
 */
export type StatementAbout =
  | { change: string; command: Command }
  | { adopt: readonly RuleFile[] }
  | { gate: string; facts: JsonObject; answer: GateAnswer }
  | { erase: string; reason: string }
  | { purge: string };

/** A policy as entries name it. */
export interface PolicyNamed {
  id: string;
  version: string;
  digest: string;
}

/** What it would mean to put a policy in force. */
export interface Adoption {
  policy: PolicyNamed;
  /** The one that it would take the place of; absent for the first. */
  replaces?: PolicyNamed;
  /** The open changes that it would judge more lightly. Whoever asks for one of them may not sign it (`SOD_EASES`). */
  eases: { change: string; requester: string }[];
  /** Whether root keys sign, too: its version is not higher. */
  needs_root: boolean;
}

/** Who gives a command, or the statement that they signed; and what the change knows of the others. */
export type TrailCommandOptions = { actor: Actor; register?: Register };

/** What is asked of a gate: who asks, and what the deployment job knows now. */
export type GateQuestion = { actor: Actor; facts?: JsonObject; register?: Register };

/** What a deployment job says that asks by the file of an approval. */
export interface ApprovalQuestion {
  /** The log that it must come from: its name and its identity, learned from whoever keeps it and pinned in the job. */
  log: LogName;
  /** How old the file may be, in milliseconds: what the log learned afterwards is not in it. */
  maxAgeMs: number;
  /** The clock of the job. The engine has none. */
  now: Instant;
  /** The change that is to be deployed; whatever the file is about where it is left out. */
  change?: string;
  /** What the job knows of what it is about to deploy. */
  facts?: JsonObject;
  /** What the change knows of the others; what the log said when it made the file, where it is left out. */
  register?: Register;
  /** Ids of keys that the job knows not to be trusted any more. */
  revoked?: readonly string[];
}

/** Whether a deployment may begin by the file of an approval. */
export interface ApprovalAnswer {
  ok: true;
  allow: boolean;
  /**
   * Every reason why not; none if it may: those of the gate, and `BAD_APPROVAL`, `OTHER_LOG`, `OTHER_CHANGE`, `STALE_APPROVAL`, `CLOCK_WENT_BACK`,
   * `KEY_REVOKED`, `DECIDED_OTHERWISE`.
   */
  reasons: Reason[];
  /** Where the change stands; null where the file says nothing that can be believed. */
  state: ChangeState | null;
  /** Marks that the change carries. */
  flags: string[];
  /** What the file proves; null where it proves nothing. */
  approval: Approved | null;
}

/** What the file of an approval proves: this request, under this policy, as of this head of the log. */
export interface Approved {
  change: string;
  /** The digest of its request, that votes are bound to. */
  request: string;
  revision: number;
  policy: { id: string; version: string; digest: string };
  /** When the log said so, by its clock. */
  as_of: Instant;
  /** How many entries the log had then, and the root of their tree. */
  size: number;
  root: string;
  /** How many commands were decided again: all of the change, in whatever log it was then. */
  decided_again: number;
  /** The logs that the change came through, in the order in which they gave it away; none where it began in this one. */
  came_through: LogName[];
}

/** What a gate answered, as it is on record. Where a pipeline reported it, `here` is what the log's own gate says to the same facts. */
export type GateRecorded = GateAnswer & { index: number; here?: GateAnswer };

/** What became of a command, and the entry that says so; null where nothing happened, or the host itself is at fault. */
export type TrailAnswer = NextAnswer & { index: number | null };

/** An entry, as stored and as it reads. */
export interface TrailEntry {
  index: number;
  /** The bytes that are hashed. */
  stored: string;
  /** What it says: the predicate of its statement; null where it was purged, or is none. */
  entry: { [member: string]: Json } | null;
}

/** A log, as others name it: its name and its identity. */
export interface LogName {
  origin: string;
  log: string;
}

/** What came of a check. */
export interface TrailCheck {
  /** Whether everything is there and holds. */
  ok: boolean;
  verdict: 'self-consistent' | 'pinned' | 'witnessed' | 'stale' | 'forked' | 'blob missing' | 're-decided differently' | 'other log' | 'bad pin' | 'broken' | 'empty';
  /** The verdict for people, in one line. */
  says: string;
  origin?: string;
  /** The log's identity. */
  log?: string;
  head?: { size: string; root: string };
  /** The key that its checkpoints and receipts are checked by, as C2SP signed-note writes it. */
  log_key?: string;
  /** When the first entry was recorded: what is told of is the period from then to `last_at`. */
  first_at?: Instant;
  /** When the last entry was recorded. */
  last_at?: Instant;
  /** The policy in force after it. */
  policy?: PolicyNamed;
  /** The largest head kept elsewhere that holds here. */
  pinned?: number;
  /** The largest head that witnesses have seen: how many of them, and when the last one did. */
  witnessed?: { size: number; witnesses: number; at: Instant };
  /** How many entries were purged, by the authority of others. */
  purged: number;
  /** How many pieces of personal data were erased. */
  erased: number;
  changes: number;
  open: number;
  /** How many more were handed over, and go on in other logs. */
  handed_over: number;
  /** How many commands were decided again. */
  decided_again?: number;
  /** The first fault; where it is about a pin, or a checkpoint that lies with the trail, its place among those given. */
  fault?: { index: number; code: string; message: string; pin?: number; checkpoint?: number };
  missing_blobs?: { index: number; digest: string }[];
  /** What came out otherwise than it is recorded. */
  differences?: { index: number; what: string; engine: string; engine_now: string; recorded?: Json; now?: Json }[];
  /** Logs that handed one change over twice: to whom, each time by which of its entries. */
  forks?: { change: string; log: LogName; one: [number, LogName]; other: [number, LogName] }[];
  /** The handovers in `beside` that this log was held against: of which log, by which of its entries, to which. */
  compared?: { change: string; from: LogName; index: number; to: LogName }[];
}

/**
 * A trail that is open: every change is what its entries say, and every command becomes an entry before it is answered. Calls
 * are served one after the other.
 *
 * Each method that makes an entry throws a {@link TollgateError}: `NOT_BEGUN`; `SIGNER_MISSING` where no signer holds a key that
 * must sign; `STORE_FAILED` where it is not known whether the entry is kept: open the trail again; and the word of what does not
 * follow, such as `UNSIGNED` or `ROLES`.
 */
export interface Trail {
  /** How many entries there are. */
  readonly size: number;
  /** The log's name; null before it has begun. */
  readonly origin: string | null;
  /** The log's identity. */
  readonly log: string | null;
  /** The policy in force. */
  readonly policy: FullPolicy | null;
  /** Its keys, in the order of their enrolment; those that count no more among them. */
  readonly keys: readonly TrailKey[];
  /** The logs that changes may be taken over from. */
  readonly peers: readonly LogName[];
  /** The roster in force. */
  readonly roster: Roster | null;
  /** What a crash left unfinished in the store. */
  readonly setAside: readonly SetAside[];

  /** Begins the log. */
  begin(beginning: Beginning, options: TrailActOptions): Promise<void>;
  /** Enrols a key: root keys sign. */
  enrol(key: KeyEnrolment, options: TrailActOptions): Promise<void>;
  /** Puts another key in the place of one: both sign. `old` is the SPKI of the one, or its id. Where it is the log's key, the new one signs from then on. */
  rotate(keys: { old: string; new: Signer }, options: TrailActOptions): Promise<void>;
  /** Puts the key that the trail was opened with in the place of the log's, which is lost: root keys sign. */
  recover(options: TrailActOptions): Promise<void>;
  /** Ends a key: root keys sign. `from` is the first entry that it does not count for; the next one where it is left out. */
  revoke(key: { key: string; reason: string; from?: number }, options: TrailActOptions): Promise<void>;
  /**
   * Says that changes may be taken over from another log: root keys sign. Its keepers and its root answer for every vote in them.
   *
   * @throws {TollgateError} `PEER_KNOWN`.
   */
  acceptPeer(peer: LogName, options: TrailActOptions): Promise<void>;
  /** Says that they may no more: root keys sign. What was taken over stays. */
  dismissPeer(peer: LogName, options: TrailActOptions & { reason: string }): Promise<void>;
  /** Sets who holds which role. */
  setRoster(roster: Roster, options: TrailActOptions): Promise<void>;
  /**
   * What it would mean to put a policy in force, before anybody signs it.
   *
   * @throws {TollgateError} `ROSTER_UNFIT` where the roster in force does not fill its seats; `BROKEN_POLICY`.
   */
  adoption(files: readonly RuleFile[], options: Pick<TrailActOptions, 'actor'>): Promise<Adoption>;
  /** Puts a policy in force, by the statements of two of its authors. */
  adopt(files: readonly RuleFile[], options: TrailActOptions & { statements: readonly SignedStatement[] }): Promise<void>;
  /**
   * Keeps everything of a change, however long ago it ended.
   *
   * @throws {TollgateError} `NO_CHANGE` for one that the trail has never had, `HELD_ALREADY` for one that is held, `PURGED`.
   */
  hold(change: string, options: TrailActOptions & { reason: string }): Promise<void>;
  /** Ends a hold. */
  liftHold(change: string, options: TrailActOptions & { reason: string }): Promise<void>;

  /**
   * Hands a change over to another log: this one refuses commands to it from then on (`HANDED_OVER`). Returns what the other one takes it
   * over by, as the text of a file: the entries of the change with their proofs, a checkpoint, and its personal data. What `takeOver`
   * would refuse of it is refused here, before anything is written, as far as it can be known here.
   *
   * Once more, to the same log, it gives the same bundle and writes nothing: a file that was lost costs nothing. Personal data that was
   * erased since is not in it.
   *
   * @throws {TollgateError} `SAME_LOG`, `BAD_ORIGIN`, `CLOSED_CHANGE`, `LEGAL_HOLD`; `HANDED_OVER` where it went to another log;
   * `KEY_REVOKED` where a key that signed something of it is revoked from before then; `DECIDED_OTHERWISE` where the policies do not say
   * what its entries say; `BUNDLE_TOO_LARGE`, `BAD_BUNDLE` where no log would take it over for another reason.
   */
  handOver(change: string, options: { to: LogName; actor: Actor }): Promise<string>;
  /**
   * Takes a change over from another log, whose name and identity were learned elsewhere and which root has accepted: it goes on here.
   * Every signature, vote and command in the bundle is held again.
   *
   * @throws {TollgateError} `BAD_BUNDLE`, `OTHER_LOG`, `PEER_NOT_ACCEPTED`; `OLD_BUNDLE` where this log has handed it over since;
   * `CHANGE_IS_HERE`, `PURGED` where it is known here already; `DECIDED_OTHERWISE` where its policies do not say what its
   * entries say; `OTHER_POLICY` where the change stands under a policy that is not in force here.
   */
  takeOver(bundle: string, options: { from: LogName; actor: Actor }): Promise<Change>;

  /**
   * Erases the personal data of somebody, and their key, by the statement of a data protection officer. What stands in entries is digests:
   * every proof and every decision still holds. Returns how many pieces it was.
   *
   * @throws {TollgateError} `NOTHING_TO_ERASE`, `REASON_REQUIRED`; `UNSIGNED` also where more came in since the statement was made.
   */
  erase(signed: { statement: SignedStatement }): Promise<number>;
  /**
   * Purges a change whose time is over, by the statement of a data protection officer: of each of its entries the leaf hash stays.
   * Returns how many entries it was.
   *
   * @throws {TollgateError} `NOT_CLOSED`, `LEGAL_HOLD`; `RETENTION_NOT_OVER` with the date from which it may be; `HANDED_OVER` for one
   * that was in another log in between.
   */
  purge(signed: { statement: SignedStatement }): Promise<number>;
  /** The digests of personal data in the request of a change that was erased. */
  erased(change: string): string[];

  /**
   * Gives a command to a change. A refusal is an answer, and is put on record. Votes, escalations taken on, later reviews and
   * glass that is broken carry the signature of whoever does it: they come as `statement`.
   *
   * @throws {TollgateError} `SIGNATURE_REQUIRED`, `STATEMENT`, `STALE_STATEMENT`.
   */
  command(change: string, command: Command, options: TrailCommandOptions): Promise<TrailAnswer>;
  command(change: string, signed: { statement: SignedStatement }, options?: { register?: Register }): Promise<TrailAnswer>;

  /**
   * Asks whether a deployment may begin or go on, and puts the answer on record; or takes in what a pipeline was answered elsewhere, signed
   * by its key: that is its word, and what the gate says here and now to the same facts stands beside it, as `here`. A change that was
   * signed with a key that is revoked from before then is denied by `KEY_REVOKED`, whatever it was voted since.
   *
   * @throws {TollgateError} `STATEMENT`, `STALE_STATEMENT`; `HANDED_OVER` where the change goes on in another log.
   */
  gate(change: string, asked: GateQuestion | { statement: SignedStatement; register?: Register }): Promise<GateRecorded>;

  /**
   * Asks whether a deployment may begin, puts the answer on record, and returns what a deployment job goes by that has no trail, as the text of
   * a file: the entries of the change up to that answer, with their proofs and keys, the policy and the roster, under a checkpoint.
   * Nothing personal is in it. The job gives it to {@link askApproval}, which holds it against its own facts and clock, whatever was
   * answered here.
   *
   * @throws {TollgateError} `BAD_CALL` where there is no such change, `CLOSED_CHANGE` where it has ended.
   */
  approval(change: string, asked: GateQuestion): Promise<string>;

  /** What somebody is to sign themselves, here or elsewhere. `expires` is until when the log may take it in. */
  statement(about: StatementAbout, by: { person: string } | { machine: string }, options?: { expires?: Instant }): Promise<Statement>;

  /** A change as its entries say; null where there is none. */
  change(id: string): Change | null;
  /** The ids of the changes. */
  changes(): string[];

  /** The entries, from the first on or from `from`. */
  entries(options?: { from?: number; to?: number }): AsyncIterable<TrailEntry>;
  /** What is kept beside the entries: a blob by its digest. */
  blob(digest: string): Promise<string | undefined>;
  /** The personal data for which there are keys. */
  disclosures(): Promise<Disclosure[]>;

  /** Signs the head, and keeps that: a text (C2SP tlog-checkpoint) to give to others, who pin it. Every 256 entries that happens by itself. */
  checkpoint(): Promise<string>;
  /** Proves that an entry is there, under a checkpoint of now (C2SP tlog-proof): it is checked without the trail. */
  prove(index: number): Promise<string>;
  /** Checks every entry in the store again. */
  verify(options?: VerifyOptions): Promise<TrailCheck>;
  /** Lets go of the store. */
  close(): Promise<void>;
}

/** @internal */
export type Log = { last: string; before: JsonObject; state: JsonObject & { origin: string; log: string; size: string } };
