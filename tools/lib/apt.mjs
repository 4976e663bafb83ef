// Installs programs with apt-get, where the system has it.

import { run, StepError, succeeds } from './run.mjs';

/** Installs Debian's `packages`. `what` names them for people, as in `Chromium is missing`; `remedy` is what to do without apt-get. */
export async function installByApt(packages, { what, remedy, verbose = false }) {
  const prefix = await privilege(what, remedy);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  for (const command of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    await run([...prefix, 'apt-get', ...command], { verbose, env, remedy });
  }
}

/** What a command needs before it to install programs: nothing for root, else sudo if it asks nothing. */
async function privilege(what, remedy) {
  if (!(await succeeds(['apt-get', '--version']))) {
    throw new StepError(`${what} is missing, and there is no apt-get to install it with`, { remedy });
  }
  if (process.getuid?.() === 0) return [];
  if (await succeeds(['sudo', '--non-interactive', 'true'])) return ['sudo', '--non-interactive', '--preserve-env=DEBIAN_FRONTEND'];
  throw new StepError(`${what} is missing, and installing it takes root`, { remedy });
}
