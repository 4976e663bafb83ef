// What goes into the calls and what comes out of them: plain data, as the engine's JSON has it.

/** A rule file of a policy. */
export interface RuleFile {
  /** Its name, shown in diagnostics; no part of the policy's identity. */
  name: string;
  /** Its text. */
  text: string;
}

/** JSON: what requests and facts are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json };

/** An instant with its offset, RFC 3339: `2026-02-03T11:00:00+05:30`. */
export type Instant = string;

/** Why a call was not answered, or what is wrong with an input. */
export interface Refusal {
  /** A stable word for programs: `UNKNOWN_FIELD`. */
  code: string;
  /** What is wrong, in one line. */
  message: string;
  /** The place, a path such as `impact.business.summary`; absent where the whole is meant. */
  path?: string;
  /** The remedy, where there is one. */
  help?: string;
}

/** Who a policy is. */
export interface PolicyIdentity {
  /** The code after the keyword `policy`. */
  id: string;
  title: string;
  /** The version its author gave it. */
  version: string;
  /** The frozen edition of the language that fixes its meaning. */
  edition: number;
  /** SHA-256 of the canonical form: changes with the meaning only. */
  digest: string;
  /** SHA-256 over the files as written: changes with any byte. */
  source_digest: string;
}

// Decisions ----------------------------------------------------------------------------------------------------------

/** What the policy says of one change: ids, numbers and instants. Its RFC 8785 bytes are the same on every host. */
export interface Decision {
  policy: { id: string; version: string; edition: number; digest: string };
  /** Digests of the canonical bytes of request and facts as given. */
  input: { request: string | null; facts: string | null };
  now: Instant;
  submitted_at: Instant;
  /** In or out of scope. Out of scope, everything after this is empty or null. */
  scope: { value: string; rule: string | null };
  /** The assessed risk, and the factors that add up to it. */
  score: { points: number; assessed: string | null; factors: { id: string; adds: number }[] } | null;
  /** The catalogue entry that the request names. */
  catalogue: CatalogueUse | null;
  /** The class, and every rule that held. */
  class: { value: string; rule: string | null; held: string[] } | null;
  /** The final risk. */
  risk: string | null;
  /** Who decides. */
  route: { rule: string; held: string[]; approve: Approve } | null;
  /** The service level. `at` is known here only for fixed time from submission. */
  due: Due | null;
  /** Who is told at which shares of the time, in percent. */
  alerts: { at: string[]; to: string[] }[];
  pauses_while: string | null;
  reviews: { by: string; strict: boolean; time: Time; after: string; code: string }[];
  /** Gradual rollouts: each step a share in percent, and how long it is watched, in milliseconds. */
  canary: { name: string; steps: { share: string; observed_ms?: number; code?: string }[] }[];
  retain: { time: Time; after: string } | null;
  regimes: string[];
  /** The compliance controls that the change touches. */
  touched: string[];
  exceptions: string[];
  /** What each step of the change's life says now. */
  gates: Gate[];
  notify: string[];
  flags: string[];
  codes: string[];
  /** The clauses of law that the rules in force serve. */
  serves: string[];
}

/** How the catalogue looks at a change. */
export interface CatalogueUse {
  entry: string;
  version: string;
  approved_by: string;
  /** A day, `2025-11-06`. */
  approved_on: string;
  covered: boolean;
  /** Why it is not covered. */
  reasons: CatalogueReason[];
}

/** Why an entry of the catalogue does not cover a change. */
export type CatalogueReason =
  | { kind: 'for' }
  | { kind: 'expired'; code: string }
  | { kind: 'not_yet_valid' }
  | { kind: 'suspended'; code?: string }
  | { kind: 'guard'; id: string };

/** The right to decide. */
export type Approve =
  | { kind: 'automatically' }
  | { kind: 'roles'; count: number; roles: string[] }
  | {
      kind: 'board';
      board: string;
      seats: { id: string; held_by: string; mandatory: boolean }[];
      at_least: number;
      of: number;
      votes_between_meetings: boolean;
    };

/** A length of time: exactly one member. */
export type Time = { ms: number } | { business_days: number } | { business_ms: number } | { years: number };

/** A service level. */
export interface Due {
  /** `true` for less than, `false` for at most. */
  strict: boolean;
  time: Time;
  from: string;
  to: string;
  calendar: string | null;
  at: Instant | null;
}

/** What a gate says. */
export interface Gate {
  gate: string;
  allows: boolean;
  /** The demands that are not met. */
  failures: { id: string; code: string; missing: string[]; placeholders: string[]; serves: string[] }[];
}

// Explanations -------------------------------------------------------------------------------------------------------

/** Why a change came out as it did, and what would have to differ. */
export interface Explanation {
  /** The decision in plain English. */
  sentences: string[];
  /** For each sentence where the rule stands that it speaks of; null where it speaks of none. */
  places: (Place | null)[];
  /** For each other class the rule nearest to holding, nearest first. */
  nearest: Nearest[];
  /** What was looked at, in the order of the evaluation. */
  phases: PhaseSeen[];
}

/** The rule of another class that is nearest to holding. */
export interface Nearest {
  class: string;
  rule: string;
  title: string;
  /** The fewest things that would have to differ. */
  blocked_by: { kind: string; id?: string; text: string; span: Place; needs: boolean }[];
  /** The same in plain English. */
  sentence: string;
}

/** The rules of one phase: `scope`, `score`, `catalogue`, `class`, `route`, `seats`, `regimes`, `canary`, `gate:start` and so on. */
export interface PhaseSeen {
  phase: string;
  /** The rule that has the say in `scope`, `class` or `route`; not there while that is not settled. */
  decided_by?: string;
  /** Its rules, also those not reached. */
  rules: RuleSeen[];
}

/** One rule, and what was seen of it. */
export interface RuleSeen {
  id: string;
  title: string;
  /** Whether it held; null where it was not reached, or is not settled yet. */
  held: boolean | null;
  /** What it gives, in one word. */
  gives: string;
  span: Place;
  clauses: ClauseSeen[];
}

/** One condition of a rule. */
export interface ClauseSeen {
  /** In the words of the language. */
  text: string;
  /** Whether it held; null where it was not read, or is not settled yet. */
  held: boolean | null;
  span: Place;
  /** What it read: the value of each field, or `missing`. Personal values are not shown. */
  values?: { [path: string]: string };
  clauses?: ClauseSeen[];
}

/** A stretch of a rule file: bytes from 0, line and column (in characters) from 1. */
export interface Place {
  file: string;
  start: number;
  end: number;
  line: number;
  column: number;
}

// Forms --------------------------------------------------------------------------------------------------------------

/** The questions of a policy, and in plain words what the answers can lead to. */
export interface Form {
  title: string;
  members: FormMember[];
  classes: { name: string; title: string; criteria: Titled[] }[];
  boards: { name: string; title: string; seats: Titled[] }[];
  roles: Titled[];
  exceptions: Titled[];
}

/** A question, or questions that belong together. */
export type FormMember = { field: FormField } | { group: FormGroup };

/** Questions that belong together. */
export interface FormGroup {
  path: string;
  title: string;
  /** May be filled in after submission. */
  later: boolean;
  members: FormMember[];
}

/** One question. */
export interface FormField {
  /** Its place in the request. */
  path: string;
  /** The question. */
  title: string;
  help?: string;
  type: FieldType;
  /** Whether a request is refused without it. */
  required: boolean;
  /** May be filled in after submission. */
  later: boolean;
  /** May be edited without a new approval. */
  editorial: boolean;
  /** Kept beside the trail; no rule reads it. */
  personal: boolean;
  /** When it is asked, in the words of the policy; always, where it is absent. */
  asked?: string;
}

/** What an answer looks like. Bounds of numbers with a fraction are decimal text. */
export type FieldType =
  | { kind: 'yesno' }
  | { kind: 'int'; min: number; max: number }
  | { kind: 'decimal'; min: string; max: string }
  | { kind: 'percent'; min: string; max: string }
  | { kind: 'duration'; min_ms: number; max_ms: number }
  | { kind: 'instant' }
  | { kind: 'period' }
  | { kind: 'enum'; values: Titled[]; ordered: boolean }
  | { kind: 'set'; values: Titled[] }
  | { kind: 'text'; min: number; max: number }
  | { kind: 'digest' }
  | { kind: 'person' }
  | { kind: 'list'; of: 'text' | 'person' | 'path' };

/** A name for programs and its words for people. */
export interface Titled {
  name: string;
  title: string;
}

/** What a half-filled form can still become. */
export interface Partial {
  /** The scopes that are possible, and so on: one name where it is settled. */
  scope: string[];
  classes: string[];
  risks: string[];
  routes: string[];
  approvers: string[];
  seats: string[];
  /** Whether scope, class, risk, route and seats are settled. */
  decided: boolean;
  /** The unanswered questions that can still change something, the one that decides most first. */
  questions: { path: string; title: string; outcomes_left: number; asked: boolean }[];
  /** The first of them that the form asks. */
  next: string | null;
  /** What must be answered and is not. */
  missing: string[];
  /** The fields that the form asks or may come to ask: all but those that certainly are not asked. */
  asked: string[];
  /** What is wrong with the answers so far. */
  errors: Refusal[];
  /** Why, where that was asked for: the same as for a whole request, as far as it is settled. */
  explanation?: Explanation;
}

// Rule text ----------------------------------------------------------------------------------------------------------

/** A mistake in rule text, or a remark on it. */
export interface Diagnostic {
  /** Stable: `G0201`. docs/diagnostics has a page for each. */
  code: string;
  severity: 'error' | 'warning' | 'info';
  message: string;
  /** What to say right there. */
  label: string | null;
  file: string;
  /** Bytes from 0, half open. */
  span: { start: number; end: number };
  start: Position;
  end: Position;
  related: (TextPlace & { message: string })[];
  help: { message: string; edit: (TextPlace & { replacement: string }) | null }[];
}

/** A place in a rule file. Lines and columns (in characters) count from 1, the other two from 0. */
export interface Position {
  line: number;
  column: number;
  byte_column: number;
  utf16_column: number;
}

/** A stretch of a rule file. */
export interface TextPlace {
  file: string;
  span: { start: number; end: number };
  start: Position;
  end: Position;
}

// Answers ------------------------------------------------------------------------------------------------------------

/** A decision, or what is wrong with the request or the facts. */
export type DecideAnswer = { ok: true; decision: Decision } | Refused;

/** A decision with its reasons, or what is wrong with the request or the facts. */
export type ExplainAnswer = { ok: true; decision: Decision; explanation: Explanation } | Refused;

/** What is wrong with the request or the facts: every fault, and the first one alone. */
export interface Refused {
  ok: false;
  error: Refusal;
  errors: Refusal[];
}

/** What is wrong with a policy, if anything. */
export interface CheckAnswer {
  /** Whether no finding is an error. */
  ok: boolean;
  /** Who it is; null while it has errors. */
  policy: PolicyIdentity | null;
  /** How many rules, factors, guards and demands it has. */
  rules: number;
  diagnostics: Diagnostic[];
}

/** One rule file laid out. */
export interface FormatAnswer {
  ok: boolean;
  /** The text laid out; as given where it does not parse. */
  text: string;
  changed: boolean;
  diagnostics: Diagnostic[];
  /** A fault of the formatter itself: its output would say something else. */
  error?: Refusal;
}

/** The results of the tests in a policy. */
export interface TestAnswer {
  ok: boolean;
  tests: {
    name: string;
    title: string;
    passed: boolean;
    failures: TestRemark[];
    place: TextPlace;
  }[];
  coverage: { rules: Covered[]; clauses: Covered[] };
  diagnostics: Diagnostic[];
}

/** What a test says at a place. */
export interface TestRemark {
  message: string;
  place: TextPlace;
}

/** Whether some test made a rule or a condition hold, and fail. */
export interface Covered {
  name: string;
  held: boolean;
  failed: boolean;
  place: TextPlace;
}
