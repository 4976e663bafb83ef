// Runs a command, keeps what it printed, and shows that it is alive.

import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';

import { root } from './paths.mjs';

const PROGRESS_EVERY_MS = 15_000;

/** What is done beside the steps that are shown: `hushed` until its own step comes. */
const BESIDE = new AsyncLocalStorage();

/** A step that failed: `message` says what, `output` is what was printed, `remedy` says what to do. */
export class StepError extends Error {
  constructor(message, { output = '', remedy = '' } = {}) {
    super(message);
    this.name = 'StepError';
    this.output = output;
    this.remedy = remedy;
  }
}

/**
 * Runs `command` (program and arguments) in the project's folder and resolves to `{ stdout, output }`:
 * standard output alone, and both streams as they came. A program that cannot be started or that exits
 * non-zero is a StepError.
 *
 * With `verbose` everything is shown as it comes; `shown` names the streams that are for people to read.
 */
export function run(command, { verbose = false, shown = ['stdout', 'stderr'], env = {}, remedy = '' } = {}) {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const parts = { stdout: [], output: [] };
    const keep = (stream, text) => {
      if (stream === 'stdout') parts.stdout.push(text);
      if (!shown.includes(stream)) return;
      parts.output.push(text);
      if (verbose) process.stdout.write(text);
    };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => keep(stream, text));
    }
    const stopProgress = verbose ? () => {} : showProgress(() => lastLine(parts.output));
    const forgetSignals = passSignalsTo(child);
    const finish = () => {
      stopProgress();
      forgetSignals();
    };

    child.on('error', (error) => {
      finish();
      reject(new StepError(`cannot start \`${program}\`: ${error.message}`, { remedy }));
    });
    child.on('close', (code, signal) => {
      finish();
      const stdout = parts.stdout.join('');
      const output = parts.output.join('');
      if (code === 0) return resolve({ stdout, output });
      const end = signal ? `was stopped by ${signal}` : `exited with ${code}`;
      // What was shown as it came need not be shown again.
      reject(new StepError(`\`${command.join(' ')}\` ${end}`, { output: verbose ? '' : output, remedy }));
    });
  });
}

/**
 * Begins `work`, a list of functions, one after the other and without a word. Returns a function that waits for the one at a
 * place, which shows its progress from then on and fails where that failed; what stands behind one that failed is done all the same.
 */
export function begunBeside(work) {
  const told = work.map(() => ({ hushed: true }));
  let last = Promise.resolve();
  const done = work.map((one, at) => {
    const next = last.then(() => BESIDE.run(told[at], one));
    last = next.catch(() => undefined);
    return next;
  });
  return (place) => {
    for (const one of told.slice(0, place + 1)) one.hushed = false;
    return done[place];
  };
}

/** Whether `command` can be started and exits with 0. */
export async function succeeds(command) {
  try {
    await run(command);
    return true;
  } catch {
    return false;
  }
}

/** A script that is stopped stops what it runs. Returns what ends this care. */
function passSignalsTo(child) {
  const handlers = ['SIGINT', 'SIGTERM'].map((signal) => {
    const handler = () => {
      child.kill(signal);
      // Others may be running beside it, and hear of it, too, before this ends.
      setImmediate(() => process.exit(signal === 'SIGINT' ? 130 : 143));
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}

function showProgress(latest) {
  const start = Date.now();
  const beside = BESIDE.getStore();
  const timer = setInterval(() => {
    if (beside?.hushed) return;
    const seconds = Math.round((Date.now() - start) / 1000);
    console.log(`    … ${seconds} s  ${latest()}`);
  }, PROGRESS_EVERY_MS);
  return () => clearInterval(timer);
}

/** The last line with a word in it: compilers also draw. */
function lastLine(texts) {
  const lines = texts.slice(-20).join('').split('\n').filter((line) => /\p{L}{2}/u.test(line));
  return (lines.at(-1) ?? '').trim().slice(0, 90);
}
