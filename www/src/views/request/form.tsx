// The questions of the policy.

import { useEffect, useRef } from 'preact/hooks';

import { say } from '../../words/dictionary.ts';
import { type FormElement, join } from './element.ts';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'tollgate-form': preact.HTMLAttributes<FormElement> & { verdict?: 'none' | 'beside' | 'above' };
    }
  }
}

export function FormPane() {
  const form = useRef<FormElement>(null);
  useEffect(() => (form.current ? join(form.current) : undefined), []);
  return (
    <section class="pane form" aria-label={say.form.form}>
      <tollgate-form ref={form} verdict="none" />
    </section>
  );
}
