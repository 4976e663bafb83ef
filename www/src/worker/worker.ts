// Keeps the files of the page, so that it opens without a network. tools/page.mjs bundles it with the list of files.

/// <reference lib="webworker" />

/** Changes with any byte of any file. */
declare const VERSION: string;
/** What the page needs to open and to decide. */
declare const KEPT: readonly string[];
/** What is kept once it was used. */
declare const LAZY: readonly string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const PREFIX = 'tollgate-';
const CACHE = PREFIX + VERSION;

worker.addEventListener('install', (event) => {
  event.waitUntil(install());
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (KEPT.includes(pathname) || LAZY.includes(pathname)) event.respondWith(file(request, pathname));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT);
  await Promise.all((await usedBefore()).map((path) => cache.add(path).catch(() => undefined)));
  // The page names its files by content, so one that is open already gets no file of another version.
  await worker.skipWaiting();
}

/** What somebody used of an earlier build they will want of this one, too, perhaps without a network. */
async function usedBefore(): Promise<string[]> {
  const kindOf = (path: string) => path.replace(/-[\w-]{8}\.\w+$/, '');
  const used = new Set<string>();
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === CACHE) continue;
    for (const { url } of await (await caches.open(name)).keys()) used.add(kindOf(new URL(url).pathname));
  }
  return LAZY.filter((path) => used.has(kindOf(path)));
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The page itself comes from the network where there is one: what was built since is what a reload shows. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match('/');
    if (kept) return kept;
    throw error;
  }
}

async function file(request: Request, pathname: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  // A full disk keeps nobody from what was fetched.
  if (response.ok && LAZY.includes(pathname)) await cache.put(request, response.clone()).catch(() => undefined);
  return response;
}
