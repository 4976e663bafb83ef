// The page: takes a change request, asks the engine, shows what it says.

import { element } from './dom.js';
import { decide, fetchJson, loadEngine, loadPolicy } from './engine.js';
import { renderDecision, summary } from './render/decision.js';
import { renderExplanation } from './render/explanation.js';
import { renderFault } from './render/fault.js';

const POLICY = '/rules/change-management/';
const SAMPLES = `${POLICY}samples/`;

const at = (id) => document.getElementById(id);
const inputs = { request: at('request'), facts: at('facts') };

at('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  void showDecision();
});
at('ask').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) at('ask').requestSubmit();
});
at('sample').addEventListener('change', () => void takeSample(at('sample').value));
at('current').addEventListener('click', () => setNow(new Date()));
for (const input of Object.values(inputs)) {
  input.addEventListener('input', () => {
    at('sample').value = '';
    showInputFault(input, '');
  });
}

setNow(new Date());
void begin();

async function begin() {
  at('decide').disabled = true;
  try {
    at('about').textContent = `Engine ${await loadEngine()}`;
    const policy = await loadPolicy(POLICY);
    at('about').append(`, policy ${policy.id} ${policy.version}, `, element('code', {}, policy.digest));
    await listSamples();
    at('decide').disabled = false;
    say('No decision yet. Pick a sample or paste a request, then press Decide.');
  } catch (error) {
    say('The page cannot decide anything yet.');
    show(renderFault(error));
  }
  document.body.dataset.ready = 'true';
}

async function listSamples() {
  // The server lists the folder. A sample is named by what it shows.
  const files = (await fetchJson(SAMPLES)).filter((file) => file.endsWith('.json'));
  const title = (file) => file.replace(/\.json$/, '').replaceAll('-', ' ');
  at('sample').append(...files.map((file) => element('option', { value: file }, title(file))));
}

/** Fills the form from a sample: its request, its facts, and the instant it is about. */
async function takeSample(file) {
  if (!file) return;
  try {
    const { request, facts = {}, now } = await fetchJson(SAMPLES + file);
    inputs.request.value = JSON.stringify(request, null, 2);
    inputs.facts.value = JSON.stringify(facts, null, 2);
    if (now) setNow(new Date(now));
    Object.values(inputs).forEach((input) => showInputFault(input, ''));
    say('Sample taken. Press Decide.');
    show();
  } catch (error) {
    say('The sample cannot be used.');
    show(renderFault(error));
  }
}

async function showDecision() {
  const bad = Object.values(inputs).filter((input) => !isJson(input));
  if (bad.length > 0) {
    bad[0].focus();
    say('Not decided: the input is not JSON.');
    return show();
  }
  try {
    const start = performance.now();
    const { decision, explanation } = await decide({ request: inputs.request.value, facts: inputs.facts.value, now: chosenNow() });
    const took = performance.now() - start;
    show(renderDecision(decision), explanation && renderExplanation(explanation));
    say(`${summary(decision)} Decided in ${took.toFixed(1)} ms.`);
  } catch (error) {
    say('Not decided.');
    show(renderFault(error));
  }
}

/** Whether an input holds one JSON value; says under it what is wrong if not. */
function isJson(input) {
  try {
    JSON.parse(input.value);
    showInputFault(input, '');
    return true;
  } catch (error) {
    showInputFault(input, `Not JSON: ${error.message}`);
    return false;
  }
}

function showInputFault(input, text) {
  at(`${input.id}-fault`).textContent = text;
  input.setAttribute('aria-invalid', String(text !== ''));
}

function setNow(instant) {
  at('now').value = instant.toISOString().slice(0, 19);
}

/** The instant chosen, as the engine reads it; the field leaves out seconds that are zero. */
function chosenNow() {
  const { value } = at('now');
  return `${value.length === 16 ? `${value}:00` : value}Z`;
}

const say = (text) => void (at('status').textContent = text);
const show = (...nodes) => at('result').replaceChildren(...nodes.filter(Boolean));
