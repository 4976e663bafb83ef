// The second copy of a trail: what a browser loses of its database comes back from it, and what was purged is in neither.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launchChromium } from '../../tools/lib/chromium.mjs';
import { inWorker, openStore, serveStore } from './stored.mjs';

let [server, browser] = [];

before(async () => {
  server = await serveStore();
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** Does something in the worker of a page, in a browser profile of its own. */
async function inPage(work, given) {
  const context = await browser.newContext();
  try {
    return await inWorker(await openStore(context, server.address), work, given);
  } finally {
    await context.close();
  }
}

test('a trail whose database the browser gave up is there all the same, blobs and checkpoints with it', async () => {
  const said = await inPage(async () => {
    const roles = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`role_${at}`, [`u-${at}-${'x'.repeat(20)}`]]));
    const trail = await window.it.begun('a');
    await trail.setRoster({ roles }, { actor: window.it.actor });
    await trail.setRoster({ roles: { one: ['u-1'] } }, { actor: window.it.actor });
    await trail.checkpoint();
    const before = [];
    for await (const { stored } of trail.entries()) before.push(stored);
    await trail.close();
    await new Promise((done) => (indexedDB.deleteDatabase('tollgate-trail:a').onsuccess = done));

    // Whoever only reads it sees it, too.
    const reader = window.it.databaseStore('a');
    const { size } = await reader.open({ write: false });
    const read = await reader.read(0, size);
    await reader.close();
    const again = await window.it.opened('a');
    const { verdict, says } = await again.verify();
    await again.setRoster({ roles: { two: ['u-1'] } }, { actor: window.it.actor });
    await again.close();
    const database = await window.it.openDatabase('a');
    const about = await database.get('about', 'restored');
    const counted = [await database.count('blobs'), await database.count('checkpoints'), await database.count('entries')];
    database.close();
    return { same: JSON.stringify(read) === JSON.stringify(before), verdict, says, restored: about.size, counted };
  });
  assert.deepEqual(said, { same: true, verdict: 'self-consistent', says: said.says, restored: 3, counted: [1, 1, 4] });
});

test('the copy has what was acknowledged, and a line that was not finished is cut off', async () => {
  const said = await inPage(async () => {
    const fileOf = async (kind) => (await (await navigator.storage.getDirectory()).getDirectoryHandle('tollgate-trail')).getFileHandle(`a.${kind}`);
    const textOf = async () => (await (await fileOf('entries')).getFile()).text();
    const keep = async (text) => {
      const file = await (await fileOf('entries')).createSyncAccessHandle();
      file.truncate(0);
      file.write(new TextEncoder().encode(text), { at: 0 });
      file.close();
    };
    const add = async (reason) => {
      const trail = await window.it.opened('a');
      await trail.setRoster({ roles: { [reason]: ['u-1'] } }, { actor: window.it.actor });
      const { size } = trail;
      await trail.close();
      return size;
    };
    await (await window.it.begun('a')).close();
    const sizes = [await add('one')];
    const whole = await textOf();
    // Killed in the middle of a line, and between the database and its copy.
    await keep(`${whole}{"payload":"half a li`);
    sizes.push(await add('two'));
    const two = await textOf();
    await keep(whole);
    sizes.push(await add('three'));
    const three = await textOf();
    const database = await window.it.openDatabase('a');
    const entries = await database.getAll('entries');
    database.close();
    return { sizes, two: two.startsWith(whole) && two.endsWith('\n'), three: three === entries.map((entry) => `${entry}\n`).join('') };
  });
  assert.deepEqual(said, { sizes: [2, 3, 4], two: true, three: true });
});

test('what was purged is in the copy no more', async () => {
  const said = await inPage(async () => {
    const store = window.it.databaseStore('a');
    const textOf = async (kind) => (await (await (await (await navigator.storage.getDirectory()).getDirectoryHandle('tollgate-trail')).getFileHandle(`a.${kind}`)).getFile()).text();
    await store.open({ write: true });
    for (const index of [0, 1, 2]) await store.append(index, `{"entry":${index}}`);
    await store.putBlob('sha256:1', 'secret');
    await store.putBlob('sha256:2', 'kept');
    await store.tombstone(1, '{"tombstone":1}');
    await store.forget({ blobs: ['sha256:1'] });
    await store.close();
    const purged = [await textOf('entries'), await textOf('beside')];
    const again = window.it.databaseStore('a');
    await again.open({ write: true });
    await again.append(3, '{"entry":3}');
    await again.close();
    return { purged, after: [await textOf('entries'), await textOf('beside')] };
  });
  assert.deepEqual(said.purged, ['', '']);
  assert.deepEqual(said.after, ['{"entry":0}\n{"tombstone":1}\n{"entry":2}\n{"entry":3}\n', '{"blob":"sha256:2","text":"kept"}\n']);
});

test('a database and a copy with different entries are nobody\'s to join', async () => {
  const said = await inPage(async () => {
    const code = (promise) => promise.then(() => 'done', ({ code, message }) => `${code}: ${message}`);
    const trail = await window.it.begun('a');
    await trail.setRoster({ roles: { one: ['u-1'] } }, { actor: window.it.actor });
    await trail.close();
    const database = await window.it.openDatabase('a');
    const last = await database.get('entries', 1);
    await database.put('entries', last.replace('"payload"', '"payloae"'), 1);
    const altered = await code(window.it.opened('a'));
    const kept = await database.get('entries', 1);
    await database.put('entries', last, 1);
    database.close();
    const again = await window.it.opened('a');
    const { verdict } = await again.verify();
    await again.close();
    return { altered, isKept: kept !== last, verdict };
  });
  assert.match(said.altered, /^STORE_DAMAGED: .*entry 1 is another one in its second copy/);
  assert.deepEqual([said.isKept, said.verdict], [true, 'self-consistent']);
});

test('what the copy does not keep is not acknowledged', async () => {
  const said = await inPage(async () => {
    const trail = await window.it.begun('a');
    const { write } = FileSystemSyncAccessHandle.prototype;
    FileSystemSyncAccessHandle.prototype.write = function (bytes, options) {
      return write.call(this, bytes.subarray(0, 5), options);
    };
    const refused = await trail.setRoster({ roles: { one: ['u-1'] } }, { actor: window.it.actor }).catch(({ code, message }) => `${code}: ${message}`);
    FileSystemSyncAccessHandle.prototype.write = write;
    await trail.close();
    const again = await window.it.opened('a');
    const { size } = again;
    const { verdict } = await again.verify();
    await again.close();
    return { refused, size, verdict };
  });
  assert.match(said.refused, /^STORE_FAILED: entry 1 may not have been kept: the browser has no more room/);
  assert.deepEqual([said.size, said.verdict], [2, 'self-consistent']);
});

test('a store that keeps no second copy says why, and makes up for it when it can', async () => {
  const said = await inPage(async () => {
    const fileOf = async () => (await (await navigator.storage.getDirectory()).getDirectoryHandle('tollgate-trail', { create: true })).getFileHandle('a.entries', { create: true });
    const standings = [];
    const store = window.it.databaseStore('a');
    const opened = async () => {
      await store.open({ write: true });
      standings.push(store.standing);
    };
    standings.push(store.standing);
    const { getDirectory } = StorageManager.prototype;
    StorageManager.prototype.getDirectory = async () => Promise.reject(new DOMException('it is off', 'SecurityError'));
    await opened();
    await store.append(0, '{"entry":0}');
    await store.close();
    StorageManager.prototype.getDirectory = getDirectory;

    const held = await (await fileOf()).createSyncAccessHandle();
    await opened();
    await store.append(1, '{"entry":1}');
    standings.push(store.standing);
    held.close();
    // With the next entry that comes, or where somebody asks.
    await store.append(2, '{"entry":2}');
    standings.push(store.standing);
    await store.close();
    const text = await (await (await fileOf()).getFile()).text();

    const { createSyncAccessHandle } = FileSystemFileHandle.prototype;
    delete FileSystemFileHandle.prototype.createSyncAccessHandle;
    await opened();
    await store.close();
    FileSystemFileHandle.prototype.createSyncAccessHandle = createSyncAccessHandle;

    // A copy that has more than the database, which lost its end meanwhile: it is put back by whoever opens it next, and not under a trail.
    const again = await (await fileOf()).createSyncAccessHandle();
    await opened();
    const database = await window.it.openDatabase('a');
    await database.delete('entries', 2);
    database.close();
    again.close();
    const failed = await store.tryCopy().catch(({ code, message }) => `${code}: ${message}`);
    await store.close();
    await opened();
    const read = await store.read(0, 3);
    await store.close();
    return { standings, text, failed, read };
  });
  const [kept, held] = [{ kind: 'kept' }, { kind: 'held' }];
  assert.deepEqual(said.standings, [null, { kind: 'refused', said: 'it is off' }, held, held, kept, { kind: 'unsupported' }, held, kept]);
  assert.equal(said.text, '{"entry":0}\n{"entry":1}\n{"entry":2}\n');
  assert.match(said.failed, /^STORE_FAILED: the second copy of the trail has 3 entries, and its database 2/);
  assert.deepEqual(said.read, ['{"entry":0}', '{"entry":1}', '{"entry":2}']);
});
