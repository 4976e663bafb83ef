//! Running the tests that a policy holds.

use super::feed::{self, FeedError};
use crate::check::typed::{self, Constant, Expect, ExpectKind, SampleValue};
use crate::eval::{
    Approve, Coverage, CoverageReport, Decision, InputError, Reason, decide, decision, explain, read_complete,
};
use crate::ir::{Ir, Name};
use crate::json::{Json, Number};
use crate::monitor::Verdict;
use crate::text::{Sources, Span};
use crate::value::{Duration, Instant};
use std::collections::{BTreeMap, BTreeSet};

/// What came of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleResult {
    /// The test's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub span: Span,
    /// Expectations that were not met, each with its place. Empty when the test passed.
    pub failures: Vec<(String, Span)>,
}

/// Runs the tests whose name contains `only`, and tells which rules and clauses they reached.
pub fn run(
    policy: &typed::Policy,
    ir: &Ir,
    sources: &Sources,
    only: &str,
) -> (Vec<ExampleResult>, CoverageReport) {
    let mut coverage = Coverage::default();
    let results = policy
        .tests
        .iter()
        .filter(|test| test.name.contains(only))
        .map(|test| one(policy, ir, sources, test, &mut coverage))
        .collect();
    (results, coverage.report(ir))
}

fn one(
    policy: &typed::Policy,
    ir: &Ir,
    sources: &Sources,
    test: &typed::Test,
    coverage: &mut Coverage,
) -> ExampleResult {
    let mut result = ExampleResult {
        name: test.name.clone(),
        title: test.title.clone(),
        span: test.span,
        failures: Vec::new(),
    };
    let (request, facts) = inputs(policy, &test.values);
    // A test may turn a switch; that makes another policy, and only this test runs on it.
    let turned = turned(ir, &test.values);
    let ir = turned.as_ref().unwrap_or(ir);
    let record = match read_complete(ir, &request, &facts, test.now) {
        Ok(record) => record,
        Err(errors) => {
            let span = test.span;
            result.failures.extend(errors.into_iter().map(|InputError { message, .. }| (message, span)));
            return result;
        }
    };
    let mut recorder = crate::eval::Recorder::default();
    let outcome = decide(ir, &record, test.now, &mut (&mut *coverage, &mut recorder));
    let decided = decision(ir, &record, &outcome);
    let watched = feed::run(ir, &record, test.now, &test.feeds);
    for expect in &test.expects {
        let judged = match &expect.kind {
            ExpectKind::NoRollback => expect_rollback(&watched, test.now, None),
            ExpectKind::Rollback { code, rule, at } => {
                expect_rollback(&watched, test.now, Some((code, rule, *at)))
            }
            kind => judge(&decided, kind),
        };
        match judged {
            Judged::Met => {}
            Judged::Failed(mut message) => {
                if let Some(class) = wanted_class(expect) {
                    let explanation = explain(ir, &record, &outcome, &recorder, sources);
                    let nearest = explanation.nearest.into_iter().find(|nearest| &*nearest.class == class);
                    message.extend(nearest.map(|nearest| format!("; {}", nearest.sentence)));
                }
                let wanted = sources.slice(expect.span);
                result.failures.push((format!("expected `{wanted}`, but {message}"), expect.span));
            }
        }
    }
    result
}

enum Judged {
    Met,
    Failed(String),
}

fn met_or(met: bool, message: impl FnOnce() -> String) -> Judged {
    if met { Judged::Met } else { Judged::Failed(message()) }
}

/// The class that an expectation wants, if it is about the class.
fn wanted_class(expect: &Expect) -> Option<&str> {
    match &expect.kind {
        ExpectKind::Is { what, value, .. } if what == "class" => Some(value),
        _ => None,
    }
}

/// Judges what the series of a test led to: a code by a rule, so long after the start; or nothing.
fn expect_rollback(
    watched: &Result<Vec<Verdict>, FeedError>,
    started: Instant,
    wanted: Option<(&str, &str, Duration)>,
) -> Judged {
    let verdicts = match watched {
        Ok(verdicts) => verdicts,
        Err(error) => return Judged::Failed(error.to_string()),
    };
    let found =
        feed::rollback(verdicts).map(|firing| (&*firing.code, &*firing.rule, firing.at.since(started)));
    met_or(found == wanted, || feed::told(verdicts, started))
}

fn judge(decision: &Decision, expected: &ExpectKind) -> Judged {
    match expected {
        // Those are about series: see above.
        ExpectKind::NoRollback | ExpectKind::Rollback { .. } => Judged::Met,
        ExpectKind::GateAllows { gate } => {
            let codes = gate_codes(decision, gate);
            met_or(codes.is_empty(), || format!("gate `{gate}` denies {}", list(&codes)))
        }
        ExpectKind::GateDenies { gate, codes, exactly } => {
            let found = gate_codes(decision, gate);
            let wanted: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
            let met = if *exactly { found == wanted } else { wanted.is_subset(&found) };
            met_or(met, || match found.is_empty() {
                true => format!("gate `{gate}` allows"),
                false => format!("gate `{gate}` denies {}", list(&found)),
            })
        }
        ExpectKind::Blocked { guard } => {
            let reasons = decision.catalogue.iter().flat_map(|catalogue| &catalogue.reasons);
            let failing: BTreeSet<&str> = reasons
                .filter_map(|reason| if let Reason::Guard { id } = reason { Some(&**id) } else { None })
                .collect();
            met_or(failing.contains(guard.as_str()), || match failing.is_empty() {
                true => "no guard fails".to_owned(),
                false => format!("the guards that fail are {}", list(&failing)),
            })
        }
        ExpectKind::Code(code) => one_of("code", code, &decision.codes),
        ExpectKind::Flag(flag) => one_of("flag", flag, &decision.flags),
        ExpectKind::Are { what, words } => {
            let found = set(decision, what);
            let wanted: BTreeSet<&str> = words.iter().map(String::as_str).collect();
            met_or(found == wanted, || format!("the {what} are {}", list(&found)))
        }
        ExpectKind::Is { what, value, by } => {
            let (found, rule) = single(decision, what);
            let met = found == Some(value.as_str().into()) && by.as_ref().is_none_or(|by| rule == Some(by));
            met_or(met, || match (found, rule) {
                (Some(found), Some(rule)) => format!("{what} is `{found}` by `{rule}`"),
                (Some(found), None) => format!("{what} is `{found}`"),
                (None, _) => format!("there is no {what}: the change is out of scope"),
            })
        }
    }
}

fn one_of(kind: &str, wanted: &str, found: &[Name]) -> Judged {
    let found: BTreeSet<&str> = found.iter().map(|name| &**name).collect();
    met_or(found.contains(wanted), || match found.is_empty() {
        true => format!("there is no {kind}"),
        false => format!("the {kind}s are {}", list(&found)),
    })
}

fn gate_codes<'a>(decision: &'a Decision, gate: &str) -> BTreeSet<&'a str> {
    let gate = decision.gates.iter().filter(|found| &*found.gate == gate);
    gate.flat_map(|gate| &gate.failures).map(|failure| &*failure.code).collect()
}

fn set<'a>(decision: &'a Decision, what: &str) -> BTreeSet<&'a str> {
    let names = |names: &'a [Name]| names.iter().map(|name| &**name).collect();
    let approve = decision.route.as_ref().map(|route| &route.approve);
    match (what, approve) {
        ("seats", Some(Approve::Board { seats, .. })) => seats.iter().map(|seat| &*seat.id).collect(),
        ("approvers", Some(Approve::Board { seats, .. })) => {
            seats.iter().map(|seat| &*seat.held_by).collect()
        }
        ("approvers", Some(Approve::Roles { roles, .. })) => names(roles),
        ("regimes", _) => names(&decision.regimes),
        ("touched", _) => names(&decision.touched),
        ("factors", _) => {
            decision.score.iter().flat_map(|score| &score.factors).map(|factor| &*factor.id).collect()
        }
        ("codes", _) => names(&decision.codes),
        ("flags", _) => names(&decision.flags),
        ("serves", _) => names(&decision.serves),
        _ => BTreeSet::new(),
    }
}

/// What a decision says of one word, and by which rule.
fn single<'a>(decision: &'a Decision, what: &str) -> (Option<Name>, Option<&'a str>) {
    let class = decision.class.as_ref();
    let score = decision.score.as_ref();
    let route = decision.route.as_ref();
    match what {
        "scope" => (Some(decision.scope.value.clone()), decision.scope.rule.as_deref()),
        "class" => (class.map(|class| class.value.clone()), class.and_then(|class| class.rule.as_deref())),
        "risk" => (decision.risk.clone(), None),
        "route" => (route.map(|route| route.rule.clone()), None),
        "assessed" => (score.and_then(|score| score.assessed.clone()), None),
        "points" => (score.map(|score| score.points.to_string().into()), None),
        _ => (None, None),
    }
}

fn list(words: &BTreeSet<&str>) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// The policy with the switches turned as the values say; `None` if they say nothing of switches.
fn turned(ir: &Ir, values: &BTreeMap<String, SampleValue>) -> Option<Ir> {
    let wish = |name: &str| match values.get(name) {
        Some(SampleValue::Constant(Constant::YesNo(on))) => Some(*on),
        _ => None,
    };
    if !ir.switches.iter().any(|switch| wish(&switch.name).is_some()) {
        return None;
    }
    let mut turned = ir.clone();
    for switch in &mut turned.switches {
        switch.on = wish(&switch.name).unwrap_or(switch.on);
    }
    Some(turned)
}

/// Writes the values of a sample as a host would send them: a request and facts.
pub fn inputs(policy: &typed::Policy, values: &BTreeMap<String, SampleValue>) -> (Json, Json) {
    let mut request = Json::Object(Vec::new());
    let mut facts = Json::Object(Vec::new());
    for (path, value) in values {
        let names: Vec<&str> = path.split('.').collect();
        match names.as_slice() {
            ["suspended"] => suspend(&mut facts, value),
            [name] if policy.switches.iter().any(|switch| switch.name == *name) => {}
            [group, ..]
                if *group == "submission" || policy.facts.iter().any(|facts| facts.name == *group) =>
            {
                put(&mut facts, &names, json_of(value));
            }
            names => put(&mut request, names, json_of(value)),
        }
    }
    (request, facts)
}

fn suspend(facts: &mut Json, value: &SampleValue) {
    let SampleValue::List(codes) = value else { return };
    for code in codes {
        put(facts, &["catalogue", code, "suspended"], Json::Bool(true));
    }
}

fn put(object: &mut Json, path: &[&str], value: Json) {
    let (Json::Object(members), [name, rest @ ..]) = (object, path) else { return };
    if rest.is_empty() {
        members.push(((*name).to_owned(), value));
        return;
    }
    if !members.iter().any(|(key, _)| key == name) {
        members.push(((*name).to_owned(), Json::Object(Vec::new())));
    }
    if let Some((_, inner)) = members.iter_mut().find(|(key, _)| key == name) {
        put(inner, rest, value);
    }
}

fn json_of(value: &SampleValue) -> Json {
    match value {
        SampleValue::Constant(constant) => json_of_constant(constant),
        SampleValue::Period(period) => Json::Object(vec![
            ("start".to_owned(), Json::String(period.start().to_string())),
            ("end".to_owned(), Json::String(period.end().to_string())),
        ]),
        SampleValue::List(texts) => Json::Array(texts.iter().cloned().map(Json::String).collect()),
    }
}

fn json_of_constant(constant: &Constant) -> Json {
    let number = |text: String| text.parse::<Number>().map_or(Json::String(text), Json::Number);
    match constant {
        Constant::YesNo(yes) => Json::Bool(*yes),
        Constant::Int(whole) => number(whole.to_string()),
        Constant::Decimal(fixed) | Constant::Percent(fixed) => number(fixed.to_string()),
        Constant::Duration(time) => Json::String(time.to_string()),
        Constant::Instant(instant) => Json::String(instant.to_string()),
        Constant::Date(date) => Json::String(date.to_string()),
        Constant::Enum { value, .. } => Json::String(value.clone()),
        Constant::Set { values, .. } => Json::Array(values.iter().cloned().map(Json::String).collect()),
        Constant::Text(text) => Json::String(text.clone()),
    }
}
