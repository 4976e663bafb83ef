// The verdict in a line.

import type { Verdict } from '../evaluate.js';
import type { Titles } from '../titles.js';
import { count, either, SAYS, title } from '../words.js';

/** A verdict in words. */
export interface Summary {
  /** How sure it is. */
  readonly state: string;
  /** What it is. */
  readonly headline: string;
  /** Both, for those who hear the form. */
  readonly heard: string;
}

/** Says what a verdict comes to. Only for one that has a `partial`. */
export function summary({ partial, answer, errors, missing }: Verdict, titles: Titles): Summary {
  if (!partial) return { state: '', headline: '', heard: '' };
  const headline = headlineOf(partial.scope, partial.classes, partial.risks, titles);
  const state = stateOf(partial.decided, answer?.ok === true, errors.length > 0);
  const gaps = missing.length > 0 ? ` ${count(missing.length, 'answer')} missing.` : '';
  const faults = errors.length > 0 ? ` ${count(errors.length, 'answer')} to correct.` : '';
  return { state, headline, heard: `${headline}.${gaps}${faults}` };
}

function stateOf(isDecided: boolean, isComplete: boolean, isFaulty: boolean): string {
  if (isFaulty) return SAYS.faulty;
  if (isDecided) return isComplete ? SAYS.ready : SAYS.settled;
  return isComplete ? SAYS.soFar : SAYS.possible;
}

function headlineOf(scope: readonly string[], classes: readonly string[], risks: readonly string[], titles: Titles): string {
  if (classes.length === 0) return scope.map(title).join(' ') || SAYS.outOfScope;
  const mayBeOut = scope.length > 1 ? [SAYS.outOfScope.toLowerCase()] : [];
  const kinds = either([...classes.map(titles.class), ...mayBeOut]);
  return risks.length === 1 ? `${kinds}, ${title(risks[0] as string).toLowerCase()} risk` : kinds;
}
