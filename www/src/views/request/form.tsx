// The questions of the policy.

import { useEffect, useRef } from 'preact/hooks';
import type { TollgateForm } from 'tollgate/form';

import { join } from './element.ts';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'tollgate-form': preact.HTMLAttributes<TollgateForm> & { verdict?: 'none' | 'beside' | 'above' };
    }
  }
}

export function FormPane() {
  const form = useRef<TollgateForm>(null);
  useEffect(() => (form.current ? join(form.current) : undefined), []);
  return (
    <tollgate-form ref={form} verdict="none" />
  );
}
