// One writer at a time among the tabs of a browser: a Web Lock, which goes with its tab however that ends.

import { databaseName } from './database.ts';
import { StoreError } from './error.ts';

export interface Lock {
  /** Lets go of it. */
  release(): Promise<void>;
}

/** Who writes to a trail, as seen from here. */
export interface Writers {
  readonly held: boolean;
  readonly waiting: boolean;
}

/** Takes the lock of a trail; waits for it so long. */
export async function takeLock(name: string, waitMs: number): Promise<Lock> {
  let release: () => void = () => undefined;
  const over = new Promise<void>((done) => (release = done));
  let held: Promise<unknown> = Promise.resolve();
  await new Promise<void>((taken, refused) => {
    const options: LockOptions = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true };
    held = navigator.locks.request(databaseName(name), options, async (lock) => {
      if (!lock) return refused(locked());
      taken();
      await over;
    });
    held.catch((error: unknown) => refused((error as Error).name === 'TimeoutError' ? locked(error) : error));
  });
  return {
    async release() {
      release();
      await held;
    },
  };
}

/** Whether somebody writes to a trail, and whether others wait for it. */
export async function writersOf(name: string): Promise<Writers> {
  const { held = [], pending = [] } = await navigator.locks.query();
  const isThis = (lock: LockInfo) => lock.name === databaseName(name);
  return { held: held.some(isThis), waiting: pending.some(isThis) };
}

const locked = (cause?: unknown) =>
  new StoreError({ code: 'STORE_LOCKED', message: 'another tab of this browser writes to this trail', help: 'finish there, or close that tab, and try again' }, cause);
