// The rules beside the form: what is marked in them, the way from a reason to its text, and editing.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Policy } from '../../js/dist/full.node.js';
import { assertBecomes, assertComesTrue, eventually } from '../support/settling.mjs';
import { files, sample } from '../support/shipped.mjs';
import { assertAccessible, assertShows, keptIn, MODEL_SWAP, pick, ready, takePicture, usePage } from './page.mjs';

const site = usePage();
const policy = Policy.compile(files);

const explain = (name) => {
  const { request, facts = {}, now } = sample(name);
  return policy.explain(request, { facts, now });
};

/** The lines of the shown file that carry a mark: from the first to the last of each run. */
const markedLines = (page, kind) =>
  page.locator(`.line[data-mark="${kind}"]`).evaluateAll((all) => all.map((line) => Number(line.querySelector('.number').textContent)));

/** The numbers of the lines that a place of an explanation covers. */
function linesOf({ file, start, end }) {
  const bytes = Buffer.from(files.find(({ name }) => name === file).text);
  const lineAt = (offset) => bytes.subarray(0, offset).toString().split('\n').length;
  return Array.from({ length: lineAt(end) - lineAt(start) + 1 }, (_, row) => lineAt(start) + row);
}

const seen = ({ explanation }, phase, id) => explanation.phases.find((one) => one.phase === phase).rules.find((rule) => rule.id === id).span;

test('the deciding rules and the nearest miss are marked where the explanation places them', async () => {
  const page = await site.open();
  for (const name of [MODEL_SWAP, 'ssl-renewal-with-new-key-is-normal', 'zero-day-is-emergency', 'ssl-renewal-is-standard']) {
    await pick(page, name);
    const explained = explain(name);
    const { decision, explanation } = explained;
    const shown = seen(explained, 'class', decision.class.rule);
    await assertBecomes(() => page.locator('#file').inputValue(), shown.file, 'the file of the rule that gives the class');
    const spans = [seen(explained, 'scope', decision.scope.rule), shown].filter(({ file }) => file === shown.file);
    await assertBecomes(() => markedLines(page, 'decides'), spans.flatMap(linesOf), name);
    const miss = seen(explained, 'class', explanation.nearest[0].rule);
    await assertBecomes(() => markedLines(page, 'nearest'), linesOf(miss), name);
  }
});

test('a mark is told in words, not in colours alone', async () => {
  const page = await site.open();
  await assertShows(page, '.legend', ['Decides', 'scope', 'class', 'route', 'Nearest miss', 'Standard', 'Has to differ', 'request.gate:38']);
  await assertBecomes(async () => [...new Set(await page.locator('.line > .tag').allTextContents())].sort(), ['Decides', 'Nearest miss']);
  await assertComesTrue(async () => (await page.locator('.line > .heard').allTextContents()).some((text) => text.includes('Decides from here')));
});

test('the deciding rule is in sight', async () => {
  const page = await site.open();
  await assertComesTrue(() => page.locator('.line[data-mark="decides"]').last().evaluate((line) => {
    const box = line.closest('.text').getBoundingClientRect();
    const { top, bottom } = line.getBoundingClientRect();
    return top >= box.top && bottom <= box.bottom;
  }));
});

test('a reason leads to its rule, and the focus goes there', async () => {
  const page = await site.open();
  await page.locator('.reasons').getByRole('button', { name: /routing\.gate:59/ }).click();
  await assertBecomes(() => page.locator('#file').inputValue(), 'routing.gate');
  await assertBecomes(() => page.evaluate(() => document.activeElement.ariaLabel), 'Text of routing.gate');
  await assertBecomes(async () => (await markedLines(page, 'decides'))[0], 59);
  await page.locator('.legend').getByRole('button', { name: 'request.gate:38' }).click();
  await assertBecomes(() => page.locator('#file').inputValue(), 'request.gate');
  await assertComesTrue(async () => (await markedLines(page, 'blocks')).includes(38));
});

test('the text is that of the rule file, numbered and coloured', async () => {
  const page = await site.open();
  for (const name of ['vocabulary.gate', 'calendars.gate']) {
    await page.locator('#file').selectOption(name);
    await assertBecomes(async () => (await page.locator('.line > code').allTextContents()).join(''), files.find((file) => file.name === name).text);
  }
  await page.locator('.text .keyword').nth(3).waitFor();
  await page.locator('.text .comment').first().waitFor();
});

test('edited rules decide the form, until the shipped ones are back', async () => {
  const page = await site.open({ axe: true });
  await page.locator('#file').selectOption('classification.gate');
  await page.getByRole('button', { name: 'Edit' }).click();
  const editor = page.getByLabel('Rules of classification.gate');
  const text = await editor.inputValue();
  await editor.fill(text.replace('band medium 2..3', 'band medium 2..9').replace('band high   4..', 'band high   10..'));
  await page.locator('.head', { hasText: 'Medium risk' }).waitFor();
  await assertShows(page, '.note', ['Decided by your edited rules']);
  await assertShows(page, '.identity', ['edited here']);
  await takePicture(page, 'rules-edited');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Back to the shipped policy' }).click();
  await page.locator('.head', { hasText: 'High risk' }).waitFor();
  await assertBecomes(() => editor.inputValue(), text);
});

test('a broken policy is shown with its faults, and the last rules that compile go on deciding', async () => {
  const page = await site.open({ axe: true });
  await page.getByRole('button', { name: 'Edit' }).click();
  const editor = page.getByLabel('Rules of classification.gate');
  const text = await editor.inputValue();
  // Places count bytes; a character of two or three of them must not move the selection.
  await editor.fill(`# Prüfung – ✓ 𝛑\n${text.replace('exploited_now', 'exploited_nwo')}`);
  await page.locator('.diagnostics').waitFor();
  await assertShows(page, '#compiler', ['The policy is broken: 1 error.', 'classification.gate, line 80', 'did you mean exploited_now?']);
  await assertShows(page, '.pane.verdict', ['Your edited rules do not compile', 'Normal', 'High risk']);
  await takePicture(page, 'rules-broken');
  await assertAccessible(page);
  await page.locator('.diagnostics').getByRole('button').first().click();
  await assertBecomes(() => editor.evaluate((box) => box.value.slice(box.selectionStart, box.selectionEnd)), 'exploited_nwo');
  await page.locator('.diagnostics').getByRole('button', { name: 'Apply' }).click();
  await page.locator('#compiler', { hasText: 'Compiles, and keeps its promises.' }).waitFor();
  await assertBecomes(() => editor.inputValue(), `# Prüfung – ✓ 𝛑\n${text}`, 'the edit that the compiler offered mends it');
});

test('a compiler that cannot be fetched is said, and may be tried again', async () => {
  const page = await site.open();
  await page.context().route('**/tollgate-*.wasm', (route) => route.abort());
  await page.getByRole('button', { name: 'Edit' }).click();
  const editor = page.getByLabel('Rules of classification.gate');
  await editor.fill(`${await editor.inputValue()}# one more line\n`);
  await page.locator('#compiler', { hasText: 'The compiler cannot be had' }).waitFor();
  await assertShows(page, '.note', ['not compiled yet']);
  await page.context().unroute('**/tollgate-*.wasm');
  site.expectConsole(/ERR_FAILED/);
  await page.getByRole('button', { name: 'Compile again' }).click();
  await page.locator('#compiler', { hasText: 'Compiles, and keeps its promises.' }).waitFor();
});

test('rules that compile and break a promise of the policy are told so', async () => {
  const page = await site.open({ axe: true });
  await page.getByRole('button', { name: 'Edit' }).click();
  const editor = page.getByLabel('Rules of classification.gate');
  await editor.fill((await editor.inputValue()).replace('when   catalogued and not beyond_catalogue', 'when   catalogued'));
  await page.locator('#compiler', { hasText: 'Compiles, and the check has 4 findings.' }).waitFor();
  await assertShows(page, '#compiler', ['promises.gate', 'is broken', 'G0603']);
  await assertShows(page, '.note', ['Decided by your edited rules.', 'The check has 4 findings in them.']);
  await takePicture(page, 'rules-promises');
  await assertAccessible(page);
});

test('the editor opens at the rule that was looked at', async () => {
  const page = await site.open();
  await page.getByRole('button', { name: 'Edit' }).click();
  await eventually(async () => {
    const [caret, scrolled] = await page.getByLabel('Rules of classification.gate').evaluate((box) => [box.value.slice(box.selectionStart), box.scrollTop]);
    assert.match(caret, /^otherwise assessed_change/);
    assert.ok(scrolled > 100, `${scrolled}`);
  });
});

test('edited rules outlast the page, and what was put away comes back', async () => {
  const page = await site.open();
  await page.locator('#file').selectOption('classification.gate');
  await page.getByRole('button', { name: 'Edit' }).click();
  const editor = page.getByLabel('Rules of classification.gate');
  const changed = (await editor.inputValue()).replace('band medium 2..3', 'band medium 2..9').replace('band high   4..', 'band high   10..');
  await editor.fill(changed);
  await page.locator('.head', { hasText: 'Medium risk' }).waitFor();
  const other = await page.context().newPage();
  await other.goto(site.address);
  await other.getByText('Your edited rules are back.').waitFor();
  await other.close();
  await page.reload();
  await page.locator('.head', { hasText: 'Medium risk' }).waitFor();
  await assertShows(page, '.notices', ['Your edited rules are back.', 'Back to the shipped policy']);
  await page.locator('.notices').getByRole('button', { name: 'Back to the shipped policy' }).click();
  await page.locator('.head', { hasText: 'High risk' }).waitFor();
  await page.locator('.notices').getByRole('button', { name: 'Bring them back' }).click();
  await page.locator('.head', { hasText: 'Medium risk' }).waitFor();
  await page.getByRole('button', { name: 'Back to the shipped policy' }).click();
  await page.locator('.head', { hasText: 'High risk' }).waitFor();
  await assertBecomes(() => keptIn(page, 'rules'), undefined);
  await page.reload();
  await ready(page);
  await page.waitForTimeout(400);
  await assertShows(page, '.head', ['High risk']);
});

test('a compiler that answers late does not decide what was put away meanwhile', async () => {
  const page = await site.open();
  let answer;
  const putAway = new Promise((done) => (answer = done));
  const asked = new Promise((done) => void page.context().route('**/tollgate-*.wasm', async (route) => {
    done();
    await putAway;
    await route.continue();
  }));
  await page.getByRole('button', { name: 'Edit' }).click();
  const editor = page.getByLabel('Rules of classification.gate');
  await editor.fill((await editor.inputValue()).replace('band medium 2..3', 'band medium 2..9').replace('band high   4..', 'band high   10..'));
  await asked;
  // By then the edited rules are with the compiler, which waits for its engine.
  await page.waitForTimeout(500);
  await page.getByRole('button', { name: 'Back to the shipped policy' }).click();
  answer();
  await page.waitForTimeout(1500);
  await assertShows(page, '.head', ['High risk']);
  await assertShows(page, '#compiler', ['These are the shipped rules.']);
});
