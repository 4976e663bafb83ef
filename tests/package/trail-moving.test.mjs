// Changes that move from one log to another, and heads that others have seen.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { askApproval, openTrail, verifyTrail } from '../../js/dist/full.node.js';
import { folderStore } from '../../js/dist/node.js';
import { inProject } from '../../tools/lib/paths.mjs';
import { scenarios } from '../support/shipped.mjs';
import { clockAt, folderOfTests, founded, native, nativeVerify, officer, openAt, signerOf, voted } from '../support/trails.mjs';

const base = folderOfTests('moving');
const asha = { person: 'u-asha' };
const request = { ...scenarios.shared.pool, watchers: ['u-watcher'] };
const refused = (code) => (error) => error instanceof Error && error.name === 'TollgateError' && error.code === code;
const nameOf = ({ origin, log }) => ({ origin, log });

/** A log with a change that waits for a vote, and two logs that might take it over. */
async function logs(name) {
  const clock = clockAt('2026-02-03T10:00:00Z');
  const made = {};
  for (const origin of ['one', 'two', 'three']) made[origin] = (await founded(join(base, `${name}-${origin}`), { clock, origin: `${origin}.example` })).trail;
  for (const command of [{ create: { id: 'CHG-1', request } }, 'submit', 'complete']) {
    const answer = await made.one.command('CHG-1', command, { actor: asha });
    assert.equal(answer.ok, true, JSON.stringify(answer.reasons));
  }
  return made;
}

test('a change goes on where it was taken over and nowhere else', async () => {
  const { one, two, three } = await logs('moves');
  const before = one.change('CHG-1');
  await assert.rejects(one.handOver('CHG-1', { to: nameOf(one), actor: officer }), refused('SAME_LOG'));
  const bundle = await one.handOver('CHG-1', { to: nameOf(two), actor: officer });
  assert.deepEqual([one.change('CHG-1'), one.changes()], [null, []]);
  await assert.rejects(one.command('CHG-1', 'tick', { actor: asha }), refused('HANDED_OVER'));
  const { size } = one;
  await assert.rejects(one.gate('CHG-1', { facts: {}, actor: { machine: 'ci' } }), refused('HANDED_OVER'));
  await assert.rejects(one.statement({ purge: 'CHG-1' }, { person: 'u-dpo' }), refused('HANDED_OVER'));
  await assert.rejects(one.handOver('CHG-9', { to: nameOf(two), actor: officer }), refused('NO_CHANGE'));
  await assert.rejects(one.dismissPeer(nameOf(two), { reason: ' ', actor: officer }), refused('REASON_REQUIRED'));
  assert.equal(one.size, size, 'and nothing of that is on record');
  await one.close();
  const again = await openAt(join(base, 'moves-one'), { clock: clockAt('2026-02-03T10:00:00Z') });
  await assert.rejects(again.command('CHG-1', 'tick', { actor: asha }), refused('HANDED_OVER'));
  await again.close();

  // Root says first from which logs changes are taken over.
  await assert.rejects(two.takeOver(bundle, { from: nameOf(one), actor: officer }), refused('PEER_NOT_ACCEPTED'));
  await assert.rejects(two.acceptPeer('one.example', { actor: officer }), refused('BAD_CALL'));
  for (const trail of [two, three]) await trail.acceptPeer(nameOf(one), { actor: officer });
  await assert.rejects(two.acceptPeer(nameOf(one), { actor: officer }), refused('PEER_KNOWN'));
  assert.deepEqual([one.peers, two.peers], [[], [nameOf(one)]]);
  await assert.rejects(three.takeOver(bundle, { from: nameOf(one), actor: officer }), refused('OTHER_LOG'));
  await assert.rejects(two.takeOver(bundle, { from: { ...nameOf(one), log: two.log }, actor: officer }), refused('OTHER_LOG'));
  await assert.rejects(two.takeOver(bundle.replace('"index":"', '"index":"1'), { from: nameOf(one), actor: officer }), refused('BAD_BUNDLE'));
  const taken = await two.takeOver(bundle, { from: nameOf(one), actor: officer });
  assert.deepEqual([taken, two.change('CHG-1')], [before, before]);
  assert.equal((await voted(two, 'CHG-1', 'u-manager')).ok, true);
  const check = await two.verify({ redecide: true, beside: [bundle] });
  assert.deepEqual([check.verdict, check.open], ['self-consistent', 1], check.says);
  await two.close();
  const later = await openAt(join(base, 'moves-two'));
  assert.deepEqual([later.change('CHG-1').state, later.change('CHG-1').request.watchers], ['approved', ['u-watcher']]);

  // Whoever reads the log finds what was decided before, and where.
  if (native) {
    const shown = (name, ...more) => spawnSync(native, ['trail', 'show', join(base, `moves-${name}`), ...more], { encoding: 'utf8' }).stdout.trimEnd().split('\n').slice(1);
    const lines = shown('two', '--change', 'CHG-1');
    const told = lines.map((line) => [line.slice(33, 51).trimEnd(), line.endsWith('  (in log one.example)')]);
    const before = ['change.command', 'change.command', 'change.command', 'change.handed_over'].map((kind) => [kind, true]);
    assert.deepEqual(told, [...before, ['change.taken_over', false], ['change.command', false]], lines.join('\n'));
    assert.match(lines[0], /^ {4}9 .* CHG-1\/1 {2}create: created {2}\(in log one\.example\)$/);
    assert.ok(shown('two').every((line) => !line.includes('(in log')), 'the list of all entries is that of this log');
  }

  // It goes on to a third, with its votes and its personal data; an approval there names where it has been.
  await three.acceptPeer(nameOf(later), { actor: officer });
  const on = await later.handOver('CHG-1', { to: nameOf(three), actor: officer });
  await three.takeOver(on, { from: nameOf(later), actor: officer });
  assert.deepEqual(three.change('CHG-1').request.watchers, ['u-watcher']);
  const asked = { log: nameOf(three), maxAgeMs: 600_000, now: '2026-02-03T10:00:00Z' };
  const { approval } = askApproval(await three.approval('CHG-1', { actor: officer }), asked);
  assert.deepEqual(approval.came_through, [nameOf(again), nameOf(later)]);
  await later.dismissPeer(nameOf(one), { actor: officer, reason: 'Not kept any more' });
  assert.deepEqual(later.peers, []);
  await later.close();
  await three.close();
});

test('what was handed over counts once, and what was erased does not come back', async () => {
  const { one, two, three } = await logs('back');
  await three.close();
  await one.enrol({ spki: signerOf('dpo').spki, roles: ['data_protection_officer'], person: 'u-dpo' }, { actor: officer });
  await one.acceptPeer(nameOf(two), { actor: officer });
  await two.acceptPeer(nameOf(one), { actor: officer });
  await one.hold('CHG-1', { actor: officer, reason: 'Asked for by counsel' });
  await assert.rejects(one.handOver('CHG-1', { to: nameOf(two), actor: officer }), refused('LEGAL_HOLD'));
  await one.liftHold('CHG-1', { actor: officer, reason: 'Over' });
  const first = await one.handOver('CHG-1', { to: nameOf(two), actor: officer });
  await two.takeOver(first, { from: nameOf(one), actor: officer });
  await assert.rejects(two.takeOver(first, { from: nameOf(one), actor: officer }), refused('CHANGE_IS_HERE'));
  // Erased where it was, and brought back by the one that had it meanwhile.
  const erase = await (await one.statement({ erase: 'u-watcher', reason: 'Asked for' }, { person: 'u-dpo' })).signedBy(signerOf('dpo'));
  assert.equal(await one.erase({ statement: erase }), 1);
  const back = await two.handOver('CHG-1', { to: nameOf(one), actor: officer });
  await assert.rejects(two.takeOver(first, { from: nameOf(one), actor: officer }), refused('OLD_BUNDLE'));
  await assert.rejects(two.approval('CHG-1', { actor: officer }), refused('HANDED_OVER'));
  const taken = await one.takeOver(back, { from: nameOf(two), actor: officer });
  assert.equal(taken.request.watchers, undefined);
  assert.deepEqual([(await one.disclosures()).length, one.erased('CHG-1').length], [1, 1]);
  assert.equal((await one.command('CHG-1', { withdraw: { reason: 'Not needed' } }, { actor: asha })).ok, true);
  await assert.rejects(one.statement({ purge: 'CHG-1' }, { person: 'u-dpo' }), refused('HANDED_OVER'));
  const check = await one.verify({ redecide: true });
  assert.equal(check.verdict, 'self-consistent', check.says);
  // Neither is what has ended here begun again from elsewhere.
  await assert.rejects(one.takeOver(back, { from: nameOf(two), actor: officer }), refused('CHANGE_IS_HERE'));
  for (const trail of [one, two]) await trail.close();
});

test('a change that no log could take over is not handed over', async () => {
  const { one, two, three } = await logs('long');
  await one.close();
  const [kept, long] = [folderStore(join(base, 'long-one')), { now: false }];
  const read = (name) => (typeof kept[name] === 'function' ? kept[name].bind(kept) : kept[name]);
  const store = new Proxy(kept, { get: (_, name) => (name === 'blob' && long.now ? async () => 'x'.repeat(8_000_000) : read(name)) });
  const again = await openTrail({ store, signer: signerOf('log'), clock: clockAt('2026-02-03T10:00:00Z') });
  long.now = true;
  const { size } = again;
  await assert.rejects(again.handOver('CHG-1', { to: nameOf(two), actor: officer }), refused('BUNDLE_TOO_LARGE'));
  assert.deepEqual([again.size, again.changes()], [size, ['CHG-1']], 'and goes on here');
  for (const trail of [again, two, three]) await trail.close();
});

test('what no log would take over does not leave its log', async () => {
  const { one, two, three } = await logs('stays');
  const at = one.size;
  assert.equal((await voted(one, 'CHG-1', 'u-manager')).ok, true);
  await one.revoke({ key: signerOf('u-manager').spki, reason: 'Stolen', from: at }, { actor: officer });
  const { size } = one;
  await assert.rejects(one.handOver('CHG-1', { to: nameOf(two), actor: officer }), (error) => {
    assert.match(error.message, new RegExp(`^no log would take change \`CHG-1\` over: entry ${at} is signed by key [0-9a-f]{64} of \`u-manager\`, which is revoked from before then \\(bring it to its end here`));
    return refused('KEY_REVOKED')(error);
  });
  await assert.rejects(one.handOver('CHG-1', { to: { ...nameOf(two), origin: 'two of them' }, actor: officer }), refused('BAD_ORIGIN'));
  assert.deepEqual([one.size, one.changes()], [size, ['CHG-1']]);
  assert.equal((await one.command('CHG-1', { withdraw: { reason: 'Begun anew elsewhere' } }, { actor: asha })).ok, true);
  assert.equal((await one.verify()).ok, true);
  for (const trail of [one, two, three]) await trail.close();
});

/** The sizes of the checkpoints that lie with a trail. */
const checkpointsIn = (folder) => (existsSync(join(folder, 'checkpoints')) ? readdirSync(join(folder, 'checkpoints')).map(Number) : []);

/** Hands the change over in a store that can keep no checkpoint: as if the process had ended once its entry was kept. */
async function cutShort(name, one, to) {
  await one.close();
  const folder = join(base, `${name}-one`);
  const kept = folderStore(folder);
  const read = (member) => (typeof kept[member] === 'function' ? kept[member].bind(kept) : kept[member]);
  const store = new Proxy(kept, { get: (_, member) => (member === 'putCheckpoint' ? async () => Promise.reject(new Error('no space')) : read(member)) });
  const clock = clockAt('2026-02-03T10:00:00Z');
  const trail = await openTrail({ store, signer: signerOf('log'), clock });
  await assert.rejects(trail.handOver('CHG-1', { to, actor: officer }), /no space/);
  await trail.close();
  return { folder, clock };
}

test('a bundle that was lost is had again, for as long as its log is', async () => {
  const { one, two, three } = await logs('again');
  const { folder, clock } = await cutShort('again', one, nameOf(two));
  const from = nameOf(one);
  let again = await openAt(folder, { clock });
  const { size } = again;
  assert.deepEqual([again.changes(), checkpointsIn(folder)], [[], []]);
  const bundle = await again.handOver('CHG-1', { to: nameOf(two), actor: officer });
  assert.equal(again.size, size, 'and nothing is written');
  assert.equal(await again.handOver('CHG-1', { to: nameOf(two), actor: officer }), bundle);
  await assert.rejects(again.handOver('CHG-1', { to: nameOf(three), actor: officer }), (error) => {
    assert.match(error.message, /^change `CHG-1` was handed over to log `two\.example`, sha256:[0-9a-f]{64}, by entry \d+ \(have that log hand it on/);
    return refused('HANDED_OVER')(error);
  });
  await assert.rejects(again.handOver('CHG-1', { to: 'two.example', actor: officer }), refused('BAD_CALL'));

  // The log goes on, by another key at last: the bundle stays what it was.
  await again.setRoster(again.roster, { actor: officer });
  await again.rotate({ old: signerOf('log').spki, new: signerOf('log-2') }, { actor: officer });
  assert.equal(await again.handOver('CHG-1', { to: nameOf(two), actor: officer }), bundle);
  await again.close();
  again = await openAt(folder, { clock, signer: signerOf('log-2') });
  assert.equal(await again.handOver('CHG-1', { to: nameOf(two), actor: officer }), bundle);
  await two.acceptPeer(from, { actor: officer });
  await two.takeOver(bundle, { from, actor: officer });
  assert.deepEqual(two.change('CHG-1').request.watchers, ['u-watcher']);

  // What is erased here is not in it any more.
  await again.enrol({ spki: signerOf('dpo').spki, roles: ['data_protection_officer'], person: 'u-dpo' }, { actor: officer });
  await again.erase({ statement: await (await again.statement({ erase: 'u-watcher', reason: 'Asked for' }, { person: 'u-dpo' })).signedBy(signerOf('dpo')) });
  const { bundle: proof, disclosures } = JSON.parse(await again.handOver('CHG-1', { to: nameOf(two), actor: officer }));
  const before = JSON.parse(bundle);
  assert.deepEqual([proof, disclosures.length, before.disclosures.length], [before.bundle, 1, 2]);
  assert.equal((await again.verify({ redecide: true })).ok, true);
  for (const trail of [again, two, three]) await trail.close();
});

test('the head that a bundle ends with is signed before anything follows it', async () => {
  const { one, two, three } = await logs('owed');
  const { folder, clock } = await cutShort('owed', one, nameOf(two));
  cpSync(folder, `${folder}-lost`, { recursive: true });
  const again = await openAt(folder, { clock });
  const { size } = again;
  await again.setRoster(again.roster, { actor: officer });
  assert.deepEqual(checkpointsIn(folder), [size]);
  const bundle = await again.handOver('CHG-1', { to: nameOf(two), actor: officer });
  await two.acceptPeer(nameOf(again), { actor: officer });
  await two.takeOver(bundle, { from: nameOf(again), actor: officer });
  await again.close();
  // Where the key is lost that would sign it, the log goes on all the same, by another.
  const recovered = await openAt(`${folder}-lost`, { clock, signer: signerOf('log-2') });
  await assert.rejects(recovered.setRoster(recovered.roster, { actor: officer }), refused('SIGNER_MISSING'));
  await recovered.recover({ actor: officer });
  await recovered.setRoster(recovered.roster, { actor: officer });
  await assert.rejects(recovered.handOver('CHG-1', { to: nameOf(two), actor: officer }), refused('SIGNER_MISSING'));
  assert.equal((await recovered.verify()).ok, true);
  for (const trail of [recovered, two, three]) await trail.close();
});

test('a log that hands one change over twice is found out by whoever sees both', async () => {
  const { one, two, three } = await logs('copy');
  await one.close();
  cpSync(join(base, 'copy-one'), join(base, 'copy-same'), { recursive: true });
  rmSync(join(base, 'copy-same', 'lock'), { recursive: true });
  const clock = clockAt('2026-02-03T10:00:00Z');
  const [left, right] = [await openAt(join(base, 'copy-one'), { clock }), await openAt(join(base, 'copy-same'), { clock })];
  const toTwo = await left.handOver('CHG-1', { to: nameOf(two), actor: officer });
  const toThree = await right.handOver('CHG-1', { to: nameOf(three), actor: officer });
  for (const trail of [two, three]) await trail.acceptPeer(nameOf(left), { actor: officer });
  await two.takeOver(toTwo, { from: nameOf(left), actor: officer });
  await three.takeOver(toThree, { from: nameOf(left), actor: officer });
  assert.equal((await two.verify()).verdict, 'self-consistent');
  const check = await two.verify({ beside: [toThree] });
  assert.deepEqual([check.ok, check.verdict, check.forks.length], [false, 'forked', 1], check.says);
  assert.deepEqual([check.forks[0].one[1], check.forks[0].other[1]], [nameOf(two), nameOf(three)]);
  for (const trail of [left, right, two, three]) await trail.close();
  const file = join(base, 'to-three.json');
  writeFileSync(file, toThree);
  // The command lines say the same of it, and of a file that is no such bundle.
  const cli = (...args) => spawnSync(process.execPath, [inProject('js', 'dist', 'cli.js'), 'trail', 'verify', join(base, 'copy-two'), ...args], { encoding: 'utf8' });
  const told = [cli('--beside', file), cli('--beside', file, '--json'), cli()];
  assert.deepEqual(told.map(({ status }) => status), [1, 1, 0]);
  assert.deepEqual([told[0].stdout.split('\n')[0], JSON.parse(told[1].stdout).verdict], [check.says, 'forked']);
  writeFileSync(join(base, 'none.json'), '{}');
  writeFileSync(join(base, 'cut.json'), toThree.replace('"index":"', '"index":"1'));
  const wrong = ['none.json', 'cut.json', 'nowhere.json'].map((name) => cli('--beside', join(base, name)));
  assert.deepEqual(wrong.map(({ status, stdout }) => [status, stdout]), [[1, ''], [1, ''], [1, '']]);
  assert.match(wrong[0].stderr, /^tollgate: --beside: `.*none\.json`: it is no bundle: /);
  assert.match(wrong[1].stderr, /^tollgate: --beside: `.*cut\.json`: the bundle does not hold: /);
  assert.match(wrong[2].stderr, /^tollgate: cannot read `.*nowhere\.json`/);
  assert.deepEqual([cli('--beside').status, cli('--beside', '').status], [2, 2]);
  if (!native) return;
  const natively = (...args) => spawnSync(native, ['trail', 'verify', join(base, 'copy-two'), ...args], { encoding: 'utf8' });
  assert.equal(natively('--beside', file).stdout, told[0].stdout);
  for (const [at, name] of ['none.json', 'cut.json'].entries()) {
    const { status, stderr } = natively('--beside', join(base, name));
    assert.deepEqual([status, stderr], [1, wrong[at].stderr]);
  }
  assert.deepEqual([nativeVerify(join(base, 'copy-two'), '--beside', file).verdict, nativeVerify(join(base, 'copy-two')).verdict], ['forked', 'self-consistent']);
});

test('what a pipeline was answered elsewhere stands beside what the log would have said', async () => {
  const { one } = await logs('told');
  await one.enrol({ spki: signerOf('pipeline').spki, roles: ['pipeline'], machine: 'ci' }, { actor: officer });
  const answer = { allow: true, reasons: [], state: 'approved', flags: [] };
  const statement = await (await one.statement({ gate: 'CHG-1', facts: {}, answer }, { machine: 'ci' })).signedBy(signerOf('pipeline'));
  const told = await one.gate('CHG-1', { statement });
  assert.deepEqual([told.allow, told.here.allow, told.here.state], [true, false, 'awaiting_approval']);
  assert.equal((await one.verify({ redecide: true })).verdict, 'self-consistent');
  assert.equal((await one.gate('CHG-1', { actor: officer })).here, undefined);
  for (const trail of [one]) await trail.close();
});

test('a head that a witness has signed is witnessed', async () => {
  const { trail } = await founded(join(base, 'witness'));
  const note = await trail.checkpoint();
  const seed = createHash('sha256').update('witness').digest();
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
  const spki = Buffer.from(signerOf('witness').spki, 'base64');
  // tlog-cosignature: the key ID, the time, and the signature over both lines and the note.
  const [name, time, text] = ['witness.example/1', 1_770_000_000, note.slice(0, note.lastIndexOf('\n\n') + 1)];
  const id = createHash('sha256').update(Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([4]), spki.subarray(-32)])).digest().subarray(0, 4);
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), key);
  const lineOf = (signed) => `\u2014 ${name} ${Buffer.concat([id, stamp, signed]).toString('base64')}\n`;
  const line = lineOf(signature);
  const vkey = `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.from([4]), spki.subarray(-32)]).toString('base64')}`;
  const pins = [note + line];
  assert.equal((await trail.verify({ pins })).verdict, 'pinned');
  const given = await trail.verify({ pins, witnesses: [vkey] });
  assert.deepEqual([given.verdict, given.witnessed], ['witnessed', { size: trail.size, witnesses: 1, at: '2026-02-02T02:40:00Z' }], given.says);
  await assert.rejects(trail.verify({ witnesses: ['x'] }), refused('BAD_WITNESS'));
  await trail.enrol({ spki: signerOf('witness').spki, roles: ['witness'] }, { actor: officer });
  assert.equal((await trail.verify({ pins })).verdict, 'witnessed');
  const forged = Buffer.from(signature);
  forged[0] ^= 1;
  assert.notEqual((await trail.verify({ pins: [note + lineOf(forged)] })).verdict, 'witnessed');
  await trail.close();
  assert.equal((await verifyTrail({ store: folderStore(join(base, 'witness')), pins })).verdict, 'witnessed');
});

// A vote is not taken back. Its key turns out to have been stolen: the log knows with which keys a change was signed, also once it
// was closed and opened again.
test('no deployment begins by a vote whose key is revoked from before it', async () => {
  const { one: first } = await logs('stolen');
  const at = first.size;
  assert.equal((await voted(first, 'CHG-1', 'u-manager')).ok, true);
  await first.close();
  const one = await openAt(join(base, 'stolen-one'), { clock: clockAt('2026-02-03T10:00:00Z') });
  const ask = async () => (await one.gate('CHG-1', { facts: {}, actor: { machine: 'ci' } })).reasons.filter(({ code }) => code === 'KEY_REVOKED');
  assert.deepEqual(await ask(), []);
  const { spki } = signerOf('u-manager');
  await one.revoke({ key: spki, reason: 'Stolen', from: one.size }, { actor: officer });
  assert.deepEqual(await ask(), []);
  await one.revoke({ key: spki, reason: 'Stolen before', from: at }, { actor: officer });
  const [reason] = await ask();
  assert.match(reason.message, new RegExp(`^entry ${at} is signed by key [0-9a-f]{64} of \`u-manager\`, which is revoked from entry ${at} on: withdraw it, and begin it anew$`));
  assert.equal((await one.verify({ redecide: true })).verdict, 'self-consistent');
  await one.close();
});
