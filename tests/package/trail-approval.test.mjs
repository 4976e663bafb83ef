// The approval of a change as a file: made by whoever keeps the trail, asked by a deployment job that has none; as calls, from the command line, and
// as the example.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey } from 'node:crypto';
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { askApproval } from '../../js/dist/full.node.js';
import { inProject, root } from '../../tools/lib/paths.mjs';
import { scenarios } from '../support/shipped.mjs';
import { clockAt, folderOfTests, founded, officer, openAt, roster, signerOf, voted } from '../support/trails.mjs';

const base = folderOfTests('approval');
const planned = { start: '2026-02-10T21:00:00+05:30', end: '2026-02-13T06:00:00+05:30' };
const request = { ...scenarios.shared.pool, planned, watchers: ['u-watcher'] };
const snapshot = { digest: `sha256:${'b'.repeat(64)}`, taken_at: '2026-02-10T21:30:00+05:30', restore_test: 'passed' };
const facts = { pipeline: scenarios.shared.from_ci.pipeline, snapshot };
const other = { ...facts, pipeline: { ...facts.pipeline, artifact: `sha256:${'c'.repeat(64)}` } };
const NOW = '2026-02-10T22:00:00+05:30';
const refused = (code) => (error) => error instanceof Error && error.name === 'TollgateError' && error.code === code;
const at = (name) => join(base, name);

let file;
let log;
let question;

before(async () => {
  const { trail, clock } = await founded(at('trail'), { clock: clockAt('2026-02-02T10:00:00Z') });
  const given = async (when, command, actor) => {
    clock.set(when);
    const answer = await trail.command('CHG-1', command, { actor });
    assert.equal(answer.ok, true, JSON.stringify(answer.reasons));
  };
  // A roster before that nothing is decided by any more.
  await trail.setRoster({ ...roster, managers: { ...roster.managers, 'u-asha': 'u-gone' } }, { actor: officer });
  await trail.setRoster(roster, { actor: officer });
  const asha = { person: 'u-asha' };
  await given('2026-02-09T05:00:00Z', { create: { id: 'CHG-1', request } }, asha);
  await given('2026-02-09T05:00:00Z', 'submit', asha);
  await given('2026-02-09T05:00:00Z', 'complete', asha);
  await assert.rejects(trail.approval('CHG-2', { actor: officer }), refused('BAD_CALL'));
  assert.equal((await voted(trail, 'CHG-1', 'u-manager')).ok, true);
  await given('2026-02-09T06:00:00Z', { schedule: { implementer: 'u-impl' } }, asha);
  await given('2026-02-10T21:59:00+05:30', { report: { facts: { baseline: { samples: 1440 } } } }, { machine: 'monitor' });
  const reported = { ...scenarios.shared.from_ci, log_shipper: { healthy_at: '2026-02-10T21:59:00+05:30' } };
  await given('2026-02-10T21:59:00+05:30', { report: { facts: reported } }, { machine: 'ci' });
  clock.set('2026-02-10T21:59:30+05:30');
  file = await trail.approval('CHG-1', { actor: officer });
  log = { origin: trail.origin, log: trail.log };
  question = { log, now: NOW, maxAgeMs: 600_000, facts };
  for (const [path, wrong] of [['maxAgeMs', { maxAgeMs: -1 }], ['maxAgeMs', { maxAgeMs: '1' }], ['log', { log: { origin: 'x', log: 'sha256:1' } }], ['log', { log: 'x' }]]) {
    assert.throws(() => askApproval(file, { ...question, ...wrong }), (error) => error.code === 'BAD_CALL' && error.path === path);
  }
  const { index } = await trail.gate('CHG-1', { actor: officer });
  assert.equal(index, trail.size - 1, 'each time it is asked is on record');
  assert.equal((await trail.verify({ redecide: true })).verdict, 'self-consistent');
  await trail.close();
  writeFileSync(at('approval.json'), file);
  writeFileSync(at('facts.json'), JSON.stringify(facts));
  writeFileSync(at('other.json'), JSON.stringify(other));
  writeFileSync(at('tampered.json'), file.replace('"index":"', '"index":"1'));
  const seed = createHash('sha256').update('log').digest();
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
  writeFileSync(at('log.pem'), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
});

const codes = (over, text = file) => askApproval(text, { ...question, ...over }).reasons.map(({ code }) => code);

test('a job without a trail is allowed what the log approved, and nothing else', () => {
  const answer = askApproval(file, { ...question, change: 'CHG-1' });
  assert.deepEqual([answer.allow, answer.reasons, answer.state], [true, [], 'scheduled'], JSON.stringify(answer.reasons));
  const { change, revision, as_of, policy, decided_again } = answer.approval;
  assert.deepEqual([change, revision, as_of, decided_again], ['CHG-1', 1, '2026-02-10T16:29:30Z', 8]);
  assert.match(policy.digest, /^sha256:/);
  assert.ok(!file.includes('u-watcher') && file.length < 600_000, `${file.length}`);

  assert.deepEqual(codes({ facts: other }), ['ARTIFACT_MISMATCH']);
  assert.deepEqual(codes({ facts: { pipeline: facts.pipeline } }), ['NO_SNAPSHOT']);
  assert.deepEqual(codes({ change: 'CHG-2' }), ['OTHER_CHANGE']);
  assert.deepEqual(codes({ maxAgeMs: 29_999 }), ['STALE_APPROVAL']);
  assert.deepEqual(codes({ now: '2026-02-10T21:59:29+05:30' }), ['CLOCK_WENT_BACK']);
  assert.deepEqual(codes({ log: { ...log, log: `sha256:${'0'.repeat(64)}` } }), ['OTHER_LOG']);
  assert.deepEqual(codes({}, file.replace('"index":"', '"index":"1')), ['BAD_APPROVAL']);
  const [, key] = /key ([0-9a-f]{64})/.exec(askApproval(file, { ...question, revoked: [idOf('u-manager')] }).reasons[0].message);
  assert.equal(key, idOf('u-manager'));
  assert.deepEqual(codes({ change: 'CHG-2', maxAgeMs: 0, facts: other, revoked: [idOf('log')] }), ['OTHER_CHANGE', 'STALE_APPROVAL', 'KEY_REVOKED', 'ARTIFACT_MISMATCH']);
});

const idOf = (name) => createHash('sha256').update(Buffer.from(signerOf(name).spki, 'base64')).digest('hex');

test('a job that is wrong is told so', () => {
  for (const [over, code] of [[{ now: undefined }, 'BAD_CALL'], [{ now: 'soon' }, 'BAD_INSTANT'], [{ maxAgeMs: -1 }, 'BAD_CALL'], [{ maxAgeMs: undefined }, 'BAD_CALL'], [{ log: undefined }, 'BAD_CALL'], [{ revoked: ['x'] }, 'BAD_CALL'], [{ pin: log }, 'BAD_CALL']]) {
    assert.throws(() => askApproval(file, { ...question, ...over }), refused(code), JSON.stringify(over));
  }
  assert.throws(() => askApproval(undefined, question), refused('BAD_CALL'));
});

/** Runs the package's command line, or an example. */
function ran(script, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8', env: { ...process.env, TOLLGATE_NOW: NOW } });
  return { status, stdout, stderr };
}
const cli = (...args) => ran(inProject('js', 'dist', 'cli.js'), 'approval', ...args);
const gate = (approval, known, ...more) =>
  cli('gate', at(approval), '--origin', log.origin, '--log', log.log, '--facts', at(known), '--max-age', '10', '--now', NOW, ...more);

test('the command line says a line for each reason, and exits with 0, 1 or 2', () => {
  const allowed = gate('approval.json', 'facts.json');
  assert.deepEqual([allowed.status, allowed.stderr], [0, ''], allowed.stdout);
  assert.match(allowed.stdout, /^allow, scheduled\n {2}change {3}CHG-1, revision 1, sha256:[0-9a-f]{64}\n {2}policy {3}GCC-CHANGE .*\n {2}as of {4}2026-02-10T16:29:30Z, \d+ entries, root sha256:/);
  const denied = gate('approval.json', 'other.json', '--change', 'CHG-2', '--revoked', idOf('log'));
  assert.equal(denied.status, 1);
  assert.match(denied.stdout, /^deny, scheduled\nOTHER_CHANGE: .*\nKEY_REVOKED: .*\nARTIFACT_MISMATCH.*\n {2}change/);
  const tampered = gate('tampered.json', 'facts.json');
  assert.equal(tampered.status, 1);
  assert.match(tampered.stdout, /^deny\nBAD_APPROVAL: the approval does not hold: .*\n$/);
  assert.equal(JSON.parse(gate('approval.json', 'facts.json', '--json').stdout).allow, true);
  assert.deepEqual([gate('none.json', 'facts.json').status, gate('approval.json', 'none.json').status, gate('approval.json', 'approval.json').status], [1, 1, 1]);
  const wrong = cli('gate', at('approval.json'), '--origin', log.origin, '--log', log.log);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /^error: --max-age <MINUTES> is missing/);
  assert.match(cli('gaet').stderr, /^error: there is no command `approval gaet`: did you mean `approval gate`\?/);
});

test('whoever keeps the trail makes one from the command line', async () => {
  const made = cli('make', at('trail'), 'CHG-1', '--key', at('log.pem'), '--person', 'u-cm');
  assert.equal(made.status, 0, made.stderr);
  assert.equal(made.stderr, `tollgate: log ${log.origin}, ${log.log}\n`);
  const now = new Date().toISOString();
  const { approval, reasons } = askApproval(made.stdout, { ...question, now });
  assert.equal(approval.change, 'CHG-1');
  // The clock of this machine is long after the window.
  assert.ok(reasons.every(({ code }) => !['BAD_APPROVAL', 'STALE_APPROVAL', 'OTHER_LOG', 'DECIDED_OTHERWISE'].includes(code)), JSON.stringify(reasons));
  const none = cli('make', at('trail'), 'CHG-9', '--key', at('log.pem'), '--person', 'u-cm');
  assert.deepEqual([none.status, none.stdout], [1, '']);
  assert.match(none.stderr, /there is no change `CHG-9` in the trail/);
  const trail = await openAt(at('trail'));
  await trail.command('CHG-1', { withdraw: { reason: 'Not needed' } }, { actor: { person: 'u-asha' } });
  await assert.rejects(trail.approval('CHG-1', { actor: officer }), refused('CLOSED_CHANGE'));
  await trail.close();
});

test('a pin that is not there is no pin that was left out', () => {
  const file = readFileSync(at('approval.json'), 'utf8');
  for (const key of ['change', 'revoked', 'facts', 'register']) {
    for (const nothing of [undefined, null]) {
      const words = new RegExp(`^\`${key}\` is ${nothing} \\(give it, or leave it out\\)$`);
      assert.throws(() => askApproval(file, { ...question, [key]: nothing }), ({ code, path, message }) => code === 'BAD_CALL' && path === key && words.test(message));
    }
  }
});

test('the example says the same', () => {
  const example = (...args) => ran('examples/approval.mjs', ...args);
  const allowed = example(at('approval.json'), at('facts.json'), log.origin, log.log, 'CHG-1');
  assert.deepEqual([allowed.status, allowed.stdout], [0, 'allow, CHG-1 revision 1 as of 2026-02-10T16:29:30Z\n'], allowed.stderr);
  const denied = example(at('approval.json'), at('other.json'), log.origin, log.log);
  assert.equal(denied.status, 1);
  assert.match(denied.stdout, /^deny\nARTIFACT_MISMATCH/);
  assert.match(example(at('tampered.json'), at('facts.json'), log.origin, log.log).stdout, /^deny\nBAD_APPROVAL: /);
  assert.match(example(at('none.json'), at('facts.json'), log.origin, log.log).stdout, /^deny, Error: ENOENT/);
  assert.equal(example().status, 2);
});
