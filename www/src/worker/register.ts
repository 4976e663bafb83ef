// Asks the browser to keep the page for days without a network.

import { tell } from '../state/notices.ts';
import { KEEPER, trusted } from '../trusted.ts';
import { say } from '../words/dictionary.ts';

export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  try {
    await navigator.serviceWorker.register(trusted(KEEPER));
  } catch (error) {
    tell({ text: say.storage.notOffline(error) });
  }
}
