// A place in the layout for a screen that comes next.

import { addressOf, type Built, type Screen } from '../state/route.ts';
import { say } from '../words/dictionary.ts';

export function Later({ name }: { name: Exclude<Screen, Built> }) {
  return (
    <div class="state later">
      <p class="sign">{say.later.sign}</p>
      <h1>{say.screens[name]}</h1>
      <p>{say.later.what[name]}</p>
      <p><a href={addressOf('request')}>{say.later.back}</a></p>
    </div>
  );
}
