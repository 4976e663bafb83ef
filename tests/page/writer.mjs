// What a tab of the tests does with a trail: begins one, and adds to it. It is bundled with the store.

import { openTrail, seedSigner } from '../../js/dist/full.js';
import { databaseStore } from '../../www/src/store/trail/store.ts';

/** The signer of somebody: the seed is the hash of their name. */
export const signerOfName = async (name) => seedSigner(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name))));

export const actor = { person: 'u-cm' };

/** Opens the trail of a name for writing. */
export async function opened(name, { waitMs = 0, ...options } = {}) {
  const [signer, root] = [await signerOfName('log'), await signerOfName('root')];
  return openTrail({ store: databaseStore(name, { waitMs }), signer, signers: [root], ...options });
}

/** Begins the trail of a name. */
export async function begun(name) {
  const trail = await opened(name);
  await trail.begin({ origin: 'changes.example', root: { keys: [(await signerOfName('root')).spki], threshold: 1 } }, { actor });
  return trail;
}

/** A roster of a name, of any length that an entry has. */
const rosterOf = (name) => ({ roles: { [name]: [`u-${'x'.repeat(Math.floor(Math.random() * 4_000))}`] } });

/** Adds so many entries, each in a turn of its own, and tells each index once it is acknowledged. */
export async function added(name, of, count, tell) {
  for (let done = 0; done < count; done += 1) {
    const trail = await opened(name, { waitMs: 60_000 });
    await trail.setRoster(rosterOf(`${of}-${done}`), { actor });
    tell(trail.size - 1);
    await trail.close();
  }
}

/** Adds entries until the browser ends. */
export async function addedForEver(name, of, tell) {
  const trail = await opened(name, { waitMs: 60_000 });
  for (let done = 0; ; done += 1) {
    await trail.setRoster(rosterOf(`${of}-${done}`), { actor });
    tell(trail.size - 1);
  }
}
