// When not to use this: said on the page itself, before anyone is held up for nothing.

import { say } from '../../words/dictionary.ts';

export function Unfit() {
  return (
    <section class="unfit" aria-labelledby="unfit">
      <h2 id="unfit">{say.unfit.title}</h2>
      <p class="quiet">{say.unfit.hint}</p>
      <ul>{say.unfit.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
    </section>
  );
}
