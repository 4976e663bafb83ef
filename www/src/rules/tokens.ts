// Splits rule text into pieces to colour. It only looks at letters: what a text means is the engine's to say.

import keywords from '../../made/keywords.json';

export type TokenKind = 'comment' | 'string' | 'number' | 'keyword' | 'code' | 'type' | 'plain';

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 units, half open. */
  readonly start: number;
  readonly end: number;
}

const KEYWORDS = new Set(keywords.split(' '));

// A comment, a string, a number with what hangs on it (a date, a per cent sign), a word.
const PIECES = /#[^\n]*|"(?:\\.|[^"\\\n])*"?|-?\b\d[\w:.+%-]*|[A-Za-z_][\w-]*/g;

/** The pieces of `text` in their order; what lies between them is plain. */
export function tokensOf(text: string): Token[] {
  return Array.from(text.matchAll(PIECES), ({ 0: piece, index }) => ({ kind: kindOf(piece), start: index, end: index + piece.length }));
}

function kindOf(piece: string): TokenKind {
  if (piece.startsWith('#')) return 'comment';
  if (piece.startsWith('"')) return 'string';
  if (/^-?\d/.test(piece)) return 'number';
  if (/^[A-Z][A-Z0-9_-]+$/.test(piece)) return 'code';
  if (/^[A-Z]/.test(piece)) return 'type';
  return KEYWORDS.has(piece) ? 'keyword' : 'plain';
}
