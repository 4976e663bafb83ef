// The notices of what is compiled into a module: each library by name and version, with the licence that it is used under. Libraries with
// one and the same text stand above it together.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { inProject } from './paths.mjs';
import { run, StepError } from './run.mjs';

const TARGET = 'wasm32-unknown-unknown';

/** Where a library may be used under one of several licences, the first of these. */
const PREFERRED = ['MIT', 'BSD-3-Clause', 'Zlib', 'BSL-1.0', 'Unicode-3.0', 'Apache-2.0'];

/** The words by which the files of a licence are named, where a library has several. */
const NAMED = { MIT: 'MIT', 'BSL-1.0': 'BOOST', 'Apache-2.0': 'APACHE', 'Unicode-3.0': 'UNICODE' };

/** The libraries that a module with these features is made of, without what only runs while it is built. */
export async function librariesOf(features) {
  const tree = ['tree', '--edges', 'normal,no-proc-macro', '--prefix', 'none', '--format', '{p}'];
  const { stdout } = await run(['cargo', ...tree, '--locked', '--target', TARGET, '--no-default-features', '--features', features.join()], {});
  const used = new Set(stdout.split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')));
  const { stdout: metadata } = await run(['cargo', 'metadata', '--format-version', '1', '--locked', '--filter-platform', TARGET], {});
  const { packages } = JSON.parse(metadata);
  return packages
    .filter(({ name, version, source }) => source !== null && used.has(`${name} v${version}`))
    .map(({ name, version, license, manifest_path }) => ({ name, version, license, folder: dirname(manifest_path) }))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

/** The text of THIRD-PARTY-NOTICES. */
export function noticesOf(libraries) {
  const byText = new Map();
  const add = (name, text) => byText.set(text, [...(byText.get(text) ?? []), name]);
  for (const library of libraries) for (const text of textsOf(library)) add(`${library.name} ${library.version} (${library.license})`, text);
  add('The Rust standard library (MIT OR Apache-2.0)', readFileSync(inProject('tools', 'lib', 'rust-standard-library.txt'), 'utf8').trim());
  const parts = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  const head = 'What is compiled into tollgate.wasm and decide.wasm beside Tollgate itself, and under which licences. Where there is a choice, the\ntext is that of the licence chosen.\n';
  return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

/** The licences that a library is used under: one where there is a choice, all where it says AND. */
function textsOf({ name, version, license, folder }) {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|copyright|notice)/i.test(file));
  const chosen = license.split(' AND ').map((part) => {
    const offered = part.replaceAll(/[()]/g, '').split(/ OR |\//);
    return PREFERRED.find((one) => offered.includes(one));
  });
  const found = chosen.map((one) => {
    const own = files.find((file) => NAMED[one] !== undefined && file.toUpperCase().includes(NAMED[one]));
    return own ?? files.find((file) => /^licen[cs]e(\.\w+)?$/i.test(file));
  });
  const extra = files.filter((file) => /^notice/i.test(file));
  if (chosen.includes(undefined) || found.includes(undefined)) {
    throw new StepError(`no notice of ${name} ${version} (${license}) is known: it has ${files.join(', ') || 'no file of that name'}`, {
      remedy: 'say in tools/lib/notices.mjs which licence is chosen, and how its file is named',
    });
  }
  return [...new Set([...found, ...extra])].map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
}
