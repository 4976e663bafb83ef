// One writer at a time: a lock that names its process, and is taken over only from one that is dead.
//
// Each holder has a file of its own with a number, the highest counts:
//
//   lock/7    { "pid": 4711, "start": "..", "host": "..", .. }, or { "free": true } after it let go
//
// The next holder makes the next number, which only one process can, and holds the lock if no higher one is there then. The file of the highest
// number is never removed, so nobody who read an old one can make a number that counts. A holder looks before each entry whether its number is the
// highest still: where an operator took the lock from it, in the belief that it is gone, it stops.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, readFile, readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

import { TollgateError } from '../error.js';
import { damaged, isThere, makeFolder, namesIn, syncFolder, textOf, writeNew, writeWhole } from './files.js';

/** A process, so that another one with its number is not taken for it. */
export interface Holder {
  pid: number;
  /** When it began, in the words of the system. */
  start: string;
  host: string;
  /** Which start of the machine it runs in, and which space of process numbers; empty where the system does not say. */
  boot: string;
  space: string;
}

/** A lock that is held. */
export interface Lock {
  /** Throws where it was taken away. */
  mustHold(): Promise<void>;
  /** Lets go of it. */
  release(): Promise<void>;
}

const WAIT_STEP_MS = 25;

/** Takes the lock in a folder; waits for it so long. */
export async function takeLock(folder: string, waitMs: number): Promise<Lock> {
  await makeFolder(folder);
  const mine = await myself();
  for (const until = Date.now() + waitMs; ; ) {
    const taken = await tryLock(folder, mine);
    if ('release' in taken) return taken;
    if (Date.now() >= until) throw locked(folder, taken, mine);
    await new Promise((done) => setTimeout(done, WAIT_STEP_MS * (0.5 + Math.random())));
  }
}

async function tryLock(folder: string, mine: Holder): Promise<Lock | { file: string; holder: Holder }> {
  const last = await highest(folder);
  if (last > 0) {
    const file = join(folder, String(last));
    const text = await textOf(file);
    // Its holder let go of it, and another one went on: look again.
    if (text === undefined) return tryLock(folder, mine);
    const holder = holderIn(file, text);
    if (holder && (await mayLive(holder, mine))) return { file, holder };
  }
  const number = last + 1;
  if (!(await claimed(folder, number, mine))) return tryLock(folder, mine);
  const file = join(folder, String(number));
  const isMine = async () => (await highest(folder)) === number;
  return {
    async mustHold() {
      if (!(await isMine())) throw new Error('the lock was taken from this process, and others may write');
    },
    async release() {
      if (await isMine()) await writeWhole(file, '{"free":true}');
    },
  };
}

/** Makes the file of a number, and removes those before it; false where another process has made one. */
async function claimed(folder: string, number: number, content: object): Promise<boolean> {
  const [file, temporary] = [join(folder, String(number)), join(folder, `.${number}.${randomBytes(6).toString('hex')}`)];
  await writeNew(temporary, JSON.stringify(content));
  try {
    // Whole from the first moment, and refused where there is one.
    await link(temporary, file);
  } catch (error) {
    if (isThere(error)) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  const names = await numbersIn(folder);
  if (Math.max(...names) > number) {
    await rm(file, { force: true });
    return false;
  }
  await syncFolder(folder);
  for (const name of names) if (name < number) await rm(join(folder, String(name)), { force: true });
  return true;
}

/** How a lock stands. */
export interface Standing {
  /** The file that says so, and its number. */
  file: string;
  number: number;
  holder: Holder;
  /** Whether its process runs, where that can be seen from here. */
  state: 'runs' | 'is over' | 'cannot be seen';
}

/** Who is on record as the holder of the lock in a folder; undefined where it is free. */
export async function standingOf(folder: string): Promise<Standing | undefined> {
  const number = await highest(folder);
  const file = join(folder, String(number));
  const text = number > 0 ? await textOf(file) : undefined;
  const holder = text === undefined ? undefined : holderIn(file, text);
  if (!holder) return undefined;
  const mine = await myself();
  const state = !(await mayLive(holder, mine)) ? 'is over' : isInSight(holder, mine) ? 'runs' : 'cannot be seen';
  return { file, number, holder, state };
}

/**
 * Takes the lock from a holder that cannot be seen from here, and leaves it free. Nothing shows here whether that process is gone: whoever calls
 * this knows. What was done is kept in the folder `aside`.
 *
 * @returns the file that says so
 */
export async function takeAway(folder: string, { number, holder }: Standing, aside: string): Promise<string> {
  const record = { taken_from: holder, by: await myself(), at: new Date().toISOString() };
  const kept = join(aside, `lock-${number}.json`);
  await makeFolder(aside);
  // Kept there before it goes from here.
  await writeWhole(kept, JSON.stringify(record));
  if (await claimed(folder, number + 1, { free: true })) return kept;
  await rm(kept, { force: true });
  throw new TollgateError({ code: 'STORE_LOCKED', message: 'another process took the lock meanwhile', path: 'store', help: 'look again who holds it' });
}

const numbersIn = async (folder: string): Promise<number[]> => (await namesIn(folder)).filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
const highest = async (folder: string): Promise<number> => Math.max(0, ...(await numbersIn(folder)));

function holderIn(file: string, text: string): Holder | undefined {
  try {
    const read = JSON.parse(text) as Partial<Holder> & { free?: boolean };
    if (read.free === true) return undefined;
    if (Number.isSafeInteger(read.pid)) return read as Holder;
  } catch {
    // Said below.
  }
  throw damaged(`the lock \`${file}\``, 'does not say who holds it');
}

/** Whether a process stands among those that can be seen from here: of this machine, since its last start, and of no other container. */
const isInSight = (holder: Holder, mine: Holder): boolean =>
  holder.host === mine.host && holder.boot === mine.boot && holder.space === mine.space;

/** Whether a holder may still write. In doubt it may: another machine's processes cannot be seen from here. */
async function mayLive(holder: Holder, mine: Holder): Promise<boolean> {
  if (holder.host !== mine.host) return true;
  if (holder.boot !== mine.boot) return false;
  if (holder.space !== mine.space) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // Any other error says that it is there and somebody else's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const start = await startOf(holder.pid);
  return start === undefined || start === holder.start;
}

async function myself(): Promise<Holder> {
  const read = async (path: string) => (await readFile(path, 'utf8').catch(() => '')).trim();
  const boot = await read('/proc/sys/kernel/random/boot_id');
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  return { pid: process.pid, start: (await startOf(process.pid)) ?? '', host: hostname(), boot, space };
}

/** When a process began; undefined where the system does not say. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'win32') return undefined;
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    }
    // proc(5): the name of the program stands in parentheses and may hold anything; the start is the 20th word after it.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie writes nothing any more.
    return words[0] === 'Z' || words[0] === 'X' ? 'over' : words[19];
  } catch {
    return undefined;
  }
}

/** A process for people: `4711@db-1`. */
export const nameOf = ({ pid, host }: Holder): string => `${pid}@${host}`;

function locked(folder: string, { file, holder }: { file: string; holder: Holder }, mine: Holder): TollgateError {
  const inSight = isInSight(holder, mine);
  const where = holder.host === mine.host ? (inSight ? '' : ' of another container') : ` on \`${holder.host}\``;
  const message = `process ${holder.pid}${where} writes to this trail: it holds \`${file}\``;
  const help = inSight ? 'close the trail there, or give `waitMs`' : `where it is gone for good, \`npx tollgate trail unlock ${dirname(folder)}\` says what to do`;
  return new TollgateError({ code: 'STORE_LOCKED', message, path: 'store', help });
}
