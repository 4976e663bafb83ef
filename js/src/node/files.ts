// Files that last: what is resolved here is on the disk, names included.

import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { TollgateError } from '../error.js';
import { bad } from '../plain.js';

/** Makes a folder, and those that it lies in. */
export async function makeFolder(path: string, mode = 0o755): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode });
  if (first === undefined) return;
  // The name of each new folder stands in the one around it.
  for (let made = path; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

/** Makes the names in a folder last. */
export async function syncFolder(path: string): Promise<void> {
  // Windows does not open folders, and keeps names by itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes a whole file: it is there with all of its bytes, or not at all. */
export async function writeWhole(path: string, bytes: string | Uint8Array, mode = 0o644): Promise<void> {
  const [folder, temporary] = [dirname(path), join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)];
  try {
    await writeNew(temporary, bytes, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Writes a file that is not there yet; its name does not last before the folder is synced. */
export async function writeNew(path: string, bytes: string | Uint8Array, mode = 0o644): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The text of a file; undefined where there is none. */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The names in a folder, sorted, without hidden ones; none where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The names of files in a folder, sorted, without hidden ones; folders are none of a store's. */
export async function filesIn(folder: string): Promise<string[]> {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    return found.filter((one) => !one.isDirectory() && !one.name.startsWith('.')).map(({ name }) => name).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Throws where a folder lies inside of a trail: what is made there would be taken for a part of it. */
export async function mustStandAlone(path: string, name: string): Promise<void> {
  for (let outer = dirname(resolve(path)); ; outer = dirname(outer)) {
    if ((await filesIn(join(outer, 'entries'))).includes('000000000000.jsonl')) {
      throw bad(name, `\`${path}\` lies inside of the trail \`${outer}\``, 'name a folder that does not');
    }
    if (outer === dirname(outer)) return;
  }
}

/** Removes what a crash left of files that were being written. */
export async function removeUnfinished(folder: string): Promise<void> {
  const hidden = (await readdir(folder)).filter((name) => name.startsWith('.'));
  for (const name of hidden) await rm(join(folder, name), { force: true });
}

/** Writes bytes at the end of a file by one call, and makes them last. */
export async function appendOnce(file: FileHandle, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await file.write(bytes);
  if (bytesWritten !== bytes.length) throw new Error(`${bytesWritten} of ${bytes.length} bytes were written: the disk may be full`);
  await file.datasync();
}

export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
export const isThere = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

/** The error for a file whose bytes are not what they must be. */
export const damaged = (place: string, what: string, help = 'keep the folder as it is, and compare it with an export or a checkpoint'): TollgateError =>
  new TollgateError({
    code: 'STORE_DAMAGED',
    message: `${place} ${what}`,
    path: 'store',
    help: `nothing was changed: ${help}`,
  });
