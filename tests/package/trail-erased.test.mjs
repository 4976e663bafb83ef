// What is erased goes on as what was given: no rule reads what it said, whoever decides again has not got it, and it never comes back.

import assert from 'node:assert/strict';
import { cp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { askApproval, verifyTrail } from '../../js/dist/full.node.js';
import { exportTrail, folderStore } from '../../js/dist/node.js';
import { files, scenarios } from '../support/shipped.mjs';
import { clockAt, folderOfTests, founded, officer, openAt, signerOf, voted } from '../support/trails.mjs';

const base = folderOfTests('erased');
const asha = { person: 'u-asha' };
const planned = { start: '2026-02-10T21:00:00+05:30', end: '2026-02-13T06:00:00+05:30' };
const request = { ...scenarios.shared.pool, planned, watchers: ['u-watcher'] };

/** The shipped policy with other fields; its own tests do not fit those. */
const edited = (...edits) =>
  files
    .filter(({ name }) => !name.startsWith('tests-'))
    .map(({ name, text }) => ({ name, text: edits.reduce((so, [from, to]) => so.replace(from, to), text) }));

/** A trail by a policy, with an officer for the data of people. */
async function begun(name, policy = files) {
  const clock = clockAt('2026-02-09T05:00:00Z');
  const folder = join(base, name);
  const { trail } = await founded(folder, { clock, policy });
  await trail.enrol({ spki: signerOf('u-dpo').spki, roles: ['data_protection_officer'], person: 'u-dpo' }, { actor: officer });
  return { trail, folder, clock };
}

const given = async (trail, id, command, by = asha) => {
  const answer = await trail.command(id, command, { actor: by });
  assert.equal(answer.ok, true, JSON.stringify(answer.reasons));
  return answer;
};

const erase = async (trail, person) => {
  const asked = await trail.statement({ erase: person, reason: 'Asked for' }, { person: 'u-dpo' });
  return trail.erase({ statement: await asked.signedBy(signerOf('u-dpo')) });
};

/** The trail holds for its host, and for an auditor, who has nothing personal. */
async function holds(trail, folder) {
  const own = await trail.verify({ redecide: true });
  assert.equal(own.verdict, 'self-consistent', own.says);
  await exportTrail(trail, folder);
  const alone = await verifyTrail({ store: folderStore(folder), redecide: true });
  assert.equal(alone.verdict, 'self-consistent', alone.says);
}

test('a field that was never given is asked for, whatever else was erased', async () => {
  const { trail, folder } = await begun('never-given');
  const { requester: _, ...without } = request;
  await given(trail, 'CHG-1', { create: { id: 'CHG-1', request: { ...without, watchers: ['u-asha'] } } });
  await erase(trail, 'u-asha');
  assert.deepEqual(trail.change('CHG-1').withheld, { fields: [], unknown: ['watchers'] });
  const answer = await trail.command('CHG-1', 'submit', { actor: asha });
  assert.deepEqual([answer.ok, answer.reasons.flatMap(({ missing }) => missing)], [false, ['requester']]);
  await given(trail, 'CHG-1', { edit: { request } });
  await given(trail, 'CHG-1', 'submit');
  await holds(trail, `${folder}-export`);
  await trail.close();
});

/** Personal fields of every kind that the language has, beside the requester. */
const KINDS = {
  phone: ['text 12..40', '+49 170 0000000'],
  initials: ['text 1..3', 'AS'],
  desk: ['int 3..9', 7],
  weight: ['decimal 0.5..9.5', 2.5],
  share: ['percent 5..100', 30],
  notice: ['duration', '2 hours'],
  born: ['instant', '1980-01-01T00:00:00Z'],
  leave: ['period', { start: '2026-02-01T00:00:00Z', end: '2026-02-02T00:00:00Z' }],
  onsite: ['yesno', true],
  home: ['Region', 'india'],
  homes: ['set of Region', ['india', 'new_york']],
  contract: ['digest', `sha256:${'a'.repeat(64)}`],
  names: ['list of text', ['Asha']],
  deputy: ['person', 'u-asha'],
};

test('what is erased was given, of whatever kind, and a window that is planned brings nothing of it back', async () => {
  const fields = Object.entries(KINDS).map(([name, [type]]) => `  field ${name} "${name}" : ${type} personal`);
  const policy = edited([/( {2}field requester .*personal)/, `$1\n${fields.join('\n')}`]);
  const { trail, folder, clock } = await begun('kinds', policy);
  const told = Object.fromEntries(Object.entries(KINDS).map(([name, [, value]]) => [name, value]));
  await given(trail, 'CHG-1', { create: { id: 'CHG-1', request: { ...request, ...told } } });
  await erase(trail, 'u-asha');
  const erased = ['requester', ...Object.keys(KINDS)].sort();
  const isAsErased = (change) => {
    assert.deepEqual(change.withheld, { fields: ['watchers'], unknown: erased });
    assert.deepEqual(erased.filter((name) => name in change.request), []);
  };
  isAsErased(trail.change('CHG-1'));
  for (const command of ['submit', 'complete']) await given(trail, 'CHG-1', command);
  assert.equal((await voted(trail, 'CHG-1', 'u-manager')).ok, true);
  clock.set('2026-02-09T06:00:00Z');
  await given(trail, 'CHG-1', { schedule: { implementer: 'u-impl' } });
  isAsErased(trail.change('CHG-1'));
  // The window was planned in a request, which stands in the trail once more, without them.
  assert.deepEqual((await trail.disclosures()).map(({ persons }) => persons), [['u-watcher'], ['u-watcher']]);
  await assert.rejects(erase(trail, 'u-asha'), ({ code }) => code === 'NOTHING_TO_ERASE');
  await trail.close();
  const again = await openAt(folder, { clock });
  isAsErased(again.change('CHG-1'));
  await holds(again, `${folder}-export`);
  const to = { origin: 'other.example', log: `sha256:${'1'.repeat(64)}` };
  assert.equal(typeof (await again.handOver('CHG-1', { to, actor: officer })), 'string');
  await again.close();
});

test('a rule that asks whether a personal field is given is answered alike before and after it is erased', async () => {
  const policy = edited([/(field how .*optional)/, '$1 personal']);
  const { trail, folder } = await begun('is-given', policy);
  const { impact } = request;
  const compliance = { ...impact.compliance, sox: 'affected' };
  const asking = (how) => ({ ...request, impact: { ...impact, compliance: { ...compliance, ...(how ? { how } : {}) } } });
  for (const [id, how] of [['CHG-1', 'By the pool'], ['CHG-2', 'By the pool'], ['CHG-3', undefined], ['CHG-4', undefined]]) {
    await given(trail, id, { create: { id, request: asking(how) } });
    await given(trail, id, 'submit');
  }
  const complete = async (id) => {
    const { ok, reasons = [], events } = await trail.command(id, 'complete', { actor: asha });
    return [ok, reasons.flatMap(({ missing }) => missing), events.map(({ what }) => what.type)];
  };
  const before = [await complete('CHG-1'), await complete('CHG-3')];
  assert.notDeepEqual(before[0], before[1], 'it makes a difference whether it is given');
  await erase(trail, 'u-asha');
  assert.deepEqual([await complete('CHG-2'), await complete('CHG-4')], before);
  await holds(trail, `${folder}-export`);
  const approval = await trail.approval('CHG-2', { facts: {}, actor: { machine: 'ci' } });
  const asked = askApproval(approval, { log: { origin: trail.origin, log: trail.log }, maxAgeMs: 600_000, now: '2026-02-09T05:00:00Z' });
  assert.ok(!asked.reasons.some(({ code }) => code === 'DECIDED_OTHERWISE'), JSON.stringify(asked.reasons));
  await trail.close();
});

test('a policy that reads what another withheld is told which field that is', async () => {
  const { trail, folder } = await begun('un-marked');
  for (const id of ['CHG-1', 'CHG-2', 'CHG-3']) await given(trail, id, { create: { id, request } });
  const next = files.map(({ name, text }) => ({ name, text: text.replace(/(field watchers .*) personal/, '$1').replace('"2026.11"', '"2026.12"') }));
  const statements = [];
  for (const person of ['u-cm', 'u-vp']) statements.push(await (await trail.statement({ adopt: next }, { person })).signedBy(signerOf(person)));
  await trail.adopt(next, { actor: officer, statements });
  await assert.rejects(trail.command('CHG-1', 'submit', { actor: asha }), ({ code, message, help }) => {
    assert.equal(code, 'NEEDS_PERSONAL_DATA');
    assert.match(message, /^`watchers` was withheld from the trail as personal when the request was written, and policy `GCC-CHANGE` 2026.12 no longer keeps it apart/);
    return help.startsWith('edit the request first');
  });
  // Also with what it says already, and with that left out.
  await given(trail, 'CHG-1', { edit: { request } });
  assert.deepEqual(trail.change('CHG-1').withheld.fields, ['requester']);
  await given(trail, 'CHG-1', 'submit');
  const { watchers: _, ...without } = request;
  const { events } = await given(trail, 'CHG-2', { edit: { request: without } });
  assert.deepEqual(events[0].what.changed, ['watchers']);
  await erase(trail, 'u-asha');
  await given(trail, 'CHG-2', 'submit');
  // What was erased since is not asked for by an edit that says the rest.
  await erase(trail, 'u-watcher');
  await given(trail, 'CHG-3', { edit: { request: without } });
  await given(trail, 'CHG-3', 'submit');
  await holds(trail, `${folder}-export`);
  await trail.close();
});

test('an export that takes the place of its log brings its personal data with it, and leaves nothing of it readable', async () => {
  const { trail, folder, clock } = await begun('lost');
  await given(trail, 'CHG-1', { create: { id: 'CHG-1', request } });
  const disclosed = await trail.disclosures();
  const copy = `${folder}-copy`;
  await exportTrail(trail, copy, { disclosures: true });
  await trail.close();
  // What lies there that is none is named, and nothing is lost by it.
  const [readable, promoted] = [join(copy, 'disclosures.jsonl'), join(base, 'promoted')];
  await rm(join(copy, 'EXPORT.txt'));
  await cp(copy, promoted, { recursive: true });
  const text = await readFile(readable, 'utf8');
  for (const bad of ['{"digest":', '{"digest":"AAAA","text":"BBBB","persons":[]}', 'null']) {
    await writeFile(readable, `${text}${bad}\n`);
    await assert.rejects(openAt(copy, { clock }), ({ code, message }) => code === 'STORE_DAMAGED' && message.includes(`line ${disclosed.length + 1} of`));
    assert.equal(await readFile(readable, 'utf8'), `${text}${bad}\n`);
  }

  // Where it leads elsewhere, nothing is taken in: the data would stay readable there.
  const [linked, aside] = [join(base, 'linked'), join(base, 'aside.jsonl')];
  await cp(copy, linked, { recursive: true });
  await rm(join(linked, 'disclosures.jsonl'));
  await writeFile(aside, text);
  await symlink(aside, join(linked, 'disclosures.jsonl'));
  await assert.rejects(openAt(linked, { clock }), ({ code, message }) => code === 'STORE_DAMAGED' && message.includes('would stay readable there'));

  // A crash left both of them; an empty line is none.
  let again = await openAt(promoted, { clock });
  assert.deepEqual(await again.disclosures(), disclosed);
  assert.equal((await readdir(promoted)).includes('disclosures.jsonl'), false);
  await again.close();
  await writeFile(join(promoted, 'disclosures.jsonl'), `${text}\n`);
  again = await openAt(promoted, { clock });
  assert.deepEqual(await again.disclosures(), disclosed);
  assert.deepEqual(again.change('CHG-1').withheld, { fields: ['requester', 'watchers'], unknown: [] });
  assert.equal(await erase(again, 'u-watcher'), 1);
  const held = [];
  for (const entry of await readdir(promoted, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) held.push(await readFile(join(entry.parentPath ?? entry.path, entry.name), 'utf8'));
  }
  const watcher = disclosed.find(({ persons }) => persons.includes('u-watcher'));
  assert.equal(held.some((file) => file.includes(watcher.text)), false);
  await again.close();
});

test('what was erased does not come back, whatever a crash or a copy left of it', async () => {
  const { trail, folder, clock } = await begun('back');
  await given(trail, 'CHG-1', { create: { id: 'CHG-1', request } });
  for (const command of ['submit', 'complete']) await given(trail, 'CHG-1', command);
  assert.equal((await voted(trail, 'CHG-1', 'u-manager')).ok, true);
  await exportTrail(trail, `${folder}-before`, { disclosures: true });
  for (const name of ['disclosures.sealed.jsonl', 'keys']) await cp(join(folder, name), join(`${folder}-left`, name), { recursive: true });
  await erase(trail, 'u-watcher');
  await trail.close();

  // The entry was on the disk, and what it says was not done; or somebody lays an old file there.
  const ways = [
    () => cp(`${folder}-left`, folder, { recursive: true }),
    () => cp(join(`${folder}-before`, 'disclosures.jsonl'), join(folder, 'disclosures.jsonl')),
  ];
  for (const way of ways) {
    await way();
    const again = await openAt(folder, { clock });
    assert.deepEqual(again.change('CHG-1').withheld, { fields: ['requester'], unknown: ['watchers'] });
    assert.equal(again.erased('CHG-1').length, 1);
    assert.deepEqual((await again.disclosures()).map(({ persons }) => persons), [['u-asha']]);
    await again.close();
  }
  clock.set('2026-02-09T06:00:00Z');
  const again = await openAt(folder, { clock });
  await given(again, 'CHG-1', { schedule: { implementer: 'u-impl' } });
  assert.deepEqual((await again.disclosures()).map(({ persons }) => persons), [['u-asha'], ['u-asha']]);
  await holds(again, `${folder}-export`);
  await again.close();
});

test('what a personal text says is not read, also where it is a word for nothing', async () => {
  const policy = edited([/(field summary {6}"What changes technically\?" : text 1\.\.4000)/, '$1 personal']);
  const { trail, folder } = await begun('placeholder', policy);
  const { impact } = request;
  const saying = (summary) => ({ ...request, impact: { ...impact, technical: { ...impact.technical, summary } } });
  for (const [id, summary] of [['CHG-1', 'TBD'], ['CHG-2', 'TBD'], ['CHG-3', 'The pool']]) {
    await given(trail, id, { create: { id, request: saying(summary) } });
    await given(trail, id, 'submit');
  }
  const complete = async (id) => (await trail.command(id, 'complete', { actor: asha })).ok;
  const before = await complete('CHG-1');
  await erase(trail, 'u-asha');
  assert.deepEqual([before, await complete('CHG-2'), await complete('CHG-3')], [true, true, true]);
  await holds(trail, `${folder}-export`);
  await trail.close();
});

test('the keys of many people are one write', async () => {
  const { trail, folder } = await begun('many');
  const watchers = Array.from({ length: 300 }, (_, at) => `u-${at}`);
  const file = join(folder, 'keys', 'persons.json');
  const written = new Set();
  const watching = setInterval(() => stat(file).then(({ ino }) => written.add(ino), () => undefined), 1);
  await given(trail, 'CHG-1', { create: { id: 'CHG-1', request: { ...request, watchers } } });
  clearInterval(watching);
  written.add((await stat(file)).ino);
  assert.equal(written.size, 1, 'a file that is written anew is another file');
  assert.deepEqual(trail.change('CHG-1').request.watchers, watchers);
  await trail.close();
});
