// Builds the page: www/ becomes www/dist. It needs the package in js/dist.
//
//   www/made/          the compiled policy, its samples and the words of the language, which the page is built with
//   www/dist/          the page; what Vite names after its content never changes
//   www/dist/sw.js     the worker that keeps it for days without a network, with the list of its files
//   www/dist/**/*.gz   each file compressed, as the server sends it

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { unlessMade } from './lib/made.mjs';
import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const MADE = inProject('www', 'made');
const DIST = inProject('www', 'dist');
const POLICY = inProject('rules', 'change-management');

/** The sample that the page opens with: what the engine is for is seen before anything is asked of the visitor. */
const FIRST = 'embedding-model-swapped-at-three-in-the-morning';

const WORKER = 'sw.js';

/** What is fetched only when a person edits rules or goes to the trail: the whole engine among it. The worker keeps it once it is used. */
const isLazy = (file) => /^assets\/(compiler|keeper|tollgate|trail)-/.test(file);

/** Builds the page. Returns what a reader of the log wants to know: the bytes of a first load. */
export async function buildPage({ verbose = false } = {}) {
  const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'tsconfig.json'].map((name) => inProject('www', name));
  const from = [...sources, inProject('js', 'dist'), POLICY, inProject('grammar'), inProject('package-lock.json'), inProject('tools', 'page.mjs')];
  await unlessMade({ stamp: join(MADE, '.made-from'), made: DIST, from }, () => make(verbose));
  return sizes(filesIn(DIST).filter((file) => !file.endsWith('.gz') && file !== WORKER));
}

async function make(verbose) {
  await makePolicy();
  makeKeywords();
  await run([inProject('node_modules', '.bin', 'tsc'), '--project', inProject('www')], { verbose });
  // Not at the top, as below: before the set-up they are not there.
  const { build } = await import('vite');
  await build({ configFile: inProject('www', 'vite.config.ts'), logLevel: verbose ? 'info' : 'warn' });
  const files = filesIn(DIST);
  await makeWorker(files);
  await compress([...files, WORKER]);
}

/**
 * Compiles the shipped policy and gathers its samples: a page that only decides needs neither compiler nor folder. The files
 * of tests stay out: no decision depends on them, the policy has the same digest without, and they are half of its text.
 */
async function makePolicy() {
  const { Policy } = await import('../js/dist/full.node.js');
  const read = (name) => readFileSync(join(POLICY, name), 'utf8');
  const names = readdirSync(POLICY).filter((name) => name.endsWith('.gate') && !name.startsWith('tests-')).sort();
  const policy = Policy.compile(names.map((name) => ({ name, text: read(name) })));
  rmSync(MADE, { recursive: true, force: true });
  mkdirSync(MADE, { recursive: true });
  writeFileSync(join(MADE, 'change-management.image'), policy.image());
  const { people } = JSON.parse(read(join('scenarios', 'shared.json')));
  writeFileSync(join(MADE, 'roster.json'), JSON.stringify(people));
  const all = samples();
  writeFileSync(join(MADE, 'samples.json'), JSON.stringify(all));
  writeFileSync(join(MADE, 'first.json'), JSON.stringify(all.find(({ name }) => name === FIRST)));
}

/** The words that the grammar knows, for the colours of rule text. */
function makeKeywords() {
  const grammar = readFileSync(inProject('grammar', 'gate.pest'), 'utf8');
  const words = [...grammar.matchAll(/^K_\w+ = @\{ "(\w+)" ~ !idc \}$/gm)].map(([, word]) => word);
  writeFileSync(join(MADE, 'keywords.json'), JSON.stringify(words.join(' ')));
}

/** The samples with what the page shows of them; of what they come to it names the class, to group them. */
function samples() {
  const folder = join(POLICY, 'samples');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json')).sort();
  return names.map((file) => {
    const { title, request, facts, now, expect } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const { scope, class: kind } = expect ?? {};
    return { name: file.replace(/\.json$/, ''), title, request, facts, now, expect: { scope, class: kind } };
  });
}

/** Bundles the worker with the list of files to keep, under a version that any change of them changes. */
async function makeWorker(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(DIST, file)));
  const define = {
    VERSION: JSON.stringify(hash.digest('hex').slice(0, 16)),
    KEPT: JSON.stringify(files.filter((file) => !isLazy(file)).map(address)),
    LAZY: JSON.stringify(files.filter(isLazy).map(address)),
  };
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: inProject('www', 'src', 'worker', 'worker.ts'), transform: { define }, logLevel: 'warn' });
  await bundle.write({ file: join(DIST, WORKER), format: 'iife', minify: true, comments: false });
  await bundle.close();
}

const address = (file) => (file === 'index.html' ? '/' : `/${file}`);

/** Compresses each file as far as gzip goes: they are compressed once and fetched often. Zopfli takes a twentieth off what zlib leaves. */
async function compress(files) {
  const { gzipAsync } = await import('@gfx/zopfli');
  for (const file of files) writeFileSync(join(DIST, `${file}.gz`), await gzipAsync(readFileSync(join(DIST, file)), { numiterations: 1 }));
}

/** The files of `folder` and below, sorted. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}

function sizes(files) {
  const bytes = (all) => all.reduce((sum, file) => sum + readFileSync(join(DIST, `${file}.gz`)).length, 0);
  const kb = (all) => `${(bytes(all) / 1000).toFixed(1)} kB`;
  return `first load ${kb(files.filter((file) => !isLazy(file)))} with gzip, the compiler and the trail ${kb(files.filter(isLazy))} more`;
}

if (isMain(import.meta.url)) console.log(await buildPage({ verbose: process.argv.includes('--verbose') }));
