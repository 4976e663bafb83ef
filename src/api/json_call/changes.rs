//! The calls about the life of changes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::{self, NextAnswer, NextCall, Policies, Refusal, Workflow};
use crate::change::{self, Change, Command, Reason};
use crate::json::{Document, Json, Value};
use crate::value::{Duration, Period};

use super::{Call, answer_text, read_call, read_with, refusal_text, run};

/// `{ policy, roster }`: see [`api::check_roster()`].
pub fn check_roster(call: &str, policies: &Policies) -> String {
    run(call, &["policy", "roster"], |call| {
        call.with_policy(policies, |policy| Ok(api::check_roster(policy, &call.typed("roster")?)))
    })
}

/// `{ policy, roster, register?, change?, command, now, actor }`: see [`api::next()`].
pub fn next(call: &str, policies: &Policies) -> String {
    let keys = ["policy", "roster", "register", "change", "command", "now", "actor"];
    let answer = read_call_knowing(call, &keys, policies, |call| {
        call.with_policy(policies, |policy| {
            let workflow = call.workflow()?;
            let next = NextCall {
                change: call.change()?,
                command: call.command()?,
                now: call.now()?,
                actor: call.typed("actor")?,
            };
            Ok(next_text(&api::next(policy, &workflow, &next), policies))
        })
    });
    answer.unwrap_or_else(|errors| refusal_text(&errors))
}

/// Writes an answer, and keeps the change in it for when it comes back.
fn next_text(answer: &NextAnswer, policies: &Policies) -> String {
    let NextAnswer { ok, events, change, reasons, help } = answer;
    let mut text = answer_text(&Happened { ok: *ok, events });
    text.pop();
    text.push_str(r#","change":"#);
    let start = text.len();
    text.push_str(&answer_text(change));
    if let (Some(change), Some(written)) = (change, text.get(start..)) {
        policies.recent().keep(written, change);
    }
    let why = answer_text(&Why { reasons, help });
    if let Some(members) = why.strip_prefix('{').filter(|members| members.len() > 1) {
        text.push(',');
        text.push_str(members);
    } else {
        text.push('}');
    }
    text
}

/// `{ events }`: see [`api::fold()`].
pub fn fold(call: &str) -> String {
    run(call, &["events"], |call| {
        let change =
            api::fold(&call.typed::<Vec<change::Event>>("events")?).map_err(|refusal| vec![refusal])?;
        Ok(Folded { ok: true, change })
    })
}

/// `{ policy, roster, register?, change?, facts?, now }`: see [`api::gate()`].
pub fn gate(call: &str, policies: &Policies) -> String {
    run_answered_knowing(
        call,
        &["policy", "roster", "register", "change", "facts", "now"],
        policies,
        |call| {
            call.with_policy(policies, |policy| {
                let (workflow, change) = (call.workflow()?, call.change()?);
                Ok(Ok(api::gate(policy, &workflow, change.as_deref(), &call.facts()?, call.now()?)))
            })
        },
    )
}

/// `{ policy, roster, register?, change, now }`: see [`api::status()`].
pub fn status(call: &str, policies: &Policies) -> String {
    run_answered_knowing(call, &["policy", "roster", "register", "change", "now"], policies, |call| {
        call.with_policy(policies, |policy| {
            let (workflow, change) = (call.workflow()?, call.some_change()?);
            Ok(api::status(policy, &workflow, &change, call.now()?))
        })
    })
}

/// `{ policy, roster, register?, change, request, now }`: see [`api::preview_edit()`].
pub fn preview_edit(call: &str, policies: &Policies) -> String {
    let keys = ["policy", "roster", "register", "change", "request", "now"];
    run_answered_knowing(call, &keys, policies, |call| {
        call.with_policy(policies, |policy| {
            let (workflow, change) = (call.workflow()?, call.some_change()?);
            Ok(api::preview_edit(policy, &workflow, &change, &call.input("request")?, call.now()?))
        })
    })
}

/// `{ policy, changes }`: see [`api::planned()`].
pub fn planned(call: &str, policies: &Policies) -> String {
    run(call, &["policy", "changes"], |call| {
        call.with_policy(policies, |policy| {
            let changes: Vec<Change> = call.typed("changes")?;
            Ok(Planned { ok: true, changes: api::planned(policy, &changes) })
        })
    })
}

/// `{ register, freeze, spares? }`: see [`api::freeze_preview()`].
pub fn freeze_preview(call: &str) -> String {
    run(call, &["register", "freeze", "spares"], |call| {
        let (register, freeze) = (call.typed("register")?, call.typed("freeze")?);
        let spares: Vec<_> = call.maybe("spares")?.unwrap_or_default();
        Ok(Held { ok: true, held: api::freeze_preview(&register, freeze, &spares) })
    })
}

/// `{ register, component, within, at_least_ms }`: see [`api::free()`].
pub fn free_windows(call: &str) -> String {
    run(call, &["register", "component", "within", "at_least_ms"], |call| {
        let (register, within) = (call.typed("register")?, call.typed::<Period>("within")?);
        let at_least: Duration = call.typed("at_least_ms")?;
        Ok(Windows { ok: true, windows: api::free(&register, call.text("component")?, within, at_least) })
    })
}

/// `{ policy, past, at_least }`: see [`api::catalogue()`].
pub fn catalogue(call: &str, policies: &Policies) -> String {
    run_answered(call, &["policy", "past", "at_least"], |call| {
        call.with_policy(policies, |policy| {
            let past: Vec<change::Past> = call.typed("past")?;
            Ok(Ok(api::catalogue(policy, &past, call.typed("at_least")?)))
        })
    })
}

/// `{ policy, scenario, with? }`: see [`api::simulate()`]. `with` holds the files that the scenario names, by their names.
pub fn simulate(call: &str, policies: &Policies) -> String {
    run(call, &["policy", "scenario", "with"], |call| {
        call.with_policy(policies, |policy| {
            let files: BTreeMap<String, Json> = call.maybe("with")?.unwrap_or_default();
            let file = |name: &str| {
                let missing = || Refusal::new("BAD_SCENARIO", format!("`{name}` is not given")).at("with");
                files.get(name).cloned().ok_or_else(|| missing().help("give it in `with`, by its name"))
            };
            let Some(scenario) = call.get("scenario") else {
                return Err(vec![call.wrong("scenario", "must be an object")]);
            };
            api::simulate(policy, &api::scenario(&scenario.to_json(), &file)?)
        })
    })
}

#[derive(Serialize)]
struct Happened<'a> {
    ok: bool,
    events: &'a [change::Event],
}

#[derive(Serialize)]
struct Why<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reasons: &'a [Reason],
    #[serde(skip_serializing_if = "Option::is_none")]
    help: &'a Option<String>,
}

#[derive(Serialize)]
struct Folded {
    ok: bool,
    change: Option<Change>,
}

#[derive(Serialize)]
struct Planned {
    ok: bool,
    changes: Vec<change::Planned>,
}

#[derive(Serialize)]
struct Held {
    ok: bool,
    held: Vec<crate::ir::Name>,
}

#[derive(Serialize)]
struct Windows {
    ok: bool,
    windows: Vec<Period>,
}

/// What the workflow refuses: an answer, not a mistake of the call.
#[derive(Serialize)]
struct Refused {
    ok: bool,
    reasons: Vec<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

/// Runs a call whose answer has members of its own beside `ok`.
pub(super) fn run_answered<T: Serialize>(
    text: &str,
    keys: &[&str],
    call: impl FnOnce(&Call<'_>) -> Result<Result<T, change::Refusal>, Vec<Refusal>>,
) -> String {
    read_call(text, keys, |reader| Ok(answered(call(reader)?))).unwrap_or_else(|errors| refusal_text(&errors))
}

/// Runs such a call about a change that may be known.
fn run_answered_knowing<T: Serialize>(
    text: &str,
    keys: &[&str],
    policies: &Policies,
    call: impl FnOnce(&Call<'_>) -> Result<Result<T, change::Refusal>, Vec<Refusal>>,
) -> String {
    let answer = read_call_knowing(text, keys, policies, |reader| Ok(answered(call(reader)?)));
    answer.unwrap_or_else(|errors| refusal_text(&errors))
}

fn answered<T: Serialize>(answer: Result<T, change::Refusal>) -> String {
    match answer {
        Ok(answer) => with_ok(answer_text(&answer)),
        Err(change::Refusal { reasons, help, .. }) => answer_text(&Refused { ok: false, reasons, help }),
    }
}

/// Reads a call about a change, which comes back as it was answered in most calls, and is not read again then.
fn read_call_knowing<T>(
    text: &str,
    keys: &[&str],
    policies: &Policies,
    call: impl FnOnce(&Call<'_>) -> Result<T, Vec<Refusal>>,
) -> Result<T, Vec<Refusal>> {
    let recent = policies.recent();
    let document = read_with(text, |limits| {
        Document::read_knowing(text, limits, "change", &|rest| recent.length_of(rest))
    })?;
    let known = document.member().map(|text| (text, recent));
    let reader = Call { value: document.value(), known };
    reader.known(keys)?;
    call(&reader)
}

/// Puts `ok` in front of the members of an answer, of which there is one at least.
fn with_ok(mut answer: String) -> String {
    const OK: &str = r#"{"ok":true,"#;
    answer.replace_range(..1, OK);
    answer
}

impl Call<'_> {
    /// Reads a member into what the engine knows.
    pub(super) fn typed<T: DeserializeOwned>(&self, key: &str) -> Result<T, Vec<Refusal>> {
        let Some(value) = self.get(key) else { return Err(vec![self.wrong(key, "must be given")]) };
        typed(key, value)
    }

    /// Reads a member that may be left out, or be null.
    pub(super) fn maybe<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Vec<Refusal>> {
        match self.get(key).filter(|value| !value.is_null()) {
            None => Ok(None),
            Some(value) => typed(key, value).map(Some),
        }
    }

    /// A command. What a vote is for belongs to it, and nothing guesses it.
    fn command(&self) -> Result<Command, Vec<Refusal>> {
        const BINDING: [&str; 3] = ["command.vote.request", "command.vote.revision", "command.vote.policy"];
        let helped = |refusal: Refusal| {
            match refusal.path.as_deref() {
            Some(path) if BINDING.contains(&path) => refusal.help(
                "a vote is for what the voter was shown: give the `digest` of the change as `request`, its `revision`, and its \
                 `decision.policy.digest` as `policy`",
            ),
            _ => refusal,
        }
        };
        self.typed("command").map_err(|refusals| refusals.into_iter().map(helped).collect())
    }

    /// The change that the call is about; `None` if there is none yet.
    fn change(&self) -> Result<Option<Arc<Change>>, Vec<Refusal>> {
        if self.get("change").is_some_and(Value::is_known)
            && let Some((text, recent)) = self.known
            && let Some(change) = recent.get(text)
        {
            return Ok(Some(change));
        }
        let change = self.maybe::<Arc<Change>>("change")?;
        if let (Some(change), Some((text, recent))) = (&change, self.known) {
            recent.keep(text, change);
        }
        Ok(change)
    }

    fn some_change(&self) -> Result<Arc<Change>, Vec<Refusal>> {
        match self.change()? {
            Some(change) => Ok(change),
            None => self.typed("change"),
        }
    }

    pub(super) fn workflow(&self) -> Result<Workflow, Vec<Refusal>> {
        Ok(Workflow { roster: self.typed("roster")?, register: self.maybe("register")?.unwrap_or_default() })
    }
}

fn typed<T: DeserializeOwned>(key: &str, value: Value<'_>) -> Result<T, Vec<Refusal>> {
    value.typed().map_err(|error| {
        let path = error.path();
        let place = if path.is_empty() || path.starts_with('[') {
            format!("{key}{path}")
        } else {
            format!("{key}.{path}")
        };
        vec![Refusal::new("BAD_CALL", format!("`{place}`: {}", error.message())).at(place)]
    })
}
