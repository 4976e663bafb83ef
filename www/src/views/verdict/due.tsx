// By when, who is told on the way, and who looks back at it.

import type { Decision } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { dueInWords, limit } from '../../words/due.ts';
import { listed, percent, words } from '../../words/format.ts';
import type { Titles } from '../../words/titles.ts';
import { Pairs, Section } from './parts.tsx';

export function ByWhen({ decision, titles }: { decision: Decision; titles: Titles }) {
  const { due, alerts, pauses_while: pause, reviews } = decision;
  if (!due && alerts.length === 0 && !pause && reviews.length === 0) return null;
  const told = alerts.map(({ at, to }) => say.due.toldAt(listed(at.map(percent)), listed(to.map(titles.role))));
  return (
    <Section title={say.due.title}>
      <Pairs
        rows={[
          [say.due.due, due && dueInWords(due)],
          [say.due.stops, pause && say.due.stopsWhile(words(pause))],
          [say.due.told, told.length > 0 && <ul class="plain">{told.map((line) => <li key={line}>{line}</li>)}</ul>],
          [say.due.reviewed, reviews.length > 0 && <Reviews reviews={reviews} titles={titles} />],
        ]}
      />
    </Section>
  );
}

function Reviews({ reviews, titles }: { reviews: Decision['reviews']; titles: Titles }) {
  return (
    <ul class="plain">
      {reviews.map((review) => (
        <li key={`${review.by} ${review.code}`}>
          {titles.approver(review.by)}, {say.due.after(limit(review), words(review.after))} <code>{review.code}</code>
        </li>
      ))}
    </ul>
  );
}
