// Chooses the control for a type of question.

import type { FieldType } from '../../types.js';
import { choiceControl, yesnoControl } from './choice.js';
import type { Control, Naming } from './control.js';
import { durationControl } from './duration.js';
import { instantControl } from './instant.js';
import { listControl } from './list.js';
import { numberControl } from './number.js';
import { periodControl } from './period.js';
import { setControl } from './set.js';
import { textControl, wordControl } from './text.js';

export type { Control, Naming } from './control.js';

/** The control that asks for an answer of this type. */
export function controlFor(type: FieldType, naming: Naming): Control {
  switch (type.kind) {
    case 'yesno':
      return yesnoControl(naming);
    case 'int':
    case 'decimal':
    case 'percent':
      return numberControl(type, naming);
    case 'duration':
      return durationControl(type, naming);
    case 'instant':
      return instantControl(naming);
    case 'period':
      return periodControl(naming);
    case 'enum':
      return choiceControl(type.values, naming);
    case 'set':
      return setControl(type.values, naming);
    case 'text':
      return textControl(type, naming);
    case 'person':
    case 'digest':
      return wordControl(type.kind, naming);
    case 'list':
      return listControl(type.of, naming);
  }
}
