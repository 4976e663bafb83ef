// Fuzzes the engine: `node tools/fuzz.mjs parse --seconds 30`, or `node tools/fuzz.mjs parse FILE` to try one input again.
//
// Stable Rust is enough: the compiler's own pass counts the edges reached, and fuzz/src/coverage.rs reads the counters.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { run, StepError } from './lib/run.mjs';
import { runScript, UsageError } from './lib/steps.mjs';

export const TARGETS = ['parse', 'request', 'trail'];

const COUNTERS = [
  '-Cpasses=sancov-module',
  ...['-level=3', '-inline-8bit-counters'].map((option) => `-Cllvm-args=-sanitizer-coverage${option}`),
];

const USAGE = `node tools/fuzz.mjs ${TARGETS.join('|')} [--seconds 30] [--seed N]
node tools/fuzz.mjs ${TARGETS.join('|')} FILE`;

/** Compiles the fuzzer with counters and resolves to its path. */
export async function buildFuzzer({ verbose = false } = {}) {
  const { stdout: about } = await run(['rustc', '-vV']);
  const host = /^host: (.+)$/m.exec(about)[1];
  // With `--target` the flags are for the engine alone, not for build scripts and macros, which have nobody to report to.
  const { stdout } = await run(
    ['cargo', 'build', '--release', '--locked', '--manifest-path', inProject('fuzz', 'Cargo.toml'), '--target-dir',
      inProject('fuzz', 'target'), '--target', host, '--message-format=json-render-diagnostics'],
    { verbose, shown: ['stderr'], env: { RUSTFLAGS: COUNTERS.join(' ') } },
  );
  const messages = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const program = messages.map((message) => message.executable).filter(Boolean).at(-1);
  if (!program) throw new StepError('cargo made no fuzzer');
  return program;
}

/** Runs a target for some seconds and resolves to its last figures. What breaks a promise is a StepError that names the input. */
export async function fuzz(program, target, { seconds, seed = Date.now(), verbose = false }) {
  const remedy = `the input is in fuzz/artifacts/${target}; try it again with \`node tools/fuzz.mjs ${target} FILE\``;
  const { stdout } = await run([program, target, String(seconds), String(seed)], { verbose, remedy });
  return stdout.trim().split('\n').at(-2);
}

async function main() {
  const { positionals: [target, file], values } = commandLine();
  if (!TARGETS.includes(target)) throw new UsageError(USAGE);
  const program = await buildFuzzer();
  if (file) {
    readFileSync(file);
    await run([program, target, resolve(file)], { verbose: true });
    return;
  }
  const seed = values.seed ?? String(Date.now());
  if (!/^\d+$/.test(values.seconds) || !/^\d+$/.test(seed)) throw new UsageError(USAGE);
  await fuzz(program, target, { seconds: Number(values.seconds), seed, verbose: true });
}

function commandLine() {
  const options = { seconds: { type: 'string', default: '30' }, seed: { type: 'string' } };
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error.message}\n${USAGE}`);
  }
}

if (isMain(import.meta.url)) await runScript(main);
