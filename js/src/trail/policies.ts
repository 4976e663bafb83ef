// The policies that a trail adopted: the last is in force, and open changes may stand under those before.

import type { Change } from '../change.js';
import { FullPolicyInEngine } from '../changes.js';
import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import type { Json, JsonObject, RuleFile } from '../types.js';
import type { TrailGlue } from './reading.js';
import type { Log } from './types.js';

/** A policy that the trail adopted. It stays as long as the trail does. */
class AdoptedPolicy extends FullPolicyInEngine {
  ask(name: string, call: object): unknown {
    return this.send(name, call);
  }

  get outgoing(): { handle: number } {
    return { handle: this.handle() };
  }

  override release(): void {}
}

/** Policies by their digests, compiled when they are needed. */
export class Policies {
  readonly #engine: Engine<TrailGlue>;
  readonly #files = new Map<string, readonly RuleFile[]>();
  readonly #policies = new Map<string, AdoptedPolicy>();
  #inForce: string | null = null;

  constructor(engine: Engine<TrailGlue>) {
    this.#engine = engine;
  }

  get inForce(): AdoptedPolicy | null {
    return this.#inForce === null ? null : this.#of(this.#inForce);
  }

  /** Puts a policy in force. */
  adopt(digest: string, files: readonly RuleFile[]): void {
    this.#files.set((this.#inForce = digest), files);
  }

  /** The policy that a change stands under, or the one in force. Reclassifying is by the latter. */
  for(change: Change | null, command: string): AdoptedPolicy {
    const under = command === 'reclassify' ? undefined : change?.decision?.policy.digest;
    const digest = under ?? this.#inForce;
    if (digest === null) throw new TollgateError({ code: 'OTHER_POLICY', message: 'no policy is in force', help: '`adopt` one first' });
    return this.#of(digest);
  }

  /** What a policy is held against that is to take the place of the one in force: the log with its roster, that one, and every open change. */
  replacing(head: Log, roster: Json, changes: ReadonlyMap<string, Change>): object {
    const { inForce } = this;
    const open = Object.keys(head.state.open as JsonObject).map((id) => changes.get(id));
    return { head, roster, open, ...(inForce === null ? {} : { outgoing: inForce.outgoing }) };
  }

  compiled(files: readonly RuleFile[]): AdoptedPolicy {
    const policy = new AdoptedPolicy(this.#engine, { files });
    const { digest } = policy.identity;
    const known = this.#policies.get(digest);
    if (!known) this.#policies.set(digest, policy);
    return known ?? policy;
  }

  #of(digest: string): AdoptedPolicy {
    let policy = this.#policies.get(digest);
    if (!policy) this.#policies.set(digest, (policy = this.compiled(this.#files.get(digest) ?? [])));
    return policy;
  }
}
