// Shows one answer, in the order a requester asks: what is it, why, who decides, by when, what is missing.

import { code, element, facts, list, section } from '../dom.js';
import { titlesOf } from '../titles.js';
import { amount, capital, count, instant, limit, title, words } from '../words.js';
import { approval } from './approval.js';
import { evidence } from './evidence.js';
import { nearest, rules, why } from './explanation.js';

/** What a decision says, in one line for those who hear the page. */
export function summary({ scope, class: kind, risk, gates }, form) {
  if (!kind) return `${title(scope.value)}.`;
  const closed = gates.filter(({ allows }) => !allows).length;
  const gaps = closed ? ` ${count(closed, 'gate')} closed.` : '';
  return `${titlesOf(form, []).class(kind.value)} change, ${words(risk)} risk.${gaps}`;
}

/** The elements of an answer. `ruleText` gives the text at a place in the rules. */
export function renderAnswer({ decision, explanation }, form, ruleText) {
  const titles = titlesOf(form, explanation.phases);
  return element(
    'div',
    { class: 'answer' },
    verdict(decision, titles),
    section('Why', why(explanation)),
    section('What would have to differ', nearest(explanation, titles)),
    section('Catalogue', catalogue(decision.catalogue, titles)),
    section('Who must approve', decision.route && approval(decision.route.approve, titles)),
    section('By when', due(decision, titles)),
    section('What is missing', evidence(decision.gates, titles)),
    section('What comes with it', obligations(decision, titles)),
    section('Rules', rules(explanation, ruleText)),
    section('Record', record(decision)),
  );
}

function verdict({ scope, class: kind, risk, route, codes, flags }, titles) {
  const name = kind ? titles.class(kind.value) : title(scope.value);
  const marks = [...codes, ...flags];
  return element(
    'div',
    { class: 'verdict', 'data-risk': risk ?? undefined },
    element('p', { class: 'class' }, name, risk && element('span', { class: 'badge' }, `${title(risk)} risk`)),
    route && element('p', {}, titles.rule('route', route.rule)),
    !kind && element('p', {}, titles.rule('scope', scope.rule)),
    marks.length > 0 && element('ul', { class: 'codes', 'aria-label': 'Codes' }, marks.map((one) => element('li', {}, code(one)))),
  );
}

function catalogue(entry, titles) {
  if (!entry) return undefined;
  const says = entry.covered ? ' covers this change.' : ' does not cover this change:';
  const reason = ({ kind, id, code: name }) => [reasonText(kind, id, titles), name ? [' ', code(name)] : ''];
  return [element('p', {}, code(entry.entry), ` version ${entry.version}`, says), list(entry.reasons, (one) => element('span', {}, reason(one)))];
}

function reasonText(kind, id, titles) {
  const texts = {
    for: 'it is for other changes',
    expired: 'it was submitted after the last day of the entry',
    not_yet_valid: 'it was submitted before the entry was approved',
    suspended: 'too many changes by this entry failed: it is suspended',
  };
  return texts[kind] ?? `not so: ${titles.rule('catalogue', id)}`;
}

function due({ due: by, alerts, pauses_while: pause, reviews }, titles) {
  const alert = ({ at, to }) => `at ${at.map((share) => `${share} %`).join(' and ')}: ${to.map(titles.role).join(', ')}`;
  const review = ({ by: who, strict, time, after, code: name }) =>
    element('span', {}, `${titles.approver(who)}, ${limit({ strict, time })} after ${words(after)} `, code(name));
  const pairs = [
    ['Due', by && (by.at ? `${limit(by)}: ${instant(by.at)}` : limit(by))],
    ['Clock stops', pause && `while the change is in the state “${words(pause)}”`],
    ['Told', list(alerts, alert, { class: 'plain' })],
    ['Reviewed by', list(reviews, review, { class: 'plain' })],
  ];
  return pairs.some(([, value]) => value) && facts(pairs);
}

function obligations({ score, regimes, touched, exceptions, canary, retain, notify, serves }, titles) {
  const names = (all, name = words) => (all.length > 0 ? all.map(name).join(', ') : undefined);
  const step = ({ share, observed_ms: watched }) => `${share} %${watched ? ` for ${amount({ ms: watched })}` : ''}`;
  const pairs = [
    ['Assessed', score?.assessed && `${words(score.assessed)}, ${count(score.points, 'point')}`],
    ['Regimes', names(regimes, (id) => `${id} (${titles.rule('regimes', id)})`)],
    ['Controls touched', names(touched)],
    ['Rolled out', names(canary, ({ steps }) => steps.map(step).join(', then '))],
    ['Also told', names(notify, titles.role)],
    ['Ways round', names(exceptions, (id) => titles.rule('exceptions', id))],
    ['Kept', retain && `${amount(retain.time)} after ${words(retain.after)}`],
    ['Serves', names(serves)],
  ];
  return pairs.some(([, value]) => value) && facts(pairs);
}

function record({ policy, input, now, submitted_at: submitted }) {
  return element(
    'details',
    {},
    element('summary', {}, 'Policy and input by digest'),
    facts([
      ['Policy', `${policy.id} ${policy.version}, edition ${policy.edition}`],
      ['Policy digest', code(policy.digest)],
      ['Request digest', input.request && code(input.request)],
      ['Facts digest', input.facts && code(input.facts)],
      ['Submitted', capital(instant(submitted))],
      ['Decided at', capital(instant(now))],
    ]),
  );
}
