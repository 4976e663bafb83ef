// One rule file to read: numbered, coloured, marked, and scrolled to what matters.

import { useComputed } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Place, RuleFile } from 'tollgate/decide';

import { rowsOf, type ShownText, shownText } from '../../rules/lines.ts';
import type { Mark, MarkKind } from '../../rules/marks.ts';
import { asked, leading, marks } from '../../state/reading.ts';
import { say } from '../../words/dictionary.ts';
import { Line } from './line.tsx';

/** How far from the top a rule is shown that was scrolled to, as a share of the height. */
const SHOWN_AT = 0.3;
/** Where one line has two marks, the stronger one shows. */
const STRENGTH: readonly MarkKind[] = ['decides', 'nearest', 'blocks'];

export function Text({ file }: { file: RuleFile }) {
  const region = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => shownText(file.text), [file.text]);
  // Kept as they are, so that a key that marks other lines draws only those anew.
  const lines = useMemo(() => shown.lines.map((pieces, row) => <Line key={row} pieces={pieces} />), [shown]);
  const mine = marks.value.filter(({ place }) => place.file === file.name);
  const byRow = marksByRow(shown, mine);
  useScroll(region, file, shown);
  return (
    <div class="text" ref={region} role="region" tabIndex={0} aria-label={say.rules.lines(file.name)}>
      {lines.map((line, row) => {
        const mark = byRow.get(row);
        return (
          <div key={row} class="line" data-mark={mark?.kind} data-begins={mark?.begins ? '' : undefined}>
            <span class="number" aria-hidden="true">{row + 1}</span>
            {mark?.begins && <span class="heard">{say.rules.begins(say.rules.legend[mark.kind])} </span>}
            {line}
            {mark?.begins && <span class="tag" data-mark={mark.kind} aria-hidden="true">{say.rules.legend[mark.kind]}</span>}
          </div>
        );
      })}
    </div>
  );
}

function marksByRow(shown: ShownText, all: readonly Mark[]): Map<number, { kind: MarkKind; begins: boolean }> {
  const rows = new Map<number, { kind: MarkKind; begins: boolean }>();
  const weakestFirst = [...all].sort((a, b) => STRENGTH.indexOf(b.kind) - STRENGTH.indexOf(a.kind));
  for (const { kind, place } of weakestFirst) {
    const [first, last] = rowsOf(shown, place);
    for (let row = first; row <= last; row += 1) rows.set(row, { kind, begins: row === first });
  }
  return rows;
}

/** Goes to the place that was asked for, else to the rule that decides; a key that changes neither moves nothing. */
function useScroll(region: { readonly current: HTMLDivElement | null }, file: RuleFile, shown: ShownText): void {
  const target = useComputed<Place | undefined>(() => asked.value ?? leading.value?.rule.span).value;
  const place = target?.file === file.name ? target : undefined;
  useLayoutEffect(() => {
    const box = region.current;
    if (!box) return;
    const row = place ? box.children[rowsOf(shown, place)[0]] : undefined;
    box.scrollTop = row instanceof HTMLElement ? row.offsetTop - box.clientHeight * SHOWN_AT : 0;
    if (!asked.peek() || !place) return;
    box.scrollIntoView({ block: 'nearest' });
    box.focus({ preventScroll: true });
  }, [file.name, asked.value, place?.start]);
}
