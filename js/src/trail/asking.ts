// What is asked of a trail, for the module.

import type { Change } from '../change.js';
import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import { bad } from '../plain.js';
import { checkFiles, objectOf } from '../policy.js';
import type { JsonObject } from '../types.js';
import { noChange } from './moving.js';
import { digestsOf } from './officer.js';
import type { Policies } from './policies.js';
import { bytesOf, type TrailGlue } from './reading.js';
import type { TrailStore } from './store.js';
import type { SignedStatement, StatementAbout } from './types.js';

/** What a command is, for the module: given by the host, or signed. */
export function actOf(id: string, given: unknown, actor: unknown): { name: string; call: object } {
  if (typeof given === 'object' && given !== null && 'statement' in given) {
    if (actor !== undefined) throw bad('actor', 'a statement says itself who made it', 'leave `actor` out');
    const statement = objectOf(given.statement, 'statement') as unknown as SignedStatement;
    const { name, subject } = statedIn(statement);
    if (subject !== id) {
      const help = 'give it to the change that it is about';
      throw new TollgateError({ code: 'STALE_STATEMENT', message: `the statement is about \`${subject}\`, not about change \`${id}\``, path: 'statement', help });
    }
    return { name, call: { statement } };
  }
  const command = typeof given === 'string' ? given : (objectOf(given, 'command') as JsonObject);
  const name = typeof command === 'string' ? command : (Object.keys(command)[0] ?? '');
  const begun = typeof command === 'string' ? undefined : (command[name] as JsonObject | null);
  if ((name === 'create' || name === 'record_unauthorized') && begun?.id !== id) {
    throw bad('change', `the command begins change \`${String(begun?.id)}\`, not \`${id}\``);
  }
  return { name, call: { command, actor: objectOf(actor, 'actor', 'give `{ person }` or `{ machine }`') } };
}

/** The name of the command that a statement holds, and what it is about; the module says what is wrong with one that holds none. */
function statedIn({ payload }: SignedStatement): { name: string; subject: string } {
  try {
    const { predicate } = JSON.parse(new TextDecoder().decode(bytesOf(payload))) as { predicate: { subject: string; act: { command: string | object } } };
    const { command } = predicate.act;
    return { name: typeof command === 'string' ? command : (Object.keys(command ?? {})[0] ?? ''), subject: String(predicate.subject) };
  } catch {
    throw bad('statement', 'it is no statement', '`trail.statement(..)` makes what somebody signs');
  }
}

/** What a statement is about is found in. */
interface Known {
  engine: Engine<TrailGlue>;
  policies: Policies;
  store: TrailStore;
  changes: ReadonlyMap<string, Change>;
  /** What is purged with a change. */
  ending(change: string): Promise<object>;
}

/** What a statement is about, for the module: the subject, its digest, and the act. */
export async function subjectOf(about: StatementAbout, { engine, policies, store, changes, ending }: Known): Promise<object> {
  const changeOf = (id: string, path: string): Change => {
    const change = changes.get(id);
    if (change) return change;
    throw noChange(engine, changes, id, path);
  };
  if ('adopt' in about) {
    const { id, digest } = policies.compiled(checkFiles(about.adopt)).identity;
    return { subject: id, digest, act: { adopt: digest } };
  }
  if ('erase' in about) return { erase: { person: about.erase, digests: await digestsOf(store, about.erase), reason: about.reason } };
  if ('purge' in about) return { purge: await ending(about.purge) };
  if ('gate' in about) {
    const change = changeOf(about.gate, 'about.gate');
    const policy = change.decision?.policy.digest ?? policies.inForce?.identity.digest;
    return { subject: change.id, digest: change.digest, act: { gate: { answer: about.answer, facts: about.facts, policy } } };
  }
  const change = changeOf(about.change, 'about.change');
  return { subject: change.id, digest: change.digest, act: { command: about.command } };
}
