// What says of an export what it is: to whoever opens it in seven years, and to whoever would write to it.

import type { Instant } from '../types.js';

/** The personal data that is exported with a trail, readable, one disclosure a line. */
export const EXPORTED_DISCLOSURES = 'disclosures.jsonl';

/** The name of the file that lies with an export. A folder that has it is not written to. */
export const EXPORT_NOTICE = 'EXPORT.txt';

/**
 * Returns the text of the file `EXPORT.txt` that lies with an export: what it is of, what is in it, and how it is verified.
 *
 * @param of the name and the identity of the log, how many entries are exported, and when
 */
export function exportNotice(of: { origin: string; log: string; size: number; at: Instant }): string {
  const { origin, log, size, at } = of;
  return `This folder is an export of a signed trail of Tollgate: ${size} entries.

  log       ${origin}
  identity  ${log}
  exported  ${at}

To verify it, with either command line of Tollgate where that is installed:

  tollgate trail verify THIS-FOLDER --pin CHECKPOINT
  npx --no-install tollgate trail verify THIS-FOLDER --pin CHECKPOINT    (in a folder that has the npm package)

CHECKPOINT is a file that was kept elsewhere: without it nothing shows that no entry was cut off at the end. What this text says is no
part of what is verified: compare name and identity of the log with what its keepers say.

Without Tollgate:

  entries/      one DSSE envelope a line (payload type application/vnd.in-toto+json, Ed25519): an in-toto statement in RFC 8785 form
  checkpoints/  C2SP checkpoints: signed notes over the RFC 6962 tree whose leaves are those lines, without their ends
  blobs/        what is too large for an entry, each named by its SHA-256
  disclosures.jsonl, if it is there: personal data, by digests as in RFC 9901; erase it with the rest of what you have of a person

It is to be read. An entry written to it would be a fork of the log: whoever opens it to write is refused as long as this file is here.
If the log itself is lost, and nothing else writes to it, this folder can take its place: then, and only then, delete this file.
Personal data that lies here readable is then encrypted; where there is no disclosures.jsonl, it is lost. It takes the keys of the log to
go on, and checkpoints of more entries than are here, which others have kept, will not hold for it.
`;
}
