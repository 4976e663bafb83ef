// The text of one line, in colours.

import type { Piece } from '../../rules/lines.ts';

export function Line({ pieces }: { pieces: readonly Piece[] }) {
  return <code>{pieces.map(({ kind, text }, place) => (kind === 'plain' ? text : <span key={place} class={kind}>{text}</span>))}{'\n'}</code>;
}
