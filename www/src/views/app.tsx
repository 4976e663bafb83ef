// The whole page: the shell, and the screen that the address names.

import { type Loading, loading, loadPolicy } from '../state/policy.ts';
import { screen } from '../state/route.ts';
import { say } from '../words/dictionary.ts';
import { Later } from './later.tsx';
import { RequestScreen } from './request/screen.tsx';
import { Header } from './shell/header.tsx';
import { Notices } from './shell/notices.tsx';

export function App() {
  const name = screen.value;
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>{say.skip}</a>
      <Header />
      <Notices />
      <main id="content" tabIndex={-1}>{name === 'request' ? <Request state={loading.value} /> : <Later name={name} />}</main>
    </>
  );
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
