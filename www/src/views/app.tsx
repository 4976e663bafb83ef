// The whole page: the shell, and the screen that the address names.

import { useLayoutEffect, useRef } from 'preact/hooks';

import { type Loading, loading, loadPolicy } from '../state/policy.ts';
import { type Screen, screen } from '../state/route.ts';
import { say } from '../words/dictionary.ts';
import { Fetched, fetched } from './fetched.tsx';
import { Later } from './later.tsx';
import { RequestScreen } from './request/screen.tsx';
import { Header } from './shell/header.tsx';
import { Notices } from './shell/notices.tsx';

const TRAIL = fetched(async () => (await import('./trail/trail.tsx')).TrailScreen);

export function App() {
  const name = screen.value;
  useArrival(name);
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>{say.skip}</a>
      <Header />
      <Notices />
      <main id="content" tabIndex={-1}><Shown name={name} /></main>
    </>
  );
}

function Shown({ name }: { name: Screen }) {
  if (name === 'request') return <Request state={loading.value} />;
  return name === 'trail' ? <Fetched of={TRAIL} /> : <Later name={name} />;
}

/** Tells that another screen is there: in the title, and by the focus for those who do not see it. */
function useArrival(name: Screen) {
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    document.title = `${say.screens[name]} – ${say.name}`;
    if (!isFirst.current) document.getElementById('content')?.focus({ preventScroll: true });
    if (!isFirst.current) scrollTo(0, 0);
    isFirst.current = false;
  }, [name]);
}

/** The address names the screen, so a jump inside it leaves the address alone. */
function skip(event: Event) {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function Request({ state }: { state: Loading }) {
  if (state.kind === 'ready') return <RequestScreen shipped={state.shipped} />;
  if (state.kind === 'failed') return <Failed reason={state.reason} />;
  return (
    <div class="state" role="status">
      <p class="busy">{say.loading}</p>
    </div>
  );
}

function Failed({ reason }: { reason: string }) {
  return (
    <div class="state" role="alert">
      <h1>{say.failed.title}</h1>
      <p><code>{reason}</code></p>
      <p class="quiet">{say.failed.help}</p>
      <button type="button" class="main" onClick={() => void loadPolicy()}>{say.failed.retry}</button>
    </div>
  );
}
