// The page begins here: draws the shell at once, then fetches draft, engine and policy, then what can wait.

import 'tollgate/form';
import './styles/index.css';

import { render } from 'preact';

import { bringBack, keepWaiting } from './state/draft.ts';
import { bringRulesBack, keepWaitingRules } from './state/edits.ts';
import { tell } from './state/notices.ts';
import { loading, loadPolicy } from './state/policy.ts';
import { FIRST, loadSamples, useSample } from './state/samples.ts';
import { App } from './views/app.tsx';
import { say } from './words/dictionary.ts';
import { keepOffline } from './worker/register.ts';

const place = document.getElementById('page');
if (place) render(<App />, place);

addEventListener('pagehide', () => {
  keepWaiting();
  keepWaitingRules();
});
void start();

async function start(): Promise<void> {
  const policy = loadPolicy();
  if (!(await bringBack())) useSample(FIRST);
  await policy;
  await bringRulesBack();
  // The first decision is drawn before anything more is fetched.
  await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  await fetchSamples();
  // The worker fetches what the page just fetched: after it, so that neither waits for the other.
  if (loading.value.kind === 'ready') await keepOffline();
}

async function fetchSamples(): Promise<void> {
  try {
    await loadSamples();
  } catch (error) {
    tell({ text: say.samples.failed(error) });
  }
}
