// Every type of question, and the JSON that its answer becomes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { assertBecomes, assertComesToMatch, eventually } from '../support/settling.mjs';
import { answer, complaint, field, givePolicy, state } from './acts.mjs';
import { ANSWERS, FILES, WHOLE } from './every-type.mjs';
import { pagesOf } from './open.mjs';

const open = pagesOf(fileURLToPath(new URL('page/', import.meta.url)));

async function openForm() {
  const { page, complaints } = await open();
  await givePolicy(page, FILES);
  return { page, complaints };
}

test('an answer given by hand becomes the JSON that the engine takes', async () => {
  const { page, complaints } = await openForm();
  for (const one of ANSWERS) {
    await answer(page, one);
    const { value, errors } = await state(page);
    assert.deepEqual(value[one.path], one.json, one.path);
    assert.deepEqual(errors, [], one.path);
  }
  const { value, answer: decided } = await state(page);
  assert.deepEqual(value, WHOLE);
  assert.equal(decided.decision.class.value, 'reviewed');
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a value that is set is shown and given back to the letter', async () => {
  const { page } = await openForm();
  const request = { ...WHOLE, at: '2026-07-01T09:30:15.250Z', wait: '1 day', window: { start: '2026-02-07T10:00+01:00', end: '2026-02-07T12:30Z' } };
  const given = await page.evaluate((value) => {
    window.form.value = value;
    return window.form.value;
  }, request);
  assert.deepEqual(given, request);
  await assertBecomes(() => field(page, 'at').locator('input').inputValue(), '2026-07-01T09:30:15.25');
  await assertBecomes(() => field(page, 'wait').locator('input').inputValue(), '1');
  await page.close();
});

/** What is typed where no answer can be read from it, the JSON that is sent all the same, and what is said beside it. */
const REFUSED = [
  { path: 'whole', typed: 'many', json: 'many', says: 'Must be a whole number from -5 to 1000' },
  { path: 'whole', typed: '1001', json: 1001, says: 'Must be a whole number from -5 to 1000' },
  { path: 'whole', typed: '9007199254740993', json: '9007199254740993', says: 'more digits than a number can carry' },
  { path: 'exact', typed: '1.12345678', json: 1.12345678, says: 'at most six fraction digits' },
  { path: 'exact', typed: '0.12345678901234567891', json: '0.12345678901234567891', says: 'more digits than a number can carry' },
  { path: 'exact', typed: '1,5', json: '1,5', says: 'Must be a number from 0 to 10' },
  { path: 'share', typed: '101', json: 101, says: 'Must be a percentage from 0 to 100' },
  { path: 'wait', typed: 'soon', json: 'soon', says: 'Must be a time' },
  { path: 'line', typed: 'x'.repeat(21), json: 'x'.repeat(21), says: 'Must be a text of 1 to 20 characters' },
];

for (const { path, typed, json, says } of REFUSED) {
  test(`\`${typed.slice(0, 24)}\` in ${path} is told beside it`, async () => {
    const { page } = await openForm();
    await answer(page, { path, fill: [typed] });
    assert.deepEqual((await state(page)).value[path], json);
    await eventually(async () => assert.ok((await complaint(page, path)).includes(says), await complaint(page, path)));
    await assertBecomes(() => field(page, path).locator('input').first().getAttribute('aria-invalid'), 'true');
    await page.close();
  });
}

test('a digest, a date and a period are only complained of once they are left', async () => {
  const { page } = await openForm();
  await answer(page, { path: 'sum', fill: ['sha256:12'] });
  await answer(page, { path: 'window', fill: ['2026-02-07T10:00'] });
  await eventually(async () => assert.notEqual(await complaint(page, 'sum'), '', 'left'));
  await assertBecomes(() => complaint(page, 'window'), '', 'still in it');
  await field(page, 'line').locator('input').focus();
  await assertBecomes(() => complaint(page, 'window'), 'Give both the start and the end.');
  await answer(page, { path: 'window', fill: ['2026-02-07T10:00', '2026-02-07T09:00'] });
  await assertComesToMatch(() => complaint(page, 'window'), /end/);
  await page.close();
});

test('numbers that mean the same are one answer', async () => {
  const { page } = await openForm();
  for (const [typed, json] of [['007', 7], ['-0', 0], ['+3', 3], [' 4 ', 4]]) {
    await answer(page, { path: 'whole', fill: [typed] });
    assert.ok(Object.is((await state(page)).value.whole, json), typed);
  }
  await page.close();
});

test('an answer can be taken back: yes or no, a choice, a set, a list', async () => {
  const { page } = await openForm();
  await page.evaluate((value) => void (window.form.value = value), WHOLE);
  await field(page, 'sure').getByRole('button').click();
  await field(page, 'many').locator('select').selectOption('');
  await field(page, 'colors').getByText('None of these').click();
  await field(page, 'persons').getByText('None', { exact: true }).click();
  for (const _ of [1, 2]) await field(page, 'words').getByRole('button', { name: 'Remove 1' }).click();
  const { value } = await state(page);
  assert.deepEqual([value.sure, value.many, value.colors, value.persons, value.words], [undefined, undefined, [], undefined, undefined]);
  await page.close();
});

test('the offset follows the day until somebody chooses it', async () => {
  const { page } = await open({ timezoneId: 'Europe/Berlin' });
  await givePolicy(page, FILES);
  await answer(page, { path: 'at', fill: ['2026-01-15T12:00'] });
  assert.equal((await state(page)).value.at, '2026-01-15T12:00:00+01:00');
  await answer(page, { path: 'at', fill: ['2026-07-15T12:00'] });
  assert.equal((await state(page)).value.at, '2026-07-15T12:00:00+02:00');
  await answer(page, { path: 'at', choose: ['-03:30'], fill: [] });
  await answer(page, { path: 'at', fill: ['2026-01-15T12:00'] });
  assert.equal((await state(page)).value.at, '2026-01-15T12:00:00-03:30');
  await page.close();
});
