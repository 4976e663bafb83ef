// Keys that turn out to have been stolen: what they signed before stays on record, and no deployment begins by it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { askApproval } from '../../js/dist/full.node.js';
import { scenarios } from '../support/shipped.mjs';
import { clockAt, folderOfTests, founded, nativeVerify, officer, openAt, signerOf, voted } from '../support/trails.mjs';

const base = folderOfTests('revoked');
const [asha, ci] = [{ person: 'u-asha' }, { machine: 'ci' }];
const nameOf = ({ origin, log }) => ({ origin, log });
const codes = ({ reasons }) => reasons.map(({ code }) => code);
const begun = async (name, clock, origin = 'one.example') => (await founded(join(base, name), { clock, origin })).trail;
const revoked = (trail, of, from) => trail.revoke({ key: signerOf(of).spki, reason: 'Stolen', from }, { actor: officer });
const planned = { start: '2026-02-10T21:00:00+05:30', end: '2026-02-13T06:00:00+05:30' };
const snapshot = { digest: `sha256:${'b'.repeat(64)}`, taken_at: '2026-02-10T21:30:00+05:30', restore_test: 'passed' };
const facts = { pipeline: scenarios.shared.from_ci.pipeline, snapshot };

/** A change that u-manager approved, and that waits for its window with all that is reported of it; and where the vote stands. */
async function scheduled(trail, clock) {
  let at;
  const given = async (when, command, actor) => {
    clock.set(when);
    const answer = await trail.command('CHG-1', command, { actor });
    assert.equal(answer.ok, true, JSON.stringify(answer.reasons));
  };
  for (const command of [{ create: { id: 'CHG-1', request: { ...scenarios.shared.pool, planned } } }, 'submit', 'complete']) await given('2026-02-09T05:00:00Z', command, asha);
  at = trail.size;
  await voted(trail, 'CHG-1', 'u-manager');
  await given('2026-02-09T06:00:00Z', { schedule: { implementer: 'u-impl' } }, asha);
  const shipper = { log_shipper: { healthy_at: '2026-02-10T21:59:00+05:30' } };
  await given('2026-02-10T21:59:00+05:30', { report: { facts: { baseline: { samples: 1440 } } } }, { machine: 'monitor' });
  await given('2026-02-10T21:59:00+05:30', { report: { facts: { ...scenarios.shared.from_ci, ...shipper, snapshot } } }, ci);
  clock.set('2026-02-10T21:59:30+05:30');
  return at;
}

for (const [name, away] of [['while a change is away', true], ['once it is back', false]]) {
  test(`a vote whose key is revoked ${name} lets nothing begin`, async () => {
    const clock = clockAt('2026-02-03T10:00:00Z');
    const folder = `back-${away}`;
    const [one, two] = [await begun(`${folder}-one`, clock), await begun(`${folder}-two`, clock, 'two.example')];
    for (const [trail, peer] of [[one, two], [two, one]]) await trail.acceptPeer(nameOf(peer), { actor: officer });
    const at = await scheduled(one, clock);
    assert.deepEqual(codes(await one.gate('CHG-1', { facts, actor: ci })), [], 'it may be deployed');
    const bundle = await one.handOver('CHG-1', { to: nameOf(two), actor: officer });
    if (away) await revoked(one, 'u-manager', at);
    await two.takeOver(bundle, { from: nameOf(one), actor: officer });
    await one.takeOver(await two.handOver('CHG-1', { to: nameOf(one), actor: officer }), { from: nameOf(two), actor: officer });
    if (!away) await revoked(one, 'u-manager', at);
    await Promise.all([one.close(), two.close()]);

    const again = await openAt(join(base, `${folder}-one`), { clock });
    assert.deepEqual(codes(await again.gate('CHG-1', { facts, actor: ci })), ['KEY_REVOKED']);
    const approval = await again.approval('CHG-1', { facts, actor: ci });
    const asked = askApproval(approval, { log: nameOf(again), maxAgeMs: 600_000, now: '2026-02-10T22:00:00+05:30', facts });
    assert.deepEqual([asked.allow, codes(asked)], [false, ['KEY_REVOKED']]);
    const start = await again.command('CHG-1', { start: { implementer: 'u-impl' } }, { actor: ci });
    assert.deepEqual([start.ok, codes(start), again.change('CHG-1').state], [false, ['KEY_REVOKED'], 'scheduled']);
    assert.equal((await again.verify({ redecide: true })).verdict, 'self-consistent');
    await again.close();
  });
}

test('a deployment begins by keys that count, whatever was refused and in whatever order facts come', async () => {
  const clock = clockAt('2026-02-03T10:00:00Z');
  const one = await begun('refused', clock);
  const at = await scheduled(one, clock);
  assert.equal((await voted(one, 'CHG-1', 'u-ciso')).ok, false);
  await revoked(one, 'u-ciso', at);
  assert.deepEqual(codes(await one.gate('CHG-1', { facts: { zz: 1, aa: 2 }, actor: ci })).filter((code) => code === 'KEY_REVOKED'), []);
  assert.equal((await one.verify({ redecide: true })).verdict, 'self-consistent', 'reasons follow the order of the entry');
  const approval = await one.approval('CHG-1', { facts, actor: ci });
  const asked = askApproval(approval, { log: nameOf(one), maxAgeMs: 600_000, now: '2026-02-10T22:00:00+05:30', facts });
  assert.deepEqual([asked.allow, codes(asked)], [true, []], 'what was refused counts for nothing');
  const start = await one.command('CHG-1', { start: { implementer: 'u-impl' } }, { actor: ci });
  assert.equal(start.ok, true, JSON.stringify(start.reasons));
  await one.close();
});

test('what the old key of a log signed before it was replaced still opens', async () => {
  const clock = clockAt('2026-02-03T10:00:00Z');
  const one = await begun('old-key', clock);
  await one.checkpoint();
  await one.rotate({ old: signerOf('log').spki, new: signerOf('log-2') }, { actor: officer });
  await revoked(one, 'log', 5);
  await one.setRoster(one.roster, { actor: officer });
  await one.close();
  assert.equal(nativeVerify(join(base, 'old-key')).verdict, 'self-consistent');
  const again = await openAt(join(base, 'old-key'), { clock, signer: signerOf('log-2') });
  assert.equal((await again.verify()).verdict, 'self-consistent');
  await again.close();
});

test('a bundle is to be had again once other changes were purged', async () => {
  const clock = clockAt('2026-02-03T10:00:00Z');
  const [one, two] = [await begun('purged', clock), await begun('purged-two', clock, 'two.example')];
  await one.enrol({ spki: signerOf('dpo').spki, roles: ['data_protection_officer'], person: 'u-dpo' }, { actor: officer });
  for (const id of ['CHG-1', 'CHG-2']) await one.command(id, { create: { id, request: scenarios.shared.pool } }, { actor: asha });
  await one.command('CHG-2', { withdraw: { reason: 'Not needed' } }, { actor: asha });
  const bundle = await one.handOver('CHG-1', { to: nameOf(two), actor: officer });
  clock.set('2037-02-04T10:00:00Z');
  await one.purge({ statement: await (await one.statement({ purge: 'CHG-2' }, { person: 'u-dpo' })).signedBy(signerOf('dpo')) });
  assert.equal(await one.handOver('CHG-1', { to: nameOf(two), actor: officer }), bundle);
  await Promise.all([one.close(), two.close()]);
});
