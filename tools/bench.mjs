// How long the module takes in Node, and how many bytes it has: `node tools/bench.mjs`. What came of it stands in
// docs/performance.md. Each figure is a median of several rounds of this run, with the fastest and the slowest round.

import { readFileSync, readdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { gzipSync } from 'node:zlib';

import { buildModules } from './build.mjs';
import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { runScript } from './lib/steps.mjs';

const POLICY = inProject('rules', 'change-management');
const SAMPLE = inProject('rules', 'change-management', 'samples', 'board-of-seven.json');
const SIZES = [100, 1_000, 10_000];

/** The text of a policy with exactly so many rules, at least four: the same as benches/support/generated.rs writes. */
export function generated(rules) {
  const source = readFileSync(inProject('benches', 'support', 'generated.rs'), 'utf8');
  const [head, tail] = ['HEAD', 'TAIL'].map((name) => source.match(new RegExp(`const ${name}: &str = r#"(.*?)"#;`, 's'))[1]);
  const rule = (number) =>
    `  rule band_${number} "Band ${number}"\n    gives routine\n` +
    `    when  users >= ${number * 10} and users < ${number * 10 + 10} and rehearsed\n`;
  const written = Array.from({ length: rules - 3 }, (_, index) => rule(index + 1));
  return `${head}classify unique {\n${written.join('')}${tail}`;
}

/** Runs `work` some rounds of `times` each after one round to warm up. Returns milliseconds for one time. */
export function measure(rounds, times, work) {
  const taken = [];
  for (let round = 0; round <= rounds; round += 1) {
    const start = performance.now();
    for (let time = 0; time < times; time += 1) work();
    taken.push((performance.now() - start) / times);
  }
  const sorted = taken.slice(1).sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], most: sorted.at(-1) };
}

/** Prints a measurement as a line of a table. */
export function row(what, { median, least, most }, note = '') {
  const ms = (value) => (value < 1 ? `${(value * 1000).toFixed(1)} µs` : `${value.toFixed(2)} ms`);
  const cells = [what.padEnd(28), ms(median).padStart(10), `${ms(least)} .. ${ms(most)}`.padStart(24), note];
  console.log(cells.join('  ').trimEnd());
}

function answer(text) {
  const said = JSON.parse(text);
  if (!said.ok) throw new Error(text.slice(0, 400));
  return said;
}

async function bench() {
  await buildModules();
  const wasm = readFileSync(inProject('pkg', 'tollgate_bg.wasm'));
  const engine = await import('../pkg/tollgate.js');
  engine.initSync({ module: wasm });

  const load = () => loadavg().map((value) => value.toFixed(2)).join(' ');
  console.log(`Node ${process.version}, ${cpus().length} cores, load ${load()}`);
  console.log(`module: ${wasm.length} bytes, ${gzipSync(wasm, { level: 9 }).length} bytes with gzip -9`);

  const compile = (files) => {
    const call = JSON.stringify({ files });
    return () => {
      const { handle } = answer(engine.compile(call));
      engine.release(JSON.stringify({ handle }));
    };
  };
  let previous;
  for (const rules of SIZES) {
    const found = measure(rules < 10_000 ? 11 : 5, 1, compile([{ name: 'generated.gate', text: generated(rules) }]));
    row(`compile ${rules} rules`, found, previous ? `${(found.median / previous).toFixed(1)} times as long` : '');
    previous = found.median;
  }

  const names = readdirSync(POLICY).filter((name) => name.endsWith('.gate')).sort();
  const files = names.map((name) => ({ name, text: readFileSync(`${POLICY}/${name}`, 'utf8') }));
  row('compile shipped policy', measure(11, 1, compile(files)));
  const policy = { handle: answer(engine.compile(JSON.stringify({ files }))).handle };
  const { request, facts, now } = JSON.parse(readFileSync(SAMPLE, 'utf8'));
  const decide = (explain) => {
    const call = JSON.stringify({ policy, request, facts, now, explain });
    answer(engine.decide(call));
    return () => engine.decide(call);
  };
  const plain = measure(11, 200, decide(false));
  const explained = measure(11, 200, decide(true));
  row('decide', plain);
  row('decide and explain', explained, `${(explained.median / plain.median).toFixed(1)} times as long`);
  const partial = JSON.stringify({ policy, answers: {}, facts: {}, now });
  answer(engine.partial(partial));
  row('partial, nothing answered', measure(5, 1, () => engine.partial(partial)));
  console.log(`load at the end ${load()}`);
}

if (isMain(import.meta.url)) await runScript(bench);
