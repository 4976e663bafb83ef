// Decides a request: node examples/decide.mjs REQUEST.json [POLICY FOLDER]. Exits with 1 and the reasons if its start is denied.
// REQUEST.json holds `request` and `facts`; `now` in it is for rehearsals, the host's clock is the default.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Policy } from 'tollgate';

const stop = (message, code) => {
  console.error(message);
  process.exit(code);
};
process.on('uncaughtException', ({ code, path, message }) => stop(code === 'ENOENT' ? `there is no \`${path}\`: give the path of a file that is there, from the folder that this runs in` : message, 1));
// Whoever reads what is printed may go away before its end.
process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? process.exitCode : 1));
const [file, folder = 'rules/change-management'] = process.argv.slice(2);
if (!file) stop('usage: node examples/decide.mjs REQUEST.json [POLICY FOLDER]', 2);
const names = readdirSync(folder).filter((name) => name.endsWith('.gate'));
const policy = Policy.compile(names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })));

const { request, facts = {}, now = new Date().toISOString() } = JSON.parse(readFileSync(file, 'utf8'));
const answer = policy.decide(request, { facts, now });
if (!answer.ok) {
  for (const { code, path, message, help } of answer.errors) console.log(`${code} ${path}: ${message}${help ? ` (${help})` : ''}`);
  process.exit(1);
}
const { scope, class: kind, risk, route, gates } = answer.decision;
console.log(kind ? `${kind.value}, risk ${risk}, route ${route.rule}` : scope.value);
const start = gates.find(({ gate }) => gate === 'start');
for (const { code, missing } of start?.failures ?? []) console.log(`denied: ${[code, ...missing].join(' ')}`);
process.exitCode = start && !start.allows ? 1 : 0;
