// Finds or installs Chromium, and drives it through chromedriver (W3C WebDriver over plain HTTP).

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run, StepError, succeeds } from './run.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const INSTALL = [
  ['apt-get', 'update'],
  ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium', 'chromium-driver'],
];
const REMEDY = 'install chromium and chromedriver (on Debian: chromium and chromium-driver) and run this again';
const START_WITHIN_MS = 20_000;

const FLAGS = [
  ...['--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--window-size=1200,1600'],
];

/** Installs Chromium and its driver where they are missing. Returns a note of what was found or done. */
export async function setUpChromium({ verbose = false } = {}) {
  const found = await findChromium();
  if (found) return `${found}, there already`;
  const prefix = await privilege();
  for (const command of INSTALL) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run([...prefix, ...command], { verbose, env, remedy: REMEDY });
  }
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

/** What a command needs before it to install programs: nothing for root, else sudo if it asks nothing. */
async function privilege() {
  if (!(await succeeds(['apt-get', '--version']))) {
    throw new StepError('Chromium is missing, and there is no apt-get to install it with', { remedy: REMEDY });
  }
  if (process.getuid?.() === 0) return [];
  if (await succeeds(['sudo', '--non-interactive', 'true'])) return ['sudo', '--non-interactive', '--preserve-env=DEBIAN_FRONTEND'];
  throw new StepError('Chromium is missing, and installing it takes root', { remedy: REMEDY });
}

/** Starts Chromium for Playwright. The caller must `close` it. */
export async function launchChromium() {
  const { chromium } = await import('playwright-core');
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: await findBinary(), args: [...FLAGS, ...asRoot] });
}

/** Starts a fresh browser. Resolves to a `Browser`; the caller must `close` it. */
export async function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'tollgate-chromium-'));
  const driver = spawn('chromedriver', ['--port=0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = new Promise((resolve) => driver.once('close', resolve));
  const stop = async () => {
    driver.kill();
    await exited;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const base = `http://127.0.0.1:${await portOf(driver)}`;
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const { sessionId } = await command('POST', `${base}/session`, {
      capabilities: {
        alwaysMatch: {
          browserName: 'chrome',
          'goog:chromeOptions': {
            binary: await findBinary(),
            args: [...FLAGS, ...asRoot, `--user-data-dir=${profile}`],
          },
          'goog:loggingPrefs': { browser: 'ALL' },
        },
      },
    });
    return new Browser(`${base}/session/${sessionId}`, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

class Browser {
  #session;
  #stop;

  constructor(session, stop) {
    this.#session = session;
    this.#stop = stop;
  }

  /** Opens `url` and waits until it has loaded. */
  open(url) {
    return command('POST', `${this.#session}/url`, { url });
  }

  /** Runs `work` in the page with `args` and resolves to what it returns, a promise's value included. */
  evaluate(work, ...args) {
    return command('POST', `${this.#session}/execute/sync`, { script: `return (${work})(...arguments)`, args });
  }

  /** Waits until `work` returns something true in the page, and resolves to it. */
  async waitFor(work, ...args) {
    const end = Date.now() + 15_000;
    while (Date.now() < end) {
      const value = await this.evaluate(work, ...args);
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the page did not come to: ${work}`);
  }

  /** Presses the keys of `text`, each character one key (WebDriver's code points for special keys). */
  async type(text) {
    const actions = [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    await command('POST', `${this.#session}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** Makes the page see a person who prefers `scheme`, `light` or `dark`. */
  prefer(scheme) {
    return this.#devtools('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  /** Makes the page see a screen of `width` by `height` pixels. */
  resize(width, height) {
    return this.#devtools('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  }

  #devtools(cmd, params) {
    return command('POST', `${this.#session}/goog/cdp/execute`, { cmd, params });
  }

  /** What the page and the browser wrote to the console since the last call. */
  async console() {
    const entries = await command('POST', `${this.#session}/se/log`, { type: 'browser' });
    return entries.map(({ level, message }) => `${level} ${message}`);
  }

  /** A picture of the page, as the bytes of a PNG file. */
  async screenshot() {
    return Buffer.from(await command('GET', `${this.#session}/screenshot`), 'base64');
  }

  async close() {
    await command('DELETE', this.#session).catch(() => {});
    await this.#stop();
  }
}

async function findBinary() {
  const name = await findChromium();
  if (!name) throw new StepError('there is no Chromium', { remedy: REMEDY });
  const { stdout } = await run(['sh', '-c', `command -v ${name}`]);
  return stdout.trim();
}

/** The port that chromedriver says it listens on. */
function portOf(driver) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('chromedriver did not start in time')), START_WITHIN_MS);
    let text = '';
    driver.on('error', reject);
    driver.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
      const port = /started successfully on port (\d+)/.exec(text)?.[1];
      if (!port) return;
      clearTimeout(late);
      resolve(Number(port));
    });
  });
}

async function command(method, url, body) {
  const response = await fetch(url, { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
