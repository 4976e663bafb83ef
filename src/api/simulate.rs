//! Scripted changes: commands with times, what is expected of them, and what came of them.
//!
//! A scenario is a JSON object, which docs/scenarios.md describes member by member:
//!
//! | member | meaning |
//! |---|---|
//! | `title`, `rows` | what it is about, and the requirement rows that it shows |
//! | `roster`, `register` | who holds which role; the other changes |
//! | `unfit` | the codes of what is wrong with that roster, where such a roster is what is played |
//! | `data` | named values; `{"$like": "name", ..}` anywhere in a step stands for one with the other members over it (RFC 7396) |
//! | `with` | files whose members join `data`; the host reads them |
//! | `given` | steps that every case begins with |
//! | `cases` | `{name, steps, roster?, unfit?, register?}`: each begins anew |
//! | `pending` | what the scenario states and cannot be shown yet, with the reason |
//!
//! A step has an instant `at`, an actor `by` (a person's id, or `machine:ci`), and one of `do` (a command), `gate` (facts for
//! the gate), `preview` (a request), `arm` (a monitor, with medians), `observe` (samples for the monitor), `freeze` (a period: which
//! changes of the register, and this one, would it hold?), `catalogue` (closed changes: how did the entries go, and what might
//! become one?) or nothing (only time passes). `expect` holds what must come of it: see [`Expected`]. A vote need not say
//! what it is for: it is for the change as it is then. `register` is another register from that step on; after `catalogue`
//! it holds what was counted.

mod script;

pub use script::{Arm, Case, Counted, Expected, Scenario, ScriptedStep, Series, Thought, scenario};

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

use crate::change::{self, Actor, Change, Command, Event, Reason, State};
use crate::ir::Name;
use crate::json::{Json, from_written, to_typed};
use crate::monitor::{Baseline, Monitor, Reading, Sample, Watched};
use crate::value::{Instant, Measurement, Period};

use super::{Compiled, NextCall, Refusal, Watch, Workflow};
use script::{filled_in, matches, merge};

/// What came of a scenario.
#[derive(Debug, Clone, Serialize)]
pub struct SimulateAnswer {
    /// Whether everything came as expected.
    pub ok: bool,
    /// The scenario's title.
    pub title: String,
    /// The cases, in order.
    pub cases: Vec<CaseAnswer>,
    /// What is stated and not shown yet.
    pub pending: Vec<String>,
}

/// What came of a case.
#[derive(Debug, Clone, Serialize)]
pub struct CaseAnswer {
    /// Its name.
    pub name: String,
    /// Whether everything came as expected.
    pub ok: bool,
    /// Its steps, those of `given` first.
    pub steps: Vec<StepAnswer>,
    /// The whole history.
    pub events: Vec<Event>,
    /// The change at the end.
    pub change: Option<Change>,
}

/// What came of a step.
#[derive(Debug, Clone, Serialize)]
pub struct StepAnswer {
    /// When.
    pub at: Instant,
    /// Who acted.
    pub by: Option<Actor>,
    /// What was asked: the name of a command, `gate`, `preview`, `arm`, `observe`, `freeze`, `catalogue` or `time`.
    pub what: String,
    /// Whether it was done, or allowed.
    pub ok: bool,
    /// The events that it became.
    pub events: Vec<Event>,
    /// The codes with which it was refused or denied.
    pub codes: Vec<Name>,
    /// The reasons to those codes, with words for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// What to do about a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where the change stands after it.
    pub state: Option<State>,
    /// Whether something else was expected, and what came instead.
    pub unexpected: Vec<String>,
}

/// Plays a scenario.
///
/// # Errors
/// `BAD_SCENARIO` for faults of the scenario itself: nothing to play, a step that is none, a name that `$like` does not find, a
/// command that is none. `ROSTER_UNFIT` for a roster that leaves a seat of the policy empty (S-120).
pub fn simulate(policy: &Compiled, scenario: &Scenario) -> Result<SimulateAnswer, Vec<Refusal>> {
    if scenario.cases.is_empty() {
        return Err(vec![bad("cases", "there is no case: a scenario without one states nothing")]);
    }
    let mut cases = Vec::with_capacity(scenario.cases.len());
    for (index, case) in scenario.cases.iter().enumerate() {
        let case_place = format!("cases[{index}]");
        if scenario.given.is_empty() && case.steps.is_empty() {
            let place = format!("{case_place}.steps");
            return Err(vec![bad(&place, "there is no step: a case without one states nothing")]);
        }
        let of_case = |name: &str| format!("{case_place}.{name}");
        let workflow = Workflow {
            roster: roster(policy, scenario, case, &of_case("roster"))?,
            register: match (&case.register, &scenario.register) {
                (Some(own), _) => part(own, scenario, &of_case("register"))?,
                (None, Some(shared)) => part(shared, scenario, "register")?,
                (None, None) => change::Register::default(),
            },
        };
        let (change, events, monitor) = (None, Vec::new(), None);
        let mut play = Play { policy, scenario, workflow, change, events, monitor };
        let mut steps = Vec::new();
        for (index, step) in scenario.given.iter().chain(&case.steps).enumerate() {
            let place = match index.checked_sub(scenario.given.len()) {
                None => format!("given[{index}]"),
                Some(index) => format!("{case_place}.steps[{index}]"),
            };
            steps.push(play.step(step, &place)?);
        }
        let ok = steps.iter().all(|step| step.unexpected.is_empty());
        let Play { events, change, .. } = play;
        cases.push(CaseAnswer { name: case.name.clone(), ok, steps, events, change });
    }
    Ok(SimulateAnswer {
        ok: cases.iter().all(|case| case.ok),
        title: scenario.title.clone(),
        cases,
        pending: scenario.pending.clone(),
    })
}

/// The roster of a case. One that is given has to fill the seats of the policy, as anywhere else, or the scenario says what is
/// wrong with it.
fn roster(
    policy: &Compiled,
    scenario: &Scenario,
    case: &Case,
    own_place: &str,
) -> Result<change::Roster, Vec<Refusal>> {
    let (json, stated, place) = match (&case.roster, &scenario.roster) {
        (Some(own), _) => (own, &case.unfit, own_place),
        _ if !case.unfit.is_empty() => {
            return Err(vec![bad(
                own_place,
                "`unfit` stands beside a roster, and this case has none of its own",
            )]);
        }
        (None, Some(shared)) => (shared, &scenario.unfit, "roster"),
        (None, None) => return Ok(change::Roster::default()),
    };
    let roster = part(json, scenario, place)?;
    let findings = super::check_roster(policy, &roster).findings;
    let found: BTreeSet<&str> = findings.iter().map(|finding| finding.code).collect();
    if found == stated.iter().map(String::as_str).collect() {
        return Ok(roster);
    }
    let help = match found.is_empty() {
        true => "nothing is wrong with this roster: leave `unfit` out".to_owned(),
        false => format!(
            "mend the roster; a scenario about such a roster says so beside it: `\"unfit\": [\"{}\"]`",
            found.into_iter().collect::<Vec<_>>().join("\", \"")
        ),
    };
    if findings.is_empty() {
        return Err(vec![bad(place, format!("it is not {}", stated.join(", "))).help(help)]);
    }
    let unfit = findings.into_iter().map(|change::Finding { code, path, message, .. }| {
        Refusal::new("ROSTER_UNFIT", format!("{code} at {path}: {message}")).at(place).help(help.clone())
    });
    Err(unfit.collect())
}

fn part<T: DeserializeOwned>(json: &Json, scenario: &Scenario, place: &str) -> Result<T, Vec<Refusal>> {
    typed(&filled_in(json, &scenario.data, place)?, place)
}

fn typed<T: DeserializeOwned>(json: &Json, place: &str) -> Result<T, Vec<Refusal>> {
    to_typed(json).map_err(|error| {
        let path = error.path();
        let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        vec![bad(&format!("{place}{dot}{path}"), error.message())]
    })
}

fn bad(place: &str, message: impl Into<String>) -> Refusal {
    Refusal::new("BAD_SCENARIO", message).at(place)
}

/// A scenario that cannot go on because a change cannot be watched.
fn refused(place: &str, refusal: &change::Refusal) -> Refusal {
    let messages: Vec<&str> = refusal.reasons.iter().map(|reason| reason.message.as_str()).collect();
    bad(place, format!("{}: {}", refusal.codes().join(", "), messages.join("; ")))
}

/// A case on its way.
struct Play<'a> {
    policy: &'a Compiled,
    scenario: &'a Scenario,
    workflow: Workflow,
    change: Option<Change>,
    events: Vec<Event>,
    monitor: Option<Watch>,
}

impl Play<'_> {
    fn step(&mut self, step: &ScriptedStep, place: &str) -> Result<StepAnswer, Vec<Refusal>> {
        if let [one, other, ..] = step.asks().as_slice() {
            return Err(vec![bad(
                place,
                format!("a step asks one thing, and this one has `{one}` and `{other}`"),
            )]);
        }
        let inside = |name: &str| format!("{place}.{name}");
        let by = step.by.as_deref().map(|by| actor(by, &inside("by"))).transpose()?;
        // What the step asks, and where that stands.
        let asked = step.asks().first().copied().map_or_else(|| place.to_owned(), inside);
        let fill = |json: &Json| filled_in(json, &self.scenario.data, &asked);
        let mut answer = StepAnswer {
            at: step.at,
            by: by.clone(),
            what: "time".to_owned(),
            ok: true,
            events: Vec::new(),
            codes: Vec::new(),
            reasons: Vec::new(),
            help: None,
            state: None,
            unexpected: Vec::new(),
        };
        let mut result = Json::Null;
        if let Some(register) = &step.register {
            self.workflow.register = part(register, self.scenario, &inside("register"))?;
        }
        if let Some(command) = &step.command {
            let actor = by.ok_or_else(|| vec![bad(place, "a command needs `by`")])?;
            let command = self.command(&fill(command)?, &asked)?;
            result = self.give(&mut answer, command, actor, step.at);
        } else if let Some(facts) = &step.gate {
            "gate".clone_into(&mut answer.what);
            let gate = super::gate(self.policy, &self.workflow, self.change.as_ref(), &fill(facts)?, step.at);
            answer.ok = gate.allow;
            answer.codes = codes(&gate.reasons);
            answer.reasons.clone_from(&gate.reasons);
            result = as_json(&gate);
        } else if let Some(request) = &step.preview {
            "preview".clone_into(&mut answer.what);
            let change = self.change.as_ref().ok_or_else(|| vec![bad(place, "there is no change yet")])?;
            match super::preview_edit(self.policy, &self.workflow, change, &fill(request)?, step.at) {
                Ok(preview) => result = as_json(&preview),
                Err(refusal) => {
                    answer.ok = false;
                    answer.codes = refusal.codes();
                    (answer.reasons, answer.help) = (refusal.reasons, refusal.help);
                }
            }
        } else if let Some(arm) = &step.arm {
            "arm".clone_into(&mut answer.what);
            self.arm(&typed(&fill(arm)?, &asked)?, step.at, &asked)?;
        } else if let Some(series) = &step.observe {
            result = self.observe(&mut answer, &typed(&fill(series)?, &asked)?, step.at, &asked)?;
        } else if let Some(freeze) = &step.freeze {
            "freeze".clone_into(&mut answer.what);
            result = self.freeze(&typed(&fill(freeze)?, &asked)?, &asked)?;
        } else if let Some(counted) = &step.catalogue {
            "catalogue".clone_into(&mut answer.what);
            let Counted { past, at_least } = typed(&fill(counted)?, &asked)?;
            let counted = super::catalogue(self.policy, &past, at_least);
            result = as_json(&counted);
            self.workflow.register.catalogue = counted.histories;
        } else if self.change.is_some() {
            result =
                self.give(&mut answer, Command::Tick, Actor::Machine(change::Machine::Workflow), step.at);
            "time".clone_into(&mut answer.what);
        }
        answer.state = self.change.as_ref().map(|change| change.state);
        if let Some(expected) = &step.expect {
            let status = self.status(step.at);
            answer.unexpected = compare(expected, &answer, &result, &status);
        } else if !answer.ok {
            answer.unexpected.push(format!("it was refused with {}", answer.codes.join(", ")));
        }
        Ok(answer)
    }

    fn give(&mut self, answer: &mut StepAnswer, command: Command, actor: Actor, now: Instant) -> Json {
        command.kind().word().clone_into(&mut answer.what);
        let call = NextCall { change: self.change.take().map(Arc::new), command, now, actor };
        let next = super::next(self.policy, &self.workflow, &call);
        answer.ok = next.ok;
        answer.codes = codes(&next.reasons);
        answer.reasons.clone_from(&next.reasons);
        answer.help.clone_from(&next.help);
        answer.events.clone_from(&next.events);
        self.events.extend(next.events.iter().cloned());
        let result = as_json(&next);
        self.change = next.change.map(Arc::unwrap_or_clone);
        result
    }

    /// A command, with what a vote is for filled in.
    fn command(&self, json: &Json, place: &str) -> Result<Command, Vec<Refusal>> {
        let json = match (json.get("vote"), &self.change) {
            (Some(ballot), Some(change)) => {
                let policy = change.policy().map(|policy| policy.digest);
                let bound = [
                    ("request", as_json(&change.digest)),
                    ("revision", as_json(&change.revision)),
                    ("policy", as_json(&policy)),
                ];
                let bound =
                    Json::Object(bound.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
                Json::Object(vec![("vote".to_owned(), merge(&bound, ballot))])
            }
            _ => json.clone(),
        };
        typed(&json, place)
    }

    /// Says which changes a freeze would hold: those of the register, and this one as it is now.
    fn freeze(&self, freeze: &Thought, place: &str) -> Result<Json, Vec<Refusal>> {
        let period =
            Period::new(freeze.start, freeze.end).map_err(|error| vec![bad(place, error.to_string())])?;
        let mut register = self.workflow.register.clone();
        if let Some(change) = &self.change {
            register.changes.retain(|other| other.id != change.id);
            register.changes.extend(super::planned(self.policy, std::slice::from_ref(change)));
        }
        let held = as_json(&super::freeze_preview(&register, period, &freeze.spares));
        Ok(Json::Object(vec![("held".to_owned(), held)]))
    }

    /// Arms a monitor with the medians that the scenario names. Metrics that it does not watch count as healthy.
    fn arm(&mut self, arm: &Arm, at: Instant, place: &str) -> Result<(), Vec<Refusal>> {
        let ir = &self.policy.ir;
        let change = self.change.as_ref().ok_or_else(|| vec![bad(place, "there is no change yet")])?;
        let started = change.milestones.implementing.unwrap_or(at);
        let context =
            change::Context { ir, roster: &self.workflow.roster, register: &self.workflow.register };
        let record =
            change::record_of(change, &context, started).map_err(|refusal| vec![refused(place, &refusal)])?;
        let watched = Watched::new(ir, &record, started);
        let mut metrics = Vec::with_capacity(arm.watch.len());
        for name in &arm.watch {
            super::metric_named(self.policy, name).map_err(|refusal| vec![refusal.at(place)])?;
            metrics.extend(ir.metric_by_name(name));
        }
        let median = |(metric, median): (&Name, &Measurement)| Baseline {
            metric: metric.clone(),
            median: Some(*median),
            samples: 1440,
            ignored: 0,
            from: started,
            to: started,
        };
        let baselines: Vec<Baseline> = arm.medians.iter().map(median).collect();
        let armed = match arm.watch.is_empty() {
            true => Monitor::arm(&watched, &baselines, started),
            false => Monitor::arm_only(&watched, &metrics, &baselines, started),
        };
        let monitor = armed.map_err(|error| vec![bad(place, error.to_string())])?;
        self.monitor = Some(Watch { change: change.id.clone(), monitor });
        Ok(())
    }

    /// Gives the monitor its samples, and the change the commands that follow from them.
    fn observe(
        &mut self,
        answer: &mut StepAnswer,
        series: &Series,
        now: Instant,
        place: &str,
    ) -> Result<Json, Vec<Refusal>> {
        let (Some(monitor), Some(change)) = (self.monitor.take(), self.change.clone()) else {
            return Err(vec![bad(place, "nothing is watched: `arm` comes first")]);
        };
        let mut samples = Vec::new();
        for (metric, readings) in series {
            let metric =
                super::metric_named(self.policy, metric).map_err(|refusal| vec![refusal.at(place)])?;
            for (at, reading) in readings {
                let at: Instant = at.parse().map_err(|error| vec![bad(place, format!("`{at}`: {error}"))])?;
                samples.push(Sample { metric: metric.clone(), at, reading: reading_of(reading) });
            }
        }
        let observed = super::observe(self.policy, &self.workflow, &change, monitor, &samples, now)
            .map_err(|refusal| vec![refused(place, &refusal)])?;
        let result = as_json(&observed);
        self.monitor = Some(observed.monitor);
        for command in observed.commands {
            let (events, codes) = (std::mem::take(&mut answer.events), std::mem::take(&mut answer.codes));
            let reasons = std::mem::take(&mut answer.reasons);
            self.give(answer, command, super::watch::monitor_actor(), now);
            answer.events.splice(0..0, events);
            answer.codes.splice(0..0, codes);
            answer.reasons.splice(0..0, reasons);
        }
        "observe".clone_into(&mut answer.what);
        Ok(result)
    }

    fn status(&self, now: Instant) -> Json {
        let status =
            self.change.as_ref().map(|change| super::status(self.policy, &self.workflow, change, now));
        match status {
            Some(Ok(status)) => as_json(&status),
            Some(Err(_)) | None => Json::Null,
        }
    }
}

/// Reads a reading as a scenario writes it: `"3.8"`, `"NaN"`, `"passed"`, `true`, an event, `null` for a beat, a whole
/// number for a numbered one.
fn reading_of(json: &Json) -> Reading {
    match json {
        Json::Null => Reading::Beat(None),
        Json::Bool(yes) => Reading::YesNo(*yes),
        Json::Number(number) => Reading::Beat(number.as_i64().and_then(|number| u64::try_from(number).ok())),
        Json::String(text) if text == "NaN" => Reading::NotANumber,
        Json::String(text) => match text.parse() {
            Ok(number) => Reading::Number(number),
            Err(_) => Reading::Word(Name::from(text.as_str())),
        },
        event => Reading::Event(event.clone()),
    }
}

/// Reads `u-asha` or `machine:ci`.
fn actor(by: &str, place: &str) -> Result<Actor, Vec<Refusal>> {
    let Some(machine) = by.strip_prefix("machine:") else { return Ok(Actor::Person(Name::from(by))) };
    to_typed(&Json::String(machine.to_owned()))
        .map(Actor::Machine)
        .map_err(|error| vec![bad(place, format!("`{by}`: {error}"))])
}

fn codes(reasons: &[Reason]) -> Vec<Name> {
    let mut codes: Vec<Name> = Vec::new();
    for reason in reasons {
        if !codes.contains(&reason.code) {
            codes.push(reason.code.clone());
        }
    }
    codes
}

fn as_json<T: Serialize>(value: &T) -> Json {
    // Only what holds a float or a key twice cannot be written; no answer does.
    from_written(value).unwrap_or(Json::Null)
}

/// Says in words what came otherwise than expected.
fn compare(expected: &Expected, answer: &StepAnswer, result: &Json, status: &Json) -> Vec<String> {
    let mut found = Vec::new();
    match &expected.codes {
        None if !answer.ok => found.push(format!("it was refused with {}", answer.codes.join(", "))),
        None => {}
        Some(codes) => {
            let sorted = |codes: &[Name]| {
                let mut codes = codes.to_vec();
                codes.sort();
                codes
            };
            if answer.ok {
                found.push(format!("it was done, and {} was expected", codes.join(", ")));
            } else if sorted(codes) != sorted(&answer.codes) {
                found.push(format!("refused with {}, not {}", answer.codes.join(", "), codes.join(", ")));
            }
        }
    }
    if expected.state.is_some() && expected.state != answer.state {
        let word = |state: Option<State>| state.map_or("nothing", State::word);
        found.push(format!("the change is {}, not {}", word(answer.state), word(expected.state)));
    }
    if let Some(events) = &expected.events {
        let types: Vec<String> = answer.events.iter().map(|event| event.what.word()).collect();
        if types != *events {
            found.push(format!("it became {}, not {}", types.join(", "), events.join(", ")));
        }
    }
    for (what, wanted, is) in [("result", &expected.result, result), ("status", &expected.status, status)] {
        if let Some(wanted) = wanted {
            matches(wanted, is, what, &mut found);
        }
    }
    found
}
