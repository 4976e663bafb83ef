//! Images of compiled policies: what is opened is what was compiled, and what no compiler wrote is not walked.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

use std::fs;
use std::path::Path;
use tollgate::api::{self, Compiled, DecideCall, File, PartialCall};
use tollgate::ir::{Ir, Node, NodeId, is_sound};
use tollgate::json::{self, Json, Limits};
use tollgate::value::Digest;

/// Every policy of the repository.
const POLICIES: [&str; 4] =
    ["change-management", "starter", "examples/schema-changes", "examples/bank-changes"];

fn compiled(folder: &str) -> Compiled {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "gate"));
    paths.sort();
    let file = |path: &std::path::PathBuf| File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).unwrap(),
    };
    api::compile(&paths.iter().map(file).collect::<Vec<_>>()).0.unwrap()
}

#[test]
fn every_policy_is_opened_as_it_was_compiled() {
    for folder in POLICIES {
        let policy = compiled(folder);
        assert!(is_sound(&policy.ir), "{folder}");
        let opened = api::open(&api::image(&policy)).unwrap();
        assert_eq!(opened.identity, policy.identity, "{folder}");
        assert_eq!(opened.sources, policy.sources, "{folder}");
        assert_eq!(opened.form, policy.form, "{folder}");
        // Wordings are found when they are asked for, so they are no part of what is compared.
        let told = |policy: &Compiled| {
            (policy.ir.nodes.clone(), policy.ir.spans.clone(), format!("{:?}", policy.ir.zone))
        };
        assert_eq!(told(&opened), told(&policy), "{folder}");
    }
}

/// A change of a sound form, what it is, and whether it is still sound.
type Change = (&'static str, fn(&mut Ir), bool);

const CHANGES: &[Change] = &[
    ("nothing", |_| (), true),
    ("a node that reads itself", |ir| ir.nodes[0] = Node::Not(NodeId(0)), false),
    (
        "two nodes that read each other",
        |ir| (ir.nodes[0], ir.nodes[1]) = (Node::Not(NodeId(1)), Node::Not(NodeId(0))),
        false,
    ),
    ("a node that is not there", |ir| ir.nodes[0] = Node::Not(NodeId(u32::MAX)), false),
    (
        "a let that reads itself",
        |ir| {
            let at = (0..).zip(&ir.nodes).find_map(|(at, node)| match node {
                Node::Let(declared) => Some((NodeId(at), *declared)),
                _ => None,
            });
            let (node, declared) = at.unwrap();
            ir.lets[declared.index()].value = node;
        },
        false,
    ),
    ("nodes too deep to follow", |ir| chain(ir, 5_000), false),
    ("nodes as deep as the checker allows", |ir| chain(ir, 4_000), true),
    ("a node without a place", |ir| ir.spans.truncate(1), false),
    ("the same node read twice", |ir| ir.nodes[1] = Node::And([NodeId(0), NodeId(0)].into()), true),
];

fn chain(ir: &mut Ir, length: u32) {
    let (first, span) = (u32::try_from(ir.nodes.len()).unwrap(), ir.spans[0]);
    ir.nodes.extend((0..length).map(|at| Node::Not(NodeId(if at == 0 { 0 } else { first + at - 1 }))));
    ir.spans.extend((0..length).map(|_| span));
}

#[test]
fn what_no_compiler_wrote_is_refused() {
    for (what, change, sound) in CHANGES {
        let mut policy = compiled("change-management");
        change(&mut policy.ir);
        assert_eq!(is_sound(&policy.ir), *sound, "{what}");
        let opened = api::open(&api::image(&policy));
        assert_eq!(opened.is_ok(), *sound, "{what}");
        if let Err(refusal) = opened {
            assert_eq!(refusal.code, "BAD_IMAGE", "{what}");
        }
    }
}

/// Bytes that somebody changed and signed off with a new digest: opened or refused, and decided by without a fault.
#[test]
fn a_forged_image_breaks_nothing() {
    let image = api::image(&compiled("starter"));
    let head = image.iter().position(|byte| *byte == b'\n').unwrap();
    let (line, rest) = (String::from_utf8(image[..head].to_vec()).unwrap(), &image[head + 1..]);
    let (named, _) = line.rsplit_once(' ').unwrap();
    let request = json::read(r#"{"title":"T","users":120,"rehearsed":false}"#, Limits::default()).unwrap();
    let mut random = 1_u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % below
    };
    let mut opened = 0;
    for _ in 0..3_000 {
        let mut forged = rest.to_vec();
        for _ in 0..=next(3) {
            let at = next(forged.len());
            forged[at] = u8::try_from(next(256)).unwrap();
        }
        let bytes = [format!("{named} {}\n", Digest::of(&forged)).into_bytes(), forged].concat();
        let Ok(policy) = api::open(&bytes) else { continue };
        opened += 1;
        let now = "2026-02-03T05:30:00Z".parse().unwrap();
        let facts = Json::Object(Vec::new());
        let call = DecideCall { request: request.clone(), facts: facts.clone(), now, explain: true };
        let _ = api::decide(&policy, &call);
        api::partial(&policy, &PartialCall { answers: request.clone(), facts, now, explain: true });
    }
    assert!(opened > 100, "{opened} forged images were opened");
}
