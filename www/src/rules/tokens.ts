// Splits rule text into pieces to colour. It only looks at letters: what a text means is the engine's to say.

export type TokenKind = 'comment' | 'string' | 'number' | 'keyword' | 'code' | 'type' | 'plain';

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 units, half open. */
  readonly start: number;
  readonly end: number;
}

/** The words that begin a declaration or a phrase, or join conditions (grammar/gate.pest). */
const KEYWORDS = new Set(
  `accept adds affects after alert all allowed allows always and any applies approvals approve approved asked at automatically
  band becomes below between blocked board business by calendar canary class classify closes comment count data delegation
  denies deny distinct due during edition editorial else empty entry every exception expect factor facts falls field first
  flag for freeze from gate gives group guard has held help holiday in is last later least let list mandatory match means
  meets metric missing never no none not notify of only optional or otherwise over owner pauses per person personal policy
  promise quorum regime reject request require retain review rises risk role rollback route rule sample scope score seat
  seated seats separate serves set step switch test than that then to touches type under unique until valid version vote
  votes watch when where while with within yes yesno zone`.split(/\s+/),
);

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
