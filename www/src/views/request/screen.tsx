// The request screen: the form, what the policy says of it, and the rules that say so.

import { useEffect } from 'preact/hooks';

import type { Opened } from '../../state/policy.ts';
import { RulesPane } from '../rules/pane.tsx';
import { VerdictLine } from '../verdict/line.tsx';
import { VerdictPane } from '../verdict/pane.tsx';
import { Facts } from './facts.tsx';
import { FormPane } from './form.tsx';
import { Toolbar } from './toolbar.tsx';
import { Unfit } from './unfit.tsx';

export function RequestScreen({ shipped }: { shipped: Opened }) {
  useEffect(() => void (document.body.dataset.ready = 'true'), []);
  return (
    <div class="request">
      <Toolbar classes={shipped.form.classes} />
      <div class="panes">
        <div class="column">
          <FormPane />
          <Facts />
        </div>
        <VerdictPane />
        <RulesPane />
      </div>
      <Unfit />
      <VerdictLine />
    </div>
  );
}
