// The shipped policy, its samples, and calls of the module as objects.

import { readdirSync, readFileSync } from 'node:fs';

import { engine } from './engine.mjs';

const FOLDER = new URL('../../rules/change-management/', import.meta.url);

const filesOf = (folder, ending) => readdirSync(folder).filter((name) => name.endsWith(ending)).sort();

/** The rule files as the module takes them. */
export const files = filesOf(FOLDER, '.gate').map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), 'utf8') }));

/** The samples: `{ file, title, request, facts, now, expect }`. */
export const samples = filesOf(new URL('samples/', FOLDER), '.json').map((file) => ({
  file,
  ...JSON.parse(readFileSync(new URL(`samples/${file}`, FOLDER), 'utf8')),
}));

/** The sample in `file`, without its ending. */
export const sample = (file) => samples.find((one) => one.file === `${file}.json`);

/** Makes one call of the module; a call that is a text is sent as it is. */
export const ask = (name, call) => JSON.parse(engine[name](typeof call === 'string' ? call : JSON.stringify(call)));
