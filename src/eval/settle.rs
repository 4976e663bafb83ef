//! From an outcome to the decision that is recorded.

use super::decision::*;
use super::outcome::{EntryOutcome, Fault, Outcome, TableOutcome};
use super::verdict::Verdict;
use crate::ir::SpanOfTime;
use crate::ir::{self, Approver, Gives, Ir, Name, Quorum, Record, Type, set_names};
use crate::value::{Duration, Instant};
use std::collections::BTreeSet;

/// Puts the outcome of a complete record into the form that the trail holds.
///
/// Where something is still possible in several ways, which a complete record does not leave, it is left out.
pub fn decision(ir: &Ir, record: &Record, outcome: &Outcome) -> Decision {
    let identity = &ir.identity;
    let scope = outcome.scope.value.known().unwrap_or(super::phases::IN_SCOPE);
    let class = outcome.class.value.known().and_then(|class| ir.classes.get(usize::from(class)));
    let catalogue = outcome.entry.as_ref().and_then(|entry| catalogue_of(ir, entry));
    let calendar = outcome.obligations.calendar.and_then(|index| ir.calendar_choices.get(index));
    let mut decision = Decision {
        policy: PolicyRef {
            id: identity.id.clone(),
            version: identity.version.clone(),
            edition: identity.edition,
            digest: identity.digest,
        },
        input: Input {
            request: record.inputs.map(|inputs| inputs.request),
            facts: record.inputs.map(|inputs| inputs.facts),
        },
        now: outcome.now,
        submitted_at: outcome.submitted_at,
        scope: Scope {
            value: ir.value_name(ir.scope_enum, scope),
            rule: chosen(ir.scope.as_ref(), &outcome.scope).map(|rule| rule.id.clone()),
        },
        score: score_of(ir, outcome),
        catalogue,
        class: class_of(ir, outcome),
        risk: ir.risk_enum.zip(outcome.risk.known()).map(|(scale, risk)| ir.value_name(scale, risk)),
        route: route_of(ir, outcome),
        due: class
            .and_then(|class| class.due.as_ref())
            .map(|due| due_of(due, calendar.map(|choice| choice.calendar.clone()), outcome.submitted_at)),
        alerts: class.map_or_else(Vec::new, |class| class.alerts.iter().map(alert_of).collect()),
        pauses_while: class.and_then(|class| class.pauses_while.clone()),
        reviews: class.and_then(|class| class.review.as_ref()).map(review_of).into_iter().collect(),
        canary: that_hold(&ir.canaries, &outcome.obligations.canaries).map(canary_of).collect(),
        retain: that_hold(&ir.retains, &outcome.obligations.retains)
            .rev()
            .max_by_key(|retain| length_ms(&retain.time))
            .map(|retain| Retain { time: time_of(&retain.time), after: retain.after.clone() }),
        regimes: that_hold(&ir.regimes, &outcome.obligations.regimes)
            .map(|regime| regime.code.clone())
            .collect(),
        touched: touched_of(ir, outcome),
        exceptions: that_hold(&ir.exceptions, &outcome.obligations.exceptions)
            .map(|exception| exception.name.clone())
            .collect(),
        gates: gates_of(ir, outcome),
        notify: Vec::new(),
        flags: Vec::new(),
        codes: Vec::new(),
        serves: Vec::new(),
    };
    rules_in_force(ir, outcome, &mut decision);
    codes(outcome, &mut decision);
    decision
}

/// The rule that had the say.
pub(super) fn chosen<'a>(table: Option<&'a ir::Table>, outcome: &TableOutcome) -> Option<&'a ir::Rule> {
    match outcome.rules.as_slice() {
        [rule] => table?.rules.get(usize::from(*rule)),
        _ => None,
    }
}

fn ids(table: Option<&ir::Table>, rules: &[u16]) -> Vec<Name> {
    let id = |rule: &u16| table?.rules.get(usize::from(*rule)).map(|rule| rule.id.clone());
    rules.iter().filter_map(id).collect()
}

fn that_hold<'a, T>(
    items: &'a [T],
    verdicts: &'a [Verdict],
) -> impl DoubleEndedIterator<Item = &'a T> + use<'a, T> {
    let held = |(item, verdict): (&'a T, &Verdict)| (*verdict == Verdict::Yes).then_some(item);
    // Both lists have one length, or there is no verdict at all.
    items.get(..verdicts.len()).unwrap_or_default().iter().zip(verdicts).filter_map(held)
}

fn score_of(ir: &Ir, outcome: &Outcome) -> Option<Score> {
    let (score, found) = (ir.score.as_ref()?, outcome.score.as_ref()?);
    let factors = that_hold(&score.factors, &found.factors);
    Some(Score {
        points: found.least,
        assessed: found.assessed.known().map(|level| ir.value_name(score.scale, level)),
        factors: factors.map(|factor| Factor { id: factor.id.clone(), adds: factor.adds }).collect(),
    })
}

fn catalogue_of(ir: &Ir, found: &EntryOutcome) -> Option<Catalogue> {
    let entry = ir.entries.get(found.entry)?;
    let mut reasons = Vec::new();
    if found.applies == Verdict::No {
        reasons.push(Reason::For);
    }
    if found.not_yet_valid {
        reasons.push(Reason::NotYetValid);
    }
    if found.expired {
        reasons.push(Reason::Expired { code: entry.expired_code.clone() });
    }
    if found.suspended {
        reasons.push(Reason::Suspended { code: entry.suspend.as_ref().map(|suspend| suspend.code.clone()) });
    }
    for (guard, verdict) in entry.guards.iter().zip(&found.guards) {
        if *verdict == Verdict::No {
            reasons.push(Reason::Guard { id: guard.id.clone() });
        }
    }
    Some(Catalogue {
        entry: entry.code.clone(),
        version: entry.version.clone(),
        approved_by: entry.approved_by.clone(),
        approved_on: entry.approved_on.to_string(),
        covered: found.covered == Verdict::Yes,
        reasons,
    })
}

fn class_of(ir: &Ir, outcome: &Outcome) -> Option<Class> {
    let table = ir.classify.as_ref();
    let value = outcome.class.value.known()?;
    let rule = chosen(table, &outcome.class).map(|rule| rule.id.clone());
    Some(Class { value: ir.value_name(ir.class_enum, value), rule, held: ids(table, &outcome.class.held) })
}

fn route_of(ir: &Ir, outcome: &Outcome) -> Option<Route> {
    let table = ir.route.as_ref()?;
    let rule = table.rules.get(usize::from(outcome.route.value.known()?))?;
    let approve = match &rule.gives {
        Gives::Value(_) | Gives::Approve(Approver::Automatically) => Approve::Automatically,
        Gives::Approve(Approver::Roles { count, roles }) => {
            Approve::Roles { count: *count, roles: roles.clone() }
        }
        Gives::Approve(Approver::Board(number)) => board_of(ir, outcome, *number)?,
    };
    Some(Route { rule: rule.id.clone(), held: ids(Some(table), &outcome.route.held), approve })
}

fn board_of(ir: &Ir, outcome: &Outcome, number: u32) -> Option<Approve> {
    let board = ir.boards.get(number as usize)?;
    let found = outcome.seats.iter().find(|found| found.board == number)?;
    let seat = |seat: &ir::Seat| Seat {
        id: seat.id.clone(),
        held_by: seat.held_by.clone(),
        mandatory: seat.mandatory,
    };
    let seats: Vec<Seat> = that_hold(&board.seats, &found.seated).map(seat).collect();
    let of = u32::try_from(seats.len()).unwrap_or(u32::MAX);
    Some(Approve::Board {
        board: board.name.clone(),
        seats,
        at_least: quorum_of(board.quorum, of),
        of,
        votes_between_meetings: found.votes_between == Verdict::Yes,
    })
}

/// How many of so many seated members must approve.
fn quorum_of(quorum: Quorum, seated: u32) -> u32 {
    match quorum {
        Quorum::Share(share) => share.ceil_of(seated),
        // The checker has seen to it that so many seats always exist.
        Quorum::Count(count) => count,
    }
}

fn time_of(time: &SpanOfTime) -> Time {
    match time {
        SpanOfTime::Fixed(time) => Time::Ms(*time),
        SpanOfTime::BusinessDays(days) => Time::BusinessDays(*days),
        SpanOfTime::BusinessTime(time) => Time::BusinessMs(*time),
        SpanOfTime::Years(years) => Time::Years(*years),
    }
}

/// How long a time is, to find the longest of several: a year counts 365 days, a business day and open time the
/// seven days a week in which five days of eight hours lie.
fn length_ms(time: &SpanOfTime) -> i64 {
    const DAY_MS: i64 = 86_400_000;
    match time {
        SpanOfTime::Fixed(time) => time.ms(),
        SpanOfTime::BusinessDays(days) => {
            i64::from(*days).saturating_mul(7).saturating_mul(DAY_MS).checked_div(5).unwrap_or(i64::MAX)
        }
        SpanOfTime::BusinessTime(time) => {
            time.ms().saturating_mul(7).saturating_mul(24).checked_div(40).unwrap_or(i64::MAX)
        }
        SpanOfTime::Years(years) => i64::from(*years).saturating_mul(365).saturating_mul(DAY_MS),
    }
}

fn due_of(due: &ir::Due, calendar: Option<Name>, submitted_at: Instant) -> Due {
    let fixed = |time: &SpanOfTime| -> Option<Duration> {
        match time {
            SpanOfTime::Fixed(time) if &*due.from == "submitted" => Some(*time),
            _ => None,
        }
    };
    Due {
        strict: due.limit.strict,
        time: time_of(&due.limit.time),
        from: due.from.clone(),
        to: due.to.clone(),
        calendar,
        at: fixed(&due.limit.time).and_then(|time| submitted_at.checked_add(time)),
    }
}

fn alert_of(alert: &ir::Alert) -> Alert {
    Alert { at: alert.at.clone(), to: alert.to.clone() }
}

fn review_of(review: &ir::Review) -> Review {
    Review {
        by: review.by.clone(),
        strict: review.limit.strict,
        time: time_of(&review.limit.time),
        after: review.after.clone(),
        code: review.code.clone(),
    }
}

fn canary_of(canary: &ir::Canary) -> Canary {
    let step = |step: &ir::Step| {
        let (observed_ms, code) = step.observed.clone().unzip();
        Step { share: step.share, observed_ms, code }
    };
    Canary { name: canary.name.clone(), steps: canary.steps.iter().map(step).collect() }
}

fn touched_of(ir: &Ir, outcome: &Outcome) -> Vec<Name> {
    let slot = ir.touches.and_then(|slot| ir.slots.get(slot.index()));
    match (slot.map(|slot| slot.ty), outcome.obligations.touched) {
        (Some(Type::Set(of)), Some(members)) => set_names(ir, of, members),
        _ => Vec::new(),
    }
}

fn gates_of(ir: &Ir, outcome: &Outcome) -> Vec<Gate> {
    let mut gates = Vec::with_capacity(outcome.gates.len());
    for (gate, found) in ir.gates.iter().zip(&outcome.gates) {
        let mut failures = Vec::new();
        for (require, found) in gate.requires.iter().zip(&found.requires) {
            if found.met == Verdict::No {
                let path = |id: &ir::SlotId| ir.slots.get(id.index()).map(|slot| slot.path.clone());
                failures.push(Failure {
                    id: require.id.clone(),
                    code: require.code.clone(),
                    missing: found.missing.clone(),
                    placeholders: found.placeholders.iter().filter_map(path).collect(),
                    serves: require.serves.clone(),
                });
            }
        }
        let allows = found.allows() == Verdict::Yes;
        gates.push(Gate { gate: gate.name.clone(), allows, failures });
    }
    gates
}

/// Collects what the rules that had the say leave behind: flags, clauses served, roles told.
fn rules_in_force(ir: &Ir, outcome: &Outcome, decision: &mut Decision) {
    let tables = [(&ir.scope, &outcome.scope), (&ir.classify, &outcome.class), (&ir.route, &outcome.route)];
    let (mut serves, mut notify) = (BTreeSet::new(), BTreeSet::new());
    for (table, found) in tables {
        if let Some(rule) = chosen(table.as_ref(), found) {
            decision.flags.extend(rule.flag.clone());
            serves.extend(rule.serves.iter().cloned());
            notify.extend(rule.notify.iter().cloned());
        }
    }
    decision.serves = serves.into_iter().collect();
    decision.notify = notify.into_iter().collect();
}

fn codes(outcome: &Outcome, decision: &mut Decision) {
    let mut codes: Vec<Name> = Vec::new();
    for reason in decision.catalogue.iter().flat_map(|catalogue| &catalogue.reasons) {
        match reason {
            Reason::Expired { code } | Reason::Suspended { code: Some(code) } => codes.push(code.clone()),
            _ => {}
        }
    }
    for fault in [outcome.scope.fault, outcome.class.fault, outcome.route.fault].into_iter().flatten() {
        codes.push(Name::from(match fault {
            Fault::Overlap => "OVERLAP",
            Fault::Gap => "GAP",
        }));
    }
    codes.dedup();
    decision.codes = codes;
}
