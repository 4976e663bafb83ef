// The recorded incidents, where they are present: every series rehearsed, and the figures as docs/incidents.md has them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { report, seriesFolder, writtenFigures } from '../../rules/change-management/incidents/report.mjs';

const folder = seriesFolder();
const skip = folder === null && 'the recorded series are not in ../shared/data (or TOLLGATE_DATA): not rehearsed';

test('every recorded series is rehearsed, with the figures of docs/incidents.md', { skip }, async () => {
  assert.equal(await report(folder), writtenFigures());
});
