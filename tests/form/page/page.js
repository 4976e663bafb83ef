// A form and the engine, for tests to use; what the form tells is kept in `told`.

import { load, Policy } from '/tollgate/dist/full.js';

// Set before the element is defined, as frameworks do.
const form = document.querySelector('tollgate-form');
form.now = '2026-02-03T11:00:00Z';

await import('/tollgate/dist/form.js');
await load();
Object.assign(window, { Policy, form, told: [] });
for (const type of ['tollgate-change', 'tollgate-submit']) {
  document.addEventListener(type, ({ detail }) => window.told.push({ type, detail }));
}
document.getElementById('around').addEventListener('submit', (event) => {
  event.preventDefault();
  window.sent = new FormData(event.target).get('change');
});
