// `keys`: makes a key, and shows and ends those of a trail.

import { folderStore } from '../node/folder.js';
import { check, mustHold, portions } from '../trail/reading.js';
import type { TrailStore } from '../trail/store.js';
import type { TrailCheck } from '../trail/types.js';
import { makeKey, type Named, publicOf, verifierOf } from './files.js';
import { type Command, Fault, type Given, inLine, numberOf, Usage, usageOf } from './line.js';
import { engine, inTrail, mustBeTrail, PIN, pinsOf, TRAIL, WRITING } from './open.js';

const KEY_FILE = { name: 'FILE', about: 'The file of the private key' };

export const keysNew: Command = {
  words: 'keys new',
  about: 'Make an Ed25519 key, in a file that only its owner reads',
  args: [{ name: 'FILE', about: 'Where the private key goes (PKCS #8, PEM); a file that is there is never written over' }],
  options: [],
  after: 'Printed are the public key (base64 of its SPKI), which others enrol, and its id. The private key is never printed: whoever has the file signs.',
  run: async ({ args: [file = ''] }) => told(await makeKey(file)),
};

export const keysId: Command = {
  words: 'keys id',
  about: 'Print the public key of a private one, and its id',
  args: [KEY_FILE],
  options: [],
  run: async ({ args: [file = ''] }) => told(await publicOf(file)),
};

function told({ spki, id }: Named): number {
  console.log(`key   ${id}\nspki  ${spki}`);
  return 0;
}

export const keysList: Command = {
  words: 'keys list',
  about: 'Show who may sign what in a trail, and for which entries',
  args: [TRAIL],
  options: [PIN, { name: 'json', about: 'Print it for programs: a list' }],
  after:
    'The trail is verified first: without a pin nothing shows that its end, and with it the end of a key, was not cut off. Printed are the name and the identity of the log as well, which a deployment job pins, and its verifier key, by which `tollgate trail check-proof` checks a receipt.',
  run: list,
};

/** A key as the state of a log has it. */
interface Key {
  id: string;
  spki: string;
  roles: string[];
  person?: string;
  machine?: string;
  /** The entry that enrolled it. */
  since: string;
  /** The first entry that it does not count for. */
  until?: string;
}

/** A key as it is shown. */
interface Shown {
  key: string;
  spki: string;
  roles: string[];
  person?: string;
  machine?: string;
  /** The first entry that it counts for, and the first that it does not. */
  from: number;
  until?: number;
  /** The entry that ended it, and why. */
  ended?: { index: number; reason: string };
}

async function list(given: Given): Promise<number> {
  const [folder = ''] = given.args;
  await mustBeTrail(folder);
  const store = folderStore(folder);
  await store.open({ write: false });
  try {
    const asked = { pins: await pinsOf(given.all('pin')), own: await store.checkpoints(), redecide: false, takeUp: true, onProgress: undefined };
    const { check: checked, log } = await check(engine, store, asked);
    mustHold(checked);
    const keys = (log?.head.state.keys ?? []) as unknown as Key[];
    const ends = await endsIn(store);
    const shown = keys.map((key): Shown => {
      const { id, since, until, ...rest } = key;
      const ended = ends.get(id);
      // The keys of entry 0 sign that one too.
      const from = since === '0' ? 0 : Number(since) + 1;
      return { key: id, ...rest, from, ...(until === undefined ? {} : { until: Number(until) }), ...(ended ? { ended } : {}) };
    });
    console.log(given.has('json') ? JSON.stringify(shown, null, 2) : [...[checked.says, ...identity(checked, keys)].map(inLine), ...shown.map(text)].join('\n'));
    return 0;
  } finally {
    await store.close();
  }
}

/** What others pin: the name and the identity of the log, and the key that its checkpoints and receipts are checked by. */
function identity({ origin, log }: TrailCheck, keys: readonly Key[]): string[] {
  if (origin === undefined) return [];
  const ours = keys.find(({ roles, until }) => roles.includes('log') && until === undefined);
  return [`log       ${origin}, ${log}`, ...(ours ? [`verifier  ${verifierOf(origin, ours.spki)}`] : [])];
}

/** What ended keys, by their ids. */
async function endsIn(store: TrailStore): Promise<Map<string, { index: number; reason: string }>> {
  const ends = new Map<string, { index: number; reason: string }>();
  for await (const { index, entry } of portions(store, 0)) {
    const body = (entry?.body ?? {}) as { key?: string; reason?: string; old?: string };
    if (entry?.type === 'key.revoked') ends.set(body.key ?? '', { index, reason: `revoked: ${body.reason}` });
    if (entry?.type === 'key.rotated') ends.set(body.old ?? '', { index, reason: 'another one took its place' });
  }
  return ends;
}

function text({ key, roles, person, machine, from, until, ended }: Shown): string {
  const owner = person ?? machine;
  const what = owner === undefined ? roles.join(', ') : `${roles.join(', ')} of ${owner}`;
  const span = until === undefined ? `from entry ${from} on` : until > from ? `entries ${from} to ${until - 1}` : 'no entry';
  const end = ended === undefined ? '' : `; ended by entry ${ended.index}, ${ended.reason}`;
  return `${key}\n  ${inLine(`${what}: ${span}${end}`)}`;
}

export const keysRevoke: Command = {
  words: 'keys revoke',
  about: 'End a key of a trail: an entry that the log\'s key and those of the root sign',
  args: [TRAIL, { name: 'KEY', about: 'The id of the key, or its SPKI in base64' }],
  options: [
    ...WRITING,
    { name: 'person', value: 'ID', about: 'Who does it, by their opaque id', needed: true },
    { name: 'reason', value: 'TEXT', about: 'Why, for the record', needed: true },
    { name: 'from', value: 'INDEX', about: 'The first entry that it does not count for; the one after this act where it is left out' },
  ],
  after: "Example: npx tollgate keys revoke trail 5f1c.. --key log.pem --key root-1.pem --key root-2.pem --person u-ciso --reason 'laptop lost'\n\nAn entry that exists stays: what the key signed before counts, and what it signs from then on does not.",
  run: revoke,
};

/** An id, or the SPKI of an Ed25519 key. */
const KEY = /^(?:[0-9a-f]{64}|[A-Za-z0-9+/]{58,59}={1,2}|[A-Za-z0-9+/]{60})$/;

async function revoke(given: Given): Promise<number> {
  const [folder = '', key = ''] = given.args;
  const remedy = `\`npx tollgate keys list ${folder}\` prints those of the trail`;
  if (!KEY.test(key)) throw new Usage(`\`${key}\` is no key: its id has 64 hexadecimal digits, its SPKI 60 characters of base64; ${remedy}`, usageOf(keysRevoke));
  const [person = '', reason = '', from] = [given.one('person'), given.one('reason'), numberOf(given, 'from', keysRevoke)];
  return inTrail(given, keysRevoke, async (trail) => {
    if (!trail.keys.some(({ id, spki }) => id === key || spki === key)) throw new Fault(`the trail has no key \`${key}\`: ${remedy}`);
    await trail.revoke({ key, reason, ...(from === undefined ? {} : { from }) }, { actor: { person } });
    console.log(`entry ${trail.size - 1}: the key counts no more from entry ${from ?? trail.size} on`);
    return 0;
  });
}
