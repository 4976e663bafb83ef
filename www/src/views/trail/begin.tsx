// Beginning a log in three steps: who and what, the recovery words, and the proof that they were noted.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';

import sample from '../../../made/roster.json';
import { shipped } from '../../state/policy.ts';
import { areWords, makeWords, placesToAsk, tidied } from '../../state/recovery.ts';
import { begin, busy } from '../../state/trail.ts';
import { words as asWords, capital } from '../../words/format.ts';
import { words } from '../../words/trail.ts';
import { Field } from './field.tsx';
import { waitingTitle } from './waiting.tsx';

const ROLES = Object.entries(sample.roles as Record<string, string[]>);

interface Answers {
  readonly origin: Signal<string>;
  readonly person: Signal<string>;
  readonly other: Signal<string>;
  readonly manager: Signal<string>;
  /** Ids by role, with commas between them. */
  readonly roles: Readonly<Record<string, Signal<string>>>;
}

type Step = { kind: 'who' } | { kind: 'words'; words: string } | { kind: 'confirm'; words: string; places: readonly number[] };

export function Begin({ isUnfinished = false }: { isUnfinished?: boolean }) {
  const answers = useAnswers();
  const step = useSignal<Step>({ kind: 'who' });
  const fault = useSignal('');
  const now = step.value;
  const go = async (recovery: string) => {
    fault.value = '';
    try {
      await begin({ ...given(answers), words: recovery, files: shipped.peek()?.files ?? [] });
    } catch (error) {
      fault.value = words.begin.failed(error instanceof Error ? error.message : String(error));
    }
  };
  const waits = waitingTitle();
  return (
    <section class="pane begin" aria-labelledby="begin">
      <h2 id="begin">{isUnfinished ? words.begin.unfinishedTitle : words.begin.title}</h2>
      <p class="quiet">{isUnfinished ? words.begin.unfinished : words.begin.intro}</p>
      {waits !== null && <p class="note">{words.begin.waiting(waits)}</p>}
      {isUnfinished && <GoOn answers={answers} go={go} />}
      {!isUnfinished && now.kind === 'who' && <Who answers={answers} next={() => (step.value = { kind: 'words', words: makeWords() })} />}
      {now.kind === 'words' && <Words all={now.words} back={() => (step.value = { kind: 'who' })} next={() => (step.value = { kind: 'confirm', words: now.words, places: placesToAsk(now.words.split(' ').length) })} />}
      {now.kind === 'confirm' && <Confirm all={now.words} places={now.places} back={() => (step.value = { kind: 'words', words: now.words })} go={go} />}
      <p class="fault" role="alert">{fault.value}</p>
    </section>
  );
}

function useAnswers(): Answers {
  const [origin, person, other, manager] = [useSignal(`${location.hostname}/changes`), useSignal('u-asha'), useSignal('u-cm'), useSignal('u-manager')];
  const texts = useSignal(Object.fromEntries(ROLES.map(([role, people]) => [role, people.join(', ')])));
  const roles = useMemo(() => Object.fromEntries(ROLES.map(([role]) => [role, partOf(texts, role)])), []);
  return { origin, person, other, manager, roles };
}

/** One answer of many, as a signal of its own. */
function partOf(texts: Signal<Record<string, string>>, role: string): Signal<string> {
  return {
    get value() {
      return texts.value[role] ?? '';
    },
    set value(text: string) {
      texts.value = { ...texts.value, [role]: text };
    },
  } as Signal<string>;
}

function given({ origin, person, other, manager, roles }: Answers) {
  const ids = (text: string) => text.split(',').map((id) => id.trim()).filter(Boolean);
  const [me, author, above] = [person.value.trim(), other.value.trim(), manager.value.trim()];
  return {
    origin: origin.value.trim(),
    person: me,
    other: author,
    roster: {
      roles: Object.fromEntries(Object.entries(roles).map(([role, text]) => [role, ids(text.value)])),
      manager_role: sample.manager_role,
      managers: above === '' ? {} : { [me]: above, [author]: above },
    },
  };
}

function Who({ answers, next }: { answers: Answers; next: () => void }) {
  const { begin: say } = words;
  const isTried = useSignal(false);
  const { origin, person, other, manager, roles } = answers;
  const needed = (one: Signal<string>) => (one.value.trim() === '' ? say.needed : undefined);
  const faults = {
    origin: needed(origin),
    person: needed(person),
    other: needed(other) ?? (other.value.trim() === person.value.trim() ? say.same : undefined),
  };
  const shown = isTried.value ? faults : { origin: undefined, person: undefined, other: undefined };
  const titleOf = (role: string) => shipped.value?.form.roles.find(({ name }) => name === role)?.title ?? asWords(role);
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        isTried.value = true;
        if (Object.values(faults).every((fault) => fault === undefined)) next();
      }}
    >
      <Field id="begin-origin" label={say.origin} hint={say.originHint} value={origin} fault={shown.origin} />
      <Field id="begin-person" label={say.person} hint={say.personHint} value={person} fault={shown.person} />
      <Field id="begin-manager" label={say.manager} value={manager} />
      <Field id="begin-other" label={say.other} hint={say.otherHint} value={other} fault={shown.other} />
      <details>
        <summary>{say.roles}</summary>
        <p class="quiet small">{say.rolesHint}</p>
        <div class="roles">{Object.entries(roles).map(([role, text]) => <Field key={role} id={`role-${role}`} label={capital(titleOf(role))} value={text} />)}</div>
      </details>
      <button type="submit" class="main">{say.next}</button>
    </form>
  );
}

function Words({ all, back, next }: { all: string; back: () => void; next: () => void }) {
  const { begin: say } = words;
  const isCopied = useSignal(false);
  const heading = useArrival();
  const copy = async () => {
    await navigator.clipboard.writeText(all);
    isCopied.value = true;
  };
  return (
    <>
      <h3 tabIndex={-1} ref={heading}>{say.words}</h3>
      <p>{say.wordsIntro}</p>
      <ol class="recovery">{all.split(' ').map((word, place) => <li key={place}><code>{word}</code></li>)}</ol>
      <div class="row">
        <button type="button" class="main" onClick={next}>{say.noted}</button>
        <button type="button" onClick={() => void copy()}>{isCopied.value ? say.copied : say.copy}</button>
        <button type="button" onClick={back}>{say.back}</button>
      </div>
    </>
  );
}

function Confirm({ all, places, back, go }: { all: string; places: readonly number[]; back: () => void; go: (words: string) => Promise<void> }) {
  const { begin: say } = words;
  const typed = [useSignal(''), useSignal(''), useSignal('')];
  const isWrong = useSignal(false);
  const heading = useArrival();
  const list = all.split(' ');
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        isWrong.value = !places.every((place, at) => tidied(typed[at]?.value ?? '') === list[place - 1]);
        if (!isWrong.value) void go(all);
      }}
    >
      <h3 tabIndex={-1} ref={heading}>{say.confirm}</h3>
      <p class="quiet">{say.confirmHint}</p>
      <div class="thirds">{places.map((place, at) => <Field key={place} id={`word-${place}`} label={say.word(place)} value={typed[at] as Signal<string>} />)}</div>
      {isWrong.value && <p class="fault" role="alert">{say.wrong}</p>}
      <div class="row">
        <button type="submit" class="main" disabled={busy.value !== null}>{say.go}</button>
        <button type="button" onClick={back}>{say.again}</button>
      </div>
    </form>
  );
}

/** A log whose beginning was interrupted: the words are noted by then. */
function GoOn({ answers, go }: { answers: Answers; go: (words: string) => Promise<void> }) {
  const [typed, fault] = [useSignal(''), useSignal('')];
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        fault.value = areWords(typed.value) ? '' : words.keys.notWords;
        if (!fault.value) void go(typed.value);
      }}
    >
      <Field id="begin-person" label={words.begin.person} value={answers.person} />
      <Field id="begin-other" label={words.begin.other} hint={words.begin.otherHint} value={answers.other} />
      <Field id="begin-words" label={words.keys.words} value={typed} lines={3} fault={fault.value || undefined} />
      <button type="submit" class="main" disabled={busy.value !== null}>{words.begin.goOn}</button>
    </form>
  );
}

/** Takes the reader along to the next step. */
function useArrival() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
