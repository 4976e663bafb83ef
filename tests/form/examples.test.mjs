// The two example pages, under the content policy of the project's own server: no inline script, no inline style, no markup
// made of text (Trusted Types).

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { build } from 'vite';

import { inProject } from '../../tools/lib/paths.mjs';
import { field } from './acts.mjs';
import { pagesOf } from './open.mjs';
import { sample } from './shipped.mjs';

const MODEL_SWAP = sample('embedding-model-swapped-at-three-in-the-morning');

/** Fills the form in but for its title, types that, and submits. */
async function submit(page) {
  await page.waitForFunction(() => document.querySelector('tollgate-form')?.partial);
  const { title, ...rest } = MODEL_SWAP.request;
  await page.evaluate((request) => void (document.querySelector('tollgate-form').value = request), rest);
  await field(page, 'title').locator('input').pressSequentially(title);
  await page.getByRole('button', { name: 'Submit change request' }).click();
  await page.locator('#submitted').waitFor();
  return page.locator('#submitted').innerText();
}

describe('plain HTML', () => {
  const open = pagesOf(inProject('examples', 'form-html'));

  test('asks by the shipped policy and shows what was submitted', async () => {
    const { page, complaints } = await open();
    const text = await submit(page);
    assert.deepEqual(JSON.parse(text.slice(text.indexOf('{'))), { request: MODEL_SWAP.request, class: 'normal' });
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('is held by the content policy that it is tried under', async () => {
    const { page, complaints } = await open();
    await page.evaluate(() => {
      document.body.setAttribute('style', 'color: red');
      try {
        document.body.innerHTML = '<p>markup</p>';
      } catch {
        // As it should.
      }
    });
    await page.waitForTimeout(50);
    assert.equal(complaints.length, 2, complaints.join('\n'));
    await page.close();
  });
});

describe('React', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-form-react-'));
  before(() => build({ root: inProject('examples', 'form-react'), logLevel: 'error', build: { outDir: folder, emptyOutDir: true } }));
  const open = pagesOf(folder);
  after(() => rmSync(folder, { recursive: true }));

  test('sets the policy and the value, hears every answer, and shows what was submitted', async () => {
    const { page, complaints } = await open();
    await page.waitForFunction(() => document.querySelector('tollgate-form')?.partial);
    assert.deepEqual(await page.evaluate(() => document.querySelector('tollgate-form').value), { region: 'india' });
    await field(page, 'title').locator('input').pressSequentially('ab');
    assert.equal(await page.locator('#answered').innerText(), '2 answers so far');
    await field(page, 'title').locator('input').fill('');
    const text = await submit(page);
    assert.match(text, /^Submitted as normal/);
    assert.deepEqual(JSON.parse(text.slice(text.indexOf('{'))), MODEL_SWAP.request);
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
