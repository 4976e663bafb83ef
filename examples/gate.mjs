// What a deployment job runs first: node examples/gate.mjs EVENTS.json ROSTER.json FACTS.json [POLICY FOLDER]
// EVENTS.json is the history of the change, [] where there is none; FACTS.json is what the job knows of what it is about to deploy.
// None of it is kept: `start` wants it reported. Prints `allow`, or every reason why not; exits with 0 or 1. TOLLGATE_NOW is for rehearsals, the host's clock is the default.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold, Policy, TollgateError } from 'tollgate';

// Whoever reads what is printed may go away before its end.
process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? process.exitCode : 1));
const [history, people, known, folder = 'rules/change-management'] = process.argv.slice(2);
if (!known) {
  console.error('usage: node examples/gate.mjs EVENTS.json ROSTER.json FACTS.json [POLICY FOLDER]');
  process.exit(2);
}
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const names = readdirSync(folder).filter((name) => name.endsWith('.gate'));

try {
  const policy = Policy.compile(names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })));
  const changes = policy.changes({ roster: read(people) });
  const now = process.env.TOLLGATE_NOW ?? new Date().toISOString();
  const { allow, reasons, state, flags } = changes.gate(fold(read(history)), { facts: read(known), now });

  // The answer stands alone: a change that is approved may be denied all the same.
  console.log(allow ? 'allow' : 'deny');
  for (const { code, message, missing = [] } of reasons) console.log(`${[code, ...missing].join(' ')}${message ? `: ${message}` : ''}`);
  if (state) console.log(`  state    ${[state, ...flags].join(', ')}`);
  process.exitCode = allow ? 0 : 1;
} catch (error) {
  // What cannot be asked is not allowed.
  const missing = `UNREADABLE: there is no \`${error.path}\`: give the path of a file that is there, from the folder that this runs in`;
  const said = error instanceof TollgateError ? `${error.code}: ${error.message}` : String(error);
  console.log(`deny\n${error.code === 'ENOENT' ? missing : said}`);
  process.exitCode = 1;
}
