// Checking and reading a trail that somebody else may be writing to.

import type { Engine } from '../engine.js';
import { bad, checkOptions } from '../plain.js';
import { check, portions, type TrailGlue } from './reading.js';
import type { TrailStore } from './store.js';
import type { TrailCheck, TrailEntry, VerifyOptions } from './types.js';

/** The members of {@link VerifyOptions}. */
export const VERIFY = ['pins', 'witnesses', 'beside', 'redecide', 'onProgress'];

/** Checks a trail in a store that somebody else may be writing to. */
export async function verifyTrail(engine: Engine<TrailGlue>, options: VerifyOptions & { store: TrailStore }): Promise<TrailCheck> {
  checkOptions(options, 'options', ['store', ...VERIFY]);
  const { store, ...asked } = options;
  checkStore(store);
  // Its checkpoints come first: a writer who goes on meanwhile keeps none of fewer entries than are read afterwards.
  await store.open({ write: false });
  const own = await store.checkpoints().finally(() => store.close());
  await store.open({ write: false });
  try {
    return await verified(engine, store, own, asked);
  } finally {
    await store.close();
  }
}

/** Checks a store that is open, with the checkpoints that lie in it. */
export async function verified(engine: Engine<TrailGlue>, store: TrailStore, own: readonly string[], options: VerifyOptions): Promise<TrailCheck> {
  const { pins = [], witnesses = [], beside = [], redecide = false, onProgress } = options;
  return (await check(engine, store, { pins, own, witnesses, beside, redecide, takeUp: false, onProgress })).check;
}

/** Reads the entries of a store that somebody else may be writing to. */
export async function* readTrail(options: { store: TrailStore; from?: number; to?: number }): AsyncGenerator<TrailEntry> {
  checkOptions(options, 'options', ['store', 'from', 'to']);
  const { store, from = 0, to } = options;
  checkStore(store);
  const { size } = await store.open({ write: false });
  try {
    yield* portions(store, from, Math.min(to ?? size, size));
  } finally {
    await store.close();
  }
}

/** Refuses what is no store. */
export function checkStore(store: unknown): void {
  if (typeof (store as TrailStore | undefined)?.append !== 'function') throw bad('store', '`store` must be a store of trails', 'folderStore of `tollgate/node` makes one');
}
