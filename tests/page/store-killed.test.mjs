// Tabs that write at once, and browsers that are killed while they write: nothing acknowledged is lost, and there is no fork.
// TOLLGATE_KILLS=1000 is the full run.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { browserCommand, launchChromium } from '../../tools/lib/chromium.mjs';
import { inWorker, openStore, serveStore } from './stored.mjs';

const KILLS = Number(process.env.TOLLGATE_KILLS ?? 4);
/** Each opening checks every entry: after so many kills another trail is begun. */
const KILLS_A_TRAIL = 25;
const [TABS, EACH] = [8, 4];

let server;
before(async () => (server = await serveStore()));
after(() => server?.close());

/** What a page tells, as it comes. */
async function telling(context) {
  const said = [];
  let [wanted, enough] = [Infinity, () => undefined];
  await context.exposeBinding('tell', (_, index) => {
    said.push(index);
    if (said.length >= wanted) enough();
  });
  const hasSaid = (count) => new Promise((done) => {
    [wanted, enough] = [count, done];
    if (said.length >= count) done();
  });
  return { said, hasSaid };
}

/** What a trail is, opened anew: every entry is checked. */
const whole = (page, name) => inWorker(page, async (of) => {
  const trail = await window.it.opened(of, { waitMs: 30_000 });
  const { verdict, says } = await trail.verify();
  const { size } = trail;
  await trail.close();
  const database = await window.it.openDatabase(of);
  const restored = (await database.get('about', 'restored')) ?? null;
  database.close();
  return { verdict, says, size, restored: restored?.at ?? null };
}, name);

test(`${TABS} tabs that write at once: all that they acknowledge is there, and contiguous`, async (t) => {
  const browser = await launchChromium();
  const context = await browser.newContext();
  const { said, hasSaid } = await telling(context);
  t.after(() => browser.close());
  const tabs = [];
  for (let tab = 0; tab < TABS; tab += 1) tabs.push(await openStore(context, server.address));
  await inWorker(tabs[0], async () => (await window.it.begun('a')).close());
  await Promise.all(tabs.map((tab, of) => inWorker(tab, ([name, count]) => window.it.added('a', name, count, window.tell), [`tab-${of}`, EACH])));
  const count = TABS * EACH;
  // What a worker told comes by its page, and may come after its answer.
  await hasSaid(count);
  assert.deepEqual(said.toSorted((a, b) => a - b), Array.from({ length: count }, (_, at) => at + 1));
  const { verdict, says, size } = await whole(tabs[3], 'a');
  assert.deepEqual([verdict, size], ['self-consistent', count + 1], says);
});

/** A browser of its own, with a profile that outlasts it. `kill` ends all of its processes at once. */
async function browserWith(profile) {
  const { chromium } = await import('playwright-core');
  const [program, ...flags] = await browserCommand();
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const address = await new Promise((found, failed) => {
    let text = '';
    child.stderr.on('data', (more) => {
      text += more;
      const [, url] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
      if (url) found(url);
    });
    child.on('exit', () => failed(new Error(`the browser did not start: ${text.slice(-400)}`)));
  });
  const browser = await chromium.connectOverCDP(address);
  return {
    context: browser.contexts()[0],
    async kill() {
      process.kill(-child.pid, 'SIGKILL');
      await ended;
      await browser.close().catch(() => undefined);
    },
  };
}

test(`${KILLS} times kill -9 of the browser while it appends`, async (t) => {
  const profile = mkdtempSync(join(tmpdir(), 'tollgate-profile-'));
  let [name, acknowledged, entries, running] = ['', 0, 0, undefined];
  const restorals = new Set();
  // What the killed browser acknowledged is there.
  const found = async (page) => {
    const { verdict, says, size, restored } = await whole(page, name);
    if (restored) restorals.add(restored);
    assert.equal(verdict, 'self-consistent', says);
    assert.ok(size > acknowledged, `entry ${acknowledged} was acknowledged, and there are ${size}`);
    return size;
  };
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      running = await browserWith(profile);
      const { said, hasSaid } = await telling(running.context);
      const page = await openStore(running.context, server.address);
      if (kill > 0) {
        const size = await found(page);
        if (kill % KILLS_A_TRAIL === 0) entries += size;
      }
      if (kill % KILLS_A_TRAIL === 0) {
        [name, acknowledged] = [`trail-${kill}`, 0];
        await inWorker(page, async (of) => (await window.it.begun(of)).close(), name);
      }
      void inWorker(page, ([of, who]) => window.it.addedForEver(of, who, window.tell), [name, `kill-${kill}`]).catch(() => undefined);
      // After some entries, and at any moment of the next.
      await hasSaid(1 + Math.floor(Math.random() * 12));
      await new Promise((done) => setTimeout(done, Math.random() * 20));
      await running.kill();
      assert.ok(said[0] > acknowledged, `entry ${said[0]} was acknowledged twice`);
      said.forEach((index, at) => assert.equal(index, said[0] + at));
      acknowledged = said.at(-1);
      if ((kill + 1) % 50 === 0) t.diagnostic(`${kill + 1} kills`);
    }
    running = await browserWith(profile);
    entries += await found(await openStore(running.context, server.address));
  } finally {
    await running?.kill();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  t.diagnostic(`${KILLS} kills, ${entries} entries; ${restorals.size} times the browser gave its database up, and the second copy had it all`);
});
