// Makes things once: what was made of the same files before is left as it is.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A digest of the names and bytes of `paths`: files, and folders with all that is in them. */
export function digestOf(paths) {
  const hash = createHash('sha256');
  const add = (name, path) => {
    if (statSync(path).isDirectory()) {
      for (const entry of readdirSync(path).sort()) add(`${name}/${entry}`, join(path, entry));
      return;
    }
    hash.update(`${name}\0`).update(createHash('sha256').update(readFileSync(path)).digest());
  };
  paths.forEach((path, at) => add(String(at), path));
  return hash.digest('hex');
}

/**
 * Calls `make`, unless `stamp` says that it made `made` of these very files before. The stamp is taken away first and written
 * last, so that what was broken off is made again.
 */
export async function unlessMade({ stamp, made, from }, make) {
  const digest = digestOf(from);
  if (existsSync(made) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  rmSync(stamp, { force: true });
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}
