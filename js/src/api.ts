// What a policy can be asked.

import type {
  DecideAnswer, Diagnostic, ExplainAnswer, Form, Instant, JsonObject, Partial, PolicyIdentity, RuleFile,
} from './types.js';

/** When to decide, and what machines report. */
export interface DecideOptions {
  /** The instant of the decision, with its offset. The engine has no clock. */
  now: Instant;
  /** What machines report, by group. In `partial` a group left out may still come, and `null` says that it will not. */
  facts?: JsonObject;
}

/** One of many requests. */
export interface DecideItem extends DecideOptions {
  request: JsonObject;
}

/** A policy, ready to decide. */
export interface CompiledPolicy {
  /** Who it is. */
  readonly identity: PolicyIdentity;
  /** What the compiler remarks, all short of an error; empty for one opened from an image. */
  readonly diagnostics: readonly Diagnostic[];

  /**
   * Decides a change request. The answer's `ok` is false where the request or the facts are at fault, with every fault
   * told in `errors`.
   *
   * @throws {TollgateError} `BAD_CALL` for data that JSON does not keep, such as NaN or undefined, and for an unknown option.
   */
  decide(request: JsonObject, options: DecideOptions): DecideAnswer;

  /** Decides a change request and says why: what held, and what came nearest. Otherwise as {@link CompiledPolicy.decide}. */
  explain(request: JsonObject, options: DecideOptions): ExplainAnswer;

  /** Decides many requests. One that is refused does not stop the others. */
  decideMany(items: readonly DecideItem[]): DecideAnswer[];

  /**
   * Says what a half-filled form can still become, and what to ask next. In `answers` a key left out is not answered yet,
   * and null is answered with nothing. With `explain` it also says why, as far as that is settled.
   */
  partial(answers: JsonObject, options: DecideOptions & { explain?: boolean }): Partial;

  /** The questions of the policy, and in plain words what the answers can lead to. */
  form(): Form;

  /** The rule files it was compiled from. */
  files(): readonly RuleFile[];

  /**
   * The compiled policy as bytes, which {@link PolicyOpener.open} takes much faster than the compiler takes the files. They are
   * for this version of the package alone: keep the rule files.
   */
  image(): Uint8Array;

  /** Frees what the engine keeps of it. A policy that nobody holds any more is freed by itself. */
  release(): void;
}

/** Makes policies from images. */
export interface PolicyOpener {
  /**
   * Opens a compiled policy.
   *
   * @throws {TollgateError} `BAD_IMAGE` unless the bytes are what {@link CompiledPolicy.image} gave, in
   * this version.
   */
  open(image: Uint8Array | ArrayBuffer): CompiledPolicy;
}
