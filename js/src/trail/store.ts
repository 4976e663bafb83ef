// Where a trail is kept: what a store promises, and what a host gives a trail beside it.

/** What was withheld from an entry because it is personal, with its salt (RFC 9901). */
export interface Disclosure {
  /** Its digest, which stands in the entry. */
  digest: string;
  /** Base64url of the JSON list of salt, name and value. */
  text: string;
  /** Whose data it is, by opaque ids. */
  persons: string[];
}

/** A line that a crash left unfinished: it was never acknowledged, and was moved out of the trail. */
export interface SetAside {
  /** The file that it stood in. */
  file: string;
  /** Where its bytes are now; absent where the store was opened to be read and left them. */
  movedTo?: string;
  bytes: number;
}

/** What a store is when it opens. */
export interface StoreOpened {
  /** How many entries there are. */
  size: number;
  setAside: readonly SetAside[];
}

/**
 * Where a trail is kept. It has one writer at a time. What a method has resolved lasts, whatever happens to the process or its
 * power afterwards; what it has rejected is not there, or is found by whoever opens the store next.
 */
export interface TrailStore {
  /**
   * Opens it, to be written by nobody else until `close`, or only to be read.
   *
   * @throws {TollgateError} `STORE_LOCKED` while somebody else writes; `EXPORTED_COPY` where it is an export, which is only read;
   * `STORE_DAMAGED` with the place, where what is there was altered.
   */
  open(options: { write: boolean }): Promise<StoreOpened>;

  /**
   * Keeps an entry at the next index.
   *
   * @throws {TollgateError} `STORE_EXISTS` for any other index; `STORE_FAILED` where it may or may not be kept: the store is to be
   * opened again.
   */
  append(index: number, entry: string): Promise<void>;

  /** The entries from `from` up to, but not including, `to`; fewer where there are no more. */
  read(from: number, to: number): Promise<string[]>;

  /** Keeps what is too large for an entry, under `sha256:` and 64 digits. */
  putBlob(digest: string, text: string): Promise<void>;

  /** A blob; undefined where it is not there. */
  blob(digest: string): Promise<string | undefined>;

  /** Keeps personal data beside the trail, so that nobody reads it who has not the keys of those whose it is. */
  putDisclosures(disclosures: readonly Disclosure[]): Promise<void>;

  /** The personal data for which there are keys. */
  disclosures(): Promise<Disclosure[]>;

  /** Keeps a checkpoint of so many entries. */
  putCheckpoint(size: number, note: string): Promise<void>;

  /** The checkpoints, those of fewer entries first. */
  checkpoints(): Promise<string[]>;

  /**
   * Puts a tombstone in the place of an entry, for good: one that a later entry of the trail authorises. Where it is there already, nothing
   * happens.
   */
  tombstone(index: number, tombstone: string): Promise<void>;

  /**
   * Drops what stands beside the trail: first personal data, then the keys of people, then blobs. What is not there is passed over, so
   * that what a crash cut short is done again.
   */
  forget(what: Forgotten): Promise<void>;

  /** Lets go of it. */
  close(): Promise<void>;
}

/** What a store is to drop. */
export interface Forgotten {
  /** Digests of personal data. */
  disclosures?: readonly string[];
  /** Digests of blobs. */
  blobs?: readonly string[];
  /** Whose keys go, too, unless data that stays needs them. */
  persons?: readonly string[];
}

/** A key that signs: held by this process, or by a service that it asks. */
export interface Signer {
  /** The public key, Ed25519: base64 of its SPKI. */
  readonly spki: string;
  /** Signs these bytes: 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}
