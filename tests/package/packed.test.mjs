// The packed package, used from empty folders as its users would.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launchChromium } from '../../tools/lib/chromium.mjs';
import { MODULES } from '../../tools/lib/modules.mjs';
import { librariesOf } from '../../tools/lib/notices.mjs';
import { inProject } from '../../tools/lib/paths.mjs';
import { serve } from '../../tools/lib/server.mjs';
import { installedIn } from '../support/packed.mjs';

const STARTER = readFileSync(inProject('rules/starter/policy.gate'), 'utf8');

/** Compiles the starter and decides by it, by what the program has as `Policy`; leaves `answer`. */
const DECIDE = `
const policy = Policy.compile([{ name: 'policy.gate', text: starter }]);
const request = { title: 'New newsletter', users: 120, rehearsed: false };
const { decision } = policy.decide(request, { now: '2026-02-03T05:30:00Z' });
const answer = decision.class.value + ' ' + decision.risk;
`;
const ANSWER = 'reviewed high';

let base;
let folder;
let tarball;
let browser;

before(async () => {
  base = mkdtempSync(join(tmpdir(), 'tollgate-packed-'));
  ({ folder, tarball } = installedIn(base));
  writeFileSync(join(folder, 'starter.gate'), STARTER);
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  rmSync(base, { recursive: true, force: true });
});

/** Runs a program in the user's folder and returns what it prints. */
function node(name, text) {
  writeFileSync(join(folder, name), text);
  return execFileSync(process.execPath, [name], { cwd: folder, encoding: 'utf8' }).trim();
}

/** Opens a folder in Chromium under the strict content policy, and returns what the page comes to show. */
async function shown(served) {
  const server = await serve(0, [{ prefix: '/', folder: served, listed: false }]);
  const page = await browser.newPage();
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  try {
    await page.goto(server.address);
    await page.waitForFunction(() => document.title !== 'waiting', undefined, { timeout: 15_000 }).catch(() => {});
    assert.deepEqual(faults, []);
    return await page.title();
  } finally {
    await page.close();
    await server.close();
  }
}

/** A folder that holds a page with one module script, and what else it needs. */
function pageFolder(name, files) {
  const served = join(base, name);
  mkdirSync(served);
  writeFileSync(join(served, 'index.html'), '<!doctype html><title>waiting</title><link rel="icon" href="data:,"><script type="module" src="main.js"></script>');
  writeFileSync(join(served, 'starter.js'), `export const starter = ${JSON.stringify(STARTER)};`);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(served, file), text);
  return served;
}

const readsStarter = "const starter = readFileSync('starter.gate', 'utf8');";

test('Node: import', () => {
  const text = `import { readFileSync } from 'node:fs'; import { Policy } from 'tollgate'; ${readsStarter} ${DECIDE} console.log(answer);`;
  assert.equal(node('esm.mjs', text), ANSWER);
});

test('Node: require', () => {
  const text = `const { readFileSync } = require('node:fs'); const { Policy } = require('tollgate'); ${readsStarter} ${DECIDE} console.log(answer);`;
  assert.equal(node('common.cjs', text), ANSWER);
});

test('Node: an image, by the small entry, with import and require', () => {
  node('image.mjs', `import { readFileSync, writeFileSync } from 'node:fs'; import { Policy } from 'tollgate'; ${readsStarter} ${DECIDE} writeFileSync('starter.image', policy.image());`);
  const decide = DECIDE.replace(/compile\(.*\)/, "open(readFileSync('starter.image'))");
  assert.equal(node('small.mjs', `import { readFileSync } from 'node:fs'; import { Policy } from 'tollgate/decide'; ${decide} console.log(answer);`), ANSWER);
  assert.equal(node('small.cjs', `const { readFileSync } = require('node:fs'); const { Policy } = require('tollgate/decide'); ${decide} console.log(answer);`), ANSWER);
});

test('Node: inline, with import, with require, and bundled into one file', async () => {
  const text = `import { readFileSync } from 'node:fs'; import { Policy } from 'tollgate/inline'; ${readsStarter} ${DECIDE} console.log(answer);`;
  assert.equal(node('inline.mjs', text), ANSWER);
  assert.equal(node('inline.cjs', `const { readFileSync } = require('node:fs'); const { Policy } = require('tollgate/inline'); ${readsStarter} ${DECIDE} console.log(answer);`), ANSWER);
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ input: join(folder, 'inline.mjs'), platform: 'node', cwd: folder, logLevel: 'silent' });
  const alone = join(base, 'alone');
  mkdirSync(alone);
  await build.write({ file: join(alone, 'gate.mjs'), format: 'es' });
  writeFileSync(join(alone, 'starter.gate'), STARTER);
  assert.equal(execFileSync(process.execPath, ['gate.mjs'], { cwd: alone, encoding: 'utf8' }).trim(), ANSWER);
});

const MAIN = `import { Policy, load } from './tollgate/dist/full.js'; import { starter } from './starter.js'; await load(); ${DECIDE} document.title = answer;`;

test('a browser without a bundler', async () => {
  const served = pageFolder('plain', { 'main.js': MAIN });
  cpSync(join(folder, 'node_modules/tollgate'), join(served, 'tollgate'), { recursive: true });
  assert.equal(await shown(served), ANSWER);
});

test('a browser that has not loaded the module is told to', async () => {
  const served = pageFolder('unloaded', { 'main.js': MAIN.replace('await load();', '').replace(DECIDE, 'let answer; try { Policy.compile([]); } catch (error) { answer = error.code; }') });
  cpSync(join(folder, 'node_modules/tollgate'), join(served, 'tollgate'), { recursive: true });
  assert.equal(await shown(served), 'NOT_LOADED');
});

test('a module worker', async () => {
  const worker = MAIN.replace('document.title = answer', 'postMessage(answer)');
  const main = "const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' }); worker.onmessage = ({ data }) => { document.title = data; };";
  // The content policy that pages are served with wants a name for what makes a worker of an address.
  const named = main.replace("new URL('worker.js', import.meta.url)", "self.trustedTypes ? trustedTypes.createPolicy('tollgate-worker', { createScriptURL: (url) => url }).createScriptURL(new URL('worker.js', import.meta.url).href) : 'worker.js'");
  const served = pageFolder('worker', { 'main.js': named, 'worker.js': worker });
  cpSync(join(folder, 'node_modules/tollgate'), join(served, 'tollgate'), { recursive: true });
  assert.equal(await shown(served), ANSWER);
});

test('Vite: built, and as its development server gives it', async () => {
  const root = pageFolder('vite', { 'main.js': MAIN.replace('./tollgate/dist/full.js', 'tollgate'), 'package.json': '{ "private": true, "type": "module" }' });
  cpSync(join(folder, 'node_modules'), join(root, 'node_modules'), { recursive: true });
  const { build, createServer } = await import('vite');
  await build({ root, logLevel: 'silent', configFile: false, build: { target: 'esnext', modulePreload: { polyfill: false } } });
  assert.ok(readdirSync(join(root, 'dist/assets')).some((name) => name.endsWith('.wasm')), 'the module is an asset');
  assert.equal(await shown(join(root, 'dist')), ANSWER);

  const server = await createServer({ root, logLevel: 'silent', configFile: false, optimizeDeps: { exclude: ['tollgate'] }, server: { host: '127.0.0.1' } });
  try {
    await server.listen(0);
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls.local[0]);
    await page.waitForFunction(() => document.title !== 'waiting', undefined, { timeout: 15_000 });
    assert.equal(await page.title(), ANSWER);
  } finally {
    await server.close();
  }
});

test('publint finds nothing', async () => {
  const { publint } = await import('publint');
  const { messages } = await publint({ pkgDir: join(folder, 'node_modules/tollgate'), strict: true, pack: false });
  assert.deepEqual(messages, []);
});

test('the types are right for import, require and bundlers', () => {
  const attw = inProject('node_modules/.bin/attw');
  // Node before 16, which knows no `exports`, is older than this package runs on.
  execFileSync(attw, [tarball, '--profile', 'node16', '--no-color', '--exclude-entrypoints', './tollgate.wasm', './decide.wasm'], { encoding: 'utf8', stdio: 'pipe' });
});

test('nothing runs at install, and nothing is packed that is not used', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/tollgate/package.json'), 'utf8'));
  assert.equal(manifest.scripts, undefined);
  assert.equal(manifest.dependencies, undefined);
  for (const name of ['README.md', 'LICENSE', 'THIRD-PARTY-NOTICES']) assert.ok(existsSync(join(folder, 'node_modules/tollgate', name)), name);
  assert.ok(!existsSync(join(folder, 'node_modules/tollgate/src')));
});

test('the notices name each library that is compiled into a module, by version and with its licence', async () => {
  const notices = readFileSync(join(folder, 'node_modules/tollgate/THIRD-PARTY-NOTICES'), 'utf8');
  const libraries = await librariesOf([...new Set(MODULES.flatMap(({ features }) => features))]);
  assert.ok(libraries.length > 30, `${libraries.length} libraries`);
  for (const { name, version, license } of libraries) assert.ok(notices.includes(`\n${name} ${version} (${license})\n`), `${name} ${version}`);
  for (const name of ['ed25519-dalek', 'curve25519-dalek', 'subtle']) {
    const [, text] = notices.split(`\n${name} `);
    assert.match(text.slice(0, 1_600), /Redistributions in binary form must reproduce/, name);
  }
  assert.match(notices, /The Rust standard library/);
});
