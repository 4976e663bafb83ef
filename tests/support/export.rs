//! A trail in files, as it is kept and exported, with what others need to check it without us.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use tollgate::json::{Json, Limits, canonical, read};
use tollgate::trail::checkpoint::Checkpoint;
use tollgate::trail::note::{Note, VerifierKey};
use tollgate::trail::receipt::Receipt;
use tollgate::trail::tree::{Tree, leaf_hash};
use tollgate::trail::{restore, reveal, to_base64};
use tollgate::value::Digest;

use super::lives::Dice;
use super::support::{ORIGIN, Trail, entry, seed, signers};

/// A folder of this run under the tests' own, empty.
pub fn room(name: &str) -> PathBuf {
    let room = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&room));
    fs::create_dir_all(&room).unwrap();
    room
}

pub fn tree(trail: &Trail) -> Tree {
    trail.entries.iter().map(|stored| leaf_hash(stored.as_bytes())).collect()
}

pub fn log_key() -> VerifierKey {
    VerifierKey::new(ORIGIN, seed("log").public_key()).unwrap()
}

/// The head of so many entries, signed by a key under a name.
pub fn checkpoint_by(tree: &Tree, size: u64, name: &str, of: &str) -> Note {
    let checkpoint = Checkpoint::new(name, tree.head_at(size).unwrap(), Vec::new()).unwrap();
    let key = VerifierKey::new(name, seed(of).public_key()).unwrap();
    checkpoint.with_signature(&key, &seed(of).sign(checkpoint.to_string().as_bytes())).unwrap()
}

/// Writes a trail as it is exported: entries, blobs, disclosures, and the checkpoints of these sizes.
pub fn write(trail: &Trail, folder: &Path, sizes: &[u64]) {
    for part in ["entries", "blobs", "checkpoints"] {
        drop(fs::remove_dir_all(folder.join(part)));
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    let lines: String = trail.entries.iter().map(|stored| format!("{stored}\n")).collect();
    fs::write(folder.join("entries/00000000.jsonl"), lines).unwrap();
    for (digest, text) in &trail.blobs {
        fs::write(folder.join("blobs").join(digest.hex()), text).unwrap();
    }
    let disclosures = trail.disclosures.iter().map(|it| format!("{}\n", serde_json::to_string(it).unwrap()));
    fs::write(folder.join("disclosures.jsonl"), disclosures.collect::<String>()).unwrap();
    let tree = tree(trail);
    for size in sizes {
        let note = checkpoint_by(&tree, *size, ORIGIN, "log");
        fs::write(folder.join(format!("checkpoints/{size:08}.txt")), note.to_string()).unwrap();
    }
}

/// What our side says of a trail, for others to compare: keys, hashes, proofs, what was withheld.
pub fn said(trail: &Trail) -> serde_json::Value {
    let tree = tree(trail);
    let size = tree.size();
    let hex = |digests: &[Digest]| digests.iter().map(Digest::hex).collect::<Vec<_>>();
    let keys = signers().map(|of| {
        let key = seed(of).public_key();
        serde_json::json!({
            "of": of, "id": key.id().to_string(), "spki": to_base64(&key.to_spki()),
            // A key of a test: whoever knows the name has it.
            "seed": Digest::of(of.as_bytes()).hex(),
        })
    });
    let keys: Vec<_> = keys.collect();
    let roots: Vec<String> =
        (1..=size).map(|size| tree.head_at(size).map(|head| head.root.hex()).unwrap()).collect();
    let sizes = [1, 2, 3, 7, 8, 9, 64, 255, 256, 257, 511, 512, 513, 700, size - 1, size];
    let mut inclusion = Vec::new();
    let mut consistency = Vec::new();
    for at in sizes {
        for index in [0, at / 3, at / 2, at - 1] {
            let proof = hex(&tree.inclusion_proof(index, at).unwrap());
            inclusion.push(serde_json::json!({"index": index, "size": at, "proof": proof}));
        }
        for old in sizes.into_iter().filter(|old| *old <= at) {
            let proof = hex(&tree.consistency_proof(old, at).unwrap());
            consistency.push(serde_json::json!({"old": old, "new": at, "proof": proof}));
        }
    }
    let receipt = Receipt {
        index: 300,
        proof: tree.inclusion_proof(300, size).unwrap(),
        checkpoint: checkpoint_by(&tree, size, ORIGIN, "log"),
        extra: Vec::new(),
    };
    serde_json::json!({
        "program": env!("CARGO_BIN_EXE_tollgate"),
        "origin": ORIGIN,
        "keys": keys,
        "leaves": hex(tree.leaves()),
        "roots": roots,
        "inclusion": inclusion,
        "consistency": consistency,
        "receipt": receipt.to_string(),
        "withheld": withheld(trail),
    })
}

/// Every object from which something was withheld, and what it is with that put back.
fn withheld(trail: &Trail) -> Vec<serde_json::Value> {
    let mut found = Vec::new();
    for (index, stored) in trail.entries.iter().enumerate() {
        let entry = entry(stored);
        let body = restore(&entry.body, &entry.blobs, |digest| trail.blob(digest)).unwrap();
        let mut objects = Vec::new();
        collect(&body, &mut objects);
        for object in objects {
            let mut revealed = object.clone();
            assert_eq!(
                reveal(&mut revealed, &|digest| trail.disclosed(digest)).unknown,
                Vec::<String>::new()
            );
            let (object, revealed) = (canonical(object), canonical(&revealed));
            found.push(serde_json::json!({"entry": index, "object": object, "revealed": revealed}));
        }
    }
    found
}

/// The outermost objects that have digests somewhere in them: one below another is part of it.
fn collect<'a>(json: &'a Json, found: &mut Vec<&'a Json>) {
    match json {
        Json::Object(members) if json.get("_sd").is_some() || members.iter().any(|(_, it)| has_sd(it)) => {
            if json.get("_sd").is_some() {
                found.push(json);
            } else {
                members.iter().for_each(|(_, member)| collect(member, found));
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

fn has_sd(json: &Json) -> bool {
    match json {
        Json::Object(members) => json.get("_sd").is_some() || members.iter().any(|(_, it)| has_sd(it)),
        Json::Array(items) => items.iter().any(has_sd),
        _ => false,
    }
}

/// Random JSON texts in random spellings, and our canonical form of each, a pair a line.
pub fn documents(count: usize, seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let mut lines = String::new();
    for _ in 0..count {
        let mut text = String::new();
        value(&mut dice, 0, &mut text);
        let json = read(&text, Limits::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let pair = serde_json::json!({"text": text, "canonical": canonical(&json)});
        lines.push_str(&format!("{pair}\n"));
    }
    lines
}

fn space(dice: &mut Dice, text: &mut String) {
    text.push_str(dice.pick(&["", "", "", "", " ", "\n", "\t", "\r\n  "]));
}

fn value(dice: &mut Dice, depth: usize, text: &mut String) {
    space(dice, text);
    let kinds: &[char] = if depth > 4 { &['n', 's', 'w'] } else { &['n', 's', 'w', 'o', 'o', 'a'] };
    match dice.pick(kinds) {
        'n' => number(dice, text),
        's' => string(dice, text),
        'w' => text.push_str(dice.pick(&["null", "true", "false"])),
        'a' => {
            text.push('[');
            for place in 0..dice.pick(&[0, 1, 2, 5]) {
                text.push_str(if place == 0 { "" } else { "," });
                value(dice, depth + 1, text);
            }
            text.push(']');
        }
        _ => {
            text.push('{');
            for place in 0..dice.pick(&[0, 1, 2, 3, 7]) {
                text.push_str(if place == 0 { "" } else { "," });
                space(dice, text);
                // A number in the key keeps keys apart; what comes before it decides their order.
                let mut key = String::new();
                string(dice, &mut key);
                key.pop();
                text.push_str(&format!("{key}{place}\""));
                space(dice, text);
                text.push(':');
                value(dice, depth + 1, text);
            }
            text.push('}');
        }
    }
    space(dice, text);
}

/// A number within what no two readers take for different numbers: 15 digits, 12 of them behind the point, 2^53 - 1.
fn number(dice: &mut Dice, text: &mut String) {
    let start = text.len();
    let digit = |dice: &mut Dice| dice.pick(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    match dice.pick(&[0, 1, 2, 3, 4, 5]) {
        0 => text.push_str(dice.pick(&[
            "0",
            "0.0",
            "9007199254740991",
            "0.000001",
            "0.0000001",
            "1e-12",
            "5E-7",
        ])),
        1 => {
            text.push(dice.pick(&['1', '5', '9']));
            text.push_str(dice.pick(&["e0", "E+3", "e15", "e12", "e-6", "e-7", "e-12", "0e-1", ".50e1"]));
        }
        2 => {
            text.push_str("0.");
            (0..dice.pick(&[1, 2, 6, 12])).for_each(|_| text.push(digit(dice)));
        }
        kind => {
            text.push(dice.pick(&['1', '4', '9']));
            (0..dice.pick(&[0, 1, 3, 6, 9])).for_each(|_| text.push(digit(dice)));
            if kind > 3 {
                text.push('.');
                (0..dice.pick(&[1, 2, 5])).for_each(|_| text.push(digit(dice)));
            }
        }
    }
    // Minus zero is refused.
    let digits = text[start..].split(['e', 'E']).next().unwrap();
    if digits.contains(|char: char| char.is_ascii_digit() && char != '0') && dice.chance(30) {
        text.insert(start, '-');
    }
}

/// Text of every kind of character that a writer could treat in its own way, written out or escaped.
fn string(dice: &mut Dice, text: &mut String) {
    let pieces = [
        "a",
        "Z",
        "-",
        "/",
        "\\/",
        "\\\\",
        "\\\"",
        "\\n",
        "\\u000a",
        "\\b",
        "\\f",
        "\\u001F",
        "\\u0000",
        "\\u007f",
        "\u{7f}",
        "\u{80}",
        "é",
        "e\u{301}",
        "\\u00e9",
        "ß",
        "\u{2028}",
        "€",
        "\\u20AC",
        "\u{d7ff}",
        "\u{e000}",
        "\u{feff}",
        "\u{fb33}",
        "\u{ffff}",
        "😂",
        "\\uD83D\\uDE02",
        "\u{10ffff}",
        "𝄞",
        "<",
        "&",
        "דּ",
        "1",
        "\u{200d}",
    ];
    text.push('"');
    (0..dice.pick(&[0, 1, 1, 2, 4, 9])).for_each(|_| text.push_str(dice.pick(&pieces)));
    text.push('"');
}
