// Finds Python or installs it, and keeps an environment of its own with the libraries that a file names.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { installByApt } from './apt.mjs';
import { inProject } from './paths.mjs';
import { run, StepError, succeeds } from './run.mjs';

const PACKAGES = ['python3', 'python3-venv', 'openssl'];
const REMEDY = 'install Python 3.11 or later with its modules venv and pip, and openssl 3 (on Debian: python3-venv and openssl), and run this again';
const FOLDER = inProject('target', 'python');
const INSIDE = process.platform === 'win32' ? join(FOLDER, 'Scripts', 'python.exe') : join(FOLDER, 'bin', 'python');

/**
 * Makes an environment with the libraries that `requirements` names, unless it is there as they are now. Python and openssl are
 * installed where they are missing. Resolves to the path of its Python and a note of what was found or done.
 */
export async function setUpPython(requirements, { verbose = false } = {}) {
  const installed = await addPython(verbose);
  const { stdout: version } = await run(['python3', '--version'], { remedy: REMEDY });
  const stamp = join(FOLDER, '.made-from');
  const wanted = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex');
  const isThere = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isThere && (await succeeds([INSIDE, '--version']))) return { python: INSIDE, note: `${version.trim()}, there already` };
  rmSync(FOLDER, { recursive: true, force: true });
  await run(['python3', '-m', 'venv', FOLDER], { verbose, remedy: REMEDY });
  const pip = [INSIDE, '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--only-binary', ':all:'];
  await run([...pip, '--requirement', requirements], {
    verbose,
    remedy: 'see what pip says above: the libraries that tests/interop/requirements.txt names are to be had with a network, for Python 3.11 or later',
  });
  writeFileSync(stamp, wanted);
  return { python: INSIDE, note: [version.trim(), ...installed, 'libraries installed'].join(', ') };
}

/** Installs Python and openssl where they are missing. Resolves to notes. */
async function addPython(verbose) {
  if (await isWhole()) return [];
  await installByApt(PACKAGES, { what: 'Python or openssl', remedy: REMEDY, verbose });
  if (!(await isWhole())) throw new StepError('Python was installed but is not whole, or older than 3.11', { remedy: REMEDY });
  return ['Python installed'];
}

/** Whether Python is there with what makes environments (Debian parts them), and openssl. */
const isWhole = async () =>
  (await succeeds(['python3', '-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'])) &&
  succeeds(['openssl', 'version']);
