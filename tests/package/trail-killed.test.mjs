// Writers that are killed, and writers that contend: nothing acknowledged is lost, and there is no fork. TOLLGATE_KILLS=1000 is the full run.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { folderStore } from '../../js/dist/node.js';
import { inProject } from '../../tools/lib/paths.mjs';
import { begin, folderOfTests, native, nativeVerify, openAt } from '../support/trails.mjs';

const KILLS = Number(process.env.TOLLGATE_KILLS ?? 12);
/** Each opening checks every entry: after so many kills another trail is begun. */
const KILLS_A_TRAIL = 50;

/** So many processes have one folder in their eye. */
const PROCESSES = 8;

const base = folderOfTests('killed');

async function begun(name) {
  const folder = join(base, name);
  const trail = await openAt(folder);
  await begin(trail);
  await trail.close();
  return folder;
}

/** A writer; `said` has the indexes that were acknowledged. */
function writer(folder, count, waitMs) {
  const child = spawn(process.execPath, [inProject('tests/support/appender.mjs'), folder, String(count), String(waitMs)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  let [wanted, enough] = [Infinity, () => undefined];
  child.stdout.on('data', (more) => {
    text.out += more;
    if (text.out.split('\n').length > wanted) enough();
  });
  child.stderr.on('data', (more) => (text.err += more));
  const ended = once(child, 'close').then(([code]) => ({ code, complaint: text.err, said: text.out.split('\n').slice(0, -1).map(Number) }));
  /** Waits until so many were acknowledged. */
  const hasSaid = (count) => Promise.race([ended, new Promise((done) => ([wanted, enough] = [count, done]))]);
  return { child, ended, hasSaid };
}

/** Every entry of a folder follows the one before it, and those acknowledged are among them. */
async function mustHold(folder, acknowledged) {
  const trail = await openAt(folder);
  const check = await trail.verify();
  assert.equal(check.ok, true, check.says);
  assert.ok(trail.size > acknowledged, `entry ${acknowledged} was acknowledged, and there are ${trail.size}`);
  await trail.close();
  if (native) assert.deepEqual([nativeVerify(folder).verdict, nativeVerify(folder).head.size], ['self-consistent', String(trail.size)]);
  return trail.size;
}

/** Kills so many writers of one trail, each after some entries, and checks after each what is there. Returns what is there in the end. */
async function killed(name, kills) {
  const folder = await begun(name);
  let [acknowledged, aside] = [0, 0];
  for (let kill = 0; kill < kills; kill += 1) {
    const { child, ended, hasSaid } = writer(folder, 1_000_000, 5_000);
    // After some entries, and at any moment of the next.
    await hasSaid(1 + Math.floor(Math.random() * 12));
    await new Promise((done) => setTimeout(done, Math.random() * 8));
    child.kill('SIGKILL');
    const { said, complaint } = await ended;
    assert.equal(complaint, '');
    assert.ok(said[0] > acknowledged, `entry ${said[0]} was acknowledged twice`);
    said.forEach((index, at) => assert.equal(index, said[0] + at));
    acknowledged = said.at(-1);
    const store = folderStore(folder, { waitMs: 5_000 });
    const { size, setAside } = await store.open({ write: true });
    await store.close();
    aside += setAside.length;
    assert.ok(size > acknowledged, `entry ${acknowledged} was acknowledged, and there are ${size}`);
  }
  return { entries: await mustHold(folder, acknowledged), aside };
}

test(`${KILLS} times kill -9 while appending`, async (t) => {
  const trails = Array.from({ length: Math.ceil(KILLS / KILLS_A_TRAIL) }, (_, at) => [`trail-${at}`, Math.min(KILLS_A_TRAIL, KILLS - at * KILLS_A_TRAIL)]);
  const sum = { entries: 0, aside: 0 };
  // Each processor kills writers of trails of its own.
  const lane = async () => {
    for (let next; (next = trails.shift()); ) {
      const { entries, aside } = await killed(...next);
      [sum.entries, sum.aside] = [sum.entries + entries, sum.aside + aside];
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  t.diagnostic(`${KILLS} kills, ${sum.entries} entries, ${sum.aside} unfinished lines set aside`);
});

test(`${PROCESSES} processes that wait for one folder: all that they acknowledge is there, and contiguous`, async () => {
  const [folder, each] = [await begun('waiting'), 8];
  const ended = await Promise.all(Array.from({ length: PROCESSES }, () => writer(folder, each, 120_000).ended));
  assert.deepEqual(ended.map(({ code, complaint }) => [code, complaint]), ended.map(() => [0, '']));
  const said = ended.flatMap(({ said }) => said).sort((a, b) => a - b);
  assert.deepEqual(said, Array.from({ length: PROCESSES * each }, (_, at) => at + 1));
  assert.equal(await mustHold(folder, PROCESSES * each), PROCESSES * each + 1);
});

test(`${PROCESSES} processes that do not wait: while one writes, the others are told which`, async () => {
  const folder = await begun('locked');
  const first = writer(folder, 1_000_000, 0);
  await first.hasSaid(1);
  const others = await Promise.all(Array.from({ length: PROCESSES - 1 }, () => writer(folder, 1, 0).ended));
  assert.deepEqual(others.map(({ code, complaint, said }) => [code, complaint, said]), others.map(() => [3, 'STORE_LOCKED', []]));
  const store = folderStore(folder);
  await assert.rejects(store.open({ write: true }), (error) => error.code === 'STORE_LOCKED' && error.message.includes(`process ${first.child.pid} `));
  first.child.kill('SIGKILL');
  const { said } = await first.ended;
  await mustHold(folder, said.at(-1));
});
