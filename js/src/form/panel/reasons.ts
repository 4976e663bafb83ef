// Shows why, and what would have to differ.

import type { Explanation, Nearest } from '../../types.js';
import { element, type Child } from '../dom.js';
import type { Titles } from '../titles.js';
import { SAYS } from '../words.js';
import { jumpButton, type Jump } from './jump.js';

/** The reasons in sentences. */
export const reasons = ({ sentences }: Explanation): Child =>
  sentences.length > 0 && element('ul', { class: 'reasons' }, sentences.map((sentence) => element('li', {}, sentence)));

/** For each other class what would have to differ, the nearest first. */
export const nearest = ({ nearest: all }: Explanation, titles: Titles, jump: Jump): Child =>
  all.map((one) => miss(one, titles, jump));

function miss({ class: name, sentence, blocked_by: blocks }: Nearest, titles: Titles, jump: Jump): Child {
  if (blocks.length === 0) return element('p', {}, sentence);
  return element(
    'div',
    { class: 'miss' },
    element('p', {}, 'For ', element('strong', {}, titles.class(name)), ':'),
    element('ul', {}, blocks.map(({ text, needs }) => element('li', {}, needs ? '' : SAYS.not, clause(text, titles, jump)))),
  );
}

/** A condition in the words of the policy; the question that it reads first can be gone to. */
function clause(text: string, titles: Titles, jump: Jump): Child {
  const path = text.match(/[a-z]\w*(?:\.\w+)*/g)?.find((word) => titles.field(word) !== undefined);
  if (path === undefined) return text;
  const shown = element('code', {}, text);
  return [shown, ' ', jumpButton(titles.field(path) as string, path, jump)];
}
