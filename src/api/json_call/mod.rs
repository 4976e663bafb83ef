//! The calls as JSON text: one text in, one text out, for hosts that are not Rust.
//!
//! Every answer has `ok`. Where it is `false` because the call itself was wrong, `error` holds the first [`Refusal`] and
//! `errors` all of them; where rule text was wrong, `diagnostics` says so. Call texts go through the one strict reader.
//!
//! The calls that read rule text stand in `rules`, which an engine without the compiler does not have; those about the life
//! of changes and about what machines measure stand in `changes` and `watch`, which take the feature `life`.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::json::{self, Document, Json, Limits, Value};
use crate::value::Instant;

use super::{Compiled, DecideCall, File, PartialCall, Policies, PolicyIdentity, Refusal};

#[cfg(feature = "life")]
mod changes;
#[cfg(feature = "compiler")]
mod rules;
#[cfg(all(feature = "life", feature = "trail"))]
mod trail;
#[cfg(all(feature = "life", feature = "trail"))]
mod trail_check;
#[cfg(all(feature = "life", feature = "trail"))]
mod trail_home;
#[cfg(all(feature = "life", feature = "trail"))]
mod trail_key;
#[cfg(all(feature = "life", feature = "trail"))]
mod trail_read;
#[cfg(feature = "life")]
mod watch;

#[cfg(feature = "life")]
pub use changes::{
    catalogue, check_roster, fold, free_windows, freeze_preview, gate, next, planned, preview_edit, simulate,
    status,
};

#[cfg(feature = "compiler")]
pub use rules::{check, compile, format, test};
#[cfg(all(feature = "life", feature = "trail"))]
pub use trail::{
    trail_act, trail_administer, trail_adopt, trail_adoption, trail_begin, trail_checkpoint, trail_command,
    trail_gate, trail_leaves, trail_prove, trail_seal, trail_tombstones,
};
#[cfg(all(feature = "life", feature = "trail"))]
pub use trail_check::{Checks, trail_check, trail_check_finish, trail_check_take};
#[cfg(all(feature = "life", feature = "trail"))]
pub use trail_home::{ask_approval, trail_approval, trail_bundle, trail_hand_over, trail_take_over};
#[cfg(all(feature = "life", feature = "trail"))]
pub use trail_key::{trail_key, trail_key_id};
#[cfg(all(feature = "life", feature = "trail"))]
pub use trail_read::{
    Provers, trail_check_proof, trail_erased, trail_known, trail_prover, trail_prover_finish,
    trail_prover_take, trail_show,
};

#[cfg(feature = "life")]
pub use watch::{arm, baseline, observe, read_report, rehearse};

/// A call may carry the files of a whole policy: 8 MB of text, escaped.
const CALL: Limits = Limits { size_bytes: LONGEST_CALL as usize, string_bytes: 9_000_000, depth: 96 };
/// Facts and requests together, in one item of `decideMany` or in a call that names its policy by handle.
const ITEM: Limits = Limits { size_bytes: 1_000_000, string_bytes: 65_536, depth: 64 };

/// The most characters of a call, as JavaScript counts them (UTF-16 code units).
pub const LONGEST_CALL: u32 = 32_000_000;

/// Refuses a call that is no text at all.
pub fn no_text() -> String {
    let refusal = Refusal::new("BAD_CALL", "a call is one text of JSON");
    refusal_text(&[refusal.help("give `JSON.stringify({ .. })`")])
}

/// Refuses a call of more than [`LONGEST_CALL`] characters.
pub fn too_long() -> String {
    refusal_text(&[longer()])
}

fn longer() -> Refusal {
    Refusal::new("BAD_JSON", format!("a call has at most {LONGEST_CALL} characters"))
}

/// Opens an [image](super::image()) and keeps the policy under the `handle` of the answer, until [`release`].
pub fn open(image: &[u8], policies: &mut Policies) -> String {
    let opened = super::open(image).map(|policy| {
        let policy_identity = policy.identity.clone();
        Opened { ok: true, policy: policy_identity, handle: policies.keep(policy) }
    });
    answer(opened.map_err(|refusal| vec![refusal]))
}

/// Refuses what is no image because it is no row of bytes at all.
pub fn no_bytes() -> String {
    let refusal = Refusal::new("BAD_CALL", "an image is a `Uint8Array`");
    refusal_text(&[refusal.help("give the bytes that `image` gave")])
}

/// `{ handle }`: forgets a compiled policy.
pub fn release(call: &str, policies: &mut Policies) -> String {
    run(call, &["handle"], |call| {
        policies.release(call.handle()?);
        Ok(Done { ok: true })
    })
}

/// `{ policy, request, facts?, now, explain? }`: see [`super::decide()`].
pub fn decide(call: &str, policies: &Policies) -> String {
    run(call, &["policy", "request", "facts", "now", "explain"], |call| {
        call.with_policy(policies, |policy| super::decide(policy, &call.item(call.flag("explain")?)?))
    })
}

/// `{ policy, items: [{ request, facts?, now }], explain? }`: see [`super::decide()`]. The answers stand in the order of the
/// items; one that is refused does not stop the others.
pub fn decide_many(call: &str, policies: &Policies) -> String {
    run(call, &["policy", "items", "explain"], |call| {
        let Some(items) = call.get("items").and_then(Value::items) else {
            return Err(vec![call.wrong("items", "must be a list of `{ request, facts, now }`")]);
        };
        let explain = call.flag("explain")?;
        call.with_policy(policies, |policy| {
            let answers = items.map(|item| One::of(one(policy, item, explain))).collect();
            Ok(Many { ok: true, answers })
        })
    })
}

/// `{ policy }`: the questions of a policy, and what the answers can lead to.
pub fn form(call: &str, policies: &Policies) -> String {
    // The answer was written when the policy was compiled.
    let form =
        read_call(call, &["policy"], |call| call.with_policy(policies, |policy| Ok(policy.form.clone())));
    form.unwrap_or_else(|errors| refusal_text(&errors))
}

/// `{ policy }`: see [`super::files()`].
pub fn files(call: &str, policies: &Policies) -> String {
    let files = |policy: &Compiled| Ok(answer_text(&super::files(policy)));
    let files = read_call(call, &["policy"], |call| call.with_policy(policies, files));
    files.unwrap_or_else(|errors| refusal_text(&errors))
}

/// `{ policy, answers, facts?, now, explain? }`: see [`super::partial()`].
pub fn partial(call: &str, policies: &Policies) -> String {
    run(call, &["policy", "answers", "facts", "now", "explain"], |call| {
        call.with_policy(policies, |policy| {
            let (answers, facts, now) = (call.input("answers")?, call.facts()?, call.now()?);
            Ok(super::partial(policy, &PartialCall { answers, facts, now, explain: call.flag("explain")? }))
        })
    })
}

/// Writes an answer for programs, as the calls of this module do.
pub fn answer_text<T: Serialize>(answer: &T) -> String {
    // Only an answer that holds a float cannot be written; no answer type does.
    json::write_serialize(answer).unwrap_or_else(|_| "null".to_owned())
}

/// Writes refusals for programs, as the calls of this module do.
pub fn refusal_text(errors: &[Refusal]) -> String {
    answer_text(&Errors::of(errors.to_vec()))
}

fn one(policy: &Compiled, item: Value<'_>, explain: bool) -> Result<super::DecideAnswer, Vec<Refusal>> {
    let call = Call::of(item);
    call.known(&["request", "facts", "now"])?;
    super::decide(policy, &call.item(explain)?)
}

#[derive(Serialize)]
struct Opened {
    ok: bool,
    policy: PolicyIdentity,
    handle: u32,
}

#[derive(Serialize)]
struct Done {
    ok: bool,
}

#[derive(Serialize)]
struct Many {
    ok: bool,
    answers: Vec<One>,
}

/// The answer to one of many.
#[derive(Serialize)]
#[serde(untagged)]
enum One {
    Decided(Box<super::DecideAnswer>),
    Refused(Errors),
}

impl One {
    fn of(done: Result<super::DecideAnswer, Vec<Refusal>>) -> Self {
        done.map_or_else(|errors| Self::Refused(Errors::of(errors)), |answer| Self::Decided(Box::new(answer)))
    }
}

#[derive(Serialize)]
struct Errors {
    ok: bool,
    error: Option<Refusal>,
    errors: Vec<Refusal>,
}

impl Errors {
    fn of(errors: Vec<Refusal>) -> Self {
        Self { ok: false, error: errors.first().cloned(), errors }
    }
}

fn run<T: Serialize>(
    text: &str,
    keys: &[&str],
    call: impl FnOnce(&Call<'_>) -> Result<T, Vec<Refusal>>,
) -> String {
    answer(read_call(text, keys, call))
}

fn read_call<T>(
    text: &str,
    keys: &[&str],
    call: impl FnOnce(&Call<'_>) -> Result<T, Vec<Refusal>>,
) -> Result<T, Vec<Refusal>> {
    let document = read_with(text, |limits| Document::read(text, limits))?;
    let reader = Call::of(document.value());
    reader.known(keys)?;
    call(&reader)
}

fn read_with<'a>(
    text: &'a str,
    read: impl FnOnce(Limits) -> Result<Document<'a>, json::JsonError>,
) -> Result<Document<'a>, Vec<Refusal>> {
    let most = LONGEST_CALL as usize;
    if text.len() > most && text.encode_utf16().nth(most).is_some() {
        return Err(vec![longer()]);
    }
    read(CALL).map_err(|error| vec![Refusal::new("BAD_JSON", error.to_string()).at(error.path)])
}

fn answer<T: Serialize>(done: Result<T, Vec<Refusal>>) -> String {
    done.map_or_else(|errors| refusal_text(&errors), |answer| answer_text(&answer))
}

/// The members of one call.
struct Call<'a> {
    value: Value<'a>,
    /// The text of the change that the call is about, and those that are known by theirs.
    #[cfg(feature = "life")]
    known: Option<(&'a str, &'a super::recent::Recent)>,
}

impl<'a> Call<'a> {
    fn of(value: Value<'a>) -> Self {
        Self {
            value,
            #[cfg(feature = "life")]
            known: None,
        }
    }

    fn get(&self, key: &str) -> Option<Value<'a>> {
        self.value.get(key)
    }

    /// Refuses a call that is no object or has a member the call does not know.
    fn known(&self, keys: &[&str]) -> Result<(), Vec<Refusal>> {
        let Some(members) = self.value.members() else {
            return Err(vec![Refusal::new("BAD_CALL", "a call must be a JSON object")]);
        };
        let wrong: Vec<Refusal> = members
            .filter(|(name, _)| !keys.contains(name))
            .map(|(name, _)| {
                let refusal = Refusal::new("BAD_CALL", format!("this call has no member `{name}`")).at(name);
                match crate::text::nearest(name, keys.iter().copied()) {
                    Some(near) => refusal.help(format!("did you mean `{near}`?")),
                    None => refusal.help(format!("its members are {}", keys.join(", "))),
                }
            })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn wrong(&self, key: &str, what: &str) -> Refusal {
        let state = if self.get(key).is_some() { what.to_owned() } else { format!("is missing: it {what}") };
        Refusal::new("BAD_CALL", format!("`{key}` {state}")).at(key)
    }

    fn text(&self, key: &str) -> Result<&'a str, Vec<Refusal>> {
        self.get(key).and_then(Value::text).ok_or_else(|| vec![self.wrong(key, "must be a text")])
    }

    fn flag(&self, key: &str) -> Result<bool, Vec<Refusal>> {
        match self.get(key).map(Value::yes_or_no) {
            None => Ok(false),
            Some(Some(flag)) => Ok(flag),
            Some(None) => Err(vec![self.wrong(key, "must be true or false")]),
        }
    }

    fn count(&self, key: &str) -> Result<Option<u64>, Vec<Refusal>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = value.number().and_then(json::Number::as_i64);
        match number.and_then(|number| u64::try_from(number).ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(vec![self.wrong(key, "must be a whole number, 0 or more")]),
        }
    }

    fn handle(&self) -> Result<u32, Vec<Refusal>> {
        let wrong = || vec![self.wrong("handle", "must be the number that `compile` gave")];
        self.count("handle")?.and_then(|number| u32::try_from(number).ok()).ok_or_else(wrong)
    }

    fn now(&self) -> Result<Instant, Vec<Refusal>> {
        self.instant("now")
    }

    fn instant(&self, key: &str) -> Result<Instant, Vec<Refusal>> {
        self.text(key)?
            .parse()
            .map_err(|error| vec![Refusal::new("BAD_INSTANT", format!("`{key}`: {error}")).at(key)])
    }

    fn file(&self) -> Result<File, Vec<Refusal>> {
        Ok(File { name: self.text("name")?.to_owned(), text: self.text("text")?.to_owned() })
    }

    fn files(&self, key: &str) -> Result<Vec<File>, Vec<Refusal>> {
        let Some(files) = self.get(key).and_then(Value::items) else {
            return Err(vec![self.wrong(key, "must be a list of `{ name, text }`")]);
        };
        let read = |value: Value<'_>| {
            let call = Call::of(value);
            call.known(&["name", "text"])?;
            call.file()
        };
        let files: Vec<File> = files.map(read).collect::<Result<_, _>>()?;
        let mut names = BTreeSet::new();
        match files.iter().find(|file| !names.insert(file.name.as_str())) {
            Some(twice) => Err(vec![
                Refusal::new("BAD_CALL", format!("two files are called `{}`", twice.name))
                    .at(key)
                    .help("findings and the source digest tell files by their names"),
            ]),
            None => Ok(files),
        }
    }

    /// Returns a request or a set of answers, within the limits of one item.
    fn input(&self, key: &str) -> Result<Json, Vec<Refusal>> {
        let Some(value) = self.get(key).filter(|value| value.is_object()) else {
            return Err(vec![self.wrong(key, "must be an object")]);
        };
        // The call as a whole was read with the limits of rule files; an input has limits of its own.
        if json::fits(value, ITEM) {
            return Ok(value.to_json());
        }
        json::read(&json::write(&value.to_json()), ITEM).map_err(|error| {
            let place = format!("{key}{}", error.path);
            vec![Refusal::new("BAD_JSON", error.to_string()).at(place)]
        })
    }

    fn facts(&self) -> Result<Json, Vec<Refusal>> {
        if self.get("facts").is_none() {
            return Ok(Json::Object(Vec::new()));
        }
        self.input("facts")
    }

    fn item(&self, explain: bool) -> Result<DecideCall, Vec<Refusal>> {
        Ok(DecideCall { request: self.input("request")?, facts: self.facts()?, now: self.now()?, explain })
    }

    /// Finds the policy by its handle, or compiles its files for this one call.
    fn with_policy<T>(
        &self,
        policies: &Policies,
        then: impl FnOnce(&Compiled) -> Result<T, Vec<Refusal>>,
    ) -> Result<T, Vec<Refusal>> {
        let Some(value) = self.get("policy").filter(|value| value.is_object()) else {
            return Err(vec![self.wrong("policy", "must be `{ handle }` or `{ files }`")]);
        };
        let call = Call::of(value);
        call.known(&["handle", "files"])?;
        if call.get("handle").is_some() {
            if call.get("files").is_some() {
                return Err(vec![
                    Refusal::new("BAD_CALL", "`policy` has both `handle` and `files`")
                        .at("policy.files")
                        .help("give one of the two"),
                ]);
            }
            let handle = call.handle()?;
            return match policies.get(handle) {
                Some(policy) => then(policy),
                None => Err(vec![
                    Refusal::new("NO_SUCH_POLICY", format!("no policy is kept under handle {handle}"))
                        .at("policy.handle")
                        .help("compile it again"),
                ]),
            };
        }
        then(&compiled(&call.files("files")?)?)
    }
}

#[cfg(feature = "compiler")]
use rules::compiled;

/// Refuses rule files: reading them takes the compiler.
#[cfg(not(feature = "compiler"))]
fn compiled(_: &[File]) -> Result<Compiled, Vec<Refusal>> {
    let refusal =
        Refusal::new("BAD_CALL", "this engine has no compiler, so it reads no rule files").at("policy.files");
    Err(vec![refusal.help("open the image of a compiled policy, and give its handle")])
}
