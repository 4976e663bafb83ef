// Keeps the request that is being written, and brings it back.

import { signal } from '@preact/signals';

import { type Draft, forgetDraft, keepDraft, keptDraft } from '../store/draft.ts';
import { say } from '../words/dictionary.ts';
import { tell } from './notices.ts';
import { begin, evaluation, facts, now } from './request.ts';

/** A draft is kept with the first key, and then at most so often. */
const REST_MS = 400;

/** When the draft was kept that the form began with, if it did. */
export const broughtBack = signal<string | null>(null);

let resting: ReturnType<typeof setTimeout> | undefined;
/** Whether something came while the keeping rested. */
let isWaiting = false;

/** Keeps what the form says now: at once, or when the last keeping has rested. A page may be left at any time. */
export function keepSoon(): void {
  isWaiting = true;
  if (resting === undefined) keepWaiting();
}

/** Keeps at once what still waits to be kept: nothing else may come of it when the page is being left. */
export function keepWaiting(): void {
  rest();
  if (!isWaiting) return;
  resting = setTimeout(keepWaiting, REST_MS);
  void keepNow();
}

function rest(): void {
  clearTimeout(resting);
  resting = undefined;
}

/** How long the page waits for what the browser keeps before it begins without. */
const PATIENCE_MS = 1500;

/** Brings the kept draft back. Resolves to whether there was one. */
export async function bringBack(): Promise<boolean> {
  try {
    const draft = await Promise.race([keptDraft(), late()]);
    if (draft === 'late') tell({ text: say.storage.late });
    if (!draft || draft === 'late') return false;
    begin(draft);
    broughtBack.value = draft.keptAt;
    return true;
  } catch (error) {
    tell({ text: say.storage.draftNotRead(error) });
    return false;
  }
}

const late = () => new Promise<'late'>((tooLate) => setTimeout(tooLate, PATIENCE_MS, 'late'));

/** Another request begins: the draft is forgotten, unless the person takes that back. */
export async function replaceDraft(): Promise<void> {
  rest();
  isWaiting = false;
  broughtBack.value = null;
  try {
    const draft = await keptDraft();
    if (!draft) return;
    await forgetDraft();
    tell({ text: say.draft.replaced, action: { label: say.draft.takeBack, act: () => void takeBack(draft) } });
  } catch (error) {
    tell({ text: say.storage.draftNotKept(error) });
  }
}

/** The draft was handed in: there is another place where it is kept now. */
export async function letGoOfDraft(): Promise<void> {
  rest();
  isWaiting = false;
  broughtBack.value = null;
  try {
    await forgetDraft();
  } catch (error) {
    tell({ text: say.storage.draftNotKept(error) });
  }
}

async function takeBack(draft: Draft): Promise<void> {
  begin(draft);
  await keepNow(draft);
}

async function keepNow(draft = present()): Promise<void> {
  isWaiting = false;
  try {
    await keepDraft(draft);
  } catch (error) {
    tell({ text: say.storage.draftNotKept(error) });
  }
}

const present = (): Draft => ({
  value: evaluation.peek()?.value ?? {},
  facts: facts.peek(),
  now: now.peek(),
  keptAt: new Date().toISOString(),
});
