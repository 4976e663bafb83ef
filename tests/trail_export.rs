//! A trail of 777 entries in files: what the command line says of it, and of copies that were damaged.
//!
//! What needs it first writes it into `target/tmp/trail-777`, with what our side says of it (`interop.json`) and random JSON
//! texts with their canonical form (`documents.jsonl`). `npm test -- --only interop` has them checked by programs that no one
//! here wrote (`tests/interop`).
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test runs the program in folders of its own, and stops where it cannot go on"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tollgate::trail::Envelope;
use tollgate::trail::note::Note;
use tollgate::trail::receipt::Receipt;

#[path = "support/export.rs"]
mod export;
#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{ORIGIN, Trail};

const ENTRIES: usize = 777;

struct Export {
    trail: Trail,
    folder: PathBuf,
}

static EXPORT: LazyLock<Export> = LazyLock::new(|| {
    let mut trail = Trail::new();
    trail.grow(ENTRIES, 777);
    let folder = export::room("trail-777");
    export::write(&trail, &folder, &[256, 512, 768, 777]);
    fs::write(folder.join("interop.json"), export::said(&trail).to_string()).unwrap();
    Export { trail, folder }
});

/// What the program answers.
struct Answer {
    code: i32,
    out: String,
    err: String,
}

fn tollgate(folder: &Path, command: &str) -> Answer {
    let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .args(command.split_whitespace())
        .current_dir(folder)
        .output()
        .unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_written_trail_holds_and_is_decided_again_alike() {
    let folder = &EXPORT.folder;
    let alone = tollgate(folder, "trail verify .");
    let says = "self-consistent: 777 entries; without a pin nothing shows that none was cut off at the end\n";
    assert!(alone.out.starts_with(says), "{}", alone.out);
    assert_eq!((alone.code, alone.err.as_str()), (0, ""));

    let again = tollgate(
        folder,
        "trail verify . --redecide --pin checkpoints/00000256.txt --pin checkpoints/00000768.txt",
    );
    let says = "pinned(768): 777 entries, the first 768 of them as they were kept elsewhere\n";
    assert!(again.out.starts_with(says), "{}", again.out);
    assert!(again.out.contains("commands again, 0 of them otherwise"), "{}", again.out);
    assert_eq!((again.code, again.err.as_str()), (0, ""));

    let json = tollgate(folder, "trail verify . --format json --pin checkpoints/00000777.txt");
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let tree = export::tree(&EXPORT.trail);
    assert_eq!(
        (&json["ok"], &json["verdict"], &json["pinned"]),
        (&true.into(), &"pinned".into(), &777.into())
    );
    assert_eq!(json["head"]["root"], tree.head().root.to_string());
    assert_eq!(json["changes"], EXPORT.trail.changes.len());
}

#[test]
fn entries_are_shown_and_proved() {
    let Export { trail, folder } = &*EXPORT;
    let all = tollgate(folder, "trail show .");
    assert_eq!((all.code, all.out.lines().count()), (0, 1 + ENTRIES), "a heading, and a line each");
    let one = tollgate(folder, "trail show . 300 --json");
    let envelope = Envelope::read(trail.entries[300].as_bytes()).unwrap();
    assert_eq!((one.code, one.out.trim_end()), (0, envelope.payload.as_str()));
    // For people it is the same in lines, none of them longer than they read but where one string is.
    for index in [0, 16, 300] {
        let laid_out = tollgate(folder, &format!("trail show . {index}"));
        let payload = Envelope::read(trail.entries[index].as_bytes()).unwrap().payload;
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&laid_out.out), read(&payload), "{index}");
        assert!(laid_out.out.lines().count() > 5, "{}", laid_out.out);
        let lines = laid_out.out.lines().filter(|line| !line.contains("\"payload\": "));
        let longest = lines.max_by_key(|line| line.chars().count()).unwrap();
        assert!(longest.chars().count() <= 120, "{longest}");
    }
    let of_change = tollgate(folder, "trail show . --change CHG-7");
    assert!(of_change.out.lines().count() > 2);
    assert!(of_change.out.lines().skip(1).all(|line| line.contains("CHG-7")));

    let tree = export::tree(trail);
    for index in [0, 16, 300, 776] {
        let proved = tollgate(folder, &format!("trail prove . {index}"));
        let receipt = Receipt::read(proved.out.as_bytes()).unwrap();
        let checkpoint = receipt.verify(tree.leaves()[index], &[export::log_key()]).unwrap();
        assert_eq!((proved.code, checkpoint.head(), receipt.index), (0, tree.head(), index as u64));
    }
    let checkpoint = tollgate(folder, "trail checkpoint .");
    assert_eq!(checkpoint.out, fs::read_to_string(folder.join("checkpoints/00000777.txt")).unwrap());
    assert_eq!(Note::read(checkpoint.out.as_bytes()).unwrap().verify(&[export::log_key()]).unwrap().len(), 1);
}

/// A damage: its name, what it does to a copy of the trail, the options of `trail verify`, and what that says: exit code, first
/// line of standard output up to some place, a part of standard error.
type Damage = (&'static str, fn(&Path), &'static str, (i32, &'static str, &'static str));

const SEGMENT: &str = "entries/00000000.jsonl";

/// Changes the entries of a copy, line by line.
fn lines(folder: &Path, change: impl FnOnce(&mut Vec<String>)) {
    let mut lines: Vec<String> =
        fs::read_to_string(folder.join(SEGMENT)).unwrap().lines().map(str::to_owned).collect();
    change(&mut lines);
    fs::write(folder.join(SEGMENT), lines.iter().map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
}

fn note(folder: &Path, name: &str, signed_by: &str) {
    let note = export::checkpoint_by(&export::tree(&EXPORT.trail), 512, name, signed_by);
    fs::write(folder.join("pin.txt"), note.to_string()).unwrap();
}

const DAMAGES: &[Damage] = &[
    (
        "a-flipped-bit-of-a-payload",
        |folder| {
            lines(folder, |lines| {
                let at = lines[400].len() / 2;
                let other = if lines[400].as_bytes()[at] == b'A' { "B" } else { "A" };
                lines[400].replace_range(at..=at, other);
            });
        },
        "",
        (1, "broken at 400: ", ""),
    ),
    (
        "a-line-is-missing",
        |folder| lines(folder, |lines| drop(lines.remove(400))),
        "",
        (1, "broken at 400: it says of itself that it is entry 401", ""),
    ),
    (
        "two-lines-changed-places",
        |folder| lines(folder, |lines| lines.swap(400, 401)),
        "",
        (1, "broken at 400: it says of itself that it is entry 401", ""),
    ),
    (
        "cut-off-under-its-own-checkpoint",
        |folder| lines(folder, |lines| lines.truncate(700)),
        "",
        (1, "stale: 700 entries, and the log had 768 before: it is an old copy, or its end was cut off", ""),
    ),
    (
        "cut-off-without-a-pin",
        |folder| {
            lines(folder, |lines| lines.truncate(700));
            fs::remove_dir_all(folder.join("checkpoints")).unwrap();
        },
        "",
        (0, "self-consistent: 700 entries; without a pin nothing shows that none was cut off at the end", ""),
    ),
    (
        "cut-off-against-a-pin",
        |folder| lines(folder, |lines| lines.truncate(700)),
        "--pin checkpoints/00000512.txt --pin checkpoints/00000768.txt",
        (1, "stale: 700 entries, and the log had 768 before: it is an old copy, or its end was cut off", ""),
    ),
    (
        "half-a-last-line",
        |folder| {
            let text = fs::read(folder.join(SEGMENT)).unwrap();
            fs::write(folder.join(SEGMENT), &text[..text.len() - 100]).unwrap();
            fs::rename(folder.join("checkpoints"), folder.join("pins")).unwrap();
        },
        "--pin pins/00000768.txt",
        (0, "pinned(768): 776 entries", "was not finished"),
    ),
    (
        "half-a-last-line-against-its-pin",
        |folder| {
            let text = fs::read(folder.join(SEGMENT)).unwrap();
            fs::write(folder.join(SEGMENT), &text[..text.len() - 100]).unwrap();
        },
        "--pin checkpoints/00000777.txt",
        (1, "stale: 776 entries, and the log had 777 before", "was not finished"),
    ),
    (
        "half-a-line-in-the-middle",
        |folder| lines(folder, |lines| lines[400].truncate(900)),
        "",
        (1, "broken at 400: ", ""),
    ),
    (
        "a-line-in-the-middle-that-is-too-long",
        |folder| lines(folder, |lines| lines[400] = "A".repeat(100_000)),
        "",
        (1, "broken at 400: it has 70000 bytes, at most 65535 are stored", ""),
    ),
    (
        "a-disclosure-that-is-none",
        |folder| fs::write(folder.join("disclosures.jsonl"), "half a li").unwrap(),
        "--redecide",
        (
            0,
            "self-consistent: 777 entries",
            "line 1 of `./disclosures.jsonl` is no disclosure, or not what its digest is of",
        ),
    ),
    (
        "a-disclosure-of-something-else",
        |folder| {
            let other = r#"{"digest":"AAAA","text":"WyJzIiwibiIsMV0","persons":[]}"#;
            fs::write(folder.join("disclosures.jsonl"), other).unwrap();
        },
        "--redecide",
        (
            0,
            "self-consistent: 777 entries",
            "line 1 of `./disclosures.jsonl` is no disclosure, or not what its digest is of",
        ),
    ),
    (
        "no-line-end-after-the-last",
        |folder| {
            let text = fs::read(folder.join(SEGMENT)).unwrap();
            fs::write(folder.join(SEGMENT), &text[..text.len() - 1]).unwrap();
        },
        "",
        (0, "self-consistent: 777 entries", ""),
    ),
    (
        "an-empty-line",
        |folder| lines(folder, |lines| lines.insert(400, String::new())),
        "",
        (1, "broken at 400: ", ""),
    ),
    (
        "blobs-are-gone",
        |folder| fs::remove_dir_all(folder.join("blobs")).unwrap(),
        "",
        (1, "blob missing at 16: ", ""),
    ),
    (
        "blobs-are-gone-decided-again",
        |folder| fs::remove_dir_all(folder.join("blobs")).unwrap(),
        "--redecide",
        (1, "blob missing at 16: ", ""),
    ),
    (
        "a-blob-is-another",
        |folder| {
            let blob = fs::read_dir(folder.join("blobs")).unwrap().next().unwrap().unwrap().path();
            fs::write(blob, "{}").unwrap();
        },
        "",
        (1, "broken at ", ""),
    ),
    (
        "disclosures-were-erased",
        |folder| fs::remove_file(folder.join("disclosures.jsonl")).unwrap(),
        "--redecide",
        (0, "self-consistent: 777 entries", ""),
    ),
    (
        "a-pin-of-another-log",
        |folder| note(folder, "other.example", "log"),
        "--pin pin.txt",
        (1, "other log: the pin is of log `other.example`, and this is log `changes.example`: ", ""),
    ),
    (
        "a-pin-that-somebody-else-signed",
        |folder| note(folder, ORIGIN, "u-asha"),
        "--pin pin.txt",
        (1, "bad pin: the checkpoint of 512 entries ", "that pin is `pin.txt`"),
    ),
    (
        "a-pin-that-is-none",
        |folder| fs::write(folder.join("pin.txt"), "of last year\n").unwrap(),
        "--pin pin.txt",
        (1, "", "pin.txt"),
    ),
    (
        "no-entry-and-checkpoints",
        |folder| fs::write(folder.join(SEGMENT), "").unwrap(),
        "",
        (1, "stale: 0 entries, and the log had 777 before", ""),
    ),
    (
        "no-entry",
        |folder| {
            fs::write(folder.join(SEGMENT), "").unwrap();
            fs::remove_dir_all(folder.join("checkpoints")).unwrap();
        },
        "",
        (1, "there is no entry", ""),
    ),
];

#[test]
fn damage_is_told_with_its_place() {
    let mut wrong = String::new();
    for (name, damage, options, (code, says, told)) in DAMAGES {
        let folder = export::room(&format!("trail-damaged/{name}"));
        copy(&EXPORT.folder, &folder);
        damage(&folder);
        let answer = tollgate(&folder, &format!("trail verify . {options}"));
        if answer.code != *code || !answer.out.starts_with(says) || !answer.err.contains(told) {
            wrong.push_str(&format!("{name}: exit {}\n{}{}\n", answer.code, answer.out, answer.err));
        }
        fs::remove_dir_all(&folder).unwrap();
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A damage of a trail by its name, and what `trail prove` and `trail checkpoint` say of it.
type Unproved = (&'static str, fn(&Path), &'static str);

const UNPROVED: &[Unproved] = &[
    (
        "a-flipped-bit",
        |folder| lines(folder, |lines| lines[400] = lines[400].replacen("\"sig\":\"", "\"sig\":\"A", 1)),
        "broken at 400: ",
    ),
    ("another-entry", |folder| lines(folder, |lines| lines.swap(400, 401)), "broken at 400: "),
    (
        "an-end-that-is-cut-off",
        |folder| lines(folder, |lines| lines.truncate(700)),
        "signs 777 entries, and here are 700",
    ),
    (
        "a-checkpoint-that-somebody-else-signed",
        |folder| checkpoint(folder, ORIGIN, "u-asha"),
        "the log has not signed the last checkpoint",
    ),
    (
        "a-checkpoint-of-another-log",
        |folder| checkpoint(folder, "other.example", "log"),
        "the log has not signed the last checkpoint",
    ),
    (
        "a-checkpoint-with-another-signature",
        |folder| {
            let path = folder.join("checkpoints/00000777.txt");
            let note = fs::read_to_string(&path).unwrap();
            let at = note.len() - 10;
            let other = if note.as_bytes()[at] == b'A' { "B" } else { "A" };
            fs::write(path, format!("{}{other}{}", &note[..at], &note[at + 1..])).unwrap();
        },
        "the log has not signed the last checkpoint",
    ),
];

fn checkpoint(folder: &Path, name: &str, signed_by: &str) {
    let note = export::checkpoint_by(&export::tree(&EXPORT.trail), 777, name, signed_by);
    fs::write(folder.join("checkpoints/00000777.txt"), note.to_string()).unwrap();
}

#[test]
fn nothing_is_proved_of_what_does_not_hold() {
    for (name, damage, says) in UNPROVED {
        let folder = export::room(&format!("trail-unproved/{name}"));
        copy(&EXPORT.folder, &folder);
        damage(&folder);
        for command in ["trail prove . 300", "trail checkpoint ."] {
            let Answer { code, out, err } = tollgate(&folder, command);
            assert!(code == 1 && out.is_empty() && err.contains(says), "{name}: exit {code}\n{out}{err}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}

/// A trail that was made before and kept: what formats and answers were then is what they are. The cases of
/// `tests/data/cli/trail.txt` show it; `TOLLGATE_TRAIL_ANEW=1` makes it anew.
#[test]
fn a_trail_that_was_kept_still_holds() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cli/files/trail");
    if std::env::var_os("TOLLGATE_TRAIL_ANEW").is_some() {
        let mut trail = Trail::new();
        trail.grow(24, 4);
        fs::create_dir_all(&kept).unwrap();
        export::write(&trail, &kept, &[24]);
        let pin = export::checkpoint_by(&export::tree(&trail), 20, ORIGIN, "log");
        fs::write(kept.with_file_name("trail-at-20.txt"), pin.to_string()).unwrap();
    }
    let answer = tollgate(&kept, "trail verify . --redecide --pin ../trail-at-20.txt");
    assert!(answer.out.starts_with("pinned(20): 24 entries"), "{}{}", answer.out, answer.err);
    assert_eq!(answer.code, 0, "{}", answer.out);
}

#[test]
fn random_documents_are_written_with_their_canonical_form() {
    let folder = export::room("documents");
    let documents = export::documents(10_000, 8_785);
    fs::write(folder.join("documents.jsonl"), &documents).unwrap();
    assert_eq!(documents.lines().count(), 10_000);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            fs::copy(item.path(), target).unwrap();
        }
    }
}
