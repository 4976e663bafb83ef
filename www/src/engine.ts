// The only file that knows the engine's modules. All others are given a `Policy` and ask it.

import { load, Policy, version } from 'tollgate/decide';
import type { Diagnostic, Policy as OpenPolicy, RuleFile } from 'tollgate/decide';

import imageAddress from '../made/change-management.image?url';
import type { Asked, Told } from './compiler/messages.ts';
import { COMPILER, trusted } from './trusted.ts';

export type { OpenPolicy as Policy };

/** What becomes of rule files, told in this order: first one of `broken`, `compiled` and `failed`, after `compiled` also `checked`. */
export interface Hears {
  broken(diagnostics: readonly Diagnostic[]): void;
  compiled(policy: OpenPolicy): void;
  /** With every finding: also promises and tables that some request breaks. */
  checked(diagnostics: readonly Diagnostic[]): void;
  failed(reason: string): void;
}

/** Loads the small module and opens the policy that the page was built with. */
export async function openShipped(): Promise<OpenPolicy> {
  const [image] = await Promise.all([bytesAt(imageAddress), load()]);
  return Policy.open(image);
}

/** The engine's version. It must be loaded. */
export const engineVersion = (): string => version();

let compiler: Worker | undefined;
/** Counts what was asked of the compiler: only what was asked last is heard. */
let last = 0;
let hears: Hears | undefined;

/** Starts the compiler before it is needed. What fails here is said when it is. */
export function warmUp(): void {
  if (compiler) return;
  compiler = new Worker(trusted(COMPILER), { type: 'module' });
  compiler.addEventListener('message', ({ data }: MessageEvent<Told>) => hear(data));
  compiler.addEventListener('error', (event) => {
    event.preventDefault();
    fail(event.message || 'its script cannot be loaded');
  });
}

/** Compiles rule files and checks them. What was asked before is not told any more. */
export function compile(files: readonly RuleFile[], listener: Hears): void {
  warmUp();
  last += 1;
  hears = listener;
  compiler?.postMessage({ id: last, files } satisfies Asked);
}

/** What was asked last is not wanted any more. */
export function forget(): void {
  last += 1;
  hears = undefined;
}

function hear(told: Told): void {
  if (told.id !== last) return;
  if (told.kind === 'failed') return fail(told.reason);
  if (told.kind === 'checked') return hears?.checked(told.diagnostics);
  if (!told.image) return hears?.broken(told.diagnostics);
  try {
    hears?.compiled(Policy.open(told.image));
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** A worker that failed is not asked again: the next call has another. */
function fail(reason: string): void {
  compiler?.terminate();
  compiler = undefined;
  hears?.failed(reason);
}

async function bytesAt(address: string): Promise<ArrayBuffer> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} cannot be loaded (${response.status})`);
  return response.arrayBuffer();
}
