// The package as npm packs it, installed into an empty folder.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inProject } from '../../tools/lib/paths.mjs';

/** Packs the package into `base` and installs it in a folder there. Returns that folder, and the file that was packed. */
export function installedIn(base) {
  npm(inProject('js'), 'pack', '--pack-destination', base, '--ignore-scripts');
  const folder = join(base, 'user');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const [tarball] = readdirSync(base).filter((name) => name.endsWith('.tgz'));
  npm(folder, 'install', '--offline', '--no-audit', '--no-fund', join(base, tarball));
  return { folder, tarball: join(base, tarball) };
}

function npm(cwd, ...args) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
