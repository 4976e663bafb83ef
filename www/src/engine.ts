// The only file that knows the engine's module. All others are given a `Policy` and ask it.

import { load, Policy, version } from 'tollgate/decide';
import type { Diagnostic, Policy as OpenPolicy, RuleFile } from 'tollgate/decide';

import imageAddress from '../made/change-management.image?url';

export type { OpenPolicy as Policy };

/** What compiling rule files came to. */
export type Compiled = { ok: true; policy: OpenPolicy } | { ok: false; diagnostics: readonly Diagnostic[] };

/** Loads the small module and opens the policy that the page was built with. */
export async function openShipped(): Promise<OpenPolicy> {
  const [image] = await Promise.all([bytesAt(imageAddress), load()]);
  return Policy.open(image);
}

/** The engine's version. It must be loaded. */
export const engineVersion = (): string => version();

/** Fetches the whole engine, three times the bytes of the one that decides: it waits until somebody edits. */
export async function loadCompiler() {
  const whole = await import('tollgate');
  await whole.load();
  return whole;
}

/** Compiles rule files. */
export async function compile(files: readonly RuleFile[]): Promise<Compiled> {
  const whole = await loadCompiler();
  try {
    return { ok: true, policy: whole.Policy.compile(files) };
  } catch (error) {
    if (error instanceof whole.TollgateError && error.code === 'BROKEN_POLICY') return { ok: false, diagnostics: error.diagnostics };
    throw error;
  }
}

async function bytesAt(address: string): Promise<ArrayBuffer> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} cannot be loaded (${response.status})`);
  return response.arrayBuffer();
}
