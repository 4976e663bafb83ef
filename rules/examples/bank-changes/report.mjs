// Decides every change of the bank's records and writes down what is found:
//
//   node report.mjs [--data FOLDER] [--check]
//
// The figures go between the markers of docs/bank-changes.md; `--check` compares them instead and exits with 1 if they
// differ. The records are looked for in ../shared/data beside the project, or in the folder that `--data` or the
// environment variable TOLLGATE_DATA names. Needs the module (`npm run build`).

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { adapt } from './adapt.mjs';
import { decideAll, ruleFiles } from './lib/decide.mjs';
import { figures } from './lib/figures.mjs';
import { figuresIn, figuresText, withFigures } from './lib/page.mjs';
import { readTable } from './lib/table.mjs';

const FOLDER = new URL('./', import.meta.url);
const ROOT = new URL('../../../', import.meta.url);
const PAGE = new URL('docs/bank-changes.md', ROOT);

/** A row that decides: a factor, a rule of class or route, a requirement of a gate. */
const DECIDING_ROW = /^\s*(factor|rule|otherwise|require)\s+[a-z_0-9]+\s+"/gm;

/** Where the records lie, or null where they are absent. `folder` overrides where they are looked for. */
export function recordsFile(folder = process.env.TOLLGATE_DATA ?? fileURLToPath(new URL('../shared/data', ROOT))) {
  const file = join(folder, 'rabobank-changes', 'changes.csv.gz');
  return existsSync(file) ? file : null;
}

/** The figures for the records in `file`, decided by `engine`: `{ text, changes, seconds }`. */
export function report(engine, file) {
  const { items, counts } = adapt(readTable(file));
  const files = ruleFiles(FOLDER);
  const rules = files.flatMap(({ text }) => text.match(DECIDING_ROW) ?? []).length;
  let spent = 0;
  const found = figures(items, (some) => {
    const start = performance.now();
    const decisions = decideAll(engine, files, some);
    spent += performance.now() - start;
    return decisions;
  });
  return { text: figuresText({ counts, rules, found }), changes: items.length, seconds: spent / 1000 };
}

/** The figures that docs/bank-changes.md holds. */
export function writtenFigures() {
  return figuresIn(readFileSync(PAGE, 'utf8'));
}

async function main() {
  const { values } = parseArgs({ options: { data: { type: 'string' }, check: { type: 'boolean', default: false } } });
  const file = recordsFile(values.data);
  if (file === null) {
    console.error('error: the records are not there; see docs/bank-changes.md');
    process.exitCode = 1;
    return;
  }
  const engine = await import(new URL('pkg/tollgate.js', ROOT));
  engine.initSync({ module: readFileSync(new URL('pkg/tollgate_bg.wasm', ROOT)) });
  const { text, changes, seconds } = report(engine, file);
  console.error(`${changes} changes decided twice in ${seconds.toFixed(1)} s`);
  if (!values.check) return writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8'), text));
  if (text === writtenFigures()) return;
  console.error('error: docs/bank-changes.md holds other figures; run report.mjs without --check');
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
