// What the package refuses before it reaches the engine: each case is a call, the path that the error names, and its words.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

import * as decideOnly from '../../js/dist/decide.node.js';
import { check, format, Policy, test as runTests, TollgateError, version } from '../../js/dist/full.node.js';
import { inProject } from '../../tools/lib/paths.mjs';
import { files as shippedFiles, rulesIn } from '../support/shipped.mjs';

const files = rulesIn('rules/starter');
const policy = Policy.compile(files);
const now = '2026-02-03T05:30:00Z';
const request = { title: 'New newsletter', users: 120, rehearsed: false };
const decide = (change, options = { now }) => policy.decide({ ...request, ...change }, options);
const itself = {};
itself.self = itself;
const deep = Array.from({ length: 65 }).reduce((inside) => [inside], 1);

/** Two keys, each with the same object, twenty times over: a million values made of twenty objects. */
const wide = Array.from({ length: 20 }).reduce((inside) => ({ x: inside, y: inside }), {});
const given = policy.image().buffer;
structuredClone(given, { transfer: [given] });

const MISUSES = [
  ['NaN', () => decide({ users: NaN }), 'request.users', /`request\.users` is NaN/],
  ['infinity', () => decide({ users: Infinity }), 'request.users', /is Infinity/],
  ['undefined', () => decide({ rehearsed: undefined }), 'request.rehearsed', /is undefined \(leave the key out, or give null\)/],
  ['BigInt', () => decide({ users: 120n }), 'request.users', /is a BigInt \(give a number\)/],
  ['Date', () => decide({ title: new Date(0) }), 'request.title', /is a Date \(give its `toISOString\(\)`\)/],
  ['Map', () => decide({ title: new Map() }), 'request.title', /is a Map \(give a plain object\)/],
  ['function', () => decide({ title: () => 'x' }), 'request.title', /is a function/],
  ['symbol', () => decide({ title: Symbol('x') }), 'request.title', /is a symbol/],
  ['symbol as key', () => decide({ [Symbol('x')]: 1 }), 'request', /has a symbol as a key/],
  ['hole in a list', () => decide({ list: [1, , 2] }), 'request.list[1]', /is undefined/],
  ['deep inside', () => decide({ a: [{ b: { c: NaN } }] }), 'request.a[0].b.c', /is NaN/],
  ['half of a character', () => decide({ title: '\ud800' }), 'request.title', /half of a character/],
  ['an object that holds itself', () => decide({ title: itself }), 'request.title.self', /is an object that it lies in/],
  ['an object that is there twice and nested too deep', () => decide({ title: deep }), `request.title${'[0]'.repeat(64)}`, /is nested more than 64 deep/],
  ['an object in very many places', () => decide({ title: wide }), /^request\.title/, /more than 1000000 values/],
  ['a getter that throws', () => policy.decide({ get title() { throw new Error('no title today'); } }, { now }), 'request', /cannot be read: no title today/],
  ['half of a character in a key', () => decide({ 'a\ud800': 1 }), 'request', /a key with half of a character/],
  ['half of a character in now', () => decide({}, { now: '\ud800' }), 'now', /half of a character/],
  ['facts with NaN', () => decide({}, { now, facts: { x: { y: NaN } } }), 'facts.x.y', /is NaN/],
  ['facts undefined', () => decide({}, { now, facts: undefined }), 'facts', /must be an object/],
  ['unknown option', () => decide({}, { now, fact: {} }), 'fact', /`fact` is no option of this call \(the options are `now`, `facts`\)/],
  ['no now', () => decide({}, {}), 'now', /`now` must be an instant as text/],
  ['now a Date', () => decide({}, { now: new Date(0) }), 'now', /is a Date/],
  ['now without offset', () => decide({}, { now: '2026-02-03T05:30:00' }), 'now', /offset/],
  ['no options', () => policy.decide(request), 'options', /`options` must be an object/],
  ['request a list', () => policy.decide([], { now }), 'request', /must be an object/],
  ['request null', () => policy.decide(null, { now }), 'request', /must be an object/],
  ['items no list', () => policy.decideMany({}), 'items', /must be a list/],
  ['item with an unknown key', () => policy.decideMany([{ request, now, explain: true }]), 'items[0].explain', /`items\[0\]` has no `explain` \(its keys are `request`, `facts`, `now`\)/],
  ['second item with NaN', () => policy.decideMany([{ request, now }, { request: { users: NaN }, now }]), 'items[1].request.users', /NaN/],
  ['explain no flag', () => policy.partial({}, { now, explain: 1 }), 'explain', /true or false/],
  ['answers no object', () => policy.partial('x', { now }), 'answers', /must be an object/],
  ['files no list', () => Policy.compile({}), 'files', /must be a list/],
  ['file without text', () => Policy.compile([{ name: 'a.gate' }]), 'files[0].text', /must be a text/],
  ['file with an unknown key', () => check([{ name: 'a', text: '', path: '' }]), 'files[0].path', /`files\[0\]` has no `path`/],
  ['partial without options', () => policy.partial({}), 'options', /`options` must be an object/],
  ['two files of one name', () => check([...files, ...files]), 'files', /two files are called/],
  ['budget below nothing', () => check(files, { searchBudget: -1 }), 'searchBudget', /whole number/],
  ['unknown option of check', () => check(files, { budget: 1 }), 'budget', /the options are `searchBudget`/],
  ['only no text', () => runTests(files, { only: 1 }), 'only', /must be a text/],
  ['format without a file', () => format('x'), 'file', /must be an object/],
  ['hole among the files', () => Policy.compile([, files[0]]), 'files[0]', /must be an object/],
  ['image that was transferred', () => Policy.open(given), 'image', /has no bytes any more/],
  ['image of other bytes', () => Policy.open(new Uint8Array(9)), 'image', /no compiled policy|image/],
  ['image no bytes', () => Policy.open('x'), 'image', /Uint8Array/],
];

for (const [name, call, path, says] of MISUSES) {
  test(`${name} is refused by name`, () => {
    assert.throws(call, (error) => {
      assert.ok(error instanceof TollgateError, String(error));
      assert.match(error.message, says);
      if (path instanceof RegExp) assert.match(error.path, path);
      else if (path) assert.equal(error.path, path);
      return true;
    });
  });
}

test('a denial is an answer, and so are the faults of a request', () => {
  assert.equal(decide({}).ok, true);
  const { ok, errors, error } = decide({ user: 3, users: '120' });
  assert.equal(ok, false);
  assert.deepEqual(errors.map(({ code, path }) => [code, path]), [['WRONG_TYPE', 'users'], ['UNKNOWN_FIELD', 'user']]);
  assert.deepEqual(error, errors[0]);
});

test('what was looked at is what is decided, whatever an object does when it is read again', () => {
  const hidden = Object.defineProperty({ ...request }, 'toJSON', { value: () => ({ ...request, users: 1 }), enumerable: false });
  assert.deepEqual(policy.decide(hidden, { now }), decide({}));
  let reads = 0;
  const changing = { ...request, get users() { return (reads += 1) === 1 ? 120 : 1n; } };
  assert.deepEqual(policy.decide(changing, { now }), decide({}));
  const other = Policy.compile(files);
  const releasing = { ...request, get users() { other.release(); return 120; } };
  assert.throws(() => other.decide(releasing, { now }), ({ code }) => code === 'RELEASED');
});

test('a key called `now` is a fault of the request, and no misuse', () => {
  const { ok, errors } = policy.decide({ ...request, now: 1 }, { now });
  assert.deepEqual([ok, errors.map(({ code, path }) => `${code} ${path}`)], [false, ['UNKNOWN_FIELD now']]);
});

test('`partial` and `decideMany` take facts as `decide` does', () => {
  const shipped = Policy.compile(shippedFiles);
  const facts = { nonsense: {} };
  const codes = (all) => all.map(({ code }) => code);
  assert.deepEqual(codes(shipped.partial({}, { now, facts }).errors), ['UNKNOWN_GROUP']);
  assert.ok(codes(shipped.decideMany([{ request: {}, now, facts }])[0].errors).includes('UNKNOWN_GROUP'));
});

test('`check` searches as much as it is told, and `test` runs what it is told', () => {
  const broken = [{ name: 'policy.gate', text: `${files[0].text}\npromise nobody "Nothing is ever high" {\n  never risk is high\n}\n` }];
  assert.equal(check(broken).ok, false);
  assert.equal(check(broken, { searchBudget: 0 }).ok, true);
  const all = runTests(files).tests.length;
  assert.ok(all > 1);
  assert.equal(runTests(files, { only: runTests(files).tests[0].name }).tests.length, 1);
});

test('another module than that of the entry is refused, and the right one is taken after it', () => {
  const program = `
    import { readFileSync } from 'node:fs';
    import { load, version } from ${JSON.stringify(inProject('js/dist/full.node.js'))};
    for (const file of ['decide.wasm', 'nothing']) {
      const bytes = file === 'nothing' ? new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]) : readFileSync(${JSON.stringify(inProject('js/dist/'))} + file);
      await load(bytes).then(() => console.log('taken'), ({ code, help }) => console.log(code, help));
    }
    await load(readFileSync(${JSON.stringify(inProject('js/dist/tollgate.wasm'))}));
    console.log(version());`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  assert.match(said, /^(LOAD_FAILED give tollgate\.wasm\n){2}\d+\.\d+\.\d+\n$/);
});

test('an object of another realm is a plain object', () => {
  const other = runInNewContext('({ title: "New newsletter", users: 120, rehearsed: false })');
  assert.deepEqual(policy.decide(other, { now }), decide({}));
});

test('broken rule files throw with all their diagnostics', () => {
  assert.throws(() => Policy.compile([{ name: 'a.gate', text: 'policy X "x" {' }]), (error) => {
    assert.equal(error.code, 'BROKEN_POLICY');
    assert.match(error.message, /a\.gate:1:/);
    assert.equal(error.diagnostics[0].severity, 'error');
    return true;
  });
});

test('bytes that are no image, a cut image and a changed one are refused', () => {
  const image = policy.image();
  const changed = image.slice();
  changed[image.length - 9] ^= 1;
  const other = new TextEncoder().encode('tollgate policy image 0.0.1-0 sha256:00\nrest');
  for (const [bytes, says] of [
    [new Uint8Array(), /no compiled policy/],
    [new Uint8Array([1, 2, 10, 3]), /no compiled policy/],
    [image.subarray(0, image.length - 1), /damaged/],
    [changed, /damaged/],
    [other, /another version/],
  ]) {
    assert.throws(() => Policy.open(bytes), (error) => error.code === 'BAD_IMAGE' && says.test(error.message));
  }
});

test('an image opens in both entries, as bytes and as a buffer, and decides the same', () => {
  const image = policy.image();
  const opened = [Policy.open(image), decideOnly.Policy.open(image), decideOnly.Policy.open(image.buffer.slice(0))];
  for (const one of opened) {
    assert.deepEqual(one.identity, policy.identity);
    assert.deepEqual(one.explain(request, { now }), policy.explain(request, { now }));
    assert.deepEqual(one.form(), policy.form());
    assert.deepEqual(one.files(), files);
    assert.deepEqual(one.image(), image);
  }
});

test('both entries are of one version', () => assert.equal(version(), decideOnly.version()));
