import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { digestOf, unlessMade } from '../../tools/lib/made.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-made-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name) => join(folder, name);

test('a thing is made again when its sources change, when it is gone, and when making it was broken off', async () => {
  mkdirSync(at('from/below'), { recursive: true });
  writeFileSync(at('from/below/a'), 'one');
  const what = { stamp: at('stamp'), made: at('made'), from: [at('from')] };
  let times = 0;
  const make = () => unlessMade(what, async () => writeFileSync(what.made, String((times += 1))));
  await make();
  await make();
  assert.equal(times, 1, 'nothing changed');
  writeFileSync(at('from/below/a'), 'two');
  await make();
  assert.equal(times, 2, 'a file has other bytes');
  writeFileSync(at('from/b'), '');
  await make();
  assert.equal(times, 3, 'a file came');
  rmSync(what.made);
  await make();
  assert.equal(times, 4, 'what was made is gone');
  writeFileSync(at('from/b'), 'x');
  await assert.rejects(unlessMade(what, async () => Promise.reject(new Error('broken off'))));
  writeFileSync(at('from/b'), '');
  await make();
  assert.equal(times, 5, 'the sources are as before, but something began to make it anew');
});

test('bytes that move from one file to the next give another digest', () => {
  for (const [name, first, second] of [['x', 'ab', 'c'], ['y', 'a', 'bc']]) {
    mkdirSync(at(name));
    writeFileSync(join(at(name), '1'), first);
    writeFileSync(join(at(name), '2'), second);
  }
  assert.notEqual(digestOf([at('x')]), digestOf([at('y')]));
});
