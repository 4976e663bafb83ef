// Shows why: the reasons in sentences, what came nearest, and every rule with the clauses that held.

import { code, element, list, section } from '../dom.js';
import { capital, count, title, words } from '../words.js';

const VERDICTS = { true: 'held', false: 'did not hold', null: 'not read' };

/** The elements of an explanation. */
export function renderExplanation({ sentences, nearest, phases }) {
  return element(
    'div',
    { class: 'explanation' },
    section('Why', sentences?.map((sentence) => element('p', {}, sentence))),
    section('What would have to differ', list(nearest, nearMiss)),
    section('Rules', phases?.map(phase)),
  );
}

function nearMiss({ class: name, rule, title: of, sentence, blocked_by: blocks }) {
  const heading = element('p', {}, sentence ? capital(sentence) : `${title(name)}: ${of || words(rule)}`);
  return [heading, list(blocks, blocker, { class: 'quiet' })];
}

function blocker({ text, id, needs, span }) {
  return element('span', {}, needs ? 'needs ' : 'without ', code(text ?? words(id)), ' ', place(span));
}

function phase({ phase: name, rules }) {
  const held = rules.filter((rule) => rule.held);
  const others = rules.filter((rule) => !rule.held);
  return element(
    'div',
    { class: 'phase' },
    element('h4', {}, title(name).replace(':', ': ')),
    list(held, ruleLine, { class: 'rules' }) ?? element('p', { class: 'quiet' }, 'No rule held.'),
    others.length > 0 &&
      element(
        'details',
        {},
        element('summary', {}, `${count(others.length, 'rule')} that did not hold`),
        list(others, ruleLine, { class: 'rules' }),
      ),
  );
}

function ruleLine({ id, title: text, held, gives, span, clauses }) {
  const name = text || words(id);
  const line = element('span', {}, mark(held), name, gives ? ` → ${words(gives)} ` : ' ', code(id), ' ', place(span));
  return [line, list(clauses, clause, { class: 'clauses' })];
}

function clause({ text, held, values, clauses }) {
  const read = Object.entries(values ?? {}).map(([path, value]) => `${path} is ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const line = element('span', {}, mark(held), code(text), read.length ? element('span', { class: 'quiet' }, ` ${read.join(', ')}`) : '');
  return [line, list(clauses, clause, { class: 'clauses' })];
}

const place = (span) => span && element('span', { class: 'place' }, `${span.file}:${span.line}`);

/** A sign that shows, and says, whether something held. */
function mark(held) {
  const verdict = VERDICTS[String(held ?? null)];
  return element('span', { class: 'mark', 'data-held': String(held ?? null) }, element('span', { class: 'heard' }, `${verdict}: `));
}
