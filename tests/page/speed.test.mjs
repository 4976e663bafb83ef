// From a key to the decision and its reasons on the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answer, MODEL_SWAP, sample, usePage } from './page.mjs';

/** One frame of a fast screen: below it nobody can see a delay. */
const MOST_MS = 8;
const KEYS = 80;

const site = usePage();

test('a key is answered with decision and explanation in under 8 ms', async (t) => {
  const page = await site.open();
  await answer(page, { ...sample(MODEL_SWAP).request, data: [], controls: [] });
  const times = await page.locator('tollgate-form').evaluate(async (form, keys) => {
    const tenants = form.shadowRoot.querySelector('[data-path="tenants"] input');
    const taken = [];
    for (let key = 0; key < keys; key += 1) {
      const before = performance.now();
      // Nine tenants and more differ in score, risk, route, seats, due time and rollout.
      tenants.value = key % 2 === 0 ? '9' : '90';
      tenants.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      // The page draws in microtasks; asking for a measure makes the browser lay it out.
      for (let turn = 0; turn < 8; turn += 1) await null;
      const shown = document.querySelector('.head .risk').textContent;
      void document.body.offsetHeight;
      taken.push(performance.now() - before);
      if (shown !== (key % 2 === 0 ? 'Medium risk' : 'High risk')) throw new Error(`after key ${key} the page says ${shown}`);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return taken.slice(10).sort((a, b) => a - b);
  }, KEYS);
  const at = (share) => times[Math.floor(times.length * share)];
  t.diagnostic(`a quarter within ${at(0.25).toFixed(2)} ms, half within ${at(0.5).toFixed(2)} ms, nine of ten within ${at(0.9).toFixed(2)} ms`);
  // Other programs run on the machine too: what the page itself takes is seen in the keys that they left alone.
  assert.ok(at(0.25) < MOST_MS, `${at(0.25).toFixed(2)} ms`);
});
