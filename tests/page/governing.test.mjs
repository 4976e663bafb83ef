// What is above single changes: another policy that is put in force in the page, and another roster.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Policy } from '../../js/dist/full.node.js';
import { assertBecomes, assertComesTrue } from '../support/settling.mjs';
import { files } from '../support/shipped.mjs';
import { assertAccessible, assertHolds, assertNoSidewaysScroll, assertShows, MODEL_SWAP, takePicture, usePage } from './page.mjs';
import { entriesIn, exported, goToTrail, native, nativeVerify, submit, unpacked, useLogs, verify } from './trails.mjs';

const site = usePage();
const logOf = useLogs(site);

/** The policy as the page has it: without its tests. */
const shown = files.filter(({ name }) => !name.startsWith('tests-'));

const NEXT = { 'policy.gate': [['"2026.11"', '"2026.12"']] };
const EASIER = { 'classification.gate': [['band medium 2..3', 'band medium 2..12'], ['band high   4..', 'band high   13..']] };

const changed = (edits) => shown.map(({ name, text }) => ({ name, text: (edits[name] ?? []).reduce((now, [from, to]) => now.replaceAll(from, to), text) }));

/** Edits rules as a person does, and waits until they compile. */
async function edit(page, edits) {
  await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  const toggle = page.getByRole('button', { name: 'Edit', exact: true });
  if ((await toggle.getAttribute('aria-pressed')) === 'false') await toggle.click();
  for (const { name, text } of changed(edits).filter((file) => edits[file.name])) {
    await page.locator('#file').selectOption(name);
    await page.getByLabel(`Rules of ${name}`).fill(text);
  }
}

/** Edits rules, and goes to propose them. Returns the digest that they have. */
async function proposed(page, edits) {
  await edit(page, edits);
  const { digest } = Policy.compile(changed(edits)).identity;
  await page.locator('.identity', { hasText: digest }).waitFor({ timeout: 60_000 });
  await goToTrail(page);
  await page.getByRole('button', { name: 'Show what it would change' }).click();
  return digest;
}

const sign = (page) => page.getByRole('button', { name: 'Sign and put it in force' }).click();
const inForce = Policy.compile(shown).identity;

for (const scheme of ['light', 'dark']) {
  test(`the next policy is shown before two authors sign it, none of whom it serves: ${scheme}`, async (t) => {
    const { page, words } = await logOf({ changes: 1, axe: true, scheme });
    await assertShows(page, '.pane.policy', [`In force GCC-CHANGE 2026.11 ${inForce.digest}`, 'The rules in the editor are those in force.']);
    const digest = await proposed(page, { ...NEXT, ...EASIER });
    await assertShows(page, '.pane.policy', [
      `In the editor GCC-CHANGE 2026.12 ${digest}`, 'Its version is higher', 'It would judge 1 open change more lightly', 'CHG-1001', 'asked for by u-asha',
    ]);
    // Nobody has signed by then.
    await assertBecomes(async () => (await entriesIn(page)).length, 7);
    await assertAccessible(page);
    await assertNoSidewaysScroll(page);
    await takePicture(page, `policy-proposed-${scheme}`, { fullPage: true });
    // Offered first is who asks for nothing that it would ease.
    assert.deepEqual([await page.getByLabel('First author').inputValue(), await page.getByLabel('Second author').inputValue()], ['u-cm', 'u-asha']);
    await sign(page);
    await assertShows(page, '.pane.policy form .fault', ['It was not put in force', '`u-asha` asks for change `CHG-1001`'.replaceAll('`', ''), 'Choose another author']);
    await page.getByLabel('Second author').selectOption('u-cm');
    await sign(page);
    await assertShows(page, '.pane.policy form .fault', ['The second author is another person than the first.']);
    await assertAccessible(page);

    await page.getByText('Enrol a person').click();
    await page.getByLabel('Id of the person').fill('u-vp');
    await page.getByLabel('May also sign policies').check();
    await page.locator('.pane.keys').getByLabel('Recovery words').fill(words);
    await page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await page.locator('.pane.keys li', { hasText: 'u-vp policy author and approver' }).waitFor();
    await page.getByRole('button', { name: 'Show what it would change' }).click();
    await page.locator('#adopt-second option', { hasText: 'u-vp' }).waitFor({ state: 'attached' });
    await assertBecomes(() => page.getByLabel('Second author').inputValue(), 'u-vp');
    await sign(page);
    await assertShows(page, '.pane.policy', ['GCC-CHANGE 2026.12 is in force.', `In force GCC-CHANGE 2026.12 ${digest}`, 'The rules in the editor are those in force.']);
    await assertShows(page, '.facts-line', ['GCC-CHANGE 2026.12']);
    await assertBecomes(async () => (await entriesIn(page))[0], ['8', 'Policy adopted GCC-CHANGE 2026.12', 'u-asha']);
    // What was decided before keeps its policy; what is begun now is judged by the next one.
    await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
    await page.getByLabel('Start from a sample').selectOption(MODEL_SWAP);
    await submit(page, 'Submitted as CHG-1002');
    await assertShows(page, '.receipt', ['Risk Medium', 'Decided by GCC-CHANGE 2026.12']);
    await goToTrail(page);
    assertHolds(await verify(page), ['Self-consistent', '11 entries', 'Changes 2, 2 open', 'Decided again 4']);
    if (!native) return t.diagnostic('target/debug/tollgate is not built: `cargo build` makes it');
    const { verdict, decided_again: decided } = nativeVerify(unpacked((await exported(page)).path));
    assert.deepEqual([verdict, decided], ['pinned', 4]);
  });
}

test('a version that is not higher takes the root', async () => {
  const { page, words } = await logOf();
  await proposed(page, EASIER);
  await assertShows(page, '.pane.policy', ['Its version is not higher than the one in force', 'Raise version to do without', 'It would judge no open change more lightly.']);
  const pane = page.locator('.pane.policy');
  for (const [typed, says] of [
    ['no words', 'These are not 24 recovery words'],
    ['abandon '.repeat(23) + 'art', 'It was not put in force: these are not the recovery words of this log'],
  ]) {
    await pane.getByLabel('Recovery words').fill(typed);
    await sign(page);
    await assertShows(page, '.pane.policy form .fault', [says]);
  }
  await pane.getByLabel('Recovery words').fill(words);
  await sign(page);
  await assertShows(page, '.pane.policy', ['GCC-CHANGE 2026.11 is in force.']);
  assertHolds(await verify(page), ['Self-consistent', '6 entries']);
  // And back, by the shipped rules that stand in the editor then.
  await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  await page.getByRole('button', { name: 'Back to the shipped policy' }).click();
  await goToTrail(page);
  await assertShows(page, '.pane.policy', [`In the editor GCC-CHANGE 2026.11 ${inForce.digest}`]);
});

test('what the check finds in the next policy is told before it is signed', async () => {
  const { page } = await logOf();
  await proposed(page, { ...NEXT, 'classification.gate': [['when   catalogued and not beyond_catalogue', 'when   catalogued']] });
  await page.locator('.pane.policy .note', { hasText: 'The check has 4 findings in these rules' }).waitFor({ timeout: 60_000 });
  await assertShows(page, '.pane.policy', ['Edit rules', 'Its version is higher']);
});

test('rules that do not compile, or that the roster does not fit, are not put in force', async () => {
  const { page } = await logOf({ axe: true });
  await edit(page, { 'classification.gate': [['exploited_now', 'exploited_nwo']] });
  await page.locator('.diagnostics').waitFor({ timeout: 60_000 });
  await goToTrail(page);
  await assertShows(page, '.pane.policy', ['The rules in the editor do not compile. Mend them first', 'Edit rules']);
  assert.equal(await page.getByRole('button', { name: 'Show what it would change' }).count(), 0);
  await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  await page.getByRole('button', { name: 'Back to the shipped policy' }).click();
  await proposed(page, { 'routing.gate': [['legal_rep', 'counsel']] });
  await assertShows(page, '.pane.policy', ['The roster does not fit these rules: 2 findings. Mend the roster first', 'seat legal of board cab', 'nobody holds counsel', 'UNFILLABLE_SEAT', 'UNKNOWN_ROLE']);
  assert.equal(await page.getByRole('button', { name: 'Sign and put it in force' }).count(), 0);
  await assertAccessible(page);
});

for (const scheme of ['light', 'dark']) {
  test(`a roster is shown, edited, and signed once it fits: ${scheme}`, async () => {
    const { page } = await logOf({ axe: true, scheme });
    await assertShows(page, '.pane.roster', ['Legal representative u-legal', 'u-manager manages u-asha']);
    await page.getByText('Edit the roster').click();
    await assertShows(page, '.fits', ['This is the roster in force.']);
    const put = page.getByRole('button', { name: 'Put it on record' });
    assert.equal(await put.isDisabled(), true);
    const field = (label) => page.locator('.pane.roster').getByLabel(label, { exact: true });
    await field('Legal representative').fill('');
    await assertShows(page, '.fits', ['It does not fit the policy in force: 1 finding', 'seat legal of board cab', 'nobody holds legal_rep', 'UNFILLABLE_SEAT']);
    assert.equal(await put.isDisabled(), true);
    await assertAccessible(page);
    await field('Legal representative').fill('u-legal, u-counsel');
    // Rows: a delegation that is too long, and a rotation.
    await page.getByRole('button', { name: 'Add a delegation' }).click();
    const delegation = page.getByRole('group', { name: 'delegation 1' });
    for (const [label, text] of [['From', 'u-ciso'], ['To', 'u-dep'], ['Since', '2026-02-06T18:00+05:30'], ['Until', '2026-06-09T09:00+05:30'], [/^Classes/, 'emergency']]) await delegation.getByLabel(label).fill(text);
    await delegation.getByLabel('Role').selectOption('ciso');
    await assertShows(page, '.fits', ['delegations[0]', 'DELEGATION_TOO_LONG']);
    await delegation.getByLabel('Until').fill('soon');
    await assertShows(page, '.fits', ['It cannot be read', 'until']);
    await delegation.getByLabel('Until').fill('2026-02-09T09:00+05:30');
    await page.getByRole('button', { name: 'Add a rotation' }).click();
    const rotation = page.getByRole('group', { name: 'rotation 1' });
    await rotation.getByLabel('Role').selectOption('ciso');
    for (const [label, text] of [['People', 'u-night, u-day'], ['Since', '2026-02-02T04:00+05:30'], ['Hours a turn', 'a week']]) await rotation.getByLabel(label).fill(text);
    await assertShows(page, '.fits', ['It cannot be read: a turn of ciso is a number of hours above 0']);
    await rotation.getByLabel('Hours a turn').fill('168');
    await assertShows(page, '.fits', ['It fits the policy in force.']);
    await assertAccessible(page);
    await assertNoSidewaysScroll(page);
    await takePicture(page, `roster-${scheme}`, { fullPage: true });
    await put.click();
    await assertShows(page, '.pane.roster', [
      'The roster is in force.', 'Legal representative u-legal, u-counsel', 'u-ciso to u-dep, Chief Information Security Officer, from', 'Chief Information Security Officer: u-night and u-day, 7 days each',
    ]);
    await assertBecomes(async () => (await entriesIn(page))[0], ['5', 'Roster set', 'u-asha']);
    assertHolds(await verify(page), ['Self-consistent', '6 entries']);
    // The form begins with it anew: what was set is what is edited.
    await page.getByRole('link', { name: 'Entry 5' }).click();
    await page.locator('.entry pre', { hasText: '"turn_ms": 604800000' }).waitFor();
  });
}

test('the keyboard alone adds a row to the roster, takes it away, and stays in the list', async () => {
  const { page } = await logOf();
  await page.getByText('Edit the roster').focus();
  await page.keyboard.press('Enter');
  const active = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);
  const add = page.getByRole('button', { name: 'Add a delegation' });
  await add.focus();
  await page.keyboard.press('Enter');
  await assertBecomes(active, 'delegations-0-from');
  await page.keyboard.type('u-ciso');
  await assertShows(page, '.fits', ['It cannot be read']);
  await add.focus();
  await page.keyboard.press('Enter');
  await assertBecomes(active, 'delegations-1-from');
  await page.getByRole('button', { name: 'Remove delegation 2' }).focus();
  await page.keyboard.press('Space');
  await assertBecomes(active, 'delegations-0-from');
  await page.getByRole('button', { name: 'Remove delegation 1' }).focus();
  await page.keyboard.press('Enter');
  await assertBecomes(active, 'add');
  await assertShows(page, '.fits', ['This is the roster in force.']);
  await page.getByRole('button', { name: 'Back to the one in force' }).focus();
  await page.keyboard.press('Enter');
  await assertComesTrue(async () => (await page.getByRole('button', { name: 'Put it on record' }).isDisabled()));
});
