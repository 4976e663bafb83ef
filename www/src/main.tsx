// The page begins here: draws the shell at once, then fetches draft, engine and policy, then what can wait.

import 'tollgate/form';
import './styles/index.css';

import { render } from 'preact';

import { bringBack, keepWaiting } from './state/draft.ts';
import { bringRulesBack, keepWaitingRules } from './state/edits.ts';
import { tell } from './state/notices.ts';
import { loading, loadPolicy } from './state/policy.ts';
import { goTo } from './state/route.ts';
import { FIRST, loadSamples, useSample } from './state/samples.ts';
import { keptChoice } from './store/choice.ts';
import { App } from './views/app.tsx';
import { say } from './words/dictionary.ts';
import { instant } from './words/format.ts';
import { keepOffline } from './worker/register.ts';

const DAY_MS = 86_400_000;

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
  remindOfExport();
  // The worker fetches what the page just fetched: after it, so that neither waits for the other.
  if (loading.value.kind === 'ready') await keepOffline();
}

/** What is in this browser alone for longer than a day is said on every screen. */
function remindOfExport(): void {
  const since = keptChoice('unexported-since');
  if (!since || !(Date.now() - Date.parse(since) > DAY_MS)) return;
  tell({ text: say.storage.unexported(instant(since)), action: { label: say.storage.goToTrail, act: () => goTo('trail') } });
}

async function fetchSamples(): Promise<void> {
  try {
    await loadSamples();
  } catch (error) {
    tell({ text: say.samples.failed(error) });
  }
}
