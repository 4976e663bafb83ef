// Above every screen: the name, the way to each screen, the colours, and by which policy is decided.

import { current, edited, loading } from '../../state/policy.ts';
import { addressOf, BUILT, screen, SCREENS } from '../../state/route.ts';
import { choose, type Scheme, scheme, SCHEMES } from '../../state/scheme.ts';
import { say } from '../../words/dictionary.ts';

export function Header() {
  return (
    <header class="shell">
      <div class="bar">
        <a class="brand" href={addressOf('request')}>
          <svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true"><path fill="currentColor" d="M2 3h3v11H2zm9 0h3v11h-3zM5 6h6v3H5z" /></svg>
          {say.name}
        </a>
        <nav aria-label={say.shell.navigation}>
          <ul>
            {SCREENS.map((name) => (
              <li key={name}>
                <a href={addressOf(name)} aria-current={screen.value === name ? 'page' : undefined} class={BUILT.some((built) => built === name) ? undefined : 'later'}>
                  {say.screens[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <label class="scheme">
          <span class="heard">{say.shell.scheme}</span>
          <select value={scheme.value} onChange={(event) => choose(event.currentTarget.value as Scheme)}>
            {SCHEMES.map((name) => <option key={name} value={name}>{say.shell.schemes[name]}</option>)}
          </select>
        </label>
      </div>
      <Identity />
    </header>
  );
}

/** Who decides: the policy by its title, version and digest, and the engine. */
function Identity() {
  const policy = current.value?.identity;
  const state = loading.value;
  if (!policy || state.kind !== 'ready') return <p class="identity">{say.slogan}</p>;
  return (
    <p class="identity" data-own={edited.value ? '' : undefined}>
      <strong>{policy.title}</strong>
      <span>{policy.id} {say.shell.policyVersion(policy.version)}</span>
      {edited.value && <span class="tag">{say.shell.own}</span>}
      <code class="digest"><span class="heard">{say.shell.digest}: </span>{policy.digest}</code>
      <span>{say.shell.engine(state.version)}</span>
    </p>
  );
}
