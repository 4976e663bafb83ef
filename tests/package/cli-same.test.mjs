// The package's command line prints what the native one prints of a trail: the kept cases of tests/data/cli/trail.txt, to which tests/cli.rs holds
// the native one. Of a line that is not understood they say the same
// first, and each its own usage below.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { inProject } from '../../tools/lib/paths.mjs';

const folder = inProject('tests', 'data', 'cli', 'files');
const kept = readFileSync(inProject('tests', 'data', 'cli', 'trail.txt'), 'utf8');

/** What the native command line says of commands that it has not. */
const OF_THE_PACKAGE = 'is a command of the npm package';

const cases = kept.split(/^--- /m).slice(1).map((section) => {
  const [name, body] = section.split(/ ---\n/);
  const runs = body.split(/^\$ tollgate /m).slice(1).map((run) => {
    const [command, exit, ...lines] = run.trimEnd().split('\n');
    const [words, input] = command.split(' < ');
    return { command, words: words.trim().split(/ +/), input, status: Number(exit.replace('exit ', '')), lines };
  });
  const asksNoHelp = ({ words, lines }) => !words.some((word) => /^(--)?help$/.test(word)) && !(lines[0] ?? '').includes(OF_THE_PACKAGE) && words.length > 1;
  return { name, runs: runs.filter(asksNoHelp) };
});

/** What a command prints, as the cases are written. */
function printed({ words, input }) {
  const stdin = input === undefined ? '' : readFileSync(`${folder}/${input.trim()}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [inProject('js', 'dist', 'cli.js'), ...words], { cwd: folder, input: stdin, encoding: 'utf8' });
  const lines = [['1|', stdout], ['2|', stderr]].flatMap(([mark, text]) => (text === '' ? [] : text.replace(/\n$/, '').split('\n').map((line) => `${mark} ${line}`.trimEnd())));
  return { status, lines };
}

for (const { name, runs } of cases.filter(({ runs }) => runs.length > 0)) {
  test(`${name}: both command lines print the same`, () => {
    for (const run of runs) {
      const { command, status, lines } = run;
      const found = printed(run);
      if (status !== 2) assert.deepEqual(found, { status, lines }, command);
      else assert.deepEqual([found.status, found.lines[0]], [status, lines[0]], command);
    }
  });
}

test('every command that both have is among them', () => {
  const ran = new Set(cases.flatMap(({ runs }) => runs.map(({ words }) => words.slice(0, 2).join(' '))));
  assert.deepEqual([...ran].sort(), ['trail check-proof', 'trail checkpoint', 'trail prove', 'trail show', 'trail verify']);
});
