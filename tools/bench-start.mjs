// How long a Node process takes from its start to its first decision, as a multiple of a process that does nothing:
// `node tools/bench-start.mjs`. What came of it stands in docs/performance.md.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { inProject } from './lib/paths.mjs';

const ROUNDS = 21;
const folder = mkdtempSync(join(tmpdir(), 'tollgate-start-'));
const entry = (name) => JSON.stringify(inProject('js', 'dist', name));
const rules = inProject('rules', 'change-management');
const sample = JSON.stringify(join(rules, 'samples', 'board-of-seven.json'));
const image = JSON.stringify(join(folder, 'policy.image'));

const READ = "import { readFileSync, readdirSync } from 'node:fs';";
const FILES = `const files = readdirSync('.').filter((name) => name.endsWith('.gate')).map((name) => ({ name, text: readFileSync(name, 'utf8') }));`;
const DECIDE = `const { request, facts, now } = JSON.parse(readFileSync(${sample})); if (!policy.decide(request, { facts, now }).ok) process.exit(1);`;

const SCRIPTS = [
  ['nothing', ''],
  ['decide, image', `${READ} import { Policy } from ${entry('decide.node.js')}; const policy = Policy.open(readFileSync(${image})); ${DECIDE}`],
  ['full, image', `${READ} import { Policy } from ${entry('full.node.js')}; const policy = Policy.open(readFileSync(${image})); ${DECIDE}`],
  ['full, rule files', `${READ} import { Policy } from ${entry('full.node.js')}; ${FILES} const policy = Policy.compile(files); ${DECIDE}`],
];

try {
  const { Policy } = await import('../js/dist/full.node.js');
  const names = readdirSync(rules).filter((name) => name.endsWith('.gate'));
  const files = names.map((name) => ({ name, text: readFileSync(join(rules, name), 'utf8') }));
  writeFileSync(join(folder, 'policy.image'), Policy.compile(files).image());

  const taken = SCRIPTS.map(() => []);
  // Turn by turn, so that a busy moment falls on all of them.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, [name, text]] of SCRIPTS.entries()) {
      const file = join(folder, `${at}.mjs`);
      if (round === 0) writeFileSync(file, text);
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [file], { cwd: rules, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      if (round > 0) taken[at].push(performance.now() - start);
    }
  }
  const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
  const [nothing] = taken.map(median);
  console.log(`Node ${process.version}, ${ROUNDS} rounds, load ${loadavg()[0].toFixed(2)}`);
  for (const [at, [name]] of SCRIPTS.entries()) {
    const ms = median(taken[at]);
    console.log(`${name.padEnd(18)} ${ms.toFixed(1).padStart(7)} ms  ${(ms / nothing).toFixed(2)} times`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
