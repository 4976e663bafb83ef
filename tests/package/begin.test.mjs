// docs/begin.md, as somebody would type it: its blocks in their order, in a folder that has the package and the starter policy.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { inProject } from '../../tools/lib/paths.mjs';
import { installedIn } from '../support/packed.mjs';
import { folderOfTests } from '../support/trails.mjs';

const page = readFileSync(inProject('docs', 'begin.md'), 'utf8');
const blocks = [...page.matchAll(/^```(sh|js)\n([^]*?)^```$/gm)].map(([, kind, text]) => ({ kind, text }));

test('a trail is begun, used and verified as the page says', () => {
  const { folder } = installedIn(folderOfTests('begin'));
  copyFileSync(inProject('rules', 'starter', 'policy.gate'), join(folder, 'policy.gate'));
  const env = { ...process.env, npm_config_offline: 'true' };
  // A block stops at the first command that fails.
  const shell = (text) => execFileSync('sh', ['-ec', text], { cwd: folder, env, encoding: 'utf8' });

  // The blocks of JavaScript are one program, which runs where the first block of the shell after it stands.
  const [said, programs] = [[], []];
  let program = '';
  for (const { kind, text } of blocks) {
    if (kind === 'js') program += text;
    if (kind === 'js') continue;
    if (program !== '') {
      writeFileSync(join(folder, 'begin.mjs'), program);
      programs.push(execFileSync(process.execPath, ['begin.mjs'], { cwd: folder, encoding: 'utf8' }));
      program = '';
    }
    said.push(shell(text));
  }
  const [keys, listed, asked, verified, shown, proved, , officer] = said;
  assert.equal(keys.match(/^key {3}[0-9a-f]{64}$/gm).length, 7);
  assert.match(listed, /^self-consistent: 15 entries.*\nlog {7}changes\.example, sha256:[0-9a-f]{64}\nverifier /);
  assert.match(asked, /^allow\n {2}state {4}approved\n {2}change {3}CHG-1, revision 1, /);
  assert.match(verified, /^pinned\(15\): 15 entries/);
  assert.match(shown, /\n {3}12 .* change\.command {6}u-lead .* CHG-1\/\d+ {2}vote: approve as team_lead\n[^]*CHG-1 asked here: allowed\n/);
  assert.match(proved, /^proved: entry 12 is among the 15 of log changes\.example\n/);
  assert.deepEqual(programs, ['', 'watchers: ["u-ravi"]\nerased: 1\n']);
  assert.match(officer, /^self-consistent: 17 entries[^]*\n {2}erased {3}1 pieces of personal data; every proof holds without them\n {2}decided {2}\d+ commands again, 0 of them otherwise\nentry [^]*CHG-2\/\d+ {2}create: created {2}\(erased: 1\)\n/);
});
