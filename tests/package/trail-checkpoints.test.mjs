// The head is signed by itself every 256 entries, in whatever store; a checkpoint that fails takes no entry with it, and is made up for.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { exportTrail, folderStore } from '../../js/dist/node.js';
import { openTrail } from '../../js/dist/full.node.js';
import { begin, folderOfTests, native, nativeVerify, officer, openAt, roster, signerOf } from '../support/trails.mjs';

const base = folderOfTests('checkpoints');
const kept = (folder) => readdirSync(join(folder, 'checkpoints')).map(Number);

async function grow(trail, size) {
  while (trail.size < size) await trail.setRoster({ roles: { lead: [`u-${trail.size}`] } }, { actor: officer });
}

/** A store that keeps no checkpoint while `refuses` says so. */
function unwilling(folder) {
  const store = folderStore(folder);
  const own = { refuses: false, asked: 0 };
  const putCheckpoint = async (...args) => {
    own.asked += 1;
    if (own.refuses) throw new Error('no room');
    return store.putCheckpoint(...args);
  };
  const others = ['open', 'append', 'read', 'putBlob', 'blob', 'putDisclosures', 'disclosures', 'checkpoints', 'close'];
  return Object.assign(own, Object.fromEntries(others.map((name) => [name, (...args) => store[name](...args)])), { putCheckpoint });
}

test('every 256 entries, at an export, and when it is asked for', async () => {
  const folder = join(base, 'grown');
  const trail = await openAt(folder);
  await begin(trail);
  await grow(trail, 255);
  assert.deepEqual(kept(folder), []);
  await grow(trail, 300);
  assert.deepEqual(kept(folder), [256]);
  await trail.close();
  const again = await openAt(folder);
  await grow(again, 511);
  // The entry that puts another key in the place of the log's: that one signs the head.
  await again.rotate({ old: signerOf('log').spki, new: signerOf('log-2') }, { actor: officer });
  assert.deepEqual([again.size, ...kept(folder)], [512, 256, 512]);
  await grow(again, 515);
  const note = await exportTrail(again, join(base, 'export'));
  assert.deepEqual([kept(folder), kept(join(base, 'export'))], [[256, 512, 515], [515]]);
  assert.equal(readFileSync(join(folder, 'checkpoints', '000000000515'), 'utf8'), note);
  await again.close();
  if (native) assert.equal(nativeVerify(folder, '--pin', join(folder, 'checkpoints', '000000000512')).verdict, 'pinned');
});

test('one that fails loses no entry, and the next entry waits for it', async () => {
  const store = unwilling(join(base, 'unwilling'));
  const open = () => openTrail({ store, signer: signerOf('log'), signers: ['root-1', 'root-2'].map(signerOf) });
  const trail = await open();
  await begin(trail);
  await grow(trail, 255);
  store.refuses = true;
  await trail.setRoster(roster, { actor: officer });
  assert.deepEqual([trail.size, store.asked], [256, 1]);
  await assert.rejects(trail.setRoster(roster, { actor: officer }), /no room/);
  assert.equal(trail.size, 256);
  await trail.close();
  store.refuses = false;
  const again = await open();
  await again.setRoster(roster, { actor: officer });
  assert.deepEqual([again.size, kept(join(base, 'unwilling'))], [257, [256]]);
  await again.close();
});
