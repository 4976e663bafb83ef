// The recorded series and what is labelled in them, as the benchmark published them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * The series of `labels.json` in `folder`, by name: `{ name, text, readings, windows }`. A reading is `{ at, value }`, a
 * window `{ from, to, labels }`; all times are milliseconds, read as UTC.
 */
export function readSeries(folder) {
  const { labels, windows } = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8'));
  return Object.keys(labels).sort().map((file) => {
    const text = gunzipSync(readFileSync(join(folder, `${file}.gz`))).toString('utf8');
    return {
      name: file.replace(/\.csv$/, ''),
      text,
      readings: readingsOf(text),
      windows: windowsOf(labels[file].map(instant), windows[file].map((ends) => ends.map(instant))),
    };
  });
}

/** The readings of `timestamp,value` lines, in the order of time. */
export function readingsOf(text) {
  const lines = text.trim().split('\n').slice(1).map((line) => line.split(','));
  return lines.map(([time, value]) => ({ at: instant(time), value: Number(value) })).sort((a, b) => a.at - b.at);
}

/** Windows with the labels that lie in them. A label outside of all widens the nearest one up to itself. */
export function windowsOf(labels, ends) {
  const windows = ends.map(([from, to]) => ({ from, to, labels: [] }));
  const away = ({ from, to }, label) => Math.max(from - label, label - to, 0);
  for (const label of labels) {
    const [nearest] = [...windows].sort((a, b) => away(a, label) - away(b, label));
    nearest.labels.push(label);
    nearest.from = Math.min(nearest.from, label);
    nearest.to = Math.max(nearest.to, label);
  }
  return windows;
}

function instant(text) {
  return Date.parse(`${text.trim().replace(' ', 'T').replace(/\.0+$/, '')}Z`);
}
