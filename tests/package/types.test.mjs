// The types say what the answers are: answers written out as literals compile, with no member too many and none missing.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { check, format, Policy, test as runTests } from '../../js/dist/full.node.js';
import { inProject } from '../../tools/lib/paths.mjs';
import { run } from '../../tools/lib/run.mjs';
import { files, rulesIn, samples } from '../support/shipped.mjs';

const read = (path) => readFileSync(inProject(path), 'utf8');

/** Answers of every call, by the name of their type. */
function answers() {
  const policy = Policy.compile(files);
  const starter = rulesIn('rules/starter');
  const found = [['Form', policy.form()], ['Form', Policy.compile(starter).form()], ['PolicyIdentity', policy.identity]];
  for (const [at, { request, facts = {}, now }] of samples.entries()) {
    found.push(['DecideAnswer', policy.decide(request, { facts, now })]);
    const { kind, env } = request;
    found.push(['Partial', policy.partial({ kind, env }, { now })]);
    if (at % 12 === 0) found.push(['ExplainAnswer', policy.explain(request, { facts, now })]);
    if (at % 12 === 0) found.push(['Partial', policy.partial({ kind, env }, { now, explain: true })]);
  }
  found.push(['DecideAnswer', policy.decide({ tenant: 1, cvss: '9' }, { now: '2026-02-03T05:30:00Z' })]);
  const broken = [{ name: 'a.gate', text: 'let a = b\ntype T = x "X" | x "Y"\npolicy X "x" { version "1"' }];
  for (const files of [starter, broken]) {
    found.push(['CheckAnswer', check(files, { searchBudget: 100 })], ['TestAnswer', runTests(files)], ['FormatAnswer', format(files[0])]);
  }
  found.push(['RuleFile', policy.files()[0]]);
  return found;
}

test('every answer is of its type', async () => {
  const folder = inProject('target', 'tmp', 'types');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const found = answers();
  const types = [...new Set(found.map(([type]) => type))];
  const lines = found.map(([type, value], at) => `export const a${at}: ${type} = ${JSON.stringify(value)};`);
  const source = `import type { ${types.join(', ')} } from '../../../js/src/types.js';\n${lines.join('\n')}\n`;
  writeFileSync(`${folder}/answers.ts`, source);
  const tsc = [inProject('node_modules', '.bin', 'tsc'), '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'NodeNext', '--skipLibCheck'];
  await run([...tsc, `${folder}/answers.ts`]).catch(({ output }) => assert.fail(output.slice(0, 4000)));
  assert.ok(found.length > 100);
});
