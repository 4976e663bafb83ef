// Every call that tests/calls.rs answered natively, answered by the modules in Node: the same bytes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nativeCalls } from '../hosts/calls.mjs';
import { replay } from '../hosts/replay.mjs';
import { decide, engine } from './engine.mjs';

test('the modules answer every call as the native engine does, byte for byte', async (context) => {
  const { answered, wrong } = await replay(nativeCalls(), engine, decide);
  assert.equal(wrong.length, 0, `\n${wrong.slice(0, 20).join('\n')}\n${wrong.length} of ${answered} differ`);
  context.diagnostic(`${answered} answers`);
});
