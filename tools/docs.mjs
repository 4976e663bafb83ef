// Writes the reference of the npm package into docs/api from the types and comments of js/src: `node tools/docs.mjs`.

import { rmSync } from 'node:fs';

import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { runScript } from './lib/steps.mjs';

/** Writes the reference into `folder`. A type that is named and not documented is a failure. */
export async function writeReference(folder, { verbose = false } = {}) {
  rmSync(folder, { recursive: true, force: true });
  const entries = ['full.ts', 'decide.ts', 'form/index.ts', 'node/index.ts'].flatMap((file) => ['--entryPoints', inProject('js', 'src', file)]);
  const style = ['--router', 'module', '--readme', 'none', '--name', 'tollgate', '--hideBreadcrumbs', '--hidePageHeader'];
  const scope = ['--disableSources', '--excludeExternals', '--excludeInternal', '--treatWarningsAsErrors'];
  const typedoc = [inProject('node_modules', '.bin', 'typedoc'), '--plugin', 'typedoc-plugin-markdown'];
  await run([...typedoc, ...entries, ...style, ...scope, '--tsconfig', inProject('js', 'tsconfig.json'), '--out', folder], { verbose });
}

if (isMain(import.meta.url)) await runScript(() => writeReference(inProject('docs', 'api'), { verbose: true }));
