// The page in Chromium, served as `npm start` serves it. With SCREENSHOTS=folder it leaves pictures there.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { openBrowser } from '../../tools/lib/chromium.mjs';
import { inProject } from '../../tools/lib/paths.mjs';
import { serve } from '../../tools/lib/server.mjs';
import { ask, files, sample, samples } from '../node/shipped.mjs';

const MODEL_SWAP = 'embedding-model-swapped-at-three-in-the-morning';

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
async function openPage(address = server.address) {
  await browser.open(address);
  await browser.waitFor(() => document.body.dataset.ready);
}

/** Picks a sample as a person does, which decides it. */
async function pick(name) {
  await browser.evaluate((file) => {
    // The answer before must not be taken for the one that is waited for.
    document.getElementById('result').replaceChildren();
    const choice = document.getElementById('sample');
    choice.value = file;
    choice.dispatchEvent(new Event('change', { bubbles: true }));
  }, `${name}.json`);
  await browser.waitFor(() => document.querySelector('#result .answer'));
}

/** Puts `text` into an input as typing does. */
function write(id, text) {
  return browser.evaluate((input, value) => {
    document.getElementById(input).value = value;
    document.getElementById(input).dispatchEvent(new Event('input', { bubbles: true }));
  }, id, text);
}

const press = (id) => browser.evaluate((button) => document.getElementById(button).click(), id);
const textOf = (id) => browser.evaluate((shown) => document.getElementById(shown).innerText.replace(/\s+/g, ' '), id);
const statusText = () => browser.evaluate(() => document.getElementById('status').textContent);

function assertHolds(text, parts) {
  for (const part of parts) assert.ok(text.includes(part), `\`${part}\` is not in: ${text}`);
}

async function takePicture(name) {
  if (process.env.SCREENSHOTS) writeFileSync(join(process.env.SCREENSHOTS, `${name}.png`), await browser.screenshot());
}

test('the page loads its engine and names its policy by digest', async () => {
  await openPage();
  const version = /^version = "(.+)"/m.exec(readFileSync(inProject('Cargo.toml'), 'utf8'))[1];
  const { policy } = ask('compile', { files });
  assertHolds(await textOf('about'), [`Engine ${version}`, policy.id, policy.digest]);
  // A visitor sees at once what the engine is for.
  assertHolds(await textOf('result'), ['Normal', 'High risk', 'Change Advisory Board']);
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
  const reached = new Set();
  for (const _ of Array(14)) {
    await browser.type(TAB);
    reached.add(await browser.evaluate(() => document.activeElement.id));
  }
  const named = [...reached].filter(Boolean);
  assert.deepEqual(named, ['sample', 'now', 'current', 'request', 'facts', 'decide']);
});

test('the samples of the folder are there by their titles, in groups', async () => {
  await openPage();
  const groups = await browser.evaluate(() =>
    [...document.querySelectorAll('#sample optgroup')].map(({ label, children }) => [label, [...children].map((one) => one.textContent)]),
  );
  assert.deepEqual(groups.map(([label]) => label), ['Standard', 'Normal', 'Emergency', 'Out of scope', 'Gates and evidence']);
  assert.ok(groups.find(([label]) => label === 'Normal')[1].includes(sample(MODEL_SWAP).title));
});

test('a picked sample is decided, and the answer says what, why, who, when and what is missing', async () => {
  await openPage();
  await pick(MODEL_SWAP);
  assertHolds(await textOf('result'), [
    'Normal', 'High risk', 'The board decides',
    'Why', 'Touches a compliance control (3)',
    'What would have to differ', 'For Standard',
    'Change Advisory Board: at least 4 of 6 seats', 'Is financial reporting still accurate?', 'mandatory',
    'within 3 business days, from completed to decided (calendar IN-GCC)',
    'Submit: nothing missing', 'IMPACT_INCOMPLETE', 'What changes technically? impact.technical.summary',
    'GDPR', '10 % for 1 day, then 100 %',
    'Class 1 of 4 rules held',
  ]);
  assert.equal(await statusText(), 'Normal change, high risk. 5 gates closed.');
  for (const [width, height] of [[1280, 1800], [390, 1800]]) {
    await browser.resize(width, height);
    const wide = await browser.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `at ${width} pixels the page is ${wide} wide`);
    for (const scheme of ['light', 'dark']) {
      await browser.prefer(scheme);
      await takePicture(`decision-${width}-${scheme}`);
    }
  }
  await browser.resize(1280, 1800);
});

test('the rules open to their clauses, their values and their text', async () => {
  await openPage();
  await pick(MODEL_SWAP);
  const rule = await browser.evaluate(() => {
    const scope = [...document.querySelectorAll('.phase')].find((one) => one.textContent.startsWith('Scope'));
    for (const one of [scope, ...scope.querySelectorAll('details')]) one.open = true;
    return {
      text: scope.innerText.replace(/\s+/g, ' '),
      marks: [...new Set([...scope.querySelectorAll('.mark')].map((one) => `${one.dataset.held} ${one.textContent}`))].sort(),
      source: scope.querySelector('pre').textContent,
    };
  });
  assertHolds(rule.text, ['classification.gate:7', 'env is not production', 'env is production']);
  assert.deepEqual(rule.marks, ['false does not hold: ', 'null not read: ', 'true holds: ']);
  assert.match(rule.source, /^rule target_refuted .*\n  gives/);
});

test('an edited request is decided again', async () => {
  await openPage();
  await pick('ssl-renewal-is-standard');
  assertHolds(await textOf('result'), ['Standard', 'Low risk']);
  const { facts } = sample('ssl-renewal-is-standard');
  await write('facts', JSON.stringify({ certificate: { ...facts.certificate, same_key_algorithm: false } }));
  await browser.waitFor(() => document.querySelector('.verdict').innerText.includes('Normal'));
  assertHolds(await textOf('result'), ['Medium risk', 'key algorithm unchanged', 'does not cover this change']);
});

test('an own request is decided by pressing Decide', async () => {
  await openPage();
  const { request, facts } = sample('zero-day-is-emergency');
  await browser.evaluate((one, other) => {
    document.getElementById('request').value = one;
    document.getElementById('facts').value = other;
  }, JSON.stringify(request), JSON.stringify(facts));
  await press('decide');
  await browser.waitFor(() => document.querySelector('.verdict')?.innerText.includes('Emergency'));
});

test('an engine that has forgotten the policy is given it again', async () => {
  await openPage();
  await pick('ssl-renewal-is-standard');
  const answer = await browser.evaluate(async () => {
    const glue = await import('/pkg/tollgate.js?start=0');
    glue.release('{"handle":1}');
    return glue.form('{"policy":{"handle":1}}');
  });
  assert.equal(JSON.parse(answer).error.code, 'NO_SUCH_POLICY');
  await write('facts', '{}');
  await browser.waitFor(() => document.querySelector('.verdict').innerText.includes('Normal'));
});

test('a refused request shows each error beside its place, with help and the line', async () => {
  await openPage();
  await pick('ssl-renewal-is-standard');
  const { request } = sample('ssl-renewal-is-standard');
  await write('request', JSON.stringify({ ...request, tenants: '14', tenant: 3 }, null, 2));
  await write('facts', '{ "certificat": {} }');
  await press('decide');
  await browser.waitFor(() => document.getElementById('request').getAttribute('aria-invalid'));
  assertHolds(await textOf('request-fault'), ['tenants must be a whole number', 'WRONG_TYPE', 'unknown field tenant', 'did you mean tenants?', 'line ']);
  assertHolds(await textOf('facts-fault'), ['certificat', 'UNKNOWN_GROUP', 'did you mean certificate?']);
  assertHolds(await statusText(), ['Not decided', '3 things', 'the decision on the input before']);
  const chosen = await browser.evaluate(() => {
    const input = document.getElementById('request');
    document.querySelector('#request-fault button').click();
    return [document.activeElement.id, input.value.slice(input.selectionStart, input.selectionEnd)];
  });
  assert.deepEqual(chosen, ['request', '"tenants"']);
  await takePicture('refused');
});

test('what is no JSON, or JSON read in two ways, is said beside the input', async () => {
  await openPage();
  await write('request', '{ "title": ');
  await press('decide');
  await browser.waitFor(() => document.getElementById('request-fault').innerText.startsWith('Not JSON'));
  await write('request', '{ "tenants": 1, "tenants": 2 }');
  await browser.waitFor(() => document.getElementById('request-fault').innerText.includes('given twice'));
  await write('request', '{}');
  await write('now', '');
  await browser.waitFor(() => document.getElementById('now-fault').innerText.includes('no instant'));
});

test('a broken policy is shown with its faults, and nothing can be decided', async () => {
  const rules = mkdtempSync(join(tmpdir(), 'tollgate-rules-'));
  mkdirSync(join(rules, 'change-management'));
  writeFileSync(join(rules, 'change-management', 'policy.gate'), 'policy X "Broken" {\n  version "1"\n');
  const broken = await serve(0, [
    { prefix: '/pkg/', folder: inProject('pkg'), listed: false },
    { prefix: '/rules/', folder: rules, listed: true },
    { prefix: '/', folder: inProject('www'), listed: false },
  ]);
  try {
    await openPage(broken.address);
    assertHolds(await textOf('result'), ['The policy is broken', 'policy.gate:1:19: error: the { of this policy is not closed', 'G0108']);
    assert.equal(await statusText(), 'Nothing can be decided.');
    assert.equal(await browser.evaluate(() => document.getElementById('decide').disabled), true);
    await takePicture('broken');
  } finally {
    await broken.close();
    rmSync(rules, { recursive: true });
  }
});

test('every sample can be shown, and nothing that is absent is shown as text', async () => {
  await openPage();
  const { handle } = ask('compile', { files });
  const { form } = ask('form', { policy: { handle } });
  for (const { file, request, facts, now, expect } of samples) {
    const answer = ask('decide', { policy: { handle }, request, facts, now, explain: true });
    const text = await browser.evaluate(async (shown, titles) => {
      const { renderAnswer } = await import('/render/answer.js');
      return renderAnswer(shown, titles, () => '').textContent;
    }, answer, form);
    assert.doesNotMatch(text, /undefined|\bnull\b|NaN|\[object/, file);
    assertHolds(text, expect.scope === 'out_of_scope' ? ['Out of scope'] : ['Who must approve', 'risk']);
  }
});

test('markup in an answer is shown as text', async () => {
  await openPage();
  const { request, facts, now } = sample(MODEL_SWAP);
  const { form } = ask('form', { policy: { files } });
  const answer = ask('decide', { policy: { files }, request, facts, now, explain: true });
  answer.explanation.sentences = ['<img src=x onerror="document.title = 1"><b>bold</b>'];
  await browser.evaluate(async (shown, titles) => {
    const { renderAnswer } = await import('/render/answer.js');
    document.getElementById('result').replaceChildren(renderAnswer(shown, titles, () => '<i>rule</i>'));
  }, answer, form);
  assertHolds(await textOf('result'), ['<b>bold</b>']);
  assert.equal(await browser.evaluate(() => document.querySelectorAll('#result :is(img, b, i)').length), 0);
});
