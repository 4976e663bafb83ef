// What the life of a change is made of: commands that go in, events and changes that come out, as the engine's JSON has them.

import type { Decision, Instant, Json, JsonObject } from './types.js';

// Who and where ------------------------------------------------------------------------------------------------------

/** Where a change stands. */
export type ChangeState =
  | 'draft' | 'out_of_scope' | 'assessing' | 'awaiting_approval' | 'needs_info' | 'approved' | 'rejected' | 'scheduled'
  | 'on_hold' | 'expired' | 'implementing' | 'verifying' | 'rolling_back' | 'rolled_back' | 'rollback_failed' | 'failed'
  | 'in_review' | 'closed' | 'withdrawn' | 'unauthorized';

/** A program, by what it does. */
export type Machine = 'ci' | 'monitor' | 'helpdesk' | 'suites' | 'workflow';

/** Who gives a command: somebody by an opaque id, or a program. */
export type Actor = { person: string } | { machine: Machine };

/** The time from `start` up to, but not including, `end`. */
export interface Period {
  start: Instant;
  end: Instant;
}

/** The policy that a change stands under. */
export type PolicyRef = Decision['policy'];

// Commands -----------------------------------------------------------------------------------------------------------

/** What can be asked of a change. A command that carries nothing is its name alone. */
export type Command =
  /** Begins a draft, under an id of the host's. A machine names a requester in the request. */
  | { create: { id: string; request: JsonObject } }
  /** Puts on record that something was deployed that no change allowed. */
  | { record_unauthorized: { id: string; deployment: Json; reason: string } }
  /** Replaces the request. */
  | { edit: { request: JsonObject } }
  /** Asks for classification. */
  | 'submit'
  /** Says that the impact is assessed: those who decide are asked. */
  | 'complete'
  /** Takes in what a machine found out. Groups not named stay as they are; `null` takes one back. */
  | { report: { facts: JsonObject } }
  | { vote: Ballot }
  /** Asks the requester a question. */
  | { ask_info: { comment: string } }
  | { answer_info: { comment: string } }
  /** Takes up a rejected or lapsed change again, as the next revision. */
  | 'revise'
  /** Decides the class anew, by the policy that is in force now. */
  | { reclassify: { reason: string } }
  /** Asks those whom the policy names to treat the change as of another class. */
  | { escalate: { exception: string; reason: string } }
  /** Takes an escalation on oneself, or declines it. */
  | { accept: { accept: boolean; comment: string; seat?: string | null } }
  /** Gives an approved change its implementer, and its window where the request does not hold one. */
  | { schedule: { implementer: string; window?: Period | null } }
  /** Holds a scheduled change, for a freeze. */
  | { hold: { reason: string } }
  | 'lift'
  /** Begins the deployment. */
  | { start: { implementer?: string | null } }
  /** Begins the deployment before the approvals are complete. */
  | { break_glass: { exception: string; reason: string; implementer?: string | null } }
  /** Goes to the next step of a gradual rollout. */
  | 'promote'
  /** Says that the deployment is done. */
  | 'done'
  /** Gives the deployment up; `deployed` says whether something has to be taken back. */
  | { abort: { reason: string; deployed: boolean } }
  /** Takes the change back: a rule of the policy fired. */
  | { trigger: Trigger }
  /** Says which rules cannot judge for want of data; none says that all can again. */
  | { inconclusive: { rules: string[] } }
  /** Says that what was there before is there again; `digest` is of what runs now. */
  | { restored: { digest: string } }
  | { restore_failed: { reason: string } }
  /** Names the change that repairs what could not be taken back. */
  | { fix_forward: { change: string } }
  /** Says that everything was verified. */
  | 'verify'
  /** Records the review after the change. */
  | { review: { notes: string; docs_updated: boolean } }
  /** Decides the later review of an emergency or of an exception. */
  | { retro: { justified: boolean; comment: string } }
  /** Ends the life of the change; `trail_whole` says whether the host has verified the trail. */
  | { close: { code: CloseCode; trail_whole: boolean } }
  /** Takes the change back before it begins. */
  | { withdraw: { reason: string } }
  /** Lets time pass: what fell due since the last event is put on record. */
  | 'tick';

/** The name of a command. */
export type CommandName = Command extends infer C ? (C extends string ? C : keyof C) : never;

/** A vote, and what it is for: it counts for nothing else. */
export interface Ballot {
  decision: 'approve' | 'reject';
  /** The seat, or on a route of roles the role; may be left out where the voter has one only. */
  seat?: string | null;
  /** A code for a rejection, such as `insufficient_impact`. */
  reason?: string | null;
  /** Words for people; needed with a rejection. */
  comment?: string;
  /** The digest of the request that the voter saw: the change's `digest`. */
  request: string;
  revision: number;
  /** The digest of the policy that it was shown under: that of the change's `decision.policy`. */
  policy: string;
}

/** What fired, as the rollback monitor says it. */
export interface Trigger {
  code: string;
  /** The rule of the policy. */
  rule: string;
  /** When it fired. */
  at: Instant;
  /** The first bad sample. */
  first_bad?: Instant | null;
  /** The test or metric, the measured value and the threshold. */
  evidence?: Json;
}

/** How a change ended. */
export type CloseCode = 'successful' | 'with_issues' | 'rolled_back' | 'rollback_failed' | 'failed' | 'unauthorized';

// Events -------------------------------------------------------------------------------------------------------------

/** One thing that happened. A change is the fold of these and nothing else. */
export interface ChangeEvent {
  /** The change. */
  change: string;
  /** Its place among the events of the change, from 1. */
  seq: number;
  /** When it was recorded. */
  at: Instant;
  by: Actor;
  what: What;
  /** Who is to be told, and as what; the host delivers. */
  notify?: { to: string; role: string }[];
}

/** What happened, by its `type`. */
export type What =
  | { type: 'created'; requester: string; request: JsonObject; digest: string }
  | { type: 'unauthorized.recorded'; deployment: Json; reason: string; review: ReviewDuty | null }
  | { type: 'edited'; request: JsonObject; digest: string; changed: string[]; material: boolean; revision: number; voided: string[] }
  | { type: 'submitted'; at: Instant }
  | {
      type: 'classified';
      cause: 'submitted' | 'edited' | 'reported' | 'reclassified' | 'escalated';
      /** Without its gates, which are asked again at each step. */
      decision: Decision;
      revision: number;
      due?: DueAt;
      reason?: string;
      /** The digest of the policy until now, where another takes its place. */
      from_policy?: string;
      voided?: string[];
      flag?: string;
      reviews: ReviewDuty[];
    }
  | { type: 'scoped.out' }
  | { type: 'assessment.opened'; revision: number }
  | { type: 'assessment.incomplete'; reasons: Reason[] }
  | { type: 'assessment.completed'; due: DueAt | null; forecast?: Forecast }
  | ({ type: 'vote.cast' } & Vote)
  | { type: 'approved'; by: ApprovedBy; valid_until: Instant | null; not_required: string[] }
  | { type: 'rejected'; code: string; reason: string | null; comment: string; seat: string }
  | { type: 'expired'; at: Instant }
  | { type: 'info.asked'; comment: string; pauses: boolean }
  | { type: 'info.answered'; comment: string; due: DueAt | null }
  | { type: 'facts.reported'; facts: JsonObject }
  | { type: 'escalation.requested'; exception: string; reason: string; missing: string[]; code: string }
  | { type: 'escalation.accepted'; role: string; standing_in: StandIn | null; comment: string }
  | { type: 'escalation.declined'; role: string; code: string; comment: string }
  | { type: 'scheduled'; request: JsonObject; digest: string; window: Period | null; implementer: string }
  | { type: 'held'; reason: string }
  | { type: 'lifted' }
  | { type: 'glass.broken'; exception: string; reason: string; flag: string; unmet: Reason[]; review: ReviewDuty }
  | { type: 'implementation.started'; implementer: string; snapshot: string | null; share: string | null }
  | { type: 'canary.promoted'; step: number; share: string; forgets?: string[] }
  | { type: 'implementation.done' }
  | { type: 'implementation.failed'; reason: string }
  | { type: 'monitor.inconclusive'; rules: string[] }
  | ({ type: 'rollback.triggered' } & Rollback)
  | { type: 'trigger.noted'; code: string; rule: string; at: Instant }
  | { type: 'rollback.restored'; digest: string; took_ms: number; exposure_ms: number | null; late: boolean }
  | { type: 'rollback.failed'; code: string; reason: string }
  | { type: 'rollback.fix_forward'; change: string }
  | { type: 'verified' }
  | { type: 'reviewed'; notes: string; docs_updated: boolean }
  | { type: 'retro.due'; code: string; why: string; due: DueAt }
  | { type: 'retro.decided'; code: string; justified: boolean; comment: string }
  | { type: 'retro.overdue'; code: string; due: Instant }
  | { type: 'sla.alert'; share: string; at: Instant }
  | { type: 'sla.breached'; at: Instant }
  | { type: 'sla.ended'; met: boolean; late_ms: number | null }
  | { type: 'closed'; code: CloseCode }
  | { type: 'withdrawn'; reason: string }
  | { type: 'refused'; command: CommandName; codes: string[] };

/** Why something is refused or denied. */
export interface Reason {
  /** The code, which lasts: `WRONG_STATE`, or one of the policy's. */
  code: string;
  /** The rule of the policy, if one said so. */
  rule?: string;
  /** What is missing: paths, seats, roles. */
  missing?: string[];
  /** Fields that hold a placeholder. */
  placeholders?: string[];
  /** Words for people. */
  message?: string;
}

/** When something is due; where `strict`, the limit itself is too late. */
export interface DueAt {
  at: Instant;
  strict: boolean;
}

/** What a board that meets weekly makes of a due time. */
export interface Forecast {
  meeting: Period;
  verdict: string;
  by_ms: number;
}

/** A vote that counts, with all that it is bound to. */
export interface Vote {
  by: string;
  seat: string;
  decision: 'approve' | 'reject';
  reason?: string;
  comment?: string;
  /** For whom, if not for oneself. */
  standing_in?: StandIn;
  at: Instant;
  request: string;
  revision: number;
  policy: string;
}

/** For whom somebody stands in, by what right, and until when. */
export interface StandIn {
  holder: string;
  right: 'delegation' | 'on_call';
  until: Instant;
}

/** Who approved. */
export type ApprovedBy =
  | { kind: 'policy'; entry: string | null; version: string | null; approved_by: string | null; approved_on: string | null }
  | { kind: 'votes'; approvals: number };

/** A later review that is due. */
export interface ReviewDuty {
  /** The board or role. */
  by: string;
  code: string;
  /** The class or exception that asks for it. */
  why: string;
  /** The milestone that its time counts from. */
  after: string;
  due?: DueAt;
  justified?: boolean;
  overdue?: boolean;
}

/** A rollback that runs. */
export interface Rollback {
  code: string;
  rule: string;
  at: Instant;
  first_bad?: Instant;
  deadline?: DueAt;
  /** What to go back to. */
  target: string | null;
  evidence?: Json;
}

// Changes ------------------------------------------------------------------------------------------------------------

/** A change as its events say. It passes through the engine: a host stores events, and folds them to have it again. */
export interface Change {
  id: string;
  /** How many events it is made of. */
  seq: number;
  state: ChangeState;
  /** Counts from 1; another one needs other votes. */
  revision: number;
  requester: string;
  request: JsonObject;
  /** In a trail: the personal fields that the request was given, by their paths: those that are known here, and those that are not, as they were erased or never brought along. */
  withheld?: { fields: string[]; unknown: string[] };
  /** The digest of the request's canonical bytes. */
  digest: string;
  /** What machines reported. */
  facts: JsonObject;
  /** The last decision, without its gates; null before submission. */
  decision: Decision | null;
  /** Marks such as `BREAK_GLASS`. */
  flags: string[];
  milestones: { [milestone in Milestone]: Instant | null };
  last_at: Instant;
  /** The service level. */
  service: {
    due: DueAt | null;
    forecast: Forecast | null;
    pauses: Period[];
    paused_since: Instant | null;
    alerted: string[];
    breached: Instant | null;
    met: boolean | null;
    counts_from: Instant | null;
  };
  /** The votes that count. */
  votes: Vote[];
  approval: { at: Instant; by: ApprovedBy; valid_until: Instant | null; not_required: string[] } | null;
  escalation: { exception: string; missing: string[]; accepted: string[] } | null;
  /** Who took on themselves the escalation that gave it its class. */
  escalated_by?: string[];
  implementer: string | null;
  /** The rules that cannot judge. */
  inconclusive: string[];
  /** Where a gradual rollout is. */
  canary: { step: number; share: string; since: Instant } | null;
  /** What to go back to. */
  snapshot: string | null;
  rollback: { trigger: Rollback; restored: Instant | null; late: boolean; failed: boolean } | null;
  reviews: ReviewDuty[];
  reviewed: { by: string; at: Instant; docs_updated: boolean } | null;
  fix_forward: string | null;
  close_code: CloseCode | null;
  /** What is known of a deployment without a change. */
  deployment: Json;
}

/** What limits count from and to. */
export type Milestone = 'submitted' | 'completed' | 'decided' | 'approved' | 'implementing' | 'deployed' | 'implemented' | 'closed';
