// Every call that tests/calls.rs answered natively, answered by the module: the same bytes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';

import { root } from '../../tools/lib/paths.mjs';
import { engine } from './engine.mjs';

const file = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'tmp/calls.jsonl');

/** What is different, from the first byte that is. */
function difference(name, native, module) {
  const [a, b] = [Buffer.from(native), Buffer.from(module)];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const near = (bytes) => JSON.stringify(bytes.subarray(Math.max(0, at - 40), at + 60).toString());
  return `${name}: byte ${at} of ${a.length} differs\n  native ${near(a)}\n  module ${near(b)}`;
}

/** The answer of the module; a trap (a stack that overflows, a panic) is an answer that no native one equals. */
function answer(call, text) {
  try {
    return engine[call](text);
  } catch (error) {
    return `the module failed: ${error}`;
  }
}

test('the module answers every call as the native engine does, byte for byte', (context) => {
  let calls;
  try {
    calls = readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  } catch (error) {
    assert.fail(`the native answers are missing (${error.message}): run \`cargo test --test calls\` first`);
  }
  assert.ok(calls.length >= 1000, `only ${calls.length} calls`);
  const wrong = [];
  for (const { name, call, text, answer: native } of calls) {
    const module = answer(call, text);
    if (module !== native) wrong.push(difference(name, native, module));
  }
  assert.equal(wrong.length, 0, `\n${wrong.slice(0, 20).join('\n')}\n${wrong.length} of ${calls.length} differ`);
  context.diagnostic(`${calls.length} calls`);
});
