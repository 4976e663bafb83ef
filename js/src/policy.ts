// Policies as the engine keeps them.

import { Engine, type Glue } from './engine.js';
import { TollgateError } from './error.js';
import { bad, checkOptions, plain } from './plain.js';
import type { CompiledPolicy, DecideItem, DecideOptions } from './api.js';
import type {
  DecideAnswer, Diagnostic, ExplainAnswer, Form, Json, JsonObject, Partial, PolicyIdentity, Refusal, RuleFile,
} from './types.js';

/** The calls of a module that decides. */
export interface DecideGlue extends Glue {
  version(): string;
  files(call: string): string;
  open(image: Uint8Array): string;
  image(handle: number): Uint8Array | undefined;
  release(call: string): string;
  decide(call: string): string;
  decideMany(call: string): string;
  form(call: string): string;
  partial(call: string): string;
}

/** The calls of a module that also reads rule text, leads changes through their lives and watches deployments. */
export interface FullGlue extends DecideGlue {
  compile(call: string): string;
  check(call: string): string;
  format(call: string): string;
  test(call: string): string;
  checkRoster(call: string): string;
  next(call: string): string;
  fold(call: string): string;
  gate(call: string): string;
  status(call: string): string;
  previewEdit(call: string): string;
  planned(call: string): string;
  freezePreview(call: string): string;
  freeWindows(call: string): string;
  catalogue(call: string): string;
  simulate(call: string): string;
  baseline(call: string): string;
  arm(call: string): string;
  observe(call: string): string;
  readReport(call: string): string;
  rehearse(call: string): string;
}

/** Answers that are about the call: these are thrown, all others are given back. */
const MISUSE: ReadonlySet<string> = new Set(['BAD_CALL', 'BAD_JSON']);

interface Opened {
  ok: boolean;
  policy: PolicyIdentity | null;
  handle: number | null;
  diagnostics?: Diagnostic[];
  error?: Refusal;
}

/** What an instance of the engine is given to know a policy: it may be needed again. */
export type Source = { readonly files: readonly RuleFile[] } | { readonly image: Uint8Array };

/** Instances keep a policy until it is released; one that nobody holds any more is released by the collector. */
const collected = new FinalizationRegistry<() => void>((release) => release());

/** What a policy has of its engine. It is no part of the policy, so that the collector can tell when nobody holds that. */
class Kept {
  #handle = 0;
  #generation = 0;
  #released = false;

  constructor(
    readonly engine: Engine<DecideGlue>,
    readonly source: Source,
  ) {}

  /** Gives the policy to the instance that runs, unless it has it. */
  open(): Opened | undefined {
    if (this.#released) throw new TollgateError({ code: 'RELEASED', message: 'this policy was released', help: 'make it again' });
    // The instance starts before it is asked which it is.
    this.engine.run('start', () => undefined);
    if (this.#generation === this.engine.generation) return undefined;
    const answer = 'image' in this.source ? this.#openImage(this.source.image) : this.#compile(this.source.files);
    if (!answer.ok || answer.handle === null) throw notOpened(answer);
    this.#handle = answer.handle;
    this.#generation = this.engine.generation;
    return answer;
  }

  #openImage(image: Uint8Array): Opened {
    return JSON.parse(this.engine.run('open', (glue) => glue.open(image))) as Opened;
  }

  #compile(files: readonly RuleFile[]): Opened {
    return (this.engine as unknown as Engine<FullGlue>).ask('compile', { files }) as Opened;
  }

  handle(): number {
    this.open();
    return this.#handle;
  }

  release(): void {
    if (this.#released || this.#generation !== this.engine.generation) return void (this.#released = true);
    this.#released = true;
    this.engine.ask('release', { handle: this.#handle });
  }
}

function notOpened({ error, diagnostics = [] }: Opened): TollgateError {
  if (error) return new TollgateError(error.code === 'BAD_IMAGE' ? { ...error, path: 'image' } : error);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const where = first ? `${first.file}:${first.start.line}:${first.start.column}: ${first.message}` : '';
  const message = `the policy has ${errors.length} error${errors.length === 1 ? '' : 's'}; the first: ${where}`;
  return new TollgateError({ code: 'BROKEN_POLICY', message, path: 'files' }, { diagnostics });
}

/** A policy, and the engine that it is asked of. */
export class PolicyInEngine implements CompiledPolicy {
  readonly #kept: Kept;
  readonly identity: PolicyIdentity;
  readonly diagnostics: readonly Diagnostic[];

  constructor(engine: Engine<DecideGlue>, source: Source) {
    this.#kept = new Kept(engine, source);
    const { policy, diagnostics = [] } = this.#kept.open() as Opened;
    this.identity = policy as PolicyIdentity;
    this.diagnostics = diagnostics;
    const kept = this.#kept;
    collected.register(this, () => kept.release(), kept);
  }

  decide(request: JsonObject, options: DecideOptions): DecideAnswer {
    return this.#decide(request, options, false) as DecideAnswer;
  }

  explain(request: JsonObject, options: DecideOptions): ExplainAnswer {
    return this.#decide(request, options, true) as ExplainAnswer;
  }

  #decide(request: JsonObject, options: DecideOptions, explain: boolean) {
    checkOptions(options, 'options', ['now', 'facts']);
    return this.#ask('decide', { ...itemOf('request', request, options), explain });
  }

  decideMany(items: readonly DecideItem[]): DecideAnswer[] {
    if (!Array.isArray(items)) throw bad('items', '`items` must be a list of `{ request, facts, now }`');
    const checked = Array.from(items as readonly DecideItem[], (item, at) => {
      checkOptions(item, `items[${at}]`, ['request', 'facts', 'now']);
      return itemOf('request', item.request, item, `items[${at}].`);
    });
    const { answers } = this.#ask('decideMany', { items: checked, explain: false }) as unknown as { answers: DecideAnswer[] };
    return answers;
  }

  partial(answers: JsonObject, options: DecideOptions & { explain?: boolean }): Partial {
    checkOptions(options, 'options', ['now', 'facts', 'explain']);
    const { explain = false } = options;
    if (typeof explain !== 'boolean') throw bad('explain', '`explain` must be true or false');
    const answer = this.#ask('partial', { ...itemOf('answers', answers, options), explain }) as { ok: boolean; partial: Partial; error?: Refusal };
    if (!answer.ok && answer.error) throw new TollgateError(answer.error);
    return answer.partial;
  }

  form(): Form {
    return (this.#ask('form', {}) as unknown as { form: Form }).form;
  }

  files(): readonly RuleFile[] {
    const { files } = this.#ask('files', {}) as unknown as { files: RuleFile[] };
    return files;
  }

  image(): Uint8Array {
    const handle = this.#kept.handle();
    const image = this.#kept.engine.run('image', (glue) => glue.image(handle));
    if (!image) throw new TollgateError({ code: 'RELEASED', message: 'this policy was released', help: 'make it again' });
    return image;
  }

  release(): void {
    collected.unregister(this.#kept);
    this.#kept.release();
  }

  #ask(name: 'decide' | 'decideMany' | 'form' | 'files' | 'partial', call: object): { ok: boolean; error?: Refusal } {
    const answer = this.send(name, call);
    if (!answer.ok && answer.error && (MISUSE.has(answer.error.code) || (answer.error.code === 'BAD_INSTANT' && answer.error.path === 'now'))) {
      throw new TollgateError(answer.error);
    }
    return answer;
  }

  /** What the instance that runs knows it by. */
  protected handle(): number {
    return this.#kept.handle();
  }

  /** Makes a call about this policy, whatever comes of it. */
  protected send(name: string, call: object): { ok: boolean; error?: Refusal } {
    const policy = { handle: this.#kept.handle() };
    return this.#kept.engine.ask(name as keyof DecideGlue & string, { policy, ...call }) as { ok: boolean; error?: Refusal };
  }
}

/** Makes a policy that this engine decides by. */
export const openImage = (engine: Engine<DecideGlue>, image: unknown): CompiledPolicy => new PolicyInEngine(engine, imageOf(image));

/** The image of a call, or a throw that says why it is none. */
export function imageOf(image: unknown): Source {
  // By their own names, so that bytes of another realm (a frame, a worker) are bytes, too.
  const kind = Object.prototype.toString.call(image);
  if (kind !== '[object Uint8Array]' && kind !== '[object ArrayBuffer]') throw bad('image', '`image` must be a Uint8Array or an ArrayBuffer');
  return { image: kept(image as Uint8Array | ArrayBuffer) };
}

/** A copy: another instance of the engine may need it when the caller has long written over the bytes. */
function kept(image: Uint8Array | ArrayBuffer): Uint8Array {
  try {
    return new Uint8Array(image.slice(0));
  } catch (error) {
    throw bad('image', '`image` has no bytes any more: they were given to somebody else', 'open it before it is transferred');
  }
}

/** The rule files of a call, or a throw that says which is none. */
export function checkFiles(files: unknown): RuleFile[] {
  if (!Array.isArray(files)) throw bad('files', '`files` must be a list of `{ name, text }`');
  return Array.from(files, (file: unknown, at) => checkFile(file, `files[${at}]`));
}

/** A rule file of a call, or a throw that says why it is none. */
export function checkFile(file: unknown, path: string): RuleFile {
  checkOptions(file, path, ['name', 'text']);
  for (const key of ['name', 'text'] as const) {
    if (typeof file[key] !== 'string') throw bad(`${path}.${key}`, `\`${path}.${key}\` must be a text`);
  }
  return { name: file.name as string, text: file.text as string };
}

/** The members of a call that one request makes, copied; or a throw that says what is wrong with which. */
function itemOf(name: 'request' | 'answers', value: unknown, options: { now?: unknown; facts?: unknown }, before = '') {
  return { [name]: objectOf(value, before + name), ...whenOf(options, before) };
}

/** The instant of a call and what machines report, copied; or a throw that says what is wrong with which. */
export function whenOf(options: { now?: unknown; facts?: unknown }, before = '') {
  const now = instantOf(options.now, `${before}now`);
  const facts = 'facts' in options ? objectOf(options.facts, `${before}facts`, 'leave it out where nothing is reported') : {};
  return { facts, now };
}

/** An instant of a call, or a throw that says why it is none. */
export function instantOf(now: unknown, path: string): Json {
  if (now instanceof Date) throw bad(path, `\`${path}\` is a Date`, 'give its `toISOString()`');
  if (typeof now !== 'string') throw bad(path, `\`${path}\` must be an instant as text, with its offset`, 'as in "2026-02-03T11:00:00Z"');
  return plain(now, path);
}

/** An object of a call, copied; or a throw that says why it is none. */
export function objectOf(value: unknown, path: string, help?: string): Json {
  checkObject(value, path, help);
  return plain(value, path);
}

function checkObject(value: unknown, path: string, help?: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(path, `\`${path}\` must be an object`, help);
}
