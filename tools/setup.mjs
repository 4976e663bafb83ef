// Sets up what the project needs and what is missing: `npm run setup`. Start, build and test call it.
//
// It needs Node 20 and Rust, and installs neither; everything else it installs and says so.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { run, StepError, succeeds } from './lib/run.mjs';
import { runScript, step } from './lib/steps.mjs';

const TARGET = 'wasm32-unknown-unknown';
/** What Vite needs, the newest of all that the libraries ask for. */
const OLDEST_NODE = '20.19.0';
const INSTALL_RUST = 'install Rust from https://rustup.rs, open a new shell, and run this again';

/** Checks Node and Rust, adds the WebAssembly target and the JavaScript libraries: what building takes. */
export async function setUp({ verbose = false } = {}) {
  await step('setup', 'Node, Rust and the WebAssembly target', async () => {
    const node = checkNode();
    const rust = await checkRust();
    const added = await addTarget(verbose);
    return [`Node ${node}`, `Rust ${rust}`, ...added].join(', ');
  });
  await step('libraries', 'the JavaScript libraries that package-lock.json names', () => addLibraries(verbose));
}

/** Installs the libraries unless they are there as package-lock.json has them. None of them runs a script of its own. */
async function addLibraries(verbose) {
  const stamp = inProject('node_modules', '.made-from');
  const wanted = createHash('sha256').update(readFileSync(inProject('package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return 'there already';
  await run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { verbose, remedy: 'see what npm says above' });
  writeFileSync(stamp, wanted);
  return 'installed';
}

/** Adds what only the tests need: the formatter and the linter of Rust. */
export async function setUpTests({ verbose = false } = {}) {
  await step('setup-tests', 'rustfmt and clippy', async () => {
    const missing = [];
    if (!(await succeeds(['cargo', 'fmt', '--version']))) missing.push('rustfmt');
    if (!(await succeeds(['cargo', 'clippy', '--version']))) missing.push('clippy');
    if (missing.length === 0) return 'there already';
    await run(['rustup', 'component', 'add', ...missing], {
      verbose,
      remedy: `install ${missing.join(' and ')} for your Rust toolchain`,
    });
    return `added ${missing.join(' and ')}`;
  });
}

function checkNode() {
  if (isOlder(process.versions.node, OLDEST_NODE)) {
    throw new StepError(`Node ${process.versions.node} is too old: this needs ${OLDEST_NODE} or later`, {
      remedy: `install Node ${OLDEST_NODE} or later from https://nodejs.org`,
    });
  }
  return process.versions.node;
}

async function checkRust() {
  const { stdout } = await run(['rustc', '--version'], { remedy: INSTALL_RUST });
  await run(['cargo', '--version'], { remedy: INSTALL_RUST });
  const found = stdout.split(' ')[1] ?? '';
  const oldest = /^rust-version = "([\d.]+)"/m.exec(readFileSync(inProject('Cargo.toml'), 'utf8'))?.[1] ?? '0';
  if (isOlder(found, oldest)) {
    throw new StepError(`Rust ${found} is too old: this needs ${oldest} or later`, { remedy: 'run `rustup update stable`' });
  }
  return found;
}

/** Whether version `a` comes before version `b`; what follows a hyphen does not count. */
export function isOlder(a, b) {
  const numbers = (version) => version.split('-')[0].split('.').map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (const place of [0, 1, 2]) {
    const [l, r] = [left[place] ?? 0, right[place] ?? 0];
    if (l !== r) return l < r;
  }
  return false;
}

async function addTarget(verbose) {
  const { stdout } = await run(['rustc', '--print', 'sysroot']);
  if (existsSync(join(stdout.trim(), 'lib', 'rustlib', TARGET))) return [];
  console.log(`    adding the target ${TARGET} (rustup target add ${TARGET})`);
  await run(['rustup', 'target', 'add', TARGET], {
    verbose,
    remedy: `add the target ${TARGET} to your Rust toolchain; with rustup: rustup target add ${TARGET}`,
  });
  return [`added ${TARGET}`];
}

if (isMain(import.meta.url)) await runScript(() => setUp().then(() => setUpTests()));
