// What is typed in, chosen and pressed.

export const controls = `
input:not([type="radio"], [type="checkbox"]), select, textarea, .small-button, .remove, .toggle {
  min-height: var(--target);
  border: 1px solid var(--edge);
  border-radius: var(--small-radius);
  background: var(--ground);
  color: inherit;
  font: inherit;
}
input:not([type="radio"], [type="checkbox"]), select, textarea { width: 100%; padding: 0.25rem 0.6rem; }
textarea { display: block; min-height: 4.75rem; resize: vertical; field-sizing: content; max-height: 20rem; }
select { max-width: 26rem; text-overflow: ellipsis; }
input.number { max-width: 9rem; font-variant-numeric: tabular-nums; }
input.digest, input.path { font-family: var(--mono); font-size: 0.8125rem; }
input.person { max-width: 20rem; }
:is(input, select, textarea):focus-visible { border-color: var(--accent); outline-offset: 0; }
/* On the button inside it that opens the calendar, the browser takes the input for focused but not visibly so. */
input[type="datetime-local"]:focus-within { border-color: var(--accent); outline: 2px solid var(--accent); }
:is(input, select, textarea)[aria-invalid="true"] { border-color: var(--bad); }
:disabled { cursor: not-allowed; }
:is(input, select, textarea):disabled { opacity: 0.65; }

.text { display: grid; }
.counter { justify-self: end; min-height: 0; color: var(--quiet); font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.counter.over { color: var(--bad); font-weight: 600; }

.with-unit { display: flex; align-items: center; gap: 0.5rem; }
.with-unit select { width: auto; }
.unit { color: var(--quiet); }

.instant { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.instant input { flex: 1 1 12rem; max-width: 15rem; }
.instant select { flex: 0 1 8rem; width: auto; }
.period { display: grid; gap: 0.5rem; }
.end { display: grid; grid-template-columns: 3rem minmax(0, 1fr); align-items: baseline; }
.end label { color: var(--quiet); font-size: 0.875rem; }

/* Radio buttons and check boxes: the whole chip can be pressed. */
.chips { display: flex; flex-wrap: wrap; gap: 0.375rem; align-items: center; }
.chip {
  display: inline-flex;
  align-items: center;
  gap: 0.45rem;
  min-height: var(--target);
  border: 1px solid var(--line);
  border-radius: var(--small-radius);
  padding: 0.2rem 0.75rem 0.2rem 0.6rem;
  background: var(--ground);
  cursor: pointer;
}
.chip:hover { border-color: var(--edge); background: var(--shade); }
.chip input { flex: none; width: 1rem; height: 1rem; margin: 0; accent-color: var(--accent); cursor: inherit; }
.chip:has(:checked) { border-color: var(--accent); background: color-mix(in oklab, var(--accent) 10%, var(--ground)); }
.chip:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 1px; }
.chip input:focus-visible { outline: none; }
.chip:has(:disabled) { opacity: 0.65; cursor: not-allowed; }
.chip.none { border-style: dashed; }
.invalid .chip { border-color: color-mix(in oklab, var(--bad) 45%, var(--line)); }

.list { display: grid; gap: 0.5rem; }
.rows { display: grid; gap: 0.375rem; padding: 0; list-style: none; }
.rows li { display: flex; gap: 0.375rem; }
.rows input { flex: 1; }

.small-button, .remove, .toggle { padding: 0.2rem 0.9rem; cursor: pointer; }
.remove { flex: none; width: var(--target); border-color: transparent; padding: 0; color: var(--quiet); font-size: 1.25rem; line-height: 1; }
:is(.small-button, .remove, .toggle):hover:enabled { background: var(--shade); color: var(--text); }

.quiet-button, .link { border: 0; background: none; font: inherit; cursor: pointer; }
.quiet-button { min-height: var(--target); padding: 0.2rem 0.5rem; border-radius: var(--small-radius); color: var(--quiet); font-size: 0.8125rem; }
.quiet-button:hover:enabled { color: var(--text); text-decoration: underline; }
.link {
  display: inline;
  border-radius: 2px;
  padding: 0.15rem 0;
  color: var(--accent);
  text-align: start;
  text-decoration: underline;
  text-decoration-thickness: 1px;
  text-underline-offset: 0.2em;
}
.link:hover { text-decoration-thickness: 2px; }

/* Windows' forced colours take backgrounds away; what is chosen must show all the same. */
@media (forced-colors: active) { .chip:has(:checked) { border-width: 2px; } }
`;
