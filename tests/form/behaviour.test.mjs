// How the form behaves as a whole: what it asks, what it complains of, and how it lives in a page and in a form.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { assertBecomes, assertComesToMatch, assertComesTrue, eventually } from '../support/settling.mjs';
import { answer, complaint, field, focused, givePolicy, state } from './acts.mjs';
import { FILES, WHOLE } from './every-type.mjs';
import { pagesOf } from './open.mjs';

const open = pagesOf(fileURLToPath(new URL('page/', import.meta.url)));

async function openForm(value) {
  const { page, complaints } = await open();
  await givePolicy(page, FILES);
  if (value) await page.evaluate((request) => void (window.form.value = request), value);
  return { page, complaints };
}

const press = (page, name) => page.getByRole('button', { name }).click();
const SUBMIT = 'Submit change request';

test('a question with a condition appears with the answer that calls for it, and its answer goes with it', async () => {
  const { page } = await openForm(WHOLE);
  await assertBecomes(() => field(page, 'reason').isVisible(), false);
  await answer(page, { path: 'few', press: ['Two'] });
  await assertBecomes(() => field(page, 'reason').isVisible(), true);
  await assertBecomes(() => field(page, 'depth').isVisible(), false);
  await answer(page, { path: 'reason', fill: ['because'] });
  await answer(page, { path: 'depth', fill: ['3'] });
  assert.deepEqual((await state(page)).value, { ...WHOLE, few: 'double', reason: 'because', depth: 3 });
  // Hiding one hides what was asked because of it.
  await answer(page, { path: 'few', press: ['One'] });
  await assertBecomes(async () => [await field(page, 'reason').isVisible(), await field(page, 'depth').isVisible()], [false, false]);
  const { value, answer: decided } = await state(page);
  assert.deepEqual(value, WHOLE);
  assert.equal(decided.ok, true);
  // What was written is still there when it is asked again.
  await answer(page, { path: 'few', press: ['Two'] });
  assert.deepEqual((await state(page)).value, { ...WHOLE, few: 'double', reason: 'because', depth: 3 });
  await page.close();
});

test('what is missing is told once somebody tries to submit, and not before', async () => {
  const { page } = await openForm();
  await assertBecomes(() => page.locator('.error:visible').count(), 0);
  await field(page, 'whole').locator('input').focus();
  await page.keyboard.press('Tab');
  await assertBecomes(() => page.locator('.error:visible').count(), 0);
  await press(page, SUBMIT);
  await assertBecomes(() => complaint(page, 'whole'), 'This needs an answer.');
  const { partial } = await state(page);
  await assertComesTrue(async () => (await page.locator('.error:visible').count()) > 10);
  await assertBecomes(() => focused(page), partial.missing[0]);
  assert.equal(await page.evaluate(() => window.told.filter(({ type }) => type === 'tollgate-submit').length), 0);
  const described = await field(page, 'whole').locator('input').getAttribute('aria-describedby');
  assert.deepEqual(described.split(' '), ['field:whole:help', 'field:whole:error']);
  await page.close();
});

test('a press on the button hands in what was typed last, and nothing is told after that', async () => {
  const { page } = await openForm(WHOLE);
  await field(page, 'line').locator('input').fill('another line');
  await press(page, SUBMIT);
  await page.waitForTimeout(100);
  const told = await page.evaluate(() => window.told.map(({ type, detail }) => [type, (detail.request ?? detail.value).line]));
  assert.deepEqual(told.at(-1), ['tollgate-submit', 'another line']);
  await page.close();
});

test('without a policy the form around cannot go', async () => {
  const { page, complaints } = await open();
  await page.waitForFunction(() => window.form);
  const { valid, message, sent } = await page.evaluate(() => {
    window.form.form.requestSubmit();
    return { valid: window.form.validity.valid, message: window.form.validationMessage, sent: window.sent };
  });
  assert.deepEqual({ valid, sent }, { valid: false, sent: undefined });
  assert.match(message, /no policy yet/);
  assert.deepEqual(complaints.filter((line) => !/not focusable/.test(line)), []);
  await page.close();
});

test('what is no policy, no request and no facts is refused by name', async () => {
  const { page } = await openForm();
  const thrown = await page.evaluate(() =>
    [['policy', {}], ['policy', 'x'], ['value', 'x'], ['value', []], ['facts', 3]].map(([name, given]) => {
      try {
        window.form[name] = given;
        return 'taken';
      } catch (error) {
        return `${error.name}: ${error.message.split(' must')[0]}`;
      }
    }));
  assert.deepEqual(thrown, ['TypeError: `policy`', 'TypeError: `policy`', 'TypeError: `value`', 'TypeError: `value`', 'TypeError: `facts`']);
  assert.equal((await state(page)).partial.decided, false, 'the form goes on');
  await page.close();
});

test('an optional question that is passed over counts as left empty, and stays out of the value', async () => {
  const { page } = await openForm(WHOLE);
  await field(page, 'note').locator('input').focus();
  await page.keyboard.press('Tab');
  await assertBecomes(() => field(page, 'note').locator('.mark').textContent(), 'left empty');
  assert.equal('note' in (await state(page)).value, false);
  await page.close();
});

test('a complete request is submitted with its decision and its reasons', async () => {
  const { page } = await openForm(WHOLE);
  await press(page, SUBMIT);
  await page.waitForFunction(() => window.told.some(({ type }) => type === 'tollgate-submit'));
  const { detail } = await page.evaluate(() => window.told.find(({ type }) => type === 'tollgate-submit'));
  assert.deepEqual(detail.request, WHOLE);
  assert.equal(detail.decision.class.value, 'reviewed');
  assert.ok(detail.explanation.sentences.length > 0);
  await assertBecomes(async () => JSON.parse(await page.evaluate(() => window.sent ?? 'null')), WHOLE);
  await page.close();
});

test('whoever prevents the submission keeps the form around it from going', async () => {
  const { page } = await openForm(WHOLE);
  await page.evaluate(() => window.form.addEventListener('tollgate-submit', (event) => event.preventDefault()));
  await press(page, SUBMIT);
  assert.equal(await page.evaluate(() => window.sent), undefined);
  await page.close();
});

test('a form around it sends the request, or is held by what is missing', async () => {
  const { page } = await openForm();
  const ask = () => page.evaluate(() => {
    const { validity } = window.form;
    return [window.form.form.checkValidity(), validity.valueMissing, validity.customError, window.form.validationMessage !== ''];
  });
  assert.deepEqual(await ask(), [false, true, false, true]);
  await page.evaluate(() => window.form.form.requestSubmit());
  assert.equal(await page.evaluate(() => window.sent), undefined);
  await assertComesTrue(async () => (await page.locator('.error:visible').count()) > 10, 'the browser asked, so everything is told');
  await page.evaluate((value) => void (window.form.value = { ...value, whole: 5000 }), WHOLE);
  assert.deepEqual(await ask(), [false, false, true, true]);
  await page.evaluate((value) => void (window.form.value = value), WHOLE);
  assert.deepEqual(await ask(), [true, false, false, false]);
  await page.evaluate(() => window.form.form.requestSubmit());
  await assertBecomes(async () => JSON.parse(await page.evaluate(() => window.sent ?? 'null')), WHOLE);
  await page.close();
});

test('a reset takes all answers and complaints away', async () => {
  for (const how of ['window.form.reset()', 'window.form.form.reset()']) {
    const { page } = await openForm({ ...WHOLE, whole: 5000 });
    await press(page, SUBMIT);
    await page.evaluate(how);
    assert.deepEqual((await state(page)).value, {});
    await assertBecomes(() => page.locator('.error:visible').count(), 0);
    await assertBecomes(() => field(page, 'line').locator('input').inputValue(), '');
    await page.close();
  }
});

test('checking is silent, reporting tells and leads to the first fault', async () => {
  const { page } = await openForm({ ...WHOLE, line: '' });
  assert.equal(await page.evaluate(() => window.form.checkValidity()), false);
  await assertBecomes(() => page.locator('.error:visible').count(), 0);
  assert.equal(await page.evaluate(() => window.form.reportValidity()), false);
  await assertBecomes(() => focused(page), 'line');
  await page.close();
});

test('a fieldset around it, or the attribute, disables every control', async () => {
  const { page } = await openForm();
  const enabled = () => page.evaluate(() => [...window.form.shadowRoot.querySelectorAll('input, select, textarea, button')].filter((one) => !one.matches(':disabled')).length);
  await page.evaluate(() => void (window.form.disabled = true));
  await assertBecomes(enabled, 0);
  await page.evaluate(() => void (window.form.disabled = false));
  await assertComesTrue(async () => (await enabled()) > 20);
  await page.evaluate(() => {
    const fieldset = document.createElement('fieldset');
    window.form.replaceWith(fieldset);
    fieldset.append(window.form);
    fieldset.disabled = true;
  });
  await assertBecomes(enabled, 0);
  await page.close();
});

test('properties that were set before the element was defined count', async () => {
  const { page } = await openForm();
  assert.equal(await page.evaluate(() => window.form.now), '2026-02-03T11:00:00Z');
  await page.close();
});

test('several properties set at once are judged once, and reading one judges at once', async () => {
  const { page } = await openForm();
  const counted = await page.evaluate(async (value) => {
    document.querySelector('main').append(window.form);
    const from = window.told.length;
    window.form.now = '2026-02-04T11:00:00Z';
    window.form.facts = {};
    window.form.value = value;
    const { class: kind } = window.form.answer.decision;
    await Promise.resolve();
    return [kind.value, window.told.length - from];
  }, WHOLE);
  assert.deepEqual(counted, ['reviewed', 1]);
  await page.close();
});

test('in a form around it what was set is what is checked and sent, at once', async () => {
  const { page } = await openForm(WHOLE);
  const seen = await page.evaluate((value) => {
    const { form } = window;
    form.value = {};
    const isEmptyValid = form.form.checkValidity();
    form.value = { ...value, line: 'set just now' };
    const data = JSON.parse(new FormData(form.form).get('change'));
    return [isEmptyValid, form.form.checkValidity(), data.line];
  }, WHOLE);
  assert.deepEqual(seen, [false, true, 'set just now']);
  await page.close();
});

test('a chain of questions is settled to its end', async () => {
  const { page } = await open();
  const chain = Array.from({ length: 14 }, (_, at) => `  field q${at} "Q${at}" : yesno optional${at > 0 ? ` asked when (q${at - 1} else no)` : ''}`).join('\n');
  const text = FILES[0].text.replace('request {', `request {\n${chain}`);
  await givePolicy(page, [{ name: 'chain.gate', text }]);
  const all = Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`q${at}`, true]));
  await page.evaluate((value) => void (window.form.value = value), { ...WHOLE, ...all });
  assert.deepEqual((await state(page)).value, { ...all, ...WHOLE });
  await answer(page, { path: 'q0', press: ['No'] });
  assert.deepEqual((await state(page)).value, { q0: false, ...WHOLE });
  await assertBecomes(() => field(page, 'q13').isVisible(), false);
  await page.close();
});

test('what is handed in is what was decided, whatever a listener writes into what it heard', async () => {
  const { page } = await openForm(WHOLE);
  await page.evaluate(() => window.form.addEventListener('tollgate-change', ({ detail }) => {
    detail.value.line = 'forged';
    if (detail.answer?.ok) detail.answer.decision.class.value = 'forged';
  }));
  await field(page, 'line').locator('input').fill('typed');
  await press(page, SUBMIT);
  await page.waitForFunction(() => window.told.at(-1)?.type === 'tollgate-submit');
  const { request, decision } = await page.evaluate(() => window.told.at(-1).detail);
  assert.deepEqual([request.line, decision.class.value], ['typed', 'reviewed']);
  await assertBecomes(async () => JSON.parse(await page.evaluate(() => window.sent ?? 'null'))?.line, 'typed');
  await page.close();
});

test('what was set and no control can show is judged as it was set, until somebody writes', async () => {
  const { page } = await openForm();
  const odd = { line: 'a\nb', who: true, whole: '12', words: [1], colors: ['red', 'red'], window: { start: null, end: null } };
  await page.evaluate((value) => void (window.form.value = value), { ...WHOLE, ...odd });
  const { value, errors } = await state(page);
  assert.deepEqual(value, { ...WHOLE, ...odd });
  assert.deepEqual([...new Set(errors.map(({ path }) => path.split(/[.[]/)[0]))].sort(), ['who', 'whole', 'window', 'words']);
  await field(page, 'whole').locator('input').fill('123');
  assert.equal((await state(page)).value.whole, 123);
  await page.close();
});

test('a reset leaves nothing that was begun', async () => {
  const { page } = await openForm();
  await answer(page, { path: 'words', press: ['Add', 'Add'] });
  await answer(page, { path: 'wait', choose: ['minute'] });
  await field(page, 'whole').locator('input').fill('  ');
  await page.evaluate(() => window.form.reset());
  await assertBecomes(() => field(page, 'words').locator('.rows input').count(), 0);
  await assertBecomes(() => field(page, 'wait').locator('select').inputValue(), 'hour');
  await assertBecomes(() => field(page, 'whole').locator('input').inputValue(), '');
  await page.close();
});

test('a policy that is replaced leaves nothing of its form behind', async () => {
  const { page } = await openForm();
  const client = await page.context().newCDPSession(page);
  const left = await page.evaluate(async (files) => {
    const roots = [];
    for (let turn = 0; turn < 10; turn += 1) {
      roots.push(new WeakRef(window.form.shadowRoot.querySelector('.container')));
      window.form.policy = window.Policy.compile(files);
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    }
    window.roots = roots;
    return roots.length;
  }, FILES);
  assert.equal(left, 10);
  for (let turn = 0; turn < 3; turn += 1) await client.send('HeapProfiler.collectGarbage');
  const alive = await page.evaluate(() => window.roots.filter((root) => root.deref()).length);
  assert.ok(alive <= 2, `${alive} of 10 are still there`);
  await page.close();
});

test('a form comes back as it was when the browser restores the page', async () => {
  const { page } = await openForm();
  await page.evaluate((value) => window.form.formStateRestoreCallback(JSON.stringify(value)), WHOLE);
  assert.deepEqual((await state(page)).value, WHOLE);
  await page.close();
});

test('a host that hands back the value that it was told does not go round for ever', async () => {
  const { page } = await openForm();
  await page.evaluate(() => window.form.addEventListener('tollgate-change', ({ detail }) => void (window.form.value = detail.value)));
  await page.keyboard.press('Tab');
  await field(page, 'line').locator('input').pressSequentially('abc');
  assert.equal((await state(page)).value.line, 'abc');
  assert.ok((await page.evaluate(() => window.told.length)) < 12);
  await page.close();
});

test('typing keeps the caret and the input', async () => {
  const { page } = await openForm();
  const input = field(page, 'line').locator('input');
  await input.fill('ac');
  await input.press('ArrowLeft');
  await input.pressSequentially('b');
  await assertBecomes(() => input.inputValue(), 'abc');
  await assertBecomes(() => input.evaluate((one) => one.selectionStart), 2);
  await page.close();
});

test('what the engine throws is shown, every answer is kept, and the next keystroke goes on', async () => {
  const { page } = await openForm({ ...WHOLE, line: 'ab' });
  await page.evaluate(() => {
    const { policy } = window.form;
    const broken = Object.create(policy, { partial: { value: (answers, options) => {
      if (answers.line === 'abc') throw new Error('the engine failed and is started anew');
      return policy.partial(answers, options);
    } }, explain: { value: (...call) => policy.explain(...call) }, form: { value: () => policy.form() } });
    window.form.policy = broken;
  });
  const input = field(page, 'line').locator('input');
  await input.press('End');
  await input.pressSequentially('c');
  await assertComesToMatch(() => page.locator('.failure').textContent(), /the engine failed and is started anew/);
  assert.deepEqual((await state(page)).value, { ...WHOLE, line: 'abc' });
  await input.pressSequentially('d');
  await assertBecomes(() => page.locator('.failure').isVisible(), false);
  assert.deepEqual((await state(page)).value, { ...WHOLE, line: 'abcd' });
  await page.close();
});

test('a policy that was released is said to be', async () => {
  const { page } = await openForm();
  await page.evaluate((files) => {
    const released = window.Policy.compile(files);
    released.release();
    window.form.policy = released;
  }, FILES);
  await assertComesToMatch(() => page.locator('.failure').textContent(), /released/);
  await page.close();
});

test('an answer to a question that the policy does not ask is no secret', async () => {
  const { page } = await openForm({ ...WHOLE, hole: 3 });
  const { errors, answer: decided, value } = await state(page);
  assert.deepEqual([errors[0].code, decided, value.hole], ['UNKNOWN_FIELD', null, 3]);
  await assertComesToMatch(() => page.locator('.submit-note').textContent(), /unknown field/);
  await page.close();
});

test('the next question is named, leads there, and opens what may be filled in later', async () => {
  const { page } = await openForm();
  await page.getByRole('button', { name: /^Next:/ }).click();
  await assertBecomes(() => focused(page), 'sure');
  await page.evaluate(() => window.form.focusField('later.review'));
  await assertBecomes(() => focused(page), 'later.review');
  assert.equal(await page.evaluate(() => window.form.focusField('nowhere')), false);
  await page.close();
});

test('the panel can be above, beside or left out', async () => {
  const { page } = await openForm(WHOLE);
  const place = () => page.evaluate(() => {
    const [panel, form] = ['.panel', '.form'].map((name) => window.form.shadowRoot.querySelector(name).getBoundingClientRect());
    return panel.height === 0 ? 'none' : panel.left >= form.right ? 'beside' : panel.bottom <= form.top ? 'above' : 'over';
  });
  await assertBecomes(place, 'beside');
  for (const verdict of ['above', 'none', 'beside']) {
    await page.evaluate((name) => window.form.setAttribute('verdict', name), verdict);
    await assertBecomes(place, verdict);
  }
  await page.setViewportSize({ width: 390, height: 800 });
  await assertBecomes(place, 'above');
  await page.close();
});

test('no page is wider than its window', async () => {
  const { page } = await openForm(WHOLE);
  for (const width of [320, 390, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await assertComesTrue(async () => (await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${width}`);
  }
  await page.close();
});

test('the verdict is heard once the typing rests', async () => {
  const { page } = await openForm();
  const heard = () => page.locator('.panel [role=status]').textContent();
  await answer(page, { path: 'whole', fill: ['500'] });
  await answer(page, { path: 'sure', press: ['No'] });
  assert.equal(await heard(), '');
  await page.waitForFunction(() => window.form.shadowRoot.querySelector('.panel [role=status]').textContent !== '');
  await assertComesToMatch(heard, /^Reviewed, high risk\. 16 answers missing\./);
  await page.close();
});

test('the module loads where there are no elements', async () => {
  const module = await import('../../js/dist/form.js');
  assert.equal(typeof module.TollgateForm, 'function');
});

test('a complaint waits until a press is over: nothing moves under the pointer', async () => {
  const { page } = await openForm(WHOLE);
  await field(page, 'sum').locator('input').fill('no digest');
  await page.getByRole('button', { name: SUBMIT }).scrollIntoViewIfNeeded();
  const button = await page.getByRole('button', { name: SUBMIT }).boundingBox();
  await page.mouse.move(button.x + 5, button.y + 5);
  await page.mouse.down();
  await assertBecomes(() => complaint(page, 'sum'), '');
  await page.mouse.up();
  await eventually(async () => assert.notEqual(await complaint(page, 'sum'), ''));
  await assertBecomes(() => focused(page), 'sum', 'the press was not missed: it leads to the fault');
  await page.close();
});
