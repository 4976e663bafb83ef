// Compiles a policy once, for gates that start often: node examples/image.mjs POLICY_FOLDER IMAGE. Prints who it is.
// A program then opens it without the compiler: `Policy.open(readFileSync(IMAGE))` of `tollgate/decide`.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Policy, TollgateError } from 'tollgate';
import { Policy as Deciding } from 'tollgate/decide';

const [folder, image] = process.argv.slice(2);
const names = readdirSync(folder).filter((name) => name.endsWith('.gate'));
const files = names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
try {
  writeFileSync(image, Policy.compile(files).image());
  const { id, version, digest } = Deciding.open(readFileSync(image)).identity;
  console.log(`${id} ${version} ${digest}`);
} catch (error) {
  if (!(error instanceof TollgateError)) throw error;
  for (const { file, start, message } of error.diagnostics) console.error(`${file}:${start.line}:${start.column}: ${message}`);
  process.exitCode = 1;
}
