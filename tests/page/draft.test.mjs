// The draft of a request: kept, brought back, replaced; and what happens where nothing can be kept.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertBecomes } from '../support/settling.mjs';
import { sample } from '../support/shipped.mjs';
import { answer, assertShows, keptIn, MODEL_SWAP, pick, ready, usePage } from './page.mjs';

const site = usePage();
const MINE = { ...sample(MODEL_SWAP).request, title: 'Mine', tenants: 3, data: [], controls: [] };

/** Answers the form and waits until the draft is kept. */
async function write(page, value) {
  await answer(page, value);
  await assertBecomes(async () => (await keptIn(page, 'request'))?.value.title, value.title, 'the draft is kept');
}

const titleIn = (page) => page.locator('tollgate-form').evaluate((form) => form.value.title);

test('a draft is kept and brought back, until it is discarded', async () => {
  const page = await site.open();
  await write(page, MINE);
  await page.reload();
  await ready(page);
  await assertBecomes(() => titleIn(page), 'Mine');
  await assertShows(page, '.toolbar', ['Your draft of', 'is back']);
  await page.getByRole('button', { name: 'Discard it' }).click();
  await page.locator('.head[data-kind="open"]').waitFor();
  await page.getByText('Your draft was replaced.').waitFor();
  await page.reload();
  await ready(page);
  await assertBecomes(() => titleIn(page), sample(MODEL_SWAP).request.title);
});

test('a sample that replaces a draft can be taken back', async () => {
  const page = await site.open();
  await write(page, MINE);
  await pick(page, 'ssl-renewal-is-standard');
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await page.locator('.head', { hasText: 'Medium risk' }).waitFor();
  await assertBecomes(() => titleIn(page), 'Mine');
});

test('a sample alone is no draft', async () => {
  const page = await site.open();
  await pick(page, 'ssl-renewal-is-standard');
  await page.waitForTimeout(700);
  await page.reload();
  await ready(page);
  await assertBecomes(() => titleIn(page), sample(MODEL_SWAP).request.title);
});

test('a deleted database, also under an open page, breaks nothing', async () => {
  const page = await site.open();
  await write(page, MINE);
  const gone = await page.evaluate(() => new Promise((resolve) => {
    const request = indexedDB.deleteDatabase('tollgate-page');
    request.onsuccess = () => resolve('deleted');
    request.onblocked = () => resolve('blocked');
  }));
  assert.equal(gone, 'deleted');
  await write(page, { ...MINE, title: 'Again' });
  await page.evaluate(() => new Promise((resolve) => (indexedDB.deleteDatabase('tollgate-page').onsuccess = resolve)));
  await page.reload();
  await ready(page);
  await assertBecomes(() => titleIn(page), sample(MODEL_SWAP).request.title);
});

test('where nothing can be kept, the page says so and works', async () => {
  const page = await site.blank();
  await page.addInitScript(() => {
    indexedDB.open = () => {
      throw new DOMException('storage is off', 'InvalidStateError');
    };
  });
  await page.goto(site.address);
  await ready(page);
  await page.getByText('A kept draft cannot be read: storage is off').waitFor();
  await answer(page, MINE);
  await page.locator('.head', { hasText: 'Medium risk' }).waitFor();
  await page.getByText('The draft is not kept: storage is off').waitFor();
});

test('a database without its store is made anew', async () => {
  const page = await site.blank();
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  await page.goto(`${site.address}icon.svg`);
  await page.evaluate(() => new Promise((resolve) => {
    const request = indexedDB.open('tollgate-page', 1);
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  }));
  await page.goto(site.address);
  await ready(page);
  await write(page, MINE);
});

for (const [name, draft] of [
  ['time', { value: {}, facts: {}, now: null, keptAt: 'rubbish' }],
  ['shape', { value: [], facts: {}, now: null, keptAt: '2026-02-03T11:00:00Z' }],
  ['contents', { value: { at: new Date(0) }, facts: {}, now: null, keptAt: '2026-02-03T11:00:00Z' }],
]) {
  test(`a kept draft of another ${name} is told, forgotten, and keeps nobody from writing`, async () => {
    const page = await site.open();
    await page.evaluate((put) => new Promise((done) => {
      indexedDB.open('tollgate-page').onsuccess = ({ target: { result } }) => {
        const transaction = result.transaction('drafts', 'readwrite');
        transaction.objectStore('drafts').put(put, 'request');
        transaction.oncomplete = done;
      };
    }), draft);
    await page.reload();
    await ready(page);
    await assertShows(page, '.notices', ['A kept draft cannot be read']);
    await page.reload();
    await ready(page);
    await assertBecomes(() => page.locator('.notices p').count(), 0);
  });
}

test('a database that does not answer keeps nobody from writing', async () => {
  const page = await site.blank({ isPatient: false });
  await page.addInitScript(() => void (IDBFactory.prototype.open = () => ({})));
  await page.goto(site.address);
  await ready(page);
  await assertShows(page, '.notices', ['does not answer']);
});

test('a draft is kept with the first key, not only when typing rests', async () => {
  const page = await site.open();
  await page.locator('tollgate-form').locator('[data-path="title"] input').fill('left at once');
  await page.reload();
  await page.getByText('Your draft of').waitFor();
  await assertBecomes(() => page.locator('tollgate-form').evaluate((form) => form.value.title), 'left at once');
});
