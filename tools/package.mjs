// Builds the npm package: js/ becomes js/dist. Only `npm run build` and what needs the package call it.
//
//   dist/tollgate.wasm, decide.wasm   the engine with and without the compiler of rule text
//   dist/<entry>.node.js, .cjs        each entry for Node; the module is read from its file
//   dist/<entry>.js                   for browsers, with and without a bundler; the module is fetched
//   dist/<entry>.inline.js, .cjs      the module inside, for what is bundled into one file
//   dist/form.js, .cjs                the custom element
//   dist/node.js, .cjs                what trails need of Node: a store in files, keys, exports
//   dist/*.d.ts, dist/cjs/*.d.cts     the types, for `import` and for `require`

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { unlessMade } from './lib/made.mjs';
import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const DIST = inProject('js', 'dist');
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
  const from = [...modules, ...['src', 'tsconfig.json'].map((name) => inProject('js', name)), inProject('package-lock.json'), inProject('tools', 'package.mjs')];
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
  await run([inProject('node_modules', '.bin', 'tsc'), '--project', inProject('js')], { verbose });
  typesForRequire();
  copyFileSync(inProject('LICENSE'), inProject('js', 'LICENSE'));
}

function bundleEntry({ name, module }, { host, platform, outputs }) {
  const plugin = {
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
  return bundle({ input: source(`${name}.ts`), platform, plugins: [plugin] }, outputs.map(([suffix, format]) => [name + suffix, format]));
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
