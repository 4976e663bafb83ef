// The titles of what is shown now.

import { computed } from '@preact/signals';

import { current } from '../../state/policy.ts';
import { explanation } from '../../state/request.ts';
import { type Titles, titlesOf } from '../../words/titles.ts';

const NO_FORM = { title: '', members: [], classes: [], boards: [], roles: [], exceptions: [] };

export const titles = computed<Titles>(() => titlesOf(current.value?.form ?? NO_FORM, explanation.value));
