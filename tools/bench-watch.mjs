// How many samples a second the rollback monitor takes in Node's WebAssembly, by the whole module: `node tools/bench-watch.mjs`. JSON text in and out
// included. `module` is the call alone, `package` has the looking over of its arguments, `JSON.stringify` and `JSON.parse` besides. How many
// it takes natively says `cargo bench --bench monitor`.

import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

import { after, before, eventsOf, metrics, roster, start } from '../tests/support/deployed.mjs';
import { files } from '../tests/support/shipped.mjs';
import { measure, row } from './bench.mjs';
import { isMain } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { StepError } from './lib/run.mjs';
import { runScript } from './lib/steps.mjs';

const SAMPLES = 10_000;
const ROUNDS = 9;

async function bench() {
  const engine = await import('../pkg/tollgate.js');
  engine.initSync({ module: readFileSync(inProject('pkg', 'tollgate_bg.wasm')) });
  const { fold, Policy } = await import('../js/dist/full.node.js');
  const load = () => loadavg().map((value) => value.toFixed(2)).join(' ');
  console.log(`Node ${process.version}, ${cpus().length} cores, load ${load()}`);

  const policy = Policy.compile(files);
  const { handle } = JSON.parse(engine.compile(JSON.stringify({ files })));
  const changes = policy.changes({ roster });
  const change = fold(eventsOf(policy));
  const columns = metrics.map(({ metric }) => ({ metric, series: metric }));
  const day = policy.readReport({ format: 'csv', text: before, metrics: columns });
  const { baselines } = policy.baseline(day.samples, { before: start });
  const { monitor: armed } = changes.arm(change, { baselines });

  const print = (what, times, found, note = '') => {
    const each = times > 1 ? `${Math.round((times * 1000) / found.median).toLocaleString('en')} a second` : '';
    row(what, found, [each, note].filter(Boolean).join(', '));
  };
  for (const { what, monitor = armed, samples, now } of streams(changes, change, armed)) {
    const text = JSON.stringify({ policy: { handle }, roster, change, monitor, samples, now });
    const answer = engine.observe(text);
    if (!JSON.parse(answer).ok) throw new StepError(`\`${what}\` was refused: ${answer.slice(0, 400)}`);
    const note = `monitor ${JSON.stringify(monitor).length} bytes, call ${text.length}, answer ${answer.length}`;
    const times = samples.length > 10 ? 1 : 50;
    print(`${what}, module`, samples.length, measure(ROUNDS, times, () => engine.observe(text)), note);
    print(`${what}, package`, samples.length, measure(ROUNDS, times, () => changes.observe(change, monitor, samples, { now })));
  }
  const values = Array.from({ length: SAMPLES }, (_, second) => [Date.parse(after(0, second + 1)) / 1000, '2.153']);
  const text = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: { __name__: 'p95' }, values }] } });
  const report = { format: 'prometheus', text, metric: 'latency_p95' };
  const call = JSON.stringify({ policy: { handle }, ...report });
  print('Prometheus read, module', SAMPLES, measure(ROUNDS, 1, () => engine.readReport(call)));
  print('Prometheus read, package', SAMPLES, measure(ROUNDS, 1, () => policy.readReport(report)));
  console.log(`load ${load()}`);
}

/** What a watcher gives in a minute, and streams as large as benches/monitor.rs has them, a tenth as long. */
function streams(changes, change, armed) {
  const sample = (metric, at, reading) => ({ metric, at, reading });
  const gauge = (metric, number, at) => sample(metric, at, { number });
  const minute = (number) => [gauge('latency_p95', '2.153', after(number)), gauge('error_rate', '0.21', after(number)), sample('audit_log', after(number), { beat: number })];
  const minutes = Array.from({ length: Math.floor(SAMPLES / 3) }, (_, at) => minute(at + 1)).flat();
  const seconds = Array.from({ length: SAMPLES }, (_, at) => gauge('latency_p95', '2.153', after(0, at + 1)));
  const bad = Array.from({ length: SAMPLES }, (_, at) => gauge('latency_p95', '3.8', after(at + 1)));
  const tickets = Array.from({ length: SAMPLES }, (_, at) => sample('complaints', after(0, (at + 1) * 0.3), { counted: `T-${at}` }));
  const last = (samples) => samples.at(-1).at;
  const { monitor: full } = changes.observe(change, armed, tickets, { now: last(tickets) });
  return [
    { what: 'a minute', samples: minute(1), now: after(1) },
    { what: 'a minute, 10,000 tickets in the hour', monitor: full, samples: minute(51), now: after(51) },
    { what: 'two gauges and a heartbeat', samples: minutes, now: last(minutes) },
    { what: 'a gauge each second', samples: seconds, now: last(seconds) },
    { what: 'a bad gauge each minute', samples: bad, now: last(bad) },
    { what: 'distinct tickets', samples: tickets, now: last(tickets) },
  ];
}

if (isMain(import.meta.url)) await runScript(bench);
