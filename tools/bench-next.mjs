// How long commands take in Node's WebAssembly, by the whole module: `node tools/bench-next.mjs`. JSON text in and out included. What came
// of it stands in docs/performance.md.
//
// A row is one command at one moment of a change that goes to the board. `module` is given the change as it was answered before, as hosts do,
// so that the module knows it; `unknown` is given it with spaces in it, so that it is read anew. Beside them stands what of that is the
// boundary alone, in the same rounds: `tick` reads the same change and writes it again, and does nothing; `read` is refused once its text
// is read. `package` is the call through the npm package: the looking over of its arguments, `JSON.stringify` and `JSON.parse` besides.

import { readFileSync, readdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { buildModules } from './build.mjs';
import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { StepError } from './lib/run.mjs';
import { runScript } from './lib/steps.mjs';
import { buildPackage } from './package.mjs';

const POLICY = inProject('rules', 'change-management');

/** The most that the state of a change may have here. */
const MOST_BYTES = 8192;
const [ROUNDS, TIMES] = [25, 100];
/** The events of the long history. */
const HISTORY = 10_000;

async function bench() {
  await buildModules();
  await buildPackage();
  const wasm = readFileSync(inProject('pkg', 'tollgate_bg.wasm'));
  const engine = await import('../pkg/tollgate.js');
  engine.initSync({ module: wasm });
  const { Policy, fold } = await import('../js/dist/full.node.js');
  const load = () => loadavg().map((value) => value.toFixed(2)).join(' ');
  console.log(`Node ${process.version}, ${cpus().length} cores, load ${load()}`);
  console.log(`module: ${wasm.length} bytes, ${gzipSync(wasm, { level: 9 }).length} bytes with gzip -9`);
  console.log(`${ROUNDS} rounds of ${TIMES}; each figure is the median of the rounds, and the fastest in brackets`);

  const names = readdirSync(POLICY).filter((name) => name.endsWith('.gate')).sort();
  const files = names.map((name) => ({ name, text: readFileSync(join(POLICY, name), 'utf8') }));
  const policy = Policy.compile(files);
  const { handle } = JSON.parse(engine.compile(JSON.stringify({ files })));
  const { roster, moments, long } = life(policy, fold);
  const changes = policy.changes({ roster });
  row(['', 'module', 'unknown', 'tick', 'read', 'package', 'bytes of state, call, answer']);
  for (const { what, call, change, ...more } of moments) {
    const state = Buffer.byteLength(JSON.stringify(change));
    if (state > MOST_BYTES) throw new StepError(`the change of \`${what}\` has ${state} bytes, more than ${MOST_BYTES}`);
    const asked = { policy: { handle }, roster, change, ...more };
    const text = JSON.stringify(asked);
    const answer = engine[call](text);
    const { ok, allow } = JSON.parse(answer);
    if (!ok || allow === false) throw new StepError(`\`${what}\` was refused: ${answer.slice(0, 400)}`);
    const tick = anew(JSON.stringify({ policy: { handle }, roster, change, command: 'tick', now: more.now, actor: { machine: 'workflow' } }));
    const read = anew(JSON.stringify({ ...asked, read: true }));
    if (!engine[call](read[0]).includes('this call has no member `read`')) throw new StepError(`\`${what}\` takes a member \`read\``);
    const { command, ...options } = more;
    const through = { next: () => changes.next(change, command, options), gate: () => changes.gate(change, options), status: () => changes.status(change, options) };
    const taken = inTurns(ROUNDS, TIMES, [
      () => engine[call](text),
      oneByOne(anew(text), engine[call]),
      oneByOne(tick, engine.next),
      oneByOne(read, engine[call]),
      through[call],
    ]);
    row([what, ...taken.map(shown), `${state}, ${text.length}, ${answer.length}`]);
  }
  const text = JSON.stringify({ events: long });
  const read = JSON.stringify({ events: long, read: true });
  const taken = inTurns(7, 1, [() => engine.fold(text), () => engine.fold(read), () => fold(long), () => JSON.stringify(JSON.parse(text))]);
  const [whole, reading, through, node] = taken.map(shown);
  row([`fold ${HISTORY} events`, '', whole, '', reading, through, `${text.length} bytes of events, which JSON.parse and JSON.stringify take ${node} for`]);
  console.log(`load ${load()}`);
}

/** Texts of one call, each with another number of spaces in its change, and more of them than the module keeps: it never knows it. */
const anew = (text) => Array.from({ length: 16 }, (_, spaces) => text.replace('"change":{', `"change":{${' '.repeat(spaces + 1)}`));

/** What calls with one of these texts after the other. */
function oneByOne(texts, call) {
  let next = 0;
  return () => call(texts[next++ % texts.length]);
}

/** Runs each piece of work some rounds of `times`, turn by turn so that a busy moment falls on all of them, after a round to warm up. */
function inTurns(rounds, times, works) {
  const taken = works.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [place, work] of works.entries()) {
      const start = performance.now();
      for (let time = 0; time < times; time += 1) work();
      if (round > 0) taken[place].push((performance.now() - start) / times);
    }
  }
  return taken.map((each) => each.sort((a, b) => a - b));
}

/** The median of sorted milliseconds, and the least. */
function shown(sorted) {
  const ms = (value) => (value < 1 ? `${(value * 1000).toFixed(0)} µs` : `${value.toFixed(1)} ms`);
  return `${ms(sorted[Math.floor(sorted.length / 2)])} (${ms(sorted[0])})`;
}

const row = ([what, ...cells]) => console.log([what.padEnd(24), ...cells.map((cell) => cell.padEnd(17))].join(' ').trimEnd());

/** A change of the scenario that goes to the board, at moments of its life, with what is asked of it then; and a long history. */
function life(policy, fold) {
  const [scenario, shared] = ['metrics-degraded', 'shared'].map((name) => JSON.parse(readFileSync(join(POLICY, 'scenarios', `${name}.json`), 'utf8')));
  const [{ events }] = policy.simulate(scenario, { with: { 'shared.json': shared } }).cases;
  const roster = shared.people;
  const before = (place) => ({ change: fold(events.slice(0, place)), now: events[place].at, actor: events[place].by });
  const places = (type) => events.flatMap(({ what }, place) => (what.type === type ? [place] : []));
  const at = (type) => before(places(type)[0]);
  const vote = (place) => {
    const { change, ...when } = before(place);
    const { digest: request, revision, decision } = change;
    return { call: 'next', change, command: { vote: { decision: 'approve', request, revision, policy: decision.policy.digest } }, ...when };
  };
  const votes = places('vote.cast');
  const waiting = before(votes[1]);
  const edited = (fields) => ({ edit: { request: { ...waiting.change.request, ...fields } } });
  const editor = { call: 'next', change: waiting.change, now: waiting.now, actor: at('submitted').actor };
  const start = at('implementation.started');
  const moments = [
    { what: 'submit', call: 'next', ...at('submitted'), command: 'submit' },
    { what: 'complete', call: 'next', ...at('assessment.completed'), command: 'complete' },
    { what: 'vote, still open', ...vote(votes[0]) },
    { what: 'vote, decides', ...vote(votes.at(-1)) },
    { what: 'edit of the title', ...editor, command: edited({ title: 'Upgrade of the embedding model' }) },
    { what: 'edit, voids the votes', ...editor, command: edited({ tenants: 3 }) },
    { what: 'start', call: 'next', ...start, command: { start: {} } },
    { what: 'gate', call: 'gate', change: start.change, facts: {}, now: start.now },
    { what: 'status', call: 'status', change: waiting.change, now: waiting.now },
  ];
  return { roster, moments, long: watched(events.slice(0, places('implementation.started')[0] + 1)) };
}

/** A history that a machine's reports make long. */
function watched(events) {
  const { change, seq, at } = events.at(-1);
  const report = (number) => {
    const instant = `${new Date(Date.parse(at) + number * 60_000).toISOString().slice(0, 19)}Z`;
    const what = { type: 'facts.reported', facts: { log_shipper: { healthy_at: instant } } };
    return { change, seq: seq + number, at: instant, by: { machine: 'ci' }, what };
  };
  return [...events, ...Array.from({ length: HISTORY - events.length }, (_, index) => report(index + 1))];
}

if (isMain(import.meta.url)) await runScript(bench);
