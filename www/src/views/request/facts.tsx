// What machines report, and the instant to decide at: for those who try things out.

import { useSignal, useSignalEffect } from '@preact/signals';
import type { JsonObject } from 'tollgate/decide';

import { keepSoon } from '../../state/draft.ts';
import { becomeOwn, beginning, facts, now } from '../../state/request.ts';
import { say } from '../../words/dictionary.ts';

export function Facts() {
  return (
    <details class="pane facts">
      <summary>
        <h2>{say.facts.title}</h2> <span class="quiet">{say.facts.summary(Object.keys(facts.value).length)}</span>
      </summary>
      <p class="quiet">{say.facts.hint}</p>
      <FactsText />
      <Instant />
    </details>
  );
}

function FactsText() {
  const text = useSignal('');
  const fault = useSignal('');
  useSignalEffect(() => {
    const shown = JSON.stringify(facts.value, null, 2);
    // What the person types is theirs: it is laid out anew only when other facts come from elsewhere.
    if (shown !== laidOut(text.peek())) text.value = shown;
  });
  // Another request begins: what was half typed is gone with the one before.
  useSignalEffect(() => {
    text.value = JSON.stringify(beginning.value.facts, null, 2);
    fault.value = '';
  });
  const edit = (typed: string) => {
    text.value = typed;
    const read = objectIn(typed);
    fault.value = typeof read === 'string' ? read : '';
    if (typeof read === 'string') return;
    becomeOwn();
    facts.value = read;
    keepSoon();
  };
  return (
    <>
      <label for="facts">{say.facts.label}</label>
      <textarea
        id="facts"
        rows={8}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        value={text.value}
        aria-invalid={fault.value ? 'true' : undefined}
        aria-describedby="facts-fault"
        onInput={(event) => edit(event.currentTarget.value)}
      />
      <p id="facts-fault" class="fault">{fault.value}</p>
    </>
  );
}

function Instant() {
  const text = useSignal('');
  const fault = useSignal('');
  useSignalEffect(() => {
    // Another request may begin with the same instant.
    void beginning.value;
    text.value = now.value ?? '';
    fault.value = '';
  });
  const edit = (typed: string) => {
    text.value = typed;
    const chosen = typed.trim();
    fault.value = chosen === '' || isInstant(chosen) ? '' : say.facts.notInstant;
    if (fault.value) return;
    becomeOwn();
    now.value = chosen || null;
    keepSoon();
  };
  return (
    <>
      <label for="now">{say.facts.now}</label>
      <div class="row">
        <input
          id="now"
          type="text"
          spellcheck={false}
          autocomplete="off"
          value={text.value}
          aria-invalid={fault.value ? 'true' : undefined}
          aria-describedby="now-hint now-fault"
          onInput={(event) => edit(event.currentTarget.value)}
        />
        <button type="button" onClick={() => edit('')}>{say.facts.present}</button>
      </div>
      <p id="now-hint" class="quiet small">{say.facts.nowHint}</p>
      <p id="now-fault" class="fault">{fault.value}</p>
    </>
  );
}

/** The object that `text` holds, or what is wrong with it. */
function objectIn(text: string): JsonObject | string {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as JsonObject) : say.facts.notObject;
  } catch (error) {
    return say.facts.notJson(error instanceof Error ? error.message : String(error));
  }
}

function laidOut(text: string): string {
  const read = objectIn(text);
  return typeof read === 'string' ? '' : JSON.stringify(read, null, 2);
}

const isInstant = (text: string) => /^\d{4}-.*T.*(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text));
