// Builds the modules into pkg/ and the npm package into js/dist: `npm run build`. The only script that does.
//
//   pkg/tollgate_bg.wasm   the engine: reads rule text, decides, and leads changes through their lives
//   pkg/decide_bg.wasm     what decides alone: a third of the bytes
//   pkg/<name>.js          the glue of each, one ES module
//   pkg/<name>.d.ts        its types
//   js/dist                the package (tools/package.mjs)

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { unlessMade } from './lib/made.mjs';
import { isMain } from './lib/main.mjs';
import { MODULES } from './lib/modules.mjs';
import { inProject, root } from './lib/paths.mjs';
import { run, StepError } from './lib/run.mjs';
import { runScript, step } from './lib/steps.mjs';
import { buildPackage } from './package.mjs';
import { setUp } from './setup.mjs';

/** The engine as the tests want it: it fails when it is told to. */
const TRAPPING = { name: 'trapping', profile: 'tests', features: ['wasm', 'life', 'trap'] };

const CARGO_GLUE = ['build', '--package', 'tollgate-bindgen'];

/** Compiles the modules and generates their glue, each only where something changed. Returns their sizes. */
export async function buildModules({ verbose = false } = {}) {
  // The last pass over each is one thread's work, and cargo keeps their profiles apart: they are made at the same time.
  const sizes = await Promise.all(MODULES.map((module) => buildModule(module, verbose)));
  return sizes.join('; ');
}

/** Compiles the module that fails when it is told to, for the tests of what hosts do then. */
export const buildTrapping = ({ verbose = false } = {}) => buildModule(TRAPPING, verbose);

async function buildModule({ name, profile, features, flags = [] }, verbose) {
  const args = ['build', '--profile', profile, '--lib', '--no-default-features', '--features', features.join()];
  const target = ['--target', 'wasm32-unknown-unknown'];
  const raw = await cargo([...args, ...target], { verbose, flags }, (artifact) => artifact.filenames.find((file) => file.endsWith('.wasm')));
  const [made, stamp] = [inProject('pkg', `${name}_bg.wasm`), inProject('pkg', `.${name}-made-from`)];
  // The glue depends on the compiled engine, the generator, and the versions of the libraries of both.
  const from = [raw, inProject('Cargo.lock'), inProject('tools/bindgen/src/main.rs')];
  await unlessMade({ stamp, made, from }, async () => {
    const generator = await cargo(CARGO_GLUE, { verbose }, (artifact) => artifact.executable);
    mkdirSync(inProject('pkg'), { recursive: true });
    await run([generator, raw, inProject('pkg'), name], { verbose });
  });
  const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
  return `${name} ${kib(statSync(made).size)}, ${kib(gzipSync(readFileSync(made)).length)} with gzip`;
}

/** Runs cargo and returns the first file that `pick` finds among the artifacts it reports. */
async function cargo(args, { verbose, flags = [] }, pick) {
  const { stdout } = await run(['cargo', ...args, '--message-format=json-render-diagnostics'], {
    verbose,
    shown: ['stderr'],
    env: args.includes('--target') ? { CARGO_ENCODED_RUSTFLAGS: [...withoutPaths(), ...flags].join('\x1f') } : {},
  });
  const messages = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const found = messages.filter((message) => message.reason === 'compiler-artifact').map(pick).filter(Boolean).at(-1);
  if (!found) throw new StepError(`\`cargo ${args.join(' ')}\` made nothing to use`);
  return found;
}

/** Keeps the folders of this machine out of what panics say, so that the same sources give the same bytes everywhere. */
function withoutPaths() {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  return [`--remap-path-prefix=${cargoHome}=cargo`, `--remap-path-prefix=${root.replace(/\/$/, '')}=tollgate`];
}

/** The building of modules and package as printed steps. */
export async function buildSteps({ verbose = false } = {}) {
  await step('modules', 'compile the engine to WebAssembly, with and without its compiler', () => buildModules({ verbose }));
  await step('package', 'bundle the npm package and its types', () => buildPackage({ verbose }));
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const verbose = process.argv.includes('--verbose');
    await setUp({ verbose });
    await buildSteps({ verbose });
  });
}
