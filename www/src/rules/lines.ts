// Cuts coloured text into lines, so that each can be shown, numbered and marked alone.

import { lineStarts, type Offsets, offsetsOf } from './offsets.ts';
import { type TokenKind, tokensOf } from './tokens.ts';

/** A piece of one line. */
export interface Piece {
  readonly text: string;
  readonly kind: TokenKind;
}

/** A rule file made ready to be shown. */
export interface ShownText {
  readonly lines: readonly (readonly Piece[])[];
  readonly starts: readonly number[];
  readonly offsets: Offsets;
}

/** Makes `text` ready. A line that ends with nothing behind it begins no other. */
export function shownText(text: string): ShownText {
  const starts = lineStarts(text.replace(/\n$/, ''));
  const tokens = tokensOf(text);
  let next = 0;
  const lines = starts.map((start, row) => {
    const end = (starts[row + 1] ?? text.replace(/\n$/, '').length + 1) - 1;
    const pieces: Piece[] = [];
    let at = start;
    // No token crosses a line: strings and comments end with it.
    for (let token = tokens[next]; token && token.start < end; token = tokens[(next += 1)]) {
      if (token.start > at) pieces.push({ kind: 'plain', text: text.slice(at, token.start) });
      pieces.push({ kind: token.kind, text: text.slice(token.start, token.end) });
      at = token.end;
    }
    if (at < end) pieces.push({ kind: 'plain', text: text.slice(at, end) });
    return pieces;
  });
  return { lines, starts, offsets: offsetsOf(text) };
}

/** The rows, from 0, that the bytes from `start` to `end` lie in: first and last. */
export function rowsOf({ starts, offsets }: ShownText, place: { start: number; end: number }): [number, number] {
  const rowAt = (unit: number) => starts.findLastIndex((start) => start <= unit);
  return [rowAt(offsets(place.start)), rowAt(Math.max(offsets(place.end) - 1, offsets(place.start)))];
}
