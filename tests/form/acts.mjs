// What a person does to a form in the tests.

/** Gives the page's form a policy compiled from `files`. */
export async function givePolicy(page, files) {
  await page.waitForFunction(() => window.form);
  await page.evaluate((all) => {
    window.form.policy = window.Policy.compile(all);
  }, files);
  await page.waitForFunction(() => window.form.partial);
}

/** The question at `path`. */
export const field = (page, path) => page.locator(`[data-path="${path}"].field`);

/** Answers a question as a person does. */
export async function answer(page, { path, press = [], fill = [], choose = [] }) {
  const root = field(page, path);
  for (const text of press) await root.getByText(text, { exact: true }).click();
  const inputs = root.locator('input:not([type=radio], [type=checkbox]), textarea');
  for (const [at, text] of fill.entries()) await inputs.nth(at).fill(text);
  for (const [at, value] of choose.entries()) await root.locator('select').nth(at).selectOption(value);
}

/** What the form holds. */
export const state = (page) =>
  page.evaluate(() => {
    const { value, partial, answer, errors } = window.form ?? document.querySelector('tollgate-form');
    return { value, partial, answer, errors };
  });

/** The complaint that stands beside a question, or the empty text. */
export const complaint = (page, path) => field(page, path).locator('.error').evaluate((node) => (node.hidden ? '' : node.textContent));

/** The path of the question that has the focus. */
export const focused = (page) =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.closest('.field')?.dataset.path ?? at?.className ?? null;
  });
