// Asks the browser to keep the page for days without a network.

import { tell } from '../state/notices.ts';
import { say } from '../words/dictionary.ts';

/** The one script address that the page ever makes of a text; the content policy names this policy and no other. */
const TRUSTED = 'tollgate-worker';
const ADDRESS = '/sw.js';

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): { createScriptURL(address: string): string };
}

export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  try {
    await navigator.serviceWorker.register(trusted());
  } catch (error) {
    tell({ text: say.storage.notOffline(error) });
  }
}

function trusted(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy(TRUSTED, { createScriptURL: () => ADDRESS }).createScriptURL(ADDRESS) ?? ADDRESS;
}
