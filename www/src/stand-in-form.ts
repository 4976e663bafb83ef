// Stands in for `<tollgate-form>` until that is there: the same contract, with the answers as JSON.

import type { JsonObject, Policy } from 'tollgate/decide';

import { sheet } from './stand-in-style.ts';

class StandIn extends HTMLElement {
  #policy: Policy | null = null;
  #now: string | null = null;
  #facts: JsonObject = {};
  readonly #text = document.createElement('textarea');

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    const label = document.createElement('label');
    label.append('Answers (JSON)', this.#text);
    const button = document.createElement('button');
    button.textContent = 'Submit';
    button.onclick = () => this.#submit();
    root.append(label, button);
    this.#text.rows = 24;
    this.#text.spellcheck = false;
    this.#text.value = '{}';
    this.#text.oninput = () => this.#evaluate();
  }

  set policy(policy: Policy | null) { this.#policy = policy; this.#evaluate(); }
  set now(now: string | null) { this.#now = now; this.#evaluate(); }
  set facts(facts: JsonObject) { this.#facts = facts; this.#evaluate(); }
  get value(): JsonObject { return JSON.parse(this.#text.value) as JsonObject; }
  set value(value: JsonObject) { this.#text.value = JSON.stringify(value, null, 2); this.#evaluate(); }

  focusField(path: string): void {
    this.#text.focus();
    const at = this.#text.value.indexOf(`"${path.split('.').at(-1)}"`);
    if (at >= 0) this.#text.setSelectionRange(at, at + path.length + 2);
  }

  reset(): void { this.value = {}; }
  reportValidity(): boolean { return true; }

  #ask() {
    const given = { now: this.#now ?? new Date().toISOString(), facts: this.#facts };
    const value = this.value;
    const partial = this.#policy?.partial(value, { ...given, explain: true }) ?? null;
    const isWhole = partial && partial.errors.length === 0 && partial.missing.length === 0;
    return { value, partial, answer: isWhole ? (this.#policy?.explain(value, given) ?? null) : null };
  }

  #evaluate(): void {
    if (!this.#policy) return;
    try {
      this.dispatchEvent(new CustomEvent('tollgate-change', { detail: this.#ask() }));
    } catch {
      this.dispatchEvent(new CustomEvent('tollgate-change', { detail: { value: {}, partial: null, answer: null } }));
    }
  }

  #submit(): void {
    const { value, answer } = this.#ask();
    if (!answer?.ok) return;
    const { decision, explanation } = answer;
    this.dispatchEvent(new CustomEvent('tollgate-submit', { detail: { request: value, decision, explanation } }));
  }
}

customElements.define('tollgate-form', StandIn);
