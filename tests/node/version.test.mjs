import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { engine } from './engine.mjs';

test('the module gives the version of the crate it was built from', () => {
  const manifest = readFileSync(new URL('../../Cargo.toml', import.meta.url), 'utf8');
  const version = /^version = "(.+)"/m.exec(manifest)?.[1];
  assert.equal(engine.version(), version);
});
