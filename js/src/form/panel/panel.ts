// The verdict panel: what the answers so far make of the change, and what to answer next.

import { explanationOf, type Verdict } from '../evaluate.js';
import { element, fill, setAttribute, setHidden, setText, type Child } from '../dom.js';
import type { FieldView } from '../fields/field.js';
import { ruleTitle, type Titles } from '../titles.js';
import { capital, limit, SAYS, title } from '../words.js';
import { announcer } from './announce.js';
import { approval, possibleApproval } from './approval.js';
import { jumpList, type Jump } from './jump.js';
import { nearest, reasons } from './reasons.js';
import { levelOf, scale } from './scale.js';
import { summary } from './summary.js';

/** The panel on the page. */
export interface Panel {
  readonly root: HTMLElement;
  update(verdict: Verdict): void;
}

/** What the panel is made of: the questions, and every name that a verdict can hold. */
export interface PanelParts {
  readonly fields: readonly FieldView[];
  readonly titles: Titles;
  readonly classes: readonly string[];
  readonly risks: readonly string[];
  readonly jump: Jump;
}

/** Makes the panel once; after that only the parts that changed are written. */
export function panel({ fields, titles, classes, risks, jump }: PanelParts): Panel {
  const state = element('p', { class: 'state' });
  const headline = element('p', { class: 'headline', part: 'headline' });
  const classScale = scale('class', SAYS.classes, classes, titles.class);
  const riskScale = scale('risk', SAYS.risk, risks, title);
  const failure = element('p', { class: 'failure', part: 'failure', role: 'alert', hidden: true });
  const nextTitle = element('span', { class: 'next-title' });
  const next = element(
    'button',
    { type: 'button', class: 'next', part: 'next', hidden: true },
    element('span', {}, element('span', { class: 'next-word' }, `${SAYS.next} `), nextTitle),
  );
  const nextNote = element('span', { class: 'quiet next-note' });
  next.append(nextNote);
  next.addEventListener('click', () => next.dataset.path && jump(next.dataset.path));
  const faulty = jumpList('faulty', fields, jump, ['answer', 'to correct']);
  const missing = jumpList('missing', fields, jump, ['answer', 'still missing']);
  const sections = [section(SAYS.approval), section(SAYS.due), section(SAYS.why), section(SAYS.differ)] as const;
  const [who, due, why, differ] = sections;
  const more = element('div', { class: 'more', id: 'more' }, sections.map(({ root }) => root));
  const toggle = element('button', { type: 'button', class: 'toggle', 'aria-expanded': 'false', 'aria-controls': 'more' }, SAYS.details);
  toggle.addEventListener('click', () => {
    const isOpen = toggle.getAttribute('aria-expanded') !== 'true';
    setAttribute(toggle, 'aria-expanded', String(isOpen));
    more.classList.toggle('open', isOpen);
  });
  const heard = announcer();
  const foot = element('div', { class: 'foot' }, faulty.root, missing.root, toggle);
  const shown = element('div', { class: 'shown' }, state, headline, classScale.root, riskScale.root, next, foot, more);
  const root = element(
    'section',
    { class: 'panel', part: 'panel', 'aria-labelledby': 'verdict' },
    element('h2', { id: 'verdict', class: 'heard' }, SAYS.verdict),
    failure, shown, heard.root,
  );

  const paths = new Set(fields.map(({ path }) => path));
  const update = (verdict: Verdict): void => {
    const { partial, answer, errors, missing: gaps } = verdict;
    setText(failure, verdict.failure === null ? '' : `${SAYS.failed} ${verdict.failure}`);
    setHidden(failure, verdict.failure === null);
    // What the engine said before it failed may no longer be true.
    setHidden(shown, partial === null);
    if (!partial) return;
    const decision = answer?.ok ? answer.decision : undefined;
    const explanation = explanationOf(verdict);
    const words = summary(verdict, titles);
    setText(state, words.state);
    setText(headline, words.headline);
    setAttribute(root, 'data-level', partial.risks.length === 1 ? String(levelOf(risks.indexOf(partial.risks[0] as string), risks.length)) : null);
    setAttribute(root, 'data-complete', String(decision !== undefined));
    setHidden(classScale.root, classes.length === 0);
    classScale.update(partial.classes);
    setHidden(riskScale.root, risks.length === 0);
    riskScale.update(partial.risks);
    const goal = partial.next ?? gaps[0];
    setHidden(next, goal === undefined);
    setText(nextTitle, goal === undefined ? '' : titles.field(goal) ?? goal);
    setText(nextNote, goal !== undefined && goal === partial.next ? SAYS.decidesMost : '');
    if (goal !== undefined) next.dataset.path = goal;
    faulty.update(new Set(errors.flatMap(({ path }) => placeOf(path, paths) ?? [])));
    missing.update(new Set(gaps));
    const route = partial.routes.length === 1 ? ruleTitle(explanation, 'route', partial.routes[0] as string) : undefined;
    who.update([decision?.route?.approve ?? [partial.approvers, partial.seats], route], () => [
      route !== undefined && element('p', { class: 'quiet' }, route),
      decision?.route ? approval(decision.route.approve, titles) : possibleApproval(partial, titles),
    ]);
    due.update(decision?.due, (value) => element('p', {}, capital(limit(value))));
    why.update(explanation?.sentences.length ? explanation.sentences : undefined, () => explanation && reasons(explanation));
    differ.update(explanation?.nearest.length ? explanation.nearest : undefined, () => explanation && nearest(explanation, titles, jump));
    setHidden(toggle, sections.every(({ root: part }) => part.hidden));
    heard.say(words.heard);
  };
  return { root, update };
}

interface Section {
  readonly root: HTMLElement;
  /** Shows `data` as `show` makes it; hidden where there is none, and left alone where it is the same as before. */
  update<Data>(data: Data | null | undefined, show: (data: Data) => Child): void;
}

function section(heading: string): Section {
  const body = element('div');
  const root = element('div', { class: 'part', hidden: true }, element('h3', {}, heading), body);
  let before = '';
  return {
    root,
    update(data, show) {
      const now = JSON.stringify(data) ?? '';
      if (now === before) return;
      before = now;
      if (data === null || data === undefined) fill(body);
      else fill(body, show(data));
      setHidden(root, body.textContent === '');
    },
  };
}

/** The question that a fault belongs to: the longest path above it that is one. */
export function placeOf(path: string | undefined, known: ReadonlySet<string>): string | undefined {
  for (let at = path; at; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '') if (known.has(at)) return at;
  return undefined;
}

