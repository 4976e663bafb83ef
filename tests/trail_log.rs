//! The log: what is made is whole, and whatever is changed in it shows, at its place.
//!
//! `TOLLGATE_TRAIL_FULL=1` turns the samples of this run into everything: each bit of each entry.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use std::borrow::Cow;
use std::sync::LazyLock;

use tollgate::api::trail::{Beside, Check};
use tollgate::change::{Actor, Change, Command};
use tollgate::ir::Name;
use tollgate::json::{Written, canonical, from_serialize};
use tollgate::trail::tree::TreeHead;
use tollgate::trail::{
    BlobRef, Checked, Count, Entry, Envelope, Home, Log, Millis, Pin, PolicyRef, Summary, Tombstone,
    Verifier, restore,
};
use tollgate::value::{Digest, Instant};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Kept, Trail, again, entry, verdict};

static GROWN: LazyLock<Trail> = LazyLock::new(|| {
    let mut trail = Trail::new();
    trail.grow(64, 7);
    trail
});

fn full() -> bool {
    std::env::var_os("TOLLGATE_TRAIL_FULL").is_some()
}

fn pin(entries: &[String]) -> Pin {
    let head = verdict(entries, &[]).unwrap().log.frontier().head();
    Pin { origin: support::ORIGIN.to_owned(), head, kept_elsewhere: true, note: None }
}

#[test]
fn what_is_made_is_whole_and_is_decided_again_alike() {
    let mut trail = Trail::new();
    trail.grow(if full() { 2_000 } else { 160 }, 11);
    let entries = trail.entries.clone();
    let whole = verdict(&entries, &[pin(&entries[..100])]).unwrap();
    assert_eq!((whole.pinned, whole.beyond, whole.purged), (Some(100), None, 0));
    assert_eq!(whole.log.state(), &trail.head.state);
    let (decided, found) = again(&trail, &entries);
    assert_eq!(found, []);
    assert!(decided > 100, "{decided} commands");
}

#[test]
fn erased_data_leaves_every_proof_and_every_decision() {
    let mut trail = Trail::new();
    trail.grow(90, 5);
    assert!(trail.disclosures.iter().any(|it| it.persons == ["u-asha"]));
    let text = trail.entries.concat();
    trail.disclosures.clear();
    assert!(verdict(&trail.entries, &[]).is_ok());
    assert_eq!(again(&trail, &trail.entries).1, []);
    assert!(!text.contains("requester\":\"u-asha\",\"tenants"), "no request in an entry names its requester");
}

#[test]
fn every_flipped_bit_shows_at_its_entry() {
    let entries = &GROWN.entries;
    let mut log: Option<Log> = None;
    let step = if full() { 1 } else { 97 };
    let mut flips = 0;
    for (index, stored) in entries.iter().enumerate() {
        for bit in (index % step..stored.len() * 8).step_by(step) {
            let mut bytes = stored.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let followed = match &log {
                None => Log::begin(&bytes).map(drop),
                Some(log) => log.clone().follow(&bytes).map(drop),
            };
            let fault = followed.expect_err(&format!("bit {bit} of entry {index}"));
            assert_eq!(fault.index, index as u64, "bit {bit} of entry {index}");
            flips += 1;
        }
        match &mut log {
            None => log = Some(Log::begin(stored.as_bytes()).unwrap().0),
            Some(log) => drop(log.follow(stored.as_bytes()).unwrap()),
        }
    }
    println!("{flips} flipped bits of {} entries, each told at its entry", entries.len());
}

#[test]
fn what_is_dropped_swapped_doubled_or_spliced_shows_at_its_place() {
    let entries = &GROWN.entries;
    let last = entries.len() as u64 - 1;
    let other = {
        let mut other = Trail::new();
        other.grow(64, 8);
        other.entries
    };
    for at in 0..entries.len() {
        let index = at as u64;
        let mut dropped = entries.clone();
        dropped.remove(at);
        let first = if at == 0 { (0, "WRONG_INDEX") } else { (index, "WRONG_INDEX") };
        // Without the last one the rest is whole: only a pin shows that.
        if index < last {
            assert_eq!(verdict(&dropped, &[]).unwrap_err(), first, "without {at}");
        }
        let mut doubled = entries.clone();
        doubled.insert(at, entries[at].clone());
        assert_eq!(verdict(&doubled, &[]).unwrap_err(), (index + 1, "WRONG_INDEX"), "{at} twice");
        if at + 1 < entries.len() {
            let mut swapped = entries.clone();
            swapped.swap(at, at + 1);
            assert_eq!(verdict(&swapped, &[]).unwrap_err(), (index, "WRONG_INDEX"), "{at} swapped");
        }
        if other[at] != entries[at] {
            let mut spliced = entries.clone();
            spliced[at].clone_from(&other[at]);
            assert!(verdict(&spliced, &[]).is_err_and(|(found, _)| found >= index), "{at} of another");
        }
    }
}

#[test]
fn every_cut_shows_against_a_pin() {
    let entries = &GROWN.entries;
    let pin = pin(entries);
    for kept in 1..entries.len() {
        let whole = verdict(&entries[..kept], std::slice::from_ref(&pin)).unwrap();
        assert_eq!((whole.pinned, whole.beyond), (None, Some(pin.head.size)), "{kept} kept");
    }
    let whole = verdict(entries, std::slice::from_ref(&pin)).unwrap();
    assert_eq!((whole.pinned, whole.beyond), (Some(pin.head.size), None));
    // A head that lies with the log shows the same, and vouches for nothing.
    let own = Pin { kept_elsewhere: false, ..pin.clone() };
    let whole = verdict(entries, std::slice::from_ref(&own)).unwrap();
    assert_eq!((whole.pinned, whole.beyond), (None, None));
    assert_eq!(verdict(&entries[..9], std::slice::from_ref(&own)).unwrap().beyond, Some(64));
    let mut altered = pin.clone();
    altered.head = TreeHead { size: 40, root: pin.head.root };
    assert_eq!(verdict(entries, &[altered]).unwrap_err(), (39, "PINNED"));
    let other = Pin { origin: "other.example".to_owned(), ..pin };
    // Whether or not the log is that long.
    for size in [64, 200] {
        let other = Pin { head: TreeHead { size, ..other.head }, ..other.clone() };
        assert_eq!(verdict(entries, &[other]).unwrap_err(), (63, "OTHER_LOG"), "{size}");
    }
}

#[test]
fn a_check_goes_on_where_it_stopped() {
    let entries = &GROWN.entries;
    let mut verifier = Verifier::new(Vec::new());
    for stored in &entries[..30] {
        verifier.take(stored.as_bytes()).unwrap();
    }
    let log = verifier.finish().unwrap().unwrap().log;
    let mut verifier = Verifier::from(log, vec![pin(entries)]);
    for stored in &entries[30..] {
        verifier.take(stored.as_bytes()).unwrap();
    }
    assert_eq!(verifier.finish().unwrap().unwrap().pinned, Some(64));
}

#[test]
fn a_purged_entry_leaves_its_leaf_and_needs_an_authority() {
    let mut entries = GROWN.entries.clone();
    let at = entries.iter().position(|stored| entry(stored).change.is_some()).unwrap();
    let Checked::Entry(followed) = ({
        let mut verifier = Verifier::new(Vec::new());
        entries[..at].iter().for_each(|stored| drop(verifier.take(stored.as_bytes()).unwrap()));
        verifier.take(entries[at].as_bytes()).unwrap()
    }) else {
        panic!("an entry")
    };
    let tombstone = Tombstone::of(&followed.entry, followed.leaf).unwrap();
    entries[at] = tombstone.text();
    assert_eq!(verdict(&entries, &[pin(&GROWN.entries)]).unwrap_err(), (at as u64, "PURGED"));
    // What it did to its change is held by the entries after it.
    let mut forged = tombstone.clone();
    forged.change.ended = true;
    entries[at] = forged.text();
    assert_eq!(verdict(&entries, &[]).unwrap_err().0, at as u64 + 1);
    let mut moved = tombstone;
    moved.leaf.bytes[0] ^= 1;
    entries[at] = moved.text();
    assert_eq!(verdict(&entries, &[]).unwrap_err(), (at as u64 + 1, "PREV_ROOT"));
}

#[test]
fn what_a_check_takes_up_is_what_the_host_had() {
    let taken_up = |entries: &[String]| {
        let mut check = Check::new(&[], &[], None).unwrap();
        for stored in entries {
            check.take(stored.as_bytes(), &Kept(&GROWN));
        }
        check.take_up(&Kept(&GROWN))
    };
    let (answer, log) = taken_up(&GROWN.entries);
    assert!(answer.ok, "{}", answer.says);
    let log = log.unwrap();
    assert_eq!(log.head, GROWN.head);
    // An entry has its members in the order of RFC 8785.
    assert_eq!(log.roster.as_ref().map(canonical), Some(canonical(&GROWN.roster)));
    assert_eq!(log.policies.len(), 1);
    assert_eq!(Some(log.policies[0].digest), GROWN.head.state.policy.as_ref().map(|policy| policy.digest));
    let text = |change: &Change| canonical(&from_serialize(change).unwrap());
    let folded: Vec<_> = log.changes.iter().map(text).collect();
    assert_eq!(folded, GROWN.changes.values().map(text).collect::<Vec<_>>());

    let mut broken = GROWN.entries.clone();
    broken.remove(40);
    let (answer, log) = taken_up(&broken);
    assert_eq!((answer.verdict, log), ("broken", None));
}

#[test]
fn a_change_goes_on_when_its_personal_data_was_erased() {
    struct Erased;
    impl Beside for Erased {
        fn blob(&self, _: &Digest) -> Option<Vec<u8>> {
            None
        }
        fn disclosure(&self, _: &str) -> Option<String> {
            None
        }
    }
    let mut trail = Trail::new();
    let asha = Actor::Person(Name::from("u-asha"));
    let create =
        Command::Create { id: Name::from("CHG-1"), request: lives::request(&mut lives::Dice::new(3)).into() };
    assert!(trail.give("CHG-1", create, asha.clone()).unwrap().ok);

    let mut check = Check::new(&[], &[], None).unwrap();
    for stored in &trail.entries {
        check.take(stored.as_bytes(), &Kept(&trail));
    }
    let change = check.take_up(&Erased).1.unwrap().changes.remove(0);
    assert_eq!(change.request.get("requester"), None);
    trail.changes.insert("CHG-1".to_owned(), change);

    let answer = trail.give("CHG-1", Command::Submit, asha).unwrap();
    assert!(answer.ok, "{:?}", answer.reasons);
    trail.disclosures.clear();
    assert_eq!(again(&trail, &trail.entries).1, []);
}

/// Every entry has the digest of the state made, so that its fields are written in the order of RFC 8785 and not sorted each time.
#[test]
fn the_digest_of_a_state_is_that_of_its_canonical_form() {
    let home = |origin: &str, log: &str| Home { origin: origin.to_owned(), log: Digest::of(log.as_bytes()) };
    let digest = Digest::of(b"some");
    let summary = Summary {
        origin: Cow::Borrowed("log.example"),
        log: digest,
        size: Count(7),
        time_ms: Millis(Instant::from_epoch_ms(1_770_000_000_000).unwrap()),
        threshold: 1,
        keys: digest,
        policy: Some(Cow::Owned(PolicyRef { id: "some".to_owned(), version: "1".to_owned(), digest })),
        roster: Some(digest),
        open: digest,
        holds: Cow::Owned(["CHG-2", "CHG-1"].map(str::to_owned).into()),
        peers: Cow::Owned([home("a.example", "x"), home("b.example", "y"), home("c.example", "z")].into()),
        acts: Cow::Owned(
            [("b".to_owned(), Millis(Instant::MAX)), ("a".to_owned(), Millis(Instant::MAX))].into(),
        ),
    };
    assert_eq!(summary.digest(), Digest::of(canonical(&from_serialize(&summary).unwrap()).as_bytes()));
    let none = Summary { policy: None, roster: None, peers: Cow::default(), ..summary };
    assert_eq!(none.digest(), Digest::of(canonical(&from_serialize(&none).unwrap()).as_bytes()));
}

/// The payload of an entry that is about no request and has no blobs.
fn entry_without(other: &str) -> String {
    let payloads = GROWN.entries.iter().map(|stored| Envelope::read(stored.as_bytes()).unwrap().payload);
    let mut plain =
        payloads.filter(|payload| !payload.contains("\"request\":") && !payload.contains("\"blobs\":"));
    plain.find(|payload| payload != other).unwrap()
}

/// A signature covers neither key ids nor spaces around what was signed: one entry has one spelling.
#[test]
fn an_entry_in_another_spelling_is_none() {
    let stored = &GROWN.entries[20];
    let payload = Envelope::read(stored.as_bytes()).unwrap().payload;
    let respelled = |payload: &str| Entry::read(payload).map(drop).map_err(|error| error.to_string());
    assert_eq!(respelled(&payload), Ok(()));
    let spelled = |from: &str, to: &str| {
        let text = stored.replacen(from, to, 1);
        assert_ne!(text, *stored, "{from}");
        Envelope::read(text.as_bytes()).map(drop).unwrap_err().to_string()
    };
    let at = |byte: usize, what: &str| {
        format!("from byte {byte} on {what} bytes are not the RFC 8785 form of what they say")
    };
    let of_type = stored.find("application/").unwrap() - 1;
    let keyid = stored.find("keyid\":\"").unwrap() + 8;
    let (first, rest) = stored.split_once(",\"payloadType\"").unwrap();
    let moved = format!("{{\"payloadType\"{},{}}}", rest.split_once(",\"signatures").unwrap().0, &first[1..]);
    let moved =
        format!("{},\"signatures{}", &moved[..moved.len() - 1], rest.split_once(",\"signatures").unwrap().1);
    assert_eq!(
        Envelope::read(moved.as_bytes()).unwrap_err().to_string(),
        at(moved.find("\"payload\"").unwrap(), "its")
    );
    assert_eq!(spelled("{", "{ "), at(1, "its"));
    assert_eq!(spelled("application/", "application\\/"), at(of_type, "its"));
    assert_eq!(
        spelled("keyid\":\"", "keyid\":\"\\u0030"),
        "`keyid` is missing, or not what an envelope has there"
    );
    let upper: String = stored[keyid..keyid + 64].to_uppercase();
    assert_eq!(
        spelled(&stored[keyid..keyid + 64], &upper),
        "`keyid` is missing, or not what an envelope has there"
    );
    assert_eq!(spelled("==\"}]}", "\"}]}"), "`sig` is no canonical base64");

    // The log's key can sign another spelling of the same, and it is none either.
    for (from, to, byte) in [("{", "{ ", 1), ("urn:", "\\u0075rn:", payload.find("\"urn:").unwrap())] {
        assert_eq!(respelled(&payload.replacen(from, to, 1)), Err(at(byte, "the payload's")));
    }
    // What is not there is left out.
    for (at, put) in [
        ("\"body\":", "\"blobs\":[],\"body\":"),
        ("\"state\":\"sha256", "\"request\":null,\"state\":\"sha256"),
    ] {
        let text = respelled(&entry_without(&payload).replacen(at, put, 1)).unwrap_err();
        assert!(
            text.contains("an empty list is left out") || text.contains("invalid type: unit value"),
            "{put}: {text}"
        );
    }
    let count = payload.replacen("\"index\":\"20\"", "\"index\":\"020\"", 1);
    assert_eq!(
        respelled(&count),
        Err("`predicate.index` of the payload: no whole number as a decimal string".to_owned())
    );
}

/// Where the rule files are missing, that is the finding, and not that each decision came out otherwise.
#[test]
fn what_cannot_be_decided_again_did_not_come_out_otherwise() {
    struct Nothing;
    impl Beside for Nothing {
        fn blob(&self, _: &Digest) -> Option<Vec<u8>> {
            None
        }

        fn disclosure(&self, _: &str) -> Option<String> {
            None
        }
    }
    let compile: tollgate::api::trail::Compile = |files| tollgate::api::compile(files).0.ok();
    let mut check = Check::new(&[], &[], Some(compile)).unwrap();
    assert!(GROWN.entries.iter().all(|stored| check.take(stored.as_bytes(), &Nothing)));
    let answer = check.finish();
    assert_eq!(
        (answer.verdict, answer.differences.len(), answer.missing_blobs.len()),
        ("blob missing", 0, 1)
    );
}

/// One value has one blob: its canonical form.
#[test]
fn a_blob_in_another_spelling_belongs_nowhere() {
    let body = Written::of(&from_serialize(&[()]).unwrap());
    let restored = |text: &str| {
        let digest = Digest::of(text.as_bytes());
        let place = BlobRef { at: "/0".to_owned(), digest, size: Count(text.len() as u64) };
        restore(&body, &[place], |_| Some(text.as_bytes().to_vec())).map(|body| canonical(&body))
    };
    assert_eq!(restored(r#"{"a":1}"#).unwrap(), r#"[{"a":1}]"#);
    for other in [r#" {"a":1}"#, r#"{"\u0061":1}"#, r#"{"a":1.0}"#, r#"{"b":1,"a":1}"#] {
        assert!(restored(other).is_err(), "{other}");
    }
}
