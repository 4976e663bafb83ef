// What holds on every screen: labels, keyboard, colours, widths, and no fault that axe can find.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { assertBecomes, assertComesTrue, eventually } from '../support/settling.mjs';
import { assertAccessible, assertNoSidewaysScroll, assertShows, ready, takePicture, usePage } from './page.mjs';

/** Those that come next. The trail has tests of its own. */
const LATER = ['Approvals', 'Changes', 'Monitor', 'Policy', 'Reports'];
const WIDTHS = [[390, 844], [768, 1024], [1440, 900]];
const SCHEMES = ['light', 'dark'];

const site = usePage({ isShared: true });

const goTo = (page, name) => page.getByRole('navigation').getByRole('link', { name }).click();

describe('axe finds nothing, and nothing scrolls sideways', () => {
  for (const scheme of SCHEMES) {
    for (const [width, height] of WIDTHS) {
      test(`${scheme}, ${width} pixels wide`, async () => {
        const page = await site.open({ width, height, scheme, axe: true });
        await takePicture(page, `request-${width}-${scheme}`);
        await takePicture(page, `request-${width}-${scheme}-whole`, { fullPage: true });
        await page.locator('details').evaluateAll((all) => all.forEach((one) => (one.open = true)));
        await assertAccessible(page);
        await assertNoSidewaysScroll(page);
        await page.getByRole('button', { name: 'Empty form' }).click();
        await page.locator('.head[data-kind="open"]').waitFor();
        await takePicture(page, `empty-${width}-${scheme}`);
        await assertAccessible(page);
        await page.getByRole('button', { name: 'Edit' }).click();
        await assertAccessible(page);
        await assertNoSidewaysScroll(page);
        for (const name of LATER) {
          await goTo(page, name);
          await page.getByRole('heading', { name, level: 1 }).waitFor();
          await assertAccessible(page);
          await assertNoSidewaysScroll(page);
        }
        await takePicture(page, `later-${width}-${scheme}`);
      });
    }
  }
});

test('a screen that comes next says so, and what will be there', async () => {
  const page = await site.open();
  for (const name of LATER) {
    await goTo(page, name);
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await assertShows(page, 'main', ['Not built yet', name, 'Here ']);
    await assertBecomes(() => page.title(), `${name} – Tollgate`);
    await assertBecomes(() => page.evaluate(() => document.activeElement.id), 'content');
  }
  await page.getByRole('link', { name: 'Write a request' }).click();
  await ready(page);
});

test('answers outlast a visit to another screen', async () => {
  const page = await site.open();
  await page.locator('tollgate-form').evaluate((form) => (form.value = { ...form.value, tenants: 3, data: [], controls: [] }));
  await page.locator('.head', { hasText: 'Medium risk' }).waitFor();
  await goTo(page, 'Trail');
  await goTo(page, 'Request');
  await page.locator('.head', { hasText: 'Medium risk' }).waitFor();
});

test('every control has a label', async () => {
  const page = await site.open();
  await page.locator('details').evaluateAll((all) => all.forEach((one) => (one.open = true)));
  const unnamed = await page.locator('select, textarea, input').evaluateAll((all) =>
    all.filter((one) => one.isConnected && !one.getRootNode().host && one.labels.length === 0 && !one.ariaLabel).map(({ id }) => id),
  );
  assert.deepEqual(unnamed, []);
});

test('the keyboard walks the page in its order, and always shows where it is', async () => {
  const page = await site.open();
  const walked = [];
  for (let step = 0; step < 150; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const { activeElement: one } = document;
      const inner = one.shadowRoot?.activeElement ?? one;
      // The box around a choice shows the focus of the button in it; the parts of a date the browser draws itself.
      const isSeen = inner.type === 'datetime-local' || [inner, inner.parentElement].some((box) => box && getComputedStyle(box).outlineStyle !== 'none');
      const place = one.closest('.skip, header, .toolbar, tollgate-form, .facts, .pane.verdict, .pane.rules, body');
      return { place: place.className.split(' ').at(-1) || place.localName, isSeen, name: inner.outerHTML.slice(0, 80) };
    });
    // After the last control the browser has its turn.
    if (at.place === 'body') continue;
    if (at.place === 'skip' && walked.length > 1) break;
    assert.ok(at.isSeen, `the focus is not seen on ${at.name}`);
    if (walked.at(-1) !== at.place) walked.push(at.place);
  }
  assert.deepEqual(walked, ['skip', 'shell', 'toolbar', 'tollgate-form', 'facts', 'verdict', 'rules']);
});

test('the skip link leads past the navigation', async () => {
  const page = await site.open();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await assertBecomes(() => page.evaluate(() => document.activeElement.id), 'content');
  await page.keyboard.press('Tab');
  await assertBecomes(() => page.evaluate(() => document.activeElement.id), 'sample');
});

test('a chosen scheme is used at once, and remembered', async () => {
  const page = await site.open({ scheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByLabel('Colours').selectOption('dark');
  await eventually(async () => assert.notEqual(await ground(), light));
  const dark = await ground();
  await page.reload();
  await ready(page);
  await assertBecomes(ground, dark);
  await page.getByLabel('Colours').selectOption('system');
  await assertBecomes(ground, light);
});

test('on a phone the verdict stays in sight in one line, which leads to it', async () => {
  const page = await site.open({ width: 390, height: 844 });
  const line = page.locator('.verdict-line');
  const { y, height } = await line.boundingBox();
  assert.ok(height < 60 && y + height <= 844, `the line is at ${y}, ${height} high`);
  await assertShows(page, '.verdict-line', ['Normal', 'High risk', 'The board decides']);
  await line.click();
  await assertBecomes(() => page.evaluate(() => document.activeElement.id), 'decision');
  await assertComesTrue(async () => (await page.locator('#decision').boundingBox()).y < 200);
});
