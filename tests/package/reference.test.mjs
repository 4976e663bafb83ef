// docs/api is what the types and comments of js/src say.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { writeReference } from '../../tools/docs.mjs';
import { inProject } from '../../tools/lib/paths.mjs';

const textsOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);

test('the reference in docs/api is that of the sources (node tools/docs.mjs writes it)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-reference-'));
  try {
    await writeReference(folder);
    assert.deepEqual(textsOf(inProject('docs', 'api')), textsOf(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
