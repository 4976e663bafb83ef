// Opens pages with the form in Chromium, under the content policy of the project's own server.

import { after, before } from 'node:test';

import { launchChromium } from '../../tools/lib/chromium.mjs';
import { inProject } from '../../tools/lib/paths.mjs';
import { serve } from '../../tools/lib/server.mjs';

/** What every page of these tests may load; `/` is the page's own folder. */
export const mountsFor = (folder) => [
  { prefix: '/tollgate/dist/', folder: inProject('js', 'dist'), listed: false },
  { prefix: '/rules/', folder: inProject('rules'), listed: true },
  { prefix: '/axe/', folder: inProject('node_modules', 'axe-core'), listed: false },
  { prefix: '/', folder, listed: false },
];

/**
 * Serves `folder` for the tests of a file. The `open` that it returns gives a fresh page, with its complaints: whatever the
 * page wrote to the console, threw, or was kept from by its content policy.
 */
export function pagesOf(folder) {
  let browser;
  let server;
  before(async () => {
    server = await serve(0, mountsFor(folder));
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  // The form keeps nothing, so pages of one kind share a profile: its cache has the compiled module.
  const profiles = new Map();
  const profileOf = (options) => {
    const kind = JSON.stringify(options);
    if (!profiles.has(kind)) profiles.set(kind, browser.newContext({ viewport: { width: 1280, height: 900 }, ...options }));
    return profiles.get(kind);
  };
  return async function open({ path = '', ...options } = {}) {
    const page = await (await profileOf(options)).newPage();
    page.setDefaultTimeout(10_000);
    const complaints = [];
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    // A page that names no icon is asked for one by the browser alone.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    await page.goto(server.address + path);
    return { page, complaints };
  };
}
