// The policy in force, and the rules in the editor as the next one: what it would change, and the two signatures that put it in force.

import { type Signal, useSignal } from '@preact/signals';

import { compiling, files, isEdited } from '../../state/edits.ts';
import { current } from '../../state/policy.ts';
import { areWords } from '../../state/recovery.ts';
import { addressOf } from '../../state/route.ts';
import { type Adopted, adopt, busy, codeOf, type Proposal, propose } from '../../state/trail.ts';
import { words } from '../../words/governing.ts';
import { words as trailWords } from '../../words/trail.ts';
import { Prose } from '../prose.tsx';
import { Field } from './field.tsx';
import { RosterFindings } from './findings.tsx';

const { policy: say } = words;

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Why not, and what to do about it. */
function refusal(error: unknown): string {
  const remedy = say.remedies[codeOf(error)];
  return remedy === undefined ? reason(error) : `${reason(error)}. ${remedy}`;
}

export function PolicyPane({ inForce }: { inForce: Adopted }) {
  const proposal = useSignal<Proposal | null>(null);
  const fault = useSignal('');
  const done = useSignal('');
  const identity = current.value?.identity;
  // What was proposed is what is in the editor, or nothing.
  const shown = proposal.value?.policy.digest === identity?.digest && identity?.digest !== inForce.digest ? proposal.value : null;
  const go = async () => {
    [fault.value, done.value] = ['', ''];
    try {
      proposal.value = await propose(files.peek());
    } catch (error) {
      fault.value = say.failed(refusal(error));
    }
  };
  return (
    <section class="pane policy" aria-labelledby="policy">
      <h2 id="policy">{say.title}</h2>
      <p class="quiet">{say.intro}</p>
      <dl class="policies">
        <Named term={say.inForce} of={inForce} />
        {identity && identity.digest !== inForce.digest && <Named term={say.proposed} of={identity} />}
      </dl>
      <Editor digest={inForce.digest} go={go} />
      <p class="fault" role="alert">{fault.value}</p>
      {shown && <Proposed key={JSON.stringify(shown.authors)} proposal={shown} done={(text) => (done.value = text)} />}
      <p role="status" class="done">{done.value}</p>
    </section>
  );
}

function Named({ term, of: { id, version, digest } }: { term: string; of: Pick<Adopted, 'id' | 'version' | 'digest'> }) {
  return <div><dt>{term}</dt><dd><strong>{say.version(id, version)}</strong> <code class="quiet">{digest}</code></dd></div>;
}

/** What can be done with the rules in the editor. */
function Editor({ digest, go }: { digest: string; go: () => Promise<void> }) {
  const state = compiling.value;
  const edit = <a href={addressOf('request')}>{say.edit}</a>;
  if (state.kind === 'failed') return <p class="note">{say.notCompiled} {edit}</p>;
  if (state.kind === 'broken') return <p class="note">{say.broken} {edit}</p>;
  if (state.kind === 'working' && isEdited.value) return <p class="quiet">{say.working}</p>;
  if (current.value?.identity.digest === digest) return <p class="quiet">{say.same} {edit}</p>;
  const findings = state.kind === 'compiled' ? state.diagnostics?.length ?? null : 0;
  return (
    <>
      {findings === null && <p class="quiet">{say.checking}</p>}
      {findings !== null && findings > 0 && <p class="note">{say.checked(findings)} {edit}</p>}
      <button type="button" disabled={busy.value !== null} onClick={() => void go()}>{say.show}</button>
    </>
  );
}

function Proposed({ proposal: { policy, findings, eases, needsRoot, authors }, done }: { proposal: Proposal; done: (text: string) => void }) {
  if (findings.length > 0) {
    return (
      <div class="note" role="status">
        <p>{say.unfit(findings.length)}</p>
        <RosterFindings all={findings} />
      </div>
    );
  }
  const here = authors.filter(({ isHere }) => isHere).map(({ person }) => person);
  const asked = new Set(eases.map(({ requester }) => requester));
  return (
    <>
      <div class="proposed" role="status">
        <p>{needsRoot ? <Prose text={say.needsRoot} /> : say.later}</p>
        <p>{eases.length === 0 ? say.easesNone : say.eases(eases.length)}</p>
        {eases.length > 0 && (
          <ul class="plain eased">
            {eases.map(({ change, requester, title }) => <li key={change}><strong>{change}</strong> {title} <span class="quiet">{say.asked(requester)}</span></li>)}
          </ul>
        )}
      </div>
      {here.length < 2 ? <p class="note">{say.fewAuthors(here)}</p> : <Sign policy={policy} needsRoot={needsRoot} here={[...here].sort((one, other) => Number(asked.has(one)) - Number(asked.has(other)))} done={done} />}
    </>
  );
}

/** Who signs: first offered are those who ask for nothing that it would ease. */
function Sign({ policy: { id, version }, needsRoot, here, done }: { policy: Adopted; needsRoot: boolean; here: readonly string[]; done: (text: string) => void }) {
  const [first, second, typed, fault] = [useSignal(here[0] ?? ''), useSignal(here[1] ?? ''), useSignal(''), useSignal('')];
  const go = async () => {
    fault.value = first.value === second.value ? say.sameAuthor : needsRoot && !areWords(typed.value) ? trailWords.keys.notWords : '';
    if (fault.value) return;
    try {
      await adopt({ files: files.peek(), authors: [first.value, second.value], words: needsRoot ? typed.value : null });
      done(say.done(id, version));
    } catch (error) {
      fault.value = say.refused(refusal(error));
    }
  };
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <div class="authors">
        <AuthorField id="adopt-first" label={say.first} value={first} here={here} />
        <AuthorField id="adopt-second" label={say.second} value={second} here={here} />
      </div>
      <p class="quiet small" id="adopt-hint">{say.authorsHint}</p>
      {needsRoot && <Field id="adopt-words" label={say.recovery} value={typed} lines={3} />}
      <button type="submit" class="main" disabled={busy.value !== null}>{say.go}</button>
      <p class="fault" role="alert"><Prose text={fault.value} /></p>
    </form>
  );
}

function AuthorField({ id, label, value, here }: { id: string; label: string; value: Signal<string>; here: readonly string[] }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} aria-describedby="adopt-hint" value={value.value} onChange={(event) => (value.value = event.currentTarget.value)}>
        {here.map((person) => <option key={person} value={person}>{person}</option>)}
      </select>
    </div>
  );
}
