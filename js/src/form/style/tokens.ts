// The colours and sizes of the form. A page changes any of them with a custom property on the element or above it:
//
//   --tollgate-accent      what is chosen, links, the button, the focus ring
//   --tollgate-on-accent   text on the accent
//   --tollgate-ground      the cards and the inputs
//   --tollgate-shade       a quiet surface on the ground: help, the legend of a group
//   --tollgate-text        text
//   --tollgate-quiet       help, marks, what is ruled out
//   --tollgate-line        hairlines and the edges of cards
//   --tollgate-edge        the edges of inputs (3:1 against the ground)
//   --tollgate-good        settled and complete
//   --tollgate-bad         faults
//   --tollgate-risk-0 .. --tollgate-risk-3   the risks, lowest to highest
//   --tollgate-font        the font family of all text
//   --tollgate-mono        that of digests and conditions
//   --tollgate-radius      the corners of cards; inputs take half of it
//   --tollgate-sticky-top  how far from the top of the window the panel stays, under a page's own fixed bar
//
// Light or dark is the page's choice by `color-scheme`: `light dark` follows the person's. Parts for `::part()`: form,
// section, group, summary, field, label, help, error, input, option, submit, panel, headline, scale, class, risk, next,
// missing, faulty, failure.

export const tokens = `
:host {
  --accent: var(--tollgate-accent, light-dark(#1d5c7e, #7fc0e0));
  --on-accent: var(--tollgate-on-accent, light-dark(#ffffff, #0d171d));
  --ground: var(--tollgate-ground, light-dark(#ffffff, #1a2127));
  --shade: var(--tollgate-shade, light-dark(#f3f6f8, #222b32));
  --text: var(--tollgate-text, light-dark(#182026, #e7ecef));
  --quiet: var(--tollgate-quiet, light-dark(#566370, #a2afb9));
  --line: var(--tollgate-line, light-dark(#dfe5e9, #323d46));
  --edge: var(--tollgate-edge, light-dark(#83909b, #74828d));
  --good: var(--tollgate-good, light-dark(#1a6a3a, #7dd19c));
  --bad: var(--tollgate-bad, light-dark(#a8201c, #ff9d94));
  --risk-0: var(--tollgate-risk-0, light-dark(#1a6a3a, #7dd19c));
  --risk-1: var(--tollgate-risk-1, light-dark(#775000, #f0c674));
  --risk-2: var(--tollgate-risk-2, light-dark(#a33c00, #ffb082));
  --risk-3: var(--tollgate-risk-3, light-dark(#a8201c, #ff9d94));
  --font: var(--tollgate-font, system-ui, sans-serif);
  --mono: var(--tollgate-mono, ui-monospace, monospace);
  --radius: var(--tollgate-radius, 0.625rem);
  --small-radius: calc(var(--radius) / 2);
  --sticky-top: var(--tollgate-sticky-top, 0px);
  /* The height of what is pressed; fingers get more of it than pointers. */
  --target: 2.125rem;

  display: block;
  color: var(--text);
  font: 0.9375rem/1.45 var(--font);
}

:host([hidden]), [hidden] { display: none !important; }

*, ::before, ::after { box-sizing: border-box; }

:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.heard {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: 0;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.quiet { color: var(--quiet); }

p, ul, h2, h3 { margin: 0; }
ul { padding-inline-start: 1.125rem; }
code { font: 0.8125rem/1.4 var(--mono); overflow-wrap: anywhere; }
`;
