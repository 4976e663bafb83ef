// The calls that tests/calls.rs answered natively.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { root } from '../../tools/lib/paths.mjs';

/** The file of calls and native answers, one a line. */
export const file = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'tmp/calls.jsonl');

/** The calls, at least a thousand; without them there is nothing to compare with. */
export function nativeCalls() {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`the native answers are missing (${error.message}): run \`cargo test --test calls\` first`);
  }
  const calls = text.trimEnd().split('\n').map((line) => JSON.parse(line));
  if (calls.length < 1000) throw new Error(`only ${calls.length} calls`);
  return calls;
}
