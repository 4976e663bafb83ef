// The page: takes a change request, asks the engine, shows what it says.

import { code, element } from './dom.js';
import { decide, EngineError, fetchJson, loadEngine, loadPolicy, Refusal, ruleText } from './engine.js';
import { clearFaults, showNotJson, showRefusal } from './inputs.js';
import { renderAnswer, summary } from './render/answer.js';
import { renderFault } from './render/fault.js';
import { listSamples } from './samples.js';

const POLICY = '/rules/change-management/';
const SAMPLES = `${POLICY}samples/`;
/** The sample that the page opens with. */
const FIRST = 'embedding-model-swapped-at-three-in-the-morning.json';
/** How long typing rests before the change is decided again. */
const REST_MS = 350;

const at = (id) => document.getElementById(id);
const texts = [at('request'), at('facts')];
let form;
let resting;

at('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (at('decide').disabled) return;
  const decided = await showDecision();
  const bad = decided ? null : document.querySelector('[aria-invalid="true"]');
  showPlace(bad ?? at('result-heading'));
});
at('ask').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) at('ask').requestSubmit();
});
at('sample').addEventListener('change', () => void takeSample(at('sample').value));
at('current').addEventListener('click', () => {
  setNow(new Date());
  decideSoon();
});
for (const input of [...texts, at('now')]) {
  input.addEventListener('input', () => {
    if (texts.includes(input)) at('sample').value = '';
    decideSoon();
  });
}

// A wide screen has room for the texts; a narrow one shows them when asked.
at('input').open = matchMedia('(min-width: 60rem)').matches;
setNow(new Date());
void begin();

async function begin() {
  at('decide').disabled = true;
  try {
    at('about').textContent = `Engine ${await loadEngine()}`;
    const loaded = await loadPolicy(POLICY);
    form = loaded.form;
    const { title, id, version, digest } = loaded.policy;
    at('about').append(`, policy ${title} (${id} ${version}) `, code(digest));
    const samples = await loadSamples();
    at('sample').append(...listSamples(samples, form.classes));
    at('decide').disabled = false;
    say('No decision yet. Pick a sample, or write a request and press Decide.');
    // What the engine is for is seen before anything is asked of the visitor.
    if (samples.some(({ file }) => file === FIRST)) {
      at('sample').value = FIRST;
      await takeSample(FIRST);
    }
  } catch (error) {
    say('Nothing can be decided.');
    show(renderFault(error));
  }
  document.body.dataset.ready = 'true';
}

/** The samples of the policy's folder, as the server lists it: `{ file, title, expect, .. }`. */
async function loadSamples() {
  const files = (await fetchJson(SAMPLES)).filter((file) => file.endsWith('.json'));
  return Promise.all(files.map(async (file) => ({ file, ...(await fetchJson(SAMPLES + file)) })));
}

/** Fills the form from a sample (its request, its facts, and the instant it is about) and decides it. */
async function takeSample(file) {
  if (!file) return;
  try {
    const { request, facts = {}, now } = await fetchJson(SAMPLES + file);
    at('request').value = JSON.stringify(request, null, 2);
    at('facts').value = JSON.stringify(facts, null, 2);
    setNow(now ? new Date(now) : new Date());
    await showDecision();
  } catch (error) {
    say('The sample cannot be used.');
    show(renderFault(error));
  }
}

function decideSoon() {
  clearTimeout(resting);
  if (at('decide').disabled || at('request').value.trim() === '') return;
  resting = setTimeout(() => void showDecision(), REST_MS);
}

/** Decides what is in the form and shows it. Resolves to whether there is a decision; if not, it has been said why. */
async function showDecision() {
  clearTimeout(resting);
  clearFaults();
  const bad = texts.filter((input) => !isJson(input));
  if (bad.length > 0) return outdated('Not decided: the input is not JSON.');
  try {
    const answer = await decide({ request: at('request').value, facts: at('facts').value, now: chosenNow() });
    show(renderAnswer(answer, form, ruleText));
    // The answer itself says this in large letters.
    say(summary(answer.decision, form), 'heard');
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.errors.length > 0) {
      at('input').open = true;
      showRefusal(error.errors, at('facts').value);
      return outdated(`Not decided: ${error.errors.length === 1 ? 'one thing' : `${error.errors.length} things`} to mend.`);
    }
    say(error instanceof EngineError ? 'The engine did not answer.' : 'Not decided.');
    show(renderFault(error));
    return false;
  }
}

/** Says why there is no decision; what was decided before stays, but not as if it were of this input. */
function outdated(text) {
  const old = at('result').firstElementChild?.classList.contains('answer');
  if (old) at('result').dataset.outdated = 'true';
  say(old ? `${text} What you see below is the decision on the input before.` : text);
  return false;
}

function isJson(input) {
  try {
    JSON.parse(input.value);
    return true;
  } catch (error) {
    at('input').open = true;
    showNotJson(input, error);
    return false;
  }
}

function setNow(instant) {
  at('now').value = instant.toISOString().slice(0, 19);
}

/** The instant chosen, as the engine reads it; the field leaves out seconds that are zero, and may be empty. */
function chosenNow() {
  const { value } = at('now');
  if (value === '') return '';
  return `${value.length === 16 ? `${value}:00` : value}Z`;
}

/** Takes the reader to what is new, where it is not in sight; a control also gets the focus. */
function showPlace(target) {
  if (target.matches('textarea, input')) return target.focus();
  const { top } = target.getBoundingClientRect();
  if (top < 0 || top > innerHeight * 0.8) target.scrollIntoView({ block: 'start' });
}

/** Says `text` to those who hear the page, and, unless it is to be only `heard`, shows it. */
function say(text, how = '') {
  at('status').className = how;
  at('status').textContent = text;
}

function show(shown) {
  delete at('result').dataset.outdated;
  at('result').replaceChildren(shown ?? element('p'));
}
