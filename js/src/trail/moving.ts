// How a change moves to another log: what is put together for it.

import type { Engine } from '../engine.js';
import type { JsonObject } from '../types.js';
import { answered, base64Of, blobsOf, changeOf, personalIn, portions, type TrailGlue } from './reading.js';
import type { TrailStore } from './store.js';

/** Puts together what another log takes a change over by, under a checkpoint of this one. */
export async function bundleOf(engine: Engine<TrailGlue>, store: TrailStore, id: string, checkpoint: string): Promise<string> {
  const size = Number(checkpoint.split('\n')[1]);
  const [leaves, entries] = [[] as string[], [] as string[]];
  const [blobs, personal] = [new Map<string, string>(), new Set<string>()];
  for await (const { index, stored, entry } of portions(store, 0, size)) {
    leaves.push(await leafOf(stored));
    if (index === 0 || entry?.type === 'key.rotated') entries.push(stored);
    if (changeOf(entry) !== id) continue;
    entries.push(stored);
    const texts = [JSON.stringify(entry)];
    for (const digest of blobsOf(entry)) {
      const text = await store.blob(digest);
      if (text !== undefined) texts.push(blobs.set(digest, text).get(digest) ?? '');
    }
    for (const text of texts) for (const digest of personalIn(text)) personal.add(digest);
  }
  const disclosures = (await store.disclosures()).filter(({ digest }) => personal.has(digest));
  const call = { checkpoint, leaves, entries, blobs: [...blobs.values()], disclosures };
  return answered<{ bundle: string }>(engine.ask('trailBundle', call)).bundle;
}

/** The leaf hash of an entry as stored (RFC 6962): a tombstone holds that of what it stands for. */
async function leafOf(stored: string): Promise<string> {
  if (stored.startsWith('{"tombstone":')) {
    const { leaf } = (JSON.parse(stored) as { tombstone: JsonObject & { leaf: string } }).tombstone;
    const digits = leaf.replace('sha256:', '');
    return base64Of(Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16)));
  }
  const bytes = new TextEncoder().encode(`\0${stored}`);
  return base64Of(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
