// The sample requests of the shipped policy, in groups by what they come to.

import { signal } from '@preact/signals';
import type { Form, Instant, JsonObject } from 'tollgate/decide';

import first from '../../made/first.json';
import samplesAddress from '../../made/samples.json?url';
import { say } from '../words/dictionary.ts';
import { begin } from './request.ts';

export interface Sample {
  readonly name: string;
  readonly title: string;
  readonly request: JsonObject;
  readonly facts?: JsonObject;
  readonly now?: Instant;
  readonly expect?: { readonly scope?: string; readonly class?: string };
}

/** The sample that the page opens with comes with it; the others are fetched when it stands there. */
export const FIRST = first.name;

export const samples = signal<readonly Sample[]>([first as Sample]);

export async function loadSamples(): Promise<void> {
  const response = await fetch(samplesAddress);
  if (!response.ok) throw new Error(`${samplesAddress} cannot be loaded (${response.status})`);
  samples.value = (await response.json()) as Sample[];
}

export function useSample(name: string): void {
  const sample = samples.value.find((one) => one.name === name);
  if (sample) begin({ value: sample.request, facts: sample.facts ?? {}, now: sample.now ?? null }, name);
}

/** The samples by the class they come to, in the order of the policy, then those out of scope, then the rest. */
export function groupsOf(all: readonly Sample[], classes: Form['classes']): { label: string; samples: Sample[] }[] {
  const labelOf = ({ expect = {} }: Sample) => {
    if (expect.scope === 'out_of_scope') return say.samples.outOfScope;
    return classes.find(({ name }) => name === expect.class)?.title ?? say.samples.others;
  };
  const labels = [...classes.map(({ title }) => title), say.samples.outOfScope, say.samples.others];
  return labels
    .map((label) => ({ label, samples: all.filter((sample) => labelOf(sample) === label) }))
    .filter(({ samples: members }) => members.length > 0);
}
