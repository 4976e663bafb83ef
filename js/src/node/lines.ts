// Files of lines: one value a line, appended, and a last one that a crash may have left unfinished.

import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { SetAside } from '../trail/store.js';
import { damaged, makeFolder, writeWhole } from './files.js';

const NEWLINE = 0x0a;

/** A file as it was found. */
export interface Lines {
  lines: string[];
  /** What stands after the last end of a line. */
  rest: Buffer;
  bytes: number;
}

/** Reads a file of lines. */
export async function readLines(path: string): Promise<Lines> {
  const bytes = await readFile(path);
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  const text = bytes.subarray(0, end).toString('utf8');
  return { lines: text === '' ? [] : text.slice(0, -1).split('\n'), rest: bytes.subarray(end), bytes: bytes.length };
}

/** Whether something is a value of JSON. */
export function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Throws for the first line that is no JSON. */
export function checkLines(path: string, lines: readonly string[], what: string): void {
  const at = lines.findIndex((line) => !isWhole(line));
  if (at >= 0) throw damaged(`line ${at + 1} of \`${path}\``, `is no ${what}`);
}

/** The lines, the last one with or without its end: what is unfinished and no JSON is left out. */
export function withRest({ lines, rest }: Lines): string[] {
  const last = rest.toString('utf8');
  return rest.length > 0 && isWhole(last) ? [...lines, last] : lines;
}

/**
 * Makes a file end with the end of a line: a last line that is whole gets one, and one that is not is moved to `aside`. Returns what
 * was moved.
 */
export async function finishLast(path: string, { rest, bytes }: Lines, aside: string): Promise<SetAside | undefined> {
  if (rest.length === 0) return undefined;
  if (isWhole(rest.toString('utf8'))) {
    await changed(path, (file) => file.write('\n', bytes));
    return undefined;
  }
  await makeFolder(aside);
  const movedTo = join(aside, `${basename(path)}.${randomBytes(6).toString('hex')}`);
  // Kept there before it goes from here.
  await writeWhole(movedTo, rest);
  await changed(path, (file) => file.truncate(bytes - rest.length));
  return { file: path, movedTo, bytes: rest.length };
}

async function changed(path: string, change: (file: FileHandle) => Promise<unknown>): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await change(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
