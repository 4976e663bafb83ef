// A second copy of a trail, in files of its own: what a browser does to its databases it does not do to those. Chromium gives up the whole
// database of a site where it finds a record of it half written, as a browser that is killed can leave it (docs/performance.md). What is kept
// twice is what proves: entries, blobs, checkpoints. Personal data is not, and neither are keys: nothing brings back what was erased.
//
//   tollgate-trail/NAME.entries   one entry a line, by its place
//   tollgate-trail/NAME.beside    blobs and checkpoints, one a line
//
// A file is written and flushed before what it holds is acknowledged. A last line without an end was never acknowledged: it is cut off.
// Whoever cannot open the files goes on without them, says why, and tries again; whoever has them next makes up for what is missing.

/** Whether a trail is kept twice, and why not. */
export type CopyStanding =
  | { readonly kind: 'kept' }
  /** This browser, or this thread of it, has no such files. */
  | { readonly kind: 'unsupported' }
  /** Another tab has them open. */
  | { readonly kind: 'held' }
  /** The browser does not give them: it keeps nothing for this site, or has no room. In its words. */
  | { readonly kind: 'refused'; readonly said: string };

/** Why there is no copy; `absent` where none was made yet. */
export type NoCopy = Exclude<CopyStanding, { kind: 'kept' }> | { readonly kind: 'absent' };

/** What stands beside the entries. */
export type Beside = { readonly blob: string; readonly text: string } | { readonly checkpoint: number; readonly text: string };

const FOLDER = 'tollgate-trail';
const LINE_END = 10;
const PORTION = 1 << 20;

/** Another tab may not have let go of the files yet: so often it is tried again. */
const TRIES = 20;
const AGAIN_MS = 50;

/** A file of the origin private file system, as workers have it (File System Standard, FileSystemSyncAccessHandle). */
interface SyncFile {
  getSize(): number;
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

type OpensSync = { createSyncAccessHandle?: () => Promise<SyncFile> };

/** A file of lines. */
class Lines {
  readonly #file: SyncFile;
  #bytes = 0;
  #count = 0;

  constructor(file: SyncFile) {
    this.#file = file;
    const size = file.getSize();
    for (const { bytes, at } of this.#portions(0, size)) {
      for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, end + 1)) {
        this.#count += 1;
        this.#bytes = at + end + 1;
      }
    }
    if (this.#bytes < size) file.truncate(this.#bytes);
  }

  get count(): number {
    return this.#count;
  }

  add(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
    try {
      if (this.#file.write(bytes, { at: this.#bytes }) < bytes.length) throw new DOMException('no room', 'QuotaExceededError');
      this.#file.flush();
    } catch (error) {
      this.#file.truncate(this.#bytes);
      throw error;
    }
    [this.#bytes, this.#count] = [this.#bytes + bytes.length, this.#count + lines.length];
  }

  /** The lines from one on. */
  from(first: number): string[] {
    const text = new TextDecoder();
    let rest = '';
    let at = 0;
    const found: string[] = [];
    for (const { bytes } of this.#portions(0, this.#bytes)) {
      const parts = (rest + text.decode(bytes, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) if (at++ >= first) found.push(line);
    }
    return found;
  }

  clear(): void {
    this.#file.truncate(0);
    this.#file.flush();
    [this.#bytes, this.#count] = [0, 0];
  }

  close(): void {
    this.#file.close();
  }

  *#portions(from: number, to: number): Generator<{ bytes: Uint8Array; at: number }> {
    const buffer = new Uint8Array(PORTION);
    for (let at = from; at < to; ) {
      const read = this.#file.read(buffer.subarray(0, Math.min(PORTION, to - at)), { at });
      if (read === 0) return;
      yield { bytes: buffer.subarray(0, read), at };
      at += read;
    }
  }
}

/** The second copy of a trail, while its lock is held. */
export class SecondCopy {
  readonly #entries: Lines;
  readonly #beside: Lines;

  private constructor(entries: Lines, beside: Lines) {
    [this.#entries, this.#beside] = [entries, beside];
  }

  /** Opens it, and makes it where `create` says so; or says why it is not there. What another tab has open is asked for so often. */
  static async of(name: string, { create, tries = TRIES }: { create: boolean; tries?: number }): Promise<SecondCopy | NoCopy> {
    if (typeof FileSystemFileHandle !== 'function' || !('createSyncAccessHandle' in FileSystemFileHandle.prototype)) return { kind: 'unsupported' };
    const opened: SyncFile[] = [];
    try {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create });
      for (const kind of ['entries', 'beside']) opened.push(await handleOf((await folder.getFileHandle(`${encodeURIComponent(name)}.${kind}`, { create })) as OpensSync, tries));
      const [entries, beside] = opened as [SyncFile, SyncFile];
      return new SecondCopy(new Lines(entries), new Lines(beside));
    } catch (error) {
      for (const file of opened) file.close();
      const { name: kind, message } = error as Error;
      if (kind === 'NoModificationAllowedError') return { kind: 'held' };
      if (kind === 'NotFoundError' && !create) return { kind: 'absent' };
      return { kind: 'refused', said: message || kind };
    }
  }

  /** How many entries it has. */
  get size(): number {
    return this.#entries.count;
  }

  /** How many blobs and checkpoints it has. */
  get besides(): number {
    return this.#beside.count;
  }

  entries(from: number): string[] {
    return this.#entries.from(from);
  }

  beside(): Beside[] {
    return this.#beside.from(0).map((line) => JSON.parse(line) as Beside);
  }

  addEntries(entries: readonly string[]): void {
    this.#entries.add(entries);
  }

  addBeside(all: readonly Beside[]): void {
    this.#beside.add(all.map((one) => JSON.stringify(one)));
  }

  /** Forgets everything: what was purged is nowhere any more. */
  clear(): void {
    this.#entries.clear();
    this.clearBeside();
  }

  clearBeside(): void {
    this.#beside.clear();
  }

  close(): void {
    this.#entries.close();
    this.#beside.close();
  }
}

async function handleOf(file: OpensSync, most: number): Promise<SyncFile> {
  for (let tries = 1; ; tries += 1) {
    try {
      if (file.createSyncAccessHandle) return await file.createSyncAccessHandle();
      throw new TypeError('this browser has no such files');
    } catch (error) {
      if ((error as Error).name !== 'NoModificationAllowedError' || tries >= most) throw error;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
