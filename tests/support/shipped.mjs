// The policies of this project and the samples of the shipped one, for every test in JavaScript.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { inProject } from '../../tools/lib/paths.mjs';

const SHIPPED = join('rules', 'change-management');

const read = (...parts) => readFileSync(inProject(...parts), 'utf8');
const namesIn = (folder, ending) => readdirSync(inProject(folder)).filter((name) => name.endsWith(ending)).sort();

/** The rule files in a folder of the project. */
export const rulesIn = (folder) => namesIn(folder, '.gate').map((name) => ({ name, text: read(folder, name) }));

/** The rule files of the shipped policy. */
export const files = rulesIn(SHIPPED);

/** Its samples: `{ name, title, request, facts, now, expect }`. */
export const samples = namesIn(join(SHIPPED, 'samples'), '.json').map((file) => ({
  name: file.replace('.json', ''),
  ...JSON.parse(read(SHIPPED, 'samples', file)),
}));

/** The sample of this name. */
export const sample = (name) => samples.find((one) => one.name === name);

/** The scenarios of the shipped policy by name, and the file that they share. */
export const scenarios = Object.fromEntries(
  namesIn(join(SHIPPED, 'scenarios'), '.json').map((file) => [file.replace('.json', ''), JSON.parse(read(SHIPPED, 'scenarios', file))]),
);
