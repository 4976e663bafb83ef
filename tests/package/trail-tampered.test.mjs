// Trails that somebody changed: each is told, at the right entry, by the package and by the native command line.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { verifyTrail } from '../../js/dist/full.node.js';
import { folderStore } from '../../js/dist/node.js';
import { folderOfTests, founded, native, nativeVerify, officer, openAt, roster } from '../support/trails.mjs';

const base = folderOfTests('tampered');
const whole = join(base, 'whole');
const segment = (folder) => join(folder, 'entries', '000000000000.jsonl');
const linesOf = (folder) => readFileSync(segment(folder), 'utf8').trimEnd().split('\n');
let note;

before(async () => {
  const { trail } = await founded(whole);
  for (let n = 0; n < 6; n += 1) await trail.setRoster(roster, { actor: officer });
  note = await trail.checkpoint();
  await trail.close();
});

/** A copy of the trail with other lines. */
function copy(name, change) {
  const folder = join(base, name);
  cpSync(whole, folder, { recursive: true });
  rmSync(join(folder, 'lock'), { recursive: true });
  writeFileSync(join(folder, 'note'), note);
  const lines = change(linesOf(folder));
  if (lines) writeFileSync(segment(folder), lines.map((line) => `${line}\n`).join(''));
  return folder;
}

/** What all who check it say. */
async function verdicts(folder) {
  const here = await verifyTrail({ store: folderStore(folder), pins: [note] });
  const found = [[here.verdict, here.fault?.index, here.fault?.code]];
  if (native) {
    const there = nativeVerify(folder, '--pin', join(folder, 'note'));
    assert.equal(there.status === 0, here.ok);
    found.push([there.verdict, there.fault?.index, there.fault?.code]);
  }
  assert.ok(found.every((one) => one.join() === found[0].join()), JSON.stringify(found));
  return found[0];
}

/** Turns a bit of the payload of a line over, so that it stays base64. */
function flipped(line, at = 200) {
  const letter = line[at] === 'A' ? 'B' : 'A';
  return line.slice(0, at) + letter + line.slice(at + 1);
}

test('as it is', async () => assert.deepEqual(await verdicts(copy('same', () => undefined)), ['pinned', undefined, undefined]));

test('a flipped byte', async () => {
  for (const index of [0, 7, 14]) {
    const folder = copy(`flip-${index}`, (lines) => lines.with(index, flipped(lines[index])));
    const [verdict, place] = await verdicts(folder);
    assert.deepEqual([verdict, place], ['broken', index]);
    await assert.rejects(openAt(folder), (error) => error.code === 'TRAIL_BROKEN' && error.message.includes(`broken at ${index}`));
  }
});

test('lines that are dropped, swapped or doubled', async () => {
  const dropped = copy('drop', (lines) => lines.toSpliced(5, 1));
  assert.deepEqual(await verdicts(dropped), ['broken', 5, 'WRONG_INDEX']);
  assert.deepEqual(await verdicts(copy('swap', (lines) => lines.with(5, lines[6]).with(6, lines[5]))), ['broken', 5, 'WRONG_INDEX']);
  assert.deepEqual(await verdicts(copy('twice', (lines) => lines.toSpliced(5, 0, lines[4]))), ['broken', 5, 'WRONG_INDEX']);
});

test('a tail that was cut off shows against a checkpoint, its own or one kept elsewhere', async () => {
  const folder = copy('cut', (lines) => lines.slice(0, 12));
  assert.deepEqual(await verdicts(folder), ['stale', undefined, undefined]);
  await assert.rejects(openAt(folder), (error) => error.code === 'TRAIL_STALE');
  rmSync(join(folder, 'checkpoints'), { recursive: true });
  await assert.rejects(openAt(folder, { pins: [note] }), (error) => error.code === 'TRAIL_STALE');
  const empty = copy('empty', () => []);
  await assert.rejects(openAt(empty), (error) => error.code === 'TRAIL_STALE');
});

test('a blob that is gone, or another one', async () => {
  const [name] = readdirSync(join(whole, 'blobs'));
  const gone = copy('gone', () => undefined);
  rmSync(join(gone, 'blobs', name));
  assert.equal((await verdicts(gone))[0], 'blob missing');
  const other = copy('other', () => undefined);
  writeFileSync(join(other, 'blobs', name), '"other"');
  assert.deepEqual(await verdicts(other), ['broken', 8, 'BLOB']);
});

test('a line that is no JSON is named by file and line, and nothing is changed', async () => {
  const folder = copy('torn', (lines) => lines.with(3, lines[3].slice(0, 50)));
  const bytes = readFileSync(segment(folder));
  await assert.rejects(openAt(folder), (error) => error.code === 'STORE_DAMAGED' && /line 4 of `.*000000000000\.jsonl`/.test(error.message));
  assert.deepEqual(readFileSync(segment(folder)), bytes);
  assert.deepEqual((await verdicts(folder)).slice(0, 2), ['broken', 3]);
});

test('a last line that was not finished is set aside; one that is whole gets its end', async () => {
  const folder = copy('unfinished', () => undefined);
  rmSync(join(folder, 'checkpoints'), { recursive: true });
  const { length } = readFileSync(segment(folder));
  truncateSync(segment(folder), length - 100);
  const trail = await openAt(folder);
  assert.equal(trail.size, 14);
  const [{ file, movedTo, bytes }] = trail.setAside;
  assert.deepEqual([file, bytes], [segment(folder), readFileSync(movedTo).length]);
  await trail.close();
  const ended = copy('ended', () => undefined);
  truncateSync(segment(ended), length - 1);
  const again = await openAt(ended);
  assert.deepEqual([again.size, again.setAside.length, readFileSync(segment(ended)).length], [15, 0, length]);
  await again.setRoster(roster, { actor: officer });
  assert.equal((await again.verify()).head.size, '16');
  await again.close();
});
