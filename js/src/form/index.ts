/**
 * `<tollgate-form>`: a change-request form that a policy makes and judges. Importing this defines the element.
 *
 * @module
 */

import { TollgateForm, type ChangeDetail, type SubmitDetail } from './element.js';

export { TollgateForm };
export type { ChangeDetail, SubmitDetail };

// A page may load this twice, from two bundles; the first one stays. Where a server renders there is no registry.
if (globalThis.customElements && !customElements.get('tollgate-form')) customElements.define('tollgate-form', TollgateForm);

declare global {
  interface HTMLElementTagNameMap {
    'tollgate-form': TollgateForm;
  }
  interface HTMLElementEventMap {
    'tollgate-change': CustomEvent<ChangeDetail>;
    'tollgate-submit': CustomEvent<SubmitDetail>;
  }
}
