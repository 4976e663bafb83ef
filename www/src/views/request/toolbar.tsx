// How a request begins: from a sample, from nothing, or from the draft that was left.

import type { Form } from 'tollgate/decide';

import { broughtBack, replaceDraft } from '../../state/draft.ts';
import { followDecision } from '../../state/reading.ts';
import { becomeOwn, beginEmpty, sampleName } from '../../state/request.ts';
import { groupsOf, samples, useSample } from '../../state/samples.ts';
import { say } from '../../words/dictionary.ts';
import { instant } from '../../words/format.ts';

const startEmpty = () => {
  void replaceDraft();
  followDecision();
  beginEmpty();
};

const startFrom = (name: string) => {
  void replaceDraft();
  followDecision();
  useSample(name);
};

/** `My own request` takes the sample for a beginning: its answers stay. */
const pick = (name: string) => (name === '' ? becomeOwn() : startFrom(name));

/** The button goes with the draft. */
const discard = () => {
  startEmpty();
  document.getElementById('empty')?.focus();
};

export function Toolbar({ classes }: { classes: Form['classes'] }) {
  return (
    <div class="toolbar">
      <div>
        <h1>{say.form.title}</h1>
        <p class="quiet">{broughtBack.value ? <Back when={broughtBack.value} /> : say.slogan}</p>
      </div>
      <div class="start">
        <label>
          <span>{say.samples.label}</span>
          <select id="sample" value={sampleName.value} onChange={(event) => pick(event.currentTarget.value)}>
            <option value="">{say.samples.none}</option>
            {groupsOf(samples.value, classes).map(({ label, samples: members }) => (
              <optgroup key={label} label={label}>
                {members.map(({ name, title }) => <option key={name} value={name}>{title}</option>)}
              </optgroup>
            ))}
          </select>
        </label>
        <button type="button" id="empty" onClick={startEmpty}>{say.samples.empty}</button>
      </div>
    </div>
  );
}

function Back({ when }: { when: string }) {
  return (
    <>
      {say.draft.back(instant(when))} <button type="button" class="link" onClick={discard}>{say.draft.discard}</button>
    </>
  );
}
