//! Holds the searches of `src/analyze` to the cases of `tests/data/searches.txt`, and to a count of every case: small random
//! policies whose fields have few values.
//!
//! What a search finds must be there, and what it says nothing of must not: where it does not know it says `not proved`.
//! `SEARCHES=2000 cargo test --test searches` tries more policies than usual.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test stops where it cannot go on"
)]

#[allow(dead_code, reason = "each suite takes what it needs")]
mod support;

#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/beside.rs"]
mod beside;

use std::collections::BTreeSet;
use std::sync::Arc;
use tollgate::analyze::findings;
use tollgate::diagnostic::Code;
use tollgate::eval::{Unobserved, broken_promises, possible};
use tollgate::ir::{Ir, Record, SlotId, State, own_slots};
use tollgate::ir::{NodeId, Type};
use tollgate::value::{Instant, Period, Value};

/// What the searches take for the present where no date is mentioned.
const NOW: &str = "2026-01-01T12:00:00Z";

const POLICY: &str = r#"
policy TRIAL "Trial" { version "1" edition 2026 zone "UTC" }
type Tag = x "X" | y "Y" | z "Z"
type Level = low "Low" < high "High"
class c1 "One"   { risk low }
class c2 "Two"   { risk low }
class c3 "Three" { risk high }
role lead "Lead"
approvals {
  separate   [requester, approver, implementer]
  one        vote per person
  delegation at most 14 days, not to requester, no chains
  comment    on reject deny COMMENT_REQUIRED
  valid      until w.end, at most 30 days
}
route unique { otherwise lead_decides "The lead" approve by any of [lead] }
request {
  field a "A" : int 0..4
  field b "B" : int 0..4
  field c "C" : int 0..4 optional
  field d "D" : int 0..70
  field e "E" : int 0..70
  field f "F" : int 0..70
  field s "S" : set of Tag
  field t "T" : set of Tag
  field u "U" : text 1..3
  field v "V" : text 1..3
  field p "P" : list of path
  field q "Q" : yesno
  field k "K" : yesno optional
  field i "I" : instant
  field j "J" : instant
  field w "W" : period optional
}
"#;

/// What conditions are made of: the fields, and what is said of them with numbers for `N`.
const CLAUSES: &[(&str, &[&str])] = &[
    (
        "ab",
        &[
            "a + b > N",
            "a - b >= N - 2",
            "a < b",
            "a + b < N",
            "a + N > b",
            "a is b",
            "a - b is 1",
            "a + a > N",
        ],
    ),
    ("ac", &["c is given and c > a", "c is missing", "c is given and c + a is N", "a >= N"]),
    ("abc", &["c is given and a + b + c > N + 3", "a <= N", "b is N", "(c else 0) < b"]),
    ("def", &["d + e > N", "d + e - f < N", "d + e + f is N + 4", "f > d", "d + d + e <= N", "e is N"]),
    ("s", &["s has x", "s has any of [x, y]", "s has all of [y, z]", "s has only [x, z]", "s is empty"]),
    ("st", &["s has all of t", "t has y", "s is not empty", "t has only [x]"]),
    ("uv", &["u is \"m\"", "u is v", "v is \"n\"", "v is one of [\"m\", \"n\"]"]),
    (
        "p",
        &[
            "p any match [\"docs/**\"]",
            "p all match [\"**/*.md\"]",
            "p all match [\"docs/*\", \"*.md\"]",
            "p is empty",
        ],
    ),
    ("qk", &["q", "(k else no)", "k is given", "k is given and k is q"]),
    (
        "ij",
        &["i < j", "j - i > N hours", "i > submitted_at", "j - submitted_at <= N hours", "j - i is 1 hour"],
    ),
    (
        "iw",
        &["w is given and submitted_at during w", "w is given and w.start is i", "w is given and i during w"],
    ),
    (
        "w",
        &["w is given and w.end - w.start > N hours", "w is given and w.end < submitted_at", "w is missing"],
    ),
];

/// So many of them from the first have fields of few values.
const FEW: usize = 9;

/// A generator of numbers that gives the same ones each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        // Knuth's MMIX generator; the upper bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn condition(&mut self, clauses: &[&str]) -> String {
        let number = self.below(5).to_string();
        let clause = format!("({})", clauses[self.below(clauses.len())].replace('N', &number));
        match self.below(8) {
            0..3 => clause,
            3 => format!("not {clause}"),
            4..7 => format!("({clause} and {})", self.condition(clauses)),
            _ => format!("({clause} or {})", self.condition(clauses)),
        }
    }

    fn policy(&mut self) -> String {
        let first = self.below(CLAUSES.len());
        let mut clauses: Vec<&str> = CLAUSES[first].1.to_vec();
        // Periods with anything else have too many cases to count.
        if first < FEW && self.below(3) == 0 {
            clauses.extend(CLAUSES[self.below(FEW)].1);
        }
        let [one, two, bad] = [0; 3].map(|_| self.condition(&clauses));
        format!(
            "{POLICY}classify unique {{\n  rule r1 \"R1\" gives c1 when {one}\n  rule r2 \"R2\" gives c2 when {two}\n  \
             otherwise r3 \"R3\" gives c3\n}}\npromise never_bad \"Never\" {{ never {bad} }}\n"
        )
    }
}

/// All values of a slot: for instants those within a few hours, and a millisecond around.
fn all_values(ir: &Ir, slot: SlotId) -> Vec<State> {
    let declared = &ir.slots[slot.index()];
    let text = |text: &str| Value::Text(Arc::from(text));
    let values = match declared.ty {
        Type::YesNo => vec![Value::YesNo(false), Value::YesNo(true)],
        // A policy names numbers up to eight: what is far above is alike.
        Type::Int { min, max } => {
            (min..=max).filter(|n| *n < 13 || [40, 69, 70].contains(n)).map(Value::Int).collect()
        }
        Type::Set(_) => (0..8).map(Value::Set).collect(),
        Type::Text { .. } => ["m", "n", "o", "p"].map(text).to_vec(),
        Type::List(_) => {
            let items = ["docs/a", "docs/a.md", "docs/b/c", "docs/b/c.md", "a.md", "b/a.md", "b/a"];
            let subset = |bits: usize| items.iter().enumerate().filter(move |(at, _)| bits >> at & 1 == 1);
            (0..1 << items.len())
                .map(|bits| Value::List(subset(bits).map(|(_, item)| Arc::from(*item)).collect()))
                .collect()
        }
        Type::Instant => instants(-5..=5).into_iter().map(Value::Instant).collect(),
        Type::Period => {
            let ends = instants(-5..=5);
            let pairs = ends.iter().flat_map(|start| ends.iter().map(|end| Period::new(*start, *end)));
            pairs.filter_map(Result::ok).map(Value::Period).collect()
        }
        other => panic!("{other:?} is not among the fields"),
    };
    let absent = declared.optional.then_some(State::Absent);
    values.into_iter().map(State::Given).chain(absent).collect()
}

fn instants(hours: std::ops::RangeInclusive<i64>) -> Vec<Instant> {
    let now: Instant = NOW.parse().unwrap();
    let near = hours.flat_map(|hour| [-1, 0, 1].map(|near| hour * 3_600_000 + near));
    near.map(|ms| Instant::from_epoch_ms(now.epoch_ms() + ms).unwrap()).collect()
}

/// What is true of a policy.
#[derive(Default, Debug)]
struct Truth {
    overlap: bool,
    held: [bool; 2],
    broken: bool,
}

fn count(ir: &Ir) -> Truth {
    let nodes = (0..ir.nodes.len()).map(|node| NodeId(u32::try_from(node).unwrap()));
    let read: BTreeSet<SlotId> = nodes.flat_map(|node| own_slots(ir, node)).collect();
    let domains: Vec<(SlotId, Vec<State>)> =
        read.into_iter().map(|slot| (slot, all_values(ir, slot))).collect();
    let mut truth = Truth::default();
    each(ir, &domains, &mut Record::absent(ir), &mut |record| {
        let outcome = possible(ir, record, NOW.parse().unwrap(), &mut Unobserved);
        let holds = |rule: u16| outcome.class.held.contains(&rule);
        truth.overlap |= holds(0) && holds(1);
        truth.held[0] |= holds(0);
        truth.held[1] |= holds(1);
        truth.broken |= !broken_promises(ir, record, &outcome).is_empty();
    });
    truth
}

fn each(ir: &Ir, domains: &[(SlotId, Vec<State>)], record: &mut Record, visit: &mut impl FnMut(&Record)) {
    let Some(((slot, states), rest)) = domains.split_first() else { return visit(record) };
    for state in states {
        record.set(ir, *slot, state.clone());
        each(ir, rest, record, visit);
    }
}

#[test]
fn searches_find_what_is_there_and_nothing_else() {
    let policies = std::env::var("SEARCHES").map_or(150, |number| number.parse().unwrap());
    let (mut settled, mut open) = (0, 0);
    for seed in 0..policies {
        let text = Dice(seed * 7_919 + 17).policy();
        let (ir, _) = support::compile(&[("random.gate", &text)]);
        let truth = count(&ir);
        let found = findings(&ir, 100_000);
        let says = |code: Code, about: &str| {
            found.iter().any(|found| found.code == code && found.message.contains(about))
        };
        let told = || found.iter().map(|found| found.message.as_str()).collect::<Vec<_>>();
        let context = || format!("seed {seed}\n{}\n{truth:?}\n{:#?}", &text[POLICY.len()..], told());
        for (there, code, about) in
            [(truth.overlap, Code::OVERLAP, "classify"), (truth.broken, Code::BROKEN_PROMISE, "never_bad")]
        {
            let not_proved = says(Code::NOT_PROVED, about);
            assert!(says(code, about) <= there, "{code} is told, and it is not so\n{}", context());
            assert!(says(code, about) || not_proved || !there, "{code} is not told\n{}", context());
            if not_proved { open += 1 } else { settled += 1 }
        }
        for (rule, held) in truth.held.iter().enumerate() {
            let dead = says(Code::DEAD_RULE, &format!("`r{}`", rule + 1));
            assert!(!(dead && *held), "a rule that can hold is called dead\n{}", context());
        }
    }
    assert!(settled > 20 * open, "{settled} questions are settled, {open} are not");
}

#[test]
fn searches_say_what_the_cases_expect() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/searches.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let (intro, rest) = text.split_once("=== base ===\n").unwrap();
    let mut cases = rest.split("\n--- ");
    let base = cases.next().unwrap();
    let mut written = format!("{intro}=== base ===\n{base}");
    for case in cases {
        let (name, body) = case.split_once(" ---\n").unwrap();
        let policy: String =
            body.lines().skip_while(|line| line.starts_with("# ")).flat_map(|line| [line, "\n"]).collect();
        let policy = policy.trim_end();
        let (ir, _) = support::compile(&[("case.gate", &beside::beside(base, policy).concat())]);
        written.push_str(&format!("\n--- {name} ---\n"));
        for found in findings(&ir, 100_000) {
            written.push_str(&format!("# {} {}\n", found.code, found.message));
            for help in &found.help {
                written.push_str(&format!("#   {}\n", help.message));
            }
        }
        written.push_str(&format!("{policy}\n"));
    }
    if std::env::var("UPDATE_EXPECT").is_ok() {
        std::fs::write(path, written).unwrap();
    } else {
        assert!(text == written, "the searches say something else:\n{written}");
    }
}
