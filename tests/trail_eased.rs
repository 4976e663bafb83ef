//! Whom a policy would serve is decided again, also by whoever has no personal data, and said of what is known alone.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::Compiled;
use tollgate::api::trail::{AdoptCall, adopt};
use tollgate::change::{Actor, Command};
use tollgate::ir::Name;
use tollgate::json::Json;
use tollgate::trail::{Draft, Entry, Envelope, Log, Millis};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/moving.rs"]
mod moving;
#[path = "support/log.rs"]
mod support;
#[path = "support/adopting.rs"]
mod versions;

use moving::checked;
use support::{Trail, sign};
use versions::{adopting, policy, shared};

const ID: &str = "CHG-1";

fn asha() -> Actor {
    Actor::Person(Name::from("u-asha"))
}

/// Judges less to weigh much.
fn easier() -> Compiled {
    policy(&[("band medium 2..3", "band medium 2..12"), ("band high   4..", "band high   13..")])
}

fn names(list: Option<&Json>) -> Vec<String> {
    let Some(Json::Array(items)) = list else { return Vec::new() };
    items
        .iter()
        .map(|item| if let Json::String(name) = item { name.clone() } else { panic!("a text") })
        .collect()
}

/// Puts what [`adopt`] answered into a log, after whoever holds its key had their way with it.
fn adopted_by_hand(trail: &mut Trail, payload: &str, forge: impl FnOnce(&mut Json)) {
    let Entry { kind, id, actor, policy, request, change, engine, body, blobs, statements, .. } =
        Entry::read(payload).unwrap();
    let mut body = tollgate::trail::restore(&body, &blobs, |digest| trail.blob(digest)).unwrap();
    forge(&mut body);
    let statements = statements.iter().map(|it| Envelope::of_json(it).unwrap()).collect();
    let time = Millis(trail.now);
    let (blobs, kept) = tollgate::trail::extract(&mut body);
    trail.blobs.extend(kept.into_iter().map(|blob| (blob.digest, blob.text)));
    let draft = Draft { kind, id, time, actor, policy, request, change, engine, body, blobs, statements };
    let log = Log::open(&trail.head).unwrap();
    let payload = log.draft(draft).unwrap().payload().unwrap();
    trail.head = log.seal(payload.clone(), vec![sign(&payload, "log")]).unwrap().head;
    trail.entries.push(trail.head.last.clone());
}

/// Whom a policy would serve is decided again, whatever its entry says.
#[test]
fn whom_a_policy_serves_is_decided_again() {
    let easier = easier();
    let eases =
        |ids: &[&str]| -> Json { Json::Array(ids.iter().map(|id| Json::String((*id).to_owned())).collect()) };
    for (requester, said, wanted) in [
        ("u-asha", Some(&[ID][..]), None),
        (
            "u-asha",
            None,
            Some("re-decided differently at AT: the policy judges other open changes more lightly; 1 in all"),
        ),
        (
            "u-asha",
            Some(&["CHG-7"]),
            Some("re-decided differently at AT: the policy judges other open changes more lightly; 1 in all"),
        ),
        (
            "u-cm",
            None,
            Some(
                "re-decided differently at AT: `u-cm` signed it, and asks for change `CHG-1`, which it judges more lightly; 1 in all",
            ),
        ),
        (
            "u-cm",
            Some(&[ID]),
            Some("broken at AT: `u-cm` signed it, and asks for change `CHG-1`, which it judges more lightly"),
        ),
    ] {
        let mut trail = Trail::named("one.example");
        // Signed and made while nothing was open that it would have served.
        let prepared = adopt(&adopting(&trail, &easier)).unwrap();
        trail.blobs.extend(prepared.blobs.iter().map(|blob| (blob.digest, blob.text.clone())));
        let Json::Object(mut request) = shared("embedding") else { panic!("an object") };
        request.retain(|(name, _)| name != "requester");
        request.push(("requester".to_owned(), Json::String(requester.to_owned())));
        let create = Command::Create { id: Name::from(ID), request: Json::Object(request).into() };
        for command in [create, Command::Submit] {
            let answer = trail.give(ID, command, Actor::Person(Name::from(requester))).unwrap();
            assert!(answer.ok, "{:?}", answer.reasons);
        }
        let at = trail.entries.len();
        adopted_by_hand(&mut trail, &prepared.payload, |body| {
            let Json::Object(members) = body else { panic!("an object") };
            members.retain(|(name, _)| name != "eases");
            members.extend(said.map(|ids| ("eases".to_owned(), eases(ids))));
        });
        for _ in 0..2 {
            let says = checked(&trail, &[]).0.says;
            match wanted {
                Some(wanted) => assert_eq!(says, wanted.replace("AT", &at.to_string())),
                None => assert!(says.starts_with("self-consistent"), "{says}"),
            }
            // Without any personal data it comes to the same.
            trail.disclosures.clear();
        }
    }
    // A host leaves the roster out, and every role with it.
    let trail = Trail::named("one.example");
    let without = adopt(&AdoptCall { roster: None, ..adopting(&trail, &easier) });
    assert_eq!(without.unwrap_err().code, "OTHER_ROSTER");

    // A policy that reads whose change it is, which another withheld: whoever has the data and whoever has not find the same.
    let mut trail = Trail::named("one.example");
    let create = Command::Create { id: Name::from(ID), request: shared("embedding").into() };
    for command in [create, Command::Submit] {
        assert!(trail.give(ID, command, asha()).unwrap().ok);
    }
    let reading = policy(&[(
        r#""Requester"                 : person         personal"#,
        r#""Requester"                 : person"#,
    )]);
    assert!(!reading.ir.slots.iter().any(|slot| &*slot.path == "requester" && slot.personal));
    let outgoing = lives::shipped();
    trail.adopt(&reading, Some(&outgoing), ["u-cm", "u-author"]).unwrap();
    for _ in 0..2 {
        let (answer, _) = checked(&trail, &[]);
        assert!(answer.ok && answer.differences.is_empty(), "{}", answer.says);
        trail.disclosures.clear();
    }
}

/// Whoever is given a part of a log knows no other changes: of those that a policy eased there nothing is said.
#[test]
fn a_part_of_a_log_does_not_say_whom_a_policy_served() {
    let (mut trail, easier, outgoing) = (Trail::named("one.example"), easier(), lives::shipped());
    let other = || Name::from("CHG-2");
    let create = |id: Name, name: &str| Command::Create { id, request: shared(name).into() };
    assert!(trail.give(ID, create(Name::from(ID), "embedding"), asha()).unwrap().ok);
    assert!(trail.give(ID, Command::Submit, asha()).unwrap().ok);
    assert!(trail.give(&other(), create(other(), "pool"), asha()).unwrap().ok);
    trail.adopt(&easier, Some(&outgoing), ["u-cm", "u-author"]).unwrap();
    let adopted = support::entry(trail.entries.last().unwrap());
    assert_eq!(names(adopted.body.get("eases").as_ref()), [ID]);
    trail.world.policy = easier;
    assert!(trail.give(&other(), Command::Submit, asha()).unwrap().ok);
    let two = Trail::named("two.example");
    let file = moving::handed(&mut trail, &other(), &moving::home(&two)).unwrap();
    assert!(!file.bundle.blobs.is_empty(), "the rule files are in it");
}
