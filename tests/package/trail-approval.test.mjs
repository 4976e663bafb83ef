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
  await assert.rejects(trail.approval('CHG-2', { actor: officer }), refused('NO_CHANGE'));
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
  assert.match(allowed.stdout, /^allow\n {2}state {4}scheduled\n {2}change {3}CHG-1, revision 1, sha256:[0-9a-f]{64}\n {2}policy {3}GCC-CHANGE .*\n {2}as of {4}2026-02-10T16:29:30Z, \d+ entries, root sha256:/);
  const denied = gate('approval.json', 'other.json', '--change', 'CHG-2', '--revoked', idOf('log'));
  assert.equal(denied.status, 1);
  assert.match(denied.stdout, /^deny\nOTHER_CHANGE: .*\nKEY_REVOKED: .*\nARTIFACT_MISMATCH.*\n {2}state {4}scheduled\n {2}change/);
  assert.ok(denied.stdout.includes(`\nARTIFACT_MISMATCH: \`The approved artifact is the one deployed\` does not hold: \`pipeline.artifact\` is "${other.pipeline.artifact}", \`artifact\` is "${request.artifact}"\n`), denied.stdout);
  writeFileSync(at('near.json'), '{ "pipelin": {} }');
  assert.match(gate('approval.json', 'near.json').stdout, /^deny\nUNKNOWN_GROUP pipelin: unknown group `pipelin` \(did you mean `pipeline`\?\)\n/);
  const tampered = gate('tampered.json', 'facts.json');
  assert.equal(tampered.status, 1);
  assert.match(tampered.stdout, /^deny\nBAD_APPROVAL: the approval does not hold: .*\n$/);
  assert.equal(JSON.parse(gate('approval.json', 'facts.json', '--json').stdout).allow, true);
  // Help where a value may have been meant lets nothing through, and what others wrote is shown in its line.
  for (const words of [['--change', '--help'], ['--help']]) assert.equal(gate('approval.json', 'facts.json', ...words).status, 2);
  writeFileSync(at('escape.json'), JSON.stringify({ 'x\nallow\u001b[2K\u202e': {} }));
  assert.match(gate('approval.json', 'escape.json').stdout, /^deny[^\n]*\nUNKNOWN_GROUP [^\u001b\u202e\n]*\n {2}state/);
  assert.match(cli('gaet').stderr, /^error: there is no command `approval gaet`: did you mean `approval gate`\?/);
});

test('what cannot be asked is denied, where a script reads it', () => {
  const put = (name, text) => void writeFileSync(at(name), text);
  put('doubled.json', '{\n  "pipeline": { "env": "staging", "env": "production" }\n}');
  put('infinite.json', '{ "baseline": { "samples": 1e400 } }');
  put('large.json', '{ "baseline": { "samples": 9007199254740993 } }');
  put('cut.json', '{ "pipeline": ');
  put('list.json', '[]');
  writeFileSync(at('latin.json'), Buffer.from([0x7b, 0xe9, 0x7d]));
  const unasked = [
    ['none.json', 'facts.json', 'UNREADABLE', /cannot read `.*none\.json`: there is no such file or folder/],
    ['approval.json', 'none.json', 'UNREADABLE', /cannot read `.*none\.json`: there is no such file or folder/],
    ['approval.json', 'latin.json', 'UNREADABLE', /`.*latin\.json` is not UTF-8: save it as that/],
    ['approval.json', 'doubled.json', 'BAD_JSON', /`.*doubled\.json`:2:35: `\/pipeline\/env`: the key `env` is given twice: keep one of the two/],
    ['approval.json', 'infinite.json', 'BAD_JSON', /`.*infinite\.json`:1:28: .*`1e400`/],
    ['approval.json', 'large.json', 'BAD_JSON', /`.*large\.json`:1:28: .*`9007199254740993` is unsafe/],
    ['approval.json', 'cut.json', 'BAD_JSON', /`.*cut\.json`:1:15: .*the text ends/],
    ['approval.json', 'list.json', 'BAD_JSON', /`.*list\.json` holds no object: write `\{ \.\. \}`/],
  ];
  for (const [approval, known, code, words] of unasked) {
    const { status, stdout, stderr } = gate(approval, known);
    assert.deepEqual([status, stdout.split('\n')[0]], [1, 'deny'], stdout);
    assert.match(stdout, new RegExp(`^deny\\n${code}: ${words.source}.*\\n$`));
    assert.match(stderr, new RegExp(`^tollgate: ${words.source}`));
    const { ok, allow, reasons } = JSON.parse(gate(approval, known, '--json').stdout);
    assert.deepEqual([ok, allow, reasons.length, reasons[0].code], [false, false, 1, code]);
  }
  assert.match(gate('approval.json', 'facts.json', '--register', at('doubled.json')).stdout, /^deny\nBAD_JSON: /);
});

test('a command line that cannot be understood is denied, and says which option', () => {
  const asked = { '--origin': log.origin, '--log': log.log, '--max-age': '10', '--now': NOW };
  const wrong = (over) => cli('gate', at('approval.json'), ...Object.entries({ ...asked, ...over }).flat().filter((word) => word !== undefined));
  for (const [over, words] of [
    [{ '--log': 'sha256:abc' }, /--log is `sha256:abc`, and must be `sha256:` and 64 hexadecimal digits, as `npx tollgate keys list TRAIL` prints them/],
    [{ '--now': 'soon' }, /--now is `soon`, and must be an instant with its offset, such as/],
    [{ '--revoked': 'x' }, /--revoked is `x`, and must be the id of a key: 64 hexadecimal digits/],
    [{ '--max-age': '-1' }, /--max-age is `-1`, and must be a whole number, 0 or more/],
    [{ '--max-age': 'abc' }, /--max-age is `abc`, and must be a whole number, 0 or more/],
    [{ '--change': '' }, /--change is empty: /],
    [{ '--fact': 'x' }, /unknown option '--fact': did you mean `--facts`\?/],
    [{ '--facts': '-', '--register': '-' }, /standard input \(`-`\) is one file/],
  ]) {
    const { status, stdout, stderr } = wrong(over);
    assert.equal(status, 2, stderr);
    assert.match(stdout, new RegExp(`^deny\\nUSAGE: ${words.source}.*\\n$`));
    assert.match(stderr, new RegExp(`^error: ${words.source}[^]*\\nUsage: npx tollgate approval gate `));
    assert.equal(JSON.parse(wrong({ ...over, '--json': undefined }).stdout).allow, false);
  }
  const missing = cli('gate', at('approval.json'), '--origin', log.origin, '--log', log.log);
  assert.deepEqual([missing.status, missing.stdout.split('\n')[0]], [2, 'deny']);
  assert.match(missing.stderr, /^error: --max-age <MINUTES> is missing/);
});

test('a file may come from standard input', () => {
  const asked = ['--origin', log.origin, '--log', log.log, '--max-age', '10', '--now', NOW];
  const piped = (input, ...args) => spawnSync(process.execPath, [inProject('js', 'dist', 'cli.js'), 'approval', 'gate', ...args, ...asked], { input, encoding: 'utf8' });
  assert.match(piped(file, '-', '--facts', at('facts.json')).stdout, /^allow\n/);
  assert.match(piped(JSON.stringify(facts), at('approval.json'), '--facts', '-').stdout, /^allow\n/);
  assert.match(piped('{', at('approval.json'), '--facts', '-').stdout, /^deny\nBAD_JSON: `-` \(standard input\):1:2: /);
});

test('whoever keeps the trail makes one from the command line', async () => {
  const key = ['--key', at('log.pem'), '--person', 'u-cm'];
  const { trail: kept } = await founded(at('now'), { clock: () => new Date() });
  const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const given = async (command) => assert.equal((await kept.command('CHG-1', command, { actor: { person: 'u-asha' } })).ok, true);
  await given({ create: { id: 'CHG-1', request: { ...request, planned: { start: soon(1), end: soon(48) } } } });
  await given('submit');
  await given('complete');
  const { origin, log: identity } = kept;
  await kept.close();

  const early = cli('make', at('now'), 'CHG-1', ...key);
  assert.deepEqual([early.status, early.stdout], [1, ''], early.stderr);
  assert.match(early.stderr, /^tollgate: other changes and declared freezes were not looked at: give what is known of them as --register FILE\ntollgate: no file is made, as it would allow nothing:\nMISSING_APPROVAL .*: the approvals are not complete/);
  const again = await openAt(at('now'));
  assert.equal((await voted(again, 'CHG-1', 'u-manager')).ok, true);
  await again.close();
  writeFileSync(at('register.json'), '{}');
  const approved = cli('make', at('now'), 'CHG-1', ...key, '--register', at('register.json'));
  assert.equal(approved.status, 0, approved.stderr);
  assert.match(approved.stderr, new RegExp(`^tollgate: the file is made\\. What the job that deploys has yet to show \\(--facts\\), or to wait for:\\nOUTSIDE_WINDOW: [^]*\\nARTIFACT_MISMATCH[^]*\\ntollgate: log ${origin}, ${identity}\\n$`));
  assert.equal(askApproval(approved.stdout, { log: { origin, log: identity }, maxAgeMs: 60_000, now: new Date().toISOString() }).approval.change, 'CHG-1');
  assert.match(cli('make', at('now'), 'CHG-2', ...key).stderr, /^tollgate: there is no change `CHG-2` in the trail \(give the id of a change that the trail has: .*\)\n$/);
});

test('where the approval has lapsed no file is made', async () => {
  const made = cli('make', at('trail'), 'CHG-1', '--key', at('log.pem'), '--person', 'u-cm');
  // The clock of this machine is long after the window.
  assert.deepEqual([made.status, made.stdout], [1, ''], made.stderr);
  assert.match(made.stderr, /\nAPPROVAL_EXPIRED: the approval has lapsed/);
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
  assert.deepEqual([allowed.status, allowed.stdout], [0, 'allow\n  change   CHG-1, revision 1, as of 2026-02-10T16:29:30Z\n'], allowed.stderr);
  const denied = example(at('approval.json'), at('other.json'), log.origin, log.log);
  assert.equal(denied.status, 1);
  assert.match(denied.stdout, /^deny\nARTIFACT_MISMATCH/);
  assert.match(example(at('tampered.json'), at('facts.json'), log.origin, log.log).stdout, /^deny\nBAD_APPROVAL: /);
  assert.match(example(at('none.json'), at('facts.json'), log.origin, log.log).stdout, /^deny\nUNREADABLE: there is no `.*`: give the path of a file that is there/);
  assert.equal(example().status, 2);
});
