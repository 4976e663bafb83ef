// How long it takes in Chromium from a key to the decision and its reasons on the page, laid out, with the shipped policy:
// `node tools/bench-keys.mjs`. It needs the built page. What came of it stands in docs/performance.md.

import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

import { launchChromium } from './lib/chromium.mjs';
import { inProject } from './lib/paths.mjs';
import { serve } from './lib/server.mjs';

const KEYS = 300;
/** Not counted: the browser compiles what it runs often. */
const WARM = 50;

const { request } = JSON.parse(
  readFileSync(inProject('rules', 'change-management', 'samples', 'embedding-model-swapped-at-three-in-the-morning.json'), 'utf8'),
);

/** What the form holds, the question that is typed into, and what is typed in turn. */
const RUNS = [
  ['empty, title', {}, 'title', ['a', 'ab']],
  ['half filled, tenants', Object.fromEntries(Object.entries(request).slice(0, 8)), 'tenants', ['9', '90']],
  ['complete, tenants', { ...request, data: [], controls: [] }, 'tenants', ['9', '90']],
  ['complete, title', request, 'title', ['Swap', 'Swap it']],
];

const server = await serve(0);
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  await page.goto(server.address);
  await page.locator('.head[data-kind="decided"]').waitFor();
  console.log(`Chromium ${browser.version()}, ${KEYS} keys each, load ${loadavg()[0].toFixed(2)}; milliseconds`);
  console.log(`${''.padEnd(22)} median  9 of 10  engine's median`);
  for (const [name, value, path, keys] of RUNS) {
    const { all, engine } = await page.evaluate(press, { value, path, keys, times: KEYS });
    const at = (times, share) => times.slice(WARM).sort((a, b) => a - b)[Math.floor((times.length - WARM) * share)].toFixed(2).padStart(6);
    console.log(`${name.padEnd(22)} ${at(all, 0.5)}  ${at(all, 0.9).padStart(7)}  ${at(engine, 0.5).padStart(15)}`);
  }
} finally {
  await browser.close();
  await server.close();
}

/** Runs in the page. For each key the time until everything stands, and what the engine took of it. */
async function press({ value, path, keys, times }) {
  const form = document.querySelector('tollgate-form');
  const policy = Object.getPrototypeOf(form.policy);
  let spent = 0;
  const own = {};
  for (const name of ['partial', 'explain', 'decide', 'form']) {
    own[name] = policy[name];
    policy[name] = function timed(...given) {
      const start = performance.now();
      try {
        return own[name].apply(this, given);
      } finally {
        spent += performance.now() - start;
      }
    };
  }
  form.value = value;
  const input = form.shadowRoot.querySelector(`[data-path="${path}"] input`);
  const taken = { all: [], engine: [] };
  const shown = new Set();
  for (let key = 0; key < times; key += 1) {
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    spent = 0;
    const before = performance.now();
    input.value = keys[key % keys.length];
    input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    // The page draws in microtasks; asking for a measure makes the browser lay it out.
    for (let turn = 0; turn < 8; turn += 1) await null;
    void document.body.offsetHeight;
    taken.all.push(performance.now() - before);
    taken.engine.push(spent);
    shown.add(document.querySelector('main').textContent);
  }
  Object.assign(policy, own);
  // Nine tenants and ninety differ in score and reasons: a page that had not drawn would show one of them twice.
  if (path === 'tenants' && shown.size < keys.length) throw new Error('the page does not follow the keys');
  return taken;
}
