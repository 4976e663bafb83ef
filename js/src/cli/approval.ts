// `approval`: makes the approval of a change as a file, and asks by it whether a deployment may begin.

import { askApproval } from '../trail/moving.js';
import type { ApprovalAnswer, ApprovalQuestion } from '../trail/types.js';
import type { JsonObject } from '../types.js';
import type { Register } from '../workflow.js';
import { jsonOf, textOf } from './files.js';
import { type Command, type Given, numberOf } from './line.js';
import { engine, inTrail, TRAIL, WRITING } from './open.js';

export const approvalMake: Command = {
  words: 'approval make',
  about: 'Make the approval of a change as a file, for a deployment job that has no trail',
  args: [TRAIL, { name: 'CHANGE', about: 'The id of the change' }],
  options: [
    ...WRITING,
    { name: 'person', value: 'ID', about: 'Who has it made, by their opaque id', needed: true },
    { name: 'register', value: 'FILE', about: 'What the change knows of the others: a JSON file' },
  ],
  after: 'Example: npx tollgate approval make trail CHG-1 --key log.pem --person u-cm > approval.json\n\nThe gate is asked and its answer put on record: by the time of that entry the job knows how old the file is. The job asks again, by what it knows.',
  run: (given) =>
    inTrail(given, approvalMake, async (trail) => {
      const [[, change = ''], person = '', register] = [given.args, given.one('person'), given.one('register')];
      const others = register === undefined ? {} : { register: (await jsonOf(register)) as Register };
      // As it is, to the byte.
      process.stdout.write(await trail.approval(change, { actor: { person }, ...others }));
      console.error(`tollgate: log ${trail.origin}, ${trail.log}`);
      return 0;
    }),
};

export const approvalGate: Command = {
  words: 'approval gate',
  about: 'Ask by the file of an approval whether a deployment may begin: no trail, no server, no network',
  args: [{ name: 'FILE', about: 'The approval' }],
  options: [
    { name: 'origin', value: 'NAME', about: 'The name of the log that it must come from', needed: true },
    { name: 'log', value: 'DIGEST', about: 'The identity of that log, from whoever keeps it', needed: true },
    { name: 'max-age', value: 'MINUTES', about: 'How old the approval may be', needed: true },
    { name: 'change', value: 'ID', about: 'The change that is to be deployed; whatever the approval is about where it is left out' },
    { name: 'facts', value: 'FILE', about: 'What the job knows of what it is about to deploy: a JSON file' },
    { name: 'register', value: 'FILE', about: 'What the change knows of the others, where the job knows better than the log did' },
    { name: 'revoked', value: 'KEY', about: 'The id of a key that is not to be trusted any more', many: true },
    { name: 'now', value: 'INSTANT', about: 'The instant that it is asked for; the clock of this machine where it is left out' },
    { name: 'json', about: 'Print it for programs' },
  ],
  after: 'Example: npx tollgate approval gate approval.json --origin changes.example --log sha256:5f1c.. --max-age 60 --facts facts.json\n\nPrinted is `allow` or `deny`, and a line for each reason why not. Exit code: 0 allowed; 1 denied; 2 a command line that cannot be understood. What cannot be asked is denied.',
  run: gate,
};

async function gate(given: Given): Promise<number> {
  const [[file = ''], minutes = 0] = [given.args, numberOf(given, 'max-age', approvalGate)];
  const [origin = '', log = '', change, facts, register] = ['origin', 'log', 'change', 'facts', 'register'].map((name) => given.one(name));
  const asked: ApprovalQuestion = {
    log: { origin, log },
    maxAgeMs: minutes * 60_000,
    now: given.one('now') ?? new Date().toISOString(),
    revoked: given.all('revoked'),
    ...(change === undefined ? {} : { change }),
    ...(facts === undefined ? {} : { facts: (await jsonOf(facts)) as JsonObject }),
    ...(register === undefined ? {} : { register: (await jsonOf(register)) as Register }),
  };
  const answer = askApproval(engine, await textOf(file), asked);
  console.log(given.has('json') ? JSON.stringify(answer) : text(answer));
  return answer.allow ? 0 : 1;
}

function text({ allow, reasons, state, flags, approval }: ApprovalAnswer): string {
  const lines = [[allow ? 'allow' : 'deny', state, ...flags].filter(Boolean).join(', ')];
  for (const { code, message, missing = [] } of reasons) lines.push([code, ...missing].join(' ') + (message ? `: ${message}` : ''));
  if (approval) {
    const { change, revision, request, policy, as_of, size, root } = approval;
    lines.push(`  change   ${change}, revision ${revision}, ${request}`, `  policy   ${policy.id} ${policy.version}, ${policy.digest}`);
    lines.push(`  as of    ${as_of}, ${size} entries, root ${root}`);
  }
  return lines.join('\n');
}
