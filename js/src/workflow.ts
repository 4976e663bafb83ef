// What changes are judged by beside the policy, and what the engine answers about them.

import type {
  Actor, Change, ChangeEvent, ChangeState, CommandName, DueAt, Forecast, Period, PolicyRef, Reason, ReviewDuty,
} from './change.js';
import type { Instant, Json, JsonObject } from './types.js';

// The host's data ----------------------------------------------------------------------------------------------------

/** Who holds which role, who stands in for whom, and who is on call, by opaque ids of people. */
export interface Roster {
  /** Who holds each role of the policy. A role that is `managers`' is left out here. */
  roles?: { readonly [role: string]: readonly string[] };
  /** The role that whoever manages the requester holds. */
  manager_role?: string | null;
  /** The manager of each person. */
  managers?: { readonly [person: string]: string };
  delegations?: readonly Delegation[];
  /** Whose turn it is, by role. */
  on_call?: { readonly [role: string]: Rotation };
}

/** Somebody stands in for the holder of a role, from `since` up to, but not including, `until`. */
export interface Delegation {
  from: string;
  to: string;
  /** Every role that `from` holds where it is left out. */
  role?: string | null;
  since: Instant;
  until: Instant;
  /** The classes of change; all where it is left out. */
  scope?: readonly string[] | null;
}

/** People who take turns. */
export interface Rotation {
  people: readonly string[];
  /** When the first turn begins. */
  since: Instant;
  /** How long a turn is, in milliseconds. */
  turn_ms: number;
  /** Who takes a turn for somebody else. */
  swaps?: readonly { person: string; since: Instant; until: Instant }[];
}

/** The other changes, as the host's store says them. */
export interface Register {
  /** Those that have a window: `policy.planned` makes them. */
  changes?: readonly Planned[];
  /** The component that each component is part of. */
  parents?: { readonly [component: string]: string };
  /** Freezes declared in haste; one without `to` has no end yet. */
  freezes?: readonly { id: string; from: Instant; to?: Instant }[];
  /** How the last changes under each entry of the catalogue went: `policy.catalogue` makes it. */
  catalogue?: { readonly [entry: string]: History };
}

/** A change that has a window. */
export interface Planned {
  id: string;
  component: string;
  window: Period;
  implementer?: string | null;
  class?: string | null;
  /** Where it stands. One that is only asked for is not in the way of a start; one of which this is not known is. */
  state?: ChangeState;
}

/** How the last changes under an entry of the catalogue went. */
export interface History {
  runs: number;
  succeeded: number;
  /** Whether somebody suspended the entry. */
  suspended?: boolean;
}

/** How a change that is over went. */
export interface Past {
  kind: string;
  class: string;
  /** The entry of the catalogue that it named. */
  entry?: string | null;
  succeeded: boolean;
  closed: Instant;
}

/** What is wrong with a roster under a policy. */
export interface RosterFinding {
  /**
   * `UNKNOWN_ROLE`, `UNKNOWN_CLASS`, `UNFILLABLE_SEAT`, `DELEGATION_TOO_LONG`, `DELEGATION_CHAIN`, `DELEGATION_EMPTY`,
   * `NOT_ON_CALL` or `ROTATION_EMPTY`.
   */
  code: string;
  message: string;
  /** The place in the roster or the policy: `delegations[2]`, `seat legal of board cab`. */
  path: string;
  /** The rules of the policy that need it. */
  rules?: string[];
}

// Answers ------------------------------------------------------------------------------------------------------------

/** The workflow says no, with every reason. */
export interface WorkflowRefusal {
  ok: false;
  reasons: Reason[];
  /** What to do about it. */
  help?: string;
}

/**
 * What a command became: events, to be stored together or not at all, and the change after them. Of a refusal they are what
 * is put on record nevertheless; a refused beginning leaves no change.
 */
export type NextAnswer =
  | { ok: true; events: ChangeEvent[]; change: Change }
  | (WorkflowRefusal & { events: ChangeEvent[]; change: Change | null });

/** Whether a deployment may begin, or go on. */
export interface GateAnswer {
  ok: true;
  allow: boolean;
  /** Every reason why not; none if it may. */
  reasons: Reason[];
  /** Where the change stands; null if there is none. */
  state: ChangeState | null;
  /** Marks that the change carries. */
  flags: string[];
}

/** How a change stands, or the refusal that any command would meet. */
export type StatusAnswer = ({ ok: true } & ChangeStatus) | WorkflowRefusal;

/** How a change stands. */
export interface ChangeStatus {
  state: ChangeState;
  revision: number;
  /** What a vote is bound to: the digest of the request. */
  request: string;
  policy: PolicyRef | null;
  class: string | null;
  risk: string | null;
  flags: string[];
  seats: SeatStatus[];
  /** Seats whose approval is still needed. */
  missing: string[];
  approval_valid_until: Instant | null;
  service: ServiceStatus | null;
  reviews: ReviewDuty[];
  /** The commands that the state allows. */
  commands: CommandName[];
}

/** How a seat stands. */
export interface SeatStatus {
  id: string;
  /** The question that it is there to answer; the title of a role. */
  question: string;
  mandatory: boolean;
  state: 'open' | 'approved' | 'rejected' | 'not_required';
  /** Who voted, and as what. */
  by: string | null;
  role: string | null;
  /** Who may vote now. */
  entitled: string[];
}

/** How the service level stands. */
export interface ServiceStatus {
  from: string;
  to: string;
  started: Instant | null;
  due: DueAt | null;
  /** Whether the due time is what it would be if the change were complete now. */
  foreseen: boolean;
  left_ms: number | null;
  breached: Instant | null;
  met: boolean | null;
  forecast: Forecast | null;
  /** When to submit so that the board decides in time. */
  best: Submissions | null;
  /** The due time, day by day. */
  account: AccountDay[];
}

/** When a submission is decided in time. */
export type Submissions =
  | { kind: 'windows'; windows: { meeting: Meeting; from: Instant; before: Instant; safe_from: Instant | null }[] }
  | { kind: 'too_short'; meeting: Meeting; by_ms: number };

/** A meeting of a board. */
export interface Meeting {
  agenda_closes: Instant;
  starts: Instant;
  ends: Instant;
  /** Meetings that would have been first, but fall on holidays. */
  skipped: { date: string; holiday: string }[];
}

/** One day of a due time. */
export interface AccountDay {
  /** In the calendar's zone, `2026-02-03`. */
  date: string;
  weekday: string;
  open: Period[];
  counted_ms: number;
  uncounted: Uncounted[];
  /** How much counted up to the end of the day. */
  total_ms: number;
}

/** Why time of a day did not count. */
export type Uncounted =
  | { kind: 'not_working' }
  | { kind: 'holiday'; title: string }
  | { kind: 'clock_change' }
  | { kind: 'before_start' | 'paused' | 'after_due'; time_ms: number };

/** What an edit would do, or the refusal that it would meet. */
export type EditPreviewAnswer = ({ ok: true } & EditPreview) | WorkflowRefusal;

/** What an edit would do. */
export interface EditPreview {
  /** The paths of the fields that differ. */
  changed: string[];
  /** Whether one of them needs a new approval. */
  material: boolean;
  /** Whose votes would count no more. */
  voids: string[];
  revision: number;
  state: ChangeState;
  /** The class before and after. */
  class: [string | null, string | null];
  /** The risk before and after. */
  risk: [string | null, string | null];
}

/** What closed changes say of the catalogue. */
export interface CatalogueAnswer {
  ok: true;
  /** The history of each entry that was used: the register's `catalogue`. */
  histories: { [entry: string]: History };
  /** Kinds of change that might get an entry. */
  proposals: { kind: string; successes: number }[];
}

// Scenarios ----------------------------------------------------------------------------------------------------------

/** Scripted changes: commands with times, and what is expected of them. `{ "$like": name }` stands for a value of `data`. */
export interface Scenario {
  title: string;
  /** The requirements that it shows. */
  rows?: readonly string[];
  roster?: Json;
  /** The codes of what is wrong with that roster, where such a roster is what is played. */
  unfit?: readonly string[];
  register?: Json;
  data?: JsonObject;
  /** Names of files whose members join `data`. */
  with?: readonly string[];
  /** Steps that every case begins with. */
  given?: readonly ScenarioStep[];
  cases: readonly { name: string; steps: readonly ScenarioStep[]; roster?: Json; unfit?: readonly string[]; register?: Json }[];
  /** What is stated and cannot be shown yet. */
  pending?: readonly string[];
}

/** One of `do`, `gate`, `preview`, `arm` and `observe`, or none: then only time passes. */
export interface ScenarioStep {
  at: Instant;
  /** A person's id, or `machine:ci`. */
  by?: string;
  /** A command; a vote need not say what it is for. */
  do?: Json;
  gate?: JsonObject;
  preview?: JsonObject;
  /** Arms a monitor: `medians` before the deployment by metric, and the metrics to `watch`; the others count as healthy. */
  arm?: JsonObject;
  /** The monitor's samples, by metric and time. */
  observe?: JsonObject;
  /** A freeze that is thought of: which changes it would hold. */
  freeze?: JsonObject;
  /** Closed changes: what they say of the catalogue. */
  catalogue?: JsonObject;
  /** Another register from here on. */
  register?: Json;
  expect?: { codes?: readonly string[]; state?: ChangeState; events?: readonly string[]; result?: JsonObject; status?: JsonObject };
  note?: string;
}

/** What came of a scenario; `ok` says whether everything came as expected. */
export interface SimulateAnswer {
  ok: boolean;
  title: string;
  cases: { name: string; ok: boolean; steps: SimulatedStep[]; events: ChangeEvent[]; change: Change | null }[];
  pending: string[];
}

/** What came of a step. */
export interface SimulatedStep {
  at: Instant;
  by: Actor | null;
  /** The name of the command, `gate`, `preview`, `arm`, `observe`, `freeze`, `catalogue` or `time`. */
  what: string;
  ok: boolean;
  events: ChangeEvent[];
  codes: string[];
  /** The reasons to those codes; absent where there are none. */
  reasons?: Reason[];
  /** What to do about a refusal. */
  help?: string;
  state: ChangeState | null;
  /** What came otherwise than expected, in words. */
  unexpected: string[];
}
