//! Witnesses: what others have seen of a log, by cosignatures on its checkpoints (C2SP tlog-cosignature).

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::trail::{Administer, Check, CheckAnswer};
use tollgate::trail::checkpoint::{Checkpoint, CheckpointError};
use tollgate::trail::key::Seed;
use tollgate::trail::note::{Note, NoteError, VerifierKey};
use tollgate::trail::tree::{Tree, leaf_hash};
use tollgate::trail::{Enrolled, Role, Rotated, to_base64};
use tollgate::value::Digest;

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Kept, ORIGIN, Trail, seed, spki};

/// 2023-03-20T12:25:47Z, the time of the example in the specification.
const TIME: u64 = 1_679_315_147;

fn key(name: &str, of: &str) -> VerifierKey {
    VerifierKey::cosigner(name, seed(of).public_key()).unwrap()
}

/// What a witness signs, as the specification has it: eight bytes of time and the signature.
fn cosignature(text: &str, of: &Seed, time: u64) -> Vec<u8> {
    let message = format!("cosignature/v1\ntime {time}\n{text}");
    [time.to_be_bytes().as_slice(), &of.sign(message.as_bytes())].concat()
}

/// A checkpoint of the first entries, signed by the log and by witnesses: a name, whose key it is, and when.
fn checkpoint(trail: &Trail, size: usize, witnesses: &[(&str, &str, u64)]) -> Note {
    let tree: Tree = trail.entries.iter().take(size).map(|stored| leaf_hash(stored.as_bytes())).collect();
    let checkpoint = Checkpoint::new(ORIGIN, tree.head(), Vec::new()).unwrap();
    let text = checkpoint.to_string();
    let log = VerifierKey::new(ORIGIN, seed("log").public_key()).unwrap();
    let mut note = checkpoint.with_signature(&log, &seed("log").sign(text.as_bytes())).unwrap();
    for (name, of, time) in witnesses {
        note.add_signature(&key(name, of), &cosignature(&text, &seed(of), *time)).unwrap();
    }
    note
}

/// A trail that has enrolled a witness.
fn witnessed() -> Trail {
    let mut trail = Trail::new();
    let roles = vec![Role::Witness];
    let enrolled = Enrolled { spki: spki("witness"), roles, person: None, machine: None };
    trail.administer(&Administer::Enrol(enrolled)).unwrap();
    trail.grow(30, 3);
    trail
}

fn checked(trail: &Trail, kept: usize, own: &[String], trusted: &[VerifierKey]) -> CheckAnswer {
    let mut check = Check::new(&[], own, None).unwrap();
    for key in trusted {
        check.trust(&key.to_string()).unwrap();
    }
    for stored in trail.entries.iter().take(kept) {
        check.take(stored.as_bytes(), &Kept(trail));
    }
    check.finish()
}

#[test]
fn a_head_that_others_have_seen_is_witnessed() {
    let trail = witnessed();
    let one = ("w.example/1", "witness", TIME);
    let two = ("w.example/2", "elsewhere", TIME + 60);
    let given = [key("w.example/2", "elsewhere")];
    let says = |own: &[Note], trusted: &[VerifierKey]| {
        let own: Vec<String> = own.iter().map(ToString::to_string).collect();
        checked(&trail, 30, &own, trusted).says
    };
    // Nobody, one whom the log does not know, one whom it enrolled, one whose key is given, both.
    assert!(says(&[checkpoint(&trail, 20, &[])], &given).starts_with("self-consistent: 30 entries"));
    assert!(says(&[checkpoint(&trail, 20, &[two])], &[]).starts_with("self-consistent: 30 entries"));
    let enrolled = says(&[checkpoint(&trail, 20, &[one])], &[]);
    assert_eq!(
        enrolled,
        "witnessed(1, 2023-03-20T12:25:47Z): 30 entries, the first 20 of them as 1 others saw them"
    );
    assert!(
        says(&[checkpoint(&trail, 20, &[two])], &given).starts_with("witnessed(1, 2023-03-20T12:26:47Z)")
    );
    let both = [checkpoint(&trail, 10, &[one]), checkpoint(&trail, 25, &[one, two])];
    assert!(says(&both, &given).starts_with("witnessed(2, 2023-03-20T12:26:47Z): 30 entries, the first 25"));
    // One key under two names is one witness, and the log is none of its own.
    let names = [one, ("w.example/again", "witness", TIME + 90)];
    assert!(says(&[checkpoint(&trail, 20, &names)], &[]).starts_with("witnessed(1, 2023-03-20T12:27:17Z)"));
    let itself = ("w.example/log", "log", TIME);
    assert!(
        says(&[checkpoint(&trail, 20, &[itself])], &[key("w.example/log", "log")])
            .starts_with("self-consistent")
    );
    // What a witness has seen and is not there any more was cut off.
    let note = checkpoint(&trail, 30, &[one]).to_string();
    let cut = checked(&trail, 25, std::slice::from_ref(&note), &[]);
    assert_eq!((cut.verdict, cut.witnessed, cut.ok), ("stale", None, false));
    let whole = checked(&trail, 30, &[note], &[]);
    assert_eq!((whole.verdict, whole.ok, whole.witnessed.map(|it| it.size)), ("witnessed", true, Some(30)));
}

#[test]
fn a_line_that_names_a_witness_is_its_signature() {
    let trail = witnessed();
    let note = checkpoint(&trail, 20, &[("w.example/1", "witness", TIME)]);
    let line = note.to_string().lines().last().unwrap().to_owned();
    let written = line.rsplit(' ').next().unwrap();
    let bytes = tollgate::trail::from_base64(written).unwrap();
    assert_eq!(bytes.len(), 4 + 8 + 64);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        *changed.get_mut(at).unwrap() ^= 1;
        let altered = note.to_string().replace(written, &to_base64(&changed));
        let answer = checked(&trail, 30, &[altered], &[]);
        // Another key ID is another key, of which nothing is known.
        let wanted = if at < 4 { "self-consistent" } else { "broken" };
        assert_eq!(answer.verdict, wanted, "byte {at}: {}", answer.says);
    }
    for length in [5, 11, 12, 75] {
        let short = note.to_string().replace(written, &to_base64(bytes.get(..length).unwrap()));
        assert_ne!(checked(&trail, 30, &[short], &[]).verdict, "witnessed", "{length} bytes");
    }
}

#[test]
fn keys_of_witnesses_are_not_keys_of_logs() {
    let public = seed("witness").public_key();
    let (log, witness) =
        (VerifierKey::new(ORIGIN, public).unwrap(), VerifierKey::cosigner(ORIGIN, public).unwrap());
    assert_ne!(log.key_id(), witness.key_id());
    assert_eq!(witness.to_string().parse::<VerifierKey>().unwrap(), witness);
    let published: VerifierKey =
        "example.com/log+e17fa332+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c".parse().unwrap();
    assert!(published.is_cosigner() && !log.is_cosigner());
    // tlog-cosignature, "Format": SHA-256(name ‖ U+000A ‖ 0x04 ‖ key), its first four bytes.
    let digest = Digest::of(&[ORIGIN.as_bytes(), b"\n\x04", public.bytes()].concat());
    assert!(digest.hex().starts_with(&format!("{:08x}", witness.key_id())));
    // The example of the specification: its lines are read, and are of keys that nobody knows here.
    let example = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
    let note = Note::read(example.as_bytes()).unwrap();
    assert_eq!(note.signatures().last().map(|line| line.key_id()), Some(0x8d66_cf3f));
    assert_eq!(note.witnesses(std::slice::from_ref(&witness)), Ok(vec![]));

    // A cosignature under the log's name makes no checkpoint of it.
    let tree: Tree = [leaf_hash(b"one")].into_iter().collect();
    let checkpoint = Checkpoint::new(ORIGIN, tree.head(), Vec::new()).unwrap();
    let signature = cosignature(&checkpoint.to_string(), &seed("witness"), TIME);
    assert!(matches!(
        checkpoint.with_signature(&witness, &signature),
        Err(CheckpointError::NotByItsLog { .. })
    ));
    let note = Note::with_signature(&checkpoint.to_string(), &witness, &signature).unwrap();
    assert!(matches!(
        Checkpoint::open(&note, std::slice::from_ref(&witness)),
        Err(CheckpointError::NotByItsLog { .. })
    ));
    // A time that no calendar has.
    let late = cosignature(&checkpoint.to_string(), &seed("witness"), u64::MAX);
    let note = Note::with_signature(&checkpoint.to_string(), &witness, &late).unwrap();
    assert_eq!(note.witnesses(&[witness]), Err(NoteError::Time { name: ORIGIN.to_owned() }));
    let refused = Check::new(&[], &[], None).unwrap().trust(&log.to_string()).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.path.as_deref()), ("BAD_WITNESS", Some("witnesses")));
}

/// A checkpoint of later than the trail at hand: that the log had another key by then is no fault of the trail.
#[test]
fn an_old_copy_is_stale_whatever_key_the_log_has_since() {
    let mut trail = Trail::new();
    let old = trail.entries.clone();
    let rotated = Rotated { old: seed("log").public_key().id(), new: spki("log-2") };
    trail.administer(&Administer::Rotate(rotated)).unwrap();
    let tree: Tree = trail.entries.iter().map(|stored| leaf_hash(stored.as_bytes())).collect();
    let checkpoint = Checkpoint::new(ORIGIN, tree.head(), Vec::new()).unwrap();
    let key = VerifierKey::new(ORIGIN, seed("log-2").public_key()).unwrap();
    let note =
        checkpoint.with_signature(&key, &seed("log-2").sign(checkpoint.to_string().as_bytes())).unwrap();
    let against = |entries: &[String]| {
        let mut check = Check::new(&[note.to_string()], &[], None).unwrap();
        for stored in entries {
            check.take(stored.as_bytes(), &Kept(&trail));
        }
        check.finish().verdict
    };
    // Nothing shows that a key which is not known is the log's: that the copy is old is not believed of it, and not ruled out.
    assert_eq!((against(&old), against(&trail.entries)), ("bad pin", "pinned"));
    let mut check = Check::new(&[], &[note.to_string()], None).unwrap();
    old.iter().for_each(|stored| assert!(check.take(stored.as_bytes(), &Kept(&trail))));
    assert_eq!(check.finish().verdict, "stale");
}

/// A pin is believed once the log's key has signed it: what else it says is said of the pin, and the trail is whole beside it.
#[test]
fn what_the_log_has_not_signed_says_nothing_of_it() {
    let trail = witnessed();
    let note = |size| checkpoint(&trail, size, &[("w.example/1", "witness", TIME)]).to_string();
    let against = |pins: &[String], kept: usize| {
        let mut check = Check::new(pins, &[], None).unwrap();
        for stored in trail.entries.iter().take(kept) {
            check.take(stored.as_bytes(), &Kept(&trail));
        }
        check.finish()
    };
    let (good, cut) = (note(20), note(28));
    let root = |size: usize| note(size).lines().nth(2).unwrap().to_owned();
    let by = |of: &str, size: &str| {
        let text = format!("{ORIGIN}\n{size}\n{}\n", root(20));
        let key = VerifierKey::new(ORIGIN, seed(of).public_key()).unwrap();
        Note::with_signature(&text, &key, &seed(of).sign(text.as_bytes())).unwrap().to_string()
    };
    let bad = [
        ("another root", good.replace(&root(20), &root(21))),
        ("another size", good.replace("\n20\n", "\n21\n")),
        ("a size beyond the end", good.replace("\n20\n", "\n4000\n")),
        ("another name", good.replacen(ORIGIN, "other.example", 1)),
        ("another's key", by("elsewhere", "20")),
        ("another's key, beyond the end", by("elsewhere", "4000")),
        (
            "a witness alone",
            good.lines()
                .filter(|line| !line.starts_with(&format!("\u{2014} {ORIGIN}")))
                .map(|line| format!("{line}\n"))
                .collect(),
        ),
        (
            "a line that names a witness",
            good.replace(good.lines().last().unwrap(), note(19).lines().last().unwrap()),
        ),
    ];
    for (what, pin) in bad {
        let answer = against(&[good.clone(), pin], 30);
        let fault = answer.fault.clone().unwrap();
        assert_eq!(
            (answer.verdict, answer.ok, fault.pin),
            ("bad pin", false, Some(1)),
            "{what}: {}",
            answer.says
        );
        assert!(
            answer.says.starts_with("bad pin: ") && answer.says.contains("fetch"),
            "{what}: {}",
            answer.says
        );
    }
    // What the log has signed still counts: for what is not there any more, and against what was rewritten.
    assert_eq!(against(&[good.clone(), cut.clone()], 25).verdict, "stale");
    let whole = against(&[good.clone(), cut], 30);
    assert_eq!((whole.ok, whole.pinned, whole.witnessed.map(|it| it.size)), (true, Some(28), Some(28)));
    let rewritten = against(&[by("log", "21")], 30);
    assert_eq!((rewritten.verdict, rewritten.fault.unwrap().pin), ("broken", Some(0)));
    // A trail that is broken is told as that, whatever its pins are.
    let mut entries = trail.entries.clone();
    entries.remove(25);
    let mut check = Check::new(&[good.replace(&root(20), &root(21))], &[], None).unwrap();
    entries.iter().all(|stored| check.take(stored.as_bytes(), &Kept(&trail)));
    let answer = check.finish();
    assert_eq!((answer.verdict, answer.fault.unwrap().index), ("broken", 25));
}
