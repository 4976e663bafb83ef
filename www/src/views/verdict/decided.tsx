// A whole decision.

import type { Decision, Explanation } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { instant } from '../../words/format.ts';
import { Catalogue } from './catalogue.tsx';
import { ByWhen } from './due.tsx';
import { Gates } from './gates.tsx';
import { NearestMisses } from './nearest.tsx';
import { Obligations } from './obligations.tsx';
import { Pairs, Section, Unfolding } from './parts.tsx';
import { Phases } from './phases.tsx';
import { Approval } from './route.tsx';
import { titles } from './titles.ts';
import { Why } from './why.tsx';

export function Decided({ decision, explanation }: { decision: Decision; explanation: Explanation }) {
  return (
    <>
      <Why explanation={explanation} />
      <NearestMisses explanation={explanation} />
      {decision.catalogue && <Catalogue entry={decision.catalogue} />}
      {decision.route && <Section title={say.route.title}><Approval approve={decision.route.approve} titles={titles.value} /></Section>}
      {decision.gates.length > 0 && <Section title={say.gates.title}><Gates gates={decision.gates} titles={titles.value} /></Section>}
      <ByWhen decision={decision} titles={titles.value} />
      <Obligations decision={decision} titles={titles.value} />
      <Phases explanation={explanation} />
      <Record decision={decision} />
    </>
  );
}

function Record({ decision }: { decision: Decision }) {
  const { policy, input, submitted_at: submitted, now } = decision;
  const { record } = say;
  return (
    <Unfolding summary={record.title}>
      {() => (
        <Pairs
          rows={[
            [record.policy, record.edition(`${policy.id} ${policy.version}`, policy.edition)],
            [record.policyDigest, <code key="policy">{policy.digest}</code>],
            [record.requestDigest, input.request && <code key="request">{input.request}</code>],
            [record.factsDigest, input.facts && <code key="facts">{input.facts}</code>],
            [record.submitted, instant(submitted)],
            [record.decided, instant(now)],
          ]}
        />
      )}
    </Unfolding>
  );
}
