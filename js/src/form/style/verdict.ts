// The verdict panel.

export const verdict = `
.panel {
  --level: var(--edge);
  border: 1px solid var(--line);
  border-block-start: 3px solid var(--level);
  border-radius: var(--radius);
  background: var(--ground);
}
.panel[data-level="0"] { --level: var(--risk-0); }
.panel[data-level="1"] { --level: var(--risk-1); }
.panel[data-level="2"] { --level: var(--risk-2); }
.panel[data-level="3"] { --level: var(--risk-3); }

.shown { display: grid; gap: 0.5rem; padding: 0.75rem 1rem 1rem; }
.state { color: var(--quiet); font-size: 0.8125rem; }
.panel[data-complete="true"] .state { color: var(--good); }
.panel[data-complete="true"] .state::before { content: "✓ "; }
.headline { font-size: 1.25rem; font-weight: 650; line-height: 1.25; text-wrap: balance; }
.failure { padding: 0.75rem 1rem; color: var(--bad); overflow-wrap: anywhere; }

/* All there is, and what of it is still possible. */
.scale { display: flex; gap: 0.25rem; padding: 0; list-style: none; }
.scale li {
  flex: 1 1 0;
  min-width: 0;
  border-block-start: 3px solid var(--mark, var(--accent));
  padding-block-start: 0.2rem;
  font-size: 0.75rem;
  line-height: 1.3;
  overflow-wrap: anywhere;
}
.scale li[data-state="settled"] { font-weight: 650; }
.scale li[data-state="out"] { border-color: var(--line); color: var(--quiet); text-decoration: line-through; }
.risk [data-level="0"] { --mark: var(--risk-0); }
.risk [data-level="1"] { --mark: var(--risk-1); }
.risk [data-level="2"] { --mark: var(--risk-2); }
.risk [data-level="3"] { --mark: var(--risk-3); }

.next {
  display: grid;
  gap: 0.1rem;
  width: 100%;
  min-height: 2.75rem;
  border: 1px solid color-mix(in oklab, var(--accent) 45%, var(--line));
  border-radius: var(--small-radius);
  padding: 0.45rem 0.75rem;
  background: color-mix(in oklab, var(--accent) 8%, var(--ground));
  color: inherit;
  font: inherit;
  text-align: start;
  cursor: pointer;
}
.next:hover { border-color: var(--accent); }
.next-word { color: var(--accent); font-weight: 650; }
.next-note { font-size: 0.8125rem; }
.next-note:empty { display: none; }

.foot { display: grid; gap: 0.25rem; }
.foot:not(:has(> :not([hidden]):not(.toggle))) { display: contents; }
.jumps > summary { color: var(--quiet); font-size: 0.875rem; }
.faulty > summary { color: var(--bad); }
.plain { display: grid; gap: 0.15rem; padding: 0.35rem 0 0.25rem 1.05rem; list-style: none; font-size: 0.875rem; }

.toggle { justify-self: start; font-size: 0.875rem; }
.toggle[aria-expanded="true"]::after { content: " −"; }
.toggle[aria-expanded="false"]::after { content: " +"; }
.more { display: none; gap: 0.9rem; }
.more.open { display: grid; }
.part { display: grid; gap: 0.25rem; border-block-start: 1px solid var(--line); padding-block-start: 0.6rem; font-size: 0.875rem; }
.part > div { display: grid; gap: 0.3rem; }
h3 { color: var(--quiet); font-size: 0.8125rem; font-weight: 550; }
.part li + li { margin-block-start: 0.2rem; }
.reasons { overflow-wrap: anywhere; }
.seats { display: grid; gap: 0.35rem; padding: 0; list-style: none; }
.seats li { display: grid; margin: 0; }
.seats .quiet { font-size: 0.8125rem; line-height: 1.35; }
.tags { display: flex; flex-wrap: wrap; gap: 0.25rem; padding: 0; list-style: none; }
.part .tags li { margin: 0; border-radius: var(--small-radius); padding: 0.05rem 0.5rem; background: var(--shade); font-size: 0.8125rem; }
.tag { margin-inline-start: 0.4rem; color: var(--quiet); font-size: 0.75rem; }
.miss + .miss { margin-block-start: 0.25rem; }

/* Above the form the panel stays in sight, so it must be low: all but the verdict waits for a press. */
@container (max-width: 57.99rem) {
  .panel { position: sticky; top: var(--sticky-top); z-index: 1; box-shadow: 0 6px 16px -12px rgb(0 0 0 / 45%); }
  .shown { gap: 0.3rem; max-height: 75vh; overflow: auto; padding-block: 0.5rem 0.25rem; }
  .state { font-size: 0.75rem; }
  .headline { margin-block-start: -0.3rem; font-size: 1rem; }
  .scale li { font-size: 0.6875rem; }
  .class.scale, .next-note { display: none; }
  .next { padding-block: 0.3rem; align-content: center; font-size: 0.875rem; line-height: 1.3; }
  .foot, .foot:not(:has(> :not([hidden]):not(.toggle))) { display: flex; flex-wrap: wrap; align-items: start; gap: 0 1.25rem; }
  .jumps[open] { flex-basis: 100%; }
  .jumps > summary { padding-block: 0.75rem; font-size: 0.8125rem; line-height: 1.25rem; }
  .jumps .link { padding-block: 0.75rem; }
  .toggle { min-height: 2.75rem; margin-inline-start: auto; border: 0; padding-inline: 0.25rem; color: var(--accent); font-size: 0.8125rem; }
}
@container (min-width: 58rem) {
  .toggle { display: none; }
  .more { display: grid; }
  [data-verdict="beside"] .panel {
    position: sticky;
    top: calc(var(--sticky-top) + 1rem);
    max-height: calc(100vh - var(--sticky-top) - 2rem);
    overflow: auto;
  }
}
`;
