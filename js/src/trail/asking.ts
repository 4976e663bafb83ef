// What is asked of a trail, for the module.

import { bad } from '../plain.js';
import { objectOf } from '../policy.js';
import type { JsonObject } from '../types.js';
import { bytesOf } from './reading.js';
import type { SignedStatement } from './types.js';

/** What a command is, for the module: given by the host, or signed. */
export function actOf(id: string, given: unknown, actor: unknown): { name: string; call: object } {
  if (typeof given === 'object' && given !== null && 'statement' in given) {
    if (actor !== undefined) throw bad('actor', 'a statement says itself who made it', 'leave `actor` out');
    const statement = objectOf(given.statement, 'statement') as unknown as SignedStatement;
    return { name: commandIn(statement), call: { statement } };
  }
  const command = typeof given === 'string' ? given : (objectOf(given, 'command') as JsonObject);
  const name = typeof command === 'string' ? command : (Object.keys(command)[0] ?? '');
  const begun = typeof command === 'string' ? undefined : (command[name] as JsonObject | null);
  if ((name === 'create' || name === 'record_unauthorized') && begun?.id !== id) {
    throw bad('change', `the command begins change \`${String(begun?.id)}\`, not \`${id}\``);
  }
  return { name, call: { command, actor: objectOf(actor, 'actor', 'give `{ person }` or `{ machine }`') } };
}

/** The name of the command that a statement holds; the module says what is wrong with one that holds none. */
function commandIn({ payload }: SignedStatement): string {
  try {
    const { predicate } = JSON.parse(new TextDecoder().decode(bytesOf(payload))) as { predicate: { act: { command: string | object } } };
    const { command } = predicate.act;
    return typeof command === 'string' ? command : (Object.keys(command)[0] ?? '');
  } catch {
    return '';
  }
}
