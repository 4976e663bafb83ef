// Runs tests/wasm.rs in WebAssembly by wasm-bindgen-test. It needs the native answers, which `cargo test --test calls` leaves.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { webdriverEnvironment } from './lib/chromium.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const BUILD = ['cargo', 'build', '--package', 'tollgate-wasm-test'];
const TEST = [
  ...['cargo', 'test', '--profile', 'tests', '--target', 'wasm32-unknown-unknown', '--test', 'wasm'],
  ...['--no-default-features', '--features', 'wasm,compiler,life,trail'],
];
const RUNNER = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug', 'tollgate-wasm-test');

/** Far more than it takes: a machine may be slow. */
const MOST_SECONDS = '300';

/** Compiles the tests and their runner. */
export async function buildWasmTests({ verbose = false } = {}) {
  await run(BUILD, { verbose });
  await run([...TEST, '--no-run'], { verbose });
}

/** Runs the tests in Node. */
export const wasmInNode = ({ verbose = false } = {}) => wasmTest({}, verbose);

/** Runs the tests in Chromium. */
export async function wasmInChromium({ verbose = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-webdriver-'));
  try {
    const browser = await webdriverEnvironment(folder);
    return await wasmTest({ ...browser, WASM_BINDGEN_USE_BROWSER: '1', WASM_BINDGEN_TEST_TIMEOUT: MOST_SECONDS }, verbose);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function wasmTest(env, verbose) {
  await buildWasmTests({ verbose });
  await run(TEST, { verbose, env: { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: RUNNER, ...env } });
  return '';
}
