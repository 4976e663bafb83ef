// Assertions on what comes by itself: a page shows a moment later what was done to it, and how long a moment is hangs on the machine.

import assert from 'node:assert/strict';

const PATIENCE_MS = 20_000;
const ASK_AGAIN_MS = 20;

/** Waits until `holds` throws no more. What it throws at the end is the failure. */
export async function eventually(holds) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await holds();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((again) => setTimeout(again, ASK_AGAIN_MS));
  }
}

/** Waits until `read` gives what is expected. */
export const assertBecomes = (read, expected, message) => eventually(async () => assert.deepEqual(await read(), expected, message));

/** Waits until the text that `read` gives fits. */
export const assertComesToMatch = (read, pattern, message) => eventually(async () => assert.match(await read(), pattern, message));

/** Waits until `read` gives something true. */
export const assertComesTrue = (read, message) => eventually(async () => assert.ok(await read(), message));
