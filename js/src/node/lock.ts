// One writer at a time: a lock that names its process, and is taken over only from one that is dead.
//
// Each holder has a file of its own with a number, the highest counts:
//
//   lock/7    { "pid": 4711, "start": "..", "host": "..", .. }, or { "free": true } after it let go
//
// The next holder makes the next number, which only one process can, and holds the lock if no higher one is there then. The file of the highest
// number is never removed, so nobody who read an old one can make a number that counts.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, readFile, readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { TollgateError } from '../error.js';
import { damaged, isThere, makeFolder, namesIn, syncFolder, textOf, writeNew, writeWhole } from './files.js';

/** A process, so that another one with its number is not taken for it. */
interface Holder {
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
    if (Date.now() >= until) throw locked(folder, taken);
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
  const [file, temporary] = [join(folder, String(number)), join(folder, `.${number}.${randomBytes(6).toString('hex')}`)];
  await writeNew(temporary, JSON.stringify(mine));
  try {
    // Whole from the first moment, and refused where there is one.
    await link(temporary, file);
  } catch (error) {
    if (isThere(error)) return await tryLock(folder, mine);
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  const names = await numbersIn(folder);
  if (Math.max(...names) > number) {
    await rm(file, { force: true });
    return tryLock(folder, mine);
  }
  await syncFolder(folder);
  for (const name of names) if (name < number) await rm(join(folder, String(name)), { force: true });
  return { release: () => writeWhole(file, '{"free":true}') };
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

function locked(folder: string, { file, holder }: { file: string; holder: Holder }): TollgateError {
  const here = holder.host === hostname() ? '' : ` on \`${holder.host}\``;
  const message = `process ${holder.pid}${here} writes to this trail: it holds \`${file}\``;
  const help = here === '' ? 'close the trail there, or give `waitMs`' : `if that machine is gone for good, remove \`${folder}\``;
  return new TollgateError({ code: 'STORE_LOCKED', message, path: 'store', help });
}
