// One question of a form on this screen, with its hint and what is wrong with the answer.

import type { Signal } from '@preact/signals';

interface Asked {
  id: string;
  label: string;
  hint?: string;
  value: Signal<string>;
  fault?: string | undefined;
  lines?: number;
}

export function Field({ id, label, hint, value, fault, lines }: Asked) {
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  const given = {
    id,
    spellcheck: false,
    autocomplete: 'off' as const,
    autocapitalize: 'off' as const,
    value: value.value,
    'aria-invalid': fault ? ('true' as const) : undefined,
    'aria-describedby': described || undefined,
    onInput: (event: { currentTarget: { value: string } }) => void (value.value = event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {lines === undefined ? <input type="text" {...given} /> : <textarea rows={lines} {...given} />}
      {hint && <p class="quiet small" id={`${id}-hint`}>{hint}</p>}
      {fault && <p class="fault" id={`${id}-fault`}>{fault}</p>}
    </div>
  );
}
