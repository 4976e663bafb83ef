// Tells when a person is done with a question.

import type { FieldView } from './field.js';

/**
 * Calls `left` with each question that the focus leaves. Returns what tells at once those that are waiting to be told.
 *
 * A press that takes the focus away is let through first: a complaint that appears under the pointer would move the button
 * that is being pressed, and the press would miss it.
 */
export function watchLeaving(root: HTMLElement, fieldOf: (target: EventTarget | null) => FieldView | undefined, left: (fields: FieldView[]) => void): () => void {
  let isPressed = false;
  let waiting: FieldView[] = [];
  const tell = () => {
    isPressed = false;
    if (waiting.length === 0) return;
    const told = waiting;
    waiting = [];
    left(told);
  };
  root.addEventListener('pointerdown', () => {
    isPressed = true;
    // The pointer may go up anywhere, and the click comes after it.
    const later = () => setTimeout(tell);
    for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, later, { once: true, capture: true });
  });
  root.addEventListener('focusout', ({ target, relatedTarget }) => {
    const field = fieldOf(target);
    if (!field || field === fieldOf(relatedTarget)) return;
    waiting.push(field);
    if (!isPressed) tell();
  });
  return tell;
}
