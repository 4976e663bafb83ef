// How the page loads: how much, from where, under which policy; without a network, and when it fails.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { serve } from '../../tools/lib/server.mjs';
import { assertBecomes } from '../support/settling.mjs';
import { sample } from '../support/shipped.mjs';
import { answer, assertAccessible, assertShows, MODEL_SWAP, ready, takePicture, usePage } from './page.mjs';

/** What the network may have to bring for all that the page has but the compiler, which comes when somebody edits. */
const MOST_BYTES = 300_000;

const site = usePage();

/** Waits until the worker keeps the page. */
const kept = (page) => page.evaluate(async () => Boolean((await navigator.serviceWorker.ready).active));

test('a first load takes at most 300 kB with gzip, the engine included', async (t) => {
  const page = await site.blank();
  const loads = [];
  page.on('requestfinished', (request) => loads.push(request));
  await page.goto(site.address);
  await ready(page);
  await page.locator('#sample option').nth(1).waitFor({ state: 'attached' });
  const first = await Promise.all(loads.map(async (request) => ({ name: new URL(request.url()).pathname, ...(await request.sizes()) })));
  const bytes = first.reduce((sum, { responseBodySize: size }) => sum + size, 0);
  for (const { name, responseBodySize: size } of first) t.diagnostic(`${size} ${name}`);
  t.diagnostic(`${bytes} bytes, samples included`);
  assert.ok(first.some(({ name }) => name.endsWith('.wasm')), 'the engine is among them');
  assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
});

test('nothing is asked of any other server', async () => {
  const page = await site.blank();
  const others = [];
  page.context().on('request', (request) => {
    if (!request.url().startsWith(site.address)) others.push(request.url());
  });
  await page.goto(site.address);
  await ready(page);
  await page.getByRole('button', { name: 'Edit' }).click();
  const editor = page.getByLabel('Rules of classification.gate');
  await editor.fill(`${await editor.inputValue()}# one more line\n`);
  await page.getByText('Compiles, and keeps its promises.').waitFor();
  assert.deepEqual(others, []);
});

test('after the first load the page opens and decides without a server', async () => {
  const own = await serve(0);
  const page = await site.blank();
  await page.goto(own.address);
  await ready(page);
  await kept(page);
  await own.close();
  await page.context().setOffline(true);
  await page.reload();
  await ready(page);
  await answer(page, { ...sample(MODEL_SWAP).request, tenants: 3, data: [], controls: [] });
  await page.locator('.head', { hasText: 'Medium risk' }).waitFor();
});

test('the content policy stops scripts that are not files of the server', async () => {
  const page = await site.open();
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    try {
      script.text = 'document.body.dataset.injected = "yes"';
      document.body.append(script);
    } catch (error) {
      return error.name;
    }
    return document.body.dataset.injected ?? 'stopped';
  });
  assert.equal(ran, 'TypeError');
  const made = await page.evaluate(() => {
    try {
      trustedTypes.createPolicy('anything', {});
      return 'made';
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(made, 'TypeError');
  site.expectConsole(/TrustedScript|TrustedTypePolicy|Content Security Policy/);
});

test('an engine that cannot be loaded is said, and may be tried again', async () => {
  const page = await site.blank({ axe: true });
  await page.route('**/decide-*.wasm', (route) => route.fulfill({ status: 503 }));
  await page.goto(site.address);
  await page.getByRole('heading', { name: 'The engine cannot be loaded' }).waitFor();
  await assertShows(page, 'main', ['503', 'Try again']);
  await assertAccessible(page);
  await takePicture(page, 'failed');
  site.expectConsole(/503/);
  await page.unroute('**/decide-*.wasm');
  await page.getByRole('button', { name: 'Try again' }).click();
  await ready(page);
});

test('samples that cannot be loaded are said, and the first is there all the same', async () => {
  const page = await site.blank();
  await page.route('**/samples-*.json', (route) => route.fulfill({ status: 503 }));
  await page.goto(site.address);
  await ready(page);
  await page.getByText('The samples cannot be shown').waitFor();
  await assertShows(page, '.notices', ['The samples cannot be shown', '503']);
  site.expectConsole(/503/);
});

test('what an earlier build kept is let go', async () => {
  const page = await site.blank();
  // A picture names no icon of its own, and the browser asks for one.
  await page.context().route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  await page.goto(`${site.address}icon.svg`);
  await page.evaluate(async () => (await caches.open('tollgate-of-an-earlier-build')).put('/assets/keeper-AbCd_123.js', new Response('')));
  await page.goto(site.address);
  await ready(page);
  await kept(page);
  await page.waitForFunction(async () => !(await caches.has('tollgate-of-an-earlier-build')));
  await assertBecomes(async () => (await page.evaluate(() => caches.keys())).length, 1);
  // What was used of it is there anew; what was not comes when it is.
  const lazy = () => page.evaluate(async () => (await (await caches.open((await caches.keys())[0])).keys()).map(({ url }) => /\/(keeper|compiler|trail)-/.exec(url)?.[1]).filter(Boolean));
  await assertBecomes(lazy, ['keeper']);
});
