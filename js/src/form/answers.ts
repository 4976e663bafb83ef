// Turns answers by path into the nested object of a request, and back.

import type { Json, JsonObject } from '../types.js';

/** Answers by the path of their field. */
export type Answers = ReadonlyMap<string, Json>;

type Tree = Map<string, Json | Tree>;

/** The request that `answers` make: `impact.business.summary` lies three deep. */
export function nested(answers: Iterable<readonly [string, Json]>): JsonObject {
  const root: Tree = new Map();
  for (const [path, answer] of answers) {
    const names = path.split('.');
    const last = names.pop() as string;
    names.reduce(groupIn, root).set(last, answer);
  }
  return objectOf(root);
}

function groupIn(tree: Tree, name: string): Tree {
  const there = tree.get(name);
  if (there instanceof Map) return there;
  const made: Tree = new Map();
  tree.set(name, made);
  return made;
}

// `fromEntries` defines members instead of assigning them, so a name such as `__proto__` stays a name.
const objectOf = (tree: Tree): JsonObject =>
  Object.fromEntries([...tree].map(([name, value]) => [name, value instanceof Map ? objectOf(value) : value]));

/**
 * The answers of `request` by path. `fields` and `groups` are the paths that the form knows; what lies elsewhere comes
 * under its own path, so that the engine can say what is wrong with it.
 */
export function flat(request: JsonObject, fields: ReadonlySet<string>, groups: ReadonlySet<string>): Map<string, Json> {
  const found = new Map<string, Json>();
  const visit = (object: JsonObject, before: string): void => {
    for (const [name, value] of Object.entries(object)) {
      const path = before + name;
      if (!fields.has(path) && groups.has(path) && isObject(value)) visit(value, `${path}.`);
      else found.set(path, value);
    }
  };
  visit(request, '');
  return found;
}

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether two answers are the same JSON. */
export const same = (one: Json | undefined, other: Json | undefined): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);
