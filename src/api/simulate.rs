//! Scripted changes: commands with times, what is expected of them, and what came of them.
//!
//! A scenario is a JSON object:
//!
//! | member | meaning |
//! |---|---|
//! | `title`, `rows` | what it is about, and the requirement rows that it shows |
//! | `roster`, `register` | who holds which role; the other changes |
//! | `data` | named values; `{"$like": "name", ..}` anywhere in a step stands for one with the other members over it (RFC 7396) |
//! | `with` | files whose members join `data`; the host reads them |
//! | `given` | steps that every case begins with |
//! | `cases` | `{name, steps, roster?, register?}`: each begins anew |
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

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::change::{self, Actor, Change, Command, Event, State};
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
    /// Where the change stands after it.
    pub state: Option<State>,
    /// Whether something else was expected, and what came instead.
    pub unexpected: Vec<String>,
}

/// Plays a scenario.
///
/// # Errors
/// Faults of the scenario itself: a step that is none, a name that `$like` does not find, a command that is none.
pub fn simulate(policy: &Compiled, scenario: &Scenario) -> Result<SimulateAnswer, Vec<Refusal>> {
    let mut cases = Vec::with_capacity(scenario.cases.len());
    for case in &scenario.cases {
        let roster = case.roster.as_ref().or(scenario.roster.as_ref());
        let register = case.register.as_ref().or(scenario.register.as_ref());
        let workflow = Workflow {
            roster: part(roster, scenario, &case.name, "roster")?,
            register: part(register, scenario, &case.name, "register")?,
        };
        let (change, events, monitor) = (None, Vec::new(), None);
        let mut play = Play { policy, scenario, workflow, change, events, monitor };
        let mut steps = Vec::new();
        for (index, step) in scenario.given.iter().chain(&case.steps).enumerate() {
            let place = match index.checked_sub(scenario.given.len()) {
                None => format!("given[{index}]"),
                Some(index) => format!("{}.steps[{index}]", case.name),
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

fn part<T: DeserializeOwned + Default>(
    json: Option<&Json>,
    scenario: &Scenario,
    case: &str,
    name: &str,
) -> Result<T, Vec<Refusal>> {
    let Some(json) = json else { return Ok(T::default()) };
    let place = format!("{case}: {name}");
    typed(&filled_in(json, &scenario.data, &place)?, &place)
}

fn typed<T: DeserializeOwned>(json: &Json, place: &str) -> Result<T, Vec<Refusal>> {
    to_typed(json).map_err(|error| vec![bad(place, error.to_string())])
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
        let by = step.by.as_deref().map(|by| actor(by, place)).transpose()?;
        let fill = |json: &Json| filled_in(json, &self.scenario.data, place);
        let mut answer = StepAnswer {
            at: step.at,
            by: by.clone(),
            what: "time".to_owned(),
            ok: true,
            events: Vec::new(),
            codes: Vec::new(),
            state: None,
            unexpected: Vec::new(),
        };
        let mut result = Json::Null;
        if let Some(register) = &step.register {
            self.workflow.register = typed(&fill(register)?, place)?;
        }
        if let Some(command) = &step.command {
            let actor = by.ok_or_else(|| vec![bad(place, "a command needs `by`")])?;
            let command = self.command(&fill(command)?, place)?;
            result = self.give(&mut answer, command, actor, step.at);
        } else if let Some(facts) = &step.gate {
            "gate".clone_into(&mut answer.what);
            let gate = super::gate(self.policy, &self.workflow, self.change.as_ref(), &fill(facts)?, step.at);
            answer.ok = gate.allow;
            answer.codes = codes(&gate.reasons);
            result = as_json(&gate);
        } else if let Some(request) = &step.preview {
            "preview".clone_into(&mut answer.what);
            let change = self.change.as_ref().ok_or_else(|| vec![bad(place, "there is no change yet")])?;
            match super::preview_edit(self.policy, &self.workflow, change, &fill(request)?, step.at) {
                Ok(preview) => result = as_json(&preview),
                Err(refusal) => {
                    answer.ok = false;
                    answer.codes = refusal.codes();
                }
            }
        } else if let Some(arm) = &step.arm {
            "arm".clone_into(&mut answer.what);
            self.arm(&typed(&fill(arm)?, place)?, step.at, place)?;
        } else if let Some(series) = &step.observe {
            result = self.observe(&mut answer, &typed(&fill(series)?, place)?, step.at, place)?;
        } else if let Some(freeze) = &step.freeze {
            "freeze".clone_into(&mut answer.what);
            result = self.freeze(&typed(&fill(freeze)?, place)?, place)?;
        } else if let Some(counted) = &step.catalogue {
            "catalogue".clone_into(&mut answer.what);
            let Counted { past, at_least } = typed(&fill(counted)?, place)?;
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
        let call = NextCall { change: self.change.take(), command, now, actor };
        let next = super::next(self.policy, &self.workflow, &call);
        answer.ok = next.ok;
        answer.codes = codes(&next.reasons);
        answer.events.clone_from(&next.events);
        self.events.extend(next.events.iter().cloned());
        let result = as_json(&next);
        self.change = next.change;
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
            self.give(answer, command, super::watch::monitor_actor(), now);
            answer.events.splice(0..0, events);
            answer.codes.splice(0..0, codes);
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

fn codes(reasons: &[change::Reason]) -> Vec<Name> {
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
