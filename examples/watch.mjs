// Watches a deployment: node examples/watch.mjs WATCH.json ANSWER.json .. Prints verdicts; exits with 3 once the change is taken back.
// WATCH.json holds roster, events and baselines (of `policy.baseline`); what happens and the monitor are kept in it, and another run goes on from there.
// Its `samples` are what the host sees itself. Prometheus has latency and errors; without beats of the audit log, { "metric": "audit_log", "at": ..,
// "reading": { "beat": 7 } }, the shipped policy takes the change back after five minutes, without results of suites after ten: silence is never a pass.
// An ANSWER.json is what Prometheus said to a poll, a minute after the last: a service fetches it and waits. TOLLGATE_NOW, the first poll, is for rehearsals.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fold, Policy } from 'tollgate';
const stop = (message, code) => {
  console.error(message);
  process.exit(code);
};
process.on('uncaughtException', ({ code, path, message }) => stop(code === 'ENOENT' ? `there is no \`${path}\`: give the path of a file that is there, from the folder that this runs in` : message, 1));
const [file, ...polls] = process.argv.slice(2);
if (polls.length === 0) stop('usage: node examples/watch.mjs WATCH.json ANSWER.json ..', 2);
process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? process.exitCode : 1)); // Whoever reads it may go away.
const metrics = [{ metric: 'latency_p95', series: 'latency_p95_seconds', labels: { zone: 'a' } }, { metric: 'error_rate', series: 'error_rate_percent' }];
const must = (answer) => (answer.ok ? answer : stop(answer.reasons.map(({ code, message }) => `${code}: ${message}`).join('\n'), 1));
const folder = 'rules/change-management';
const names = readdirSync(folder).filter((name) => name.endsWith('.gate'));
const policy = Policy.compile(names.map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') })));
const watch = JSON.parse(readFileSync(file, 'utf8'));
const changes = policy.changes({ roster: watch.roster });
let change = fold(watch.events);

for (const [minute, poll] of polls.entries()) {
  const now = new Date(Date.parse(process.env.TOLLGATE_NOW ?? new Date().toISOString()) + minute * 60_000).toISOString();
  const report = policy.readReport({ format: 'prometheus', text: readFileSync(poll, 'utf8'), metrics });
  if (!report.ok) console.log(`${now} ${report.error.message}`); // No data, then: what that means the policy says.
  watch.monitor ??= must(changes.arm(change, { baselines: watch.baselines })).monitor;
  const samples = [...(report.samples ?? []), ...(watch.samples ?? [])]; // Those given before do no harm.
  const { monitor, verdicts, commands } = must(changes.observe(change, watch.monitor, samples, { now }));
  for (const { at, verdict, rule, code } of verdicts) console.log([at, verdict, rule, code].filter(Boolean).join(' '));
  for (const command of commands) {
    watch.events.push(...changes.next(change, command, { now, actor: { machine: 'monitor' } }).events);
    change = fold(watch.events);
  }
  writeFileSync(file, JSON.stringify(Object.assign(watch, { monitor })));
}
console.log(change.state);
process.exitCode = change.rollback ? 3 : 0;
