// A request that comes out of the form is decided as the same request without it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { answer, givePolicy, state } from './acts.mjs';
import { pagesOf } from './open.mjs';
import { files, sample, samples } from '../support/shipped.mjs';

const open = pagesOf(fileURLToPath(new URL('page/', import.meta.url)));

const judge = (page, { request, facts, now }) => page.evaluate((given) => {
  const { policy } = window.form;
  window.form.now = given.now;
  window.form.facts = given.facts;
  window.form.value = given.request;
  const { value, answer } = window.form;
  return { value, answer, direct: policy.explain(given.request, { now: given.now, facts: given.facts }) };
}, { request, facts, now });

/** `request` without what is null: the form says the same by leaving it out. */
const withoutNulls = (value) =>
  value === null || typeof value !== 'object' || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null).map(([key, member]) => [key, withoutNulls(member)]));

/** Samples that answer what is not asked; the form leaves that out, and the decision is that of what is asked. */
const ANSWERS_UNASKED = new Set(['ssl-renewal-that-cuts-log-retention-goes-to-the-board']);

test('every sample that is set comes out as it is, with the same decision', async () => {
  const { page, complaints } = await open();
  await givePolicy(page, files);
  const others = [];
  for (const { request, ...rest } of samples) {
    const one = { ...rest, request: withoutNulls(request) };
    const { value, answer: decided, direct } = await judge(page, one);
    if (ANSWERS_UNASKED.has(one.name)) {
      assert.notDeepEqual(value, one.request);
      continue;
    }
    try {
      assert.deepEqual(value, one.request);
      if (direct.ok) assert.deepEqual(decided, direct);
      else assert.ok(!decided?.ok);
    } catch (error) {
      others.push(`${one.name}: ${error.message.slice(0, 400)}`);
    }
  }
  assert.deepEqual(others, []);
  assert.deepEqual(complaints, []);
  await page.close();
});

const IMMEDIATE = { press: ['None'] };

/** How a person gives the requests of some samples. What is said first is asked first, and conditions follow it. */
const BY_HAND = {
  'embedding-model-swapped-at-three-in-the-morning': [
    { path: 'title', fill: ['swap the model, quick'] },
    { path: 'labels', ...IMMEDIATE },
    { path: 'watchers', ...IMMEDIATE },
    { path: 'requester', fill: ['u-asha'] },
    { path: 'kind', choose: ['embedding_model_upgrade'] },
    { path: 'env', press: ['Production'] },
    { path: 'region', press: ['India'] },
    { path: 'component', fill: ['rag-retriever'] },
    { path: 'service', fill: ['rag-api'] },
    { path: 'audited', press: ['Yes'] },
    { path: 'tenants', fill: ['14'] },
    { path: 'data', press: ['Financial records', 'Personal data'] },
    { path: 'controls', press: ['PII detection'] },
    { path: 'processing_changed', press: ['No'] },
    { path: 'residency_changed', press: ['No'] },
  ],
  'security-patch-that-is-exploited-is-emergency': [
    { path: 'kind', choose: ['security_patch'] },
    { path: 'title', fill: ['Patch the container runtime'] },
    { path: 'labels', ...IMMEDIATE },
    { path: 'watchers', ...IMMEDIATE },
    { path: 'requester', fill: ['u-asha'] },
    { path: 'env', press: ['Production'] },
    { path: 'region', press: ['India'] },
    { path: 'component', fill: ['container-runtime'] },
    { path: 'service', fill: ['rag-api'] },
    { path: 'audited', press: ['Yes'] },
    { path: 'tenants', fill: ['14'] },
    { path: 'data', press: ['None of these'] },
    { path: 'controls', press: ['None of these'] },
    { path: 'processing_changed', press: ['No'] },
    { path: 'residency_changed', press: ['No'] },
    { path: 'template', press: ["Vendor's security patch"] },
    { path: 'cvss', fill: ['5.0'] },
    { path: 'exploited', press: ['Yes'] },
  ],
};

for (const [name, steps] of Object.entries(BY_HAND)) {
  test(`${name}, by hand`, async () => {
    const { page } = await open();
    await givePolicy(page, files);
    const { request, facts, now } = sample(name);
    await page.evaluate((given) => Object.assign(window.form, given), { facts, now });
    for (const step of steps) await answer(page, step);
    const { value, answer: decided } = await state(page);
    assert.deepEqual(value, request);
    assert.deepEqual(decided, await page.evaluate((given) => window.form.policy.explain(given.request, { now: given.now, facts: given.facts }), { request, facts, now }));
    await page.close();
  });
}
