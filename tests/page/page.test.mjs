// The page in Chromium, served as `npm start` serves it. With SCREENSHOTS=folder it leaves pictures there.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { openBrowser } from '../../tools/lib/chromium.mjs';
import { serve } from '../../tools/lib/server.mjs';

let server;
let browser;

before(async () => {
  server = await serve(0);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

afterEach(async () => {
  const lines = await browser.console();
  assert.deepEqual(lines, [], 'the console stays empty: no error, no breach of the content policy');
});

/** Opens the page and waits until it has loaded its engine, or has said why not. */
async function openPage() {
  await browser.open(server.address);
  await browser.waitFor(() => document.body.dataset.ready);
}

async function takePicture(name) {
  if (process.env.SCREENSHOTS) writeFileSync(join(process.env.SCREENSHOTS, `${name}.png`), await browser.screenshot());
}

test('the page loads its engine under its content policy', async () => {
  await openPage();
  const version = /^version = "(.+)"/m.exec(readFileSync(new URL('../../Cargo.toml', import.meta.url), 'utf8'))[1];
  const about = await browser.evaluate(() => document.getElementById('about').textContent);
  assert.ok(about.startsWith(`Engine ${version}`), about);
  await takePicture('page');
});

test('the content policy stops scripts that are not files of the server', async () => {
  await openPage();
  const ran = await browser.evaluate(() => {
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
  await browser.console();
});

test('every control has a label and is reached by the keyboard in the order of the page', async () => {
  await openPage();
  const unnamed = await browser.evaluate(() =>
    [...document.querySelectorAll('select, textarea, input')].filter((control) => control.labels.length === 0).map(({ id }) => id),
  );
  assert.deepEqual(unnamed, []);
  const TAB = '\uE004';
  const reached = [];
  for (const _ of Array(3)) {
    await browser.type(TAB);
    reached.push(await browser.evaluate(() => document.activeElement.id));
  }
  assert.deepEqual(reached, ['sample', 'request', 'facts']);
});

const decided = JSON.parse(readFileSync(new URL('decided.json', import.meta.url), 'utf8'));

/** Shows an answer of the engine as the page does after a decision. */
async function showAnswer(answer) {
  await browser.evaluate(async (shown) => {
    const [{ renderDecision }, { renderExplanation }] = await Promise.all([
      import('/render/decision.js'),
      import('/render/explanation.js'),
    ]);
    document.getElementById('result').replaceChildren(renderDecision(shown.decision), renderExplanation(shown.explanation));
  }, answer);
}

const resultText = () => browser.evaluate(() => document.getElementById('result').innerText.replace(/\s+/g, ' '));

test('a decision shows class, risk, route, seats, due time, codes and reasons', async () => {
  await openPage();
  await showAnswer(decided);
  const text = await resultText();
  for (const part of [
    'Normal',
    'High risk',
    'board decides',
    'chief architect',
    'at least 4 of 6 seats',
    'within 3 business days of completed, until decided (calendar IN-GCC)',
    'CATALOG_EXPIRED',
    'Would be Standard if key algorithm unchanged',
    'missing impact.compliance.sox',
    'tenants >= 10',
    '1 rule that did not hold',
  ]) {
    assert.ok(text.includes(part), `\`${part}\` is not in: ${text}`);
  }
  for (const scheme of ['light', 'dark']) {
    await browser.prefer(scheme);
    await takePicture(`decision-${scheme}`);
  }
});

test('a picked sample is decided by the module in the page', async () => {
  await openPage();
  await browser.evaluate(() => {
    const sample = document.getElementById('sample');
    sample.value = 'embedding-model-swapped-at-three-in-the-morning.json';
    sample.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await browser.waitFor(() => document.getElementById('request').value.includes('embedding_model_upgrade'));
  await browser.evaluate(() => document.getElementById('decide').click());
  await browser.waitFor(() => document.getElementById('result').innerText.includes('High'));
  const text = await resultText();
  for (const part of ['Normal', 'High risk', 'IMPACT_INCOMPLETE', 'NO_SNAPSHOT']) {
    assert.ok(text.includes(part), `\`${part}\` is not in: ${text}`);
  }
  await takePicture('sample-decided');
});

test('markup in an answer is shown as text', async () => {
  await openPage();
  const answer = structuredClone(decided);
  answer.explanation.sentences = ['<img src=x onerror="document.title = 1"><b>bold</b>'];
  await showAnswer(answer);
  assert.ok((await resultText()).includes('<b>bold</b>'));
  assert.equal(await browser.evaluate(() => document.querySelectorAll('#result img, #result b').length), 0);
});
