// Rehearsals by the command line: `tollgate rehearse`, once for each series, with all its starts.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { DAY } from './deployments.mjs';

const BUILDS = ['release', 'debug'].map((profile) =>
  fileURLToPath(new URL(`../../../../target/${profile}/tollgate`, import.meta.url)));

/** The command line that was built last, or null where none was; `TOLLGATE_PROGRAM` names another one. */
export function builtProgram() {
  if (process.env.TOLLGATE_PROGRAM) return process.env.TOLLGATE_PROGRAM;
  const built = BUILDS.filter((path) => existsSync(path));
  return built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0] ?? null;
}

/** Calls `work` with a folder that is removed when it is done. */
export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'incidents-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes files (`{ name, text }`) into a new folder below `folder`, and returns its path. */
export function written(folder, name, files) {
  const path = join(folder, name);
  mkdirSync(path);
  for (const { name: file, text } of files) writeFileSync(join(path, file), text);
  return path;
}

/**
 * What the rules of `policy` (a folder) say of a deployment at each of `starts`, watched for a day. An answer is
 * `{ refused }`, a code, or `{ firings }`: for each rule that fired, its first firing, `{ at, cause }`.
 */
export async function rehearsed(program, { policy, csv, metric, starts }) {
  const answers = await printed(program, [
    'rehearse', policy, csv, '--metric', metric, '--hold-minutes', '5', '--watch-minutes', String(DAY / 60_000),
    '--format', 'json', ...starts.flatMap((start) => ['--start', new Date(start).toISOString()]),
  ]);
  if (answers.length !== starts.length) throw new Error(`${answers.length} answers to ${starts.length} starts of ${csv}`);
  return answers.map(({ ok, error, verdicts }) => (ok ? { firings: firstOf(verdicts) } : { refused: error.code }));
}

/** The lines that the program prints. */
function printed(program, args) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { encoding: 'utf8', maxBuffer: 2 ** 30 }, (error, stdout, stderr) => {
      // It exits with 1 where something fired or a start was refused, which the lines say. A policy with errors has none.
      if (error && (error.code !== 1 || stdout === '')) return reject(new Error(`tollgate rehearse: ${stderr || error.message}`));
      resolve(stdout.trim().split('\n').map((line) => JSON.parse(line)));
    });
  });
}

function firstOf(verdicts) {
  const firings = {};
  // Verdicts stand in the order of time.
  for (const { verdict, rule, at, cause } of verdicts) {
    if (verdict === 'fired') firings[rule] ??= { at: Date.parse(at), cause };
  }
  return firings;
}
