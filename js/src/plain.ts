// Refuses, by name, what JSON would drop or change in silence.

import { TollgateError } from './error.js';

const DEEPEST = 64;

/** Throws unless `value`, the argument `path`, is data that JSON keeps as it is. `around` are the objects that it lies in. */
export function checkPlain(value: unknown, path: string, around: readonly object[] = []): void {
  if (around.length > DEEPEST) throw wrong(path, `is nested more than ${DEEPEST} deep`);
  switch (typeof value) {
    case 'boolean':
      return;
    case 'string':
      if (/\p{Surrogate}/u.test(value)) throw wrong(path, 'holds half of a character', 'a surrogate must stand in a pair');
      return;
    case 'number':
      if (!Number.isFinite(value)) throw wrong(path, `is ${value}`, 'leave the key out, or give null, where there is no number');
      return;
    case 'undefined':
      throw wrong(path, 'is undefined', 'leave the key out, or give null');
    case 'bigint':
      throw wrong(path, 'is a BigInt', 'give a number');
    case 'object':
      return value === null ? undefined : checkObject(value, path, around);
    default:
      throw wrong(path, `is a ${typeof value}`);
  }
}

function checkObject(value: object, path: string, around: readonly object[]): void {
  if (around.includes(value)) throw wrong(path, 'is an object that it lies in', 'give data without cycles');
  const inside = [...around, value];
  if (Array.isArray(value)) {
    // By number, so that a hole in the list is seen.
    for (let at = 0; at < value.length; at += 1) checkPlain(value[at], `${path}[${at}]`, inside);
    return;
  }
  if (value instanceof Date) throw wrong(path, 'is a Date', 'give its `toISOString()`');
  const prototype = Object.getPrototypeOf(value) as object | null;
  // A plain object of another realm (a frame, a worker, a test runner) has another `Object.prototype`.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw wrong(path, `is a ${value.constructor?.name || 'class instance'}`, 'give a plain object');
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw wrong(path, 'has a symbol as a key', 'give a plain object');
  for (const [key, member] of Object.entries(value)) checkPlain(member, path ? `${path}.${key}` : key, inside);
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
