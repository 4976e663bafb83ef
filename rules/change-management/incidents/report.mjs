// Runs the rollback rules over recorded telemetry with labelled incidents, and writes down what they find:
//
//   node report.mjs [--data FOLDER] [--check]
//
// The figures go between the markers of docs/incidents.md; `--check` compares them instead and exits with 1 if they differ.
// The records are looked for in ../shared/data beside the project, or in the folder that `--data` or the environment
// variable TOLLGATE_DATA names. Needs the command line (`cargo build --release`); TOLLGATE_PROGRAM names another one than
// that which was built last.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { isMain } from '../../../tools/lib/main.mjs';
import { figures } from './lib/figures.mjs';
import { figuresIn, figuresText, withFigures } from './lib/page.mjs';
import { builtProgram } from './lib/rehearse.mjs';
import { readSeries } from './lib/series.mjs';

const ROOT = new URL('../../../', import.meta.url);
const PAGE = new URL('docs/incidents.md', ROOT);

/** The folder of the series, or null where they are absent. `folder` overrides where they are looked for. */
export function seriesFolder(folder = process.env.TOLLGATE_DATA ?? fileURLToPath(new URL('../shared/data', ROOT))) {
  const series = join(folder, 'nab');
  return existsSync(join(series, 'labels.json')) ? series : null;
}

/** The figures for the series in `folder`, as Markdown. */
export async function report(folder) {
  const program = builtProgram();
  if (program === null) throw new Error('the command line is not built; run `cargo build --release`');
  const all = readSeries(folder);
  return figuresText(all, await figures(program, all));
}

/** The figures that docs/incidents.md holds. */
export function writtenFigures() {
  return figuresIn(readFileSync(PAGE, 'utf8'));
}

async function main() {
  const { values } = parseArgs({ options: { data: { type: 'string' }, check: { type: 'boolean', default: false } } });
  const folder = seriesFolder(values.data);
  if (folder === null) {
    console.error('error: the series are not there; see docs/incidents.md');
    process.exitCode = 1;
    return;
  }
  const text = await report(folder);
  if (!values.check) return writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8'), text));
  if (text === writtenFigures()) return;
  console.error('error: docs/incidents.md holds other figures; run report.mjs without --check');
  process.exitCode = 1;
}

if (isMain(import.meta.url)) await main();
