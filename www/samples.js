// Lists the samples for the page's choice, grouped by what they come to.

import { element } from './dom.js';

const OTHERS = 'Gates and evidence';
const OUT_OF_SCOPE = 'Out of scope';

/** The groups of options for `samples` (`{ file, title, expect }`); the classes come in the order of the policy. */
export function listSamples(samples, classes) {
  const groupOf = ({ expect = {} }) => {
    if (expect.scope === 'out_of_scope') return OUT_OF_SCOPE;
    return classes.find(({ name }) => name === expect.class)?.title ?? OTHERS;
  };
  const groups = [...classes.map(({ title }) => title), OUT_OF_SCOPE, OTHERS];
  return groups
    .map((label) => [label, samples.filter((sample) => groupOf(sample) === label)])
    .filter(([, members]) => members.length > 0)
    .map(([label, members]) => element('optgroup', { label }, members.map(({ file, title }) => element('option', { value: file }, title ?? file))));
}
