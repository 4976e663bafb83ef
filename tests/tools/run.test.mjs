import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

import { begunBeside, run, succeeds } from '../../tools/lib/run.mjs';

const script = (text) => [process.execPath, '--eval', text];

test('standard output is kept apart, and both streams together', async () => {
  const { stdout, output } = await run(script('console.log("out"); console.error("err")'));
  assert.equal(stdout, 'out\n');
  assert.deepEqual(output.trim().split('\n').sort(), ['err', 'out']);
});

test('a failing program gives what it printed and the remedy', async () => {
  await assert.rejects(run(script('console.log("why"); process.exit(3)'), { remedy: 'do this' }), (error) => {
    assert.match(error.message, /exited with 3$/);
    assert.equal(error.output, 'why\n');
    assert.equal(error.remedy, 'do this');
    return true;
  });
});

test('a program that is not there is a failure with a remedy', async () => {
  await assert.rejects(run(['no-such-program'], { remedy: 'install it' }), (error) => {
    assert.match(error.message, /^cannot start `no-such-program`/);
    assert.equal(error.remedy, 'install it');
    return true;
  });
  assert.equal(await succeeds(['no-such-program']), false);
});

test('a program stopped by a signal is a failure that names it', async () => {
  await assert.rejects(run(script('process.kill(process.pid, "SIGKILL")')), /was stopped by SIGKILL$/);
});

test('what is begun beside the steps is done one after the other, and tells its failure to who waits for it', async () => {
  const seen = [];
  const done = begunBeside([
    async () => void seen.push('first'),
    async () => { throw new Error('no room'); },
    async () => seen.push('third'),
  ]);
  assert.equal(await done(2), 2);
  assert.deepEqual(seen, ['first', 'third']);
  await assert.rejects(done(1), /no room/);
  await done(0);
});

test('a script that is stopped stops everything that it runs', async () => {
  const lasting = "console.error(process.pid); setInterval(() => {}, 1000)";
  const text = `import { run } from ${JSON.stringify(new URL('../../tools/lib/run.mjs', import.meta.url).href)};
    for (const _ of [1, 2]) run([process.execPath, '--eval', ${JSON.stringify(lasting)}], { verbose: true }).catch(() => {});`;
  const stopped = spawn(process.execPath, ['--input-type=module', '--eval', text], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const part of stopped.stdout) {
    said += part;
    if (said.trim().split('\n').length === 2) break;
  }
  const ended = new Promise((resolve) => stopped.on('exit', resolve));
  stopped.kill('SIGTERM');
  assert.equal(await ended, 143);
  const lives = (pid) => { try { return process.kill(pid, 0); } catch { return false; } };
  for (const pid of said.trim().split('\n').map(Number)) {
    for (let tries = 0; lives(pid) && tries < 50; tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(lives(pid), false);
  }
});
