// A trail that this tab works on: opened to be written when something is to be done, held as long as no other tab wants it.

import {
  type Change, exportNotice, type FullPolicy, load, openTrail, type JsonObject, Policy, readTrail, type Roster, type RosterFinding, type RuleFile, seedSigner, type SignedStatement, type Signer, type TollgateError, type Trail,
  type TrailCheck, type TrailEntry, type TrailStore, verifyTrail,
} from 'tollgate';

import type { HeldKey } from '../store/trail/database.ts';
import { fill } from '../store/trail/fill.ts';
import { copyLast, exportedLast, heldKeys, keepCopy, keepExported, keepKeys, keepLogKey, keepPerson, logKeyHere, makeKey, personHere, restoredLast, signerOf } from '../store/trail/keys.ts';
import { databaseStore, type TwofoldStore } from '../store/trail/store.ts';
import { writersOf } from '../store/trail/lock.ts';
import { BundleStore, bundleName, gather, pack, unpack } from './bundle.ts';
import { detailOf, lineOf } from './lines.ts';
import { codeOf, faultOf, TrailFault } from './fault.ts';
import type { Beginning, CopyStanding, Detail, Handed, Line, Look, People, Proposal, Saved, Standing } from './messages.ts';
import { seedOf } from './words.ts';

/** How long another tab has to finish what it does. */
const PATIENCE_MS = 10_000;
const ASK_AGAIN_MS = 50;
/** A second copy that is not kept is tried for again after so long. */
const COPY_AGAIN_MS = 2_000;

type Act = Parameters<Trail['enrol']>[1];

const AUTHOR = ['policy_author', 'approver'] as const;

/** The first change of a trail. */
const FIRST_NUMBER = 1001;

export class Desk {
  readonly #name: string;
  readonly #channel: BroadcastChannel;
  readonly #changed: () => void;
  #trail: Trail | undefined;
  /** Of that trail. */
  #store: TwofoldStore | undefined;
  #copyAgain: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** `changed` is called when another tab has changed the trail, or taken it over. */
  constructor(name: string, changed: () => void) {
    [this.#name, this.#changed] = [name, changed];
    this.#channel = new BroadcastChannel(`tollgate-trail:${name}`);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<'grown' | 'wanted'>) => {
      if (data === 'grown') this.#changed();
      // Nothing is done, and after it the trail is let go of.
      else void this.#inTurn(async () => undefined);
    });
  }

  look(takeOver: boolean): Promise<Look> {
    return this.#inTurn(async () => {
      const standing = await this.#standing(takeOver);
      const [size, first] = [await this.#size(), await this.#entry(0)];
      const [person, exported, restored] = [await personHere(this.#name), await exportedLast(this.#name), await restoredLast(this.#name)];
      const copy = size === 0 ? null : await this.#copyStanding();
      const given = exported?.size ?? 0;
      const unexportedSince = given < size ? recordedAt(await this.#entry(given)) : null;
      return { size, origin: said(first, 'origin'), log: said(first, 'log'), person: person ?? null, exported: exported ?? null, restored: restored ?? null, unexportedSince, copy, standing };
    });
  }

  /** Whether the trail is kept twice. Where this tab writes and could not open the copy, it tries again until it is. */
  async #copyStanding(): Promise<CopyStanding | null> {
    const last = await copyLast(this.#name);
    await this.#store?.tryCopy();
    const here = this.#store?.standing;
    if (!here) return last ?? null;
    if (JSON.stringify(here) !== JSON.stringify(last)) {
      await keepCopy(this.#name, here);
      this.#channel.postMessage('grown');
    }
    clearTimeout(this.#copyAgain);
    if (here.kind === 'held' || here.kind === 'refused') this.#copyAgain = setTimeout(() => this.#changed(), COPY_AGAIN_MS);
    return here;
  }

  async #standing(takeOver: boolean): Promise<Standing> {
    if ((await this.#size()) === 0) return { kind: 'none' };
    if (!(await this.#logKey())) return { kind: 'keyless' };
    try {
      const trail = await this.#opened(takeOver ? PATIENCE_MS : 0);
      const here = new Set((await heldKeys(this.#name)).map(({ id }) => id));
      const keys = trail.keys.map((key) => ({ ...key, isHere: here.has(key.id) }));
      return { kind: 'writing', keys, policy: trail.policy?.identity ?? null, people: peopleOf(trail) };
    } catch (error) {
      if (codeOf(error) === 'STORE_LOCKED') return { kind: 'elsewhere' };
      return { kind: 'broken', fault: faultOf(error) };
    }
  }

  async lines(from: number): Promise<Line[]> {
    return this.#reading(async (store) => {
      const lines: Line[] = [];
      for await (const item of this.#entries(from)) lines.push(await lineOf(item, (digest) => store.blob(digest)));
      return lines;
    });
  }

  async detail(index: number): Promise<Detail> {
    return this.#reading(async (store) => {
      for await (const item of this.#entries(index, index + 1)) return detailOf(item, (digest) => store.blob(digest));
      throw new TrailFault({ code: 'BAD_CALL', message: `the trail has no entry ${index}` });
    });
  }

  /** Begins a trail, or goes on where beginning it was interrupted. */
  begin({ origin, person, other, words, roster, files }: Beginning): Promise<null> {
    return this.#changing(async () => {
      await load();
      // What the policy says of the roster is known before anything is signed.
      const policy = Policy.compile(files);
      policy.changes({ roster });
      policy.release();
      const root = seedSigner(seedOf(words));
      const act = { actor: { person }, signers: [root] };
      const trail = await this.#opened(PATIENCE_MS, (await this.#logKey()) ?? (await this.#makeLogKey()));
      await keepPerson(this.#name, person);
      if (trail.size === 0) await trail.begin({ origin, root: { keys: [root.spki], threshold: 1 }, person }, act);
      this.#rootOf(trail, words);
      if (trail.roster === null) await trail.setRoster(roster, act);
      const statements: SignedStatement[] = [];
      for (const author of [person, other]) {
        const signer = await this.#authorOf(trail, author, act);
        statements.push(await (await trail.statement({ adopt: files }, { person: author })).signedBy(signer));
      }
      await trail.adopt(files, { ...act, statements });
      return null;
    });
  }

  /** The key that an author has here; one that is made and enrolled, where there is none. */
  async #authorOf(trail: Trail, person: string, act: Act): Promise<Signer> {
    const known = await this.#authorHere(trail, person);
    if (known) return known;
    const made = await makeKey();
    await keepKeys(this.#name, [made]);
    await trail.enrol({ spki: made.spki, roles: AUTHOR, person }, act);
    return signerOf(made);
  }

  /** The key of an author that is in this browser. */
  async #authorHere(trail: Trail, person: string): Promise<Signer | undefined> {
    const enrolled = authorsIn(trail).filter((key) => key.person === person);
    const known = (await heldKeys(this.#name)).find(({ id }) => enrolled.some((key) => key.id === id));
    return known && signerOf(known);
  }

  /** What it would mean to put rules in force, before anybody signs. */
  propose(files: readonly RuleFile[]): Promise<Proposal> {
    return this.#inTurn(async () => {
      const trail = await this.#opened(PATIENCE_MS);
      const policy = Policy.compile(files);
      const { identity } = policy;
      const findings = trail.roster === null ? [] : findingsOf(policy, trail.roster);
      policy.release();
      const isFit = findings.length === 0;
      const adoption = isFit ? await trail.adoption(files, { actor: { person: await this.#person() } }) : undefined;
      const here = new Set((await heldKeys(this.#name)).map(({ id }) => id));
      const authors = new Map<string, boolean>();
      for (const { person = '', id } of authorsIn(trail)) authors.set(person, authors.get(person) || here.has(id));
      return {
        policy: identity,
        replaces: trail.policy?.identity ?? null,
        findings,
        eases: (adoption?.eases ?? []).map((eased) => ({ ...eased, title: titleOf(trail.change(eased.change)) })),
        needsRoot: adoption?.needs_root ?? false,
        authors: [...authors].map(([person, isHere]) => ({ person, isHere })),
      };
    });
  }

  /** Puts rules in force: its authors sign with their keys in this browser, and the root where its version is not higher. */
  adopt({ files, authors, words }: { files: readonly RuleFile[]; authors: readonly string[]; words: string | null }): Promise<null> {
    return this.#changing(async () => {
      const trail = await this.#opened(PATIENCE_MS);
      const signers = words === null ? [] : [this.#rootOf(trail, words)];
      const statements: SignedStatement[] = [];
      for (const person of authors) {
        const signer = await this.#authorHere(trail, person);
        if (!signer) throw new TrailFault({ code: 'SIGNER_MISSING', message: `the key of policy author ${person} is not in this browser: sign where it is, or enrol one here` });
        statements.push(await (await trail.statement({ adopt: files }, { person })).signedBy(signer));
      }
      await trail.adopt(files, { actor: { person: await this.#person() }, signers, statements });
      return null;
    });
  }

  /** What is wrong with a roster under the policy in force. */
  findings(roster: Roster): Promise<readonly RosterFinding[]> {
    return this.#inTurn(async () => {
      const { policy } = await this.#opened(PATIENCE_MS);
      return policy === null ? [] : findingsOf(policy, roster);
    });
  }

  setRoster(roster: Roster): Promise<null> {
    return this.#changing(async () => {
      const trail = await this.#opened(PATIENCE_MS);
      await trail.setRoster(roster, { actor: { person: await this.#person() } });
      return null;
    });
  }

  /** Begins a change with a request, and asks for its classification. */
  submit(request: JsonObject): Promise<Handed> {
    return this.#changing(async () => {
      const trail = await this.#opened(PATIENCE_MS);
      const actor = { person: await this.#person() };
      const known = new Set(trail.changes());
      let number = FIRST_NUMBER + known.size;
      while (known.has(`CHG-${number}`)) number += 1;
      const id = `CHG-${number}`;
      const begun = await trail.command(id, { create: { id, request } }, { actor });
      const answer = begun.ok ? await trail.command(id, 'submit', { actor }) : begun;
      const index = answer.index ?? trail.size - 1;
      return answer.ok
        ? { ok: true, id, index, change: answer.change, reasons: [], help: null }
        : { ok: false, id, index, change: answer.change, reasons: answer.reasons, help: answer.help ?? null };
    });
  }

  /** Enrols somebody with a key of this browser. */
  enrol({ person, words, isAuthor }: { person: string; words: string; isAuthor: boolean }): Promise<null> {
    return this.#changing(async () => {
      const trail = await this.#opened(PATIENCE_MS);
      const root = this.#rootOf(trail, words);
      const key = await makeKey();
      await keepKeys(this.#name, [key]);
      await trail.enrol({ spki: key.spki, roles: isAuthor ? AUTHOR : ['approver'], person }, { actor: { person: await this.#person() }, signers: [root] });
      return null;
    });
  }

  /** Goes on after the browser that wrote is lost: root keys put a key of this one in the place of the log's, and of the person's. */
  recover(person: string, words: string): Promise<null> {
    return this.#changing(async () => {
      await this.#letGo();
      const log = await makeKey();
      const trail = await this.#opened(PATIENCE_MS, log);
      try {
        const root = this.#rootOf(trail, words);
        const act = { actor: { person }, signers: [root] };
        const lost = trail.keys.filter((key) => key.person === person && key.until === undefined && !key.roles.includes('log'));
        const roles = [...new Set(lost.flatMap((key) => key.roles))] as Parameters<Trail['enrol']>[0]['roles'];
        const mine = await makeKey();
        await keepKeys(this.#name, [log, mine]);
        await trail.recover(act);
        await keepLogKey(this.#name, log.id);
        await keepPerson(this.#name, person);
        for (const { id } of lost) await trail.revoke({ key: id, reason: 'lost with the browser that held it' }, act);
        await trail.enrol({ spki: mine.spki, roles: roles.length > 0 ? roles : ['approver'], person }, act);
      } catch (error) {
        // What it was opened with may be no key of the log.
        await this.#letGo();
        throw error;
      }
      return null;
    });
  }

  prove(index: number): Promise<Saved> {
    return this.#inTurn(async () => {
      const trail = await this.#opened(PATIENCE_MS);
      const proof = await trail.prove(index);
      return { name: `entry-${index}.tlog-proof`, bytes: new TextEncoder().encode(proof) };
    });
  }

  /** An export, with a checkpoint of now; where the log's key is elsewhere, with those that are kept. */
  pack(withDisclosures: boolean): Promise<Saved> {
    return this.#inTurn(async () => {
      const trail = (await this.#logKey()) ? await this.#opened(PATIENCE_MS) : undefined;
      const now = await trail?.checkpoint();
      return this.#reading(async (store) => {
        const notes = now === undefined ? await store.checkpoints() : [now];
        const size = now === undefined ? await this.#size() : sizeOf(now);
        const contents = await gather(this.#entries(0, size), store, new Map(notes.map((note) => [sizeOf(note), note])));
        const [first, at] = [await this.#entry(0), new Date().toISOString()];
        const origin = said(first, 'origin') ?? this.#name;
        const notice = exportNotice({ origin, log: said(first, 'log') ?? '', size, at });
        const name = bundleName(origin, size);
        const bytes = pack(name, contents, { notice, withDisclosures });
        await keepExported(this.#name, { size, at });
        return { name: `${name}.zip`, bytes };
      });
    });
  }

  /** Takes an export in, if it holds. */
  unpack(bytes: Uint8Array): Promise<TrailCheck> {
    return this.#changing(async () => {
      await load();
      const contents = unpack(bytes);
      const check = await verifyTrail({ store: new BundleStore(contents), pins: [...contents.checkpoints.values()] });
      if (check.ok) await fill(this.#name, contents, new Date().toISOString());
      return check;
    });
  }

  // The trail -----------------------------------------------------------------------------------------------------------

  async #opened(waitMs: number, key?: HeldKey): Promise<Trail> {
    if (this.#trail) return this.#trail;
    await load();
    const log = key ?? (await this.#logKey());
    if (!log) throw new TrailFault({ code: 'SIGNER_MISSING', message: 'the key of the log is not in this browser: take it over with the recovery words' });
    // Said again until it is there: whoever holds it looks whether somebody waits, and hears this perhaps before that is so.
    const asking = waitMs > 0 ? setInterval(() => this.#channel.postMessage('wanted'), ASK_AGAIN_MS) : undefined;
    try {
      const store = databaseStore(this.#name, { waitMs });
      this.#trail = await openTrail({ store, signer: signerOf(log) });
      this.#store = store;
      return this.#trail;
    } finally {
      clearInterval(asking);
    }
  }

  async #letGo(): Promise<void> {
    const trail = this.#trail;
    [this.#trail, this.#store] = [undefined, undefined];
    await trail?.close();
  }

  /** One call after the other. After each the trail is let go of if another tab waits for it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work).catch(async (error: unknown) => {
      // It may not go on: whoever wants something next opens it again.
      if (['STORE_FAILED', 'CLOSED'].includes(codeOf(error))) await this.#letGo();
      throw error;
    });
    this.#turn = done.catch(() => undefined).then(async () => {
      if (!this.#trail || !(await writersOf(this.#name)).waiting) return;
      await this.#letGo();
      this.#changed();
    });
    return done;
  }

  #changing<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      try {
        return await work();
      } finally {
        this.#channel.postMessage('grown');
      }
    });
  }

  async #makeLogKey(): Promise<HeldKey> {
    const key = await makeKey();
    await keepKeys(this.#name, [key]);
    await keepLogKey(this.#name, key.id);
    return key;
  }

  async #logKey(): Promise<HeldKey | undefined> {
    const id = await logKeyHere(this.#name);
    return (await heldKeys(this.#name)).find((key) => key.id === id);
  }

  /** The root key that the words spell, if it is one of this log's. */
  #rootOf(trail: Trail, words: string): Signer {
    const root = seedSigner(seedOf(words));
    if (trail.keys.some((key) => key.spki === root.spki && key.roles.includes('root') && key.until === undefined)) return root;
    throw new TrailFault({ code: 'SIGNER_MISSING', message: 'these are not the recovery words of this log' });
  }

  async #person(): Promise<string> {
    return (await personHere(this.#name)) ?? '';
  }

  // Reading, whoever writes -----------------------------------------------------------------------------------------------

  async #size(): Promise<number> {
    const store = databaseStore(this.#name);
    const { size } = await store.open({ write: false });
    await store.close();
    return size;
  }

  #entries(from: number, to = Number.MAX_SAFE_INTEGER): AsyncIterable<TrailEntry> {
    return readTrail({ store: databaseStore(this.#name), from, to });
  }

  async #entry(index: number): Promise<TrailEntry | undefined> {
    for await (const item of this.#entries(index, index + 1)) return item;
    return undefined;
  }

  async #reading<T>(work: (store: TrailStore) => Promise<T>): Promise<T> {
    const store = databaseStore(this.#name);
    await store.open({ write: false });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }
}

/** The keys that may sign a policy. */
const authorsIn = (trail: Trail) => trail.keys.filter((key) => key.until === undefined && key.roles.includes('policy_author'));

function peopleOf({ roster, policy }: Trail): People | null {
  if (roster === null || policy === null) return null;
  const { roles, classes } = policy.form();
  return { roster, roles, classes };
}

/** Everything that is wrong with a roster under a policy. */
function findingsOf(policy: FullPolicy, roster: Roster): readonly RosterFinding[] {
  try {
    policy.changes({ roster });
    return [];
  } catch (error) {
    if (codeOf(error) === 'ROSTER_UNFIT') return (error as TollgateError).findings;
    throw error;
  }
}

function titleOf(change: Change | null): string | null {
  const title = change?.request.title;
  return typeof title === 'string' ? title : null;
}

const said = (item: TrailEntry | undefined, member: string): string | null => {
  const found = item?.entry?.[member];
  return typeof found === 'string' ? found : null;
};

const recordedAt = (item: TrailEntry | undefined): string | null => {
  const at = Number(said(item, 'time_ms') ?? Number.NaN);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};

/** How many entries a checkpoint signs: its second line. */
const sizeOf = (note: string): number => Number(note.split('\n')[1]);
