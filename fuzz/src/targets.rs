//! What is fuzzed: functions that take any bytes and panic where a promise of the engine is broken.

use crate::seeds;
use std::sync::OnceLock;
use tollgate::api::{self, CheckCall, Compiled, DecideCall, File, PartialCall};
use tollgate::json::{self, Json, Limits};
use tollgate::syntax;
use tollgate::text::SourceId;
use tollgate::trail::checkpoint::Checkpoint;
use tollgate::trail::note::{Note, VerifierKey};
use tollgate::trail::receipt::Receipt;
use tollgate::trail::{Act, Entry, Envelope, Log, Tombstone};

/// A target by name.
pub struct Target {
    /// As on the command line.
    pub name: &'static str,
    /// Tries one input.
    pub run: fn(&[u8]),
    /// What to start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words worth putting in.
    pub words: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "parse", run: parse, seeds: seeds::rules, words: keywords },
    Target { name: "request", run: request, seeds: seeds::requests, words: Vec::new },
    Target { name: "trail", run: trail, seeds: seeds::trail, words: Vec::new },
];

fn keywords() -> Vec<Vec<u8>> {
    syntax::keywords().into_iter().map(|keyword| keyword.word.into_bytes()).collect()
}

/// Any text is read, checked and formatted without panic. Spans lie in the text; what was formatted formats to itself and means the same.
fn parse(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (tree, faults) = syntax::parse(SourceId(0), &text);
    for declaration in &tree.declarations {
        assert!(
            text.get(declaration.span.range()).is_some(),
            "{:?} is no part of the text",
            declaration.span
        );
    }
    let files = vec![File { name: "a.gate".to_owned(), text: text.clone() }];
    let answer = api::check(&CheckCall { files: files.clone(), search_budget: 30 });
    for finding in &answer.found {
        let places = finding.related.iter().map(|label| label.span).chain([finding.primary]);
        let edits = finding.help.iter().filter_map(|help| help.edit.as_ref()).map(|edit| edit.span);
        for span in places.chain(edits) {
            assert!(text.get(span.range()).is_some(), "{}: {span:?} is no part of the text", finding.message);
        }
    }
    assert_eq!(answer.ok, answer.policy.is_some() && !answer.found.iter().any(|found| found.is_error()));
    if faults.iter().any(|fault| fault.is_error()) {
        return;
    }
    let once = syntax::format(SourceId(0), &text).expect("what parses can be formatted");
    let twice = syntax::format(SourceId(0), &once).expect("what was formatted parses");
    assert_eq!(once, twice, "what was formatted formats to itself");
    if let Some(policy) = answer.policy {
        let formatted = api::compile(&[File { name: "a.gate".to_owned(), text: once }]).0;
        let formatted = formatted.expect("what was formatted checks");
        assert_eq!(formatted.identity.digest, policy.digest, "formatting keeps the meaning");
    }
}

/// Any text is read as JSON or refused; a call with a request, facts and a time is decided by the shipped policy or refused, with the
/// same decision whether it is explained or not.
fn request(bytes: &[u8]) {
    let Ok(json) = json::read_bytes(bytes, Limits::default()) else { return };
    assert_eq!(json::read(&json::write(&json), Limits::default()).as_ref(), Ok(&json));
    let canonical = json::canonical(&json);
    let again = json::read(&canonical, Limits::default()).expect("canonical JSON reads");
    assert_eq!(json::canonical(&again), canonical);
    let (Some(request), Some(facts), Some(Json::String(now))) =
        (json.get("request"), json.get("facts"), json.get("now"))
    else {
        return;
    };
    let Ok(now) = now.parse() else { return };
    let call = |explain| DecideCall { request: request.clone(), facts: facts.clone(), now, explain };
    let text = |json: &api::answer::Decision| {
        json::canonical(&json::from_serialize(json).expect("a decision is JSON"))
    };
    let plain = api::decide(shipped(), &call(false));
    let call_for_part = PartialCall { answers: request.clone(), facts: facts.clone(), now, explain: true };
    let partial = api::partial(shipped(), &call_for_part);
    json::from_serialize(&partial).expect("an answer is JSON");
    match (plain, api::decide(shipped(), &call(true))) {
        (Ok(plain), Ok(told)) => {
            json::from_serialize(&told.explanation).expect("an explanation is JSON");
            assert_eq!(text(&plain.decision), text(&told.decision), "explaining changes nothing");
            let partial = partial.partial.partial;
            let class = told.decision.class.map(|class| class.value.clone());
            if let Some(class) = class {
                assert!(
                    partial.classes.iter().any(|left| *left == class),
                    "`{class}` was decided and is not possible"
                );
            }
        }
        (Err(plain), Err(told)) => assert_eq!(plain, told),
        _ => panic!("explaining decides whether a request is refused"),
    }
}

/// Any bytes are read as what a trail stores or signs, or refused; what is read writes back as the same bytes, so that nothing has two
/// spellings. A bundle is proved or refused.
fn trail(bytes: &[u8]) {
    if let Ok(envelope) = Envelope::read(bytes) {
        assert_eq!(envelope.text().as_bytes(), bytes, "an envelope has one spelling");
        payload(&envelope.payload);
        if let Ok(act) = Act::read(&envelope) {
            assert_eq!(act.payload().as_ref(), Ok(&envelope.payload), "a statement has one spelling");
        }
        if let Some(tombstone) = Tombstone::of_stored(bytes) {
            assert_eq!(Tombstone::read(tombstone.text().as_bytes()), Some(tombstone));
        }
        let _ = Log::begin(bytes);
    }
    if let Some(tombstone) = Tombstone::read(bytes) {
        assert_eq!(tombstone.text().as_bytes(), bytes, "a tombstone has one spelling");
    }
    if let Ok(note) = Note::read(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes, "a note has one spelling");
        if let Ok(checkpoint) = Checkpoint::read(note.text()) {
            assert_eq!(checkpoint.to_string(), note.text(), "a checkpoint has one spelling");
        }
        let keys: Vec<VerifierKey> = seeds::keys();
        let _ = (note.verify(&keys), note.witnesses(&keys), Checkpoint::open(&note, &keys));
    }
    if let Ok(receipt) = Receipt::read(bytes) {
        assert_eq!(receipt.to_string().as_bytes(), bytes, "a receipt has one spelling");
    }
    let Ok(text) = str::from_utf8(bytes) else { return };
    payload(text);
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text, "a key has one spelling");
    }
    if let Ok(file) = api::trail::read_bundle(text) {
        let _ = file.bundle.verify();
    }
}

fn payload(text: &str) {
    if let Ok(entry) = Entry::read(text) {
        assert_eq!(entry.payload().as_deref(), Ok(text), "an entry has one spelling");
    }
}

fn shipped() -> &'static Compiled {
    static SHIPPED: OnceLock<Compiled> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let texts = seeds::files("rules/change-management", ".gate").into_iter().enumerate();
        let files: Vec<File> = texts.map(|(at, text)| File { name: format!("{at}.gate"), text }).collect();
        api::compile(&files).0.expect("the shipped policy checks")
    })
}
