// The addresses of scripts that the page itself starts. The content policy names this policy of trusted types and no other.

import compilerAddress from './compiler/compiler.ts?worker&url';
import trailAddress from './trail/keeper.ts?worker&url';

const NAME = 'tollgate-worker';

/** The worker that keeps the page for days without a network. */
export const KEEPER = '/sw.js';
/** The worker that compiles rules. */
export const COMPILER = compilerAddress;
/** The worker that keeps the trail. */
export const TRAIL_KEEPER = trailAddress;

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): { createScriptURL(address: string): string };
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

const policy = trustedTypes?.createPolicy(NAME, {
  createScriptURL(address) {
    if ([KEEPER, COMPILER, TRAIL_KEEPER].includes(address)) return address;
    throw new TypeError(`${address} is no script of this page`);
  },
});

/** `address` as the browser wants it for a script: of its own type, where there are such types. */
export const trusted = (address: string): string => policy?.createScriptURL(address) ?? address;
