// Refuses, by name, what JSON would drop or change in silence, and copies the rest: what was looked at is what is sent.

import { TollgateError } from './error.js';
import type { Json } from './types.js';

const DEEPEST = 64;

/** More values than this are no request; an object that stands in many places counts in each of them. */
const MOST_VALUES = 1_000_000;

/** A walk over one argument. */
interface Walk {
  /** The objects that what is looked at lies in. */
  readonly around: object[];
  values: number;
}

/** Copies `value`, the argument `path`, or throws unless it is data that JSON keeps as it is. */
export function plain(value: unknown, path: string): Json {
  try {
    return copied(value, path, { around: [], values: 0 });
  } catch (error) {
    if (error instanceof TollgateError) throw error;
    // A getter or a proxy failed; its message is no secret to the one who gave it.
    throw bad(path, `\`${path}\` cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'give plain data');
  }
}

function copied(value: unknown, path: string, walk: Walk): Json {
  walk.values += 1;
  if (walk.values > MOST_VALUES) throw wrong(path, `is too much: more than ${MOST_VALUES} values`);
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      if (/\p{Surrogate}/u.test(value)) throw wrong(path, 'holds half of a character', 'a surrogate must stand in a pair');
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw wrong(path, `is ${value}`, 'leave the key out, or give null, where there is no number');
      return value;
    case 'undefined':
      throw wrong(path, 'is undefined', 'leave the key out, or give null');
    case 'bigint':
      throw wrong(path, 'is a BigInt', 'give a number');
    case 'object':
      return value === null ? null : copiedObject(value, path, walk);
    default:
      throw wrong(path, `is a ${typeof value}`);
  }
}

function copiedObject(value: object, path: string, walk: Walk): Json {
  const { around } = walk;
  if (around.includes(value)) throw wrong(path, 'is an object that it lies in', 'give data without cycles');
  if (around.length > DEEPEST) throw wrong(path, `is nested more than ${DEEPEST} deep`);
  around.push(value);
  try {
    // By number, so that a hole in the list is seen.
    if (Array.isArray(value)) return Array.from({ length: value.length }, (_, at) => copied(value[at], `${path}[${at}]`, walk));
    if (value instanceof Date) throw wrong(path, 'is a Date', 'give its `toISOString()`');
    const prototype = Object.getPrototypeOf(value) as object | null;
    // A plain object of another realm (a frame, a worker, a test runner) has another `Object.prototype`.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      throw wrong(path, `is a ${value.constructor?.name || 'class instance'}`, 'give a plain object');
    }
    if (Object.getOwnPropertySymbols(value).length > 0) throw wrong(path, 'has a symbol as a key', 'give a plain object');
    const member = ([key, one]: [string, unknown]): [string, Json] => {
      const inside = path ? `${path}.${key}` : key;
      if (/\p{Surrogate}/u.test(key)) throw wrong(path, 'has a key with half of a character', 'a surrogate must stand in a pair');
      return [key, copied(one, inside, walk)];
    };
    // `fromEntries` defines members instead of assigning them, so a name such as `__proto__` stays a name.
    return Object.fromEntries(Object.entries(value).map(member));
  } finally {
    around.pop();
  }
}

/** Throws unless `value`, the argument `name`, is an object whose keys are all among `keys`. */
export function checkOptions(value: unknown, name: string, keys: readonly string[]): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad(name, `\`${name}\` must be an object`, `its keys are ${listed(keys)}`);
  }
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) continue;
    if (name === 'options') throw bad(key, `\`${key}\` is no option of this call`, `the options are ${listed(keys)}`);
    throw bad(`${name}.${key}`, `\`${name}\` has no \`${key}\``, `its keys are ${listed(keys)}`);
  }
}

const listed = (keys: readonly string[]) => keys.map((key) => `\`${key}\``).join(', ');

/** The refusal of an argument. */
export const bad = (path: string, message: string, help?: string) =>
  new TollgateError({ code: 'BAD_CALL', message, path, ...(help === undefined ? {} : { help }) });

const wrong = (path: string, is: string, help?: string) => bad(path, `\`${path}\` ${is}`, help);
