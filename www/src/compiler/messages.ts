// What the page and its compiler tell each other.

import type { Diagnostic, RuleFile } from 'tollgate/decide';

/** Asks for what becomes of these files. */
export interface Asked {
  readonly id: number;
  readonly files: readonly RuleFile[];
}

/** Told first: the policy as an image, where the files compile; else what is wrong with them. */
export interface Compiled {
  readonly id: number;
  readonly kind: 'compiled';
  readonly image: Uint8Array | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Told later, where the files compile: every finding, those of the searches among them. */
export interface Checked {
  readonly id: number;
  readonly kind: 'checked';
  readonly diagnostics: readonly Diagnostic[];
}

/** The engine with the compiler could not be loaded, or failed. */
export interface Failed {
  readonly id: number;
  readonly kind: 'failed';
  readonly reason: string;
}

export type Told = Compiled | Checked | Failed;
