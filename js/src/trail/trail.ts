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
import { approvalOf, handOver, type Known, LOG_NAME, mustBeHome, mustBeOpen, mustNotBePurged, noChange, takeOver } from './moving.js';
import { askedIn, digestsOf, endOf, finishIn, purgeFrom } from './officer.js';
import { Policies } from './policies.js';
import { answered, base64Of, bytesOf, check, hex, leavesOf, mustHold, portions, sizeIn, type TakenUp, type TrailGlue } from './reading.js';
import { enveloped, Signers, type ToBeSigned } from './signing.js';
import type { Disclosure, SetAside, Signer, StoreOpened, TrailStore } from './store.js';
import type {
  Adoption, Beginning, GateQuestion, GateRecorded, KeyEnrolment, LogName, SignedStatement, Statement, StatementAbout, Trail, TrailActOptions, TrailAnswer, TrailCheck, TrailCommandOptions,
  TrailEntry, TrailKey, TrailOptions, VerifyOptions,
} from './types.js';
import { checkStore, VERIFY, verified } from './verifying.js';
import { Writer } from './writing.js';

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
    const checkpointed = sizeIn(notes.at(-1));
    // A change was handed over, and no head signed since: whoever takes it over goes by that.
    const owed = log?.handed_over.some(({ index }) => index + 1 === opened.size) ? opened.size : 0;
    const writer = new Writer({ engine, store, keys, head: log?.head ?? null, signed: log?.signed ?? {}, checkpointed, owed, signer, signers, clock });
    return new OpenTrail({ writer, opened, keys, log });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What an open trail is made of. */
interface Parts {
  writer: Writer;
  opened: StoreOpened;
  keys: Signers;
  log: TakenUp | undefined;
}

class OpenTrail implements Trail {
  readonly #engine: Engine<TrailGlue>;
  readonly #store: TrailStore;
  readonly #writer: Writer;
  readonly #keys: Signers;
  readonly #changes = new Map<string, Change>();
  readonly #erased = new Map<string, string[]>();
  readonly #purged: Set<string>;
  readonly #handedOver: Map<string, number>;
  readonly #policies: Policies;
  readonly setAside: readonly SetAside[];
  #roster: Json;

  constructor({ writer, opened, keys, log }: Parts) {
    [this.#writer, this.#engine, this.#store] = [writer, writer.engine, writer.store];
    [this.#keys, this.setAside] = [keys, opened.setAside];
    this.#roster = log?.roster ?? null;
    this.#policies = new Policies(writer.engine);
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
    return this.#writer.size;
  }

  get origin(): string | null {
    return this.#writer.head?.state.origin ?? null;
  }

  get log(): string | null {
    return this.#writer.head?.state.log ?? null;
  }

  get policy(): FullPolicy | null {
    return this.#policies.inForce;
  }

  get keys(): TrailKey[] {
    const keys = (this.#writer.head?.state.keys ?? []) as unknown as (Omit<TrailKey, 'since' | 'until'> & { since: string; until?: string })[];
    return structuredClone(keys).map(({ since, until, ...key }) => ({ ...key, since: Number(since), ...(until === undefined ? {} : { until: Number(until) }) }));
  }

  get peers(): LogName[] {
    return structuredClone((this.#writer.head?.state.peers ?? []) as unknown as LogName[]);
  }

  get roster(): Roster | null {
    return structuredClone(this.#roster) as Roster | null;
  }

  async begin(beginning: Beginning, options: TrailActOptions): Promise<void> {
    checkOptions(beginning, 'beginning', ['origin', 'root', 'person']);
    checkOptions(beginning.root, 'beginning.root', ['keys', 'threshold']);
    return this.#inTurn(async () => {
      if (this.#writer.head) throw new TollgateError({ code: 'BEGUN_TWICE', message: `the trail has begun: it is log \`${this.origin}\`` });
      const { origin, root, person } = beginning;
      const log_key = { spki: this.#writer.signer.spki, ...(person === undefined ? {} : { person }) };
      const nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
      const call = { began: { origin, root, log_key, nonce }, ...this.#writer.by(options) };
      await this.#writer.keep(answered<{ entry: ToBeSigned }>(this.#engine.ask('trailBegin', call)).entry, options);
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
      if (old === this.#keys.idOf(this.#writer.signer)) this.#writer.signer = keys.new;
    });
  }

  async recover(options: TrailActOptions): Promise<void> {
    const recovered = () => {
      this.#writer.waive();
      return { recover: this.#writer.signer.spki };
    };
    return this.#administer(recovered, options);
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
    return this.#administer(() => {
      mustNotBePurged(this.#purged, change);
      // A change that went to another log stays on record here, too.
      return { hold: { placed: { change, reason }, changes: [...this.#changes.keys(), ...this.#handedOver.keys()] } };
    }, options);
  }

  async liftHold(change: string, { reason, ...options }: TrailActOptions & { reason: string }): Promise<void> {
    return this.#administer({ lift_hold: { change, reason } }, options);
  }

  async handOver(id: string, options: { to: LogName; actor: Actor }): Promise<string> {
    checkOptions(options, 'options', ['to', 'actor']);
    return this.#inTurn(() => handOver(this.#writer, this.#known(), id, options));
  }

  async takeOver(bundle: string, options: { from: LogName; actor: Actor }): Promise<Change> {
    checkOptions(options, 'options', ['from', 'actor']);
    return this.#inTurn(async () => {
      const { id, isErased } = await takeOver(this.#writer, this.#known(), bundle, options);
      if (isErased) await this.#followAnew();
      return structuredClone(this.#changes.get(id) as Change);
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
      await this.#writer.done(() => this.#store.forget({ disclosures: digests, persons: [person] }));
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
      this.#changes.delete(change);
      this.#erased.delete(change);
      this.#purged.add(change);
      return this.#writer.done(() => purgeFrom(this.#engine, this.#store, new Set([change])));
    });
  }

  erased(change: string): string[] {
    return [...(this.#erased.get(change) ?? [])];
  }

  /** A change that is to be purged, for the module. */
  async #ending(id: string): Promise<object> {
    mustBeHome(this.#handedOver, id);
    mustNotBePurged(this.#purged, id);
    const change = this.#changes.get(id);
    if (!change) throw noChange(this.#engine, this.#changes, id);
    return { change, ...(await endOf(this.#store, id)) };
  }

  async #officers(act: object, person: string): Promise<void> {
    const call = { head: this.#writer.begun(), do: act, actor: { person }, now: this.#writer.now() };
    await this.#writer.keep(answered<{ entry: ToBeSigned }>(this.#engine.ask('trailAdminister', call)).entry);
  }

  async adoption(given: readonly RuleFile[], options: Pick<TrailActOptions, 'actor'>): Promise<Adoption> {
    const files = checkFiles(given);
    return this.#inTurn(async () => {
      const policy = this.#policies.compiled(files);
      const { ok: _, ...adoption } = answered<Adoption & { ok: true }>(policy.ask('trailAdoption', { ...this.#policies.replacing(this.#writer.begun(), this.#roster, this.#changes), ...this.#writer.by(options) }));
      return adoption;
    });
  }

  async adopt(given: readonly RuleFile[], options: TrailActOptions & { statements: readonly SignedStatement[] }): Promise<void> {
    const [files, { statements, ...rest }] = [checkFiles(given), options];
    return this.#inTurn(async () => {
      const policy = this.#policies.compiled(files);
      const call = { ...this.#policies.replacing(this.#writer.begun(), this.#roster, this.#changes), statements, ...this.#writer.by(rest) };
      await this.#writer.keep(answered<{ entry: ToBeSigned }>(policy.ask('trailAdopt', call)).entry, rest);
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
      const head = this.#writer.begun();
      mustBeHome(this.#handedOver, id);
      mustNotBePurged(this.#purged, id);
      const before = this.#changes.get(id) ?? null;
      const policy = this.#policies.for(before, act.name);
      const call = { head, roster: this.#roster ?? {}, register: others, change: before, signed: this.#writer.signedOf(id), ...act.call, now: this.#writer.now() };
      const random = base64Of(crypto.getRandomValues(new Uint8Array(32)));
      const { entry, ...answer } = answered<NextAnswer & { entry?: ToBeSigned }>(policy.ask('trailCommand', { ...call, random }));
      if (!entry) return { ...answer, index: null };
      const index = await this.#writer.keep(entry);
      if (answer.change && answer.events.length > 0) this.#changes.set(answer.change.id, answer.change);
      return structuredClone({ ...answer, index });
    });
  }

  async gate(id: string, asked: GateQuestion | { statement: SignedStatement; register?: Register }): Promise<GateRecorded> {
    checkOptions(asked, 'asked', ['facts', 'actor', 'register', 'statement']);
    return this.#inTurn(() => {
      mustBeHome(this.#handedOver, id);
      return this.#ask(id, asked);
    });
  }

  async approval(id: string, asked: GateQuestion): Promise<string> {
    checkOptions(asked, 'asked', ['facts', 'actor', 'register']);
    return this.#inTurn(async () => {
      mustBeHome(this.#handedOver, id);
      mustBeOpen(this.#engine, this.#writer.begun(), this.#changes, id);
      await this.#ask(id, asked);
      return approvalOf(this.#writer, id);
    });
  }

  async #ask(id: string, asked: GateQuestion | { statement: SignedStatement; register?: Register }): Promise<GateRecorded> {
    const change = this.#changes.get(id) ?? null;
    const call = { head: this.#writer.begun(), roster: this.#roster ?? {}, id, change, signed: this.#writer.signedOf(id), ...asked, now: this.#writer.now() };
    const { entry, answer, here } = answered<{ entry: ToBeSigned; answer: GateAnswer; here?: GateAnswer }>(this.#policies.for(change, 'gate').ask('trailGate', call));
    return { ...answer, ...(here ? { here } : {}), index: await this.#writer.keep(entry) };
  }

  /** What moves between logs is found in, and taken out of. */
  #known(): Known {
    return { changes: this.#changes, purged: this.#purged, handedOver: this.#handedOver, policies: this.#policies, roster: this.#roster };
  }

  async statement(about: StatementAbout, by: { person: string } | { machine: string }, options: { expires?: Instant } = {}): Promise<Statement> {
    checkOptions(options, 'options', ['expires']);
    return this.#inTurn(async () => {
      const head = this.#writer.begun();
      const known = { engine: this.#engine, policies: this.#policies, store: this.#store, changes: this.#changes, ending: (id: string) => this.#ending(id) };
      const act = { nonce: hex(crypto.getRandomValues(new Uint8Array(16))), ...by, ...options, ...(await subjectOf(about, known)) };
      const { payload, to_sign } = answered<{ payload: string; to_sign: string }>(this.#engine.ask('trailAct', { head, act, now: this.#writer.now() }));
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
    this.#writer.mayGoOn();
    yield* portions(this.#store, from, Math.min(to, this.size));
  }

  async blob(digest: string): Promise<string | undefined> {
    this.#writer.mayGoOn();
    return this.#store.blob(digest);
  }

  async disclosures(): Promise<Disclosure[]> {
    this.#writer.mayGoOn();
    return this.#store.disclosures();
  }

  async checkpoint(): Promise<string> {
    return this.#inTurn(() => this.#writer.signHead());
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
    return this.#writer.close();
  }

  #administer(act: object | (() => object), options: TrailActOptions, then: () => void = () => undefined): Promise<void> {
    return this.#inTurn(async () => {
      const call = { head: this.#writer.begun(), do: typeof act === 'function' ? act() : act, ...this.#writer.by(options) };
      const policy = this.#policies.inForce;
      const answer = policy === null ? this.#engine.ask('trailAdminister', call) : policy.ask('trailAdminister', call);
      await this.#writer.keep(answered<{ entry: ToBeSigned }>(answer).entry, options);
      then();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#writer.inTurn(work);
  }

  #keyId(key: string, path: string): string {
    return /^[0-9a-f]{64}$/.test(key) ? key : this.#keys.idOfKey(key, path);
  }
}
