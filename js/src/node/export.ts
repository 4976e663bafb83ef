// An export: what an auditor is given. It is the folder of a store without what only its host needs, with one checkpoint over all of it.

import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { bad, checkOptions } from '../plain.js';
import { EXPORT_NOTICE, EXPORTED_DISCLOSURES, exportNotice } from '../trail/exported.js';
import type { LogName, Trail, TrailEntry } from '../trail/types.js';
import { isMissing, makeFolder, mustStandAlone, namesIn, syncFolder, writeNew } from './files.js';
import { checkpointName, SEGMENT, segmentName } from './folder.js';

/**
 * Exports an open trail into a folder that is not there yet, or empty: it is there whole, or not at all. `tollgate trail verify` reads it.
 *
 * @param options.disclosures whether personal data goes with it, readable for whoever has the folder
 * @returns the checkpoint that lies with it: whoever relies on the trail keeps it in a place of their own
 */
export async function exportTrail(trail: Trail, folder: string, options: { disclosures?: boolean } = {}): Promise<string> {
  checkOptions(options, 'options', ['disclosures']);
  const target = resolve(folder);
  await mustBeFree(target);
  if ((await namesIn(target)).length > 0) throw bad('folder', `\`${target}\` is not empty`, 'name a folder that is not there yet');
  await mustStandAlone(target, 'folder');
  const note = await trail.checkpoint();
  const size = Number(note.split('\n')[1]);
  const made = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    for (const name of ['entries', 'blobs', 'checkpoints']) await makeFolder(join(made, name));
    // First, so that what a crash leaves of it is not written to either.
    await writeNew(join(made, EXPORT_NOTICE), exportNotice({ ...nameOf(trail), size, at: new Date().toISOString() }));
    await writeEntries(trail, size, made);
    await writeNew(join(made, 'checkpoints', checkpointName(size)), note);
    if (options.disclosures) {
      const lines = (await trail.disclosures()).map((disclosure) => `${JSON.stringify(disclosure)}\n`);
      await writeNew(join(made, EXPORTED_DISCLOSURES), lines.join(''), 0o600);
    }
    // Only where it is empty.
    await rmdir(target).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
    await rename(made, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
  return note;
}

/** Throws where no folder can be made: something else is there, or nothing to make it in. */
async function mustBeFree(target: string): Promise<void> {
  const found = await about(target, lstat);
  if (found?.isSymbolicLink()) throw bad('folder', `\`${target}\` is a link`, 'name the folder that it leads to, or one that is not there yet');
  if (found && !found.isDirectory()) throw bad('folder', `\`${target}\` is there already, and is no folder`, 'name a folder that is not there yet');
  const around = dirname(target);
  const outer = await about(around, stat);
  if (!outer) throw bad('folder', `\`${around}\`, where \`${basename(target)}\` would be made, is not there`, 'make it first');
  if (!outer.isDirectory()) throw bad('folder', `\`${around}\`, where \`${basename(target)}\` would be made, is no folder`, 'name a folder that lies in one');
}

const about = (path: string, look: (path: string) => Promise<Stats>): Promise<Stats | undefined> =>
  look(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });

const nameOf = ({ origin, log }: Trail): LogName => ({ origin: origin ?? '', log: log ?? '' });

async function writeEntries(trail: Trail, size: number, made: string): Promise<void> {
  const kept = new Set<string>();
  for (let first = 0; first < size; first += SEGMENT) {
    const file = await open(join(made, 'entries', segmentName(first)), 'wx');
    try {
      for await (const item of trail.entries({ from: first, to: Math.min(first + SEGMENT, size) })) {
        await file.write(`${item.stored}\n`);
        for (const digest of blobsOf(item)) {
          if (kept.has(digest)) continue;
          kept.add(digest);
          const text = await trail.blob(digest);
          if (text !== undefined) await writeNew(join(made, 'blobs', digest.replace('sha256:', '')), text);
        }
      }
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

const blobsOf = ({ entry }: TrailEntry): string[] => ((entry?.blobs ?? []) as unknown as { digest: string }[]).map(({ digest }) => digest);
