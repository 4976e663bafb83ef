// A page without a build step: it loads the package's own files, and the shipped policy as text.

import { load, Policy } from '/tollgate/dist/full.js';
import '/tollgate/dist/form.js';

const FOLDER = '/rules/change-management/';

const textOf = async (path) => (await fetch(path)).text();
const names = JSON.parse(await textOf(FOLDER)).filter((name) => name.endsWith('.gate'));
const files = await Promise.all(names.map(async (name) => ({ name, text: await textOf(FOLDER + name) })));

await load();
const form = document.querySelector('tollgate-form');
form.policy = Policy.compile(files);

form.addEventListener('tollgate-submit', ({ detail }) => {
  const shown = document.getElementById('submitted');
  shown.hidden = false;
  shown.querySelector('pre').textContent = JSON.stringify({ request: detail.request, class: detail.decision.class.value }, null, 2);
});
