// Builds the engine, the package and the page, and serves the page: `npm start`.

import { parseArgs } from 'node:util';

import { buildSteps } from './build.mjs';
import { serve } from './lib/server.mjs';
import { runScript, step, UsageError } from './lib/steps.mjs';
import { buildPage } from './page.mjs';
import { setUp } from './setup.mjs';

const DEFAULT_PORT = 8000;

const HELP = `npm start                    build the page, serve it, print its address
npm start -- --port NUMBER   serve on another port (or set PORT); default ${DEFAULT_PORT}, 0 for any that is free
npm start -- --verbose       show everything the steps print
npm start -- --help          show this`;

await runScript(async () => {
  const { port, verbose, help } = commandLine();
  if (help) return console.log(HELP);
  await setUp({ verbose });
  await buildSteps({ verbose });
  await step('page', 'compile the shipped policy and bundle the page', () => buildPage({ verbose }));
  const { address, close } = await serve(port);
  console.log(`\nTollgate is at ${address}  (Ctrl+C stops it)`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close());
});

function commandLine() {
  const options = {
    port: { type: 'string', default: process.env.PORT || String(DEFAULT_PORT) },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  };
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new UsageError(error.message, { remedy: 'see `npm start -- --help`' });
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new UsageError(`\`${values.port}\` is not a port`, { remedy: 'give a number from 0 to 65535' });
  }
  return { ...values, port };
}
