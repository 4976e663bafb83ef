import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isOlder } from '../../tools/setup.mjs';

for (const [a, b, older] of [
  ['1.95.0', '1.95', false],
  ['1.94.9', '1.95', true],
  ['1.100.0', '1.95', false],
  ['2.0.0', '1.95', false],
  ['1.96.0-nightly', '1.96.0', false],
]) {
  test(`version ${a} is ${older ? '' : 'not '}older than ${b}`, () => assert.equal(isOlder(a, b), older));
}
