// Finds or installs Chromium and its driver, and starts it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { installByApt } from './apt.mjs';
import { run, StepError, succeeds } from './run.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const PACKAGES = ['chromium', 'chromium-driver'];
const REMEDY = 'install chromium and chromedriver (on Debian: chromium and chromium-driver) and run this again';

const FLAGS = [
  ...['--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--window-size=1200,1600'],
];

/** Installs Chromium and its driver where they are missing. Returns a note of what was found or done. */
export async function setUpChromium({ verbose = false } = {}) {
  const found = await findChromium();
  if (found) return `${found}, there already`;
  await installByApt(PACKAGES, { what: 'Chromium', remedy: REMEDY, verbose });
  if (!(await findChromium())) throw new StepError('Chromium was installed but does not start', { remedy: REMEDY });
  return 'installed';
}

/** The name of a browser that starts, if chromedriver does too. */
async function findChromium() {
  if (!(await succeeds(['chromedriver', '--version']))) return undefined;
  for (const browser of BROWSERS) {
    if (await succeeds([browser, '--version'])) return browser;
  }
  return undefined;
}

/** Starts Chromium for Playwright. The caller must `close` it. */
export async function launchChromium() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: await findBinary(), args: flags() });
}

/** The program and its flags, for a test that starts and ends it itself. */
export const browserCommand = async () => [await findBinary(), ...flags()];

/**
 * What wasm-bindgen-test needs to start Chromium: the driver, and a file of capabilities, which is written into `folder`.
 * Returns environment variables.
 */
export async function webdriverEnvironment(folder) {
  const capabilities = { 'goog:chromeOptions': { binary: await findBinary(), args: flags() } };
  const file = join(folder, 'webdriver.json');
  writeFileSync(file, JSON.stringify(capabilities));
  return { CHROMEDRIVER: await pathOf('chromedriver'), WASM_BINDGEN_TEST_WEBDRIVER_JSON: file };
}

/** Chromium's sandbox does not start for root. */
const flags = () => [...FLAGS, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

async function findBinary() {
  const name = await findChromium();
  if (!name) throw new StepError('there is no Chromium', { remedy: REMEDY });
  return pathOf(name);
}

async function pathOf(program) {
  const { stdout } = await run(['sh', '-c', `command -v ${program}`]);
  return stdout.trim();
}
