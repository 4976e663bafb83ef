// Asks only what can still change the outcome: node examples/questions.mjs ANSWERS.json [POLICY FOLDER]. Prints what is
// possible so far and the questions left, the one that decides most first.

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
if (!file) stop('usage: node examples/questions.mjs ANSWERS.json [POLICY FOLDER]', 2);
const names = readdirSync(folder).filter((name) => name.endsWith('.gate'));
const policy = Policy.compile(names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })));

const { answers, facts = {}, now = new Date().toISOString() } = JSON.parse(readFileSync(file, 'utf8'));
const { classes, risks, decided, questions, errors, explanation } = policy.partial(answers, { facts, now, explain: true });
console.log(`${decided ? 'settled' : 'possible'}: ${classes.join(' or ')}, risk ${risks.join(' or ')}`);
for (const { path, message } of errors) console.log(`wrong: ${path}: ${message}`);
for (const { path, title } of questions.slice(0, 5)) console.log(`ask: ${title} (${path})`);
for (const { sentence } of explanation.nearest) console.log(sentence);
