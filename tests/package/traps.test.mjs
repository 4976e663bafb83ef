// An engine that fails, in every way a module can, is replaced: the error says what happened, and the next call is right.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { rolldown } from 'rolldown';

import { after as afterStart, before, eventsOf, metrics, recorded, start } from '../support/deployed.mjs';
import { files, rulesIn, sample, scenarios } from '../support/shipped.mjs';
import { inProject } from '../../tools/lib/paths.mjs';
import { fold, Policy } from '../../js/dist/full.node.js';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-traps-'));
after(() => rmSync(folder, { recursive: true }));

process.env.TRAPPING_WASM = inProject('pkg', 'trapping_bg.wasm');
const build = await rolldown({ input: inProject('tests/package/trapping-entry.ts'), platform: 'node', logLevel: 'silent' });
await build.write({ file: join(folder, 'trapping.mjs'), format: 'es' });
const { engine, open, trap } = await import(join(folder, 'trapping.mjs'));

/** The ways to fail, and the words that the error must have. */
const WAYS = [
  ['panic', /^the engine failed in `trap`: panicked at .*\nthis panic is wanted/],
  ['unreachable', /^the engine failed in `trap`: unreachable/],
  ['recursion', /^the engine failed in `trap`: (Maximum call stack size exceeded|memory access out of bounds)/],
];

test('five hundred failures between good calls: every good call is right, every failure says what it was', () => {
  const shipped = Policy.compile(files);
  const starter = Policy.compile(rulesIn('rules/starter'));
  const { request, facts, now } = sample('board-of-seven');
  const small = [{ title: 'New newsletter', users: 120, rehearsed: false }, { now: '2026-02-03T05:30:00Z' }];
  const wanted = [shipped.explain(request, { facts, now }), starter.explain(...small)];
  const [first, second] = [open(shipped.image()), open(starter.image())];

  const before = engine.generation;
  for (let time = 0; time < 500; time += 1) {
    const [how, says] = WAYS[time % WAYS.length];
    assert.throws(() => trap(how), (error) => {
      assert.equal(error.name, 'TollgateError');
      assert.equal(error.code, 'ENGINE_FAILED');
      assert.match(error.message, says);
      assert.ok(error.cause);
      return true;
    });
    assert.deepEqual(time % 2 ? first.explain(request, { facts, now }) : second.explain(...small), wanted[time % 2 ? 0 : 1]);
  }
  assert.equal(engine.generation, before + 500, 'each failure ended one instance');
});

test('a failure between two commands loses nothing: the change passes through, and the next command is done as before', () => {
  const { shared } = scenarios;
  const whole = Policy.compile(files);
  const [broken, sound] = [open(whole.image()), whole].map((policy) => policy.changes({ roster: shared.people }));
  const [now, actor] = ['2026-02-03T05:30:00Z', { person: 'u-asha' }];
  let [change, wanted] = [null, null];
  for (const [place, command] of [{ create: { id: 'CHG-1', request: shared.pool } }, 'submit', 'complete', 'tick'].entries()) {
    assert.throws(() => trap(WAYS[place % WAYS.length][0]), { code: 'ENGINE_FAILED' });
    const answer = broken.next(change, command, { now, actor });
    assert.deepEqual(answer, sound.next(wanted, command, { now, actor }));
    assert.equal(answer.ok, true);
    change = answer.change;
    wanted = structuredClone(change);
  }
  assert.equal(change.state, 'awaiting_approval');
});

test('a failure between two observations loses nothing: the monitor passes through, too', () => {
  const { shared } = scenarios;
  const whole = Policy.compile(files);
  const change = fold(eventsOf(whole));
  const broken = open(whole.image());
  const columns = metrics.map(({ metric }) => ({ metric, series: metric }));
  const day = whole.readReport({ format: 'csv', text: before, metrics: columns });
  const { baselines } = whole.baseline(day.samples, { before: start });
  const { samples } = whole.readReport({ format: 'prometheus', text: recorded('matrix'), metrics });
  const [fragile, sound] = [broken, whole].map((policy) => policy.changes({ roster: shared.people }));
  let [monitor, wanted] = [fragile, sound].map((changes) => changes.arm(change, { baselines }).monitor);
  for (let minute = 1; minute <= 3; minute += 1) {
    assert.throws(() => trap(WAYS[minute - 1][0]), { code: 'ENGINE_FAILED' });
    const came = samples.filter(({ at }) => Math.ceil((Date.parse(at) - Date.parse(start)) / 60_000) === minute);
    const seen = fragile.observe(change, monitor, came, { now: afterStart(minute) });
    assert.deepEqual(seen, sound.observe(change, wanted, came, { now: afterStart(minute) }));
    ({ monitor } = seen);
    wanted = structuredClone(monitor);
  }
  assert.equal(monitor.rollback.code, 'METRICS');
});

test('a panic names no folder of the machine that built the module', () => {
  assert.throws(() => trap('panic'), (error) => {
    assert.doesNotMatch(error.message, /\/(root|home|Users)\//);
    assert.match(error.message, /src\/wasm\/mod\.rs/);
    return true;
  });
});

test('a policy that is released says so, and the others stay', () => {
  const image = Policy.compile(rulesIn('rules/starter')).image();
  const [kept, released] = [open(image), open(image)];
  released.release();
  released.release();
  assert.throws(() => released.form(), { code: 'RELEASED' });
  assert.throws(() => trap('panic'));
  assert.throws(() => released.form(), { code: 'RELEASED' });
  assert.equal(kept.form().title, 'Change approval');
});
