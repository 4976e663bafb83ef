// Places in rule text count bytes; strings of JavaScript count UTF-16 units.

/** Turns an offset in bytes into one in UTF-16 units. */
export type Offsets = (bytes: number) => number;

/** The offsets of `text`. Plain ASCII, as most rule text is, needs no table. */
export function offsetsOf(text: string): Offsets {
  if (/^[\x00-\x7f]*$/.test(text)) return (bytes) => Math.min(bytes, text.length);
  const units: number[] = [];
  let unit = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let count = 0; count < bytes; count += 1) units.push(unit);
    unit += character.length;
  }
  return (bytes) => units[bytes] ?? text.length;
}

/** Where each line of `text` begins, in UTF-16 units. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
