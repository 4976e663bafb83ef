// What a person does on the trail's screen, for the tests beside this file.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { unzipSync } from 'fflate';

import { inProject } from '../../tools/lib/paths.mjs';
import { forgetAll, forgetCopies, MODEL_SWAP } from './page.mjs';

export const goToTrail = (page) => page.getByRole('navigation').getByRole('link', { name: 'Trail' }).click();

/** The recovery words as they are shown. */
export async function wordsShown(page) {
  await page.locator('.recovery code').nth(23).waitFor();
  return page.locator('.recovery code').allInnerTexts();
}

/** The words that are asked back: how each is labelled, and which it is. */
export async function wordsAsked(page) {
  await page.locator('.thirds label').nth(2).waitFor();
  return (await page.locator('.thirds label').allInnerTexts()).map((label) => ({ label, number: Number(label.split(' ')[1]) }));
}

/** Begins a log as a person does. Returns the recovery words, as they were noted. */
export async function beginLog(page, fill = {}) {
  await page.getByRole('button', { name: 'Show the recovery words' }).waitFor();
  for (const [label, text] of Object.entries(fill)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Show the recovery words' }).click();
  const words = await wordsShown(page);
  await page.getByRole('button', { name: 'I have written them down' }).click();
  for (const { label, number } of await wordsAsked(page)) await page.getByLabel(label, { exact: true }).fill(words[number - 1]);
  await page.getByRole('button', { name: 'Begin the log' }).click();
  await page.locator('.facts-line', { hasText: 'GCC-CHANGE' }).waitFor({ timeout: 60_000 });
  return words.join(' ');
}

/**
 * Logs for the tests of a file, begun once and copied for each. The copies are made in one browser profile, since its keys cannot be taken
 * out of it; whatever else a test left there is gone before the next one.
 */
export function useLogs(site) {
  let begun;

  /** The log as it began, and with each of its changes. */
  async function begin() {
    const context = await site.profile();
    const page = await site.blankIn(context);
    await page.goto(`${site.address}#/trail`);
    const words = await beginLog(page, { 'Name of the log': 'changes.example/payments' });
    await keep(page, 0);
    await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
    await page.getByLabel('Start from a sample').selectOption(MODEL_SWAP);
    await submit(page, 'Submitted as CHG-1001');
    await keep(page, 1);
    await page.close();
    return { context, words };
  }

  const keep = (page, changes) => page.evaluate(copyLog, ['changes', `copy-${changes}`]);

  /** A page on the trail's screen, with a log of so many changes: none, or one. */
  return async function logOf({ changes = 0, ...options } = {}) {
    const { context, words } = await (begun ??= begin());
    const page = await site.blankIn(context, options);
    await page.goto(`${site.address}icon.svg`);
    await page.evaluate(forgetAll);
    await page.evaluate(forgetCopies);
    await page.evaluate(copyLog, [`copy-${changes}`, 'changes']);
    await page.goto(`${site.address}#/trail`);
    await page.locator('.facts-line', { hasText: 'GCC-CHANGE' }).waitFor({ timeout: 60_000 });
    await page.locator('.entries tbody tr').nth(4 + 2 * changes).waitFor();
    return { page, words };
  };
}

/** Copies a trail under another name: entries, keys, and all else that is kept of it. */
async function copyLog([from, to]) {
  const done = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
  const source = await done(indexedDB.open(`tollgate-trail:${from}`));
  const names = [...source.objectStoreNames];
  const reading = source.transaction(names);
  const all = await Promise.all(names.map(async (name) => {
    const store = reading.objectStore(name);
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    return { name, keys, values, autoIncrement: store.autoIncrement };
  }));
  const opening = indexedDB.open(`tollgate-trail:${to}`, source.version);
  opening.onupgradeneeded = () => all.forEach(({ name, autoIncrement }) => opening.result.createObjectStore(name, { autoIncrement }));
  const target = await done(opening);
  const writing = target.transaction(names, 'readwrite');
  for (const { name, keys, values } of all) keys.forEach((key, at) => writing.objectStore(name).add(values[at], key));
  await new Promise((complete) => (writing.oncomplete = complete));
  source.close();
  target.close();
}

/** Submits what the form holds, and waits for what became of it. */
export async function submit(page, heading = /Submitted as/) {
  await page.locator('tollgate-form').getByRole('button', { name: 'Submit change request' }).click();
  await page.locator('.receipt h3', { hasText: heading }).waitFor({ timeout: 60_000 });
}

/** The entries as the list shows them, the newest first. */
export const entriesIn = (page) => page.locator('.entries tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].slice(0, 3).map((cell) => cell.innerText.replace(/\s+/g, ' ').trim())));

/** Verifies every entry. Returns what is said of them. */
export async function verify(page) {
  await page.getByRole('button', { name: 'Verify every entry' }).click();
  await page.locator('.found .word').waitFor({ timeout: 60_000 });
  return (await page.locator('.found').innerText()).replace(/\s+/g, ' ');
}

/** What a press saves: its name, and where it is now. */
export async function saved(page, press) {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  const path = join(mkdtempSync(join(tmpdir(), 'tollgate-saved-')), download.suggestedFilename());
  await download.saveAs(path);
  return { name: download.suggestedFilename(), path };
}

export const exported = (page) => saved(page, () => page.getByRole('button', { name: 'Export', exact: true }).click());

/** Unpacks an export as an auditor does. Returns the folder of the trail. */
export function unpacked(path) {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-export-'));
  execFileSync('python3', ['-m', 'zipfile', '-e', path, folder]);
  return join(folder, readdirSync(folder)[0]);
}

/** Changes one file of an export. Returns where the changed one is. */
export async function forged(path, change) {
  const { zipSync, strFromU8, strToU8 } = await import('fflate');
  const files = Object.entries(unzipSync(readFileSync(path))).map(([name, bytes]) => [name, strToU8(change(name, strFromU8(bytes)))]);
  const target = path.replace('.zip', '-forged.zip');
  writeFileSync(target, zipSync(Object.fromEntries(files)));
  return target;
}

export const native = [process.env.TOLLGATE_BINARY, inProject('target', 'debug', 'tollgate')].find((path) => path && existsSync(path));

/** What the native command line says of a trail. */
export const nativeVerify = (folder) => {
  const [checkpoint] = readdirSync(join(folder, 'checkpoints'));
  const options = ['--redecide', '--format', 'json', '--pin', join(folder, 'checkpoints', checkpoint)];
  return JSON.parse(execFileSync(native, ['trail', 'verify', folder, ...options], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
};

/** How many pieces of personal data are kept beside the trail. */
export const disclosuresIn = (page, name = 'changes') =>
  page.evaluate(async (of) => {
    const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    const database = await done(indexedDB.open(`tollgate-trail:${of}`));
    const count = await done(database.transaction('disclosures').objectStore('disclosures').count());
    database.close();
    return count;
  }, name);

/** Does something with the entries of a trail behind the page's back. */
export const tamper = (page, work, name = 'changes') =>
  page.evaluate(async ([source, of]) => {
    const database = await new Promise((done) => (indexedDB.open(`tollgate-trail:${of}`).onsuccess = ({ target }) => done(target.result)));
    const transaction = database.transaction('entries', 'readwrite');
    const entries = transaction.objectStore('entries');
    const at = Number(source.index);
    const found = await new Promise((done) => (entries.get(at).onsuccess = ({ target }) => done(target.result)));
    if (source.how === 'alter') entries.put(found.replace(/"payload":"(.{100})(.)/, (_, before, letter) => `"payload":"${before}${letter === 'A' ? 'B' : 'A'}`), at);
    else if (source.how === 'purge') entries.put(JSON.stringify({ tombstone: source.tombstone }), at);
    else entries.delete(at);
    await new Promise((done) => (transaction.oncomplete = done));
    database.close();
  }, [work, name]);
