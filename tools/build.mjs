// Builds the module into pkg/: `npm run build`. The only script that does.
//
//   pkg/tollgate_bg.wasm   the engine
//   pkg/tollgate.js        its glue, one ES module for browsers and Node
//   pkg/*.d.ts             its types

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { run, StepError } from './lib/run.mjs';
import { runScript, step } from './lib/steps.mjs';
import { setUp } from './setup.mjs';

const MODULE = inProject('pkg', 'tollgate_bg.wasm');
const STAMP = inProject('pkg', '.made-from');

const CARGO_MODULE = [
  ...['build', '--profile', 'module', '--lib', '--no-default-features', '--features', 'wasm'],
  ...['--target', 'wasm32-unknown-unknown'],
];
const CARGO_GLUE = ['build', '--package', 'tollgate-bindgen'];

/** Compiles the engine and generates its glue, each only where something changed. Returns the module's size. */
export async function buildModule({ verbose = false } = {}) {
  const raw = await cargo(CARGO_MODULE, verbose, (artifact) => artifact.filenames.find((name) => name.endsWith('.wasm')));
  const stamp = stampOf(raw);
  if (!isMadeFrom(stamp)) {
    const generator = await cargo(CARGO_GLUE, verbose, (artifact) => artifact.executable);
    rmSync(inProject('pkg'), { recursive: true, force: true });
    mkdirSync(inProject('pkg'));
    await run([generator, raw, inProject('pkg')], { verbose });
    writeFileSync(STAMP, stamp);
  }
  return sizes();
}

/** Runs cargo and returns the first file that `pick` finds among the artifacts it reports. */
async function cargo(args, verbose, pick) {
  const { stdout } = await run(['cargo', ...args, '--message-format=json-render-diagnostics'], {
    verbose,
    shown: ['stderr'],
  });
  const messages = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const found = messages.filter((message) => message.reason === 'compiler-artifact').map(pick).filter(Boolean).at(-1);
  if (!found) throw new StepError(`\`cargo ${args.join(' ')}\` made nothing to use`);
  return found;
}

/** What the glue depends on: the compiled engine, the generator, and the versions of the libraries of both. */
function stampOf(raw) {
  const hash = createHash('sha256');
  for (const file of [raw, inProject('Cargo.lock'), inProject('tools/bindgen/src/main.rs')]) {
    hash.update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return hash.digest('hex');
}

function isMadeFrom(stamp) {
  return existsSync(MODULE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp;
}

function sizes() {
  const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
  return `${kib(statSync(MODULE).size)}, ${kib(gzipSync(readFileSync(MODULE)).length)} with gzip`;
}

/** The building of the module as a printed step. */
export const buildStep = (options) =>
  step('module', 'compile the engine to WebAssembly and generate its glue', () => buildModule(options));

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const verbose = process.argv.includes('--verbose');
    await setUp({ verbose });
    await buildStep({ verbose });
  });
}
