// What a policy can be asked about the life of changes.

import type { CompiledPolicy, DecideOptions, PolicyOpener } from './api.js';
import type { Actor, Change, Command, Period } from './change.js';
import type { Instant, JsonObject, RuleFile } from './types.js';
import type {
  ArmAnswer, Baseline, BaselineAnswer, Monitor, ObserveAnswer, RehearseAnswer, Report, ReportAnswer, Sample,
} from './watch.js';
import type {
  CatalogueAnswer, EditPreviewAnswer, GateAnswer, NextAnswer, Past, Planned, Register, Roster, Scenario, SimulateAnswer, StatusAnswer,
} from './workflow.js';

/** By what changes are judged, beside the policy. */
export interface Workflow {
  /** Who holds which role. */
  roster: Roster;
  /** The other changes; none where it is left out. */
  register?: Register;
}

/** The host's clock, and who gives the command. */
export interface CommandOptions {
  now: Instant;
  actor: Actor;
}

/**
 * Changes under a policy, a roster and a register. It keeps no change: each call takes one as it is and gives it back as it
 * becomes, and the host stores the events.
 */
export interface Changes {
  /**
   * Does what a command asks of a change, or says why not: a refusal of the workflow is an answer. `change` is null for the
   * commands that begin one.
   *
   * @throws {TollgateError} `BAD_CALL` for what is no change, command or actor.
   */
  next(change: Change | null, command: Command, options: CommandOptions): NextAnswer;

  /** Says whether a deployment may begin now, with every reason why not. `facts` is what the deployment job knows; it is not kept. */
  gate(change: Change | null, options: DecideOptions): GateAnswer;

  /** Says how a change stands: who is asked, until when, and what may be done. */
  status(change: Change, options: { now: Instant }): StatusAnswer;

  /** Says what the requester's edit would do; nothing is changed. */
  previewEdit(change: Change, request: JsonObject, options: { now: Instant }): EditPreviewAnswer;

  /**
   * Arms a monitor of the deployment that a change is in, with what `policy.baseline` found before it. The host keeps the monitor
   * beside the change's events.
   */
  arm(change: Change, options: { baselines: readonly Baseline[] }): ArmAnswer;

  /**
   * Takes the samples that came since the last call, in any order, and judges everything up to `now`. What is later than `now`
   * is to be given again; what was given before does no harm. The answer's `commands` are for `next`.
   *
   * @throws {TollgateError} `BAD_MONITOR` for a monitor that is not what `arm` or the last `observe` gave.
   */
  observe(change: Change, monitor: Monitor, samples: readonly Sample[], options: { now: Instant }): ObserveAnswer;

  /** The same policy and roster with another register. */
  with(others: { register: Register }): Changes;
}

/** A policy, ready to decide and to lead changes through their lives. */
export interface FullPolicy extends CompiledPolicy {
  /**
   * Takes up changes under this policy.
   *
   * @throws {TollgateError} `ROSTER_UNFIT` for a roster that cannot fill the policy's seats, or does not fit it otherwise, with
   * everything that is wrong in `findings`.
   */
  changes(workflow: Workflow): Changes;

  /** The part of the register that changes are: those with a window that are not over. */
  planned(changes: readonly Change[]): Planned[];

  /** What closed changes say of the catalogue: its histories, and kinds of which the last `atLeast` went well. */
  catalogue(past: readonly Past[], options: { atLeast: number }): CatalogueAnswer;

  /**
   * Reads what a machine reports: an answer of Prometheus, OpenMetrics, a table, the report of a test tool. A report that cannot be
   * read is an answer.
   *
   * @throws {TollgateError} `UNKNOWN_METRIC` and `WRONG_KIND` for metrics that the policy does not have, or that no such report
   * can give.
   */
  readReport(report: Report): ReportAnswer;

  /** Returns the medians of the metrics before a deployment that starts at `before`. */
  baseline(samples: readonly Sample[], options: { before: Instant }): BaselineAnswer;

  /**
   * Runs recorded samples through the monitor that a deployment would have. What lies before `start` is the baseline; left out, it
   * is the first instant with a whole baseline before it. `holdMs` lets a reading of a gauge stand so long for what follows it.
   */
  rehearse(samples: readonly Sample[], options?: { start?: Instant; holdMs?: number }): RehearseAnswer;

  /**
   * Plays scripted changes. `with` holds the files that the scenario names, by their names.
   *
   * @throws {TollgateError} `BAD_SCENARIO` where the scenario itself is at fault.
   */
  simulate(scenario: Scenario, options?: { with?: { readonly [file: string]: JsonObject } }): SimulateAnswer;
}

/** Makes policies from rule files, too. */
export interface PolicyMaker extends PolicyOpener {
  /**
   * Compiles rule files. It does not search for requests that break a promise or a `unique` table: `check` does, and is what a
   * policy goes through before it is released.
   *
   * @throws {TollgateError} `BROKEN_POLICY` where they have errors, with all of them in `diagnostics`.
   */
  compile(files: readonly RuleFile[]): FullPolicy;

  open(image: Uint8Array | ArrayBuffer): FullPolicy;
}

/** Where `freeWindows` looks. */
export interface FreeWindowsOptions {
  component: string;
  /** The stretch that is looked at. */
  within: Period;
  /** The least length of a window, in milliseconds. */
  atLeastMs: number;
}
