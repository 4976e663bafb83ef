// Opens a trail and adds entries to it, for tests that end it or have several of it: `node appender.mjs FOLDER COUNT WAIT_MS`. Prints the index
// of each entry as soon as it is acknowledged, and exits with 3 and the code of the error where it cannot.

import { writeSync } from 'node:fs';

import { officer, openAt } from './trails.mjs';

const [folder, count, waitMs] = process.argv.slice(2);
try {
  const trail = await openAt(folder, { store: { waitMs: Number(waitMs) } });
  for (let done = 0; done < Number(count); done += 1) {
    await trail.setRoster({ roles: { [`r-${process.pid}-${done}`]: [`u-${'x'.repeat(Math.floor(Math.random() * 4_000))}`] } }, { actor: officer });
    // At once, so that what was acknowledged is known even if this is the last thing that it does.
    writeSync(1, `${trail.size - 1}\n`);
  }
  await trail.close();
} catch (error) {
  writeSync(2, error.code ?? String(error));
  process.exitCode = 3;
}
