// The only file that knows the module. Text goes in and objects come out; the page decides nothing itself.

const GLUE = '/pkg/tollgate.js';
const WASM = '/pkg/tollgate_bg.wasm';

/** The engine, or something it needs, cannot be used. */
export class EngineError extends Error {
  name = 'EngineError';
}

/** The engine refused a call: `errors` are what is wrong with the input, `diagnostics` what is with the policy. */
export class Refusal extends Error {
  name = 'Refusal';

  constructor(answer) {
    super('the engine refused the call');
    this.errors = answer.errors ?? (answer.error ? [answer.error] : []);
    this.diagnostics = answer.diagnostics ?? [];
  }
}

let compiled;
let starts = 0;
let module;
let files;
let handle;

/** Loads the module. Resolves to its version. */
export async function loadEngine() {
  await start();
  return module.version();
}

/**
 * Compiles the `.gate` files of the folder at `address` for the calls that follow. Resolves to `{ policy, form }`: who
 * it is, and its questions.
 */
export async function loadPolicy(address) {
  const names = (await fetchJson(address)).filter((name) => name.endsWith('.gate'));
  if (names.length === 0) throw new EngineError(`no policy at ${address}`);
  files = await Promise.all(names.map(async (name) => ({ name, text: await fetchText(address + name) })));
  const policy = await compile();
  const { form } = await call('form', () => `{"policy":{"handle":${handle}}}`);
  return { policy, form };
}

/** The rule text at a place of an explanation, whose offsets count bytes. */
export function ruleText({ file, start: from, end }) {
  const text = files.find(({ name }) => name === file)?.text ?? '';
  return new TextDecoder().decode(new TextEncoder().encode(text).slice(from, end));
}

/**
 * Decides a change. `request` and `facts` are JSON text and reach the engine letter by letter: read here
 * first, a large number or a key given twice would be lost before the engine could speak of it.
 */
export async function decide({ request, facts, now }) {
  const ask = () =>
    `{"policy":{"handle":${handle}},"request":${request},"facts":${facts},"now":${JSON.stringify(now)},"explain":true}`;
  try {
    return await call('decide', ask);
  } catch (error) {
    if (!(error instanceof Refusal) || error.errors[0]?.code !== 'NO_SUCH_POLICY') throw error;
    await compile();
    return call('decide', ask);
  }
}

async function compile() {
  const answer = await call('compile', () => JSON.stringify({ files }));
  handle = answer.handle;
  return answer.policy;
}

/** Makes one call of the module. An instance that trapped is not used again: the next call gets another. */
async function call(name, ask) {
  await start();
  checkKnown(name);
  let answer;
  try {
    answer = JSON.parse(module[name](ask()));
  } catch (error) {
    module = undefined;
    throw new EngineError(`the engine stopped: ${error.message}`);
  }
  if (!answer.ok) throw new Refusal(answer);
  return answer;
}

function checkKnown(name) {
  if (typeof module[name] !== 'function') throw new EngineError(`this build of the engine has no call \`${name}\``);
}

/** Makes an instance, if there is none. The glue keeps one instance for itself, so each gets glue of its own. */
async function start() {
  if (module) return;
  try {
    compiled ??= await WebAssembly.compileStreaming(fetch(WASM));
    const glue = await import(`${GLUE}?start=${starts++}`);
    glue.initSync({ module: compiled });
    module = glue;
  } catch (error) {
    throw new EngineError(`the engine cannot be loaded: ${error.message}`);
  }
}

async function fetchText(address) {
  const response = await fetch(address);
  if (!response.ok) throw new EngineError(`${address} cannot be loaded (${response.status})`);
  return response.text();
}

/** What the JSON file at `address` says. */
export const fetchJson = async (address) => JSON.parse(await fetchText(address));
