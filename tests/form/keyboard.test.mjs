// The whole form with the keyboard alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { assertBecomes } from '../support/settling.mjs';
import { field, focused, givePolicy, state } from './acts.mjs';
import { ANSWERS, FILES, WHOLE } from './every-type.mjs';
import { pagesOf } from './open.mjs';

const open = pagesOf(fileURLToPath(new URL('page/', import.meta.url)));

/** What is pressed, from the first input of each question on, until the last of them; Tab then leads to the next question. */
const KEYS = {
  sure: ['Space', 'ArrowRight', 'Tab'], // the radio buttons, then what clears them
  whole: ['12'],
  exact: ['7.25'],
  share: ['12.5'],
  wait: ['36', 'Tab', 'm'],
  few: ['Space', 'Tab'],
  many: ['d'],
  level: ['Space', 'ArrowRight', 'Tab'],
  colors: ['Space', 'Tab', 'Space', 'Tab'],
  line: ['a line'],
  prose: ['two', 'Enter', 'lines'],
  sum: [WHOLE.sum],
  who: ['u-asha'],
  words: ['Enter', 'one', 'Enter', 'two', 'Tab', 'Tab'],
  persons: ['Tab', 'Space'],
  files: ['Enter', 'docs/a.md', 'Tab', 'Tab'],
  note: [],
};

const NAMED = /^(?:Space|Enter|Tab|Arrow\w+)$/;

test('every question is answered, in the order of the form, and submitted', async () => {
  const { page } = await open();
  await givePolicy(page, FILES);
  // How dates are typed is the browser's; here they are there already.
  await page.evaluate(({ at, window: period }) => void (window.form.value = { at, window: period }), WHOLE);
  await page.evaluate(() => window.form.focus());
  const reached = [];
  for (const path of Object.keys(KEYS)) {
    // Past the parts of the dates.
    for (let tabs = 0; (await focused(page)) !== path && tabs < 40; tabs += 1) await page.keyboard.press('Tab');
    reached.push(await focused(page));
    for (const key of KEYS[path]) await (NAMED.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
    await page.keyboard.press('Tab');
  }
  assert.deepEqual(reached, Object.keys(KEYS));
  assert.deepEqual((await state(page)).value, WHOLE);
  while ((await focused(page)) !== 'submit') await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await assertBecomes(() => page.evaluate(() => window.told.at(-1).type), 'tollgate-submit');
  await page.close();
});

test('the focus is always to be seen', async () => {
  const { page } = await open();
  await givePolicy(page, FILES);
  const plain = [];
  for (let at = 0; at < 60; at += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const one = window.form.shadowRoot.activeElement;
      if (!one) return undefined;
      const styles = [one, one.closest('.chip')].filter(Boolean).map((node) => getComputedStyle(node).outlineStyle);
      return { path: `${one.closest('.field')?.dataset.path} ${one.className} ${one.id}`, isSeen: styles.some((style) => style !== 'none') };
    });
    if (seen && !seen.isSeen) plain.push(seen.path);
  }
  assert.deepEqual(plain, []);
  await page.close();
});

test('on a narrow window nothing that has the focus lies under the panel', async () => {
  const { page } = await open({ viewport: { width: 390, height: 844 } });
  await givePolicy(page, FILES);
  const covered = [];
  await page.evaluate(() => window.form.shadowRoot.querySelector('.submit').focus());
  for (let at = 0; at < 50; at += 1) {
    await page.keyboard.press('Shift+Tab');
    const found = await page.evaluate(() => {
      const one = window.form.shadowRoot.activeElement;
      if (!one?.closest('.form')) return undefined;
      const panel = window.form.shadowRoot.querySelector('.panel').getBoundingClientRect();
      const { top } = one.getBoundingClientRect();
      return top < panel.bottom ? `${one.id} at ${top}, panel until ${panel.bottom}` : undefined;
    });
    if (found) covered.push(found);
  }
  assert.deepEqual(covered, []);
  await page.close();
});

test('a row of a list is added by Enter, and removing one moves to its neighbour', async () => {
  const { page } = await open();
  await givePolicy(page, FILES);
  await field(page, 'words').getByRole('button', { name: /^Add/ }).focus();
  for (const key of ['Enter', 'one', 'Enter', 'two']) await (NAMED.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
  assert.deepEqual((await state(page)).value.words, ['one', 'two']);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.deepEqual((await state(page)).value.words, ['one']);
  await assertBecomes(() => page.evaluate(() => window.form.shadowRoot.activeElement.value), 'one');
  await page.close();
});

test('every kind of question was tried', () => {
  assert.deepEqual(ANSWERS.map(({ path }) => path).filter((path) => !(path in KEYS)), ['at', 'window']);
});
