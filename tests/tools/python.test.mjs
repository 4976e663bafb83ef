// What is said where Python cannot be had.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { inProject } from '../../tools/lib/paths.mjs';
import { setUpPython } from '../../tools/lib/python.mjs';
import { StepError } from '../../tools/lib/run.mjs';

const requirements = inProject('tests', 'interop', 'requirements.txt');

/** Calls with programs of which there are only these: their names and their lines of shell. */
async function withPrograms(programs, call) {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  const before = process.env.PATH;
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  symlinkSync('/bin/sh', join(folder, 'sh'));
  process.env.PATH = folder;
  try {
    return await call();
  } finally {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  }
}

const failure = (programs) =>
  withPrograms(programs, () => setUpPython(requirements)).then(
    () => assert.fail('it was set up'),
    (error) => {
      assert.ok(error instanceof StepError);
      assert.match(error.remedy, /install Python 3\.11 or later .* openssl 3 .* run this again/);
      return error.message;
    },
  );

test('without Python and without apt-get it fails and says what to install', async () => {
  assert.match(await failure({}), /^Python or openssl is missing, and there is no apt-get/);
});

test('a Python without venv and an apt-get that fails', async () => {
  const message = await failure({ python3: 'exit 1', openssl: 'exit 0', 'apt-get': 'test "$1" = --version', sudo: 'shift 2; exec "$@"' });
  assert.match(message, /apt-get update` exited with 1/);
});

test('an apt-get that installs a Python that is too old', async () => {
  const message = await failure({ python3: 'exit 1', openssl: 'exit 0', 'apt-get': 'exit 0', sudo: '' });
  assert.match(message, /^Python was installed but is not whole, or older than 3\.11/);
});
