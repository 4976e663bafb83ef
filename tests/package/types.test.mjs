// The types say what the answers are: answers written out as literals compile, with no member too many and none missing.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { check, fold, format, freezePreview, freeWindows, Policy, test as runTests, TollgateError, verifyTrail } from '../../js/dist/full.node.js';
import { folderStore } from '../../js/dist/node.js';
import { inProject } from '../../tools/lib/paths.mjs';
import { run } from '../../tools/lib/run.mjs';
import { after, before, eventsOf, metrics, recorded, roster, start } from '../support/deployed.mjs';
import { files, rulesIn, samples, scenarios } from '../support/shipped.mjs';
import { folderOfTests, founded, signerOf, voted } from '../support/trails.mjs';

const read = (path) => readFileSync(inProject(path), 'utf8');

/** Answers of every call, by the name of their type. */
function answers() {
  const policy = Policy.compile(files);
  const starter = rulesIn('rules/starter');
  const found = [['Form', policy.form()], ['Form', Policy.compile(starter).form()], ['PolicyIdentity', policy.identity]];
  for (const [at, { request, facts = {}, now }] of samples.entries()) {
    found.push(['DecideAnswer', policy.decide(request, { facts, now })]);
    const { kind, env } = request;
    found.push(['Partial', policy.partial({ kind, env }, { now })]);
    if (at % 12 === 0) found.push(['ExplainAnswer', policy.explain(request, { facts, now })]);
    if (at % 12 === 0) found.push(['Partial', policy.partial({ kind, env }, { now, explain: true })]);
  }
  found.push(['DecideAnswer', policy.decide({ tenant: 1, cvss: '9' }, { now: '2026-02-03T05:30:00Z' })]);
  const broken = [{ name: 'a.gate', text: 'let a = b\ntype T = x "X" | x "Y"\npolicy X "x" { version "1"' }];
  for (const files of [starter, broken]) {
    found.push(['CheckAnswer', check(files, { searchBudget: 100 })], ['TestAnswer', runTests(files)], ['FormatAnswer', format(files[0])]);
  }
  found.push(['RuleFile', policy.files()[0]]);
  return found;
}

/** Answers about the life of changes, and what went into it. */
function lives() {
  const policy = Policy.compile(files);
  const { shared, ...scripts } = scenarios;
  const { people: roster } = shared;
  const changes = policy.changes({ roster });
  const found = [['Roster', roster]];
  for (const script of Object.values(scripts)) {
    const answer = policy.simulate(script, { with: { 'shared.json': shared } });
    found.push(['Scenario', script], ['SimulateAnswer', answer]);
    for (const { steps } of answer.cases) {
      let events = [];
      for (const [place, { at: now, by, events: more }] of steps.entries()) {
        events = [...events, ...more];
        const change = fold(events);
        if (change === null || (place % 4 > 0 && place < steps.length - 1)) continue;
        const actor = by ?? { machine: 'workflow' };
        found.push(['StatusAnswer', changes.status(change, { now })], ['GateAnswer', changes.gate(change, { now })]);
        found.push(['EditPreviewAnswer', changes.previewEdit(change, { ...change.request, tenants: 3 }, { now })]);
        found.push(['NextAnswer', changes.next(change, 'verify', { now, actor })]);
        found.push(['Planned[]', policy.planned([change])]);
      }
    }
  }
  const unauthorized = { record_unauthorized: { id: 'U-1', deployment: { service: 'rag-api' }, reason: 'The monitor saw it' } };
  const options = { now: '2026-02-03T05:30:00Z', actor: { machine: 'monitor' } };
  found.push(['Command', unauthorized], ['NextAnswer', changes.next(null, unauthorized, options)], ['GateAnswer', changes.gate(null, { now: options.now })]);
  const register = { changes: policy.planned([]), freezes: [{ id: 'F', from: '2026-02-03T05:30:00Z', to: '2026-02-04T05:30:00Z' }] };
  const within = { start: '2026-02-03T00:00:00Z', end: '2026-02-05T00:00:00Z' };
  found.push(['Register', register], ['string[]', freezePreview(register, within)], ['Period[]', freeWindows(register, { component: 'x', within, atLeastMs: 1 })]);
  const past = { kind: 'index_rebuild', class: 'normal', succeeded: true, closed: within.start };
  found.push(['Past', past], ['CatalogueAnswer', policy.catalogue([past], { atLeast: 1 })]);
  try {
    policy.changes({ roster: { roles: { cis: ['u'] } } });
  } catch (error) {
    if (!(error instanceof TollgateError)) throw error;
    found.push(['RosterFinding[]', error.findings]);
  }
  return found;
}

/** What goes into a watch, and what comes of it. */
function watches() {
  const policy = Policy.compile(files);
  const changes = policy.changes({ roster });
  const deployed = fold(eventsOf(policy));
  const columns = metrics.map(({ metric }) => ({ metric, series: metric }));
  const day = { format: 'csv', text: before, metrics: columns };
  const zones = { format: 'prometheus', text: recorded('matrix'), metrics };
  const junit = read('tests/data/telemetry/recorded/junit/pytest.xml');
  const tests = { format: 'junit', text: junit, at: after(2), metrics: [{ metric: 'audit_write', suite: 'pytest', words: { passed: 'accepted', failed: 'denied' } }] };
  const text = { format: 'openmetrics', text: 'latency_p95 2.1\n', at: after(1), metric: 'latency_p95' };
  const found = [day, zones, tests, text].flatMap((report) => [['Report', report], ['ReportAnswer', policy.readReport(report)]]);
  found.push(['ReportAnswer', policy.readReport({ ...zones, text: 'none' })]);
  const [{ samples: earlier }, { samples }, { samples: results }] = [day, zones, tests].map((report) => policy.readReport(report));
  const others = [
    { metric: 'audit_log', at: after(1), reading: { beat: 1 } },
    { metric: 'audit_log', at: after(2), reading: { beat: 3 } },
    { metric: 'complaints', at: after(1), reading: { event: { id: 'T-1', category: 'incorrect_results', service: 'rag-api' } } },
    { metric: 'complaints', at: after(1), reading: { counted: 'T-2' } },
    { metric: 'error_rate', at: after(1), reading: 'not_a_number' },
    { metric: 'nonsense', at: after(1), reading: { yes_no: true } },
  ];
  const baseline = policy.baseline(earlier, { before: start });
  const armed = changes.arm(deployed, { baselines: baseline.baselines });
  found.push(['Sample[]', others], ['BaselineAnswer', baseline], ['ArmAnswer', armed], ['ArmAnswer', changes.arm(deployed, { baselines: [] })]);
  let { monitor } = armed;
  for (const [now, came] of [[after(3), [...samples, ...results, ...others]], [after(12), []], [after(40), []]]) {
    const seen = changes.observe(deployed, monitor, came, { now });
    found.push(['Monitor', monitor], ['ObserveAnswer', seen], ['Verdict[]', seen.verdicts], ['Command[]', seen.commands]);
    ({ monitor } = seen);
  }
  found.push(['ObserveAnswer', changes.observe({ ...deployed, id: 'X' }, monitor, [], { now: after(41) })]);
  found.push(['RehearseAnswer', policy.rehearse([...earlier, ...samples], { start })], ['RehearseAnswer', policy.rehearse([])]);
  return found;
}

/** What a trail answers. */
async function trails() {
  const folder = folderOfTests('types');
  const { trail, clock } = await founded(folder);
  const found = [];
  const request = scenarios.shared.pool;
  for (const id of ['CHG-1', 'CHG-1']) found.push(['TrailAnswer', await trail.command(id, { create: { id, request } }, { actor: { person: 'u-asha' } })]);
  clock.set('2026-02-03T00:00:00Z');
  for (const command of ['submit', 'complete']) found.push(['TrailAnswer', await trail.command('CHG-1', command, { actor: { person: 'u-asha' } })]);
  found.push(['TrailAnswer', await voted(trail, 'CHG-1', 'u-manager')]);
  for await (const entry of trail.entries()) found.push(['TrailEntry', entry]);
  const pins = [await trail.checkpoint()];
  found.push(['TrailCheck', await trail.verify()], ['TrailCheck', await trail.verify({ pins, redecide: true })]);
  const asked = await trail.statement({ adopt: files }, { person: 'u-cm' });
  found.push(['SignedStatement', await asked.signedBy(signerOf('u-cm'))], ['Disclosure[]', await trail.disclosures()]);
  await trail.close();
  const segment = `${folder}/entries/000000000000.jsonl`;
  const lines = readFileSync(segment, 'utf8').split('\n');
  writeFileSync(segment, lines.toSpliced(3, 1).join('\n'));
  found.push(['TrailCheck', await verifyTrail({ store: folderStore(folder), pins })]);
  writeFileSync(segment, lines.join('\n'));
  rmSync(`${folder}/blobs`, { recursive: true });
  found.push(['TrailCheck', await verifyTrail({ store: folderStore(folder), pins })]);
  return found;
}

test('every answer is of its type', async () => {
  const folder = inProject('target', 'tmp', 'types');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const found = [...answers(), ...lives(), ...watches(), ...(await trails())];
  const types = [...new Set(found.map(([type]) => type.replace('[]', '')))].filter((type) => type !== 'string');
  const lines = found.map(([type, value], at) => `export const a${at}: ${type} = ${JSON.stringify(value)};`);
  const source = `import type { ${types.join(', ')} } from '../../../js/dist/full.js';\n${lines.join('\n')}\n`;
  writeFileSync(`${folder}/answers.ts`, source);
  const tsc = [inProject('node_modules', '.bin', 'tsc'), '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'NodeNext', '--skipLibCheck'];
  await run([...tsc, `${folder}/answers.ts`]).catch(({ output }) => assert.fail(output.slice(0, 4000)));
  assert.ok(found.length > 100);
});
