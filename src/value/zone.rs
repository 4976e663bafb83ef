//! Time zones of the IANA database.

use std::borrow::Cow;
use std::iter;

use chrono::{DateTime, Datelike, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{CivilDate, Instant};

/// A time zone: its offset from UTC at each instant of the years 1900 to 2199.
///
/// The zones and the changes of their offsets are found by `build.rs`, which asks chrono-tz. As there, the rules of
/// today hold until 2099, and the last offset from then on.
///
/// ```
/// use tollgate::value::{Instant, Zone};
///
/// let zone = Zone::named("Europe/London").unwrap();
/// let winter: Instant = "2026-03-29T00:59:59Z".parse().unwrap();
/// let summer: Instant = "2026-03-29T01:00:00Z".parse().unwrap();
/// assert_eq!((zone.offset_seconds(winter), zone.offset_seconds(summer)), (0, 3600));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// The first offset, then seconds to each change and the offset from there, as `build.rs` writes them.
    table: Cow<'static, [u8]>,
}

/// A line for each name: the name, and where its table begins and ends among the [`TABLES`].
#[cfg(feature = "compiler")]
const NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/zone_names.txt"));
#[cfg(feature = "compiler")]
const TABLES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/zone_changes.bin"));

impl Zone {
    /// UTC.
    pub const UTC: Self = Self { table: Cow::Borrowed(&[0]) };

    /// The version of the IANA database that the zones are taken from, such as `2026a`.
    pub const DATABASE: &str = env!("TOLLGATE_TZDATA");

    #[cfg(feature = "compiler")]
    /// Returns the zone with this IANA name, such as `Asia/Kolkata`; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        let mut line = NAMES.lines().map(|line| line.split(' ')).find_map(|mut line| {
            let found = line.next() == Some(name);
            found.then_some(line)
        })?;
        let mut place = || line.next()?.parse::<usize>().ok();
        Some(Self { table: Cow::Borrowed(TABLES.get(place()?..place()?)?) })
    }

    #[cfg(feature = "compiler")]
    /// Returns the names of all zones, in the order of their bytes.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        NAMES.lines().filter_map(|line| line.split(' ').next())
    }

    /// Returns by how many seconds the clocks here are ahead of UTC; negative west of Greenwich.
    pub fn offset_seconds(&self, instant: Instant) -> i32 {
        self.offsets().take_while(|(from, _)| *from <= instant).last().map_or(0, |(_, offset)| offset)
    }

    /// Returns the offsets in the order of time, in seconds ahead of UTC, each with the instant from which it holds: the
    /// first from [`Instant::MIN`], the last to [`Instant::MAX`].
    ///
    /// ```
    /// use tollgate::value::{Instant, Zone};
    ///
    /// let kolkata = Zone::named("Asia/Kolkata").unwrap();
    /// let since_1945: Instant = "1945-10-14T17:30:00Z".parse().unwrap();
    /// assert_eq!(kolkata.offsets().last(), Some((since_1945, 19_800)));
    /// ```
    pub fn offsets(&self) -> impl Iterator<Item = (Instant, i32)> + '_ {
        let mut table = &*self.table;
        let first = read_signed(&mut table);
        let mut change_s = Instant::MIN.epoch_ms().div_euclid(1000);
        let changes = iter::from_fn(move || {
            if table.is_empty() {
                return None;
            }
            change_s = change_s.saturating_add_unsigned(read(&mut table));
            let from = Instant::from_epoch_ms(change_s.saturating_mul(1000)).ok()?;
            Some((from, read_signed(&mut table)))
        });
        iter::once((Instant::MIN, first)).chain(changes)
    }

    /// Returns the first instant of a day here; `None` where that lies before 1900 or after 2199.
    pub fn start_of(&self, day: CivilDate) -> Option<Instant> {
        const LONGEST_OFFSET_MS: i64 = 93_600_000;
        let midnight: Instant = format!("{day}T00:00:00Z").parse().ok()?;
        // No clock goes back over midnight twice, so the days come one after another.
        let (mut before, mut from) = (
            midnight.epoch_ms().saturating_sub(LONGEST_OFFSET_MS),
            midnight.epoch_ms().saturating_add(LONGEST_OFFSET_MS),
        );
        while from.saturating_sub(before) > 1 {
            let middle = i64::midpoint(before, from);
            let reached = Instant::from_epoch_ms(middle).ok().and_then(|middle| self.civil_date(middle));
            match reached.is_some_and(|reached| reached >= day) {
                true => from = middle,
                false => before = middle,
            }
        }
        Instant::from_epoch_ms(from).ok()
    }

    /// Returns the day on which the instant falls here.
    ///
    /// The days before 1900 and after 2199, which the first and last instants reach in zones far from Greenwich, are
    /// taken for the nearest day within.
    pub fn civil_date(&self, instant: Instant) -> Option<CivilDate> {
        let utc = DateTime::from_timestamp_millis(instant.epoch_ms())?.naive_utc();
        let offset = TimeDelta::seconds(self.offset_seconds(instant).into());
        let local = utc.checked_add_signed(offset)?.date();
        match local.year() {
            ..1900 => CivilDate::from_ymd(1900, 1, 1),
            2200.. => CivilDate::from_ymd(2199, 12, 31),
            year => CivilDate::from_ymd(year, local.month(), local.day()),
        }
    }
}

/// Takes a number off the front: base 128, the lowest digit first, the top bit set on all digits but the last.
fn read(table: &mut &[u8]) -> u64 {
    let mut number = 0;
    let mut shift = 0_u32;
    while let Some((byte, rest)) = table.split_first() {
        *table = rest;
        number |= u64::from(byte & 127).unbounded_shl(shift);
        if *byte < 128 {
            break;
        }
        shift = shift.saturating_add(7);
    }
    number
}

/// Takes a number off the front whose lowest bit is its sign.
fn read_signed(table: &mut &[u8]) -> i32 {
    let coded = read(table);
    let size = i32::try_from(coded >> 1).unwrap_or(0);
    if coded & 1 == 1 { size.saturating_neg() } else { size }
}
