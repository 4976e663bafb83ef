// The command line of the packed package, from an empty folder: keys, revocations, exports, and locks that are taken away.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { openTrail } from '../../js/dist/full.node.js';
import { folderStore, keySigner } from '../../js/dist/node.js';
import { installedIn } from '../support/packed.mjs';
import { folderOfTests, native, nativeVerify } from '../support/trails.mjs';

const base = folderOfTests('cli');
const officer = { person: 'u-ciso' };
let folder;

/** Runs the program that npm made of the package. */
function tollgate(...args) {
  const { status, stdout, stderr } = spawnSync(join(folder, 'node_modules', '.bin', 'tollgate-node'), args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** What it prints, where it is done. */
function ran(...args) {
  const { status, stdout, stderr } = tollgate(...args);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** What it complains of, where it is not. */
function refused(status, complaint, ...args) {
  const run = tollgate(...args);
  assert.deepEqual([run.status, run.stdout], [status, ''], run.stderr);
  assert.match(run.stderr, complaint);
  return run.stderr;
}

const at = (...names) => join(folder, ...names);
const signerOf = (name) => keySigner(createPrivateKey(readFileSync(at(`${name}.pem`))));
const opened = () => openTrail({ store: folderStore(at('trail')), signer: signerOf('log'), signers: ['root-1', 'root-2'].map(signerOf) });
const idOf = (name) => /^key {3}([0-9a-f]{64})\n/.exec(ran('keys', 'id', `${name}.pem`))[1];
const keys = ['log', 'root-1', 'root-2'].flatMap((name) => ['--key', `${name}.pem`]);

before(async () => {
  ({ folder } = installedIn(base));
  for (const name of ['log', 'root-1', 'root-2', 'asha']) ran('keys', 'new', `${name}.pem`);
  const trail = await opened();
  await trail.begin({ origin: 'changes.example', root: { keys: ['root-1', 'root-2'].map((name) => signerOf(name).spki), threshold: 2 } }, { actor: officer });
  await trail.enrol({ spki: signerOf('asha').spki, roles: ['approver', 'policy_author'], person: 'u-asha' }, { actor: officer });
  await trail.close();
});

test('npx finds it under the name of the package', () => {
  assert.match(execFileSync('npx', ['--offline', 'tollgate', '--version'], { cwd: folder, encoding: 'utf8' }), /^tollgate \d+\.\d+\.\d+\n$/);
});

test('each command says what it takes, and a wrong line what is wrong with it', () => {
  const all = ran('--help');
  for (const words of ['keys new', 'keys id', 'keys list', 'keys revoke', 'trail verify', 'trail show', 'trail prove', 'trail check-proof', 'trail checkpoint', 'trail export', 'trail unlock', 'approval make', 'approval gate']) {
    assert.match(all, new RegExp(`^  ${words} {2,}\\w`, 'm'));
    const help = ran(...words.split(' '), '--help');
    assert.match(help, new RegExp(`^\\w.*\\n\\nUsage: npx tollgate ${words}.*(\\n {7}\\S.*)?\\n\\nArguments:\\n(  <|\\s{4})`));
    for (const line of help.split('\n')) assert.ok(line.length <= 100, line);
  }
  assert.match(ran('keys', '--help'), /^  revoke /m);
  for (const asked of [['help', 'trail', 'verify'], ['trail', 'help', 'verify']]) assert.equal(ran(...asked), ran('trail', 'verify', '--help'));
  assert.deepEqual([ran('help'), ran('help', 'trail'), ran('trail', 'help')], [all, ran('trail', '--help'), ran('trail', '--help')]);
  refused(2, /^error: there is no command `trail verfy`: did you mean `trail verify`\?\n/, 'help', 'trail', 'verfy');
  assert.match(refused(2, /^Make keys/), /Usage: npx tollgate <COMMAND>/);
  refused(2, /^error: there is no command `kyes`: did you mean `keys`\?\n\nUsage: npx tollgate <COMMAND>\n\nFor more/, 'kyes');
  refused(2, /^error: there is no command `keys revok`: did you mean `keys revoke`\?\n/, 'keys', 'revok', 'trail', 'x');
  refused(2, /^error: there is no command `trial`: did you mean `trail verify`\?\n/, 'trial', 'verify', 'trail');
  refused(2, /^error: there is no command `trail unlcok`: did you mean `trail unlock`\?\n/, 'trail', 'unlcok');
  refused(2, /^error: there is no command `zebra`\n/, 'zebra');
  refused(2, /^error: unknown option '--reson': did you mean `--reason`\?\n/, 'keys', 'revoke', 'trail', 'x', '--reson', 'x');
  refused(2, /^error: there is no command `keys make`\n\nUsage: npx tollgate keys <COMMAND>/, 'keys', 'make');
  refused(2, /^error: `check` is a command of the native command line/, 'check', 'rules');
  refused(2, /^error: <INDEX> is `first`, and must be a whole number, 0 or more\n\nUsage: npx tollgate trail show \[OPTIONS\] <PATH> \[INDEX\]\n/, 'trail', 'show', 'trail', 'first');
  refused(2, /^error: --stored is of one entry: name it by its <INDEX>\n/, 'trail', 'show', 'trail', '--stored');
  refused(2, /^error: --json and --stored are two forms/, 'trail', 'show', 'trail', '1', '--json', '--stored');
  refused(2, /^error: --change is of many entries/, 'trail', 'show', 'trail', '1', '--change', 'CHG-1');
  refused(2, /^error: --format is `xml`, and must be `text` or `json`\n/, 'trail', 'verify', 'trail', '--format', 'xml');
  refused(2, /^error: <INDEX> is missing: The entry\n/, 'trail', 'prove', 'trail');
  refused(2, /^error: --log: `changes\.example` is no verifier key: /, 'trail', 'check-proof', 'log.pem', 'log.pem', '--log', 'changes.example');
  refused(2, /^error: standard input \(`-`\) is one file: name the other\n/, 'trail', 'check-proof', '-', '-', '--log', 'x');
  refused(2, /^error: <FILE> is missing/, 'keys', 'new');
  refused(2, /^error: `b` is one argument too many\n\nUsage: npx tollgate keys new <FILE>\n/, 'keys', 'new', 'a', 'b');
  refused(2, /^error: unknown option '--kye'\n/, 'keys', 'list', 'trail', '--kye', 'x');
  refused(2, /^error: --person <ID> is missing/, 'keys', 'revoke', 'trail', 'x', '--key', 'log.pem', '--reason', 'x');
  const revoke = (key, ...more) => ['keys', 'revoke', 'trail', key, ...keys, '--person', 'u', '--reason', 'x', ...more];
  refused(2, /^error: --from is `soon`, and must be a whole number, 0 or more\n/, ...revoke('0'.repeat(64), '--from', 'soon'));
  refused(2, /^error: --from is `-1`, and must be a whole number, 0 or more\n/, ...revoke('0'.repeat(64), '--from', '-1'));
  refused(2, /^error: `abc` is no key: its id has 64 hexadecimal digits, .*`npx tollgate keys list trail` prints those of the trail\n/, ...revoke('abc'));
  refused(1, /^tollgate: the trail has no key `0{64}`: `npx tollgate keys list trail` prints those/, ...revoke('0'.repeat(64)));
  refused(2, /^error: --person is empty: Who does it, by their opaque id\n/, ...revoke('0'.repeat(64)).with(11, ' '));
  refused(2, /^error: <KEY> is empty: /, ...revoke(''));
  refused(2, /^error: --reason <TEXT> has no value: Why, for the record; one that begins with `-` is written --reason=VALUE\n/, 'keys', 'revoke', 'trail', 'x', '--person', 'u', '--reason', '--key', 'log.pem');
  refused(2, /^error: --reason <TEXT> has no value: /, 'keys', 'revoke', 'trail', 'x', '--person', 'u', '--reason');
});

test('a new key is its owner\'s alone, is not printed, and is written over nothing', () => {
  const said = ran('keys', 'new', 'new.pem');
  const pem = readFileSync(at('new.pem'), 'utf8');
  assert.equal(statSync(at('new.pem')).mode & 0o777, 0o600);
  const [, id, spki] = /^key {3}([0-9a-f]{64})\nspki {2}(\S+)\n$/.exec(said);
  assert.deepEqual([spki, id], [signerOf('new').spki, idOf('new')]);
  assert.ok(!said.includes(pem.split('\n')[1].slice(20, 60)));
  refused(1, /^tollgate: `new\.pem` is there already, and is left as it is/, 'keys', 'new', 'new.pem');
  assert.equal(readFileSync(at('new.pem'), 'utf8'), pem);
  refused(1, /^tollgate: `.*none` is no folder: make it first\n$/, 'keys', 'new', 'none/new.pem');
  refused(1, /^tollgate: cannot read `none\.pem`: there is no such file or folder\n$/, 'keys', 'id', 'none.pem');
  chmodSync(at('new.pem'), 0o640);
  refused(1, /^tollgate: others than its owner may read `new\.pem`.*`chmod 600` it/, 'keys', 'id', 'new.pem');
  writeFileSync(at('other.pem'), 'a secret of another kind', { mode: 0o600 });
  assert.ok(!refused(1, /^tollgate: `other\.pem` is no private Ed25519 key/, 'keys', 'id', 'other.pem').includes('secret of'));
});

test('keys are listed with what they may sign and for which entries, and one is ended', () => {
  const [log, asha] = ['log', 'asha'].map(idOf);
  const listed = ran('keys', 'list', 'trail');
  const { origin, log: identity } = JSON.parse(ran('trail', 'verify', 'trail', '--json'));
  assert.match(listed, /^self-consistent: 2 entries; without a pin.*\nlog {7}changes\.example, sha256:[0-9a-f]{64}\nverifier {2}changes\.example\+[0-9a-f]{8}\+AQ?\S{43}\n/);
  assert.ok(listed.includes(`\nlog       ${origin}, ${identity}\n`), listed);
  assert.ok(listed.includes(`\n${log}\n  log: from entry 0 on\n`), listed);
  assert.ok(listed.includes(`\n${asha}\n  approver, policy_author of u-asha: from entry 2 on\n`), listed);
  const revoke = ['keys', 'revoke', 'trail', asha, '--person', 'u-ciso', '--reason', 'laptop lost'];
  refused(1, /^tollgate: `Asha Rao`, at `actor.person`, has white space, as a name has: ids of people stand in the trail for ever.*\(give an opaque id, as HR or the directory has one/, ...revoke.with(5, 'Asha Rao'), ...keys);
  const complaint = refused(1, /^tollgate: 2 of the keys .* must sign, and 1 of them are here \(give the file of each key by --key\)\n$/, ...revoke, ...keys.slice(0, 4));
  assert.ok(!complaint.includes('signers'));
  assert.equal(ran(...revoke, ...keys), 'entry 2: the key counts no more from entry 3 on\n');
  assert.ok(ran('keys', 'list', 'trail').includes(`\n${asha}\n  approver, policy_author of u-asha: entries 2 to 2; ended by entry 2, revoked: laptop lost\n`));
  const found = JSON.parse(ran('keys', 'list', 'trail', '--json')).find(({ key }) => key === asha);
  assert.deepEqual([found.from, found.until, found.ended, found.person], [2, 3, { index: 2, reason: 'revoked: laptop lost' }, 'u-asha']);
  refused(1, /^tollgate: `none` holds no trail: it has no folder `entries`\n$/, 'keys', 'list', 'none');
  refused(1, /^tollgate: `none` holds no trail/, ...revoke.with(2, 'none'), ...keys);
  assert.ok(!existsSync(at('none')));
});

test('a pipe where a file of entries belongs is not waited for', { skip: process.platform === 'win32' && 'it has no such pipes' }, () => {
  mkdirSync(at('piped', 'entries'), { recursive: true });
  execFileSync('mkfifo', [at('piped', 'entries', '000000000000.jsonl'), at('pipe')]);
  refused(1, /^tollgate: `piped\/entries\/000000000000\.jsonl` is no file, and one of entries belongs there: /, 'trail', 'verify', 'piped');
  refused(1, /^tollgate: `pipe` is no trail: it is neither a folder nor a file; /, 'trail', 'show', 'pipe');
});

test('an export is verified here and by the native command line, and against its checkpoint later', async () => {
  const { status, stdout: note, stderr } = tollgate('trail', 'export', 'trail', 'exported', '--key', 'log.pem');
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^tollgate: 3 entries are in `exported`, of log changes\.example, sha256:[0-9a-f]{64}\n$/);
  assert.match(note, /^changes\.example\n3\n\S+\n\n— changes\.example \S+\n$/);
  writeFileSync(at('checkpoint.txt'), note);
  assert.match(ran('trail', 'verify', 'exported', '--pin', 'checkpoint.txt', '--redecide'), /^pinned\(3\): 3 entries.*\n  log +changes\.example, sha256:\w+\n  root /);
  if (native) {
    assert.equal(nativeVerify(at('exported'), '--pin', at('checkpoint.txt')).verdict, 'pinned');
    const said = (...args) => execFileSync(native, ['trail', ...args], { cwd: folder, encoding: 'utf8' });
    const [, verifier] = /^verifier {2}(\S+)$/m.exec(ran('keys', 'list', 'trail'));
    assert.ok(said('verify', 'exported').includes(`\n  key      ${verifier}\n`), 'both print the same key');
    writeFileSync(at('receipt.txt'), said('prove', 'exported', '1'));
    writeFileSync(at('entry.json'), said('show', 'exported', '1', '--stored'));
    assert.match(said('check-proof', 'receipt.txt', 'entry.json', '--log', verifier), /^proved: entry 1 is among the 3 of log changes\.example\n/);
  }
  refused(1, /^tollgate: `.*exported` is not empty \(name a folder that is not there yet\)/, 'trail', 'export', 'trail', 'exported', '--key', 'log.pem');
  writeFileSync(at('a-file'), '');
  mkdirSync(at('a-folder'));
  symlinkSync('a-folder', at('a-link'));
  const exportTo = (target, ...more) => ['trail', 'export', 'trail', target, '--key', 'log.pem', ...more];
  refused(1, /^tollgate: `.*\/a-file` is there already, and is no folder \(name a folder that is not there yet\)\n$/, ...exportTo('a-file'));
  refused(1, /^tollgate: `.*\/a-link` is a link \(name the folder that it leads to, or one that is not there yet\)\n$/, ...exportTo('a-link'));
  refused(1, /^tollgate: `.*\/nowhere`, where `new` would be made, is not there \(make it first\)\n$/, ...exportTo('nowhere/new'));
  refused(1, /^tollgate: `.*\/a-file`, where `new` would be made, is no folder \(name a folder that lies in one\)\n$/, ...exportTo('a-file/new'));
  assert.deepEqual(readdirSync(folder).filter((name) => /^\.(a-|new)/.test(name)), [], 'nothing is left of it');
  // A pin that the log has not signed is named, and the trail is not called broken by it.
  writeFileSync(at('damaged.txt'), note.replace(/\n\d+\n/, '\n400\n'));
  refused(1, /^tollgate: --pin: `damaged\.txt`: bad pin: the checkpoint of 400 entries .* fetch it again from where it was kept\n$/, ...exportTo('pinned', '--pin', 'damaged.txt'));
  await assert.rejects(openTrail({ store: folderStore(at('trail')), signer: signerOf('log'), pins: [note, readFileSync(at('damaged.txt'), 'utf8')] }), { code: 'BAD_PIN', path: 'pins[1]' });
  refused(1, /^tollgate: key [0-9a-f]{64} must sign \(give the file of each key by --key\)/, 'trail', 'export', 'trail', 'other', '--key', 'asha.pem');
  const file = at('exported', 'entries', '000000000000.jsonl');
  writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(0, 2).join('\n') + '\n');
  // The checkpoint that lies with it shows it, too.
  for (const pins of [[], ['--pin', 'checkpoint.txt']]) {
    const cut = tollgate('trail', 'verify', 'exported', ...pins);
    assert.deepEqual([cut.status, cut.stderr], [1, '']);
    assert.match(cut.stdout, /^stale: /);
  }
  assert.equal(JSON.parse(tollgate('trail', 'verify', 'exported', '--json').stdout).verdict, 'stale');
  refused(1, /^tollgate: the trail does not hold: stale: /, 'keys', 'list', 'exported');
});

test('while a trail is written, others are told by whom, and may wait', async () => {
  const trail = await opened();
  refused(1, new RegExp(`^tollgate: process ${process.pid} writes to this trail: .*--wait\\)\n$`), 'trail', 'export', 'trail', 'waiting', '--key', 'log.pem');
  refused(1, new RegExp(`^tollgate: process ${process.pid} runs on this machine and writes to \`trail\`: close the trail there, or end it\n$`), 'trail', 'unlock', 'trail');
  await trail.close();
  assert.match(ran('trail', 'unlock', 'trail'), /^nobody holds the lock of `trail`/);
});

test('a lock is taken only from who is named, and only where that process cannot be seen', async () => {
  const trail = await opened();
  const [name] = readdirSync(at('trail', 'lock'));
  const lock = at('trail', 'lock', name);
  const mine = JSON.parse(readFileSync(lock, 'utf8'));
  const standing = (holder) => writeFileSync(lock, JSON.stringify({ ...mine, ...holder }));

  standing({ start: 'another time' });
  assert.match(ran('trail', 'unlock', 'trail', '--gone', `${mine.pid}@${mine.host}/${name}`), /is over: whoever writes next takes the lock by itself/);
  standing({ host: 'db-2' });
  const holder = `${mine.pid}@db-2/${name}`;
  refused(1, new RegExp(`on \`db-2\` writes to this trail.*trail unlock --help`), 'trail', 'export', 'trail', 'waiting', '--key', 'log.pem');
  const warned = refused(1, /locked by \S+, which cannot be seen from here\. Nothing was changed\.[^]*two writers of one trail/, 'trail', 'unlock', 'trail');
  assert.ok(warned.includes(`\n    npx tollgate trail unlock trail --gone ${holder}\n`), warned);
  refused(1, /^tollgate: the lock is held by .*, not by 1@db-2\/1: nothing was changed\n$/, 'trail', 'unlock', 'trail', '--gone', '1@db-2/1');
  assert.deepEqual(readdirSync(at('trail', 'lock')), [name]);

  assert.match(ran('trail', 'unlock', 'trail', '--gone', holder), /^the lock was taken from \S+, which is on record in `trail\/aside\/lock-\d+\.json`/);
  const record = JSON.parse(readFileSync(at('trail', 'aside', `lock-${name}.json`), 'utf8'));
  assert.deepEqual([record.taken_from.host, record.by.host, Number.isNaN(Date.parse(record.at))], ['db-2', hostname(), false]);
  // It was not gone: it adds nothing any more, nor lets go of what is another's.
  const next = await opened();
  const taken = readdirSync(at('trail', 'lock'));
  await assert.rejects(trail.setRoster({ roles: { lead: ['u-1'] } }, { actor: officer }), (error) => error.code === 'STORE_FAILED' && /the lock was taken from this process/.test(error.message));
  await trail.close();
  assert.deepEqual(readdirSync(at('trail', 'lock')), taken);
  await next.setRoster({ roles: { lead: ['u-1'] } }, { actor: officer });
  assert.equal((await next.verify()).head.size, '4');
  await next.close();
});

test('a container that was started anew has another space of processes: its lock is taken by hand, too', async () => {
  const trail = await opened();
  const [name] = readdirSync(at('trail', 'lock'));
  const lock = at('trail', 'lock', name);
  const mine = JSON.parse(readFileSync(lock, 'utf8'));
  writeFileSync(lock, JSON.stringify({ ...mine, space: 'pid:[1]' }));
  await assert.rejects(opened(), (error) => error.code === 'STORE_LOCKED' && /of another container .*npx tollgate trail unlock/.test(error.message));
  ran('trail', 'unlock', 'trail', '--gone', `${mine.pid}@${mine.host}/${name}`);
  await (await opened()).close();
  await trail.close();
});

test('what a crash left unfinished is told', () => {
  const file = at('trail', 'entries', '000000000000.jsonl');
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"payload":"ab`);
  const { status, stderr } = tollgate('trail', 'export', 'trail', 'after', '--key', 'log.pem');
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^tollgate: a crash left 14 bytes of `.*000000000000\.jsonl` unfinished, never acknowledged; they are in `.*aside/);
  mkdirSync(at('empty'));
  ran('trail', 'export', 'trail', 'empty', '--key', 'log.pem');
});

test('a trail as it is kept is shown and verified while a line of it is unfinished, and a reader may go away', async () => {
  const file = at('trail', 'entries', '000000000000.jsonl');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, `${whole}{"payload":"ab`);
  for (const words of [['verify', 'trail'], ['show', 'trail'], ['verify', 'trail', '--redecide', '--json']]) {
    const { status, stderr } = tollgate('trail', ...words);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^(tollgate: entries as they stand.*\n)?tollgate: the last line of `trail\/entries\/000000000000\.jsonl` was not finished \(14 bytes\): set aside\n(tollgate: entries as they stand.*\n)?$/);
  }
  writeFileSync(file, whole);

  /** The exit code of a command whose reader goes away at once, and what it complains of. */
  const unread = (...args) =>
    new Promise((done) => {
      const child = spawn(at('node_modules', '.bin', 'tollgate-node'), args, { cwd: folder });
      let complaint = '';
      child.stdout.destroy();
      child.stderr.on('data', (text) => (complaint += text));
      child.on('close', (status) => done([status, complaint]));
    });
  assert.deepEqual(await unread('trail', 'show', 'trail'), [0, 'tollgate: entries as they stand; whether they hold says `tollgate trail verify`\n']);
  assert.deepEqual(await unread('trail', 'verify', 'trail'), [0, '']);
  assert.deepEqual(await unread('keys', 'list', 'trail'), [0, '']);
  // What was found the exit code says, whoever reads the rest.
  writeFileSync(file, whole.split('\n').slice(1).join('\n'));
  assert.deepEqual(await unread('trail', 'verify', 'trail'), [1, '']);
  writeFileSync(file, whole);
});
