// What writes to a trail: one entry after another, each signed, sealed and stored before the next, and its head signed from time to time.

import type { Actor } from '../change.js';
import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import { checkOptions } from '../plain.js';
import { objectOf } from '../policy.js';
import { answered, sizeIn, type SignedBy, type TrailGlue } from './reading.js';
import type { Signers, ToBeSigned } from './signing.js';
import type { Signer, TrailStore } from './store.js';
import type { Log, TrailActOptions } from './types.js';

/** After so many entries the head is signed by itself, so that the end of a trail is vouched for even where nobody asks. */
const CHECKPOINT_EVERY = 256;

/** What a writer is made of. */
export interface WriterParts {
  engine: Engine<TrailGlue>;
  store: TrailStore;
  keys: Signers;
  head: Log | null;
  /** Who signed which entries of the changes that are open. */
  signed: Record<string, SignedBy[]>;
  /** How many entries the last checkpoint signs. */
  checkpointed: number;
  /** A head that must be signed before anything follows it: so many entries. */
  owed: number;
  signer: Signer;
  signers: readonly Signer[];
  clock: () => Date;
}

/** What an entry says of a change, as far as it matters who signed it. */
interface Predicate {
  type: string;
  change?: { id: string; ended: boolean };
  actor: { key?: string };
  body: { ok?: boolean } | null;
}

export class Writer {
  readonly engine: Engine<TrailGlue>;
  readonly store: TrailStore;
  readonly #keys: Signers;
  readonly #clock: () => Date;
  readonly #signers: readonly Signer[];
  /** The key of the log. */
  signer: Signer;
  readonly #signedBy: Map<string, SignedBy[]>;
  #head: Log | null;
  #checkpointed: number;
  #owed: number;
  #turn: Promise<unknown> = Promise.resolve();
  #over: TollgateError | null = null;

  constructor({ engine, store, keys, head, signed, checkpointed, owed, signer, signers, clock }: WriterParts) {
    [this.engine, this.store, this.#keys, this.#clock] = [engine, store, keys, clock];
    [this.signer, this.#signers, this.#head] = [signer, signers, head];
    [this.#checkpointed, this.#owed, this.#signedBy] = [checkpointed, owed, new Map(Object.entries(signed))];
  }

  get head(): Log | null {
    return this.#head;
  }

  get size(): number {
    return this.#head === null ? 0 : Number(this.#head.state.size);
  }

  begun(): Log {
    if (this.#head) return this.#head;
    throw new TollgateError({ code: 'NOT_BEGUN', message: 'the trail has not begun', help: '`begin` comes first' });
  }

  now(): string {
    return this.#clock().toISOString();
  }

  /** Who acts, and when, for the module. */
  by(options: TrailActOptions): { actor: Actor; now: string } {
    checkOptions(options, 'options', ['actor', 'signers']);
    return { actor: objectOf(options.actor, 'actor', 'give `{ person }` or `{ machine }`') as Actor, now: this.now() };
  }

  /** Keeps what belongs beside an entry, has it signed, and stores it. Returns its index. */
  async keep(entry: ToBeSigned, { signers = [] }: { signers?: readonly Signer[] } = {}): Promise<number> {
    // One that failed after its entry was kept: now nothing is answered wrongly by saying so.
    if (this.#isCheckpointDue) await this.signHead();
    const signatures = await this.#keys.sign(entry, [this.signer, ...signers, ...this.#signers]);
    const sealing = { ...(this.#head ? { head: this.#head } : {}), payload: entry.payload, signatures };
    const { head, index } = answered<{ head: Log; index: number }>(this.engine.ask('trailSeal', sealing));
    for (const { digest, text } of entry.blobs) await this.store.putBlob(digest, text);
    if (entry.disclosures.length > 0) await this.store.putDisclosures(entry.disclosures);
    try {
      await this.store.append(index, head.last);
    } catch (error) {
      // Whether it is kept is not known: what this process holds may be behind the store.
      throw this.#failed(`entry ${index} may not have been kept`, error);
    }
    this.#head = head;
    this.#note(entry.payload, index);
    // The entry is kept, whatever becomes of this: the next one tries again, and says what is wrong.
    if (this.#isCheckpointDue) await this.signHead(signers).catch(() => undefined);
    return index;
  }

  /** Who signed the entries that moved a change: one of their keys may be revoked later, from before then. */
  signedOf(id: string): readonly SignedBy[] {
    return this.#signedBy.get(id) ?? [];
  }

  #note(payload: string, index: number): void {
    const { type, change, actor, body } = (JSON.parse(payload) as { predicate: Predicate }).predicate;
    if (!change) return;
    // One that was handed over may come back.
    if (change.ended && type !== 'change.handed_over') this.#signedBy.delete(change.id);
    else if (type === 'change.command' && body?.ok === true) {
      const keys = [this.#keys.idOf(this.signer), ...(actor.key === undefined ? [] : [actor.key])];
      this.#signedBy.set(change.id, [...this.signedOf(change.id), ...keys.map((key) => ({ key, index: String(index) }))]);
    }
  }

  /** Does in the store what an entry says; whoever opens the trail next does it again where that fails. */
  async done<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#failed('what the last entry says is not done yet', error);
    }
  }

  /** Signs the head as it is, and keeps the checkpoint. */
  async signHead(more: readonly Signer[] = []): Promise<string> {
    const note = await this.#signed(this.begun(), more);
    this.#checkpointed = this.size;
    return note;
  }

  /** Nothing follows the head before it is signed: others go by what it signs, and a later key could not. */
  owe(): void {
    this.#owed = this.size;
  }

  /** The key that would sign what is due is lost. */
  waive(): void {
    [this.#owed, this.#checkpointed] = [0, this.size];
  }

  /** A checkpoint of an earlier head: the one that was made then, or one by the key that the log had. */
  async checkpointOf(head: Log): Promise<string> {
    const size = Number(head.state.size);
    const kept = (await this.store.checkpoints()).filter((note) => sizeIn(note) === size).at(-1);
    if (kept !== undefined) return kept;
    return size === this.size ? this.signHead() : this.#signed(head, []);
  }

  async #signed(head: Log, more: readonly Signer[]): Promise<string> {
    const { size, keyid, to_sign } = answered<{ size: number; keyid: string; to_sign: string }>(this.engine.ask('trailCheckpoint', { head }));
    const [signature] = await this.#keys.sign({ to_sign, signers: [{ key: keyid }] }, [this.signer, ...more, ...this.#signers]);
    const { note } = answered<{ note: string }>(this.engine.ask('trailCheckpoint', { head, signature: signature?.sig }));
    await this.store.putCheckpoint(size, note);
    return note;
  }

  get #isCheckpointDue(): boolean {
    const due = Math.max(Math.floor(this.size / CHECKPOINT_EVERY) * CHECKPOINT_EVERY, this.#owed);
    return due > this.#checkpointed;
  }

  // Turns ------------------------------------------------------------------------------------------------------------

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => {
      this.mayGoOn();
      return work();
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  mayGoOn(): void {
    if (this.#over) throw this.#over;
  }

  close(): Promise<void> {
    const last = this.#turn.then(async () => {
      if (this.#over?.code === 'CLOSED') return;
      this.#over = new TollgateError({ code: 'CLOSED', message: 'the trail is closed', help: 'open it again' });
      await this.store.close();
    });
    this.#turn = last.catch(() => undefined);
    return last;
  }

  #failed(what: string, error: unknown): TollgateError {
    const message = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    this.#over = new TollgateError({ code: 'STORE_FAILED', message, path: 'store', help: 'close the trail and open it again' }, { cause: error });
    return this.#over;
  }
}
