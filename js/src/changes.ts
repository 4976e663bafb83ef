// Policies that lead changes through their lives: arguments are looked at and copied, the engine does the rest.

import type { DecideOptions } from './api.js';
import type { Change, ChangeEvent, Command, Period } from './change.js';
import type { Engine } from './engine.js';
import { TollgateError } from './error.js';
import type { Changes, CommandOptions, FreeWindowsOptions, FullPolicy, Workflow } from './life.js';
import { bad, checkOptions, plain } from './plain.js';
import { checkFiles, type FullGlue, imageOf, instantOf, objectOf, PolicyInEngine, type Source, whenOf } from './policy.js';
import type { Instant, Json, JsonObject, Refusal, RuleFile } from './types.js';
import type {
  ArmAnswer, Baseline, BaselineAnswer, Monitor, ObserveAnswer, RehearseAnswer, Report, ReportAnswer, Sample,
} from './watch.js';
import type {
  CatalogueAnswer, EditPreviewAnswer, GateAnswer, NextAnswer, Past, Planned, Register, RosterFinding, Scenario, SimulateAnswer, StatusAnswer,
} from './workflow.js';

/** What a call about changes is asked of: its name, and what goes with the policy. */
type Ask = (name: string, call: object) => unknown;

/** A policy that leads changes through their lives, and the engine that it is asked of. */
export class FullPolicyInEngine extends PolicyInEngine implements FullPolicy {
  constructor(engine: Engine<FullGlue>, source: Source) {
    super(engine as never, source);
  }

  changes(workflow: Workflow): Changes {
    checkOptions(workflow, 'workflow', ['roster', 'register']);
    const roster = objectOf(workflow.roster, 'roster');
    const { findings } = this.#ask('checkRoster', { roster }) as { findings: RosterFinding[] };
    if (findings.length > 0) throw unfit(findings);
    return new ChangesInEngine((name, call) => this.#ask(name, call), roster, registerOf(workflow));
  }

  planned(changes: readonly Change[]): Planned[] {
    return (this.#ask('planned', { changes: listOf(changes, 'changes') }) as { changes: Planned[] }).changes;
  }

  catalogue(past: readonly Past[], options: { atLeast: number }): CatalogueAnswer {
    checkOptions(options, 'options', ['atLeast']);
    const at_least = countOf(options.atLeast, 'atLeast');
    return this.#ask('catalogue', { past: listOf(past, 'past'), at_least }) as CatalogueAnswer;
  }

  readReport(report: Report): ReportAnswer {
    checkOptions(report, 'report', ['format', 'text', 'metric', 'metrics', 'at', 'time', 'unit']);
    return this.#askOfData('readReport', plain(report, '') as object) as ReportAnswer;
  }

  baseline(samples: readonly Sample[], options: { before: Instant }): BaselineAnswer {
    checkOptions(options, 'options', ['before']);
    return this.#ask('baseline', { samples: listOf(samples, 'samples'), before: instantOf(options.before, 'before') }) as BaselineAnswer;
  }

  rehearse(samples: readonly Sample[], options: { start?: Instant; holdMs?: number } = {}): RehearseAnswer {
    checkOptions(options, 'options', ['start', 'holdMs']);
    const call = {
      samples: listOf(samples, 'samples'),
      ...('start' in options ? { start: instantOf(options.start, 'start') } : {}),
      ...('holdMs' in options ? { hold_ms: countOf(options.holdMs, 'holdMs') } : {}),
    };
    return this.#askOfData('rehearse', call) as RehearseAnswer;
  }

  simulate(scenario: Scenario, options: { with?: { readonly [file: string]: JsonObject } } = {}): SimulateAnswer {
    checkOptions(options, 'options', ['with']);
    const files = 'with' in options ? { with: objectOf(options.with, 'with') } : {};
    return this.#ask('simulate', { scenario: objectOf(scenario, 'scenario'), ...files }) as SimulateAnswer;
  }

  #ask(name: string, call: object): unknown {
    return answered(this.send(name, call));
  }

  /** What is wrong with what machines measured is an answer. */
  #askOfData(name: string, call: object): unknown {
    const answer = this.send(name, call);
    return answer.error && DATA.has(answer.error.code) ? answer : answered(answer);
  }
}

/** Refusals that are about data, and no misuse. */
const DATA: ReadonlySet<string> = new Set(['BAD_TELEMETRY', 'SERIES_UNCLEAR', 'NO_SAMPLES', 'NO_BASELINE', 'NOTHING_TO_WATCH', 'TOO_FAR']);

class ChangesInEngine implements Changes {
  readonly #ask: Ask;
  readonly #roster: Json;
  readonly #register: Json;

  constructor(ask: Ask, roster: Json, register: Json) {
    this.#ask = ask;
    this.#roster = roster;
    this.#register = register;
  }

  next(change: Change | null, command: Command, options: CommandOptions): NextAnswer {
    checkOptions(options, 'options', ['now', 'actor']);
    const { actor, now } = options;
    return this.#of('next', {
      change: changeOrNull(change),
      command: typeof command === 'string' ? plain(command, 'command') : objectOf(command, 'command'),
      now: instantOf(now, 'now'),
      actor: objectOf(actor, 'actor', 'give `{ person }` or `{ machine }`'),
    });
  }

  gate(change: Change | null, options: DecideOptions): GateAnswer {
    checkOptions(options, 'options', ['now', 'facts']);
    return this.#of('gate', { change: changeOrNull(change), ...whenOf(options) });
  }

  status(change: Change, options: { now: Instant }): StatusAnswer {
    checkOptions(options, 'options', ['now']);
    return this.#of('status', { change: objectOf(change, 'change'), now: instantOf(options.now, 'now') });
  }

  previewEdit(change: Change, request: JsonObject, options: { now: Instant }): EditPreviewAnswer {
    checkOptions(options, 'options', ['now']);
    return this.#of('previewEdit', {
      change: objectOf(change, 'change'),
      request: objectOf(request, 'request'),
      now: instantOf(options.now, 'now'),
    });
  }

  arm(change: Change, options: { baselines: readonly Baseline[] }): ArmAnswer {
    checkOptions(options, 'options', ['baselines']);
    return this.#of('arm', { change: objectOf(change, 'change'), baselines: listOf(options.baselines, 'baselines') });
  }

  observe(change: Change, monitor: Monitor, samples: readonly Sample[], options: { now: Instant }): ObserveAnswer {
    checkOptions(options, 'options', ['now']);
    return this.#of('observe', {
      change: objectOf(change, 'change'),
      monitor: objectOf(monitor, 'monitor', 'give what `arm` or the last `observe` gave'),
      samples: listOf(samples, 'samples'),
      now: instantOf(options.now, 'now'),
    });
  }

  with(others: { register: Register }): Changes {
    checkOptions(others, 'others', ['register']);
    return new ChangesInEngine(this.#ask, this.#roster, objectOf(others.register, 'register'));
  }

  #of<T>(name: string, call: object): T {
    return this.#ask(name, { roster: this.#roster, register: this.#register, ...call }) as T;
  }
}

/** Compiles a policy that this engine decides by. */
export const compileFiles = (engine: Engine<FullGlue>, files: readonly RuleFile[]): FullPolicy =>
  new FullPolicyInEngine(engine, { files: checkFiles(files) });

/** Opens a policy that this engine decides by. */
export const openFull = (engine: Engine<FullGlue>, image: unknown): FullPolicy => new FullPolicyInEngine(engine, imageOf(image));

/** The calls about changes that need no policy. */
export const withoutPolicy = (engine: Engine<FullGlue>) => ({
  fold(events: readonly ChangeEvent[]): Change | null {
    return (answered(engine.ask('fold', { events: listOf(events, 'events') })) as { change: Change | null }).change;
  },

  freezePreview(register: Register, freeze: Period, options: { spares?: readonly string[] }): string[] {
    checkOptions(options, 'options', ['spares']);
    const spares = 'spares' in options ? { spares: listOf(options.spares, 'spares') } : {};
    const call = { register: objectOf(register, 'register'), freeze: objectOf(freeze, 'freeze'), ...spares };
    return (answered(engine.ask('freezePreview', call)) as { held: string[] }).held;
  },

  freeWindows(register: Register, options: FreeWindowsOptions): Period[] {
    checkOptions(options, 'options', ['component', 'within', 'atLeastMs']);
    const call = {
      register: objectOf(register, 'register'),
      component: plain(options.component, 'component'),
      within: objectOf(options.within, 'within'),
      at_least_ms: countOf(options.atLeastMs, 'atLeastMs'),
    };
    return (answered(engine.ask('freeWindows', call)) as { windows: Period[] }).windows;
  },
});

/** The answer, unless it says that the call was wrong. What the workflow refuses is an answer. */
function answered(answer: unknown): unknown {
  const { error } = answer as { error?: Refusal };
  if (error) throw new TollgateError(error);
  return answer;
}

function unfit(findings: RosterFinding[]): TollgateError {
  const [first] = findings;
  const message = `the roster has ${findings.length} fault${findings.length === 1 ? '' : 's'} under this policy; the first: ${first?.path}: ${first?.message}`;
  return new TollgateError({ code: 'ROSTER_UNFIT', message, path: 'roster' }, { findings });
}

const changeOrNull = (change: unknown): Json =>
  change === null ? null : objectOf(change, 'change', 'give the change of the last answer, or null where there is none yet');

const registerOf = (workflow: object): Json => ('register' in workflow ? objectOf(workflow.register, 'register', 'leave it out where there are no others') : null);

function listOf(value: unknown, path: string): Json {
  if (!Array.isArray(value)) throw bad(path, `\`${path}\` must be a list`);
  return plain(value, path);
}

function countOf(value: unknown, path: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw bad(path, `\`${path}\` must be a whole number from 0`);
  return value as number;
}
