// Every word that the page itself says. What it shows of a policy are the policy's own words.

import type { Scheme } from '../state/scheme.ts';
import type { Screen } from '../state/route.ts';
import type { MarkKind } from '../rules/marks.ts';
import { count } from './format.ts';

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

export const say = {
  name: 'Tollgate',
  slogan: 'Decides change requests by a policy written in rules, in this page and nowhere else.',
  skip: 'Skip to the content',

  shell: {
    navigation: 'Screens',
    engine: (version: string) => `Engine ${version}`,
    policyVersion: (version: string) => `version ${version}`,
    digest: 'Digest of the policy',
    own: 'edited here',
    scheme: 'Colours',
    schemes: { system: 'System', light: 'Light', dark: 'Dark' } satisfies Record<Scheme, string>,
    notices: 'Notices',
    putAway: 'Close',
  },

  screens: {
    request: 'Request',
    approvals: 'Approvals',
    changes: 'Changes',
    monitor: 'Monitor',
    policy: 'Policy',
    trail: 'Trail',
    reports: 'Reports',
  } satisfies Record<Screen, string>,

  later: {
    sign: 'Not built yet',
    back: 'Write a request',
    what: {
      approvals: 'Here those who decide will see what waits for them, answer the question of their seat, and approve or reject with a reason.',
      changes: 'Here every change will stand with its state, from submitted to closed, and with the one thing that it waits for.',
      monitor: 'Here a rollout will be watched against its baseline, and go back by itself when a trigger of the policy fires.',
      policy: 'Here rules will be edited with their tests beside them, and two versions compared by the requests that they decide differently.',
      trail: 'Here every entry of the audit trail will be shown, and proved to be there and unaltered.',
      reports: 'Here auditors will find evidence for each change, and the figures of a period.',
    } satisfies Record<Exclude<Screen, 'request'>, string>,
  },

  loading: 'Loading the engine and the policy …',
  failed: {
    title: 'The engine cannot be loaded',
    help: 'Nothing can be decided without it. The network may have been away for a moment; if this page was rebuilt, a reload fetches its new parts.',
    retry: 'Try again',
  },

  samples: {
    label: 'Start from a sample',
    none: 'My own request',
    empty: 'Empty form',
    outOfScope: 'Out of scope',
    others: 'Gates and evidence',
    failed: (error: unknown) => `The samples cannot be shown: ${reason(error)}`,
  },

  form: {
    title: 'Change request',
  },

  draft: {
    back: (when: string) => `Your draft of ${when} is back.`,
    discard: 'Discard it',
    replaced: 'Your draft was replaced.',
    takeBack: 'Bring it back',
  },

  storage: {
    choiceNotKept: (error: unknown) => `This browser does not remember the choice: ${reason(error)}`,
    draftNotKept: (error: unknown) => `The draft is not kept: ${reason(error)} The page works without; what you write is lost when it is closed.`,
    draftNotRead: (error: unknown) => `A kept draft cannot be read: ${reason(error)}`,
    notOffline: (error: unknown) => `This page will not open without a network: ${reason(error)}`,
  },

  facts: {
    title: 'What machines report',
    summary: (groups: number) => (groups === 0 ? 'nothing reported' : count(groups, 'group')),
    hint: 'Scanners, pipelines and monitors answer what no person should be asked. A group that is left out may still come; null says that it will not.',
    label: 'Facts (JSON)',
    notJson: (message: string) => `Not JSON: ${message}`,
    notObject: 'Facts are an object: each group by its name.',
    now: 'Decided at',
    nowHint: 'RFC 3339 with its offset, such as 2026-02-03T11:00:00+05:30; empty for the present.',
    notInstant: 'This is no instant with its offset.',
    present: 'Present',
  },

  verdict: {
    title: 'Decision',
    jump: 'Go to the decision',
    waiting: 'Nothing is decided yet.',
    silent: 'The engine did not answer. It starts anew with the next change of the form.',
    empty: 'Answer a first question',
    emptyHint: 'What the answers can still lead to is shown here as you give them.',
    open: 'Still open',
    settled: 'Settled; not complete',
    refused: 'Not decided',
    refusedHint: (faults: number) => (faults === 1 ? 'One thing has to be mended.' : `${faults} things have to be mended.`),
    inputFaults: 'What has to be mended',
    byOwnRules: 'Decided by your edited rules.',
    byLastRules: 'Your edited rules do not compile. This is decided by the last ones that did.',
    risk: (level: string) => `${level} risk`,
    codes: 'Codes',
    possible: 'Still possible',
    possibleKinds: { classes: 'Class', risks: 'Risk', approvers: 'Decided by', seats: 'Seats' },
    next: 'Decides most',
    nextHint: (outcomes: number) => `leaves ${count(outcomes, 'outcome')}`,
    missing: 'Needed before submission',
    glance: { by: 'Decided by', due: 'Due', rollout: 'Rollout', kept: 'Kept', regimes: 'Regimes' },
    more: (number: number) => `and ${number} more`,
  },

  why: {
    title: 'Why',
    show: (place: string) => `Show the rule at ${place}`,
    nearest: 'What would have to differ',
    nearestOf: 'nearest miss',
    for: 'For',
    not: 'not:',
    catalogue: 'Catalogue',
    covers: 'covers this change.',
    coversNot: 'does not cover this change:',
    uncovered: {
      for: 'it is for other changes',
      expired: 'it was submitted after the last day of the entry',
      not_yet_valid: 'it was submitted before the entry was approved',
      suspended: 'too many changes by this entry failed: it is suspended',
    } as Readonly<Record<string, string>>,
    guard: (title: string) => `not so: ${title}`,
    all: 'Every rule that was looked at',
    held: (held: number, of: number) => `${held} of ${count(of, 'rule')} held`,
    gives: (what: string) => `gives ${what}`,
    is: (path: string, value: string) => `${path} is ${value}`,
    marks: { true: 'holds', false: 'does not hold', null: 'left open' } as Readonly<Record<string, string>>,
  },

  route: {
    title: 'Who must approve',
    nobody: 'Nobody: the change is approved as it is.',
    all: 'Each of these:',
    some: (least: number) => `At least ${least} of these:`,
    seats: (least: number, of: number) => `at least ${least} of ${of} seats`,
    mandatoryToo: 'the mandatory ones among them',
    between: 'It may vote between meetings.',
    heldBy: (who: string) => `held by ${who}`,
    mandatory: 'mandatory',
  },

  due: {
    title: 'By when',
    due: 'Due',
    stops: 'Clock stops',
    stopsWhile: (state: string) => `while the change is in the state “${state}”`,
    told: 'Told',
    toldAt: (shares: string, who: string) => `at ${shares}: ${who}`,
    reviewed: 'Reviewed by',
    strict: (time: string) => `in less than ${time}`,
    within: (time: string) => `within ${time}`,
    span: (from: string, to: string) => `from ${from} to ${to}`,
    calendar: (name: string) => `(calendar ${name})`,
    after: (limit: string, state: string) => `${limit} after ${state}`,
  },

  gates: {
    title: 'What is missing',
    nothing: (gate: string) => `${gate}: nothing missing`,
    unmet: (gate: string, demands: number) => `${gate}: ${count(demands, 'demand')} not met`,
    missing: 'Missing:',
    placeholders: 'Only a placeholder:',
    closed: (gates: number) => `${count(gates, 'gate')} closed`,
  },

  obligations: {
    title: 'What comes with it',
    assessed: 'Assessed',
    points: (level: string, points: number) => `${level}, ${count(points, 'point')}`,
    regimes: 'Regimes',
    touched: 'Controls touched',
    rollout: 'Rolled out',
    step: (share: string, watched: string | undefined) => (watched ? `${share} for ${watched}` : share),
    notify: 'Also told',
    exceptions: 'Ways round',
    kept: 'Kept',
    keptFor: (time: string, after: string) => `${time} after ${after}`,
    serves: 'Serves',
  },

  record: {
    title: 'Policy and input by digest',
    policy: 'Policy',
    edition: (policy: string, edition: number) => `${policy}, edition ${edition}`,
    policyDigest: 'Policy digest',
    requestDigest: 'Request digest',
    factsDigest: 'Facts digest',
    submitted: 'Submitted',
    decided: 'Decided at',
  },

  receipt: {
    title: 'Ready to be recorded',
    hint: 'This is what submission computes. It is kept nowhere and sent to nobody: changes and their trail come next.',
    revision: 'Revision',
    digest: 'Content digest',
    type: 'Type',
    risk: 'Risk',
    due: 'Due',
    why: 'Explanation',
    notDue: 'no due time',
    close: 'Go on writing',
  },

  rules: {
    title: 'Rules',
    file: 'File',
    lines: (file: string) => `Text of ${file}`,
    edit: 'Edit',
    read: 'Read',
    editor: (file: string) => `Rules of ${file}`,
    shipped: 'Back to the shipped policy',
    compilerHint: 'Typing compiles the rules here and decides the form by them.',
    working: 'Compiling …',
    compiled: 'Compiles.',
    broken: (errors: number) => `The policy is broken: ${count(errors, 'error')}.`,
    failed: (why: string) => `The compiler cannot be used: ${why}`,
    retry: 'Compile again',
    changed: 'edited',
    at: (line: number, column: number) => `line ${line}, column ${column}`,
    legend: { decides: 'Decides', nearest: 'Nearest miss', blocks: 'Has to differ' } satisfies Record<MarkKind, string>,
    noMarks: 'Nothing is settled yet, so no rule is marked.',
    begins: (kind: string) => `${kind} from here:`,
  },

  unfit: {
    title: 'When not to use this',
    hint: 'A gate that guards nothing is only in the way. Do without Tollgate for:',
    // Requirement S-86.
    reasons: [
      'An early-stage start-up with fewer than 5 engineers and no regulatory requirements',
      'Internal tools that process no regulated data and are subject to no compliance',
      'Development and staging: a lightweight workflow in Git is enough there',
      'Changes that do not affect how a system behaves, such as documentation and comments',
      'Single-tenant systems where nobody else has a stake',
      'Organisations without an established change board or compliance function',
      'Places where “move fast and break things” is acceptable, before there is revenue',
      'Systems that no external auditor looks at',
    ],
  },
} as const;
