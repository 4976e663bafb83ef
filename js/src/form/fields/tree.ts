// Lays the questions out as the policy nests them.

import type { Form, FormGroup, FormMember } from '../../types.js';
import { element, setHidden } from '../dom.js';
import { SAYS } from '../words.js';
import { FieldView } from './field.js';

/** The questions of a policy on the page. */
export interface FieldTree {
  readonly root: HTMLElement;
  readonly fields: readonly FieldView[];
  readonly byPath: ReadonlyMap<string, FieldView>;
  /** Hides the groups in which nothing is asked. */
  refresh(): void;
}

interface GroupView {
  readonly root: HTMLElement;
  readonly fields: readonly FieldView[];
}

/** Makes every question once, in the order of the policy. */
export function fieldTree(form: Form): FieldTree {
  const groups: GroupView[] = [];
  const fields: FieldView[] = [];

  const memberView = (member: FormMember, isInLater: boolean): HTMLElement => {
    if ('group' in member) return groupView(member.group, isInLater);
    const view = new FieldView(member.field);
    fields.push(view);
    return view.root;
  };
  const groupView = (group: FormGroup, isInLater: boolean): HTMLElement => {
    const before = fields.length;
    const members = () => group.members.map((member) => memberView(member, isInLater || group.later));
    const root = group.later && !isInLater ? laterGroup(group, members()) : plainGroup(group, members());
    groups.push({ root, fields: fields.slice(before) });
    return root;
  };

  // Runs of questions without a group stand together as a group of their own.
  const sections: HTMLElement[] = [];
  let run: HTMLElement | undefined;
  for (const member of form.members) {
    const made = memberView(member, false);
    if ('group' in member) {
      run = undefined;
      sections.push(made);
      continue;
    }
    if (!run) sections.push((run = element('div', { class: 'section', part: 'section' })));
    run.append(made);
  }
  return {
    root: element('div', { class: 'sections' }, sections),
    fields,
    byPath: new Map(fields.map((field) => [field.path, field])),
    refresh() {
      for (const group of groups) setHidden(group.root, !group.fields.some(({ isShown }) => isShown));
    },
  };
}

const plainGroup = ({ title, path }: FormGroup, members: readonly HTMLElement[]): HTMLElement =>
  element('fieldset', { class: 'section group', part: 'group', 'data-group': path }, element('legend', {}, title), members);

/** What may wait is closed at first, and says that it may wait. */
const laterGroup = ({ title, path }: FormGroup, members: readonly HTMLElement[]): HTMLElement =>
  element(
    'details',
    { class: 'section group later', part: 'group', 'data-group': path },
    element('summary', { part: 'summary' }, element('span', { class: 'name' }, title), ' ', element('span', { class: 'mark' }, SAYS.later)),
    element('div', { class: 'members' }, members),
  );
