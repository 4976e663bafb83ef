// The styles of the form, made once for all of them. A constructed sheet needs nothing of the page's content policy.

import { controls } from './controls.js';
import { layout } from './layout.js';
import { verdict } from './verdict.js';
import { tokens } from './tokens.js';

let sheets: CSSStyleSheet[] | undefined;

/** The sheets that every form adopts. */
export function styles(): CSSStyleSheet[] {
  sheets ??= [tokens, layout, controls, verdict].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  return sheets;
}
