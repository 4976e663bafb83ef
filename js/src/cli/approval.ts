// `approval`: makes the approval of a change as a file, and asks by it whether a deployment may begin.

import { TollgateError } from '../error.js';
import { askApproval } from '../trail/moving.js';
import type { ApprovalAnswer, ApprovalQuestion, Trail } from '../trail/types.js';
import type { Register } from '../workflow.js';
import { inputOf, jsonOf, STDIN } from './files.js';
import { type Command, Fault, type Given, inLine, numberOf, Usage, usageOf } from './line.js';
import { engine, inTrail, TRAIL, WRITING } from './open.js';

export const approvalMake: Command = {
  words: 'approval make',
  about: 'Make the approval of a change as a file, for a deployment job that has no trail',
  args: [TRAIL, { name: 'CHANGE', about: 'The id of the change' }],
  options: [
    ...WRITING,
    { name: 'person', value: 'ID', about: 'Who has it made, by their opaque id', needed: true },
    { name: 'register', value: 'FILE', about: 'What the change knows of the others: a JSON file, or `-`' },
  ],
  after:
    'Example: npx tollgate approval make trail CHG-1 --key log.pem --person u-cm --register register.json > approval.json\n\nThe gate is asked and its answer put on record: by the time of that entry the job knows how old the file is. The job asks again, by what it knows. Without --register no other change and no declared freeze is looked at.\n\nExit code: 0 the file is printed, and what the job has yet to show, or wait for, is told on standard error; 1 nothing is printed, as the change allows no deployment, whatever a job shows: the answer is on record all the same.',
  run: make,
};

async function make(given: Given): Promise<number> {
  const [[, change = ''], person = '', register] = [given.args, given.one('person'), given.one('register')];
  const others = register === undefined ? {} : { register: (await jsonOf(engine, register)) as Register };
  return inTrail(given, approvalMake, async (trail) => {
    const file = await trail.approval(change, { actor: { person }, ...others });
    if (register === undefined) {
      console.error('tollgate: other changes and declared freezes were not looked at: give what is known of them as --register FILE');
    }
    const { reasons } = askApproval(engine, file, { log: nameOf(trail), maxAgeMs: 3_600_000, now: new Date().toISOString() });
    const lasting = reasons.filter(standsFor);
    if (lasting.length > 0) {
      console.error(['tollgate: no file is made, as it would allow nothing:', ...lasting.map(line)].join('\n'));
      return 1;
    }
    // As it is, to the byte.
    process.stdout.write(file);
    if (reasons.length > 0) console.error(['tollgate: the file is made. What the job that deploys has yet to show (--facts), or to wait for:', ...reasons.map(line)].join('\n'));
    console.error(`tollgate: log ${trail.origin}, ${trail.log}`);
    return 0;
  });
}

const nameOf = ({ origin, log }: Trail) => ({ origin: origin ?? '', log: log ?? '' });

/** Whether a reason stays, whatever a job knows: those of the policy's gates are asked anew, by the job's facts and its clock. */
const standsFor = ({ rule, code }: ApprovalAnswer['reasons'][number]): boolean => rule === undefined && code !== 'SCOPE_UNCONFIRMED';

export const approvalGate: Command = {
  words: 'approval gate',
  about: 'Ask by the file of an approval whether a deployment may begin: no trail, no server, no network',
  args: [{ name: 'FILE', about: 'The approval; `-` is standard input, here or for one of the files below' }],
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
  after: 'Example: npx tollgate approval gate approval.json --origin changes.example --log sha256:5f1c.. --max-age 60 --facts facts.json\n\nPrinted is `allow` or `deny` alone in the first line, then a line for each reason why not, and where the change stands. What cannot be asked is denied, on standard output, too: with --json it is `{"ok":false,"allow":false,"reasons":[..]}`. Exit code: 0 allowed; 1 denied; 2 denied, as the command line cannot be understood.',
  run: gate,
  failed: (failure, words) => {
    const answer = { ok: false, allow: false, reasons: [failure], state: null, flags: [], approval: null };
    return words.includes('--json') ? JSON.stringify(answer) : `deny\n${line(failure)}`;
  },
};

async function gate(given: Given): Promise<number> {
  const [[file = ''], minutes = 0] = [given.args, numberOf(given, 'max-age', approvalGate)];
  const [origin = '', log = '', change, facts, register] = ['origin', 'log', 'change', 'facts', 'register'].map((name) => given.one(name));
  const wrong = (message: string) => new Usage(message, usageOf(approvalGate));
  if (!DIGEST.test(log)) throw wrong(`--log is \`${log}\`, and must be \`sha256:\` and 64 hexadecimal digits, as \`npx tollgate keys list TRAIL\` prints them`);
  for (const key of given.all('revoked')) {
    if (!KEY_ID.test(key)) throw wrong(`--revoked is \`${key}\`, and must be the id of a key: 64 hexadecimal digits, as \`npx tollgate keys list TRAIL\` prints them`);
  }
  if ([file, facts, register].filter((path) => path === STDIN).length > 1) throw wrong('standard input (`-`) is one file: give the others by their names');
  const asked: ApprovalQuestion = {
    log: { origin, log },
    maxAgeMs: minutes * 60_000,
    now: given.one('now') ?? new Date().toISOString(),
    revoked: given.all('revoked'),
    ...(change === undefined ? {} : { change }),
    ...(facts === undefined ? {} : { facts: await jsonOf(engine, facts) }),
    ...(register === undefined ? {} : { register: (await jsonOf(engine, register)) as Register }),
  };
  const approval = await inputOf(file);
  if (approval.trim() === '') throw new Fault(`\`${file}\` is empty: \`approval make\` prints nothing where a change allows no deployment, and says why`, 'UNREADABLE');
  const answer = answered(approval, asked, wrong);
  console.log(given.has('json') ? JSON.stringify(answer) : text(answer));
  return answer.allow ? 0 : 1;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const KEY_ID = /^[0-9a-f]{64}$/;

/** Asks. What the engine has against an argument is said of the option that gave it, as it was typed. */
function answered(file: string, asked: ApprovalQuestion, wrong: (message: string) => Usage): ApprovalAnswer {
  try {
    return askApproval(engine, file, asked);
  } catch (error) {
    const path = error instanceof TollgateError ? error.path : undefined;
    if (path === 'now') throw wrong(`--now is \`${asked.now}\`, and must be an instant with its offset, such as \`2026-02-10T22:00:00+05:30\``);
    if (path?.startsWith('register')) throw new Fault(`--register: ${(error as Error).message}`, 'BAD_CALL');
    throw error;
  }
}

function text({ allow, reasons, state, flags, approval }: ApprovalAnswer): string {
  // The answer stands alone: where the change stands is another matter, and `approved` is no leave to deploy.
  const lines = [allow ? 'allow' : 'deny', ...reasons.map(line)];
  const standing = [state, ...flags].filter(Boolean).join(', ');
  if (standing !== '') lines.push(`  state    ${standing}`);
  if (approval) {
    const { change, revision, request, policy, as_of, size, root, came_through: through } = approval;
    lines.push(`  change   ${change}, revision ${revision}, ${request}`, `  policy   ${policy.id} ${policy.version}, ${policy.digest}`);
    lines.push(`  as of    ${as_of}, ${size} entries, root ${root}`);
    for (const { origin, log } of through) lines.push(`  through  log ${origin}, ${log}`);
  }
  return lines.join('\n');
}

const line = ({ code, message, missing = [] }: Pick<ApprovalAnswer['reasons'][number], 'code' | 'message' | 'missing'>): string =>
  inLine([code, ...missing].join(' ') + (message ? `: ${message}` : ''));
