// The trail's screen: where the log stands, its entries, one of them in full, and what can be done with all of them.

import '../../styles/trail.css';

import { useEffect } from 'preact/hooks';

import { busy, chosen, failure, look, readPersistence, refresh } from '../../state/trail.ts';
import { words } from '../../words/trail.ts';
import { Begin } from './begin.tsx';
import { EntryPane } from './entry.tsx';
import { ExportPane, ImportPane } from './give.tsx';
import { KeysPane } from './keys.tsx';
import { Entries } from './list.tsx';
import { PolicyPane } from './policy.tsx';
import { Recover } from './recover.tsx';
import { RosterPane } from './roster.tsx';
import { Facts, StandingNote, Unexported } from './standing.tsx';
import { Storage } from './storage.tsx';
import { VerifyPane } from './verify.tsx';
import { Waiting } from './waiting.tsx';

export function TrailScreen() {
  useEffect(() => {
    void refresh();
    void readPersistence();
  }, []);
  const found = look.value;
  const fault = failure.value;
  return (
    <div class="trail">
      <div class="toolbar">
        <div>
          <h1>{words.title}</h1>
          <p class="quiet">{words.intro}</p>
        </div>
        <p role="status" class="busy">{busy.value ?? ''}</p>
      </div>
      {fault && (
        <div class="pane alarm" role="alert">
          <h2>{words.failed}</h2>
          <p>{fault.message}</p>
          <button type="button" onClick={() => void refresh()}>{words.retry}</button>
        </div>
      )}
      {!found && !fault && <p role="status" class="busy">{words.looking}</p>}
      {found && (found.size === 0 ? <Unbegun /> : <Begun />)}
    </div>
  );
}

function Unbegun() {
  return (
    <div class="halves">
      <Begin />
      <div class="column">
        <ImportPane />
        <Storage />
      </div>
    </div>
  );
}

function Begun() {
  const standing = look.value?.standing;
  const isUnfinished = standing?.kind === 'writing' && standing.policy === null;
  return (
    <>
      <StandingNote />
      <Facts />
      <Unexported />
      {isUnfinished ? <Begin isUnfinished /> : <Waiting />}
      {standing?.kind === 'keyless' && <Recover />}
      <div class="halves" data-chosen={chosen.value === null ? undefined : ''}>
        <div class="column">
          <Entries />
          {standing?.kind === 'writing' && standing.policy && <PolicyPane inForce={standing.policy} />}
          {standing?.kind === 'writing' && standing.people && <RosterPane people={standing.people} />}
          {standing?.kind === 'writing' && <KeysPane keys={standing.keys} />}
          <Storage />
        </div>
        <div class="column">
          {chosen.value !== null && <EntryPane key={chosen.value} index={chosen.value} />}
          <VerifyPane />
          <ExportPane />
        </div>
      </div>
    </>
  );
}
