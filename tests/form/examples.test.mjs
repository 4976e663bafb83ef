// The two example pages, under the content policy of the project's own server: no inline script, no inline style, no markup
// made of text (Trusted Types).

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { build } from 'vite';

import { Policy } from '../../js/dist/full.node.js';
import { inProject } from '../../tools/lib/paths.mjs';
import { field } from './acts.mjs';
import { pagesOf } from './open.mjs';
import { assertBecomes, eventually } from '../support/settling.mjs';
import { files, sample } from '../support/shipped.mjs';

const MODEL_SWAP = sample('embedding-model-swapped-at-three-in-the-morning');

/** Fills the form in but for its title, types that, and submits. Returns what the page then shows at `shown`. */
async function submit(page, shown) {
  await page.waitForFunction(() => document.querySelector('tollgate-form')?.partial);
  const { title, ...rest } = MODEL_SWAP.request;
  await page.evaluate((request) => void (document.querySelector('tollgate-form').value = request), rest);
  await field(page, 'title').locator('input').pressSequentially(title);
  await page.getByRole('button', { name: 'Submit change request' }).click();
  await page.locator(shown).filter({ hasText: title }).waitFor();
  return page.locator(shown).innerText();
}

describe('plain HTML', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-form-html-'));
  before(() => {
    cpSync(inProject('examples', 'form-html'), folder, { recursive: true });
    writeFileSync(join(folder, 'policy.image'), Policy.compile(files).image());
  });
  const open = pagesOf(folder);
  after(() => rmSync(folder, { recursive: true }));

  test('has twenty lines', () => {
    const lines = ['index.html', 'page.js'].map((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').length);
    assert.ok(lines[0] + lines[1] <= 20, `${lines}`);
  });

  test('asks by the shipped policy, shows what was submitted, and axe finds nothing', async () => {
    const { page, complaints } = await open();
    const { title } = MODEL_SWAP.request;
    assert.equal(await submit(page, 'output'), `${title}: normal`);
    await page.evaluate(() => import('/axe/axe.min.js'));
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('shows what is out of scope, too', async () => {
    const { page, complaints } = await open();
    await page.waitForFunction(() => document.querySelector('tollgate-form')?.partial);
    await page.evaluate((request) => void (document.querySelector('tollgate-form').value = request), { ...MODEL_SWAP.request, env: 'staging' });
    await page.getByRole('button', { name: 'Submit change request' }).click();
    await page.locator('output').filter({ hasText: 'out_of_scope' }).waitFor();
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
    await eventually(() => assert.equal(complaints.length, 2, complaints.join('\n')));
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
    await assertBecomes(() => page.evaluate(() => document.querySelector('tollgate-form').value), { region: 'india' });
    await field(page, 'title').locator('input').pressSequentially('ab');
    await assertBecomes(() => page.locator('#answered').innerText(), '2 answers so far');
    await field(page, 'title').locator('input').fill('');
    const text = await submit(page, '#submitted');
    assert.match(text, /^Submitted as normal/);
    assert.deepEqual(JSON.parse(text.slice(text.indexOf('{'))), MODEL_SWAP.request);
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
