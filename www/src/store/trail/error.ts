// What a store of trails throws, in the form of the package's errors.

export interface Fault {
  readonly code: 'STORE_LOCKED' | 'STORE_DAMAGED' | 'STORE_FAILED' | 'STORE_EXISTS' | 'CLOSED' | 'BAD_CALL';
  readonly message: string;
  /** The remedy. */
  readonly help?: string;
}

export class StoreError extends Error {
  override readonly name = 'TollgateError';
  readonly code: Fault['code'];
  readonly path = 'store';
  readonly help: string | undefined;

  constructor({ code, message, help }: Fault, cause?: unknown) {
    super(help ? `${message} (${help})` : message, cause === undefined ? undefined : { cause });
    [this.code, this.help] = [code, help];
  }
}
