// The trail in the page: begun, written by submissions, shown, verified, proved, exported, imported, and gone on with after a lost browser.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Policy } from '../../js/dist/full.node.js';
import { serve } from '../../tools/lib/server.mjs';
import { assertBecomes, eventually } from '../support/settling.mjs';
import { files, sample, scenarios } from '../support/shipped.mjs';
import { assertAccessible, assertHolds, assertNoSidewaysScroll, assertShows, forgetCopies, MODEL_SWAP, ready, takePicture, usePage } from './page.mjs';
import { beginLog, disclosuresIn, entriesIn, exported, forged, goToTrail, native, nativeVerify, saved, submit, tamper, unpacked, useLogs, verify, wordsAsked, wordsShown } from './trails.mjs';

const site = usePage();
const begun = useLogs(site);
const policy = Policy.compile(files);

test('a submission before any log leads to its beginning, and is submitted then', async () => {
  const page = await site.open();
  await submit(page, 'No log has begun here');
  await assertBecomes(() => page.evaluate(() => document.activeElement.id), 'receipt');
  await page.getByRole('link', { name: 'Begin a log' }).click();
  const { title } = sample(MODEL_SWAP).request;
  await page.getByText(`Your request “${title}” is kept, and waits.`).waitFor();
  await beginLog(page);
  await page.getByRole('button', { name: `Submit “${title}”` }).click();
  await page.locator('.receipt h3', { hasText: 'Submitted as CHG-1001' }).waitFor({ timeout: 60_000 });
  const command = { create: { id: 'CHG-1001', request: sample(MODEL_SWAP).request } };
  const { digest } = policy.changes({ roster: scenarios.shared.people }).next(null, command, { now: '2026-02-03T05:00:00Z', actor: { person: 'u-asha' } }).change;
  await assertShows(page, '.receipt', [
    digest, 'State Assessing', 'Revision 1', 'Class Normal', 'Risk High', 'Due within 3 business days', 'Decided by GCC-CHANGE 2026.11', 'Decided by Change Advisory Board',
  ]);
  await assertShows(page, '.receipt', ['without the facts and the instant supposed on this page']);
  // What is on record is not put there twice.
  await page.locator('tollgate-form').getByRole('button', { name: 'Submit change request' }).click();
  await page.getByRole('link', { name: 'Show entry 6' }).click();
  await page.getByRole('heading', { name: 'Entry 6', level: 2 }).waitFor();
  await assertBecomes(() => entriesIn(page), [
    ['6', 'CHG-1001 Submitted, classified and assessment opened', 'u-asha'],
    ['5', 'CHG-1001 Created', 'u-asha'],
    ['4', 'Policy adopted GCC-CHANGE 2026.11', 'u-asha'],
    ['3', 'Key enrolled u-cm', 'u-asha'],
    ['2', 'Key enrolled u-asha', 'u-asha'],
    ['1', 'Roster set', 'u-asha'],
    ['0', 'Log begun 127.0.0.1/changes', 'u-asha'],
  ]);
  // The draft is handed in: a reload begins anew, and the next one is another change.
  await page.goto(site.address);
  await page.reload();
  await ready(page);
  await assertBecomes(() => page.getByText('Your draft of').count(), 0);
  await submit(page);
  await assertShows(page, '.receipt', ['Submitted as CHG-1002']);
});

test('the recovery words are shown once, asked back, and kept nowhere', async () => {
  const page = await site.open({ axe: true });
  await goToTrail(page);
  await page.getByLabel('Second policy author').fill('u-asha');
  await page.getByRole('button', { name: 'Show the recovery words' }).click();
  await page.getByText('The second author is another person than you.').waitFor();
  await page.getByLabel('Second policy author').fill('u-cm');
  await page.getByRole('button', { name: 'Show the recovery words' }).click();
  await assertAccessible(page);
  await takePicture(page, 'trail-words');
  const words = await wordsShown(page);
  assert.equal(words.length, 24);
  await page.getByRole('button', { name: 'I have written them down' }).click();
  for (const { label } of await wordsAsked(page)) await page.getByLabel(label, { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Begin the log' }).click();
  await page.getByText('These are not those words').waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Show the words again' }).click();
  await assertBecomes(() => page.locator('.recovery code').allInnerTexts(), words);
  await page.getByRole('button', { name: 'I have written them down' }).click();
  for (const { label, number } of await wordsAsked(page)) await page.getByLabel(label, { exact: true }).fill(words[number - 1]);
  await page.getByRole('button', { name: 'Begin the log' }).click();
  await page.locator('.facts-line', { hasText: 'GCC-CHANGE' }).waitFor({ timeout: 60_000 });
  const kept = await page.evaluate(async () => {
    const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    const texts = [JSON.stringify(localStorage)];
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        for (const value of await done(database.transaction(store).objectStore(store).getAll())) {
          texts.push(JSON.stringify(value));
          if (value?.key instanceof CryptoKey) texts.push(`extractable ${value.key.extractable}`);
        }
      }
      database.close();
    }
    return texts;
  });
  assert.ok(!kept.some((text) => text.includes(words.slice(0, 3).join(' '))));
  assert.deepEqual([...new Set(kept.filter((text) => text.startsWith('extractable')))], ['extractable false']);
  await assertShows(page, '.pane.keys', ['root', 'u-asha log in this browser', 'u-asha policy author and approver in this browser', 'u-cm policy author and approver in this browser']);
});

test('every entry is verified beside the page, in a word and in sentences', async () => {
  const { page } = await begun({ changes: 1 });
  assertHolds(await verify(page), ['Self-consistent', '7 entries', 'Changes 1, 1 open', 'Decided again 2', 'unaltered']);
  await takePicture(page, 'readme-trail');
  await page.getByText('Checkpoint kept elsewhere').click();
  await page.getByLabel('Checkpoint kept elsewhere').fill('no checkpoint');
  await page.getByRole('button', { name: 'Verify every entry' }).click();
  await page.getByText('The check could not be made').waitFor();
  const { path } = await exported(page);
  const folder = unpacked(path);
  await page.getByLabel('Checkpoint kept elsewhere').fill(readFileSync(`${folder}/checkpoints/000000000007`, 'utf8'));
  assertHolds(await verify(page), ['Pinned', 'pinned(7)', 'holds all that the checkpoint signed']);
});

test('an export is what the native command line verifies, and a proof is one by itself', async (t) => {
  const { page } = await begun({ changes: 1 });
  await page.getByText('7 entries are in this browser alone, the oldest from').waitFor();
  await page.getByRole('link', { name: 'Entry 5' }).click();
  const proof = await saved(page, () => page.getByRole('button', { name: 'Prove it' }).click());
  assert.equal(proof.name, 'entry-5.tlog-proof');
  assert.match(readFileSync(proof.path, 'utf8'), /^c2sp\.org\/tlog-proof@v1\nindex 5\n[\s\S]+\n\nchanges\.example\/payments\n7\n/);
  const { name, path } = await exported(page);
  assert.equal(name, 'trail-changes.example-payments-7.zip');
  await page.getByText('Every entry was exported.').waitFor();
  const folder = unpacked(path);
  if (!native) return t.diagnostic('target/debug/tollgate is not built: `cargo build` makes it');
  const { verdict, decided_again: decided, changes } = nativeVerify(folder);
  assert.deepEqual([verdict, decided, changes], ['pinned', 2, 1]);
});

test('what the entry says, its bytes and its signers are shown', async () => {
  const { page } = await begun({ changes: 1 });
  await page.getByRole('link', { name: 'Entry 6' }).click();
  await page.getByText('The bytes that are stored').click();
  await page.getByRole('region', { name: 'The bytes that are stored' }).waitFor();
  await assertShows(page, '.pane.entry', ['Kind Change', 'About CHG-1001', '"command": "submit"', '"payloadType":"application/vnd.in-toto+json"', 'Root before sha256:']);
  await assertBecomes(() => page.evaluate(() => location.hash), '#/trail/6');
  // A policy stands in blobs beside the entry: it is put back in its place.
  await page.getByRole('link', { name: 'Entry 4' }).click();
  await page.locator('.entry pre', { hasText: '"name": "classification.gate"' }).waitFor();
  await page.getByLabel('Find').fill('chg-1001');
  await assertBecomes(async () => (await entriesIn(page)).length, 2);
  await page.getByLabel('Find').fill('nothing like it');
  await page.getByText('No entry fits.').waitFor();
});

test('whatever is changed in the database is reported, with its index', async () => {
  const { page } = await begun({ changes: 1 });
  await tamper(page, { how: 'alter', index: 5 });
  assertHolds(await verify(page), ['Broken', 'broken at 5', 'Show entry 5']);
  await page.reload();
  await page.getByText('This trail does not hold').waitFor({ timeout: 30_000 });
  await assertShows(page, '.alarm[role=alert]', ['broken at 5', 'Keep it as it is']);
  // Nothing is added to it.
  await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  await page.getByLabel('Start from a sample').selectOption(MODEL_SWAP);
  await submit(page, 'It was not submitted');
  await assertShows(page, '.receipt', ['broken at 5', 'What you wrote is kept']);
});

test('an entry that is gone from the database is reported, with its index', async () => {
  const { page } = await begun({ changes: 1 });
  await tamper(page, { how: 'drop', index: 2 });
  await page.reload();
  await page.getByText('entry 2 is missing').waitFor({ timeout: 30_000 });
  assertHolds(await verify(page), ['Broken', 'broken at 2']);
});

test('a purge that nobody authorised is shown for what it is', async () => {
  const { page } = await begun({ changes: 1 });
  const digest = `sha256:${'0'.repeat(64)}`;
  await tamper(page, { how: 'purge', index: 5, tombstone: { acts: {}, change: { id: 'CHG-1001', after: digest, ended: true }, index: '5', leaf: digest, time_ms: '1770000000000' } });
  await page.reload();
  await page.getByText('This trail does not hold').waitFor({ timeout: 30_000 });
  await assertBecomes(async () => (await entriesIn(page))[1]?.[1], 'Purged CHG-1001');
  assertHolds(await verify(page), ['Broken', 'broken at 5']);
});

test('a database that the browser gave up comes back from the second copy, and is gone on with by the recovery words', async () => {
  const { page, words } = await begun({ changes: 1 });
  const before = await entriesIn(page);
  await page.goto(`${site.address}icon.svg`);
  await page.evaluate(() => new Promise((done) => (indexedDB.deleteDatabase('tollgate-trail:changes').onsuccess = done)));
  await page.goto(`${site.address}#/trail`);
  await page.getByText('The browser gave up its database of this site. 7 entries were put back from their second copy').waitFor({ timeout: 30_000 });
  await assertBecomes(() => entriesIn(page), before);
  assertHolds(await verify(page), ['Self-consistent']);
  await page.getByLabel('Your id').fill('u-asha');
  await page.getByLabel('Recovery words').fill(words);
  await page.getByRole('button', { name: 'Take it over' }).click();
  await page.locator('.pane.keys').waitFor({ timeout: 30_000 });
  await assertBecomes(async () => (await entriesIn(page)).length, before.length + 3);
});

test('after a lost browser, an export and the recovery words go on', async (t) => {
  const { page, words } = await begun({ changes: 1 });
  await page.getByLabel('With personal data').check();
  const { path } = await exported(page);
  const personal = await disclosuresIn(page);
  assert.ok(personal > 0);
  await page.close();

  const next = await site.open({ axe: true });
  await goToTrail(next);
  await next.getByLabel('Export (zip)').setInputFiles(path);
  await next.getByText('This browser does not hold the key of this log').waitFor({ timeout: 30_000 });
  await assertBecomes(async () => (await entriesIn(next)).length, 7);
  await assertBecomes(() => disclosuresIn(next), personal);
  assertHolds(await verify(next), ['Self-consistent']);
  await assertAccessible(next);
  await takePicture(next, 'trail-keyless', { fullPage: true });
  // Without the key nothing is added, and what was written is kept.
  await next.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  await submit(next, 'It was not submitted');
  await assertShows(next, '.receipt', ['take it over with the recovery words']);
  await goToTrail(next);
  // It can be passed on as it is.
  assert.equal((await exported(next)).name, 'trail-changes.example-payments-7.zip');

  await next.getByLabel('Your id').fill('u-asha');
  await next.getByLabel('Recovery words').fill('these are not the words');
  await next.getByRole('button', { name: 'Take it over' }).click();
  await next.getByText('These are not 24 recovery words').waitFor();
  await next.getByLabel('Recovery words').fill('abandon '.repeat(23) + 'art');
  await next.getByRole('button', { name: 'Take it over' }).click();
  await next.getByText('these are not the recovery words of this log').waitFor();
  await next.getByLabel('Recovery words').fill(words.toUpperCase());
  await next.getByRole('button', { name: 'Take it over' }).click();
  await next.locator('.pane.keys').waitFor({ timeout: 30_000 });
  await assertBecomes(async () => (await entriesIn(next)).slice(0, 3).map(([index, what, who]) => [index, what.replace(/ [0-9a-f]{8}…$/, ''), who]), [
    ['9', 'Key enrolled u-asha', 'u-asha'],
    ['8', 'Key revoked', 'u-asha'],
    ['7', 'Key replaced', 'u-asha'],
  ]);
  await next.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  await submit(next, 'Submitted as CHG-1002');
  await goToTrail(next);
  const again = await exported(next);
  if (!native) return t.diagnostic('target/debug/tollgate is not built: `cargo build` makes it');
  const { verdict, head } = nativeVerify(unpacked(again.path));
  assert.deepEqual([verdict, head.size], ['pinned', '12']);
});

test('a beginning that was interrupted goes on where it stopped', async () => {
  const { page, words } = await begun();
  // The last entry of a beginning puts the policy in force: without it nothing can be submitted.
  await page.goto(`${site.address}icon.svg`);
  await tamper(page, { how: 'drop', index: 4 });
  await page.evaluate(forgetCopies);
  await page.goto(`${site.address}#/trail`);
  await page.getByRole('heading', { name: 'The beginning was interrupted' }).waitFor({ timeout: 30_000 });
  await page.getByLabel('Recovery words').first().fill('no words');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('These are not 24 recovery words').waitFor();
  await page.getByLabel('Recovery words').first().fill(words);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.locator('.facts-line', { hasText: 'GCC-CHANGE' }).waitFor({ timeout: 30_000 });
  await assertBecomes(async () => (await entriesIn(page))[0], ['4', 'Policy adopted GCC-CHANGE 2026.11', 'u-asha']);
  await assertBecomes(async () => (await entriesIn(page)).length, 5);
});

test('an export that was changed is not taken in', async () => {
  const { page } = await begun({ changes: 1 });
  const { path } = await exported(page);
  const next = await site.open();
  await goToTrail(next);
  const input = next.getByLabel('Export (zip)');
  await input.setInputFiles(await forged(path, (name, text) => (name.includes('entries/') ? text.replace(/("payload":"[^"]{80})./, '$1_') : text)));
  await next.getByText('Nothing was imported: broken at 0').waitFor({ timeout: 30_000 });
  await input.setInputFiles({ name: 'text.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip') });
  await next.getByText('Nothing was imported: the file is no zip').waitFor();
  await input.setInputFiles(await forged(path, (name, text) => (name.includes('checkpoints/') ? text.replace('\n7\n', '\n6\n') : text)));
  await next.getByText('Nothing was imported: ').waitFor();
  await next.getByRole('button', { name: 'Show the recovery words' }).waitFor();
});

test('somebody else is enrolled with a key of their own, by the root', async () => {
  const { page, words } = await begun();
  await page.getByText('Enrol a person').click();
  await page.getByLabel('Id of the person').fill('u-manager');
  await page.getByLabel('Recovery words').fill('abandon '.repeat(23) + 'art');
  await page.getByRole('button', { name: 'Enrol', exact: true }).click();
  await page.getByText('these are not the recovery words of this log').waitFor();
  await page.getByLabel('Recovery words').fill(words);
  await page.getByRole('button', { name: 'Enrol', exact: true }).click();
  await page.locator('.pane.keys li', { hasText: 'u-manager' }).waitFor();
  await assertShows(page, '.pane.keys', ['u-manager approver in this browser']);
  assertHolds(await verify(page), ['Self-consistent', '6 entries']);
});

test('two tabs: one writes, the other reads and takes over', async () => {
  const { page } = await begun();
  const other = await page.context().newPage();
  await other.goto(`${site.address}#/trail`);
  await other.getByText('Another tab of this browser writes to this trail').waitFor({ timeout: 30_000 });
  await assertBecomes(async () => (await entriesIn(other)).length, 5);
  await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  await submit(page);
  // What one writes the other shows.
  await other.locator('.entries tbody tr').nth(6).waitFor();
  await other.getByRole('button', { name: 'Write here' }).click();
  await other.locator('.pane.keys').waitFor({ timeout: 30_000 });
  // And whoever has something to write asks for it by that alone.
  await page.getByLabel('Start from a sample').selectOption('ssl-renewal-is-standard');
  await submit(page, /Submitted as CHG-1002/);
  await other.getByText('Another tab of this browser writes to this trail').waitFor();
});

/** Opens a file of a trail's second copy in this tab, as one that has not let go of it does; it is let go of by `letGo`. */
async function holdCopy() {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('tollgate-trail', { create: true });
  const file = await folder.getFileHandle('changes.entries', { create: true });
  const writing = await file.createWritable({ keepExistingData: true });
  window.letGo = () => writing.abort();
  window.linesOf = async () => (await (await file.getFile()).text()).split('\n').length - 1;
}

test('whether a trail is kept twice is said where it is kept, and why not', async () => {
  const { page } = await begun({ axe: true });
  await assertShows(page, '.storage', ['A second copy is kept in files of this site']);
  await page.locator('.storage').scrollIntoViewIfNeeded();
  await takePicture(page, 'trail-copy-kept');

  // Another tab has the files: this one goes on without them, and says so.
  const other = await page.context().newPage();
  await other.goto(`${site.address}icon.svg`);
  await page.goto(`${site.address}icon.svg`);
  await eventually(() => other.evaluate(holdCopy));
  await page.goto(`${site.address}#/trail`);
  await assertShows(page, '.storage', ['No second copy is kept: another tab has its files open. Close the other tabs of this page.']);
  await assertAccessible(page);
  await page.locator('.storage').scrollIntoViewIfNeeded();
  await takePicture(page, 'trail-copy-held');
  await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  await submit(page);
  await goToTrail(page);
  await assertBecomes(async () => (await entriesIn(page)).length, 7);
  await assertShows(page, '.storage', ['No second copy is kept: another tab']);

  // Once they are free, the copy is made up, and nobody has to ask for it.
  await other.evaluate(() => window.letGo());
  await assertShows(page, '.storage', ['A second copy is kept in files of this site']);
  await page.goto(`${site.address}icon.svg`);
  await assertBecomes(() => other.evaluate(() => window.linesOf()), 7);
});

test('a tab that only reads tells what the one that writes found', async () => {
  const { page } = await begun();
  const other = await page.context().newPage();
  await other.goto(`${site.address}#/trail`);
  await other.getByText('Another tab of this browser writes to this trail').waitFor({ timeout: 30_000 });
  await assertShows(other, '.storage', ['A second copy is kept in files of this site']);
  for (const [standing, said] of [
    [{ kind: 'unsupported' }, 'No second copy is kept: this browser has no files for one. Export the trail'],
    [{ kind: 'refused', said: 'Storage is off' }, 'No second copy is kept: the browser refuses its files (“Storage is off”). Allow this site to store data'],
  ]) {
    await other.evaluate(async (kept) => {
      const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
      const database = await done(indexedDB.open('tollgate-trail:changes'));
      await done(database.transaction('about', 'readwrite').objectStore('about').put(JSON.stringify(kept), 'copy'));
      database.close();
    }, standing);
    await other.reload();
    await assertShows(other, '.storage', [said]);
  }
});

test('another name is another trail', async () => {
  const { page } = await begun();
  await page.getByLabel('Database').fill('audit');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('button', { name: 'Show the recovery words' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Show the recovery words' }).waitFor({ timeout: 30_000 });
  await assertBecomes(() => page.getByLabel('Database').inputValue(), 'audit');
  await page.getByLabel('Database').fill('changes');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.locator('.entries tbody tr').nth(4).waitFor();
});

test('what was not exported for a day is said loudly, on every screen', async () => {
  const page = await site.blank();
  await page.clock.install({ time: new Date('2026-02-03T09:00:00Z') });
  await page.goto(`${site.address}#/trail`);
  await beginLog(page);
  await page.getByText('5 entries are in this browser alone').waitFor();
  await assertBecomes(() => page.locator('.alarm').count(), 0);
  // The entries carry the clock of the worker, which no test can set: the page's is put two days ahead of that.
  await page.clock.setFixedTime(new Date(Date.now() + 2 * 86_400_000));
  await page.reload();
  await page.locator('.alarm.line').waitFor({ timeout: 30_000 });
  await assertShows(page, '.alarm.line', ['2 days ago', 'Export the trail now']);
  await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  await page.reload();
  await page.getByText('Entries of the trail are in this browser alone since').waitFor();
  await page.getByRole('button', { name: 'Go to the trail' }).click();
  await exported(page);
  await page.getByText('Every entry was exported.').waitFor();
});

test('the browser is asked to keep the trail, and its answer is shown', async () => {
  const page = await site.blank();
  await page.addInitScript(() => {
    const answers = { persisted: false };
    StorageManager.prototype.persisted = async () => answers.persisted;
    StorageManager.prototype.persist = async () => (answers.persisted = true);
  });
  await page.goto(`${site.address}#/trail`);
  await page.getByText('The browser may drop it when it runs out of room.').waitFor({ timeout: 30_000 });
  await beginLog(page);
  await page.getByText('The browser keeps it also when it runs out of room.').waitFor();
});

test('once it was used, the trail works without a server', async () => {
  const own = await serve(0);
  const page = await site.blank();
  await page.goto(own.address);
  await ready(page);
  await page.evaluate(async () => Boolean((await navigator.serviceWorker.ready).active));
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await goToTrail(page);
  await beginLog(page);
  await own.close();
  await page.context().setOffline(true);
  await page.reload();
  await page.locator('.entries tbody tr').nth(4).waitFor({ timeout: 30_000 });
  await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
  await ready(page);
  await submit(page);
  await goToTrail(page);
  assertHolds(await verify(page), ['Self-consistent', '7 entries']);
  assert.match((await exported(page)).name, /-7\.zip$/);
});

for (const scheme of ['light', 'dark']) {
  for (const [width, height] of [[390, 844], [768, 1024], [1440, 900]]) {
    test(`axe finds nothing, and nothing scrolls sideways: ${scheme}, ${width} pixels wide`, async () => {
      const first = await site.open({ width, height, scheme, axe: true });
      await goToTrail(first);
      await first.getByRole('button', { name: 'Show the recovery words' }).waitFor();
      await first.locator('details').evaluateAll((all) => all.forEach((one) => (one.open = true)));
      await assertAccessible(first);
      await assertNoSidewaysScroll(first);
      await takePicture(first, `trail-begin-${width}-${scheme}`, { fullPage: true });
      const { page } = await begun({ width, height, scheme, axe: true });
      await page.getByRole('navigation').getByRole('link', { name: 'Request' }).click();
      await submit(page);
      await assertAccessible(page);
      await takePicture(page, `trail-receipt-${width}-${scheme}`);
      await page.getByRole('link', { name: /Show entry/ }).click();
      await page.locator('.entry pre').waitFor();
      await verify(page);
      await page.locator('details').evaluateAll((all) => all.forEach((one) => (one.open = true)));
      await assertAccessible(page);
      await assertNoSidewaysScroll(page);
      await takePicture(page, `trail-${width}-${scheme}`);
      await takePicture(page, `trail-${width}-${scheme}-whole`, { fullPage: true });
    });
  }
}

test('the keyboard walks the screen in its order, and always shows where it is', async () => {
  const { page } = await begun({ changes: 1 });
  await page.reload();
  await page.locator('.pane.keys').waitFor({ timeout: 30_000 });
  const walked = [];
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const { activeElement: one } = document;
      const place = one.closest('.skip, header, .pane, .note, body');
      return { place: place.className.split(' ').at(-1) || place.localName, isSeen: getComputedStyle(one).outlineStyle !== 'none', name: one.outerHTML.slice(0, 80) };
    });
    if (at.place === 'body') continue;
    if (at.place === 'skip' && walked.length > 1) break;
    assert.ok(at.isSeen, `the focus is not seen on ${at.name}`);
    if (walked.at(-1) !== at.place) walked.push(at.place);
  }
  assert.deepEqual(walked, ['skip', 'shell', 'entries', 'policy', 'roster', 'keys', 'storage', 'verify', 'export']);
});
