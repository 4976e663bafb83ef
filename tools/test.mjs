// Runs every test: `npm test`. Sets up what is missing first.

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { buildModules, buildTrapping } from './build.mjs';
import { buildFuzzer, fuzz, TARGETS } from './fuzz.mjs';
import { interop } from './interop.mjs';
import { setUpChromium } from './lib/chromium.mjs';
import { filesEndingIn } from './lib/paths.mjs';
import { begunBeside, run } from './lib/run.mjs';
import { duration, printFailure, runScript, step, UsageError } from './lib/steps.mjs';
import { buildPackage } from './package.mjs';
import { buildPage } from './page.mjs';
import { setUp, setUpTests } from './setup.mjs';
import { buildWasmTests, wasmInChromium, wasmInNode } from './wasm-test.mjs';

const nodeTest = (folder) => ['node', '--test', ...filesEndingIn(folder, '.test.mjs')];

/** Tests wait most of the time for a browser, a disk or a process that is killed: two files at once, also where there are two cores. */
const waitingTest = (folder) => {
  const [node, flag, ...files] = nodeTest(folder);
  return [node, flag, `--test-concurrency=${Math.max(2, availableParallelism() - 1)}`, ...files];
};

/**
 * The steps in their order. `command` is run in the project's folder; a step in this process has `work`
 * instead. `needs` names steps that must have passed before; `madeBy` a step that does the same, so that it is not done twice;
 * `early` is what of its work is begun with the first step, beside the others: compiling for WebAssembly ends in one thread's
 * work, and so do many tests. What waits for such work longest stands last, so that tests in browsers are run meanwhile, which leave
 * a processor free. `remedy` is shown when it fails.
 */
const STEPS = [
  {
    name: 'fmt',
    what: 'the Rust sources are formatted',
    command: ['cargo', 'fmt', '--all', '--check'],
    remedy: 'run `cargo fmt --all`',
  },
  {
    name: 'tools',
    what: 'the scripts and the server of this folder',
    command: nodeTest('tests/tools'),
  },
  {
    name: 'lint',
    what: 'clippy finds nothing',
    command: ['cargo', 'clippy', '--workspace', '--all-targets', '--features', 'wasm', '--', '-D', 'warnings'],
  },
  {
    name: 'native',
    what: 'the Rust tests and the examples of the documentation',
    command: ['cargo', 'test'],
  },
  {
    name: 'interop',
    what: 'an exported trail by programs that no one here wrote, and what they make wrongly by ours',
    work: interop,
  },
  {
    name: 'modules',
    what: 'compile the engine to WebAssembly, with and without its compiler',
    early: buildModules,
    work: buildModules,
  },
  {
    name: 'trapping',
    what: 'compile the engine that fails when it is told to',
    early: buildTrapping,
    work: buildTrapping,
  },
  {
    name: 'package',
    what: 'bundle the npm package and its types',
    needs: ['modules'],
    work: buildPackage,
  },
  {
    name: 'answers',
    what: 'the native answers that the module is compared with',
    madeBy: 'native',
    command: ['cargo', 'test', '--test', 'calls'],
  },
  {
    name: 'node',
    what: 'the modules in Node',
    needs: ['modules', 'answers', 'package'],
    command: nodeTest('tests/node'),
  },
  {
    name: 'chromium',
    what: 'find Chromium and its driver, or install them',
    work: setUpChromium,
  },
  {
    name: 'hosts',
    what: 'every native answer again by the modules in Chromium',
    needs: ['modules', 'answers', 'chromium'],
    command: nodeTest('tests/chromium'),
  },
  {
    name: 'npm',
    what: 'the packed package from empty folders, what it refuses, how it outlives failures of the engine, and its trails under tampering and kill -9',
    needs: ['package', 'trapping', 'chromium'],
    command: waitingTest('tests/package'),
  },
  {
    name: 'form',
    what: 'the form element in Chromium: every type of question, keyboard, axe, both examples, under the content policy',
    needs: ['package', 'chromium'],
    command: waitingTest('tests/form'),
  },
  {
    name: 'www',
    what: 'compile the shipped policy and bundle the page',
    needs: ['package'],
    work: buildPage,
  },
  {
    name: 'page',
    what: 'the page in Chromium: request, rules, drafts, without a network, keyboard, axe',
    needs: ['www', 'chromium'],
    command: waitingTest('tests/page'),
  },
  {
    name: 'wasm',
    what: 'every native answer again by wasm-bindgen-test in Node',
    needs: ['answers'],
    early: buildWasmTests,
    work: wasmInNode,
  },
  {
    name: 'wasm-web',
    what: 'every native answer again by wasm-bindgen-test in Chromium',
    needs: ['answers', 'chromium'],
    work: wasmInChromium,
  },
  {
    name: 'fuzz',
    what: 'parser, request reader and trail for twenty seconds each, at the same time (docs/fuzzing.md)',
    early: buildFuzzer,
    work: fuzzAll,
  },
];

const HELP = `npm test                     run every step
npm test -- --only NAME      run one step, and those it needs (may be repeated)
npm test -- --verbose        show everything the steps print
npm test -- --help           show this

steps:
${STEPS.map(({ name, what }) => `  ${name.padEnd(8)} ${what}`).join('\n')}`;

await runScript(main);

async function main() {
  const { only, verbose, help } = commandLine();
  if (help) return console.log(HELP);
  const steps = chosen(only);
  const start = Date.now();
  await setUp({ verbose });
  await setUpTests({ verbose });
  const failed = await runSteps(steps, { verbose });
  const took = duration(Date.now() - start);
  if (failed.length === 0) return console.log(`\nall passed (${took})`);
  console.log(`\nfailed: ${failed.join(', ')} (${took}); one alone: npm test -- --only ${failed[0]}`);
  process.exitCode = 1;
}

/** Fuzzes every target for twenty seconds, all at once. */
async function fuzzAll({ verbose }) {
  const program = await buildFuzzer({ verbose });
  const figures = await Promise.all(TARGETS.map((target) => fuzz(program, target, { seconds: 20, verbose })));
  return figures.join('; ');
}

function commandLine() {
  const options = {
    only: { type: 'string', multiple: true, default: [] },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new UsageError(error.message, { remedy: 'see `npm test -- --help`' });
  }
}

/** The steps named, with those they need, in their order; every step if none is named. */
function chosen(names) {
  if (names.length === 0) return STEPS;
  const wanted = new Set();
  const want = (name) => {
    const found = STEPS.find((candidate) => candidate.name === name);
    if (!found) {
      const known = STEPS.map((candidate) => candidate.name).join(', ');
      throw new UsageError(`there is no step \`${name}\``, { remedy: `the steps are ${known}` });
    }
    wanted.add(name);
    (found.needs ?? []).forEach(want);
  };
  names.forEach(want);
  return STEPS.filter(({ name }) => wanted.has(name));
}

/** Runs the steps one after the other and returns the names of those that failed. */
async function runSteps(steps, { verbose }) {
  const [passed, failed] = [new Set(), []];
  const early = steps.filter((one) => one.early);
  const begun = begunBeside(early.map((one) => () => one.early({ verbose })));
  for (const one of steps) {
    const { name, what, command, work, remedy, madeBy, needs = [] } = one;
    if (passed.has(madeBy)) continue;
    const lacking = needs.filter((need) => failed.includes(need));
    if (lacking.length > 0) {
      console.log(`▸ ${name}: not run, because ${lacking.join(' and ')} failed`);
      failed.push(name);
      continue;
    }
    const act = async () => {
      // What could not be done ahead, for want of what another step makes, is done now, and says why where it fails again.
      if (early.includes(one)) await begun(early.indexOf(one)).catch(() => undefined);
      return work ? work({ verbose }) : run(command, { verbose, remedy }).then(() => '');
    };
    try {
      await step(name, what, act);
      passed.add(name);
    } catch (error) {
      printFailure(error);
      failed.push(name);
    }
  }
  return failed;
}
