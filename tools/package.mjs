// Builds the npm package: js/ becomes js/dist. Only `npm run build` and what needs the package call it.
//
//   dist/tollgate.wasm, decide.wasm   the engine with and without the compiler of rule text
//   dist/<entry>.node.js, .cjs        each entry for Node; the module is read from its file
//   dist/<entry>.js                   for browsers, with and without a bundler; the module is fetched
//   dist/<entry>.inline.js, .cjs      the module inside, for what is bundled into one file
//   dist/form.js, .cjs                the custom element
//   dist/node.js, .cjs                what trails need of Node: a store in files, keys, exports
//   dist/cli.js                       the command line
//   dist/*.d.ts, dist/cjs/*.d.cts     the types, for `import` and for `require`
//   THIRD-PARTY-NOTICES               the licences of what is compiled into the modules

import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { unlessMade } from './lib/made.mjs';
import { isMain } from './lib/main.mjs';
import { MODULES } from './lib/modules.mjs';
import { librariesOf, noticesOf } from './lib/notices.mjs';
import { inProject } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const DIST = inProject('js', 'dist');
const NOTICES = inProject('js', 'THIRD-PARTY-NOTICES');
const source = (...parts) => inProject('js', 'src', ...parts);

/** The entries that hold a module: their file, and the module. */
const ENTRIES = [
  { name: 'full', module: 'tollgate' },
  { name: 'decide', module: 'decide' },
];

/** What each entry is built into. */
const FLAVOURS = [
  { host: 'node', platform: 'node', outputs: [['.node.js', 'es'], ['.node.cjs', 'cjs']] },
  { host: 'browser', platform: 'browser', outputs: [['.js', 'es']] },
  { host: 'inline', platform: 'neutral', outputs: [['.inline.js', 'es'], ['.inline.cjs', 'cjs']] },
];

/** Builds the package from `pkg/` and `js/src`. Returns what a reader of the log wants to know: the sizes. */
export async function buildPackage({ verbose = false } = {}) {
  const modules = ENTRIES.flatMap(({ module }) => ['_bg.wasm', '.js', '.d.ts'].map((ending) => inProject('pkg', module + ending)));
  const from = [...modules, ...['src', 'tsconfig.json'].map((name) => inProject('js', name)), inProject('package-lock.json'), inProject('Cargo.lock'), ...['package.mjs', 'lib/modules.mjs', 'lib/notices.mjs', 'lib/rust-standard-library.txt'].map((name) => inProject('tools', name))];
  await unlessMade({ stamp: inProject('pkg', '.package-made-from'), made: DIST, from }, () => make(verbose));
  return sizes().map(({ file, gzip }) => `${file} ${kib(gzip)}`).join(', ');
}

async function make(verbose) {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST, { recursive: true });
  for (const { module } of ENTRIES) copyFileSync(inProject('pkg', `${module}_bg.wasm`), join(DIST, `${module}.wasm`));
  for (const entry of ENTRIES) for (const flavour of FLAVOURS) await bundleEntry(entry, flavour);
  await bundle({ input: source('form', 'index.ts'), platform: 'browser' }, [['form.js', 'es'], ['form.cjs', 'cjs']]);
  await bundle({ input: source('node', 'index.ts'), platform: 'node' }, [['node.js', 'es'], ['node.cjs', 'cjs']]);
  await bundle({ input: source('cli', 'index.ts'), platform: 'node', plugins: [hostPlugin(ENTRIES[0], 'node')] }, [['cli.js', 'es']]);
  makeCommand(join(DIST, 'cli.js'));
  await run([inProject('node_modules', '.bin', 'tsc'), '--project', inProject('js')], { verbose });
  // Nobody imports the command line.
  rmSync(join(DIST, 'cli'), { recursive: true });
  typesForRequire();
  copyFileSync(inProject('LICENSE'), inProject('js', 'LICENSE'));
  const features = [...new Set(MODULES.flatMap((module) => module.features))];
  writeFileSync(NOTICES, noticesOf(await librariesOf(features)));
}

function bundleEntry(entry, { host, platform, outputs }) {
  const input = source(`${entry.name}.ts`);
  return bundle({ input, platform, plugins: [hostPlugin(entry, host)] }, outputs.map(([suffix, format]) => [entry.name + suffix, format]));
}

/** Says where an entry has its module from. */
function hostPlugin({ name, module }, host) {
  return {
    name: 'tollgate-host',
    resolveId(id) {
      if (id === `#host/${name}`) return source('host', `${host}-${name}.ts`);
      return id.startsWith('#wasm/') ? `\0${id}` : null;
    },
    load(id) {
      if (!id.startsWith('\0#wasm/')) return null;
      return `export default ${JSON.stringify(readFileSync(join(DIST, `${module}.wasm`)).toString('base64'))}`;
    },
  };
}

/** Makes a program of a bundle: systems with `#!` start it by that. */
function makeCommand(file) {
  writeFileSync(file, `#!/usr/bin/env node\n${readFileSync(file, 'utf8')}`, { mode: 0o755 });
  chmodSync(file, 0o755);
}

async function bundle(input, outputs) {
  // Not at the top: before the set-up it is not there.
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ ...input, treeshake: { moduleSideEffects: false }, logLevel: 'warn' });
  for (const [file, format] of outputs) {
    await build.write({ file: join(DIST, file), format, minify: false, comments: false, exports: 'named' });
  }
  await build.close();
}

/** What `require` gets has types of its own: TypeScript takes a `.d.ts` in this package for an ES module. */
function typesForRequire() {
  for (const file of readdirSync(DIST, { recursive: true }).filter((name) => name.endsWith('.d.ts'))) {
    const text = readFileSync(join(DIST, file), 'utf8').replaceAll(/(from '\.\.?\/[\w/.-]+)\.js'/g, "$1.cjs'");
    const target = join(DIST, 'cjs', file.replace('.d.ts', '.d.cts'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

/** The size of each file that is loaded, as it is and with gzip. */
export function sizes() {
  const files = readdirSync(DIST).filter((name) => /\.(js|cjs|wasm)$/.test(name) && existsSync(join(DIST, name)));
  return files.map((file) => {
    const path = join(DIST, file);
    return { file, bytes: statSync(path).size, gzip: gzipSync(readFileSync(path), { level: 9 }).length };
  });
}

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

if (isMain(import.meta.url)) console.log(await buildPackage({ verbose: true }));
