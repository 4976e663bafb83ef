//! A change that moves from one log to another: proved to whoever takes it over, refused by the log that gave it away, and a fork where it
//! was given away twice.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use std::collections::BTreeSet;
use tollgate::api::Refusal;
use tollgate::api::trail::{self as api_trail, Administer, BundleFile, GivenBy, HandOverCall};
use tollgate::change::{Actor, Change, Choice, Command};
use tollgate::ir::Name;
use tollgate::json::{Json, canonical, from_serialize};
use tollgate::trail::{Bundle, Bundled, Draft, Hold, Home, Kind};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/moving.rs"]
mod moving;
#[path = "support/log.rs"]
mod support;

use moving::{COMPILE, bundled_by, checked, home, take};
use support::{Kept, Trail, entry, seed, spki, to_hold};

const ID: &str = "CHG-1";

fn code<T>(answer: Result<T, Refusal>) -> String {
    answer.map(drop).unwrap_err().code
}

/// What a change says, whatever the order of its members.
fn text(change: &Change) -> String {
    canonical(&from_serialize(change).unwrap())
}

fn asha() -> Actor {
    Actor::Person(Name::from("u-asha"))
}

/// A trail with a change that waits for a vote.
fn waiting(origin: &str) -> Trail {
    let mut trail = Trail::named(origin);
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = request.get("pool").unwrap().clone();
    trail.give(ID, Command::Create { id: Name::from(ID), request: request.into() }, asha()).unwrap();
    trail.give(ID, Command::Submit, asha()).unwrap();
    trail.give(ID, Command::Complete, asha()).unwrap();
    trail
}

/// Hands the change over, and returns what the other log is given.
fn handed(trail: &mut Trail, to: &Home) -> Result<BundleFile, Refusal> {
    moving::handed(trail, ID, to)
}

fn vote(trail: &mut Trail) -> bool {
    let vote = Command::Vote(lives::ballot(&trail.changes[ID], Choice::Approve));
    trail.give(ID, vote, Actor::Person(Name::from("u-manager"))).unwrap().ok
}

#[test]
fn a_change_goes_on_where_it_was_taken_over_and_nowhere_else() {
    let (mut one, mut two) = (waiting("one.example"), Trail::named("two.example"));
    let before = one.changes[ID].clone();
    let itself = home(&one);
    assert_eq!(code(handed(&mut one, &itself)), "SAME_LOG");
    // What is held here would not be held there.
    let hold = |reason: &str| Hold { change: ID.to_owned(), reason: reason.to_owned() };
    one.administer(&to_hold(hold("Asked for by counsel"))).unwrap();
    assert_eq!(code(handed(&mut one, &home(&two))), "LEGAL_HOLD");
    one.administer(&Administer::LiftHold(hold("Over"))).unwrap();
    let file = handed(&mut one, &home(&two)).unwrap();

    // The log that gave it away refuses commands to it, and says so.
    let submit = || GivenBy::Host { command: Command::Submit, actor: asha() };
    assert_eq!(code(one.call(Some(before.clone()), submit())), "HANDED_OVER");
    assert_eq!(code(handed(&mut one, &home(&two))), "HANDED_OVER");
    let (answer, log) = checked(&one, &[]);
    assert_eq!((answer.verdict, answer.open), ("self-consistent", 0), "{}", answer.says);
    let told = api_trail::told_check(&answer);
    assert!(
        told.contains("\n  changes  0, 0 of them open; 1 more was handed over to another log\n"),
        "{told}"
    );
    let log = log.unwrap();
    assert_eq!((log.handed_over[0].change.as_str(), log.changes.len()), (ID, 0));

    // The other one takes it over, only from whom it was told, and goes on.
    let from = home(&one);
    let stranger = Home { origin: "three.example".to_owned(), ..from.clone() };
    assert_eq!(code(take(&mut two, &file, &stranger)), "OTHER_LOG");
    assert_eq!(code(take(&mut Trail::named("three.example"), &file, &from)), "OTHER_LOG");
    take(&mut two, &file, &from).unwrap();
    assert_eq!(code(take(&mut two, &file, &from)), "CHANGE_IS_HERE");
    assert_eq!(text(&two.changes[ID]), text(&before));
    assert!(vote(&mut two));
    let (answer, log) = checked(&two, &[&file]);
    assert_eq!((answer.verdict, answer.open), ("self-consistent", 1), "{}", answer.says);
    assert!(answer.differences.is_empty());
    assert_eq!(text(&log.unwrap().changes[0]), text(&two.changes[ID]));

    // It comes back, with all that happened meanwhile, and is handed on: that is no fork.
    let back = handed(&mut two, &from).unwrap();
    take(&mut one, &back, &home(&two)).unwrap();
    assert_eq!(text(&one.changes[ID]), text(&two.changes[ID]));
    let mut three = Trail::named("three.example");
    let on = handed(&mut one, &home(&three)).unwrap();
    take(&mut three, &on, &from).unwrap();
    for trail in [&one, &two, &three] {
        let (answer, _) = checked(trail, &[&file, &on]);
        assert_eq!(answer.verdict, "self-consistent", "{}", answer.says);
        // What was held against what is said, and that nothing was found.
        let (log, of) = (
            |home: &Home| format!("log {}, {}", home.origin, home.log),
            |at: usize| {
                let it = answer.compared.get(at).unwrap();
                (it.change.clone(), it.from.clone(), it.index, it.to.clone())
            },
        );
        let (first, second) = (of(0), of(1));
        assert_eq!((&*first.0, &first.1, &first.3), (ID, &from, &home(&two)));
        assert_eq!((&*second.0, &second.1, &second.3), (ID, &from, &home(&three)));
        let lines = [&first, &second].map(|(change, from, index, to)| {
            format!("  beside   {change}, by entry {index} of {}, to {}", log(from), log(to))
        });
        let wanted = format!(
            "\n{}\n           these 2 were held against each other, the entries here and what was taken over: no fork found",
            lines.join("\n")
        );
        let told = api_trail::told_check(&answer);
        assert!(told.contains(&wanted), "{told}\n{wanted}");
    }

    // Whoever looks into the last log sees what was decided in those before, each line with its log; a log's own entries are told once.
    let shown = |trail: &Trail| -> Vec<String> {
        let of = |stored: &String| api_trail::earlier(stored.as_bytes(), &Kept(trail), &BTreeSet::new());
        trail.entries.iter().flat_map(of).collect()
    };
    let lines = shown(&three);
    let told: Vec<(&str, &str, &str)> = lines
        .iter()
        .map(|line| (line[33..51].trim_end(), line[69..89].trim_end(), line.rsplit_once("  ").unwrap().1))
        .collect();
    let (first, second) = ("(in log one.example)", "(in log two.example)");
    assert_eq!(
        told,
        [
            ("change.command", "log", first),
            ("change.command", "log", first),
            ("change.command", "log", first),
            ("change.handed_over", "log", first),
            ("change.taken_over", "log", second),
            ("change.command", "log, u-manager", second),
            ("change.handed_over", "log", second),
            ("change.taken_over", "log", first),
            ("change.handed_over", "log", first),
        ]
    );
    assert!(lines[5].contains("vote: approve as "), "{}", lines[5]);
    assert!(shown(&one).iter().all(|line| line.ends_with(second)), "{:?}", shown(&one));
    assert_eq!((shown(&one).len(), shown(&two).len()), (3, 4));
}

#[test]
fn two_handovers_from_one_head_are_a_fork() {
    let (mut one, mut same) = (waiting("one.example"), waiting("one.example"));
    assert_eq!(one.head, same.head);
    let (mut two, mut three) = (Trail::named("two.example"), Trail::named("three.example"));
    let (to_two, to_three) =
        (handed(&mut one, &home(&two)).unwrap(), handed(&mut same, &home(&three)).unwrap());
    take(&mut two, &to_two, &home(&one)).unwrap();
    take(&mut three, &to_three, &home(&one)).unwrap();
    // Neither sees it alone.
    for trail in [&two, &three] {
        assert_eq!(checked(trail, &[]).0.verdict, "self-consistent");
    }
    for (trail, beside) in [(&two, &to_three), (&three, &to_two)] {
        let (answer, log) = checked(trail, &[beside]);
        assert!(
            answer.says.starts_with("forked: log `one.example` handed change `CHG-1` over twice"),
            "{}",
            answer.says
        );
        assert!(!answer.ok && log.is_none());
        let [fork] = answer.forks.as_slice() else { unreachable!() };
        assert_eq!((fork.log.clone(), fork.one.0, fork.other.0), (home(&one), 20, 20));
    }
    assert_eq!(checked(&two, &[&to_two]).0.verdict, "self-consistent");
    // The log itself has one of the two, whoever it is shown to; and neither where it goes on as if there had been none.
    let says = |trail: &Trail, beside: &BundleFile| checked(trail, &[beside]).0.says;
    assert!(says(&one, &to_two).starts_with("self-consistent"));
    assert!(says(&one, &to_three).starts_with("forked: log `one.example` handed change `CHG-1` over twice: to `two.example` by its entry 20, and to `three.example` by its entry 20"));
    let mut silent = waiting("one.example");
    assert!(says(&silent, &to_two).starts_with("self-consistent"), "it is not that far");
    silent.administer(&Administer::SetRoster(silent.roster.clone())).unwrap();
    assert_eq!(
        says(&silent, &to_two),
        "forked: log `one.example` handed change `CHG-1` over to `two.example` by its entry 20, as a bundle has it, and its entry 20 here is another"
    );
}

#[test]
fn a_bundle_that_was_changed_proves_nothing() {
    let (mut one, two) = (waiting("one.example"), Trail::named("two.example"));
    let file = handed(&mut one, &home(&two)).unwrap();
    let genuine = file.bundle.clone();
    // The first entry, fourteen keys, roster, policy, and four of the change.
    assert_eq!(genuine.entries.len(), 21);
    let says = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = genuine.clone();
        change(&mut bundle);
        bundle.verify().unwrap_err().to_string()
    };
    assert!(genuine.verify().is_ok());
    for (name, change, wanted) in [
        ("without the beginning", (|it| drop(it.entries.remove(0))) as fn(&mut Bundle), "entry 0: "),
        (
            "without an entry in the middle",
            |it| drop(it.entries.remove(18)),
            "goes on with change `CHG-1` as that was before or elsewhere",
        ),
        (
            "without the handover",
            |it| drop(it.entries.pop()),
            "its last entry is not the last that its checkpoint signs",
        ),
        (
            "without a key",
            |it| drop(it.entries.remove(4)),
            "its entries about keys are not all that the log has",
        ),
        (
            "another state",
            |it| {
                it.state.holds.to_mut().insert("CHG-9".to_owned());
            },
            "its state is not the one that its last entry names",
        ),
        ("in another order", |it| it.entries.swap(17, 18), "entry 18: "),
        ("another place", |it| it.entries[17].index.0 += 1, "entry 18: "),
        ("another proof", |it| it.entries[17].proof.swap(0, 1), "entry 17: "),
        (
            "half a proof",
            |it| it.entries[17].proof[0].truncate(9),
            "entry 17: a hash of its proof is no base64 of 32 bytes",
        ),
        (
            "another checkpoint",
            |it| it.checkpoint = it.checkpoint.replace("one.example\n21", "one.example\n20"),
            "entry ",
        ),
        (
            "a checkpoint that nobody signed",
            |it| {
                let line = it.checkpoint.rfind(' ').unwrap();
                it.checkpoint.truncate(line);
                it.checkpoint.push_str(" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
            },
            "its checkpoint: ",
        ),
        ("nothing", |it| it.entries.clear(), "its last entry is not the last that its checkpoint signs"),
    ] {
        let found = says(&change);
        assert!(found.contains(wanted), "{name}: {found}");
    }
    // Each bit of what is stored.
    for at in 0..genuine.entries.len() {
        for byte in (0..genuine.entries[at].stored.len()).step_by(97) {
            let flipped = |it: &mut Bundle| {
                let mut bytes = it.entries[at].stored.clone().into_bytes();
                bytes[byte] ^= 1;
                it.entries[at].stored = String::from_utf8(bytes).unwrap();
            };
            says(&flipped);
        }
    }
    // Blobs are named by what they hold.
    let mut blobless = file.clone();
    blobless.bundle.blobs.clear();
    if !file.bundle.blobs.is_empty() {
        let mut two = Trail::named("two.example");
        assert_eq!(code(take(&mut two, &blobless, &home(&one))), "BAD_BUNDLE");
    }
    for text in ["", "{}", "{\"bundle\":{}}"] {
        assert_eq!(api_trail::read_bundle(text).unwrap_err().code, "BAD_BUNDLE");
    }
}

/// What the taker would find is found before the entry is written.
#[test]
fn what_no_log_would_take_over_is_not_handed_over() {
    let (one, two) = (waiting("one.example"), Trail::named("two.example"));
    let genuine = moving::hand_over_call(&one, ID, &home(&two));
    let asked = |call: &HandOverCall| api_trail::hand_over(&one.world.policy, call, COMPILE);
    let personal = asked(&genuine).unwrap().personal;
    assert_eq!(personal.len(), one.disclosures.len());
    let told = HandOverCall { disclosures: one.disclosures.clone(), ..genuine.clone() };
    asked(&told).unwrap();
    for (name, change, wanted) in [
        (
            "another leaf",
            (|it| it.proof.leaves.swap(4, 5)) as fn(&mut HandOverCall),
            "its entries are not those that the log has",
        ),
        (
            "a leaf too few",
            |it| it.proof.leaves.truncate(it.proof.leaves.len() - 1),
            "its entries are not those that the log has",
        ),
        (
            "an entry of elsewhere",
            |it| it.proof.entries[18].push(' '),
            "its entries are not those that the log has",
        ),
        ("without the beginning", |it| drop(it.proof.entries.remove(0)), "entry 0: "),
        (
            "without a key",
            |it| drop(it.proof.entries.remove(4)),
            "its entries about keys are not all that the log has",
        ),
        (
            "without an entry of the change",
            |it| drop(it.proof.entries.remove(18)),
            "goes on with change `CHG-1` as that was before or elsewhere",
        ),
        ("without a blob", |it| it.proof.blobs.clear(), "the rule files of policy"),
        ("other personal data", |it| it.disclosures[0].text.push('A'), "is not what that is of"),
        (
            "personal data of nobody",
            |it| it.disclosures[0].digest.push('A'),
            "belongs to none of its entries",
        ),
    ] {
        let mut call = told.clone();
        change(&mut call);
        let refusal = asked(&call).unwrap_err();
        assert_eq!((&*refusal.code, refusal.path.as_deref()), ("BAD_BUNDLE", Some("change")), "{name}");
        assert!(
            refusal.message.starts_with("no log would take change `CHG-1` over: "),
            "{name}: {}",
            refusal.message
        );
        assert!(refusal.message.contains(wanted), "{name}: {}", refusal.message);
    }
    // A log that has no such name would not take it.
    for origin in ["", "two example", "a+b"] {
        let to = Home { origin: origin.to_owned(), ..home(&two) };
        assert_eq!(code(asked(&HandOverCall { to, ..genuine.clone() })), "BAD_ORIGIN", "{origin}");
    }
}

/// Gives the change its vote, as the log's key makes an entry of it; returns what the other log says of what it is handed then.
fn taken_with(forge: fn(&mut Draft), cut: fn(&mut Bundle)) -> Result<(), Refusal> {
    let (mut one, mut two) = (waiting("one.example"), Trail::named("two.example"));
    let vote = Command::Vote(lives::ballot(&one.changes[ID], Choice::Approve));
    moving::forged(&mut one, ID, vote, Actor::Person(Name::from("u-manager")), forge);
    let mut file = moving::given_unasked(&mut one, ID, &home(&two));
    cut(&mut file.bundle);
    take(&mut two, &file, &home(&one))
}

#[test]
fn a_vote_that_its_voter_did_not_sign_is_not_taken_over() {
    assert_eq!(taken_with(|_| {}, |_| {}), Ok(()));
    let unsigned = taken_with(
        |draft| {
            draft.statements.clear();
            draft.actor.key = None;
        },
        |_| {},
    );
    let refusal = unsigned.unwrap_err();
    assert_eq!(refusal.code, "BAD_BUNDLE");
    assert!(refusal.message.ends_with("does not carry the signature of `u-manager`"), "{}", refusal.message);
    let refusal = taken_with(
        |draft| {
            let comment = Json::String("I have seen it".to_owned());
            let Json::Object(members) = &mut draft.body else { panic!("an object") };
            let (_, command) = members.iter_mut().find(|(name, _)| name == "command").unwrap();
            let Json::Object(members) = command else { panic!("an object") };
            let Json::Object(vote) = &mut members[0].1 else { panic!("an object") };
            vote.retain(|(name, _)| name != "comment");
            vote.push(("comment".to_owned(), comment));
        },
        |_| {},
    )
    .unwrap_err();
    assert_eq!(refusal.code, "BAD_BUNDLE");
    assert!(
        refusal.message.ends_with("`u-manager` signed something else than this command"),
        "{}",
        refusal.message
    );
    // The voter's key was never enrolled, as far as the bundle shows.
    let key = seed("u-manager").public_key().id();
    let refusal = taken_with(
        |_| {},
        |bundle| {
            let enrols = |it: &Bundled| {
                entry(&it.stored).body.get("person") == Some(Json::String("u-manager".to_owned()))
            };
            bundle.entries.retain(|it| entry(&it.stored).kind != Kind::KeyEnrolled || !enrols(it));
        },
    )
    .unwrap_err();
    assert_eq!(refusal.code, "BAD_BUNDLE");
    assert!(
        refusal.message.contains(&format!("signed by key {key}, which is not theirs")),
        "{}",
        refusal.message
    );
}

/// The key of the log is lost, and root puts another in its place: the change goes on, and is handed over by the new key.
#[test]
fn a_change_is_handed_over_by_the_key_that_took_the_place_of_a_lost_one() {
    let (mut one, mut two) = (waiting("one.example"), Trail::named("two.example"));
    one.administer(&Administer::Recover(spki("log-2"))).unwrap();
    assert!(vote(&mut one));
    // A checkpoint by the old key is none any more.
    let refusal = handed(&mut one, &home(&two)).unwrap_err();
    assert_eq!(refusal.code, "BAD_BUNDLE", "{}", refusal.message);
    let file = bundled_by(&one, ID, "log-2").unwrap();
    take(&mut two, &file, &home(&one)).unwrap();
    assert!(checked(&two, &[]).0.ok);
}
