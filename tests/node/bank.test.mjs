// The bank's records, where they are present: every change decided, and the figures as docs/bank-changes.md has them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { recordsFile, report, writtenFigures } from '../../rules/examples/bank-changes/report.mjs';
import { engine } from './engine.mjs';

const file = recordsFile();
const skip = file === null && 'the bank records are not in ../shared/data (or TOLLGATE_DATA): not decided';

test('every change of the bank is decided, with the figures of docs/bank-changes.md', { skip }, (context) => {
  const { text, changes, seconds } = report(engine, file);
  assert.equal(text, writtenFigures());
  context.diagnostic(`${changes} changes decided twice in ${seconds.toFixed(1)} s`);
});
