// The page in Chromium, served as `npm start` serves it, for the tests beside this file. With SCREENSHOTS=folder they leave
// pictures there.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';

import { launchChromium } from '../../tools/lib/chromium.mjs';
import { inProject } from '../../tools/lib/paths.mjs';
import { serve } from '../../tools/lib/server.mjs';
import { eventually } from '../support/settling.mjs';

const AXE = inProject('node_modules', 'axe-core', 'axe.min.js');

export const MODEL_SWAP = 'embedding-model-swapped-at-three-in-the-morning';


/**
 * The server, the browser and the pages of one test file; what a page writes to its console fails its test. Each page that is opened has a
 * browser profile of its own. With `isShared` they have one, which is emptied between them: that is for tests of what a page does once it is
 * loaded, since it need not be installed again for each.
 */
export function usePage({ isShared = false } = {}) {
  const used = { address: '', browser: undefined };
  let server;
  let lines = [];
  let contexts = [];
  const kept = [];

  before(async () => {
    assert.ok(existsSync(inProject('www', 'dist', 'index.html')), 'the page is not built: node tools/page.mjs');
    server = await serve(0);
    used.address = server.address;
    used.browser = await launchChromium();
  });

  after(async () => {
    await used.browser?.close();
    await server?.close();
  });

  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    await Promise.all(kept.flatMap((context) => context.pages()).map((page) => page.close()));
    const written = lines;
    [lines, contexts] = [[], []];
    assert.deepEqual(written, [], 'the console stays empty: no error, no breach of the content policy');
  });

  /** A page in a browser profile of its own, not opened yet. */
  used.blank = async ({ width = 1440, height = 1000, scheme = 'light', axe = false, isPatient = true } = {}) => {
    const context = await used.browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    contexts.push(context);
    return pageIn(context, { axe, isPatient });
  };

  /** A browser profile that outlasts a test. Its pages do not. */
  used.profile = async () => {
    const context = await used.browser.newContext();
    kept.push(context);
    // A picture names no icon of its own, and the browser asks for one.
    await context.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    return context;
  };

  /** A page in such a profile, not opened yet. */
  used.blankIn = async (context, { width = 1440, height = 1000, scheme = 'light', axe = false } = {}) => {
    const page = await pageIn(context, { axe, isPatient: true });
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    return page;
  };

  async function pageIn(context, { axe, isPatient }) {
    const page = await context.newPage();
    if (isPatient) await page.addInitScript(waitLonger);
    if (axe) await page.addInitScript({ path: AXE });
    page.on('console', (message) => lines.push(`${message.type()} ${message.text()}`));
    page.on('pageerror', (error) => lines.push(String(error)));
    return page;
  }

  let profile;

  /** A page in the profile that all share, which holds nothing. */
  async function emptied(options) {
    profile ??= await used.profile();
    const page = await used.blankIn(profile, options);
    await page.goto(`${used.address}icon.svg`);
    await page.evaluate(forgetAll);
    await page.evaluate(forgetCopies);
    return page;
  }

  /** A page that has decided the first sample. */
  used.open = async (options) => {
    const page = await (isShared ? emptied(options) : used.blank(options));
    await page.goto(used.address);
    await ready(page);
    return page;
  };

  /** What was written to the console so far is expected. */
  used.expectConsole = (pattern) => {
    for (const line of lines) assert.match(line, pattern);
    lines = [];
  };

  return used;
}

/**
 * The page begins without what the browser keeps where that takes longer than 1.5 seconds, as it may on a busy machine: here it waits
 * longer, except where that is what is tested.
 */
function waitLonger() {
  const { setTimeout: wait } = window;
  window.setTimeout = (work, ms, ...given) => wait(work, ms === 1500 ? 30_000 : ms, ...given);
}

/** Waits until the page has decided what it opens with. */
export const ready = (page) => page.locator('.head[data-kind="decided"]').waitFor();

/** Picks a sample as a person does, which decides it. */
export async function pick(page, name) {
  await page.getByLabel('Start from a sample').selectOption(name);
  await page.waitForFunction((one) => document.getElementById('sample').value === one, name);
}

/** Answers the whole form at once. */
export const answer = (page, value) =>
  page.locator('tollgate-form').evaluate((form, answers) => {
    form.value = answers;
  }, value);

/** What a reader sees in `place`, its white space as one space. */
export const textOf = async (page, place) => (await page.locator(place).innerText()).replace(/\s+/g, ' ');

/** What the page keeps under a key. A database that is not there is not made by looking for it. */
export const keptIn = (page, key) =>
  page.evaluate(async (of) => {
    const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    if (!(await indexedDB.databases()).some(({ name }) => name === 'tollgate-page')) return undefined;
    const database = await done(indexedDB.open('tollgate-page'));
    if (!database.objectStoreNames.contains('drafts')) return database.close();
    const kept = await done(database.transaction('drafts').objectStore('drafts').get(of));
    database.close();
    return kept;
  }, key);

/** Forgets what the page keeps, but for the copies of logs that tests begin with. */
export async function forgetAll() {
  localStorage.clear();
  for (const { name } of await indexedDB.databases()) {
    if (name.startsWith('tollgate-trail:copy-')) continue;
    await new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done));
  }
}

/** Forgets the second copies of trails. */
export async function forgetCopies() {
  const files = await navigator.storage.getDirectory();
  // The page that wrote may not have let go of its files yet.
  for (let tries = 1; ; tries += 1) {
    const error = await files.removeEntry('tollgate-trail', { recursive: true }).then(() => undefined, (failed) => failed);
    if (!error || error.name === 'NotFoundError') return;
    if (tries === 40) throw error;
    await new Promise((done) => setTimeout(done, 50));
  }
}

export function assertHolds(text, parts) {
  for (const part of parts) assert.ok(text.includes(part), `\`${part}\` is not in: ${text}`);
}

/** Waits until a reader sees all of `parts` in `place`. */
export const assertShows = (page, place, parts) => eventually(async () => assertHolds(await textOf(page, place), parts));

/** Asserts that axe finds nothing, by the rules of WCAG 2.2 AA and its own of good practice. */
export async function assertAccessible(page) {
  const found = await page.evaluate(async () => {
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, any }) => `${target} ${any.map(({ message }) => message)}`).join('; ')}`);
  });
  assert.deepEqual(found, []);
}

export async function assertNoSidewaysScroll(page) {
  const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= width, `at ${width} pixels the page is ${wide} wide`);
}

export async function takePicture(page, name, options) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), ...options });
}
