// Where things are in the project.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The absolute path of `parts` inside the project. */
export const inProject = (...parts) => join(root, ...parts);

/** The project-relative paths of the files in `folder` whose names end in `suffix`, sorted. */
export function filesEndingIn(folder, suffix) {
  if (!existsSync(inProject(folder))) return [];
  return readdirSync(inProject(folder))
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => `${folder}/${name}`);
}
