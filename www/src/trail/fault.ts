// What goes wrong with a trail, as it crosses from the worker to the page.

import type { Fault } from './messages.ts';

export class TrailFault extends Error {
  readonly code: string;

  constructor({ code, message }: Fault) {
    super(message);
    this.code = code;
  }
}

export const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? 'FAILED');

export const faultOf = (error: unknown): Fault => ({ code: codeOf(error), message: error instanceof Error ? error.message : String(error) });
