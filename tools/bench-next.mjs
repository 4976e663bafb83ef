// How long a command takes in Node's WebAssembly, by the whole module: `node tools/bench-next.mjs`. A submission with its decision, a
// vote and a gate, of a change that goes to the board; JSON text in and out included. `module` is the call alone, `package` has the
// looking over of its arguments, `JSON.stringify` and `JSON.parse` besides. What came of it stands in docs/performance.md.

import { readFileSync, readdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

import { measure, row } from './bench.mjs';
import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { StepError } from './lib/run.mjs';
import { runScript } from './lib/steps.mjs';

const POLICY = inProject('rules', 'change-management');

/** The most that the state of a change may have here. */
const MOST_BYTES = 8192;
const [ROUNDS, TIMES] = [15, 200];

async function bench() {
  const engine = await import('../pkg/tollgate.js');
  engine.initSync({ module: readFileSync(inProject('pkg', 'tollgate_bg.wasm')) });
  const { Policy, fold } = await import('../js/dist/full.node.js');
  const load = () => loadavg().map((value) => value.toFixed(2)).join(' ');
  console.log(`Node ${process.version}, ${cpus().length} cores, load ${load()}`);

  const names = readdirSync(POLICY).filter((name) => name.endsWith('.gate')).sort();
  const files = names.map((name) => ({ name, text: readFileSync(join(POLICY, name), 'utf8') }));
  const policy = Policy.compile(files);
  const { handle } = JSON.parse(engine.compile(JSON.stringify({ files })));
  const { roster, moments } = moment(policy, fold);
  const changes = policy.changes({ roster });
  for (const { what, call, change, ...more } of moments) {
    const state = Buffer.byteLength(JSON.stringify(change));
    if (state > MOST_BYTES) throw new StepError(`the change of \`${what}\` has ${state} bytes, more than ${MOST_BYTES}`);
    const text = JSON.stringify({ policy: { handle }, roster, change, ...more });
    const answer = engine[call](text);
    if (!JSON.parse(answer).ok) throw new StepError(`\`${what}\` was refused: ${answer.slice(0, 400)}`);
    const { command, ...options } = more;
    const asked = call === 'gate' ? () => changes.gate(change, options) : () => changes.next(change, command, options);
    const note = `state ${state} bytes, call ${text.length}, answer ${answer.length}`;
    row(`${what}, module`, measure(ROUNDS, TIMES, () => engine[call](text)), note);
    row(`${what}, package`, measure(ROUNDS, TIMES, asked));
  }
  console.log(`load ${load()}`);
}

/** A change of the scenario that goes to the board, at three moments of its life, with what is asked of it then. */
function moment(policy, fold) {
  const [scenario, shared] = ['metrics-degraded', 'shared'].map((name) => JSON.parse(readFileSync(join(POLICY, 'scenarios', `${name}.json`), 'utf8')));
  const [{ events }] = policy.simulate(scenario, { with: { 'shared.json': shared } }).cases;
  const before = (wanted) => {
    const place = events.findIndex(({ what }, index) => wanted(what, index));
    return { change: fold(events.slice(0, place)), now: events[place].at, by: events[place].by };
  };
  const draft = before(({ type }) => type === 'submitted');
  const waiting = before(({ type }) => type === 'vote.cast');
  const { digest: request, revision, decision } = waiting.change;
  const vote = { decision: 'approve', request, revision, policy: decision.policy.digest };
  const ready = before(({ type }) => type === 'implementation.started');
  const moments = [
    { what: 'submit', call: 'next', change: draft.change, command: 'submit', now: draft.now, actor: draft.by },
    { what: 'vote', call: 'next', change: waiting.change, command: { vote }, now: waiting.now, actor: waiting.by },
    { what: 'gate', call: 'gate', change: ready.change, facts: {}, now: ready.now },
  ];
  return { roster: shared.people, moments };
}

if (isMain(import.meta.url)) await runScript(bench);
