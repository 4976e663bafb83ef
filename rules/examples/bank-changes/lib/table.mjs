// The published file: gzip or plain, `;` between columns, a first line that names them.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Every column that is read. A file without one of them is refused. */
export const COLUMNS = [
  'CI Name (aff)',
  'Service Component WBS (aff)',
  'Change ID',
  'Change Type',
  'Risk Assessment',
  'Emergency Change',
  'CAB-approval needed',
  'Planned Start',
  'Planned End',
  'Scheduled Downtime Start',
  'Scheduled Downtime End',
  'Actual Start',
  'Actual End',
  'Requested End Date',
  'Change record Open Time',
];

/** The rows of the file at `path`, each an object from column to text. Throws an Error if it is no such file. */
export function readTable(path) {
  const bytes = readFileSync(path);
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return rowsOf((zipped ? gunzipSync(bytes) : bytes).toString('utf8'));
}

/** The rows of the text of a file. */
export function rowsOf(text) {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = lines[0].split(';');
  const absent = COLUMNS.filter((column) => !names.includes(column));
  if (absent.length > 0) throw new Error(`the first line does not name \`${absent.join('`, `')}\``);
  return lines.slice(1).flatMap((line, at) => {
    if (line === '') return [];
    // No field of the published file is quoted; one that were would be read wrongly, so it is refused.
    const values = line.split(';');
    if (line.includes('"') || values.length !== names.length) {
      throw new Error(`line ${at + 2} has ${values.length} columns or quotes, and the first line names ${names.length}`);
    }
    return [Object.fromEntries(names.map((name, index) => [name, values[index]]))];
  });
}
