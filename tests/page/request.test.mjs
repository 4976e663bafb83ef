// The request screen: what it shows of a request that is decided, unfinished or refused.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Policy } from '../../js/dist/full.node.js';
import { inProject } from '../../tools/lib/paths.mjs';
import { assertBecomes, eventually } from '../support/settling.mjs';
import { files, sample, samples } from '../support/shipped.mjs';
import { answer, assertHolds, assertShows, MODEL_SWAP, pick, usePage } from './page.mjs';

const site = usePage({ isShared: true });
const policy = Policy.compile(files);

test('the page names its engine, and its policy by digest', async () => {
  const page = await site.open();
  const version = /^version = "(.+)"/m.exec(readFileSync(inProject('Cargo.toml'), 'utf8'))[1];
  const { id, digest, title } = policy.identity;
  await assertShows(page, '.identity', [`Engine ${version}`, title, id, digest]);
});

test('a visitor sees at once what the engine is for', async () => {
  const page = await site.open();
  await assertBecomes(() => page.getByLabel('Start from a sample').inputValue(), MODEL_SWAP);
  await assertShows(page, '.verdict', ['Normal', 'High risk', 'Change Advisory Board']);
});

test('the samples are there by their titles, in groups', async () => {
  const page = await site.open();
  await page.locator('#sample optgroup').nth(1).waitFor({ state: 'attached' });
  const read = () => page.locator('#sample optgroup').evaluateAll((all) => all.map(({ label, children }) => [label, [...children].map((one) => one.textContent)]));
  await assertBecomes(async () => (await read()).flatMap(([, members]) => members).length, samples.length);
  const groups = await read();
  assert.deepEqual(groups.map(([label]) => label), ['Standard', 'Normal', 'Emergency', 'Out of scope', 'Gates and evidence']);
  assert.ok(groups.find(([label]) => label === 'Normal')[1].includes(sample(MODEL_SWAP).title));
});

test('a decided request says what, why, who, when and what is missing', async () => {
  const page = await site.open();
  await assertShows(page, '.pane.verdict', [
    'Normal', 'High risk', 'The board decides',
    'Why', 'Touches a compliance control (3)',
    'What would have to differ', 'For Standard', 'nearest miss',
    'Change Advisory Board: at least 4 of 6 seats', 'Is financial reporting still accurate?', 'mandatory',
    'within 3 business days, from completed to decided (calendar IN-GCC)',
    'Submit: nothing missing', 'IMPACT_INCOMPLETE', 'What changes technically? impact.technical.summary',
    'GDPR', '10% for 1 day, then 100%', '10 years after closed',
  ]);
  await assertBecomes(() => page.locator('#status').textContent(), 'Normal, high risk. The board decides. 7 gates closed');
});

test('every rule that was looked at opens to its clauses and what they read', async () => {
  const page = await site.open();
  await page.getByText('Every rule that was looked at').click();
  await page.locator('.phase summary', { hasText: 'Scope' }).click();
  const phase = page.locator('.phase', { hasText: 'Scope' });
  await phase.locator('.tree').first().waitFor();
  await eventually(async () => assertHolds((await phase.innerText()).replace(/\s+/g, ' '), ['classification.gate:7', 'env is not production', 'env is production']));
  const marks = () => phase.locator('.mark').evaluateAll((all) => [...new Set(all.map((one) => `${one.dataset.held} ${one.textContent}`))].sort());
  await assertBecomes(marks, ['false does not hold: ', 'null left open: ', 'true holds: ']);
});

test('other facts decide the request again, and it is no sample any more', async () => {
  const page = await site.open();
  await pick(page, 'ssl-renewal-is-standard');
  await assertShows(page, '.head', ['Standard', 'Low risk']);
  await page.getByText('What machines report').click();
  const { certificate } = sample('ssl-renewal-is-standard').facts;
  await page.getByLabel('Facts (JSON)').fill(JSON.stringify({ certificate: { ...certificate, same_key_algorithm: false } }));
  await page.locator('.head', { hasText: 'Normal' }).waitFor();
  await assertShows(page, '.pane.verdict', ['Medium risk', 'key algorithm unchanged', 'does not cover this change']);
  await assertBecomes(() => page.getByLabel('Start from a sample').inputValue(), '');
});

test('facts that are no JSON are said beside them, and the last ones stay', async () => {
  const page = await site.open();
  await page.getByText('What machines report').click();
  await page.getByLabel('Facts (JSON)').fill('{ "pipeline": ');
  await assertShows(page, '#facts-fault', ['Not JSON']);
  await assertBecomes(() => page.getByLabel('Facts (JSON)').getAttribute('aria-invalid'), 'true');
  await page.getByLabel('Facts (JSON)').fill('[]');
  await assertShows(page, '#facts-fault', ['Facts are an object']);
  await assertShows(page, '.head', ['Normal']);
});

test('the instant to decide at is checked, and may be the present', async () => {
  const page = await site.open();
  await page.getByText('What machines report').click();
  await page.getByLabel('Decided at').fill('tomorrow');
  await assertShows(page, '#now-fault', ['no instant with its offset']);
  await assertBecomes(() => page.getByLabel('Decided at').inputValue(), 'tomorrow');
  await page.getByRole('button', { name: 'Present' }).click();
  await assertBecomes(() => page.getByLabel('Decided at').inputValue(), '');
  await assertBecomes(() => page.locator('#now-fault').isVisible(), false);
});

test('an empty form says what can still come of it, and leads to the question that decides most', async () => {
  const page = await site.open();
  await page.getByRole('button', { name: 'Empty form' }).click();
  await page.locator('.head[data-kind="open"]').waitFor();
  await assertShows(page, '.pane.verdict', ['Answer a first question', 'Still possible', 'Standard', 'Normal', 'Emergency', 'Decides most', 'Needed before submission']);
  await assertBecomes(() => page.locator('.line[data-mark]').count(), 0, 'no rule decides yet');
  await assertBecomes(() => page.locator('#file').inputValue(), 'classification.gate', 'where the evaluation begins');
  await page.locator('.verdict .next').click();
  await assertBecomes(() => page.evaluate(() => document.activeElement.localName), 'tollgate-form');
});

test('a refused request shows each fault with its help and the way to its question', async () => {
  const page = await site.open();
  const { request } = sample(MODEL_SWAP);
  await page.getByText('What machines report').click();
  await page.getByLabel('Facts (JSON)').fill('{ "certificat": {} }');
  await page.locator('.head[data-kind="refused"]').waitFor();
  await assertShows(page, '.pane.verdict', ['Not decided', 'One thing has to be mended', 'UNKNOWN_GROUP', 'did you mean certificate?']);
  await page.getByLabel('Facts (JSON)').fill('{}');
  await answer(page, { ...request, tenants: 10_001 });
  await page.locator('.head[data-kind="refused"]').waitFor();
  await page.locator('.faults').getByRole('button', { name: 'Tenants affected' }).click();
  await assertBecomes(() => page.evaluate(() => document.activeElement.localName), 'tollgate-form');
});

test('a submission needs a log, and what was written outlasts the way to it', async () => {
  const page = await site.open();
  await page.locator('tollgate-form').getByRole('button', { name: /submit/i }).click();
  const { request } = sample(MODEL_SWAP);
  await page.getByRole('heading', { name: 'No log has begun here' }).waitFor({ timeout: 30_000 });
  await assertShows(page, '.receipt', ['Your request is kept as it is', 'Begin a log']);
  await assertBecomes(() => page.evaluate(() => document.activeElement.id), 'receipt');
  await answer(page, { ...request, title: 'Another' });
  await page.locator('.receipt').waitFor({ state: 'detached' });
});

test('the page says when not to use it, with eight reasons', async () => {
  const page = await site.open();
  await assertBecomes(() => page.locator('.unfit li').count(), 8);
  await assertShows(page, '.unfit', ['When not to use this', 'fewer than 5 engineers', 'no external auditor']);
});

test('every sample is shown, and nothing that is absent is shown as text', async () => {
  const page = await site.open();
  for (const { name } of samples) {
    const { expect, request, facts, now } = sample(name);
    await pick(page, name);
    const decided = policy.decide(request, { facts, now });
    if (decided.ok) await page.locator('.head[data-kind="decided"]').waitFor();
    const wanted = decided.ok ? (expect.scope === 'out_of_scope' ? ['Out of scope'] : ['Who must approve', 'risk']) : [];
    await eventually(async () => {
      const text = await page.locator('.pane.verdict').textContent();
      assert.doesNotMatch(text, /undefined|\bnull\b|NaN|\[object/, name);
      assertHolds(text, wanted);
    });
  }
});

test('markup in an answer is shown as text', async () => {
  const page = await site.open();
  const { request } = sample(MODEL_SWAP);
  await answer(page, { ...request, '<img src=x onerror="document.title=1">': '<b>bold</b>', kind: '<i>kind</i>' });
  await page.locator('.head[data-kind="refused"]').waitFor();
  await assertBecomes(() => page.locator('.pane.verdict :is(img, b, i)').count(), 0);
  assert.notEqual(await page.title(), '1');
});

test('a press on the button right after typing hands the request in', async () => {
  const page = await site.open();
  await page.locator('tollgate-form').locator('[data-path="title"] input').fill('typed last');
  await page.getByRole('button', { name: 'Submit change request' }).click();
  await page.getByRole('heading', { name: 'No log has begun here' }).waitFor({ timeout: 30_000 });
  await page.waitForTimeout(200);
  assert.ok(await page.getByRole('heading', { name: 'No log has begun here' }).isVisible(), 'and it stays');
  await page.getByRole('button', { name: 'Go on writing' }).click();
  await assertBecomes(() => page.evaluate(() => document.activeElement.id), 'decision');
});

test('each reason leads to the rule that it speaks of', async () => {
  const page = await site.open();
  await pick(page, 'zero-day-is-emergency');
  const line = page.locator('.reasons li', { hasText: 'Emergency: Vulnerability that is exploited' });
  await line.getByRole('button').click();
  const seen = () => page.locator('.rules div.text').evaluate((box) => {
    const top = box.getBoundingClientRect();
    const row = [...box.children].find((line) => line.textContent.includes('rule exploited_vulnerability'));
    return [row.getBoundingClientRect().top - top.top, top.height, row.querySelector('.number').textContent];
  });
  await eventually(async () => {
    const [top, height, number] = await seen();
    assert.ok(top > 0 && top < height, `at ${top} of ${height}`);
    assertHolds(await line.innerText(), [`classification.gate:${number}`]);
  });
});

test('what the sample brought along is told, and can be left behind', async () => {
  const page = await site.open();
  await pick(page, 'ssl-renewal-is-standard');
  await assertShows(page, '.given', ['As of', 'of facts']);
  await page.getByRole('button', { name: 'Decide as of now, without facts' }).click();
  await page.locator('.given').waitFor({ state: 'detached' });
  await assertBecomes(() => page.locator('#sample').inputValue(), '');
});

test('what the engine refuses of facts and instant is told in its words', async () => {
  const page = await site.open();
  await page.getByText('What machines report').click();
  for (const [label, text, says] of [['Facts (JSON)', '{ "x": 12345678901234567890 }', 'The engine refused:'], ['Decided at', '2300-01-01T00:00:00Z', 'The engine refused:']]) {
    await page.getByLabel(label).fill(text);
    await page.locator('.head[data-kind="silent"]', { hasText: says }).waitFor();
    await page.getByLabel(label).fill(label === 'Decided at' ? '' : '{}');
    await page.locator('.head[data-kind="decided"]').waitFor();
  }
});

test('a complaint about half typed facts goes with the request that they were typed for', async () => {
  const page = await site.open();
  await page.getByText('What machines report').click();
  await page.getByLabel('Facts (JSON)').fill('{bad');
  await page.getByLabel('Decided at').fill('rubbish');
  await page.getByRole('button', { name: 'Empty form' }).click();
  await assertBecomes(() => page.locator('.facts .fault').allTextContents(), ['', '']);
  await assertBecomes(() => page.getByLabel('Facts (JSON)').inputValue(), '{}');
  await assertBecomes(() => page.getByLabel('Decided at').inputValue(), '');
});

test('on a phone the line in sight leads to the question that decides most', async () => {
  const page = await site.open({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Empty form' }).click();
  await page.locator('.verdict-line', { hasText: 'Next: What is being changed?' }).click();
  await assertBecomes(() => page.locator('tollgate-form').evaluate((form) => form.shadowRoot.activeElement.closest('.field').dataset.path), 'kind');
});

test('to walk past a question changes nothing: a sample stays a sample', async () => {
  const page = await site.open();
  await page.locator('tollgate-form').locator('[data-path="artifact_digest"] input, [data-kind="digest"] input').first().focus();
  await page.keyboard.press('Tab');
  await page.waitForTimeout(100);
  await assertBecomes(() => page.locator('#sample').inputValue(), MODEL_SWAP);
});
