// Serves folders to this machine only, under the content security policy that the page is written for.

import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';

import { inProject } from './paths.mjs';
import { StepError } from './run.mjs';

const HOST = '127.0.0.1';

/** What is served: the folder behind each prefix. `listed` folders answer a path ending in `/` with their names. */
const MOUNTS = [{ prefix: '/', folder: inProject('www', 'dist'), listed: false }];

/** What the page's build names after its content: it never changes. */
const NEVER_CHANGES = /^\/assets\/[^/]+-[\w-]{8}\.\w+$/;

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.gate': 'text/plain; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.image': 'application/octet-stream',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'text/plain; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // The page makes one address of a text: that of its worker.
    'trusted-types tollgate-worker',
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** What is built while the server runs is what the next load gets. */
const UNKEPT = { 'Cache-Control': 'no-store' };
const KEPT = { 'Cache-Control': 'public, max-age=31536000, immutable' };

/** Why a request is answered with other than a file. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Starts the server on `port` (0 for any that is free) and resolves to `{ address, close }`. */
export function serve(port, mounts = MOUNTS) {
  const server = createServer((request, response) => void respond(mounts, request, response));
  return new Promise((resolve, reject) => {
    server.on('error', (error) => reject(explained(error, port)));
    server.listen(port, HOST, () => {
      const close = () => new Promise((done) => server.close(done).closeAllConnections());
      resolve({ address: `http://${HOST}:${server.address().port}/`, close });
    });
  });
}

function explained(error, port) {
  if (error.code === 'EADDRINUSE') {
    return new StepError(`port ${port} is taken by another program`, {
      remedy: `choose another: npm start -- --port ${port + 1}`,
    });
  }
  if (error.code === 'EACCES') {
    return new StepError(`port ${port} may not be used by you`, { remedy: 'choose one above 1023: npm start -- --port 8000' });
  }
  return error;
}

async function respond(mounts, request, response) {
  try {
    checkCaller(request);
    const answer = await find(mounts, request);
    response.writeHead(200, { ...HEADERS, ...answer.headers, 'Content-Type': answer.type, 'Content-Length': answer.size });
    if (request.method === 'HEAD') return void response.end();
    if (answer.text !== undefined) return void response.end(answer.text);
    createReadStream(answer.file).on('error', () => response.destroy()).pipe(response);
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500;
    const text = `${error instanceof Refusal ? error.message : 'the server failed'}\n`;
    if (status === 500) console.error(error);
    response.writeHead(status, { ...HEADERS, ...UNKEPT, ...(status === 405 ? { Allow: 'GET, HEAD' } : {}), 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(text);
  }
}

/** Refuses what is no plain read, and names of this machine that another site could point at it. */
function checkCaller({ method, headers }) {
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405, 'only GET and HEAD are answered');
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  if (host !== HOST && host !== 'localhost') throw new Refusal(421, 'this server answers only to its own address');
}

async function find(mounts, { url, headers: { 'accept-encoding': encodings } }) {
  const path = safePath(url);
  const { prefix, folder, listed } = mounts.find((mount) => path.startsWith(mount.prefix));
  const rest = path.slice(prefix.length);
  const isFolder = path.endsWith('/');
  if (isFolder && listed) return listing(await existing(folder, rest));
  const file = await existing(folder, isFolder ? `${rest}index.html` : rest);
  const type = TYPES[extname(file)];
  const about = await stat(file);
  if (!type || !about.isFile()) throw notFound();
  const kept = NEVER_CHANGES.test(path) ? KEPT : UNKEPT;
  const zipped = takesGzip(encodings) ? await compressed(file) : undefined;
  if (!zipped) return { file, type, size: about.size, headers: { ...kept, Vary: 'Accept-Encoding' } };
  return { ...zipped, type, headers: { ...kept, Vary: 'Accept-Encoding', 'Content-Encoding': 'gzip' } };
}

/** Whether `Accept-Encoding` has gzip, and not only to refuse it (RFC 9110 §12.5.3). */
const takesGzip = (encodings = '') =>
  encodings.split(',').some((one) => /^\s*gzip\s*(;\s*q=(1(\.0*)?|0\.\d*[1-9]\d*)\s*)?$/i.test(one));

/** The file that the build compressed beside `file`, if it did. */
async function compressed(file) {
  const zipped = `${file}.gz`;
  const about = await stat(zipped).catch(() => undefined);
  return about?.isFile() ? { file: zipped, size: about.size } : undefined;
}

/** The path that `url` asks for, decoded, or a refusal if it could lead anywhere but down. */
function safePath(url) {
  let path;
  try {
    path = decodeURIComponent(url.split(/[?#]/)[0]);
  } catch {
    throw new Refusal(400, 'the address is not well formed');
  }
  const names = path.split('/').slice(1);
  const isBad = (name, place) => name.startsWith('.') || (name === '' && place < names.length - 1);
  if (!path.startsWith('/') || /[\0\\]/.test(path) || names.some(isBad)) {
    throw new Refusal(400, 'the address is not one of a file here');
  }
  return path;
}

/** The real path of `rest` in `folder`, if there is one; a link that leads out of the folder is refused. */
async function existing(folder, rest) {
  try {
    const [base, found] = await Promise.all([realpath(folder), realpath(join(folder, rest))]);
    if (found === base || found.startsWith(base + sep)) return found;
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(error.code)) throw error;
  }
  throw notFound();
}

async function listing(folder) {
  if (!(await stat(folder)).isDirectory()) throw notFound();
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter(({ name }) => !name.startsWith('.')).map((entry) => entry.name + (entry.isDirectory() ? '/' : ''));
  const text = JSON.stringify(names.sort());
  return { text, type: TYPES['.json'], size: Buffer.byteLength(text), headers: UNKEPT };
}

const notFound = () => new Refusal(404, 'there is no such file');
