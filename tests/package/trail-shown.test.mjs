// What `tollgate trail show` tells an auditor of each kind of entry: one line, who signed, what came of it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';

import { scenarios } from '../support/shipped.mjs';
import { clockAt, folderOfTests, founded, native, officer, signerOf, voted } from '../support/trails.mjs';

const folder = join(folderOfTests('shown'), 'trail');
const asha = { person: 'u-asha' };
const request = { ...scenarios.shared.pool, watchers: ['u-watcher'] };
const idOf = (name) => createHash('sha256').update(Buffer.from(signerOf(name).spki, 'base64')).digest('hex');

test('each entry is a line that says who signed and what came of it', { skip: native ? false : 'the native command line is not built' }, async () => {
  const { trail } = await founded(folder, { clock: clockAt('2026-02-02T10:00:00Z') });
  const signed = async (about, by, name) => (await trail.statement(about, by)).signedBy(signerOf(name));
  await trail.enrol({ spki: signerOf('dpo').spki, roles: ['data_protection_officer'], person: 'u-dpo' }, { actor: officer });
  await trail.enrol({ spki: signerOf('ci').spki, roles: ['pipeline'], machine: 'ci' }, { actor: officer });
  const given = (command, actor = asha) => trail.command('CHG-1', command, { actor });
  await given({ create: { id: 'CHG-1', request } });
  await given('submit');
  await given('complete');
  await given({ schedule: { implementer: 'u-impl' } });
  const { digest, revision, decision } = trail.change('CHG-1');
  const vote = { vote: { decision: 'reject', reason: 'INSUFFICIENT_IMPACT', comment: 'Too\nearly \u001b[31mfor me', request: digest, revision, policy: decision.policy.digest } };
  await trail.gate('CHG-1', { actor: officer });
  const answer = { allow: false, reasons: [{ code: 'ARTIFACT_MISMATCH', message: '' }, { code: 'NO_SNAPSHOT', message: '' }], state: 'awaiting_approval', flags: [] };
  await trail.gate('CHG-1', { statement: await signed({ gate: 'CHG-1', facts: {}, answer }, { machine: 'ci' }, 'ci') });
  await trail.command('CHG-1', { statement: await signed({ change: 'CHG-1', command: vote }, { person: 'u-manager' }, 'u-manager') });
  await trail.hold('CHG-1', { actor: officer, reason: 'A lawsuit' });
  await trail.liftHold('CHG-1', { actor: officer, reason: 'It is over' });
  await trail.revoke({ key: idOf('u-architect'), reason: 'Laptop lost' }, { actor: officer });
  await trail.erase({ statement: await signed({ erase: 'u-watcher', reason: 'Asked for' }, { person: 'u-dpo' }, 'dpo') });
  await given({ create: { id: 'CHG-1', request } });
  await trail.close();

  const shown = execFileSync(native, ['trail', 'show', folder], { encoding: 'utf8' });
  const lines = shown.trimEnd().split('\n');
  const told = new Map(lines.slice(1).map((line) => [Number(line.slice(0, 5)), line.slice(33)]));
  const columns = (kind, by, signers, what) => `${kind.padEnd(18)}  ${by.padEnd(14)}  ${signers.padEnd(20)}  ${what}`;
  assert.equal(lines[0].slice(33), columns('what', 'by', 'signed by', 'what came of it'));
  const architect = idOf('u-architect').slice(0, 12);
  for (const [index, ...line] of [
    [10, 'key.enrolled', 'u-cm', 'log, 2 root keys', `key ${idOf('ci').slice(0, 12)}… of ci: pipeline`],
    [11, 'change.command', 'u-asha', 'log', 'CHG-1/1  create: created  (erased: 1)'],
    [14, 'change.command', 'u-asha', 'log', 'CHG-1/6  schedule: refused WRONG_STATE'],
    [16, 'gate.answered', 'ci', 'log, ci', 'CHG-1 reported by ci: denied ARTIFACT_MISMATCH NO_SNAPSHOT; here: denied MISSING_APPROVAL NO_WINDOW OUTSIDE_WINDOW ARTIFACT_MISMATCH NO_SNAPSHOT NO_STAGING_EVIDENCE PREFLIGHT_LOG_SHIPPER NO_BASELINE'],
    [18, 'hold.placed', 'u-cm', 'log', 'CHG-1: “A lawsuit”'],
    [19, 'hold.lifted', 'u-cm', 'log', 'CHG-1: “It is over”'],
    [20, 'key.revoked', 'u-cm', 'log, 2 root keys', `key ${architect}… from entry 21 on: “Laptop lost”`],
    [21, 'erasure.performed', 'u-dpo', 'log, u-dpo', '1 digest of u-watcher: “Asked for”'],
  ]) {
    assert.equal(told.get(index), columns(...line), shown);
  }
  const about = execFileSync(native, ['trail', 'show', folder, '--change', 'CHG-1'], { encoding: 'utf8' });
  for (const what of ['“A lawsuit”', '“It is over”', 'reported by ci', 'asked here']) assert.ok(about.includes(what), about);
  assert.match(told.get(15), /^gate\.answered {7}u-cm {12}log {19}CHG-1 asked here: denied MISSING_APPROVAL /, shown);
  assert.match(told.get(17), /^change\.command {6}u-manager {7}log, u-manager {8}CHG-1\/\d+ {2}vote: reject as line_manager INSUFFICIENT_IMPACT “Too early \\u\{1b\}\[31mfor me”, rejected /, shown);
  assert.match(told.get(22), /refused [A-Z_]+$/, shown);
  assert.equal(execFileSync(native, ['trail', 'show', folder, '18'], { encoding: 'utf8' }).includes('"reason":"A lawsuit"'), true);
});
