// Prints steps: what each does, how long it took, and how it ended.

import { StepError } from './run.mjs';

/** A duration for people: `0.4 s`, `12 s`, `3 min 05 s`. */
export function duration(ms) {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Runs `work` as the step `name`. What it resolves to, if anything, is a note for the closing line. */
export async function step(name, what, work) {
  console.log(`▸ ${name}: ${what}`);
  const start = Date.now();
  try {
    const note = await work();
    console.log(`  ✓ ${name} (${duration(Date.now() - start)})${note ? `: ${note}` : ''}`);
  } catch (error) {
    console.log(`  ✗ ${name} (${duration(Date.now() - start)})`);
    throw error;
  }
}

/** Prints a failure: the output of what failed, the fault, and the remedy. */
export function printFailure(error) {
  if (!(error instanceof StepError)) {
    console.error(error);
    return;
  }
  if (error.output.trim()) console.error(`\n${error.output.trimEnd()}\n`);
  console.error(`error: ${error.message}`);
  if (error.remedy) console.error(`remedy: ${error.remedy}`);
}

/** Runs a script's `main`; a failure is printed and makes the exit code 1 (2 for a wrong command line). */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    printFailure(error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** The command line is wrong. */
export class UsageError extends StepError {}
