// Where the questions and the panel stand.

export const layout = `
.container { container-type: inline-size; }
.gate { min-width: 0; margin: 0; border: 0; padding: 0; }
.layout { display: grid; gap: 1rem; align-items: start; }
.layout > * { min-width: 0; }
.preamble { margin-block-end: 0.5rem; padding-inline: 0.125rem; font-size: 0.875rem; }
.sections { display: grid; gap: 1rem; }

.section {
  min-width: 0;
  margin: 0;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  padding: 0;
  /* The mark of a fault keeps to the corners. */
  overflow: clip;
  background: var(--ground);
}

/* A legend lies on the edge of its box unless it is a block of its own. */
legend {
  float: inline-start;
  width: 100%;
  padding: 0.6rem 1rem;
  font-weight: 650;
}
legend + * { clear: both; }
.group > .field:first-of-type, .members > :first-child { border-block-start: 1px solid var(--line); }
.section .section { border-width: 1px 0 0; border-radius: 0; }
.section .section legend { padding-block-end: 0; color: var(--quiet); font-size: 0.875rem; }
.section .section > legend + .field { border-block-start: 0; }

summary { cursor: pointer; }
.later > summary { padding: 0.75rem 1rem; border-radius: var(--radius); }
.later > summary .name { font-weight: 650; }

.field {
  display: grid;
  gap: 0.25rem 1.5rem;
  padding: 0.75rem 1rem;
  border-block-start: 1px solid var(--line);
  scroll-margin-block: calc(var(--sticky-top) + 1rem) 2rem;
}
.section > .field:first-child { border-block-start: 0; }
.question { min-width: 0; }
.label { display: block; font-weight: 550; overflow-wrap: anywhere; }
.mark { color: var(--quiet); font-size: 0.8125rem; font-weight: 400; }
.help { color: var(--quiet); font-size: 0.8125rem; line-height: 1.4; }
.answer { min-width: 0; }
.error { margin-block-start: 0.3rem; color: var(--bad); font-size: 0.875rem; overflow-wrap: anywhere; }
.field.invalid { box-shadow: inset 3px 0 0 var(--bad); }

.submit-line { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; margin-block-start: 1rem; }
.submit {
  min-height: 2.5rem;
  border: 1px solid var(--accent);
  border-radius: var(--small-radius);
  padding: 0.4rem 1.25rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
.submit:hover { background: color-mix(in oklab, var(--accent), var(--text) 15%); }
.submit:disabled { opacity: 0.5; cursor: not-allowed; }
.submit-note { flex: 1 1 12rem; }

/* Under the finger, and where the window is narrow: see that everything can be hit. */
@media (pointer: coarse) { :host { --target: 2.75rem; } }
@container (max-width: 40rem) {
  .field { --target: 2.75rem; }
  .submit { width: 100%; min-height: 2.75rem; }
}

/* Wide enough for the question beside its answer. */
@container (min-width: 40rem) {
  .field { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); align-items: start; }
  /* The question stands on the line of its answer. */
  .question { padding-block-start: calc((var(--target) - 1lh) / 2); }
}

/* Narrower than that the panel lies over the top of the form: what gets the focus must come out from under it. */
@container (max-width: 57.99rem) {
  [data-verdict="beside"] .field,
  [data-verdict="above"] .field { scroll-margin-block-start: calc(var(--sticky-top) + 15rem); }
  .form :is(input, select, textarea, button, summary) { scroll-margin-block: calc(var(--sticky-top) + 15rem) 2rem; }
}

/* Wide enough for the panel beside the form. */
@container (min-width: 58rem) {
  [data-verdict="beside"] .layout { grid-template-columns: minmax(0, 1fr) minmax(19rem, 23rem); gap: 1.5rem; }
  [data-verdict="beside"] .panel { order: 1; }
}
`;
