import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { serve } from '../../tools/lib/server.mjs';

let folder;
let server;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-server-'));
  for (const name of ['www', 'rules', 'rules/policy']) mkdirSync(join(folder, name));
  const put = (name, text) => writeFileSync(join(folder, name), text);
  put('secret.json', '"secret"');
  put('www/index.html', '<title>page</title>');
  put('www/app.js', '// app');
  put('www/app.js.gz', 'zipped');
  put('www/style.css', 'p {}');
  put('www/engine_bg.wasm', 'wasm');
  put('www/notes.unknown', 'notes');
  put('www/.hidden.json', '{}');
  put('rules/policy/a b.gate', 'policy');
  put('rules/policy/index.json', '[]');
  symlinkSync(join(folder, 'secret.json'), join(folder, 'www', 'link.json'));
  server = await serve(0, [
    { prefix: '/rules/', folder: join(folder, 'rules'), listed: true },
    { prefix: '/', folder: join(folder, 'www'), listed: false },
  ]);
});

after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Sends the path as it is, where `fetch` would tidy it first. */
function get(path, { method = 'GET', host, encodings } = {}) {
  const { hostname, port } = new URL(server.address);
  const headers = { ...(host ? { host } : {}), ...(encodings === undefined ? {} : { 'accept-encoding': encodings }) };
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: parts.join('') }));
    }).on('error', reject).end();
  });
}

describe('a file is served with its type', () => {
  for (const [path, type] of [
    ['/', 'text/html; charset=utf-8'],
    ['/app.js', 'text/javascript; charset=utf-8'],
    ['/app.js?version=1', 'text/javascript; charset=utf-8'],
    ['/style.css', 'text/css; charset=utf-8'],
    ['/engine_bg.wasm', 'application/wasm'],
    ['/rules/policy/a%20b.gate', 'text/plain; charset=utf-8'],
    ['/rules/policy/', 'application/json; charset=utf-8'],
  ]) {
    test(path, async () => {
      const { status, headers } = await get(path);
      assert.equal(status, 200);
      assert.equal(headers['content-type'], type);
      assert.equal(headers['x-content-type-options'], 'nosniff');
    });
  }
});

describe('what is not there, or not to be had, is refused', () => {
  for (const [path, status] of [
    ['/absent.js', 404],
    ['/app.js/', 404],
    ['/notes.unknown', 404],
    ['/link.json', 404],
    ['/.hidden.json', 400],
    ['/../secret.json', 400],
    ['/%2e%2e/secret.json', 400],
    ['/rules/..%2f..%2fsecret.json', 400],
    ['/..%5csecret.json', 400],
    ['//secret.json', 400],
    ['/app.js%00.html', 400],
    ['/%zz', 400],
  ]) {
    test(path, async () => {
      const answer = await get(path);
      assert.equal(answer.status, status);
      assert.doesNotMatch(answer.text, /secret"/);
    });
  }
});

test('a folder of rules lists its names', async () => {
  assert.deepEqual(JSON.parse((await get('/rules/')).text), ['policy/']);
  assert.deepEqual(JSON.parse((await get('/rules/policy/')).text), ['a b.gate', 'index.json']);
});

test('every answer carries the content security policy', async () => {
  for (const path of ['/', '/absent.js', '/%zz']) {
    const policy = (await get(path)).headers['content-security-policy'];
    assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; /);
    assert.match(policy, /require-trusted-types-for 'script'/);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/);
  }
});

test('HEAD gives the headers alone', async () => {
  const { status, headers, text } = await get('/app.js', { method: 'HEAD' });
  assert.deepEqual([status, headers['content-length'], text], [200, '6', '']);
});

test('nothing but reading is answered', async () => {
  const { status, headers } = await get('/', { method: 'POST' });
  assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
});

describe('what was compressed is given to those who take it', () => {
  for (const [encodings, isZipped] of [
    [undefined, false], ['', false], ['br', false], ['gzip', true], ['br, GZIP;q=0.5', true], ['gzip;q=1.0', true],
    ['gzip;q=0', false], ['gzip;q=0.0', false], ['x-gzip', false], ['not-gzip', false],
  ]) {
    test(String(encodings), async () => {
      const { headers, text } = await get('/app.js', { encodings });
      assert.deepEqual([headers['content-encoding'] === 'gzip', text], [isZipped, isZipped ? 'zipped' : '// app']);
      assert.equal(headers.vary, 'Accept-Encoding');
    });
  }
});

test('another name for this machine is refused', async () => {
  assert.equal((await get('/', { host: 'rebound.example' })).status, 421);
  assert.equal((await get('/', { host: 'localhost:8000' })).status, 200);
});

test('a taken port is named, with a way out', async () => {
  const port = Number(new URL(server.address).port);
  await assert.rejects(serve(port, []), (error) => {
    assert.equal(error.message, `port ${port} is taken by another program`);
    assert.match(error.remedy, /--port/);
    return true;
  });
});
