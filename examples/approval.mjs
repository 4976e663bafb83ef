// What a deployment job runs that has no trail: node examples/approval.mjs APPROVAL.json FACTS.json ORIGIN LOG [CHANGE]
// APPROVAL.json is what `npx tollgate approval make` wrote; FACTS.json is what the job knows of what it is about to deploy; ORIGIN and LOG are the name and the
// identity of the log, pinned where only the job's owner writes. Prints `allow`, or every reason why not; exits with 0 or 1.
// TOLLGATE_NOW is for rehearsals, the host's clock is the default.

import { readFileSync } from 'node:fs';
import { askApproval, TollgateError } from 'tollgate';

// Whoever reads what is printed may go away before its end.
process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? process.exitCode : 1));
const [file, known, origin, log, change] = process.argv.slice(2);
if (!log) {
  console.error('usage: node examples/approval.mjs APPROVAL.json FACTS.json ORIGIN LOG [CHANGE]');
  process.exit(2);
}
/** What the log learned in the last hour may be missing, and not more. */
const maxAgeMs = 3_600_000;

try {
  const facts = JSON.parse(readFileSync(known, 'utf8'));
  const now = process.env.TOLLGATE_NOW ?? new Date().toISOString();
  const asked = { log: { origin, log }, facts, now, maxAgeMs, ...(change ? { change } : {}) };
  const { allow, reasons, approval } = askApproval(readFileSync(file, 'utf8'), asked);

  console.log(allow ? 'allow' : 'deny');
  for (const { code, message, missing = [] } of reasons) console.log(`${[code, ...missing].join(' ')}${message ? `: ${message}` : ''}`);
  if (approval) console.log(`  change   ${approval.change}, revision ${approval.revision}, as of ${approval.as_of}`);
  process.exitCode = allow ? 0 : 1;
} catch (error) {
  // What cannot be asked is not allowed.
  const missing = `UNREADABLE: there is no \`${error.path}\`: give the path of a file that is there, from the folder that this runs in`;
  const said = error instanceof TollgateError ? `${error.code}: ${error.message}` : String(error);
  console.log(`deny\n${error.code === 'ENOENT' ? missing : said}`);
  process.exitCode = 1;
}
