// A React page around the form. React 19 sets what is no text as properties of a custom element, and `on…` adds a listener:
// `ontollgate-change` hears the event `tollgate-change`.

import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { load, Policy } from 'tollgate';
import 'tollgate/form';

import './page.css';

const rules = import.meta.glob('../../rules/change-management/*.gate', { query: '?raw', import: 'default', eager: true });
const files = Object.entries(rules).map(([path, text]) => ({ name: path.split('/').pop(), text }));

function Page({ policy }) {
  const [draft, setDraft] = useState({ region: 'india' });
  const [submitted, setSubmitted] = useState(null);
  return (
    <main>
      <h1>Request a change</h1>
      <p id="answered">{Object.keys(draft).length} answers so far</p>
      <tollgate-form
        policy={policy}
        value={draft}
        ontollgate-change={({ detail }) => setDraft(detail.value)}
        ontollgate-submit={({ detail }) => setSubmitted(detail)}
      />
      {submitted && <Submitted request={submitted.request} decision={submitted.decision} />}
    </main>
  );
}

function Submitted({ request, decision }) {
  return (
    <section id="submitted" aria-live="polite">
      <h2>Submitted as {decision.class?.value ?? decision.scope.value}</h2>
      <pre>{JSON.stringify(request, null, 2)}</pre>
    </section>
  );
}

await load();
createRoot(document.getElementById('root')).render(<Page policy={Policy.compile(files)} />);
