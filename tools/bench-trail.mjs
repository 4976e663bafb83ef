// How long an entry of a trail takes in Node until it is on the disk: `node tools/bench-trail.mjs`. Beside it, in the same round, stands what no trail can do
// without: hashing the same bytes, signing them, and writing them so that they last. What came of it stands in docs/performance.md.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { files, scenarios } from '../tests/support/shipped.mjs';
import { isMain } from './lib/main.mjs';
import { runScript } from './lib/steps.mjs';

const [ROUNDS, TIMES, OPEN] = [9, 30, 500];
const person = { person: 'u-asha' };
const request = scenarios.shared.pool;

async function bench() {
  const { openTrail, seedSigner } = await import('../js/dist/full.node.js');
  const { folderStore, keySigner } = await import('../js/dist/node.js');
  const load = () => loadavg().map((value) => value.toFixed(2)).join(' ');
  console.log(`Node ${process.version}, ${cpus().length} cores, load ${load()}`);

  const base = mkdtempSync(join(tmpdir(), 'tollgate-bench-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = keySigner(privateKey);
  const begun = async (store) => founded(await openTrail({ store, signer }), seedSigner);
  try {
    const trails = { disk: await begun(folderStore(join(base, 'trail'))), memory: await begun(memoryStore()) };
    const bare = { privateKey, file: join(base, 'bare') };
    await compare('a hold', holds, { ...trails, ...bare });
    await compare('a change, decided', creations, { ...trails, ...bare });
    for (const trail of Object.values(trails)) for (let other = 0; other < OPEN; other += 1) await creations.act(trail, `OPEN-${other}`);
    await compare(`a change, decided, beside ${OPEN} open ones`, creations, { ...trails, ...bare });
    for (const trail of Object.values(trails)) await trail.close();
  } finally {
    rmSync(base, { recursive: true });
  }
  console.log(`load ${load()}`);
}

/** What is timed, what it needs before, and what then makes the trail what it was: an entry takes longer where more is open. */
const holds = {
  // What is held is a change that the log has.
  ready: async (trail, id) => {
    for (const command of [{ create: { id, request } }, { withdraw: { reason: 'It is over' } }]) await trail.command(id, command, { actor: person });
  },
  act: (trail, id) => trail.hold(id, { actor: person, reason: 'An audit' }),
  undo: (trail, id) => trail.liftHold(id, { actor: person, reason: 'It is over' }),
};
const creations = {
  act: (trail, id) => trail.command(id, { create: { id, request } }, { actor: person }),
  undo: (trail, id) => trail.command(id, { withdraw: { reason: 'It is over' } }, { actor: person }),
};

let last = 0;

/** Times an act in each round: on the disk, without it, and the bare work for the bytes that came of it. */
async function compare(what, { ready, act, undo }, { disk, memory, privateKey, file }) {
  const taken = { disk: [], memory: [], lasting: [], bare: [] };
  const bare = await open(file, 'a');
  let bytes = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ids = Array.from({ length: TIMES }, () => `CHG-${(last += 1)}`);
    if (ready) for (const id of ids) for (const trail of [disk, memory]) await ready(trail, id);
    const from = disk.size;
    const times = { disk: await timed((at) => act(disk, ids[at])), memory: await timed((at) => act(memory, ids[at])) };
    const lines = [];
    for await (const { stored } of disk.entries({ from, to: from + TIMES })) lines.push(stored);
    const signed = lines.map((line) => Buffer.from(JSON.parse(line).payload, 'base64'));
    const work = (at) => {
      createHash('sha256').update(lines[at]).digest();
      sign(null, signed[at], privateKey);
    };
    times.bare = await timed(work);
    times.lasting = await timed(async (at) => {
      work(at);
      await bare.write(`${lines[at]}\n`);
      await bare.datasync();
    });
    for (const id of ids) for (const trail of [disk, memory]) await undo(trail, id);
    bytes = Math.round(lines.reduce((sum, line) => sum + line.length, 0) / lines.length);
    // The first one warms up.
    if (round > 0) for (const [name, time] of Object.entries(times)) taken[name].push(time);
  }
  await bare.close();
  const ratio = (of, to) => median(taken[of].map((time, round) => time / taken[to][round])).toFixed(2);
  console.log(`${what}: an entry of ${bytes} bytes`);
  row('  hash and sign', taken.bare);
  row('  hash, sign, write, sync', taken.lasting);
  row('  the trail, in memory', taken.memory, `${ratio('memory', 'bare')} times hash and sign`);
  row('  the trail, on the disk', taken.disk, `${ratio('disk', 'lasting')} times hash, sign, write, sync`);
}

async function timed(work) {
  const start = performance.now();
  for (let time = 0; time < TIMES; time += 1) await work(time);
  return (performance.now() - start) / TIMES;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function row(what, values, note = '') {
  const ms = (value) => (value < 1 ? `${(value * 1000).toFixed(0)} µs` : `${value.toFixed(2)} ms`);
  const range = `${ms(Math.min(...values))} .. ${ms(Math.max(...values))}`;
  console.log([what.padEnd(28), ms(median(values)).padStart(10), range.padStart(22), note].join('  ').trimEnd());
}

/** A trail with the shipped policy in force. */
async function founded(trail, seedSigner) {
  const [root, ...authors] = [1, 2, 3].map((number) => seedSigner(new Uint8Array(32).fill(number)));
  await trail.begin({ origin: 'bench.example', root: { keys: [root.spki], threshold: 1 } }, { actor: person, signers: [root] });
  const statements = [];
  for (const [at, id] of ['u-cm', 'u-vp'].entries()) {
    await trail.enrol({ spki: authors[at].spki, roles: ['policy_author'], person: id }, { actor: person, signers: [root] });
    statements.push(await (await trail.statement({ adopt: files }, { person: id })).signedBy(authors[at]));
  }
  await trail.setRoster(scenarios.shared.people, { actor: person });
  await trail.adopt(files, { actor: person, statements });
  return trail;
}

/** A store that keeps everything in memory, for what is left without a disk. */
function memoryStore() {
  const [entries, blobs, notes] = [[], new Map(), []];
  return {
    open: async () => ({ size: entries.length, setAside: [] }),
    append: async (index, entry) => void entries.push(entry),
    read: async (from, to) => entries.slice(from, to),
    putBlob: async (digest, text) => void blobs.set(digest, text),
    blob: async (digest) => blobs.get(digest),
    putDisclosures: async () => undefined,
    disclosures: async () => [],
    putCheckpoint: async (size, note) => void notes.push(note),
    checkpoints: async () => notes,
    close: async () => undefined,
  };
}

if (isMain(import.meta.url)) await runScript(bench);
