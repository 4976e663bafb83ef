// The page's store of trails in a page of its own, with the engine: bundled as the page's worker has it, without a screen around it.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inProject } from '../../tools/lib/paths.mjs';
import { serve } from '../../tools/lib/server.mjs';

const FOLDER = inProject('target', 'tmp', 'page-store');
const PARTS = ['database', 'fill', 'keys', 'lock', 'persons', 'store'];

/** Bundles the store and serves it. A page at `address` has all of it as `window.it`. */
export async function serveStore() {
  mkdirSync(FOLDER, { recursive: true });
  const entry = join(FOLDER, 'entry.js');
  const parts = PARTS.map((name) => `export * from ${JSON.stringify(inProject('www', 'src', 'store', 'trail', `${name}.ts`))};`);
  writeFileSync(entry, [...parts, `export * from ${JSON.stringify(inProject('js', 'dist', 'full.js'))};`, `export * from ${JSON.stringify(inProject('tests', 'page', 'writer.mjs'))};`].join('\n'));
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: entry, platform: 'browser', logLevel: 'warn', resolve: { modules: [inProject('node_modules')] } });
  await bundle.write({ file: join(FOLDER, 'store.js'), format: 'es', minify: false });
  await bundle.close();
  copyFileSync(inProject('js', 'dist', 'tollgate.wasm'), join(FOLDER, 'tollgate.wasm'));
  writeFileSync(join(FOLDER, 'start.js'), "import('./store.js').then((it) => (window.it = it));\n");
  writeFileSync(join(FOLDER, 'index.html'), '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Store</title><script type="module" src="start.js"></script></html>\n');
  return serve(0, [{ prefix: '/', folder: FOLDER, listed: false }]);
}

/** Opens a page that has the store. */
export async function openStore(context, address) {
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => window.it);
  await page.evaluate(() => window.it.load());
  return page;
}
