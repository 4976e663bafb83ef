//! The calls as JSON text: one text in, one text out, for hosts that are not Rust.
//!
//! Every answer has `ok`. Where it is `false` because the call itself was wrong, `error` holds the first [`Refusal`] and
//! `errors` all of them; where rule text was wrong, `diagnostics` says so. Call texts go through the one strict reader.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::json::{self, Json, Limits};
use crate::value::Instant;

use super::{
    CheckCall, Compiled, DEFAULT_SEARCH_BUDGET, DecideCall, File, PartialCall, Policies, PolicyIdentity,
    Refusal, TestCall,
};
use crate::diagnostic::{self, JsonDiagnostic};

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

/// `{ files, search_budget? }`: see [`super::check()`].
pub fn check(call: &str) -> String {
    run(call, &["files", "search_budget"], |call| {
        let search_budget = call.count("search_budget")?.unwrap_or(DEFAULT_SEARCH_BUDGET);
        Ok(super::check(&CheckCall { files: call.files("files")?, search_budget }))
    })
}

/// `{ name, text }`: see [`super::format()`].
pub fn format(call: &str) -> String {
    run(call, &["name", "text"], |call| Ok(super::format(&call.file()?)))
}

/// `{ files, only? }`: see [`super::test()`].
pub fn test(call: &str) -> String {
    run(call, &["files", "only"], |call| {
        let only = call.get("only").map(|_| call.text("only")).transpose()?.map(str::to_owned);
        Ok(super::test(&TestCall { files: call.files("files")?, only }))
    })
}

/// `{ files }`: compiles a policy and keeps it under the `handle` of the answer, until [`release`].
pub fn compile(call: &str, policies: &mut Policies) -> String {
    run(call, &["files"], |call| {
        let (compiled, found) = super::compile(&call.files("files")?);
        let answer = match compiled {
            Ok(compiled) => CompileAnswer {
                ok: true,
                diagnostics: diagnostic::to_json(&found, &compiled.sources),
                policy: Some(compiled.identity.clone()),
                handle: Some(policies.keep(compiled)),
            },
            Err(sources) => CompileAnswer {
                ok: false,
                diagnostics: diagnostic::to_json(&found, &sources),
                policy: None,
                handle: None,
            },
        };
        Ok(answer)
    })
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
        let Some(Json::Array(items)) = call.get("items") else {
            return Err(vec![call.wrong("items", "must be a list of `{ request, facts, now }`")]);
        };
        let explain = call.flag("explain")?;
        call.with_policy(policies, |policy| {
            let answers = items.iter().map(|item| answer(one(policy, item, explain))).collect();
            Ok(Many { ok: true, answers })
        })
    })
}

/// `{ policy }`: see [`super::form()`].
pub fn form(call: &str, policies: &Policies) -> String {
    run(call, &["policy"], |call| call.with_policy(policies, |policy| Ok(super::form(policy))))
}

/// `{ policy, answers, facts?, now }`: see [`super::partial()`].
pub fn partial(call: &str, policies: &Policies) -> String {
    run(call, &["policy", "answers", "facts", "now"], |call| {
        call.with_policy(policies, |policy| {
            let call =
                PartialCall { answers: call.input("answers")?, facts: call.facts()?, now: call.now()? };
            super::partial(policy, &call)
        })
    })
}

/// Writes an answer for programs, as the calls of this module do.
pub fn answer_text<T: Serialize>(answer: &T) -> String {
    json::write(&json::from_serialize(answer).unwrap_or(Json::Null))
}

/// Writes refusals for programs, as the calls of this module do.
pub fn refusal_text(errors: &[Refusal]) -> String {
    answer_text(&Refused { ok: false, error: errors.first(), errors })
}

fn one(policy: &Compiled, item: &Json, explain: bool) -> Result<super::DecideAnswer, Vec<Refusal>> {
    let call = Call { json: item };
    call.known(&["request", "facts", "now"])?;
    super::decide(policy, &call.item(explain)?)
}

#[derive(Serialize)]
struct CompileAnswer {
    ok: bool,
    policy: Option<PolicyIdentity>,
    handle: Option<u32>,
    diagnostics: Vec<JsonDiagnostic>,
}

#[derive(Serialize)]
struct Done {
    ok: bool,
}

#[derive(Serialize)]
struct Many {
    ok: bool,
    answers: Vec<Json>,
}

#[derive(Serialize)]
struct Refused<'a> {
    ok: bool,
    error: Option<&'a Refusal>,
    errors: &'a [Refusal],
}

fn run<T: Serialize>(
    text: &str,
    keys: &[&str],
    call: impl FnOnce(&Call<'_>) -> Result<T, Vec<Refusal>>,
) -> String {
    let done = read(text).and_then(|json| {
        let reader = Call { json: &json };
        reader.known(keys)?;
        call(&reader)
    });
    json::write(&answer(done))
}

fn read(text: &str) -> Result<Json, Vec<Refusal>> {
    let most = LONGEST_CALL as usize;
    if text.len() > most && text.encode_utf16().nth(most).is_some() {
        return Err(vec![longer()]);
    }
    json::read(text, CALL).map_err(|error| vec![Refusal::new("BAD_JSON", error.to_string()).at(error.path)])
}

fn answer<T: Serialize>(done: Result<T, Vec<Refusal>>) -> Json {
    let written = match &done {
        Ok(answer) => json::from_serialize(answer),
        Err(errors) => json::from_serialize(&Refused { ok: false, error: errors.first(), errors }),
    };
    // Only an answer that holds a float or a key twice cannot be written; no answer type does.
    written.unwrap_or(Json::Null)
}

/// The members of one call.
struct Call<'a> {
    json: &'a Json,
}

impl<'a> Call<'a> {
    fn get(&self, key: &str) -> Option<&'a Json> {
        self.json.get(key)
    }

    /// Refuses a call that is no object or has a member the call does not know.
    fn known(&self, keys: &[&str]) -> Result<(), Vec<Refusal>> {
        let Json::Object(members) = self.json else {
            return Err(vec![Refusal::new("BAD_CALL", "a call must be a JSON object")]);
        };
        let wrong: Vec<Refusal> = members
            .iter()
            .filter(|(name, _)| !keys.contains(&name.as_str()))
            .map(|(name, _)| {
                let refusal =
                    Refusal::new("BAD_CALL", format!("this call has no member `{name}`")).at(name.clone());
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
        match self.get(key) {
            Some(Json::String(text)) => Ok(text),
            _ => Err(vec![self.wrong(key, "must be a text")]),
        }
    }

    fn flag(&self, key: &str) -> Result<bool, Vec<Refusal>> {
        match self.get(key) {
            None => Ok(false),
            Some(Json::Bool(flag)) => Ok(*flag),
            Some(_) => Err(vec![self.wrong(key, "must be true or false")]),
        }
    }

    fn count(&self, key: &str) -> Result<Option<u64>, Vec<Refusal>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = if let Json::Number(number) = value { number.as_i64() } else { None };
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
        self.text("now")?
            .parse()
            .map_err(|error| vec![Refusal::new("BAD_INSTANT", format!("`now`: {error}")).at("now")])
    }

    fn file(&self) -> Result<File, Vec<Refusal>> {
        Ok(File { name: self.text("name")?.to_owned(), text: self.text("text")?.to_owned() })
    }

    fn files(&self, key: &str) -> Result<Vec<File>, Vec<Refusal>> {
        let Some(Json::Array(files)) = self.get(key) else {
            return Err(vec![self.wrong(key, "must be a list of `{ name, text }`")]);
        };
        let read = |json: &Json| {
            let call = Call { json };
            call.known(&["name", "text"])?;
            call.file()
        };
        let files: Vec<File> = files.iter().map(read).collect::<Result<_, _>>()?;
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
        let Some(value @ Json::Object(_)) = self.get(key) else {
            return Err(vec![self.wrong(key, "must be an object")]);
        };
        // The call as a whole was read with the limits of rule files; an input has limits of its own.
        json::read(&json::write(value), ITEM).map_err(|error| {
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
        let Some(json @ Json::Object(_)) = self.get("policy") else {
            return Err(vec![self.wrong("policy", "must be `{ handle }` or `{ files }`")]);
        };
        let call = Call { json };
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
        match super::compile(&call.files("files")?) {
            (Ok(policy), _) => then(&policy),
            (Err(sources), found) => Err(vec![broken(&found, &sources)]),
        }
    }
}

fn broken(found: &[diagnostic::Diagnostic], sources: &crate::text::Sources) -> Refusal {
    let errors: Vec<&diagnostic::Diagnostic> = found.iter().filter(|finding| finding.is_error()).collect();
    let first = errors.first().map(|finding| diagnostic::one_line(finding, sources)).unwrap_or_default();
    Refusal::new("BROKEN_POLICY", format!("the policy has {} errors; the first: {first}", errors.len()))
        .at("policy.files")
        .help("`check` lists them all")
}
