// Shows why: the reasons in sentences, what came nearest, and every rule with its clauses and its text.

import { code, element, list } from '../dom.js';
import { count, title, words } from '../words.js';
import { mark } from './mark.js';

/** The reasons in sentences. */
export const why = ({ sentences }) => list(sentences, (sentence) => sentence);

/** For each other class, what would have to differ. */
export function nearest({ nearest: all }, titles) {
  return all.map(({ class: name, title: rule, sentence, blocked_by: blocks }) => {
    if (blocks.length === 0) return element('p', {}, sentence);
    return element(
      'div',
      { class: 'near' },
      element('p', {}, 'For ', element('strong', {}, titles.class(name)), rule && element('span', { class: 'quiet' }, ` (${rule})`)),
      list(blocks, (block) => blocker(block, titles)),
    );
  });
}

/** A clause is shown as it is written, with the question whose answer it reads. */
function blocker({ kind, text, needs, span }, titles) {
  const question = kind === 'clause' ? titles.field(/[a-z][\w.]*/.exec(text)?.[0]) : undefined;
  const says = kind === 'clause' ? code(text) : text;
  return element('span', {}, needs ? '' : 'not: ', says, question && element('span', { class: 'quiet' }, ` (${question})`), ' ', place(span));
}

/** Every phase, its rules and their clauses, to be opened. */
export const rules = ({ phases }, ruleText) => phases.map((phase) => phaseLine(phase, ruleText));

function phaseLine({ phase, rules: seen }, ruleText) {
  const held = seen.filter((rule) => rule.held).length;
  return element(
    'details',
    { class: 'phase' },
    element('summary', {}, title(phase).replace(':', ' '), element('span', { class: 'quiet' }, ` ${held} of ${count(seen.length, 'rule')} held`)),
    list(seen, (rule) => ruleLine(rule, ruleText), { class: 'rules' }),
  );
}

function ruleLine({ id, title: text, held, gives, span, clauses }, ruleText) {
  const gift = gives && element('span', { class: 'quiet' }, ` gives ${words(gives)}`);
  return element(
    'details',
    {},
    element('summary', {}, mark(held), text || words(id), gift, ' ', place(span)),
    list(clauses, clause, { class: 'clauses' }),
    element('pre', {}, unindented(ruleText(span), span.column)),
  );
}

function clause({ text, held, values = {}, clauses }) {
  const read = Object.entries(values).map(([path, value]) => `${path} is ${value}`);
  const line = element('span', {}, mark(held), code(text), read.length > 0 && element('span', { class: 'quiet' }, ` ${read.join(', ')}`));
  return [line, list(clauses, clause, { class: 'clauses' })];
}

/** `text` moved left to where its first line starts. */
const unindented = (text, column) => text.replaceAll(new RegExp(`\n {0,${column - 1}}`, 'g'), '\n');

const place = (span) => element('span', { class: 'place' }, `${span.file}:${span.line}`);
