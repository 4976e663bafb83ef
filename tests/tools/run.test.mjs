import assert from 'node:assert/strict';
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
