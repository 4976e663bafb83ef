// The store of trails in IndexedDB: what it promises, what it refuses, and what it says of damage.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launchChromium } from '../../tools/lib/chromium.mjs';
import { openStore, serveStore } from './stored.mjs';

let [server, browser] = [];

before(async () => {
  server = await serveStore();
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** Does something in a browser profile of its own. */
async function inPage(work, given) {
  const context = await browser.newContext();
  try {
    return await (await openStore(context, server.address)).evaluate(work, given);
  } finally {
    await context.close();
  }
}

test('entries are kept at the next index, and at no other', async () => {
  const said = await inPage(async () => {
    const store = window.it.databaseStore('a');
    const code = (promise) => promise.then(() => 'done', ({ code, message }) => `${code}: ${message}`);
    const opened = await store.open({ write: true });
    const first = await code(store.append(1, '{"b":1}'));
    for (const index of [0, 1, 2]) await store.append(index, `{"entry":${index}}`);
    const there = await code(store.append(1, '{"other":1}'));
    const gap = await code(store.append(4, '{"later":1}'));
    const read = [await store.read(0, 10), await store.read(1, 2), await store.read(3, 9)];
    await store.close();
    const closed = await code(store.append(3, '{}'));
    const again = window.it.databaseStore('a');
    return { opened, first, there, gap, read, closed, size: (await again.open({ write: false })).size, readOnly: await code(again.append(3, '{}')) };
  });
  assert.deepEqual(said.opened, { size: 0, setAside: [] });
  assert.match(said.first, /^STORE_EXISTS: there is no entry 0 yet/);
  assert.match(said.there, /^STORE_EXISTS: there is an entry 1 already/);
  assert.match(said.gap, /^STORE_EXISTS: there is no entry 3 yet/);
  assert.deepEqual(said.read, [['{"entry":0}', '{"entry":1}', '{"entry":2}'], ['{"entry":1}'], []]);
  assert.match(said.closed, /^CLOSED/);
  assert.equal(said.size, 3);
  assert.match(said.readOnly, /^CLOSED: the store was opened to be read only/);
});

test('blobs and checkpoints are kept once, under their names', async () => {
  const said = await inPage(async () => {
    const store = window.it.databaseStore('a');
    await store.open({ write: true });
    await store.putBlob('sha256:1', 'text');
    await store.putBlob('sha256:1', 'text');
    const other = await store.putBlob('sha256:1', 'another').catch(({ code }) => code);
    await store.putCheckpoint(12, 'twelve');
    await store.putCheckpoint(2, 'two');
    await store.putCheckpoint(12, 'twelve, signed again');
    return { other, blob: await store.blob('sha256:1'), none: (await store.blob('sha256:2')) ?? null, notes: await store.checkpoints() };
  });
  assert.deepEqual(said, { other: 'STORE_DAMAGED', blob: 'text', none: null, notes: ['two', 'twelve'] });
});

test('each write is one transaction that is on the disk before it is acknowledged', async () => {
  const modes = await inPage(async () => {
    const [seen, { transaction }] = [[], IDBDatabase.prototype];
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      if (mode === 'readwrite') seen.push(`${[stores].flat()} ${options?.durability}`);
      return transaction.call(this, stores, mode, options);
    };
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...given) {
      seen.push('put');
      return put.apply(this, given);
    };
    const trail = await window.it.begun('a');
    const roles = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`role_${at}`, [`u-${at}-${'x'.repeat(20)}`]]));
    await trail.setRoster({ roles }, { actor: window.it.actor });
    await trail.checkpoint();
    return seen;
  });
  assert.deepEqual(modes, ['entries strict', 'blobs strict', 'entries strict', 'checkpoints strict']);
});

test('a transaction that is aborted leaves nothing, and says what to do', async () => {
  const said = await inPage(async () => {
    const trail = await window.it.begun('a');
    const { add } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.add = function (...given) {
      const request = add.apply(this, given);
      this.transaction.abort();
      return request;
    };
    const aborted = await trail.setRoster({ roles: { one: ['u-1'] } }, { actor: window.it.actor }).catch(({ code, message }) => `${code} ${message}`);
    IDBObjectStore.prototype.add = add;
    const after = await trail.setRoster({ roles: { two: ['u-1'] } }, { actor: window.it.actor }).catch(({ code }) => code);
    await trail.close();
    const again = await window.it.opened('a');
    const size = again.size;
    await again.setRoster({ roles: { three: ['u-1'] } }, { actor: window.it.actor });
    return { aborted, after, size, then: again.size };
  });
  assert.match(said.aborted, /^STORE_FAILED entry 1 may not have been kept: the browser did not keep it: .*open the trail again/);
  assert.deepEqual([said.after, said.size, said.then], ['STORE_FAILED', 1, 2]);
});

test('a full disk is said, with the remedy', async () => {
  const said = await inPage(async () => {
    const store = window.it.databaseStore('a');
    await store.open({ write: true });
    IDBObjectStore.prototype.add = function () {
      throw new DOMException('no room', 'QuotaExceededError');
    };
    const full = await store.append(0, '{}').catch(({ code, message, help }) => ({ code, message, help }));
    return { full, next: await store.append(0, '{}').catch(({ code }) => code) };
  });
  assert.equal(said.full.code, 'STORE_FAILED');
  assert.match(said.full.message, /no more room/);
  assert.match(said.full.help, /export the trail, then free space/);
  assert.equal(said.next, 'STORE_FAILED');
});

test('one tab writes, and any other reads; the next takes over when it lets go', async () => {
  const context = await browser.newContext();
  const [one, other] = [await openStore(context, server.address), await openStore(context, server.address)];
  await one.evaluate(async () => void (window.trail = await window.it.begun('a')));
  const refused = await other.evaluate(() => window.it.opened('a').catch(({ code, message }) => `${code} ${message}`));
  assert.match(refused, /^STORE_LOCKED another tab of this browser writes to this trail/);
  const read = await other.evaluate(() => window.it.verifyTrail({ store: window.it.databaseStore('a') }));
  assert.equal(read.verdict, 'self-consistent');
  const late = await other.evaluate(() => window.it.opened('a', { waitMs: 50 }).catch(({ code }) => code));
  assert.equal(late, 'STORE_LOCKED');
  const waiting = other.evaluate(async () => void (window.trail = await window.it.opened('a', { waitMs: 30_000 })));
  await one.waitForFunction(async () => (await window.it.writersOf('a')).waiting);
  await one.evaluate(() => window.trail.close());
  await waiting;
  assert.equal(await other.evaluate(() => window.trail.size), 1);
  // A tab that is closed lets go, whatever it was doing.
  await other.close();
  assert.equal(await one.evaluate(async () => (await window.it.opened('a', { waitMs: 30_000 })).size), 1);
  await context.close();
});

test('trails of two names are strangers', async () => {
  const said = await inPage(async () => {
    const [one, other] = [await window.it.begun('one'), await window.it.begun('two')];
    await one.setRoster({ roles: { one: ['u-1'] } }, { actor: window.it.actor });
    return [one.size, other.size, one.log === other.log];
  });
  assert.deepEqual(said, [2, 1, false]);
});

test('whatever is changed in the database is found, at its place', async () => {
  const said = await inPage(async () => {
    const made = async (name, work) => {
      const trail = await window.it.begun(name);
      for (let at = 1; at < 6; at += 1) await trail.setRoster({ roles: { ['r'.repeat(at)]: ['u-1'] } }, { actor: window.it.actor });
      await trail.close();
      const database = await window.it.openDatabase(name);
      const entries = database.transaction('entries', 'readwrite').objectStore('entries');
      await work(entries);
      database.close();
      const found = await window.it.verifyTrail({ store: window.it.databaseStore(name) });
      const open = await window.it.opened(name).catch(({ code, message }) => `${code} ${message}`);
      return { verdict: found.verdict, index: found.fault?.index ?? null, size: found.head?.size ?? null, open: typeof open === 'string' ? open.slice(0, 90) : 'opened' };
    };
    const flipped = (text) => text.replace(/"payload":"(.{100})(.)/, (_, before, letter) => `"payload":"${before}${letter === 'A' ? 'B' : 'A'}`);
    return {
      altered: await made('altered', async (entries) => entries.put(flipped(await entries.get(3)), 3)),
      missing: await made('missing', (entries) => entries.delete(2)),
      swapped: await made('swapped', async (entries) => {
        const [one, other] = [await entries.get(2), await entries.get(4)];
        await entries.put(other, 2);
        await entries.put(one, 4);
      }),
      stranger: await made('stranger', (entries) => entries.put({ no: 'text' }, 5)),
      cut: await made('cut', (entries) => entries.delete(5)),
    };
  });
  assert.deepEqual([said.altered.verdict, said.altered.index], ['broken', 3]);
  assert.match(said.altered.open, /^TRAIL_BROKEN the trail does not hold: broken at 3/);
  assert.deepEqual([said.missing.verdict, said.missing.index], ['broken', 2]);
  assert.match(said.missing.open, /^STORE_DAMAGED .*entry 2 is missing/);
  assert.deepEqual([said.swapped.verdict, said.swapped.index], ['broken', 2]);
  assert.deepEqual([said.stranger.verdict, said.stranger.index], ['broken', 5]);
  // A log alone never shows that its end was cut off: that takes a checkpoint.
  assert.deepEqual([said.cut.verdict, said.cut.open, said.cut.size], ['self-consistent', 'opened', '5']);
});

test('an end that is cut off shows against the checkpoints in the database', async () => {
  const said = await inPage(async () => {
    const trail = await window.it.begun('a');
    await trail.setRoster({ roles: { one: ['u-1'] } }, { actor: window.it.actor });
    await trail.checkpoint();
    await trail.close();
    const database = await window.it.openDatabase('a');
    await database.transaction('entries', 'readwrite').objectStore('entries').delete(1);
    database.close();
    return window.it.opened('a').catch(({ code }) => code);
  });
  assert.equal(said, 'TRAIL_STALE');
});

test('personal data is encrypted, under keys that no script can read', async () => {
  const said = await inPage(async () => {
    const store = window.it.databaseStore('a');
    await store.open({ write: true });
    const all = [
      { digest: 'one', text: 'of Asha', persons: ['u-asha'] },
      { digest: 'two', text: 'of both', persons: ['u-kiran', 'u-asha'] },
      { digest: 'three', text: 'of nobody', persons: [] },
    ];
    await store.putDisclosures(all);
    await store.putDisclosures([{ digest: 'four', text: 'of Kiran', persons: ['u-kiran'] }]);
    const kept = await store.disclosures();
    const database = await window.it.openDatabase('a');
    const sealed = await database.getAll('disclosures');
    const text = sealed.map(({ sealed: bytes }) => new TextDecoder().decode(bytes)).join();
    const keys = await database.getAll('persons');
    // Without somebody's key what is theirs is gone, also where it is somebody else's too.
    await database.delete('persons', 'u-kiran');
    const left = await store.disclosures();
    database.close();
    return { same: JSON.stringify(kept.slice(0, 3)) === JSON.stringify(all), readable: text.includes('Asha'), keys: keys.map(({ extractable, algorithm }) => `${algorithm.name} ${extractable}`), left: left.map(({ digest }) => digest) };
  });
  assert.deepEqual(said, {
    same: true,
    readable: false,
    keys: ['HKDF false', 'HKDF false', 'HKDF false'],
    left: ['one', 'three'],
  });
});

test('what is purged and what is erased goes, and the rest stays', async () => {
  const said = await inPage(async () => {
    const store = window.it.databaseStore('a');
    await store.open({ write: true });
    for (const index of [0, 1, 2]) await store.append(index, `{"entry":${index}}`);
    await store.putBlob('sha256:1', 'one');
    await store.putBlob('sha256:2', 'two');
    await store.putDisclosures([
      { digest: 'a', text: 'of Asha', persons: ['u-asha'] },
      { digest: 'b', text: 'of both', persons: ['u-asha', 'u-kiran'] },
      { digest: 'c', text: 'of Kiran', persons: ['u-kiran'] },
    ]);
    await store.tombstone(1, '{"tombstone":1}');
    await store.tombstone(1, '{"tombstone":1}');
    const none = await store.tombstone(7, '{"tombstone":7}').catch(({ code }) => code);
    const forget = { disclosures: ['a', 'b', 'x'], blobs: ['sha256:1', 'sha256:9'], persons: ['u-asha', 'u-kiran'] };
    await store.forget(forget);
    await store.forget(forget);
    const database = await window.it.openDatabase('a');
    const people = await database.getAllKeys('persons');
    database.close();
    return { none, entries: await store.read(0, 3), left: (await store.disclosures()).map(({ digest }) => digest), people, blobs: [(await store.blob('sha256:1')) ?? null, await store.blob('sha256:2')] };
  });
  assert.deepEqual(said, {
    none: 'BAD_CALL', entries: ['{"entry":0}', '{"tombstone":1}', '{"entry":2}'], left: ['c'], people: ['u-kiran'], blobs: [null, 'two'],
  });
});

test('a key signs, outlasts its tab, and cannot be taken out', async () => {
  const context = await browser.newContext();
  const first = await openStore(context, server.address);
  const made = await first.evaluate(async () => {
    const key = await window.it.makeKey();
    await window.it.keepKeys('a', [key]);
    await window.it.keepLogKey('a', key.id);
    const exported = await crypto.subtle.exportKey('pkcs8', key.key).catch(({ name }) => name);
    return { id: key.id, extractable: key.key.extractable, exported };
  });
  assert.deepEqual([made.extractable, made.exported], [false, 'InvalidAccessError']);
  await first.close();
  const next = await openStore(context, server.address);
  const found = await next.evaluate(async () => {
    const [key] = await window.it.heldKeys('a');
    const signer = window.it.signerOf(key);
    const trail = await window.it.openTrail({ store: window.it.databaseStore('a'), signer, signers: [await window.it.signerOfName('root')] });
    await trail.begin({ origin: 'changes.example', root: { keys: [(await window.it.signerOfName('root')).spki], threshold: 1 } }, { actor: window.it.actor });
    return { id: key.id, log: trail.keys.find(({ roles }) => roles.includes('log')).id, here: await window.it.logKeyHere('a'), verdict: (await trail.verify()).verdict };
  });
  assert.deepEqual(found, { id: made.id, log: made.id, here: made.id, verdict: 'self-consistent' });
  await context.close();
});

test('an export is taken in whole, into an empty database only', async () => {
  const said = await inPage(async () => {
    const contents = { entries: ['{"a":0}', '{"a":1}'], blobs: new Map([['sha256:1', 'b']]), checkpoints: new Map([[2, 'two']]), disclosures: [{ digest: 'd', text: 't', persons: ['u'] }] };
    await window.it.fill('a', contents, '2026-02-03T00:00:00Z');
    const twice = await window.it.fill('a', contents, '2026-02-03T00:00:00Z').catch(({ code }) => code);
    // What fails half-way leaves nothing.
    const { add } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.add = function (value, key) {
      if (key === 1) throw new DOMException('no room', 'QuotaExceededError');
      return add.call(this, value, key);
    };
    const full = await window.it.fill('b', contents, '2026-02-03T00:00:00Z').catch(({ code }) => code);
    IDBObjectStore.prototype.add = add;
    const sizes = [];
    for (const name of ['a', 'b']) {
      const store = window.it.databaseStore(name);
      sizes.push((await store.open({ write: false })).size, (await store.disclosures()).length);
    }
    return { twice, full, sizes };
  });
  assert.deepEqual(said, { twice: 'STORE_EXISTS', full: 'STORE_FAILED', sizes: [2, 1, 0, 0] });
});
