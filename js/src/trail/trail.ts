// A trail that is open: each command is prepared, signed, sealed and stored before it is answered.

import type { Actor, Change, Command } from '../change.js';
import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import type { FullPolicy } from '../life.js';
import { bad, checkOptions } from '../plain.js';
import { checkFiles, objectOf } from '../policy.js';
import type { Instant, Json, RuleFile } from '../types.js';
import type { GateAnswer, NextAnswer, Register, Roster } from '../workflow.js';
import { actOf, subjectOf } from './asking.js';
import { approvalOf, bundleOf, LOG_NAME, mustBeHome, mustBeOpen, mustTravel, takenOver } from './moving.js';
import { askedIn, digestsOf, endOf, finishIn, purgeFrom } from './officer.js';
import { Policies } from './policies.js';
import { answered, base64Of, bytesOf, check, hex, leavesOf, mustHold, portions, sizeIn, type TakenUp, type TrailGlue } from './reading.js';
import { enveloped, Signers, type ToBeSigned } from './signing.js';
import type { Disclosure, SetAside, Signer, StoreOpened, TrailStore } from './store.js';
import type {
  Adoption, Beginning, GateQuestion, GateRecorded, KeyEnrolment, Log, LogName, SignedStatement, Statement, StatementAbout, Trail, TrailActOptions, TrailAnswer, TrailCheck, TrailCommandOptions,
  TrailEntry, TrailKey, TrailOptions, VerifyOptions,
} from './types.js';
import { checkStore, VERIFY, verified } from './verifying.js';

/** After so many entries the head is signed by itself, so that the end of a trail is vouched for even where nobody asks. */
const CHECKPOINT_EVERY = 256;

const OPTIONS = ['store', 'signer', 'signers', 'pins', 'clock', 'onProgress'];

/** Opens a trail. */
export async function openTrail(engine: Engine<TrailGlue>, options: TrailOptions): Promise<Trail> {
  checkOptions(options, 'options', OPTIONS);
  const { store, signer, signers = [], pins = [], clock = () => new Date(), onProgress } = options;
  checkStore(store);
  const keys = new Signers(engine);
  for (const [at, one] of [signer, ...signers].entries()) keys.idOf(one, at === 0 ? 'signer' : `signers[${at - 1}]`);
  const opened = await store.open({ write: true });
  try {
    let log: TakenUp | undefined;
    const notes = await store.checkpoints();
    if (opened.size > 0) {
      const asked = { pins, own: notes, redecide: false, takeUp: true, onProgress };
      const found = await check(engine, store, asked);
      mustHold(found.check);
      log = found.log;
      if (log) await finishIn(engine, store, log, found.there);
    } else if (pins.length > 0 || notes.length > 0) {
      const help = 'find out where its entries went before anything is added';
      throw new TollgateError({ code: 'TRAIL_STALE', message: 'the trail has no entries, and a checkpoint of it says that it had', path: 'store', help });
    }
    return new OpenTrail({ engine, store, opened, keys, log, checkpointed: sizeIn(notes.at(-1)), signer, signers, clock });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What an open trail is made of. */
interface Parts {
  engine: Engine<TrailGlue>;
  store: TrailStore;
  opened: StoreOpened;
  keys: Signers;
  log: TakenUp | undefined;
  checkpointed: number;
  signer: Signer;
  signers: readonly Signer[];
  clock: () => Date;
}

class OpenTrail implements Trail {
  readonly #engine: Engine<TrailGlue>;
  readonly #store: TrailStore;
  readonly #keys: Signers;
  readonly #clock: () => Date;
  readonly #signers: readonly Signer[];
  readonly #changes = new Map<string, Change>();
  readonly #erased = new Map<string, string[]>();
  readonly #purged: Set<string>;
  readonly #handedOver: Map<string, number>;
  readonly #policies: Policies;
  readonly setAside: readonly SetAside[];
  #signer: Signer;
  #head: Log | null;
  #roster: Json;
  #turn: Promise<unknown> = Promise.resolve();
  #over: TollgateError | null = null;
  /** How many entries the last checkpoint signs. */
  #checkpointed: number;

  constructor({ engine, store, opened, keys, log, checkpointed, signer, signers, clock }: Parts) {
    [this.#engine, this.#store, this.#keys, this.#clock] = [engine, store, keys, clock];
    [this.#signer, this.#signers, this.setAside] = [signer, signers, opened.setAside];
    this.#head = log?.head ?? null;
    this.#checkpointed = checkpointed;
    this.#roster = log?.roster ?? null;
    this.#policies = new Policies(engine);
    for (const { digest, files } of log?.policies ?? []) this.#policies.adopt(digest, files);
    this.#purged = new Set(log?.purged);
    this.#handedOver = new Map(log?.handed_over.map(({ change, index }) => [change, index]));
    if (log) this.#follow(log);
  }

  /** Takes up the changes as their entries say. */
  #follow({ changes, erased }: TakenUp): void {
    for (const change of changes) this.#changes.set(change.id, change);
    for (const { change, digests } of erased) this.#erased.set(change, digests);
  }

  async #followAnew(): Promise<void> {
    const found = await check(this.#engine, this.#store, { pins: [], own: await this.#store.checkpoints(), redecide: false, takeUp: true, onProgress: undefined });
    mustHold(found.check);
    if (found.log) this.#follow(found.log);
  }

  get size(): number {
    return this.#head === null ? 0 : Number(this.#head.state.size);
  }

  get origin(): string | null {
    return this.#head?.state.origin ?? null;
  }

  get log(): string | null {
    return this.#head?.state.log ?? null;
  }

  get policy(): FullPolicy | null {
    return this.#policies.inForce;
  }

  get keys(): TrailKey[] {
    const keys = (this.#head?.state.keys ?? []) as unknown as (Omit<TrailKey, 'since' | 'until'> & { since: string; until?: string })[];
    return structuredClone(keys).map(({ since, until, ...key }) => ({ ...key, since: Number(since), ...(until === undefined ? {} : { until: Number(until) }) }));
  }

  get peers(): LogName[] {
    return structuredClone((this.#head?.state.peers ?? []) as unknown as LogName[]);
  }

  get roster(): Roster | null {
    return structuredClone(this.#roster) as Roster | null;
  }

  async begin(beginning: Beginning, options: TrailActOptions): Promise<void> {
    checkOptions(beginning, 'beginning', ['origin', 'root', 'person']);
    checkOptions(beginning.root, 'beginning.root', ['keys', 'threshold']);
    return this.#inTurn(async () => {
      if (this.#head) throw new TollgateError({ code: 'BEGUN_TWICE', message: `the trail has begun: it is log \`${this.origin}\`` });
      const { origin, root, person } = beginning;
      const log_key = { spki: this.#signer.spki, ...(person === undefined ? {} : { person }) };
      const nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
      const call = { began: { origin, root, log_key, nonce }, ...this.#by(options) };
      await this.#keep(answered<{ entry: ToBeSigned }>(this.#engine.ask('trailBegin', call)).entry, options);
    });
  }

  async enrol(key: KeyEnrolment, options: TrailActOptions): Promise<void> {
    return this.#administer({ enrol: objectOf(key, 'key') }, options);
  }

  async rotate(keys: { old: string; new: Signer }, options: TrailActOptions): Promise<void> {
    checkOptions(keys, 'keys', ['old', 'new']);
    const old = this.#keyId(keys.old, 'keys.old');
    this.#keys.idOf(keys.new, 'keys.new');
    const signers = [...(options.signers ?? []), keys.new];
    return this.#administer({ rotate: { old, new: keys.new.spki } }, { ...options, signers }, () => {
      if (old === this.#keys.idOf(this.#signer)) this.#signer = keys.new;
    });
  }

  async recover(options: TrailActOptions): Promise<void> {
    return this.#administer({ recover: this.#signer.spki }, options);
  }

  async revoke(key: { key: string; reason: string; from?: number }, options: TrailActOptions): Promise<void> {
    checkOptions(key, 'key', ['key', 'reason', 'from']);
    const id = this.#keyId(key.key, 'key.key');
    return this.#administer(() => ({ revoke: { key: id, reason: key.reason, from: String(key.from ?? this.size + 1) } }), options);
  }

  async acceptPeer(peer: LogName, options: TrailActOptions): Promise<void> {
    return this.#administer({ accept_peer: { peer: objectOf(peer, 'peer', LOG_NAME) } }, options);
  }

  async dismissPeer(peer: LogName, { reason, ...options }: TrailActOptions & { reason: string }): Promise<void> {
    return this.#administer({ dismiss_peer: { peer: objectOf(peer, 'peer', LOG_NAME), reason } }, options);
  }

  async setRoster(roster: Roster, options: TrailActOptions): Promise<void> {
    const set = objectOf(roster, 'roster');
    return this.#administer({ set_roster: set }, options, () => void (this.#roster = set));
  }

  async hold(change: string, { reason, ...options }: TrailActOptions & { reason: string }): Promise<void> {
    return this.#administer({ hold: { change, reason } }, options);
  }

  async liftHold(change: string, { reason, ...options }: TrailActOptions & { reason: string }): Promise<void> {
    return this.#administer({ lift_hold: { change, reason } }, options);
  }

  async handOver(id: string, options: { to: LogName; actor: Actor }): Promise<string> {
    checkOptions(options, 'options', ['to', 'actor']);
    return this.#inTurn(async () => {
      const change = this.#changes.get(id);
      if (!change) throw bad('change', `there is no change \`${id}\` in the trail`);
      await mustTravel(this.#store, this.size, id);
      const call = { head: this.#begun(), roster: this.#roster ?? {}, change, ...options, now: this.#now() };
      const answer = this.#policies.for(change, 'handOver').ask('trailHandOver', call);
      this.#handedOver.set(id, await this.#keep(answered<{ entry: ToBeSigned }>(answer).entry, {}));
      this.#changes.delete(id);
      return bundleOf(await this.#signed(), id);
    });
  }

  async takeOver(bundle: string, options: { from: LogName; actor: Actor }): Promise<Change> {
    checkOptions(options, 'options', ['from', 'actor']);
    return this.#inTurn(async () => {
      const call = { head: this.#begun(), bundle, ...options, now: this.#now() };
      const { entry, change, isErased } = await takenOver(this.#engine, this.#store, call, { changes: this.#changes, purged: this.#purged, handedOver: this.#handedOver });
      await this.#keep(entry, {});
      this.#changes.set(change.id, change);
      this.#handedOver.delete(change.id);
      if (isErased) await this.#followAnew();
      return structuredClone(this.#changes.get(change.id) as Change);
    });
  }

  async erase(signed: { statement: SignedStatement }): Promise<number> {
    checkOptions(signed, 'signed', ['statement']);
    const { statement } = signed;
    return this.#inTurn(async () => {
      const { person: officer, erase } = askedIn(statement, 'erase');
      const { person, reason } = erase as { person: string; reason: string };
      const digests = await digestsOf(this.#store, person);
      await this.#officers({ erase: { erased: { person, digests, reason }, statement } }, officer);
      await this.#done(() => this.#store.forget({ disclosures: digests, persons: [person] }));
      // What this process still knows of them goes, too.
      await this.#followAnew();
      return digests.length;
    });
  }

  async purge(signed: { statement: SignedStatement }): Promise<number> {
    checkOptions(signed, 'signed', ['statement']);
    const { statement } = signed;
    return this.#inTurn(async () => {
      const { person: officer, purge } = askedIn(statement, 'purge');
      const { change } = purge as { change: string };
      await this.#officers({ purge: { of: await this.#ending(change), statement } }, officer);
      for (const known of [this.#changes, this.#erased]) known.delete(change);
      this.#purged.add(change);
      return this.#done(() => purgeFrom(this.#engine, this.#store, new Set([change])));
    });
  }

  erased(change: string): string[] {
    return [...(this.#erased.get(change) ?? [])];
  }

  /** A change that is to be purged, for the module. */
  async #ending(id: string): Promise<object> {
    const change = this.#changes.get(id);
    if (!change) throw bad('change', `there is no change \`${id}\` in the trail`);
    return { change, ...(await endOf(this.#store, id)) };
  }

  async #officers(act: object, person: string): Promise<void> {
    const call = { head: this.#begun(), do: act, actor: { person }, now: this.#now() };
    await this.#keep(answered<{ entry: ToBeSigned }>(this.#engine.ask('trailAdminister', call)).entry, {});
  }

  async adoption(given: readonly RuleFile[], options: Pick<TrailActOptions, 'actor'>): Promise<Adoption> {
    const files = checkFiles(given);
    return this.#inTurn(async () => {
      const policy = this.#policies.compiled(files);
      const { ok: _, ...adoption } = answered<Adoption & { ok: true }>(policy.ask('trailAdoption', { ...this.#policies.replacing(this.#begun(), this.#roster, this.#changes), ...this.#by(options) }));
      return adoption;
    });
  }

  async adopt(given: readonly RuleFile[], options: TrailActOptions & { statements: readonly SignedStatement[] }): Promise<void> {
    const [files, { statements, ...rest }] = [checkFiles(given), options];
    return this.#inTurn(async () => {
      const policy = this.#policies.compiled(files);
      const call = { ...this.#policies.replacing(this.#begun(), this.#roster, this.#changes), statements, ...this.#by(rest) };
      await this.#keep(answered<{ entry: ToBeSigned }>(policy.ask('trailAdopt', call)).entry, rest);
      this.#policies.adopt(policy.identity.digest, files);
    });
  }

  async command(
    id: string,
    given: Command | { statement: SignedStatement },
    options: Partial<TrailCommandOptions> = {},
  ): Promise<TrailAnswer> {
    checkOptions(options, 'options', ['actor', 'register']);
    if (typeof id !== 'string') throw bad('change', '`change` must be the id of a change');
    const { register = {}, actor } = options;
    const [act, others] = [actOf(id, given, actor), objectOf(register, 'register')];
    return this.#inTurn(async () => {
      const head = this.#begun();
      mustBeHome(this.#handedOver, id);
      if (this.#purged.has(id)) throw new TollgateError({ code: 'PURGED', message: `change \`${id}\` was purged`, path: 'change', help: 'begin one of another name' });
      const before = this.#changes.get(id) ?? null;
      const policy = this.#policies.for(before, act.name);
      const call = { head, roster: this.#roster ?? {}, register: others, change: before, ...act.call, now: this.#now() };
      const random = base64Of(crypto.getRandomValues(new Uint8Array(32)));
      const { entry, ...answer } = answered<NextAnswer & { entry?: ToBeSigned }>(policy.ask('trailCommand', { ...call, random }));
      if (!entry) return { ...answer, index: null };
      const index = await this.#keep(entry, {});
      if (answer.change && answer.events.length > 0) this.#changes.set(answer.change.id, answer.change);
      return structuredClone({ ...answer, index });
    });
  }

  async gate(id: string, asked: GateQuestion | { statement: SignedStatement; register?: Register }): Promise<GateRecorded> {
    checkOptions(asked, 'asked', ['facts', 'actor', 'register', 'statement']);
    return this.#inTurn(() => this.#ask(id, asked));
  }

  async approval(id: string, asked: GateQuestion): Promise<string> {
    checkOptions(asked, 'asked', ['facts', 'actor', 'register']);
    return this.#inTurn(async () => {
      mustBeHome(this.#handedOver, id);
      mustBeOpen(this.#begun(), this.#changes.get(id), id);
      return this.#ask(id, asked).then(async () => approvalOf(await this.#signed(), id));
    });
  }

  async #ask(id: string, asked: GateQuestion | { statement: SignedStatement; register?: Register }): Promise<GateRecorded> {
    const change = this.#changes.get(id) ?? null;
    const call = { head: this.#begun(), roster: this.#roster ?? {}, id, change, ...asked, now: this.#now() };
    const { entry, answer, here } = answered<{ entry: ToBeSigned; answer: GateAnswer; here?: GateAnswer }>(this.#policies.for(change, 'gate').ask('trailGate', call));
    return { ...answer, ...(here ? { here } : {}), index: await this.#keep(entry, {}) };
  }

  async #signed() {
    const checkpoint = await this.#signHead();
    return { engine: this.#engine, store: this.#store, head: this.#begun(), checkpoint };
  }

  async statement(about: StatementAbout, by: { person: string } | { machine: string }, options: { expires?: Instant } = {}): Promise<Statement> {
    checkOptions(options, 'options', ['expires']);
    return this.#inTurn(async () => {
      const head = this.#begun();
      const known = { policies: this.#policies, store: this.#store, changes: this.#changes, ending: (id: string) => this.#ending(id) };
      const act = { nonce: hex(crypto.getRandomValues(new Uint8Array(16))), ...by, ...options, ...(await subjectOf(about, known)) };
      const { payload, to_sign } = answered<{ payload: string; to_sign: string }>(this.#engine.ask('trailAct', { head, act, now: this.#now() }));
      const bytes = bytesOf(to_sign);
      return { payload, bytes, signedBy: async (signer) => enveloped(payload, await this.#keys.signed(signer, this.#keys.idOf(signer), bytes)) };
    });
  }

  change(id: string): Change | null {
    return structuredClone(this.#changes.get(id) ?? null);
  }

  changes(): string[] {
    return [...this.#changes.keys()];
  }

  async *entries({ from = 0, to = this.size }: { from?: number; to?: number } = {}): AsyncGenerator<TrailEntry> {
    this.#mayGoOn();
    yield* portions(this.#store, from, Math.min(to, this.size));
  }

  async blob(digest: string): Promise<string | undefined> {
    this.#mayGoOn();
    return this.#store.blob(digest);
  }

  async disclosures(): Promise<Disclosure[]> {
    this.#mayGoOn();
    return this.#store.disclosures();
  }

  async checkpoint(): Promise<string> {
    return this.#inTurn(() => this.#signHead());
  }

  async prove(index: number): Promise<string> {
    if (!(Number.isSafeInteger(index) && index >= 0)) throw bad('index', '`index` must be a whole number from 0');
    const checkpoint = await this.checkpoint();
    return this.#inTurn(async () => {
      const leaves = await leavesOf(this.#engine, this.#store, Number(checkpoint.split('\n')[1]));
      return answered<{ proof: string }>(this.#engine.ask('trailProve', { checkpoint, index, leaves })).proof;
    });
  }

  async verify(options: VerifyOptions = {}): Promise<TrailCheck> {
    checkOptions(options, 'options', VERIFY);
    return this.#inTurn(async () => verified(this.#engine, this.#store, await this.#store.checkpoints(), options));
  }

  close(): Promise<void> {
    const last = this.#turn.then(async () => {
      if (this.#over?.code === 'CLOSED') return;
      this.#over = new TollgateError({ code: 'CLOSED', message: 'the trail is closed', help: 'open it again' });
      await this.#store.close();
    });
    this.#turn = last.catch(() => undefined);
    return last;
  }

  // Entries ----------------------------------------------------------------------------------------------------------

  #administer(act: object | (() => object), options: TrailActOptions, then: () => void = () => undefined): Promise<void> {
    return this.#inTurn(async () => {
      const call = { head: this.#begun(), do: typeof act === 'function' ? act() : act, ...this.#by(options) };
      const policy = this.#policies.inForce;
      const answer = policy === null ? this.#engine.ask('trailAdminister', call) : policy.ask('trailAdminister', call);
      await this.#keep(answered<{ entry: ToBeSigned }>(answer).entry, options);
      then();
    });
  }

  /** Keeps what belongs beside an entry, has it signed, and stores it. Returns its index. */
  async #keep(entry: ToBeSigned, { signers = [] }: { signers?: readonly Signer[] }): Promise<number> {
    // One that failed after its entry was kept: now nothing is answered wrongly by saying so.
    if (this.#isCheckpointDue) await this.#signHead();
    const signatures = await this.#keys.sign(entry, [this.#signer, ...signers, ...this.#signers]);
    const sealing = { ...(this.#head ? { head: this.#head } : {}), payload: entry.payload, signatures };
    const { head, index } = answered<{ head: Log; index: number }>(this.#engine.ask('trailSeal', sealing));
    for (const { digest, text } of entry.blobs) await this.#store.putBlob(digest, text);
    if (entry.disclosures.length > 0) await this.#store.putDisclosures(entry.disclosures);
    try {
      await this.#store.append(index, head.last);
    } catch (error) {
      // Whether it is kept is not known: what this process holds may be behind the store.
      throw this.#failed(`entry ${index} may not have been kept`, error);
    }
    this.#head = head;
    // The entry is kept, whatever becomes of this: the next one tries again, and says what is wrong.
    if (this.#isCheckpointDue) await this.#signHead(signers).catch(() => undefined);
    return index;
  }

  /** Does in the store what an entry says; whoever opens the trail next does it again where that fails. */
  async #done<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#failed('what the last entry says is not done yet', error);
    }
  }

  #failed(what: string, error: unknown): TollgateError {
    const message = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    this.#over = new TollgateError({ code: 'STORE_FAILED', message, path: 'store', help: 'close the trail and open it again' }, { cause: error });
    return this.#over;
  }

  async #signHead(more: readonly Signer[] = []): Promise<string> {
    const head = this.#begun();
    const { size, keyid, to_sign } = answered<{ size: number; keyid: string; to_sign: string }>(this.#engine.ask('trailCheckpoint', { head }));
    const signers = [this.#signer, ...more, ...this.#signers];
    const [signature] = await this.#keys.sign({ to_sign, signers: [{ key: keyid }] }, signers);
    const { note } = answered<{ note: string }>(this.#engine.ask('trailCheckpoint', { head, signature: signature?.sig }));
    await this.#store.putCheckpoint(size, note);
    this.#checkpointed = size;
    return note;
  }

  get #isCheckpointDue(): boolean {
    return Math.floor(this.size / CHECKPOINT_EVERY) * CHECKPOINT_EVERY > this.#checkpointed;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => {
      this.#mayGoOn();
      return work();
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #mayGoOn(): void {
    if (this.#over) throw this.#over;
  }

  #begun(): Log {
    if (this.#head) return this.#head;
    throw new TollgateError({ code: 'NOT_BEGUN', message: 'the trail has not begun', help: '`begin` comes first' });
  }

  #by(options: TrailActOptions): { actor: Actor; now: string } {
    checkOptions(options, 'options', ['actor', 'signers']);
    return { actor: objectOf(options.actor, 'actor', 'give `{ person }` or `{ machine }`') as Actor, now: this.#now() };
  }

  #now(): string {
    return this.#clock().toISOString();
  }

  #keyId(key: string, path: string): string {
    return /^[0-9a-f]{64}$/.test(key) ? key : this.#keys.idOfKey(key, path);
  }
}
