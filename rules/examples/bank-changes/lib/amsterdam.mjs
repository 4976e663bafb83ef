// Local time of Amsterdam to an instant with its offset, the hours of the clock changes included.
//
// The records say `dd-mm-yyyy HH:MM` and no zone. Summer time runs from the last Sunday of March to the last Sunday of
// October, changing at 01:00 UTC (directive 2000/84/EC); a test compares this with the time zone data of Node.

const HOUR_MS = 3_600_000;
const WINTER = { hours: 1, text: '+01:00' };
const SUMMER = { hours: 2, text: '+02:00' };

/** The first year for which the rule above is right in the Netherlands. */
const FIRST_YEAR = 1996;

/**
 * The instant that a local time names: `{ text, ms, note }`.
 *
 * `text` is RFC 3339 with offset, `ms` counts from 1970. `note` says what had to be decided: `ambiguous` for the hour
 * that comes twice in October, of which the first is taken, unless it would lie before `notBefore` (the start, when an
 * end is read); `skipped` for the hour of March that no clock shows, which is read as if the clock had not been changed;
 * otherwise null.
 *
 * Throws an Error if `local` is no such time.
 */
export function instant(local, notBefore = null) {
  const wall = wallClock(local);
  const first = at(wall, SUMMER);
  const second = at(wall, WINTER);
  const summer = isSummer(first.ms);
  const winter = !isSummer(second.ms);
  if (summer && winter) {
    const chosen = notBefore !== null && first.ms < notBefore.ms ? second : first;
    return { ...chosen, note: 'ambiguous' };
  }
  if (summer) return { ...first, note: null };
  return { ...second, note: winter ? null : 'skipped' };
}

/**
 * When a local time falls in the week: `weekend` (Saturday, Sunday), `night` (weekdays before 07:00 and from 18:00) or
 * `office`. Bank holidays count as weekdays.
 */
export function moment(local) {
  const wall = wallClock(local);
  const day = new Date(wall.ms).getUTCDay();
  if (day === 0 || day === 6) return 'weekend';
  return wall.hour < 7 || wall.hour >= 18 ? 'night' : 'office';
}

function wallClock(local) {
  const found = /^(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d)$/.exec(local);
  if (!found) throw new Error(`\`${local}\` is no local time dd-mm-yyyy HH:MM`);
  const [day, month, year, hour, minute] = found.slice(1).map(Number);
  const ms = Date.UTC(year, month - 1, day, hour, minute);
  const date = new Date(ms);
  // Date.UTC takes 31 April for 1 May and 24:00 for the next day.
  const exact = date.getUTCDate() === day && date.getUTCMonth() === month - 1 && date.getUTCHours() === hour;
  if (!exact || minute > 59 || year < FIRST_YEAR) throw new Error(`\`${local}\` is on no calendar that is known here`);
  return { ms, hour, text: date.toISOString().slice(0, 19) };
}

function at(wall, offset) {
  return { text: `${wall.text}${offset.text}`, ms: wall.ms - offset.hours * HOUR_MS };
}

function isSummer(ms) {
  const year = new Date(ms).getUTCFullYear();
  return ms >= lastSunday(year, 2) && ms < lastSunday(year, 9);
}

/** 01:00 UTC on the last Sunday of a month of 31 days (`month` counts from 0). */
function lastSunday(year, month) {
  const last = new Date(Date.UTC(year, month, 31, 1));
  return last.getTime() - last.getUTCDay() * 24 * HOUR_MS;
}
