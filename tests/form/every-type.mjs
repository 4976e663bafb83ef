// The small policy that asks a question of every type, and a whole set of answers to it.

import { readFileSync } from 'node:fs';

const text = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');

export const FILES = [{ name: 'every-type.gate', text: text('every-type.gate') }];

const DIGEST = `sha256:${'a'.repeat(64)}`;

/**
 * For each question how a person answers it, and the JSON that comes of it. `fill` types into the inputs in turn, `choose`
 * picks in the lists to choose from in turn, `press` presses what has this text.
 */
export const ANSWERS = [
  { path: 'sure', press: ['No'], json: false },
  { path: 'whole', fill: ['12'], json: 12 },
  { path: 'exact', fill: ['7.25'], json: 7.25 },
  { path: 'share', fill: ['12.5'], json: 12.5 },
  { path: 'wait', fill: ['36'], choose: ['minute'], json: '36 minutes' },
  { path: 'at', fill: ['2026-02-03T11:00'], choose: ['+05:30'], json: '2026-02-03T11:00:00+05:30' },
  {
    path: 'window',
    fill: ['2026-02-07T10:00', '2026-02-07T12:30'],
    choose: ['+01:00', '+01:00'],
    json: { start: '2026-02-07T10:00:00+01:00', end: '2026-02-07T12:30:00+01:00' },
  },
  { path: 'few', press: ['One'], json: 'single' },
  { path: 'many', choose: ['d'], json: 'd' },
  { path: 'level', press: ['High'], json: 'high' },
  { path: 'colors', press: ['Red', 'Green'], json: ['red', 'green'] },
  { path: 'line', fill: ['a line'], json: 'a line' },
  { path: 'prose', fill: ['two\nlines'], json: 'two\nlines' },
  { path: 'sum', fill: [DIGEST], json: DIGEST },
  { path: 'who', fill: [' u-asha '], json: 'u-asha' },
  { path: 'words', press: ['Add', 'Add'], fill: ['one', 'two'], json: ['one', 'two'] },
  { path: 'persons', press: ['None'], json: [] },
  { path: 'files', press: ['Add'], fill: ['docs/a.md'], json: ['docs/a.md'] },
];

/** A complete request of that policy. */
export const WHOLE = Object.fromEntries(ANSWERS.map(({ path, json }) => [path, json]));
