// Compiles a policy once, for gates that start often: node examples/image.mjs POLICY_FOLDER IMAGE. Prints who it is.
// A program then opens it without the compiler: `Policy.open(readFileSync(IMAGE))` of `tollgate/decide`.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, Policy } from 'tollgate';
import { Policy as Deciding } from 'tollgate/decide';

const [folder, image] = process.argv.slice(2);
if (!image) {
  console.error('usage: node examples/image.mjs POLICY_FOLDER IMAGE');
  process.exit(2);
}
const names = readdirSync(folder).filter((name) => name.endsWith('.gate'));
const files = names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
// Compiling finds what cannot be decided by; checking also searches for requests that break a promise of the policy.
const { ok, diagnostics } = check(files);
for (const { severity, file, start, message } of diagnostics) {
  console.error(`${severity}: ${file}:${start.line}:${start.column}: ${message}`);
}
if (!ok) process.exit(1);
writeFileSync(image, Policy.compile(files).image());
const { id, version, digest } = Deciding.open(readFileSync(image)).identity;
console.log(`${id} ${version} ${digest}`);
