// Compiles a policy once, for gates that start often: node examples/image.mjs POLICY_FOLDER IMAGE. Prints who it is.
// A program then opens it without the compiler: `Policy.open(readFileSync(IMAGE))` of `tollgate/decide`.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, Policy } from 'tollgate';
import { Policy as Deciding } from 'tollgate/decide';

const stop = (message, code) => {
  console.error(message);
  process.exit(code);
};
process.on('uncaughtException', ({ code, path, message }) => stop(code === 'ENOENT' ? `there is no \`${path}\`: give the path of a file that is there, from the folder that this runs in` : message, 1));
// Whoever reads what is printed may go away before its end.
process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? process.exitCode : 1));
const [folder, image] = process.argv.slice(2);
if (!image) stop('usage: node examples/image.mjs POLICY_FOLDER IMAGE', 2);
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
