// A period: two instants. It starts at the first and is over at the second.

import type { Json } from '../../types.js';
import { element } from '../dom.js';
import { SAYS } from '../words.js';
import type { Control, Naming } from './control.js';
import { instantControl } from './instant.js';

export function periodControl(naming: Naming): Control {
  const end = (name: 'start' | 'end') => {
    const id = `${naming.id}:${name}`;
    const control = instantControl({ ...naming, id, title: `${naming.title}, ${SAYS[name]}` });
    return { control, root: element('div', { class: 'end' }, element('label', { for: id }, SAYS[name]), control.root) };
  };
  const [from, to] = [end('start'), end('end')];
  const both = [from.control, to.control];
  const root = element('div', { class: 'period' }, from.root, to.root);
  let strayed: Json | undefined;
  root.addEventListener('input', () => (strayed = undefined));
  return {
    root,
    shape: 'group',
    patient: true,
    inputs: () => both.flatMap((control) => control.inputs()),
    entry: () => from.control.entry(),
    read() {
      if (strayed !== undefined) return strayed;
      const [start, finish] = both.map((control) => control.read());
      if (start === undefined && finish === undefined) return undefined;
      return { ...(start === undefined ? {} : { start }), ...(finish === undefined ? {} : { end: finish }) };
    },
    write(answer) {
      const isPeriod = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
      const { start, end: finish, ...more } = (isPeriod ? answer : {}) as { [key: string]: Json };
      from.control.write(start);
      to.control.write(finish);
      // What is no period, or more than one, is kept so that the engine can say so.
      const isStray = answer !== undefined && answer !== null && (!isPeriod || Object.keys(more).length > 0);
      strayed = isStray ? answer : undefined;
    },
    fault() {
      if (strayed !== undefined) return undefined;
      const broken = both.map((control) => control.fault?.()).find(Boolean);
      const given = both.filter((control) => control.read() !== undefined).length;
      return broken ?? (given === 1 ? SAYS.halfPeriod : undefined);
    },
    refresh: () => both.forEach((control) => control.refresh?.()),
  };
}
