// Decides items with the engine: a folder of rule files, compiled once, and items in portions.

import { readdirSync, readFileSync } from 'node:fs';

const PORTION = 500;

/** The rule files of a folder, by name, as the engine takes them. */
export function ruleFiles(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.gate'))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
}

/**
 * The decisions on `items` (`{ request, facts, now }`), in their order. `engine` is the module (`pkg/tollgate.js`, loaded).
 * Throws an Error with the engine's words if the policy does not check or an item is refused.
 */
export function decideAll(engine, files, items) {
  const policy = { handle: call(engine.compile, { files }).handle };
  const portions = [];
  for (let at = 0; at < items.length; at += PORTION) portions.push(items.slice(at, at + PORTION));
  const answers = portions.flatMap((portion) => {
    const asked = portion.map(({ request, facts, now }) => ({ request, facts, now }));
    return call(engine.decideMany, { policy, items: asked, explain: false }).answers;
  });
  call(engine.release, policy);
  return answers.map((answer, at) => {
    if (!answer.ok) throw new Error(`${items[at].id}: ${refusal(answer)}`);
    return answer.decision;
  });
}

function call(operation, asked) {
  const answer = JSON.parse(operation(JSON.stringify(asked)));
  if (!answer.ok) throw new Error(refusal(answer));
  return answer;
}

function refusal({ error, diagnostics = [] }) {
  return error?.message ?? diagnostics.map(({ code, message }) => `${code} ${message}`).join('; ');
}
