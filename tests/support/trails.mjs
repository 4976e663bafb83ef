// Trails of the shipped policy for tests: seeds for everybody, and a life of a change from its beginning to its end.

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { execFileSync } from 'node:child_process';

import { openTrail, seedSigner } from '../../js/dist/full.node.js';
import { folderStore } from '../../js/dist/node.js';
import { inProject } from '../../tools/lib/paths.mjs';
import { files, scenarios } from './shipped.mjs';

export const roster = scenarios.shared.people;
export const ORIGIN = 'changes.example';

/** The signer of somebody: the seed is the hash of their name. */
export const signerOf = (name) => seedSigner(new Uint8Array(createHash('sha256').update(name).digest()));

export const officer = { person: 'u-cm' };
const roots = ['root-1', 'root-2'];

/** A clock that is set by hand. */
export function clockAt(start) {
  let now = new Date(start);
  return Object.assign(() => now, { set: (to) => void (now = new Date(to)) });
}

/** A folder that is gone after the tests. */
export function folderOfTests(name) {
  const base = mkdtempSync(join(tmpdir(), `tollgate-${name}-`));
  after(() => rmSync(base, { recursive: true, force: true }));
  return base;
}

/** Opens the trail in a folder with the log's key and those of the root. */
export const openAt = (folder, { store = {}, ...options } = {}) =>
  openTrail({ store: folderStore(folder, store), signer: signerOf('log'), signers: roots.map(signerOf), ...options });

/** Begins a trail: a root of two keys, and the log's key. */
export const begin = (trail, origin = ORIGIN) =>
  trail.begin({ origin, root: { keys: roots.map((name) => signerOf(name).spki), threshold: 2 } }, { actor: officer });

/** Begins a trail with everybody's keys, the roster and a policy, the shipped one: 9 entries. */
export async function founded(folder, { clock = clockAt('2026-02-01T00:00:00Z'), origin = ORIGIN, policy = files, ...options } = {}) {
  const trail = await openAt(folder, { clock, ...options });
  await begin(trail, origin);
  for (const person of ['u-cm', 'u-vp']) {
    await trail.enrol({ spki: signerOf(person).spki, roles: ['policy_author', 'approver'], person }, { actor: officer });
  }
  for (const person of ['u-manager', 'u-asha', 'u-ciso', 'u-architect']) {
    await trail.enrol({ spki: signerOf(person).spki, roles: ['approver'], person }, { actor: officer });
  }
  await trail.setRoster(roster, { actor: officer });
  await adopted(trail, policy);
  return { trail, clock };
}

/** Has a policy adopted by its two authors. */
export async function adopted(trail, policy) {
  const statements = [];
  for (const person of ['u-cm', 'u-vp']) statements.push(await (await trail.statement({ adopt: policy }, { person })).signedBy(signerOf(person)));
  await trail.adopt(policy, { actor: officer, statements });
}

/** A vote, signed by who casts it. */
export async function voted(trail, id, person, decision = 'approve') {
  const { digest, revision, decision: decided } = trail.change(id);
  const command = { vote: { decision, request: digest, revision, policy: decided.policy.digest } };
  const statement = await (await trail.statement({ change: id, command }, { person })).signedBy(signerOf(person));
  return trail.command(id, { statement });
}

/** The native command line; undefined where it is not built. */
const binary = inProject('target', 'debug', 'tollgate');
export const native = existsSync(process.env.TOLLGATE_BINARY ?? binary) ? (process.env.TOLLGATE_BINARY ?? binary) : undefined;

/** What the native command line says of a trail, and its exit code. */
export function nativeVerify(folder, ...options) {
  try {
    return { status: 0, ...JSON.parse(execFileSync(native, ['trail', 'verify', folder, '--format', 'json', ...options], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })) };
  } catch (error) {
    return { status: error.status, ...JSON.parse(error.stdout) };
  }
}
