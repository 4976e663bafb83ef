// Which fields of a request are personal is for the policy by which it was written; policies change, and changes outlive them.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { askApproval, verifyTrail } from '../../js/dist/full.node.js';
import { exportTrail, folderStore } from '../../js/dist/node.js';
import { files, scenarios } from '../support/shipped.mjs';
import { adopted, clockAt, folderOfTests, founded, officer, openAt, signerOf, voted } from '../support/trails.mjs';

const base = folderOfTests('personal');
const asha = { person: 'u-asha' };
const request = { ...scenarios.shared.pool, watchers: ['u-watcher'], labels: ['cache'] };

/** The shipped policy in another version, with other fields kept apart. */
function version(number, edits) {
  const edited = (text) => edits.reduce((so, [from, to]) => so.replace(from, to), text);
  return files.map(({ name, text }) => ({ name, text: edited(text).replace('version      "2026.11"', `version      "2026.${number}"`) }));
}

const MORE = [/(field labels .*)/, '$1 personal'];
const FEWER = [/(field watchers .*) personal/, '$1'];

const given = async (trail, id, command, by = asha) => {
  const answer = await trail.command(id, command, { actor: by });
  assert.equal(answer.ok, true, JSON.stringify(answer.reasons));
  return answer;
};

for (const [name, edits] of [['more fields', [MORE]], ['fewer fields', [FEWER]], ['others', [MORE, FEWER]]]) {
  test(`changes go on under a policy that keeps ${name} apart`, async () => {
    const clock = clockAt('2026-02-03T10:00:00Z');
    const folder = join(base, name.replace(' ', '-'));
    const { trail } = await founded(folder, { clock });
    await trail.enrol({ spki: signerOf('u-dpo').spki, roles: ['data_protection_officer'], person: 'u-dpo' }, { actor: officer });
    for (const id of ['CHG-1', 'CHG-2', 'CHG-3', 'CHG-4']) await given(trail, id, { create: { id, request } });
    await given(trail, 'CHG-4', 'submit');
    await adopted(trail, version(12, edits));

    // One as it is, one that is edited first, one that stays a draft, and one that stands under the policy before.
    if (edits.includes(FEWER)) {
      // By this policy the watchers would count, and an auditor does not have them.
      const { size } = trail;
      await assert.rejects(trail.command('CHG-1', 'submit', { actor: asha }), ({ code }) => code === 'NEEDS_PERSONAL_DATA');
      assert.equal(trail.size, size);
      await given(trail, 'CHG-1', { edit: { request: { ...request, title: 'Raise the pool' } } });
    }
    await given(trail, 'CHG-1', 'submit');
    await given(trail, 'CHG-2', { edit: { request: { ...request, watchers: ['u-other'], labels: ['pool'] } } });
    await given(trail, 'CHG-2', 'submit');
    for (const id of ['CHG-1', 'CHG-2', 'CHG-4']) {
      await given(trail, id, 'complete');
      assert.equal((await voted(trail, id, 'u-manager')).ok, true);
      await trail.gate(id, { facts: {}, actor: { machine: 'ci' } });
    }
    const before = trail.changes().map((id) => trail.change(id));
    assert.deepEqual(before.map(({ request: { watchers, labels } }) => [watchers, labels]), [
      [['u-watcher'], ['cache']], [['u-other'], ['pool']], [['u-watcher'], ['cache']], [['u-watcher'], ['cache']],
    ]);
    // And once more, with drafts of either.
    await adopted(trail, version(13, []));
    await given(trail, 'CHG-3', { edit: { request: { ...request, title: 'Forty connections' } } });
    await trail.close();

    const again = await openAt(folder, { clock });
    assert.deepEqual([0, 1, 3].map((at) => again.change(`CHG-${at + 1}`)), [0, 1, 3].map((at) => before[at]));
    // An auditor has no personal data, nor has a job that goes by an approval.
    await exportTrail(again, `${folder}-export`);
    const alone = await verifyTrail({ store: folderStore(`${folder}-export`), redecide: true });
    assert.equal(alone.verdict, 'self-consistent', alone.says);
    const approval = await again.approval('CHG-1', { facts: {}, actor: { machine: 'ci' } });
    const asked = askApproval(approval, { log: { origin: again.origin, log: again.log }, maxAgeMs: 600_000, now: '2026-02-03T10:00:00Z' });
    assert.ok(!asked.reasons.some(({ code }) => code === 'DECIDED_OTHERWISE'), JSON.stringify(asked.reasons));
    const checked = await again.verify({ redecide: true });
    assert.deepEqual([checked.verdict, checked.changes], ['self-consistent', 4], checked.says);

    // What was withheld under either is erased all the same, and the changes go on.
    const erase = { erase: 'u-asha', reason: 'Asked for' };
    await again.erase({ statement: await (await again.statement(erase, { person: 'u-dpo' })).signedBy(signerOf('u-dpo')) });
    for (const id of ['CHG-1', 'CHG-4']) await given(again, id, { withdraw: { reason: 'Not needed any more' } });
    await given(again, 'CHG-3', { withdraw: { reason: 'Not needed any more' } });
    assert.equal((await again.verify({ redecide: true })).verdict, 'self-consistent');
    await again.close();
  });
}

test('a personal field that is asked for is asked for in a trail, too', async () => {
  const { trail } = await founded(join(base, 'missing'), { clock: clockAt('2026-02-03T10:00:00Z') });
  const { requester: _, ...without } = request;
  await given(trail, 'CHG-1', { create: { id: 'CHG-1', request: without } });
  const answer = await trail.command('CHG-1', 'submit', { actor: asha });
  assert.deepEqual([answer.ok, answer.reasons.flatMap(({ missing }) => missing)], [false, ['requester']]);
  await given(trail, 'CHG-1', { edit: { request } });
  await given(trail, 'CHG-1', 'submit');
  assert.equal((await trail.verify({ redecide: true })).verdict, 'self-consistent');
  await trail.close();
});

test('what is refused for personal data leaves nothing of it in the trail', async () => {
  const folder = join(base, 'refused');
  const { trail } = await founded(folder, { clock: clockAt('2026-02-03T10:00:00Z') });
  await given(trail, 'CHG-1', { create: { id: 'CHG-1', request } });
  let { size } = trail;
  const edited = (more) => trail.command('CHG-1', { edit: { request: { ...request, ...more } } }, { actor: asha });
  for (const more of [{ watchers: [7] }, { watchers: { name: 'Jane Doe' } }, { requester: 'u-somebody-else' }, { requester: 'u'.repeat(200) }]) {
    const answer = await edited(more);
    assert.deepEqual([answer.ok, answer.index], [false, size], JSON.stringify(more));
    size += 1;
    assert.ok(answer.reasons.every(({ message }) => message.length > 0), 'whoever gave it is told why');
  }
  for await (const { stored, entry } of trail.entries({ from: size - 4 })) {
    const payload = Buffer.from(JSON.parse(stored).payload, 'base64').toString();
    assert.ok(entry.body.reasons.every((reason) => reason.code && !('message' in reason)) && !/Jane|somebody-else|uuu/.test(payload), payload);
  }
  for (const who of ['jane.doe@corp.example', 'Jane Doe']) await assert.rejects(edited({ watchers: [who] }), ({ code, path }) => code === 'PERSONAL_ID' && path === 'request.watchers');
  await assert.rejects(edited({ _sd: ['AAAA'] }), ({ message }) => message.includes('_sd'));
  assert.equal(trail.size, size);
  // What is refused for something else stands on record.
  assert.equal((await edited({ tenants: -1 })).index, size);
  // A field that is emptied is one that changed, for whoever has its data and whoever has not.
  for (const more of [{ requester: null }, { watchers: null }]) assert.equal((await edited(more)).ok, true);
  const whole = await trail.verify({ redecide: true });
  assert.equal(whole.verdict, 'self-consistent', whole.says);
  await exportTrail(trail, `${folder}-export`);
  const alone = await verifyTrail({ store: folderStore(`${folder}-export`), redecide: true });
  assert.equal(alone.verdict, 'self-consistent', alone.says);
  await trail.close();
});
