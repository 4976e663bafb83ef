//! Who must approve a change, who has, and what their votes come to.

use super::command::Choice;
use super::deciding::Context;
use super::event::{Notice, Reason, Vote};
use super::record::{Change, role_of};
use super::refusal::Refusal;
use super::roster::{Asked, Capacity};
use crate::eval::{Approve, Decision};
use crate::ir::{Approver, Ir, Name};
use crate::value::Instant;

/// The seats of a route, and how many of them must say yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seats {
    /// The seats, or on a route of roles the roles.
    pub seats: Vec<Seat>,
    /// So many must approve.
    pub at_least: u32,
    /// Whether a board decides.
    pub board: bool,
}

/// A seat and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Its id.
    pub id: Name,
    /// The role that holds it.
    pub role: Name,
    /// Whether nothing is approved without it.
    pub mandatory: bool,
}

/// What the votes come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tally {
    /// Approved.
    Approved {
        /// So many said yes.
        approvals: u32,
        /// Whose vote is not needed any more.
        not_required: Vec<Name>,
    },
    /// Not yet.
    Open,
    /// Rejected, with `MANDATORY_REJECT` or `QUORUM_UNREACHABLE`.
    Rejected(&'static str),
}

impl Seats {
    /// Returns the seats of a decision; `None` if nobody has to approve.
    pub fn of(decision: &Decision) -> Option<Self> {
        match &decision.route.as_ref()?.approve {
            Approve::Automatically => None,
            Approve::Roles { count, roles } => Some(Self::of_roles(*count, roles)),
            Approve::Board { seats, at_least, .. } => {
                let seat = |seat: &crate::eval::Seat| Seat {
                    id: seat.id.clone(),
                    role: seat.held_by.clone(),
                    mandatory: seat.mandatory,
                };
                Some(Self { seats: seats.iter().map(seat).collect(), at_least: *at_least, board: true })
            }
        }
    }

    /// Returns the seats of so many of some roles. Where all are needed each of them is mandatory.
    pub(super) fn of_roles(count: u32, roles: &[Name]) -> Self {
        let all = usize::try_from(count).is_ok_and(|count| count >= roles.len());
        let seat = |role: &Name| Seat { id: role.clone(), role: role.clone(), mandatory: all };
        Self { seats: roles.iter().map(seat).collect(), at_least: count, board: false }
    }

    /// Returns the seats of whoever the policy names: roles, or a board with the seats that exist always.
    pub(super) fn of_approver(ir: &Ir, approver: &Approver) -> Self {
        match approver {
            Approver::Automatically => Self { seats: Vec::new(), at_least: 0, board: false },
            Approver::Roles { count, roles } => Self::of_roles(*count, roles),
            Approver::Board(number) => {
                let seats =
                    ir.boards.get(*number as usize).map_or(&[] as &[_], |board| board.seats.as_slice());
                let roles: Vec<Name> = seats.iter().map(|seat| seat.held_by.clone()).collect();
                Self::of_roles(u32::try_from(roles.len()).unwrap_or(u32::MAX), &roles)
            }
        }
    }

    pub(super) fn tally(&self, votes: &[Vote]) -> Tally {
        let of = |seat: &Seat| votes.iter().find(|vote| vote.seat == seat.id).map(|vote| vote.decision);
        let count = |choice: Option<Choice>| {
            let such = self.seats.iter().filter(|seat| of(seat) == choice).count();
            u32::try_from(such).unwrap_or(u32::MAX)
        };
        let (approvals, open) = (count(Some(Choice::Approve)), count(None));
        let mandatory = || self.seats.iter().filter(|seat| seat.mandatory);
        if mandatory().any(|seat| of(seat) == Some(Choice::Reject)) {
            return Tally::Rejected("MANDATORY_REJECT");
        }
        if approvals.saturating_add(open) < self.at_least {
            return Tally::Rejected("QUORUM_UNREACHABLE");
        }
        // An approval that nobody gives is no approval, whatever the policy's numbers say (D-17).
        let enough = approvals >= self.at_least.max(1);
        if !enough || mandatory().any(|seat| of(seat) != Some(Choice::Approve)) {
            return Tally::Open;
        }
        let unasked = self.seats.iter().filter(|seat| of(seat).is_none()).map(|seat| seat.id.clone());
        Tally::Approved { approvals, not_required: unasked.collect() }
    }

    /// Returns the seats whose approval is still needed: the mandatory ones without it, and the others while the
    /// quorum is not reached.
    pub fn missing(&self, votes: &[Vote]) -> Vec<Name> {
        let of = |seat: &Seat| votes.iter().find(|vote| vote.seat == seat.id).map(|vote| vote.decision);
        let approvals = self.seats.iter().filter(|seat| of(seat) == Some(Choice::Approve)).count();
        let short = u32::try_from(approvals).unwrap_or(u32::MAX) < self.at_least;
        let needed = |seat: &&Seat| match of(seat) {
            Some(Choice::Approve) => false,
            Some(Choice::Reject) => seat.mandatory,
            None => seat.mandatory || short,
        };
        self.seats.iter().filter(needed).map(|seat| seat.id.clone()).collect()
    }
}

/// Asks about a role for a change.
pub(super) fn asked<'a>(context: &Context<'a>, change: &'a Change, board: bool, now: Instant) -> Asked<'a> {
    Asked {
        ir: context.ir,
        requester: &change.requester,
        implementer: change.implementer.as_deref(),
        class: change.class().map(|class| &**class),
        on_call_counts: !board,
        now,
    }
}

/// Finds the seat that a person votes for, and by what right.
///
/// # Errors
/// `SOD_REQUESTER`, `SOD_IMPLEMENTER`, `SOD_ONE_PERSON_ONE_SEAT`, `NOT_AN_APPROVER`, `DELEGATION_TOO_LONG`, `SEAT_TAKEN`,
/// `SEAT_UNCLEAR`.
pub(super) fn seat_for(
    context: &Context<'_>,
    change: &Change,
    seats: &Seats,
    person: &Name,
    wanted: Option<&Name>,
    now: Instant,
) -> Result<(Seat, Capacity), Refusal> {
    separate_approver(context.ir, change, person)?;
    let question = asked(context, change, seats.board, now);
    let entitled: Vec<(&Seat, Capacity)> = seats
        .seats
        .iter()
        .filter_map(|seat| Some((seat, context.roster.capacity(&question, person, &seat.role)?)))
        .collect();
    if let Some(wanted) = wanted
        && !seats.seats.iter().any(|seat| seat.id == *wanted)
    {
        let known: Vec<&str> = seats.seats.iter().map(|seat| &*seat.id).collect();
        return Err(Refusal::new("NOT_AN_APPROVER", format!("`{wanted}` does not decide on this change"))
            .help(format!("its seats are {}", known.join(", "))));
    }
    let mine: Vec<&(&Seat, Capacity)> =
        entitled.iter().filter(|(seat, _)| wanted.is_none_or(|wanted| seat.id == *wanted)).collect();
    if mine.is_empty() {
        return Err(not_entitled(context, &question, seats, person, wanted));
    }
    if let Some(vote) = change.votes.iter().find(|vote| vote.by == *person) {
        return Err(Refusal::new(
            "SOD_ONE_PERSON_ONE_SEAT",
            format!("`{person}` has voted for `{}` on this revision: one person has one vote", vote.seat),
        ));
    }
    let taken = |seat: &Seat| change.votes.iter().any(|vote| vote.seat == seat.id);
    let free: Vec<&&(&Seat, Capacity)> = mine.iter().filter(|(seat, _)| !taken(seat)).collect();
    match free.as_slice() {
        [] => Err(Refusal::new("SEAT_TAKEN", "somebody has voted for this seat already")),
        [(seat, capacity)] => Ok(((*seat).clone(), capacity.clone())),
        [(first, _), ..] => {
            let names: Vec<&str> = free.iter().map(|(seat, _)| &*seat.id).collect();
            Err(Refusal::new("SEAT_UNCLEAR", format!("`{person}` may vote for {}", names.join(", ")))
                .help(format!("name the seat, as in `\"seat\": \"{}\"`", first.id)))
        }
    }
}

/// Why a person votes for none of the seats, or not for the one that they want.
fn not_entitled(
    context: &Context<'_>,
    question: &Asked<'_>,
    seats: &Seats,
    person: &Name,
    wanted: Option<&Name>,
) -> Refusal {
    let asked_for = || seats.seats.iter().filter(|seat| wanted.is_none_or(|wanted| seat.id == *wanted));
    let mut by_proxy = asked_for().filter_map(|seat| context.roster.by_proxy(question, person, &seat.role));
    if let Some(delegation) = by_proxy.next() {
        let (code, part) = match *delegation.from == *question.requester {
            true => ("SOD_REQUESTER", "asks for"),
            false => ("SOD_IMPLEMENTER", "deploys"),
        };
        let message =
            format!("`{}` {part} this change, so `{person}` cannot decide on it for them", delegation.from);
        return Refusal::new(code, message)
            .help("another holder of the role decides, or whoever is on call for it");
    }
    let mut too_long = asked_for().filter_map(|seat| context.roster.too_long(question, person, &seat.role));
    if let Some(delegation) = too_long.next() {
        return Refusal::new("DELEGATION_TOO_LONG", delegation.says_too_long(context.ir))
            .help("a delegation that is too long counts for nothing: give one that the policy allows");
    }
    let what =
        wanted.map_or_else(|| "a seat that decides on this change".to_owned(), |seat| format!("`{seat}`"));
    Refusal::new("NOT_AN_APPROVER", format!("`{person}` does not hold {what} at {}", question.now))
        .help("the roster says who holds each role, stands in for its holder, or is on call")
}

/// Says whether the policy wants two parts played by different people.
pub(super) fn separates(ir: &Ir, one: &str, other: &str) -> bool {
    let named = |part: &str| {
        ir.approvals.as_ref().is_some_and(|approvals| approvals.separate.iter().any(|it| &**it == part))
    };
    named(one) && named(other)
}

/// Refuses an approver who plays another part in the change (D-01).
fn separate_approver(ir: &Ir, change: &Change, person: &Name) -> Result<(), Refusal> {
    if *person == change.requester && separates(ir, "requester", "approver") {
        return Err(Refusal::new(
            "SOD_REQUESTER",
            format!("`{person}` asks for this change and cannot decide on it"),
        ));
    }
    if change.implementer.as_ref() == Some(person) && separates(ir, "approver", "implementer") {
        return Err(Refusal::new(
            "SOD_IMPLEMENTER",
            format!("`{person}` deploys this change and cannot decide on it"),
        ));
    }
    Ok(())
}

/// Returns why a person cannot deploy a change; nothing if they can (D-01).
pub(super) fn bars_to_implement(ir: &Ir, change: &Change, person: &Name) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if *person == change.requester && separates(ir, "requester", "implementer") {
        let message = format!("`{person}` asks for this change and cannot deploy it");
        reasons.push(Reason::new("SOD_REQUESTER", message));
    }
    let accepted = change.escalation.iter().flat_map(|escalation| &escalation.accepted);
    let passed = change.votes.iter().map(|vote| &vote.by).chain(accepted).chain(&change.escalated_by);
    if passed.into_iter().any(|by| by == person) && separates(ir, "approver", "implementer") {
        let message =
            format!("`{person}` voted on this change, or took its escalation on, and cannot deploy it");
        reasons.push(Reason::new("SOD_IMPLEMENTER", message));
    }
    reasons
}

/// Returns the roles that a name of the policy stands for: those at the table of a board, or the role itself.
pub(super) fn roles_of(ir: &Ir, name: &str) -> Vec<Name> {
    match ir.boards.iter().find(|board| *board.name == *name) {
        Some(board) => board.seats.iter().map(|seat| seat.held_by.clone()).collect(),
        None => vec![Name::from(name)],
    }
}

/// Returns whoever the words of the policy mean at an instant: `requester`, `approvers`, `deputies`, roles, boards.
pub(super) fn told(context: &Context<'_>, change: &Change, words: &[Name], now: Instant) -> Vec<Notice> {
    let mut notices: Vec<Notice> = Vec::new();
    let mut tell = |to: &Name, role: String| {
        // A deployment without a change has no requester.
        if !to.is_empty() && !notices.iter().any(|notice| notice.to == *to) {
            notices.push(Notice { to: to.clone(), role });
        }
    };
    let seats = change.decision.as_deref().and_then(Seats::of);
    let question = asked(context, change, seats.as_ref().is_some_and(|seats| seats.board), now);
    let open: Vec<Seat> = seats
        .iter()
        .flat_map(|seats| {
            let missing = seats.missing(&change.votes);
            seats.seats.iter().filter(move |seat| missing.contains(&seat.id)).cloned()
        })
        .collect();
    for word in words {
        match &**word {
            "requester" => tell(&change.requester, word.to_string()),
            "implementer" => {
                if let Some(person) = &change.implementer {
                    tell(person, word.to_string());
                }
            }
            "approver" | "approvers" => {
                for seat in &open {
                    for person in context.roster.holders(&seat.role, &change.requester) {
                        tell(&person, seat.role.to_string());
                    }
                }
            }
            "deputies" => {
                for seat in &open {
                    for person in context.roster.deputies(&question, &seat.role) {
                        tell(&person, format!("deputy for {}", seat.role));
                    }
                }
            }
            name => {
                for role in roles_of(context.ir, name) {
                    for person in context.roster.holders(&role, &change.requester) {
                        tell(&person, role.to_string());
                    }
                }
            }
        }
    }
    notices
}

/// Returns the words for whoever voted in a seat.
pub fn voter(vote: &Vote) -> String {
    role_of(&vote.seat, vote.standing_in.as_ref())
}
