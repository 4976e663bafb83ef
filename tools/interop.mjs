// Has an exported trail checked by programs that no one here wrote: `node tools/interop.mjs` (docs/commands.md).

import { join } from 'node:path';

import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { setUpPython } from './lib/python.mjs';
import { run } from './lib/run.mjs';
import { runScript, step } from './lib/steps.mjs';

const CHECKS = inProject('tests', 'interop');

/** Writes the trail, sets Python up and runs `tests/interop/check.py`. Resolves to what was checked, a count a line. */
export async function interop({ verbose = false } = {}) {
  const { python, note } = await setUpPython(join(CHECKS, 'requirements.txt'), { verbose });
  const remedy = 'see what the test says above; `cargo test --test trail_export` runs it alone';
  await run(['cargo', 'test', '--test', 'trail_export', 'written'], { verbose, remedy });
  const { stdout } = await run([python, '-B', join(CHECKS, 'check.py'), inProject('target', 'tmp')], {
    verbose,
    remedy: 'the line above names the two programs and where they disagree',
  });
  return [note, ...stdout.trim().split('\n')].join('\n    ');
}

if (isMain(import.meta.url)) {
  await runScript(() => step('interop', 'the exported trail by programs that no one here wrote', interop));
}
