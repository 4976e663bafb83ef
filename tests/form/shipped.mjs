// The shipped policy and its samples.

import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../rules/change-management/', import.meta.url);
const read = (name) => readFileSync(new URL(name, FOLDER), 'utf8');

export const files = readdirSync(FOLDER).filter((name) => name.endsWith('.gate')).sort().map((name) => ({ name, text: read(name) }));

/** The sample of this name: `{ request, facts, now }` and what is expected of it. */
export const sample = (name) => JSON.parse(read(`samples/${name}.json`));

/** Every sample, with its name. */
export const samples = readdirSync(new URL('samples/', FOLDER)).sort().map((file) => ({ name: file.replace('.json', ''), ...JSON.parse(read(`samples/${file}`)) }));
