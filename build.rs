//! Writes the time zones that `src/value/zone.rs` carries, and names the format of the images that `src/api/image.rs` writes.
//!
//! chrono-tz knows the whole database and brings 830 KB of tables and the code to search them. What a policy asks of a
//! zone is its offset from UTC, so what is kept is the list of instants at which that offset changes, once for all the
//! names that share it.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    reason = "a build script stops where it cannot go on"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

/// 1900-01-01T00:00:00Z: the first instant of `value::Instant`.
const FIRST: i64 = -2_208_988_800;
/// 2199-12-31T23:59:59Z: the last.
const LAST: i64 = 7_258_118_399;
/// No zone leaves an offset and comes back to it within so short a time; `tests/zones.rs` compares the result.
const STEP: i64 = 86_400;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=TOLLGATE_IMAGE_FORMAT={:016x}", image_format());
    println!("cargo::rustc-env=TOLLGATE_TZDATA={}", chrono_tz::IANA_TZDB_VERSION);
    let mut names: Vec<&str> = TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
    names.sort_unstable();

    let (mut listed, mut tables) = (String::new(), Vec::new());
    let mut known = BTreeMap::new();
    for name in names {
        let table = table(name.parse().unwrap());
        let place = *known.entry(table).or_insert_with_key(|table| {
            let from = tables.len();
            tables.extend_from_slice(table);
            (from, tables.len())
        });
        writeln!(listed, "{name} {} {}", place.0, place.1).unwrap();
    }

    let folder = env::var("OUT_DIR").unwrap();
    fs::write(Path::new(&folder).join("zone_names.txt"), listed).unwrap();
    fs::write(Path::new(&folder).join("zone_changes.bin"), tables).unwrap();
}

/// Returns a number that changes with the sources of what an image holds: FNV-1a, 64 bits, over their bytes.
fn image_format() -> u64 {
    const HELD: [&str; 4] = ["src/ir", "src/value", "src/text", "src/api"];
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut files: Vec<_> = HELD.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).collect();
    files.sort_by_key(|entry| entry.as_ref().unwrap().path());
    for entry in files {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            println!("cargo::rerun-if-changed={}", path.display());
            for byte in fs::read(path).unwrap() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    hash
}

/// Returns the zone's offset at the first instant, and each change of it: the seconds since the change before, then the
/// new offset in seconds with its sign in the lowest bit; both in base 128, the lowest digit first.
fn table(zone: Tz) -> Vec<u8> {
    let mut table = Vec::new();
    let (mut last_change, mut offset) = (FIRST, offset(zone, FIRST));
    write_signed(&mut table, offset);
    let mut before = FIRST;
    while before < LAST {
        let after = (before + STEP).min(LAST);
        if self::offset(zone, after) != offset {
            let change = first_with_another(zone, before, after, offset);
            offset = self::offset(zone, change);
            write(&mut table, (change - last_change).unsigned_abs());
            write_signed(&mut table, offset);
            last_change = change;
            before = change;
        } else {
            before = after;
        }
    }
    table
}

fn first_with_another(zone: Tz, mut before: i64, mut after: i64, offset: i64) -> i64 {
    while after - before > 1 {
        let middle = i64::midpoint(before, after);
        match self::offset(zone, middle) == offset {
            true => before = middle,
            false => after = middle,
        }
    }
    after
}

fn offset(zone: Tz, epoch_s: i64) -> i64 {
    let utc = DateTime::from_timestamp(epoch_s, 0).unwrap().naive_utc();
    zone.offset_from_utc_datetime(&utc).fix().local_minus_utc().into()
}

fn write_signed(table: &mut Vec<u8>, number: i64) {
    write(table, number.unsigned_abs() << 1 | u64::from(number < 0));
}

fn write(table: &mut Vec<u8>, mut number: u64) {
    while number > 127 {
        table.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    table.push(number as u8);
}
