// The trail as a file: given away, and taken in.

import { useSignal } from '@preact/signals';

import { busy, exportTrail, importTrail } from '../../state/trail.ts';
import { words } from '../../words/trail.ts';
import { Prose } from '../prose.tsx';

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

export function ExportPane() {
  const { export: say } = words;
  const withDisclosures = useSignal(false);
  const fault = useSignal('');
  const go = async () => {
    fault.value = '';
    try {
      await exportTrail(withDisclosures.value);
    } catch (error) {
      fault.value = say.failed(reason(error));
    }
  };
  return (
    <section class="pane export" aria-labelledby="export">
      <h2 id="export">{say.title}</h2>
      <p class="quiet"><Prose text={say.intro} /></p>
      <label class="choice"><input type="checkbox" checked={withDisclosures.value} aria-describedby="disclosures-hint" onChange={(event) => (withDisclosures.value = event.currentTarget.checked)} /> {say.disclosures}</label>
      <p class="quiet small" id="disclosures-hint">{say.disclosuresHint}</p>
      <button type="button" disabled={busy.value !== null} onClick={() => void go()}>{say.go}</button>
      <p class="fault" role="alert">{fault.value}</p>
    </section>
  );
}

export function ImportPane() {
  const { import: say } = words;
  const fault = useSignal('');
  const take = async (file: File | undefined) => {
    if (!file) return;
    fault.value = '';
    try {
      const { ok, says } = await importTrail(file);
      if (!ok) fault.value = say.failed(says);
    } catch (error) {
      fault.value = say.failed(reason(error));
    }
  };
  return (
    <section class="pane" aria-labelledby="import">
      <h2 id="import">{say.title}</h2>
      <p class="quiet">{say.intro}</p>
      <label class="field">
        <span>{say.file}</span>
        <input type="file" accept=".zip,application/zip" disabled={busy.value !== null} onChange={(event) => void take(event.currentTarget.files?.[0])} />
      </label>
      <p class="fault" role="alert">{fault.value}</p>
    </section>
  );
}
