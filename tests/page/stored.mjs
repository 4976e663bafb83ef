// The page's store of trails in a page of its own, with the engine: bundled as the page's worker has it, without a screen around it. Only a
// worker has the files of its second copy, as in the page.

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inProject } from '../../tools/lib/paths.mjs';
import { serve } from '../../tools/lib/server.mjs';

const PARTS = ['copy', 'database', 'fill', 'keys', 'lock', 'persons', 'store'];

/** In a worker, too, `window.it` is the store, and `window.tell` tells the page. */
const WORKER = `
self.window = self;
self.tell = (told) => postMessage(told);
import('./store.js').then(async (it) => (await it.load(), (self.it = it)));
`;

const START = `
import('./store.js').then((it) => (window.it = it));
window.startWorker = () => {
  const policy = window.trustedTypes.createPolicy('tollgate-worker', { createScriptURL: (address) => address });
  new Worker(policy.createScriptURL('worker.js'), { type: 'module' }).addEventListener('message', ({ data }) => window.tell(data));
};
`;

/** Bundles the store and serves it. A page at `address` has all of it as `window.it`. */
export async function serveStore() {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-store-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const entry = join(folder, 'entry.js');
  const parts = PARTS.map((name) => `export * from ${JSON.stringify(inProject('www', 'src', 'store', 'trail', `${name}.ts`))};`);
  writeFileSync(entry, [...parts, `export * from ${JSON.stringify(inProject('js', 'dist', 'full.js'))};`, `export * from ${JSON.stringify(inProject('tests', 'page', 'writer.mjs'))};`].join('\n'));
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: entry, platform: 'browser', logLevel: 'warn', resolve: { modules: [inProject('node_modules')] } });
  await bundle.write({ file: join(folder, 'store.js'), format: 'es', minify: false });
  await bundle.close();
  copyFileSync(inProject('js', 'dist', 'tollgate.wasm'), join(folder, 'tollgate.wasm'));
  writeFileSync(join(folder, 'start.js'), START);
  writeFileSync(join(folder, 'worker.js'), WORKER);
  writeFileSync(join(folder, 'index.html'), '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Store</title><script type="module" src="start.js"></script></html>\n');
  return serve(0, [{ prefix: '/', folder, listed: false }]);
}

/** Opens a page that has the store. */
export async function openStore(context, address) {
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => window.it);
  await page.evaluate(() => window.it.load());
  return page;
}

/** Does something in the worker of a page, which is begun with the first of it. */
export async function inWorker(page, work, given) {
  let [worker] = page.workers();
  if (!worker) {
    const begun = page.waitForEvent('worker');
    await page.evaluate(() => window.startWorker());
    worker = await begun;
    while (!(await worker.evaluate(() => Boolean(self.it)))) await new Promise((done) => setTimeout(done, 10));
  }
  return worker.evaluate(work, given);
}
