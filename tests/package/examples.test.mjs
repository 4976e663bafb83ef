// The programs in examples/, run as their readers would.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { Policy } from '../../js/dist/full.node.js';
import { inProject, root } from '../../tools/lib/paths.mjs';
import { after as afterStart, before as dayBefore, eventsOf, metrics, recorded, start } from '../support/deployed.mjs';
import { files, scenarios } from '../support/shipped.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-examples-'));
after(() => rmSync(folder, { recursive: true }));

const sample = (name) => `rules/change-management/samples/${name}.json`;
const put = (name, text) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const asked = put('asked.json', '{ "answers": { "kind": "security_patch", "env": "production" }, "now": "2026-02-03T05:30:00Z" }');
const settled = put('settled.json', '{ "answers": { "kind": "zero_day_patch", "env": "production", "exploited": true } }');
const refused = put('refused.json', '{ "request": { "tenant": 3 } }');

/** A folder with a policy of one file, and where its image would go. */
function policy(name, text) {
  mkdirSync(join(folder, name));
  put(join(name, 'policy.gate'), text);
  return [join(folder, name), join(folder, `${name}.image`)];
}
const STARTER = readFileSync(inProject('rules', 'starter', 'policy.gate'), 'utf8');
const BROKEN_PROMISE = `${STARTER}\npromise nobody "Nothing is ever high" {\n  never risk is high\n}\n`;

/** A history of the shipped policy's scenarios, the people in it, and what a deployment job knows. */
const { shared, 'metrics-degraded': rollout } = scenarios;
const shipped = Policy.compile(files);
const { cases } = shipped.simulate(rollout, { with: { 'shared.json': shared } });
const { events } = cases.find(({ name }) => name.startsWith('d:'));
const before = (type) => events.slice(0, events.findIndex(({ what }) => what.type === type));
const history = (name, list) => put(`${name}.json`, JSON.stringify(list));
const people = put('people.json', JSON.stringify(shared.people));
const unfit = put('unfit.json', '{ "roles": { "ciso": [] } }');
const nothing = put('nothing.json', '{}');
const at = (now) => ({ TOLLGATE_NOW: now });

/** What a watch begins with, and what Prometheus said while a service slowed down. */
const day = shipped.readReport({ format: 'csv', text: dayBefore, metrics: metrics.map(({ metric }) => ({ metric, series: metric })) });
const { baselines } = shipped.baseline(day.samples, { before: start });
const watch = (name, more = {}) => put(`${name}.json`, JSON.stringify({ roster: shared.people, events: eventsOf(shipped), baselines, ...more }));
const [zones, vector] = ['matrix', 'vector'].map((name) => put(`${name}.json`, recorded(name)));
const refusing = 'tests/data/telemetry/recorded/prometheus/error.json';
const resumed = watch('resumed');

/** What the host sees itself: beats of the audit log, a minute after the other, and what the suites gave. */
const beats = Array.from({ length: 12 }, (_, minute) => ({ metric: 'audit_log', at: afterStart(minute + 1), reading: { beat: minute + 1 } }));
const results = [
  { metric: 'pii_accuracy', at: afterStart(5), reading: { number: '99.1' } },
  ...[['encryption_test', 'passed'], ['audit_write', 'accepted'], ['bypass_attempt', 'blocked']].map(([metric, word]) => ({ metric, at: afterStart(5), reading: { word } })),
];
const twelve = Array(12).fill(refusing);
const LAST = { silent: /T16:36:\d\dZ fired log_silent LOG_GAP\n/, untested: /T16:40:00Z fired \w+ \w+_NO_RESULT\n/ };

const MISSING = /^there is no `none\.json`: give the path of a file that is there, from the folder that this runs in\n$/;

/** A program, its arguments, what it exits with, what it prints, what it complains of, and its environment. */
const RUNS = [
  ['gate', [history('ready', before('implementation.started')), people, nothing], 0, /^allow\n {2}state {4}scheduled\n$/, /^$/, at('2026-02-10T16:30:00Z')],
  ['gate', [history('begun', events), people, nothing], 0, /^allow\n {2}state {4}implementing\n$/, /^$/, at('2026-02-11T17:00:00Z')],
  ['gate', [history('waiting', before('vote.cast')), people, nothing], 1, /^deny\nMISSING_APPROVAL architect security compliance .*: the approvals are not complete\n/, /^$/, at('2026-02-05T10:00:00Z')],
  ['gate', [history('none', []), people, nothing], 1, /^deny\nNO_CHANGE: /],
  ['gate', [history('gap', events.slice(1)), people, nothing], 1, /^deny\nBAD_HISTORY: /],
  ['gate', [history('unmanned', events), unfit, nothing], 1, /^deny\nROSTER_UNFIT: .* faults/],
  ['watch', [watch('slow'), zones, vector], 3, /^2026-02-10T16:33:00Z fired latency_degraded METRICS\nrolling_back\n$/, /^$/, at(afterStart(2, 50))],
  ['watch', [resumed, zones], 0, /^implementing\n$/, /^$/, at(afterStart(2, 50))],
  ['watch', [resumed, vector], 3, /^2026-02-10T16:33:00Z fired latency_degraded METRICS\nrolling_back\n$/, /^$/, at(afterStart(3, 50))],
  ['watch', [resumed, vector], 3, /^rolling_back\n$/, /^$/, at(afterStart(4, 50))],
  ['watch', [watch('blind'), refusing, refusing, refusing], 0, /refused with `bad_data`.*\n.*T16:33:00Z inconclusive errors_degraded\n.* inconclusive latency_degraded\nimplementing\n$/, /^$/, at(afterStart(1))],
  ['watch', [watch('silent'), ...twelve], 3, LAST.silent, /^$/, at(afterStart(1))],
  ['watch', [watch('untested', { samples: beats }), ...twelve], 3, LAST.untested, /^$/, at(afterStart(1))],
  ['watch', [watch('fed', { samples: [...beats, ...results] }), ...twelve], 0, /^(?![^]* fired )[^]*\nimplementing\n$/, /^$/, at(afterStart(1))],
  ['watch', [watch('early', { events: before('implementation.started') }), zones], 1, /^$/, /NOT_DEPLOYED: change `CHG-1003` has not started/],
  ['watch', [watch('damaged', { monitor: { change: 'CHG-1003' } }), zones], 1, /^$/, /the monitor is damaged/],
  ['watch', [], 2, /^$/, /^usage: /],
  ['decide', [sample('ready-change-may-start')], 0, /^normal, risk high, route board_decides\n$/],
  ['decide', [sample('start-without-a-snapshot-is-refused')], 1, /\ndenied: NO_SNAPSHOT snapshot\n/],
  ['decide', [sample('staging-is-out-of-scope')], 0, /^out_of_scope\n$/],
  ['decide', [refused], 1, /^UNKNOWN_FIELD tenant: .*did you mean `tenants`\?/m],
  ['image', ['rules/starter', join(folder, 'starter.image')], 0, /^MY-POLICY 1 sha256:[0-9a-f]{64}\n$/],
  ['image', policy('unread', 'policy X "x" {'), 1, /^$/, /^error: policy\.gate:1:\d+: /],
  ['image', policy('broken', BROKEN_PROMISE), 1, /^$/, /^error: policy\.gate:\d+:\d+: the promise `nobody` is broken/],
  ['image', [], 2, /^$/, /^usage: /],
  ['gate', [people], 2, /^$/, /^usage: /],
  // The rest of it is in trail-approval.test.mjs, which makes one.
  ['approval', [nothing, nothing, 'changes.example', `sha256:${'0'.repeat(64)}`], 1, /^deny\nBAD_APPROVAL: /],
  ['approval', [], 2, /^$/, /^usage: /],
  // A file that is not there is told in a line, with what to do.
  ...['decide', 'questions'].map((name) => [name, ['none.json'], 1, /^$/, MISSING]),
  ['decide', [nothing, 'no-policy'], 1, /^$/, /^there is no `no-policy`: give the path/],
  ['image', ['no-policy', 'policy.image'], 1, /^$/, /^there is no `no-policy`: give the path/],
  ['watch', ['none.json', zones], 1, /^$/, MISSING],
  ['watch', [watch('lonely'), 'none.json'], 1, /^$/, MISSING],
  ['gate', ['none.json', people, nothing], 1, /^deny\nUNREADABLE: there is no `none\.json`: give the path of a file that is there, .*\n$/],
  ['approval', ['none.json', nothing, 'changes.example', 'sha256:0'], 1, /^deny\nUNREADABLE: there is no `none\.json`: .*\n$/],
  ['decide', [], 2, /^$/, /^usage: /],
  ['questions', [], 2, /^$/, /^usage: /],
  ['questions', [asked], 0, /^possible: .* or .*\nask: /],
  ['questions', [settled], 0, /^settled: emergency, risk critical\nwould be /],
];

for (const [name, args, status, says, complains = /^$/, env = {}] of RUNS) {
  test(`${name} ${args[0]?.split('/').at(-1) ?? 'alone'} exits with ${status}`, () => {
    const run = spawnSync(process.execPath, [`examples/${name}.mjs`, ...args], { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } });
    assert.equal(run.status, status, run.stderr);
    assert.match(run.stdout, says);
    assert.match(run.stderr, complains);
  });
}

/** The exit code of an example whose reader goes away at once, and what it complains of. */
const unread = (name, ...args) =>
  new Promise((done) => {
    const child = spawn(process.execPath, [`examples/${name}.mjs`, ...args], { cwd: root, env: { ...process.env, ...at(afterStart(1)) } });
    let complaint = '';
    child.stdout.destroy();
    child.stderr.on('data', (text) => (complaint += text));
    child.on('close', (status) => done([status, complaint]));
  });

test('a reader that goes away is no failure, and opens no gate', async () => {
  assert.deepEqual(await unread('decide', sample('ready-change-may-start')), [0, '']);
  assert.deepEqual(await unread('decide', sample('start-without-a-snapshot-is-refused')), [1, '']);
  assert.deepEqual(await unread('questions', settled), [0, '']);
  assert.deepEqual(await unread('gate', history('unread', []), people, nothing), [1, '']);
  assert.deepEqual(await unread('approval', nothing, nothing, 'changes.example', `sha256:${'0'.repeat(64)}`), [1, '']);
  assert.deepEqual(await unread('image', 'rules/starter', join(folder, 'unread.image')), [0, '']);
  assert.deepEqual(await unread('watch', watch('unread-watch'), refusing), [0, '']);
});

test('no example is longer than forty lines', () => {
  for (const name of readdirSync(inProject('examples')).filter((file) => file.endsWith('.mjs'))) {
    const lines = readFileSync(inProject('examples', name), 'utf8').trimEnd().split('\n').length;
    assert.ok(lines <= 40, `${name} has ${lines}`);
    assert.ok(RUNS.some(([run]) => `${run}.mjs` === name), `${name} is not run`);
  }
});
