export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  label { display: block; font-weight: 600 }
  textarea { box-sizing: border-box; width: 100%; margin: .3rem 0 1rem; font: .8rem/1.5 ui-monospace, monospace; color: var(--tollgate-text); background: var(--tollgate-ground); border: 1px solid var(--tollgate-line) }
`);
