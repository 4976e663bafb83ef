// What axe finds: nothing, in light and dark, on narrow and wide windows, empty, faulty and complete. With SCREENSHOTS=folder
// it leaves pictures there.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { givePolicy } from './acts.mjs';
import { FILES, WHOLE } from './every-type.mjs';
import { pagesOf } from './open.mjs';
import { files as SHIPPED, sample } from '../support/shipped.mjs';

const open = pagesOf(fileURLToPath(new URL('page/', import.meta.url)));

const MODEL_SWAP = sample('embedding-model-swapped-at-three-in-the-morning');

/** A policy and what is done to the form. */
const STATES = [
  { name: 'every-type', files: FILES, value: {}, isTried: false },
  { name: 'every-type-tried', files: FILES, value: { ...WHOLE, whole: 5000, words: undefined, few: 'double' }, isTried: true },
  { name: 'shipped', files: SHIPPED, value: { kind: 'security_patch', tenants: 3 }, isTried: true },
  { name: 'shipped-decided', files: SHIPPED, value: MODEL_SWAP.request, isTried: false },
];

for (const { name, files, value, isTried } of STATES) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${name} in ${colorScheme}`, async () => {
      const { page, complaints } = await open({ colorScheme });
      await givePolicy(page, files);
      await page.evaluate(([request, tried]) => {
        window.form.value = request;
        if (tried) window.form.reportValidity();
        for (const closed of window.form.shadowRoot.querySelectorAll('details')) closed.open = true;
      }, [JSON.parse(JSON.stringify(value)), isTried]);
      await page.evaluate(() => import('/axe/axe.min.js'));
      for (const [width, height] of [[390, 844], [768, 1024], [1280, 900]]) {
        await page.setViewportSize({ width, height });
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`);
        assert.deepEqual(told, [], `${width}`);
        if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `form-${name}-${width}-${colorScheme}.png`) });
      }
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }
}

test('what is pressed on a narrow window is large enough for a finger', async () => {
  const { page } = await open({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await givePolicy(page, SHIPPED);
  await page.evaluate((request) => void (window.form.value = request), MODEL_SWAP.request);
  const small = await page.evaluate(() =>
    [...window.form.shadowRoot.querySelectorAll('.field :is(input:not([type=radio], [type=checkbox]), select, textarea, button, .chip), .submit, .next, .toggle, summary')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().height < 44)
      .map((one) => `${one.localName}.${one.className} ${one.getBoundingClientRect().height}`),
  );
  assert.deepEqual(small, []);
  await page.close();
});
