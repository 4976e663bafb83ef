//! How long a whole trail takes to verify, beside the bare signature checks and hashes of the same bytes:
//! `cargo bench --bench trail_log`, or `ENTRIES=100000 cargo bench --bench trail_log`.
//!
//! The trail is one of random lives of changes under the shipped policy. Bare is what no verifier can leave out: for each
//! signature `verify_strict` with its key at hand, for each entry the SHA-256 of the bytes stored. Both are timed by turns, so
//! that both see the same machine; what is printed is the median of the rounds and of their ratios.
//!
//! `LONG=1000000 cargo bench --bench trail_log` goes on with the lives of such a trail again and again, each under a name of its own and
//! signed anew, and verifies them as they are made: so many entries are neither decided nor kept.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a benchmark reads the clock and stops at what is wrong"
)]

use std::collections::BTreeMap;
use std::env;
use std::hint::black_box;
use std::time::Instant as Clock;

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use tollgate::api::trail::Check as TrailCheck;
use tollgate::trail::key::KeyId;
use tollgate::trail::tree::TreeHead;
use tollgate::trail::{
    Act, ChangeRef, Draft, Entry, Envelope, Kind, Log, Millis, RequestRef, Verifier, pre_authentication,
};
use tollgate::value::{Duration, Instant};

#[path = "../tests/support/lives.rs"]
mod lives;
#[path = "../tests/support/log.rs"]
mod support;

/// How often everything is timed: as often as there is time for.
fn rounds(entries: usize) -> usize {
    50_000_usize.checked_div(entries).unwrap_or_default().clamp(1, 9)
}

/// The most that the ratio may be.
const MOST: f64 = 1.15;

/// A signature as a verifier has it once everything around it is read.
struct Check {
    key: VerifyingKey,
    message: Vec<u8>,
    signature: Signature,
}

fn main() {
    if let Ok(count) = env::var("LONG") {
        return long(count.parse().unwrap());
    }
    let count = env::var("ENTRIES").map_or(5_000, |text| text.parse().unwrap());
    let mut trail = support::Trail::new();
    let made = Clock::now();
    trail.grow_ending(count, 1);
    let made = made.elapsed().as_secs();
    let entries = std::mem::take(&mut trail.entries);
    let checks = checks(&entries);
    let (bytes, rounds) = (entries.iter().map(String::len).sum::<usize>(), rounds(entries.len()));
    println!(
        "{} entries of {} bytes on average, {} MB, {} signatures, {} changes open at the end; made in {made} s; median of {rounds} rounds\n",
        entries.len(),
        bytes / entries.len(),
        bytes / 1_000_000,
        checks.len(),
        trail.head.state.open.len(),
    );

    let (mut whole, mut bare, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    if rounds > 1 {
        let _ = (black_box(verify(&entries)), black_box(verify_bare(&entries, &checks)));
    }
    for _ in 0..rounds {
        let (trail, least) = (time(|| verify(&entries)), time(|| verify_bare(&entries, &checks)));
        whole.push(trail);
        bare.push(least);
        ratios.push(trail / least);
    }
    let entry = 1e6 / f64::from(u32::try_from(entries.len()).unwrap());
    let (whole, bare, ratio) = (median(whole), median(bare), median(ratios));
    println!("{:<44}{:>11.2} µs an entry{:>11.3} s", "the trail verified", whole * entry, whole);
    println!("{:<44}{:>11.2} µs an entry{:>11.3} s", "bare signature checks and hashes", bare * entry, bare);
    println!("{:<44}{ratio:>11.3}, at most {MOST}", "ratio");

    // What else there is, each over all entries.
    let line = |what: &str, work: &dyn Fn()| {
        let taken = median((0..rounds.min(5)).map(|_| time(work)).collect());
        println!("{what:<44}{:>11.2} µs an entry{taken:>11.3} s{:>9.3} of bare", taken * entry, taken / bare);
    };
    println!();
    line("signatures alone", &|| {
        let _ = black_box(verify_bare(&[], &checks));
    });
    line("envelopes read", &|| {
        for stored in &entries {
            let _ = black_box(Envelope::read(stored.as_bytes()).unwrap());
        }
    });
    let envelopes: Vec<Envelope> =
        entries.iter().map(|stored| Envelope::read(stored.as_bytes()).unwrap()).collect();
    line("payloads read", &|| {
        for envelope in &envelopes {
            let _ = black_box(Entry::read(&envelope.payload).unwrap());
        }
    });
    line("verified and folded into changes", &|| {
        let mut check = TrailCheck::new(&[], &[], None).unwrap();
        for stored in &entries {
            assert!(check.take(stored.as_bytes(), &support::Kept(&trail)));
        }
        assert!(black_box(check.finish()).ok);
    });
    since(&entries, whole);
}

/// Verifies so many entries, and says after each power of ten how many bytes they had, and how long they took.
fn long(count: usize) {
    let mut trail = support::Trail::new();
    trail.grow_ending(3_000, 1);
    let lives = lives_of(&trail.entries);
    let mut log = Log::open(&trail.head).unwrap();
    let mut verifier = Verifier::new(Vec::new());
    let (mut bytes, mut whole, mut bare, mut now) = (0, 0.0, 0.0, trail.now);
    let (mut portion, mut mark, mut block) = (trail.entries, 10_000, 0_u64);
    loop {
        bytes += portion.iter().map(String::len).sum::<usize>();
        let checks = checks(&portion);
        let start = Clock::now();
        portion.iter().for_each(|stored| drop(verifier.take(stored.as_bytes()).unwrap()));
        whole += start.elapsed().as_secs_f64();
        bare += time(|| verify_bare(&portion, &checks));
        if verifier.size() >= mark || verifier.size() >= count as u64 {
            println!(
                "{:>9} entries, {:>6} MB: verified in {whole:>8.2} s, bare signature checks and hashes in {bare:>8.2} s: {:.3}",
                verifier.size(),
                bytes / 1_000_000,
                whole / bare
            );
            mark *= 10;
        }
        if verifier.size() >= count as u64 {
            break;
        }
        block += 1;
        portion = lives.iter().flatten().map(|entry| again(&mut log, entry, block, &mut now)).collect();
    }
    assert_eq!(verifier.finish().unwrap().unwrap().log.frontier().head(), log.frontier().head());
}

/// The entries of each change that ended, and what was refused of none.
fn lives_of(entries: &[String]) -> Vec<Vec<Entry>> {
    let mut lives: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for stored in entries {
        let entry = Entry::read(&Envelope::read(stored.as_bytes()).unwrap().payload).unwrap();
        if entry.kind == Kind::ChangeCommand {
            let id = entry.change.as_ref().map_or_else(|| entry.id.clone(), |change| change.id.clone());
            lives.entry(id).or_default().push(entry);
        }
    }
    let over = |life: &Vec<Entry>| life.last().is_some_and(|it| it.change.as_ref().is_none_or(|it| it.ended));
    lives.into_values().filter(over).collect()
}

/// Makes an entry again, of another change, and says what is stored of it.
fn again(log: &mut Log, entry: &Entry, block: u64, now: &mut Instant) -> String {
    let name = |id: &str| format!("{id}-{block}");
    *now = now.checked_add(Duration::from_ms(1_000)).unwrap();
    let statements = entry.statements.iter().map(|statement| {
        let act = Act::read(&Envelope::of_json(statement).unwrap()).unwrap();
        let expires = now.checked_add(Duration::from_ms(60_000)).unwrap();
        let person = act.person.clone().unwrap();
        let act = Act {
            subject: name(&act.subject),
            nonce: format!("{}-{block}", act.nonce),
            time_ms: Millis(*now),
            expires_ms: Millis(expires),
            ..act
        };
        let payload = act.payload().unwrap();
        Envelope { signatures: vec![support::sign(&payload, &person)], payload }
    });
    let draft = Draft {
        kind: entry.kind,
        id: name(&entry.id),
        time: Millis(*now),
        actor: entry.actor.clone(),
        policy: entry.policy.clone(),
        request: entry.request.clone().map(|it| RequestRef { id: name(&it.id), ..it }),
        change: entry.change.clone().map(|it| ChangeRef { id: name(&it.id), ..it }),
        engine: entry.engine.clone(),
        body: entry.body.json(),
        blobs: entry.blobs.clone(),
        statements: statements.collect(),
    };
    let payload = log.draft(draft).unwrap().payload().unwrap();
    let stored = Envelope { signatures: vec![support::sign(&payload, "log")], payload }.text();
    log.follow(stored.as_bytes()).unwrap();
    stored
}

/// How long the entries after a checkpoint take, for whoever kept the log at it.
fn since(entries: &[String], whole: f64) {
    let last = 256.min(entries.len() / 2);
    let (before, after) = entries.split_at(entries.len() - last);
    let mut verifier = Verifier::new(Vec::new());
    before.iter().for_each(|stored| drop(verifier.take(stored.as_bytes()).unwrap()));
    let log = verifier.finish().unwrap().unwrap().log;
    let times = (0..9).map(|_| {
        time(|| {
            let mut verifier = Verifier::from(log.clone(), Vec::new());
            after.iter().for_each(|stored| drop(verifier.take(stored.as_bytes()).unwrap()));
            verifier.finish().unwrap().unwrap().log.frontier().head()
        })
    });
    let taken = median(times.collect());
    let each = |seconds: f64, count: usize| seconds * 1e6 / f64::from(u32::try_from(count).unwrap());
    println!(
        "{:<44}{:>11.2} µs an entry{taken:>11.3} s{:>9.3} of an entry of the whole",
        format!("the last {last} after a checkpoint"),
        each(taken, last),
        each(taken, last) / each(whole, entries.len())
    );
}

fn verify(entries: &[String]) -> TreeHead {
    let mut verifier = Verifier::new(Vec::new());
    for stored in entries {
        verifier.take(black_box(stored.as_bytes())).unwrap();
    }
    verifier.finish().unwrap().unwrap().log.frontier().head()
}

fn verify_bare(entries: &[String], checks: &[Check]) -> u8 {
    for Check { key, message, signature } in checks {
        key.verify_strict(black_box(message), signature).unwrap();
    }
    entries.iter().fold(0, |bits, stored| {
        let leaf = Sha256::new().chain_update([0]).chain_update(black_box(stored.as_bytes())).finalize();
        bits ^ leaf[0]
    })
}

/// Every signature of every entry, and of what others signed in it.
fn checks(entries: &[String]) -> Vec<Check> {
    let known: BTreeMap<KeyId, VerifyingKey> = support::signers()
        .map(|of| support::seed(of).public_key())
        .map(|key| (key.id(), VerifyingKey::from_bytes(key.bytes()).unwrap()))
        .collect();
    let mut checks = Vec::new();
    for stored in entries {
        let envelope = Envelope::read(stored.as_bytes()).unwrap();
        let entry = Entry::read(&envelope.payload).unwrap();
        let inner = entry.statements.iter().map(|statement| Envelope::of_json(statement).unwrap());
        for envelope in inner.chain([envelope]) {
            for signature in &envelope.signatures {
                checks.push(Check {
                    key: known[&signature.key],
                    message: pre_authentication(&envelope.payload),
                    signature: Signature::from_bytes(&signature.bytes),
                });
            }
        }
    }
    checks
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn time<T>(work: impl Fn() -> T) -> f64 {
    let start = Clock::now();
    black_box(work());
    start.elapsed().as_secs_f64().max(1e-9)
}
