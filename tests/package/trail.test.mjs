// The trail through the package: a change from beginning to end, taken up again, exported, and checked by the native command line.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { readTrail, TollgateError, verifyTrail } from '../../js/dist/full.node.js';
import { exportTrail, folderStore, keySigner } from '../../js/dist/node.js';
import { files, scenarios } from '../support/shipped.mjs';
import { begin, clockAt, folderOfTests, founded, native, nativeVerify, officer, openAt, roster, signerOf, voted } from '../support/trails.mjs';

const base = folderOfTests('trail');
const asha = { person: 'u-asha' };
const at = (day, time = '10:00') => `2026-02-${day}T${time}:00+05:30`;
const request = { ...scenarios.shared.pool, watchers: ['u-watcher'], planned: { start: at('10', '21:00'), end: at('11', '06:00') } };

const refused = (code) => (error) => error instanceof Error && error.name === 'TollgateError' && error.code === code;

async function given(trail, clock, now, id, command, actor) {
  clock.set(now);
  const answer = await trail.command(id, command, { actor });
  assert.equal(answer.ok, true, `${JSON.stringify(command).slice(0, 40)}: ${JSON.stringify(answer.reasons)}`);
  return answer;
}

/** Leads a change to where it waits for a vote. */
async function waiting(trail, clock, id) {
  await given(trail, clock, at('03'), id, { create: { id, request } }, asha);
  await given(trail, clock, at('03', '10:05'), id, 'submit', asha);
  await given(trail, clock, at('03', '10:10'), id, 'complete', asha);
}

const shared = { trail: undefined, clock: undefined, folder: join(base, 'life') };

test('a change lives in the trail, from its beginning to its end', async () => {
  const { trail, clock } = (({ trail, clock }) => Object.assign(shared, { trail, clock }))(await founded(shared.folder));
  assert.deepEqual([trail.size, trail.origin, trail.policy.identity.id, trail.roster], [9, 'changes.example', 'GCC-CHANGE', roster]);
  await waiting(trail, clock, 'CHG-1');
  assert.equal(trail.change('CHG-1').state, 'awaiting_approval');
  clock.set(at('03', '11:00'));
  const vote = await voted(trail, 'CHG-1', 'u-manager');
  assert.deepEqual([vote.ok, vote.change.state, vote.index], [true, 'approved', 12]);
  await given(trail, clock, at('04'), 'CHG-1', { schedule: { implementer: 'u-impl' } }, asha);
  const refusal = await trail.command('CHG-1', { start: {} }, { actor: { person: 'u-impl' } });
  assert.deepEqual([refusal.ok, refusal.index], [false, 14]);
  await given(trail, clock, at('05'), 'CHG-1', { withdraw: { reason: 'The month end is over' } }, asha);
  assert.equal(trail.change('CHG-1').state, 'withdrawn');
  const kinds = [];
  for await (const { index, entry } of trail.entries({ from: 8 })) kinds.push([index, entry.type, entry.actor.person, entry.body.ok ?? null]);
  assert.deepEqual(kinds, [
    [8, 'policy.adopted', 'u-cm', null],
    [9, 'change.command', 'u-asha', true],
    [10, 'change.command', 'u-asha', true],
    [11, 'change.command', 'u-asha', true],
    [12, 'change.command', 'u-manager', true],
    [13, 'change.command', 'u-asha', true],
    [14, 'change.command', 'u-impl', false],
    [15, 'change.command', 'u-asha', true],
  ]);
});

test('whoever opens it again has the same changes, and goes on', async () => {
  const { trail, clock, folder } = shared;
  const before = trail.change('CHG-1');
  const note = await trail.checkpoint();
  await trail.close();
  await assert.rejects(trail.checkpoint(), refused('CLOSED'));
  const again = (shared.trail = await openAt(folder, { clock, pins: [note] }));
  assert.deepEqual([again.size, again.changes(), again.change('CHG-1')], [16, ['CHG-1'], before]);
  clock.set(at('06'));
  const answer = await again.command('CHG-2', { create: { id: 'CHG-2', request } }, { actor: asha });
  assert.deepEqual([answer.ok, answer.index], [true, 16]);
  const check = await again.verify({ pins: [note], redecide: true });
  assert.deepEqual([check.verdict, check.decided_again, check.changes, check.open], ['pinned', 8, 2, 1], check.says);
  assert.equal((await verifyTrail({ store: folderStore(folder) })).verdict, 'self-consistent');
});

test('an export is checked by the native command line', async (t) => {
  const target = join(base, 'export');
  const note = await exportTrail(shared.trail, target, { disclosures: true });
  assert.match(note, /^changes\.example\n17\n/);
  assert.deepEqual(readdirSync(target).sort(), ['EXPORT.txt', 'blobs', 'checkpoints', 'disclosures.jsonl', 'entries']);
  await assert.rejects(exportTrail(shared.trail, target), refused('BAD_CALL'));
  const said = readFileSync(join(target, 'EXPORT.txt'), 'utf8');
  assert.ok(said.includes(`17 entries`) && said.includes(shared.trail.log), said);
  await assert.rejects(openAt(target), refused('EXPORTED_COPY'), 'an entry in an export would be a fork');
  assert.ok(!existsSync(join(target, 'lock')), 'and nothing is left in it');
  await assert.rejects(openAt(join(target, 'entries')), refused('BAD_CALL'), 'nor is a trail made inside of one');
  await assert.rejects(exportTrail(shared.trail, join(shared.folder, 'entries', 'auditor')), refused('BAD_CALL'));
  const folders = ['entries', 'checkpoints'].map((name) => join(target, name, 'old'));
  for (const folder of folders) mkdirSync(folder);
  assert.equal((await verifyTrail({ store: folderStore(target) })).verdict, 'self-consistent', 'a folder is no part of it');
  for (const folder of folders) rmSync(folder, { recursive: true });
  if (!native) return t.diagnostic('target/debug/tollgate is not built: `cargo build` makes it');
  for (const folder of [target, shared.folder]) {
    const pin = join(folder, 'checkpoints', readdirSync(join(folder, 'checkpoints')).at(-1));
    const check = nativeVerify(folder, '--redecide', '--pin', pin);
    assert.deepEqual([check.status, check.verdict, check.pinned, check.decided_again], [0, 'pinned', 17, 8], check.says);
  }
});

test('personal data stands beside the trail, encrypted, and its keys are its owner\'s alone', async () => {
  const { trail, folder, clock } = shared;
  for await (const { stored } of trail.entries({ from: 9 })) {
    const payload = Buffer.from(JSON.parse(stored).payload, 'base64').toString();
    assert.ok(!payload.includes('u-watcher'), payload);
  }
  assert.deepEqual(trail.change('CHG-2').request.watchers, ['u-watcher']);
  assert.ok(!readFileSync(join(folder, 'disclosures.sealed.jsonl'), 'utf8').includes('watchers'));
  assert.equal(statSync(join(folder, 'keys', 'persons.json')).mode & 0o777, 0o600);
  assert.ok((await trail.disclosures()).some(({ persons }) => persons.includes('u-watcher')));
  await trail.close();
  // Without the keys it is gone, and everything else holds.
  rmSync(join(folder, 'keys'), { recursive: true });
  const again = (shared.trail = await openAt(folder, { clock }));
  assert.deepEqual(await again.disclosures(), []);
  assert.equal(again.change('CHG-2').request.watchers, undefined);
  const { verdict } = await again.verify({ redecide: true });
  assert.equal(verdict, 'self-consistent');
  await given(again, clock, at('06', '11:00'), 'CHG-2', 'submit', asha);
});

test('decisions of people take their own signature, over the request as it is', async () => {
  const { trail, clock } = shared;
  await given(trail, clock, at('06', '11:10'), 'CHG-2', 'complete', asha);
  const { digest, revision, decision } = trail.change('CHG-2');
  const command = { vote: { decision: 'approve', request: digest, revision, policy: decision.policy.digest } };
  await assert.rejects(trail.command('CHG-2', command, { actor: { person: 'u-manager' } }), refused('SIGNATURE_REQUIRED'));
  const asked = await trail.statement({ change: 'CHG-2', command }, { person: 'u-manager' });
  await assert.rejects(trail.command('CHG-2', { statement: await asked.signedBy(signerOf('u-asha')) }), refused('STATEMENT'));
  const expired = await trail.statement({ change: 'CHG-2', command }, { person: 'u-manager' }, { expires: at('06', '11:00') });
  await assert.rejects(trail.command('CHG-2', { statement: await expired.signedBy(signerOf('u-manager')) }), refused('STATEMENT'));
  await assert.rejects(trail.command('CHG-1', { statement: await asked.signedBy(signerOf('u-manager')) }), refused('STALE_STATEMENT'));
  const size = trail.size;
  const answer = await trail.command('CHG-2', { statement: await asked.signedBy(signerOf('u-manager')) });
  assert.deepEqual([answer.ok, answer.index, trail.size], [true, size, size + 1]);
});

test('calls that come at once are served one after the other', async () => {
  const { trail } = shared;
  const size = trail.size;
  const ids = Array.from({ length: 12 }, (_, at) => `CHG-1${at}`);
  const answers = await Promise.all(ids.map((id) => trail.command(id, { create: { id, request } }, { actor: asha })));
  assert.deepEqual(answers.map(({ index }) => index), ids.map((_, at) => size + at));
  assert.equal((await trail.verify()).ok, true);
});

test('keys are enrolled, rotated and revoked by whoever may', async () => {
  const folder = join(base, 'keys');
  const trail = await openAt(folder, { signers: [] });
  await assert.rejects(trail.checkpoint(), refused('NOT_BEGUN'));
  await assert.rejects(begin(trail), refused('SIGNER_MISSING'));
  const roots = ['root-1', 'root-2'].map(signerOf);
  const root = { keys: roots.map(({ spki }) => spki), threshold: 2 };
  await trail.begin({ origin: 'keys.example', root, person: 'u-cm' }, { actor: officer, signers: roots });
  await assert.rejects(trail.begin({ origin: 'x', root }, { actor: officer, signers: roots }), refused('BEGUN_TWICE'));
  const made = keySigner(generateKeyPairSync('ed25519').privateKey);
  await assert.rejects(trail.enrol({ spki: made.spki, roles: ['approver'], person: 'u-1' }, { actor: officer }), refused('SIGNER_MISSING'));
  await assert.rejects(trail.enrol({ spki: made.spki, roles: ['approver'], machine: 'ci' }, { actor: officer, signers: roots }), refused('ROLES'));
  await trail.enrol({ spki: made.spki, roles: ['approver'], person: 'u-1' }, { actor: officer, signers: roots });
  const next = signerOf('log-2');
  await trail.rotate({ old: signerOf('log').spki, new: next }, { actor: officer });
  await trail.revoke({ key: made.spki, reason: 'lost' }, { actor: officer, signers: roots });
  assert.equal(trail.size, 4);
  const dishonest = { spki: next.spki, sign: () => new Uint8Array(64) };
  await trail.close();
  const again = await openAt(folder, { signer: dishonest });
  await assert.rejects(again.setRoster(roster, { actor: officer }), refused('SIGNATURE'));
  assert.equal((await again.verify()).head.size, '4');
  await again.close();
});

test('an entry is proved under a checkpoint of now', async (t) => {
  const folder = join(base, 'proved');
  const { trail } = await founded(folder);
  const proof = await trail.prove(4);
  assert.match(proof, /^c2sp\.org\/tlog-proof@v1\nindex 4\n(?:[\w+/]{43}=\n)+\nchanges\.example\n9\n/);
  await assert.rejects(trail.prove(9), refused('NO_ENTRY'));
  await assert.rejects(trail.prove(-1), refused('BAD_CALL'));
  await assert.rejects(trail.prove('4'), refused('BAD_CALL'));
  await trail.close();
  if (!native) return t.diagnostic('target/debug/tollgate is not built: `cargo build` makes it');
  // The command line makes the same of the same checkpoint.
  assert.equal(execFileSync(native, ['trail', 'prove', folder, '4'], { encoding: 'utf8' }).trim(), proof.trim());
});

test('root keys put another key in the place of a lost one', async () => {
  const folder = join(base, 'lost');
  await (await founded(folder)).trail.close();
  const next = signerOf('log-2');
  const stranger = await openAt(folder, { signer: next, signers: [signerOf('root-1')] });
  await assert.rejects(stranger.recover({ actor: officer }), refused('SIGNER_MISSING'));
  await assert.rejects(stranger.setRoster(roster, { actor: officer }), refused('SIGNER_MISSING'));
  await stranger.close();
  const trail = await openAt(folder, { signer: next });
  await trail.recover({ actor: officer });
  const keys = trail.keys.filter(({ roles }) => roles.includes('log')).map(({ spki, since, until }) => [spki, since, until]);
  assert.deepEqual(keys, [[signerOf('log').spki, 0, 10], [next.spki, 9, undefined]]);
  await trail.setRoster(roster, { actor: officer });
  assert.deepEqual([(await trail.verify()).verdict, trail.size], ['self-consistent', 11]);
  await trail.close();
  const old = await openAt(folder);
  await assert.rejects(old.setRoster(roster, { actor: officer }), refused('SIGNER_MISSING'));
  await old.close();
});

test('whoever only reads needs no lock and no key', async () => {
  const folder = join(base, 'lost');
  const writer = await openAt(folder, { signer: signerOf('log-2') });
  const read = async (options) => {
    const indexes = [];
    for await (const { index, entry } of readTrail({ store: folderStore(folder), ...options })) indexes.push([index, entry.type]);
    return indexes;
  };
  assert.equal((await read({})).length, 11);
  assert.deepEqual(await read({ from: 9 }), [[9, 'key.rotated'], [10, 'roster.set']]);
  assert.deepEqual(await read({ from: 0, to: 1 }), [[0, 'log.began']]);
  await writer.close();
});

test('what is wrong with the arguments is said by name', async () => {
  await assert.rejects(openAt(join(base, 'x'), { sgner: 1 }), (error) => error instanceof TollgateError && error.path === 'sgner');
  await assert.rejects(openAt(join(base, 'x'), { signer: {} }), (error) => error.path === 'signer');
  await assert.rejects(openAt(join(base, 'x'), { signer: { spki: 'AAAA', sign() {} } }), (error) => error.code === 'BAD_KEY' && error.path === 'signer');
  assert.throws(() => folderStore(''), refused('BAD_CALL'));
  assert.throws(() => folderStore('x', { waitms: 1 }), refused('BAD_CALL'));
  await assert.rejects(shared.trail.command('CHG-9', { create: { id: 'CHG-8', request } }, { actor: asha }), refused('BAD_CALL'));
  await assert.rejects(verifyTrail({ store: folderStore(join(base, 'none')) }), refused('BAD_CALL'));
  await shared.trail.close();
});
