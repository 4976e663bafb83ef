// Every call that tests/calls.rs answered natively, answered by the modules in Chromium: the same bytes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dirname } from 'node:path';

import { launchChromium } from '../../tools/lib/chromium.mjs';
import { inProject } from '../../tools/lib/paths.mjs';
import { serve } from '../../tools/lib/server.mjs';
import { file, nativeCalls } from '../hosts/calls.mjs';

let server;
let browser;

before(async () => {
  server = await serve(0, [
    { prefix: '/pkg/', folder: inProject('pkg'), listed: false },
    { prefix: '/calls/', folder: dirname(file), listed: false },
    { prefix: '/', folder: inProject('tests', 'hosts'), listed: false },
  ]);
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

test('the modules answer every call as the native engine does, byte for byte', async (context) => {
  const calls = nativeCalls();
  const page = await browser.newPage();
  await page.goto(`${server.address}page.html`);
  const { answered, wrong } = await page.evaluate(async () => {
    const [engine, decide, { replay }] = await Promise.all(['/pkg/tollgate.js', '/pkg/decide.js', '/replay.mjs'].map((it) => import(it)));
    await engine.default({ module_or_path: '/pkg/tollgate_bg.wasm' });
    await decide.default({ module_or_path: '/pkg/decide_bg.wasm' });
    const text = await (await fetch('/calls/calls.jsonl')).text();
    return replay(text.trimEnd().split('\n').map((line) => JSON.parse(line)), engine, decide);
  });
  assert.equal(wrong.length, 0, `\n${wrong.slice(0, 20).join('\n')}\n${wrong.length} of ${answered} differ`);
  assert.ok(answered > calls.length);
  context.diagnostic(`${answered} answers`);
});
