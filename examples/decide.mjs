// Decides a sample of the shipped policy: node examples/decide.mjs [SAMPLE]. Exits with 1 if the change may not start.

import { readdirSync, readFileSync } from 'node:fs';
import { decide, initSync } from '../pkg/tollgate.js';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url));
const folder = 'rules/change-management';
const { request, facts, now } = JSON.parse(read(`${folder}/samples/${process.argv[2] ?? 'ready-change-may-start'}.json`));
const names = readdirSync(new URL(`../${folder}`, import.meta.url)).filter((name) => name.endsWith('.gate'));
const files = names.map((name) => ({ name, text: read(`${folder}/${name}`).toString() }));

initSync({ module: read('pkg/tollgate_bg.wasm') });
const { decision, errors } = JSON.parse(decide(JSON.stringify({ policy: { files }, request, facts, now })));
if (!decision) throw new Error(errors.map(({ message }) => message).join('\n'));
const { scope, class: kind, risk, route } = decision;
console.log(kind ? `${kind.value}, risk ${risk}, route ${route.rule}` : scope.value);
process.exitCode = decision.gates.find(({ gate }) => gate === 'start')?.allows === false ? 1 : 0;
