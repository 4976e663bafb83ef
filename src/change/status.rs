//! How a change stands at an instant, for whoever looks at it: who is asked, until when, and what may be done.

use super::approval::{Seats, asked, voter};
use super::command::{Choice, Kind};
use super::deciding::Context;
use super::event::{Due, Forecast, ReviewDuty};
use super::record::Change;
use super::refusal::Refusal;
use super::sla::{self, Level};
use super::state::{Actor, Machine, State};
use super::step::Step;
use super::table;
use super::time;
use crate::calendar::{Day, Submissions};
use crate::eval::PolicyRef;
use crate::ir::Name;
use crate::value::{Digest, Duration, Instant};
use serde::Serialize;
use std::borrow::Cow;

/// How a change stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Where it stands, with what fell due up to now.
    pub state: State,
    /// Its revision.
    pub revision: u32,
    /// What a vote is bound to: the digest of the request.
    pub request: Digest,
    /// The policy that it stands under.
    pub policy: Option<PolicyRef>,
    /// Its class.
    pub class: Option<Name>,
    /// Its risk.
    pub risk: Option<Name>,
    /// Its marks.
    pub flags: Vec<Name>,
    /// The seats that decide on it.
    pub seats: Vec<SeatStatus>,
    /// Seats whose approval is still needed.
    pub missing: Vec<Name>,
    /// The first instant at which the approval counts no more.
    pub approval_valid_until: Option<Instant>,
    /// The service level.
    pub service: Option<ServiceStatus>,
    /// Later reviews.
    pub reviews: Vec<ReviewDuty>,
    /// The commands that the state allows; who may give them the table says.
    pub commands: Vec<Kind>,
}

/// How a seat stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeatStatus {
    /// The seat or role.
    pub id: Name,
    /// The question that it is there to answer; the title of a role.
    pub question: Name,
    /// Whether nothing is approved without it.
    pub mandatory: bool,
    /// `open`, `approved`, `rejected` or `not_required`.
    pub state: &'static str,
    /// Who voted.
    pub by: Option<Name>,
    /// As what, such as `deputy for ciso`.
    pub role: Option<String>,
    /// Who may vote now.
    pub entitled: Vec<Name>,
}

/// How the service level stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceStatus {
    /// From which milestone.
    pub from: Name,
    /// To which.
    pub to: Name,
    /// When it started; absent if it has not.
    pub started: Option<Instant>,
    /// When it is due; absent while it stands still, and before it starts.
    pub due: Option<Due>,
    /// Whether the due time is one that it would have if the change were complete now.
    pub foreseen: bool,
    /// The time left.
    pub left_ms: Option<Duration>,
    /// From when it is broken.
    pub breached: Option<Instant>,
    /// Whether it was kept, once it has ended.
    pub met: Option<bool>,
    /// What the board's next meeting makes of it.
    pub forecast: Option<Forecast>,
    /// When to submit so that the board decides in time.
    pub best: Option<Submissions>,
    /// The due time, day by day (D-20).
    pub account: Vec<Day>,
}

/// Returns how a change stands at `now`.
///
/// # Errors
/// `CLOCK_WENT_BACK`, `OTHER_POLICY`.
pub fn status(change: &Change, context: &Context<'_>, now: Instant) -> Result<Status, Refusal> {
    let mut step = Step::new(Cow::Borrowed(change), *context, now, &Actor::Machine(Machine::Workflow));
    super::time_and_policy(&step, change)?;
    time::pass(&mut step);
    let change = &*step.change;
    let decision = change.decision.as_deref();
    let seats = decision.and_then(Seats::of);
    Ok(Status {
        state: change.state,
        revision: change.revision,
        request: change.digest,
        policy: change.policy().cloned(),
        class: change.class().cloned(),
        risk: decision.and_then(|decision| decision.risk.clone()),
        flags: change.flags.clone(),
        seats: seats.iter().flat_map(|seats| seats_of(&step, seats)).collect(),
        missing: seats.map(|seats| seats.missing(&change.votes)).unwrap_or_default(),
        approval_valid_until: time::valid_until(&step),
        service: service(&step),
        reviews: change.reviews.clone(),
        commands: table::commands(change.state).collect(),
    })
}

fn seats_of(step: &Step<'_>, seats: &Seats) -> Vec<SeatStatus> {
    let (change, ir) = (&step.change, step.context.ir);
    let question = asked(&step.context, change, seats.board, step.now);
    let not_required = change.approval.as_ref().map_or(&[] as &[Name], |approval| &approval.not_required);
    let seat_of = |seat: &super::approval::Seat| {
        let vote = change.votes.iter().find(|vote| vote.seat == seat.id);
        let state = match vote.map(|vote| vote.decision) {
            Some(Choice::Approve) => "approved",
            Some(Choice::Reject) => "rejected",
            None if not_required.contains(&seat.id) => "not_required",
            None => "open",
        };
        let of_board =
            ir.boards.iter().flat_map(|board| &board.seats).find(|declared| declared.id == seat.id);
        let of_role = ir.roles.iter().find(|role| role.name == seat.role).map(|role| role.title.clone());
        let question_of = of_board.filter(|_| seats.board).map(|declared| declared.question.clone());
        let entitled =
            if state == "open" { step.context.roster.entitled(&question, &seat.role) } else { Vec::new() };
        SeatStatus {
            id: seat.id.clone(),
            question: question_of.or(of_role).unwrap_or_else(|| seat.id.clone()),
            mandatory: seat.mandatory,
            state,
            by: vote.map(|vote| vote.by.clone()),
            role: vote.map(voter),
            entitled: entitled.into_iter().filter(|person| *person != change.requester).collect(),
        }
    };
    seats.seats.iter().map(seat_of).collect()
}

fn service(step: &Step<'_>) -> Option<ServiceStatus> {
    let (ir, change) = (step.context.ir, &step.change);
    let decision = change.decision.as_ref()?;
    let level = Level::of(ir, decision)?;
    let pauses = sla::pauses(change);
    let started = level.start(change);
    let start = started.unwrap_or(step.now);
    let running = !matches!(change.state, State::Closed | State::Withdrawn | State::OutOfScope);
    let due = if started.is_some() { change.service.due } else { level.due(start, &pauses) };
    let deciding = matches!(change.state, State::Assessing | State::AwaitingApproval | State::NeedsInfo);
    Some(ServiceStatus {
        from: Name::from(level.from()),
        to: Name::from(level.to()),
        started,
        due,
        foreseen: started.is_none(),
        left_ms: level.left(start, &pauses, step.now).filter(|_| running && change.service.met.is_none()),
        breached: change.service.breached,
        met: change.service.met,
        forecast: level.forecast(ir, decision, start).filter(|_| deciding),
        best: level.submissions(ir, decision, step.now).filter(|_| change.state == State::Assessing),
        account: level.account(start, &pauses),
    })
}
