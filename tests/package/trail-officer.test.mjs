// What a data protection officer asks of a trail, and what gates answer: personal data erased, changes purged, also where a crash cut it short.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { openTrail } from '../../js/dist/full.node.js';
import { exportTrail, folderStore } from '../../js/dist/node.js';
import { scenarios } from '../support/shipped.mjs';
import { clockAt, folderOfTests, founded, native, nativeVerify, officer, openAt, signerOf } from '../support/trails.mjs';

const base = folderOfTests('officer');
const asha = { person: 'u-asha' };
const request = { ...scenarios.shared.pool, watchers: ['u-watcher'] };
const refused = (code) => (error) => error instanceof Error && error.name === 'TollgateError' && error.code === code;
const signed = async (trail, about, who, key = who.person ?? who.machine) => ({ statement: await (await trail.statement(about, who)).signedBy(signerOf(key)) });
const dpo = { person: 'u-dpo' };

/** A trail with an officer, a pipeline and a change that was withdrawn. */
async function begun(name) {
  const folder = join(base, name);
  const clock = clockAt('2026-02-03T10:00:00Z');
  const { trail } = await founded(folder, { clock });
  await trail.enrol({ spki: signerOf('u-dpo').spki, roles: ['data_protection_officer'], person: 'u-dpo' }, { actor: officer });
  await trail.enrol({ spki: signerOf('ci').spki, roles: ['pipeline'], machine: 'ci' }, { actor: officer });
  for (const id of ['CHG-1', 'CHG-2']) {
    await trail.command(id, { create: { id, request } }, { actor: asha });
    await trail.command(id, 'submit', { actor: asha });
  }
  await trail.command('CHG-1', { withdraw: { reason: 'The month end is over' } }, { actor: asha });
  return { folder, clock, trail };
}

/** A store in which a method fails from some call on, as where the power goes. */
function failing(folder, method, after = 0) {
  let calls = 0;
  return new Proxy(folderStore(folder), {
    get: (store, key) => (key === method && calls++ >= after ? () => Promise.reject(new Error('no power')) : typeof store[key] === 'function' ? store[key].bind(store) : store[key]),
  });
}

const withStore = (store, clock) => openTrail({ store, signer: signerOf('log'), signers: ['root-1', 'root-2'].map(signerOf), clock });
const keysIn = (folder) => Object.keys(JSON.parse(readFileSync(join(folder, 'keys', 'persons.json'), 'utf8')));

/** What is left of somebody in a folder, encrypted or not. */
const left = (folder, person) => readFileSync(join(folder, 'disclosures.sealed.jsonl'), 'utf8').includes(`"${person}"`) || keysIn(folder).includes(person);

test('the data of a person is erased, with their key, and everything else holds', async () => {
  const { folder, trail } = await begun('erase');
  assert.deepEqual([trail.change('CHG-2').request.watchers, left(folder, 'u-watcher'), trail.erased('CHG-2')], [['u-watcher'], true, []]);
  const about = { erase: 'u-watcher', reason: 'Asked for on 2 February' };
  await assert.rejects(trail.erase(await signed(trail, about, { person: 'u-cm' })), refused('UNSIGNED'));
  await assert.rejects(trail.statement({ ...about, erase: 'u-nobody' }, dpo), refused('NOTHING_TO_ERASE'));
  await assert.rejects(trail.statement({ ...about, reason: '' }, dpo), refused('REASON_REQUIRED'));
  await assert.rejects(trail.erase(await signed(trail, { purge: 'CHG-1' }, dpo).catch(() => signed(trail, { change: 'CHG-2', command: 'tick' }, dpo))), refused('BAD_CALL'));
  assert.equal(await trail.erase(await signed(trail, about, dpo)), 2);
  assert.deepEqual([trail.change('CHG-2').request.watchers, left(folder, 'u-watcher'), trail.erased('CHG-2').length], [undefined, false, 1]);
  assert.equal(trail.change('CHG-2').request.requester, 'u-asha');
  const check = await trail.verify({ redecide: true });
  assert.deepEqual([check.verdict, check.erased, check.differences], ['self-consistent', 2, undefined], check.says);
  // It goes on, and data of the same person that comes later is theirs again.
  await trail.command('CHG-3', { create: { id: 'CHG-3', request } }, { actor: asha });
  await trail.close();
  const again = await openAt(folder);
  assert.deepEqual([again.change('CHG-3').request.watchers, again.erased('CHG-2').length], [['u-watcher'], 1]);
  const target = join(base, 'erase-export');
  await exportTrail(again, target, { disclosures: true });
  if (native) assert.equal(nativeVerify(target, '--redecide').erased, 2);
  await again.close();
});

test('an erasure that a crash cut short is done by whoever opens the trail next', async () => {
  const { folder, clock, trail } = await begun('erase-cut');
  await trail.close();
  const cut = await withStore(failing(folder, 'forget'), clock);
  const asked = await signed(cut, { erase: 'u-watcher', reason: 'Asked for' }, dpo);
  await assert.rejects(cut.erase(asked), refused('STORE_FAILED'));
  await assert.rejects(cut.verify(), refused('STORE_FAILED'));
  await cut.close();
  assert.equal(left(folder, 'u-watcher'), true);
  const again = await openAt(folder);
  assert.equal(left(folder, 'u-watcher'), false);
  assert.deepEqual(await again.verify({ redecide: true }).then(({ verdict, erased }) => [verdict, erased]), ['self-consistent', 2]);
  await again.close();
});

test('a change is purged when its time is over, and not before', async () => {
  const { folder, clock, trail } = await begun('purge');
  const purge = { purge: 'CHG-1' };
  const code = async (work) => work.then(() => assert.fail('done'), (error) => error);
  assert.equal((await code(trail.statement({ purge: 'CHG-2' }, dpo))).code, 'NOT_CLOSED');
  const early = await code(trail.statement(purge, dpo));
  // It touches financial data: ten years.
  assert.deepEqual([early.code, early.help], ['RETENTION_NOT_OVER', 'purge it at 2036-02-03T10:00:00Z or later']);
  clock.set('2036-02-03T10:00:00Z');
  // A hold is on a change that is here, also one that has ended, and once.
  const { size } = trail;
  const missed = await code(trail.hold('CGH-1', { actor: officer, reason: 'A lawsuit' }));
  assert.deepEqual([missed.code, missed.help, trail.size], ['NO_CHANGE', 'did you mean `CHG-1`?', size]);
  // Another number is another change, and no slip.
  assert.match((await code(trail.hold('CHG-11', { actor: officer, reason: 'A lawsuit' }))).help, /^give the id of a change that the trail has/);
  assert.equal((await code(trail.hold('PAY-7', { actor: officer, reason: 'A lawsuit' }))).code, 'NO_CHANGE');
  await trail.hold('CHG-1', { actor: officer, reason: 'A lawsuit' });
  assert.equal((await code(trail.hold('CHG-1', { actor: officer, reason: 'Another one' }))).code, 'HELD_ALREADY');
  assert.equal(trail.size, size + 1);
  assert.equal((await code(trail.statement(purge, dpo))).code, 'LEGAL_HOLD');
  await trail.liftHold('CHG-1', { actor: officer, reason: 'It is over' });
  await assert.rejects(trail.purge(await signed(trail, purge, { person: 'u-cm' })), refused('UNSIGNED'));
  const blobs = readdirSync(join(folder, 'blobs')).length;
  assert.equal(await trail.purge(await signed(trail, purge, dpo)), 3);
  assert.deepEqual([trail.changes(), trail.change('CHG-1')], [['CHG-2'], null]);
  await assert.rejects(trail.command('CHG-1', { create: { id: 'CHG-1', request } }, { actor: asha }), refused('PURGED'));
  await assert.rejects(trail.hold('CHG-1', { actor: officer, reason: 'A lawsuit' }), refused('PURGED'));
  const check = await trail.verify({ redecide: true });
  assert.deepEqual([check.verdict, check.purged, check.changes], ['self-consistent', 3, 1], check.says);
  const lines = readFileSync(join(folder, 'entries', '000000000000.jsonl'), 'utf8').trimEnd().split('\n');
  assert.equal(lines.filter((line) => line.startsWith('{"tombstone":')).length, 3);
  assert.equal((await trail.disclosures()).length, 2, 'those of CHG-2 stay');
  assert.equal(readdirSync(join(folder, 'blobs')).length, blobs, 'the policy stays');
  await trail.checkpoint();
  await trail.close();
  const again = await openAt(folder, { clock });
  await again.command('CHG-2', { withdraw: { reason: 'Enough' } }, { actor: asha });
  await again.close();
  if (native) assert.deepEqual([nativeVerify(folder).verdict, nativeVerify(folder).purged], ['self-consistent', 3]);
});

test('a purge that a crash cut short is done by whoever opens the trail next', async () => {
  for (const [method, after] of [['forget', 0], ['tombstone', 0], ['tombstone', 2]]) {
    const { folder, clock, trail } = await begun(`purge-${method}-${after}`);
    await trail.close();
    clock.set('2036-02-03T10:00:00Z');
    const cut = await withStore(failing(folder, method, after), clock);
    const asked = await signed(cut, { purge: 'CHG-1' }, dpo);
    await assert.rejects(cut.purge(asked), refused('STORE_FAILED'));
    await cut.close();
    const again = await openAt(folder, { clock });
    const { verdict, purged } = await again.verify({ redecide: true });
    assert.deepEqual([verdict, purged], ['self-consistent', 3], `${method} ${after}`);
    await again.close();
  }
});

test('a gate is asked of the trail, or by a pipeline elsewhere', async () => {
  const { trail } = await begun('gate');
  const size = trail.size;
  const answer = await trail.gate('CHG-2', { actor: { machine: 'ci' } });
  assert.deepEqual([answer.allow, answer.index, answer.reasons.length > 0], [false, size, true]);
  assert.equal((await trail.gate('CHG-9', { actor: { machine: 'ci' } })).reasons[0].code, 'NO_CHANGE');
  const { index, ...told } = answer;
  const about = { gate: 'CHG-2', facts: {}, answer: told };
  await assert.rejects(trail.gate('CHG-2', await signed(trail, about, { machine: 'ci' }, 'u-cm')), refused('STATEMENT'));
  const taken = await trail.gate('CHG-2', await signed(trail, about, { machine: 'ci' }));
  assert.deepEqual([taken.allow, taken.index], [false, size + 2]);
  // What machines found out comes signed, too.
  const report = { report: { facts: { rollout: { region: 'india' } } } };
  const reported = await trail.command('CHG-2', await signed(trail, { change: 'CHG-2', command: report }, { machine: 'ci' }));
  assert.equal(reported.index, size + 3);
  const check = await trail.verify({ redecide: true });
  assert.equal(check.verdict, 'self-consistent', check.says);
  await trail.close();
});
