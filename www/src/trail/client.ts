// The page's end of the worker that keeps the trail: it starts with the first call.

import { trusted, TRAIL_KEEPER } from '../trusted.ts';
import { TrailFault } from './fault.ts';
import type { Asked, CallName, Calls, Told } from './messages.ts';

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  progress?: ((entries: number) => void) | undefined;
}

/** Called with the name of a trail that another tab has changed. */
type Changed = (trail: string) => void;

class Client {
  readonly #waiting = new Map<number, Waiting>();
  readonly #changed: Changed;
  #worker: Worker | undefined;
  #last = 0;

  constructor(changed: Changed) {
    this.#changed = changed;
  }

  ask<Name extends CallName>(trail: string, call: Name, given: Calls[Name][0], progress?: (entries: number) => void): Promise<Calls[Name][1]> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject, progress });
      this.#started().postMessage({ id, trail, call, given } satisfies Asked<Name>);
    });
  }

  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new TrailFault({ code: 'ENDED', message: 'it was ended' }));
    this.#waiting.clear();
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = (this.#worker = new Worker(trusted(TRAIL_KEEPER), { type: 'module' }));
    worker.addEventListener('message', ({ data }: MessageEvent<Told>) => this.#hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      // The next call has another.
      const message = event.message || 'the part of the page that keeps the trail cannot be loaded';
      for (const { reject } of this.#waiting.values()) reject(new TrailFault({ code: 'FAILED', message }));
      this.#waiting.clear();
      this.#worker = undefined;
      worker.terminate();
    });
    return worker;
  }

  #hear(told: Told): void {
    if (told.kind === 'changed') return this.#changed(told.trail);
    const waiting = this.#waiting.get(told.id);
    if (told.kind === 'progress') return waiting?.progress?.(told.entries);
    this.#waiting.delete(told.id);
    if (told.kind === 'failed') waiting?.reject(new TrailFault(told.fault));
    else waiting?.resolve(told.answer);
  }
}

let hears: Changed = () => undefined;
const keeper = new Client((trail) => hears(trail));

/** Hears of changes that other tabs make. */
export const onChanged = (listener: Changed): void => void (hears = listener);

/** Asks the worker that keeps the trail. */
export const ask = <Name extends CallName>(trail: string, call: Name, given: Calls[Name][0]): Promise<Calls[Name][1]> => keeper.ask(trail, call, given);

/** Checks every entry, in a worker of its own. `end` gives it up. */
export function verify(trail: string, given: Calls['verify'][0], progress: (entries: number) => void): { found: Promise<Calls['verify'][1]>; end: () => void } {
  const client = new Client(() => undefined);
  return { found: client.ask(trail, 'verify', given, progress).finally(() => client.end()), end: () => client.end() };
}
