//! Whether a roster can fill the seats of a policy (S-120): a seat that nobody holds is an error when both are loaded,
//! never an approval that waits for ever or is skipped.

use super::{Asked, Roster};
use crate::change::approval::Seats;
use crate::change::deciding::Context;
use crate::ir::{Approver, Gives, Ir, Name};
use crate::value::Instant;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with a roster under a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `UNKNOWN_ROLE`, `UNKNOWN_CLASS`, `UNFILLABLE_SEAT`, `DELEGATION_TOO_LONG`, `DELEGATION_CHAIN`,
    /// `DELEGATION_EMPTY`, `NOT_ON_CALL` or `ROTATION_EMPTY`.
    pub code: &'static str,
    /// What, in words.
    pub message: String,
    /// The place in the roster or the policy, such as `delegations[2]` or `seat legal of board cab`.
    pub path: String,
    /// The rules of the policy that need it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Name>,
}

impl Finding {
    fn new(code: &'static str, path: impl Into<String>, message: String) -> Self {
        Self { code, message, path: path.into(), rules: Vec::new() }
    }
}

/// Returns everything that is wrong with a roster under a policy; nothing if it will do.
pub fn findings(ir: &Ir, roster: &Roster) -> Vec<Finding> {
    let mut found = Vec::new();
    unknown_words(ir, roster, &mut found);
    seats(ir, roster, &mut found);
    delegations(ir, roster, &mut found);
    rotations(ir, roster, &mut found);
    found
}

fn unknown_words(ir: &Ir, roster: &Roster, found: &mut Vec<Finding>) {
    let known: Vec<&str> = ir.roles.iter().map(|role| &*role.name).collect();
    let mut check = |name: &Name, path: String| {
        if !known.contains(&&**name) {
            let near = crate::text::nearest(name, known.iter().copied());
            let near = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
            found.push(Finding::new(
                "UNKNOWN_ROLE",
                path,
                format!("the policy knows no role `{name}`{near}"),
            ));
        }
    };
    for role in roster.roles.keys() {
        check(role, format!("roles.{role}"));
    }
    for role in roster.on_call.keys() {
        check(role, format!("on_call.{role}"));
    }
    if let Some(role) = &roster.manager_role {
        check(role, "manager_role".to_owned());
    }
    for (index, delegation) in roster.delegations.iter().enumerate() {
        if let Some(role) = &delegation.role {
            check(role, format!("delegations[{index}].role"));
        }
    }
    for (index, delegation) in roster.delegations.iter().enumerate() {
        for class in delegation.scope.iter().flatten() {
            if !ir.classes.iter().any(|declared| declared.name == *class) {
                let message = format!("the policy knows no class `{class}`");
                found.push(Finding::new("UNKNOWN_CLASS", format!("delegations[{index}].scope"), message));
            }
        }
    }
}

fn seats(ir: &Ir, roster: &Roster, found: &mut Vec<Finding>) {
    for Needed { path, role, rules } in needed(ir) {
        let by_relation = roster.manager_role.as_ref() == Some(&role);
        let held = match by_relation {
            true => !roster.managers.is_empty(),
            false => roster.roles.get(&role).is_some_and(|people| !people.is_empty()),
        };
        if !held {
            let of = rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
            let message = match by_relation {
                true => format!("nobody has a manager, and `{role}` is needed by {of}"),
                false => format!("nobody holds `{role}`, which is needed by {of}"),
            };
            found.push(Finding { rules, ..Finding::new("UNFILLABLE_SEAT", path, message) });
        }
    }
    // Several seats, and too few people for them: one person has one vote.
    for (path, roles, rule) in together(ir) {
        let fixed = roles.iter().filter(|role| roster.manager_role.as_ref() != Some(*role));
        let people: Vec<Vec<Name>> = fixed.map(|role| everybody(ir, roster, role)).collect();
        if people.iter().all(|people| !people.is_empty()) && matched(&people) < people.len() {
            let names = roles.iter().map(|role| format!("`{role}`")).collect::<Vec<_>>().join(", ");
            let message = format!("{names} must vote as different people, and too few people hold them");
            found.push(Finding { rules: vec![rule], ..Finding::new("UNFILLABLE_SEAT", path, message) });
        }
    }
}

/// Whoever may ever act in a role: holders, delegates, whoever is on call.
fn everybody(ir: &Ir, roster: &Roster, role: &Name) -> Vec<Name> {
    let mut people: BTreeSet<Name> = roster.roles.get(role).into_iter().flatten().cloned().collect();
    let delegated = roster.delegations.iter().filter(|it| it.role.as_ref().is_none_or(|of| of == role));
    let counts = delegated.filter(|it| people.contains(&it.from) && !it.is_too_long(ir));
    let delegates: Vec<Name> = counts.map(|it| it.to.clone()).collect();
    people.extend(delegates);
    people.extend(roster.on_call.get(role).into_iter().flat_map(|rotation| rotation.people.iter().cloned()));
    people.into_iter().collect()
}

/// A role that must be held, where it stands, and the rules that lead to it.
struct Needed {
    path: String,
    role: Name,
    rules: Vec<Name>,
}

/// Every seat and role that a route, an exception or a review of the policy names.
fn needed(ir: &Ir) -> Vec<Needed> {
    let mut found: Vec<Needed> = Vec::new();
    let mut need = |path: String, role: &Name, rule: &Name| match found.iter_mut().find(|it| it.path == path)
    {
        Some(known) if !known.rules.contains(rule) => known.rules.push(rule.clone()),
        Some(_) => {}
        None => found.push(Needed { path, role: role.clone(), rules: vec![rule.clone()] }),
    };
    let mut approver = |approver: &Approver, rule: &Name| match approver {
        Approver::Automatically => {}
        Approver::Roles { roles, .. } => {
            roles.iter().for_each(|role| need(format!("role {role}"), role, rule));
        }
        Approver::Board(number) => {
            if let Some(board) = ir.boards.get(*number as usize) {
                for seat in &board.seats {
                    need(format!("seat {} of board {}", seat.id, board.name), &seat.held_by, rule);
                }
            }
        }
    };
    for rule in ir.route.iter().flat_map(|table| &table.rules) {
        if let Gives::Approve(who) = &rule.gives {
            approver(who, &rule.id);
        }
    }
    for exception in &ir.exceptions {
        if let Some((who, _)) = &exception.accept {
            approver(who, &exception.name);
        }
    }
    let reviews = ir.classes.iter().filter_map(|class| Some((&class.review.as_ref()?.by, &class.name)));
    for (by, why) in reviews.chain(ir.exceptions.iter().map(|it| (&it.review.by, &it.name))) {
        match ir.boards.iter().position(|board| board.name == *by) {
            Some(number) => approver(&Approver::Board(u32::try_from(number).unwrap_or(u32::MAX)), why),
            None => approver(&Approver::Roles { count: 1, roles: vec![by.clone()] }, why),
        }
    }
    found
}

/// The roles whose votes are needed together, by route: all of the roles, or the mandatory seats of a board.
fn together(ir: &Ir) -> Vec<(String, Vec<Name>, Name)> {
    let mut found = Vec::new();
    for rule in ir.route.iter().flat_map(|table| &table.rules) {
        match &rule.gives {
            Gives::Approve(Approver::Roles { count, roles }) if *count as usize >= roles.len() => {
                found.push((format!("route {}", rule.id), roles.clone(), rule.id.clone()));
            }
            Gives::Approve(Approver::Board(number)) => {
                if let Some(board) = ir.boards.get(*number as usize) {
                    let mandatory = board.seats.iter().filter(|seat| seat.mandatory);
                    let roles: Vec<Name> = mandatory.map(|seat| seat.held_by.clone()).collect();
                    found.push((format!("board {}", board.name), roles, rule.id.clone()));
                }
            }
            _ => {}
        }
    }
    found
}

/// How many seats can be filled at once by different people: a maximum matching, by augmenting paths.
fn matched(seats: &[Vec<Name>]) -> usize {
    let mut holders: BTreeMap<&Name, usize> = BTreeMap::new();
    (0..seats.len()).filter(|seat| fill(seats, *seat, &mut holders, &mut BTreeSet::new())).count()
}

/// Fills a seat, if need be by moving others. Each person is tried once, so it goes no deeper than there are seats.
fn fill<'a>(
    seats: &'a [Vec<Name>],
    seat: usize,
    holders: &mut BTreeMap<&'a Name, usize>,
    tried: &mut BTreeSet<&'a Name>,
) -> bool {
    for person in seats.get(seat).into_iter().flatten() {
        if !tried.insert(person) {
            continue;
        }
        let other = holders.get(person).copied();
        if other.is_none_or(|other| fill(seats, other, holders, tried)) {
            holders.insert(person, seat);
            return true;
        }
    }
    false
}

fn delegations(ir: &Ir, roster: &Roster, found: &mut Vec<Finding>) {
    for (index, delegation) in roster.delegations.iter().enumerate() {
        let path = format!("delegations[{index}]");
        let (from, to) = (&delegation.from, &delegation.to);
        if delegation.since >= delegation.until || from == to {
            let message = format!("`{from}` delegates nothing to `{to}`: no time, or no other person");
            found.push(Finding::new("DELEGATION_EMPTY", &*path, message));
        }
        if delegation.is_too_long(ir) {
            let message = delegation.says_too_long(ir);
            found.push(Finding::new("DELEGATION_TOO_LONG", &*path, message));
        }
        let holds = |role: &Name| roster.roles.get(role).is_some_and(|people| people.contains(from));
        let manages = roster.managers.values().any(|manager| manager == from);
        let holds_it = match &delegation.role {
            Some(role) => holds(role) || roster.manager_role.as_ref() == Some(role) && manages,
            None => roster.roles.keys().any(holds) || manages,
        };
        if !holds_it {
            let what =
                delegation.role.as_ref().map_or_else(|| "no role".to_owned(), |role| format!("not `{role}`"));
            let message = format!("`{from}` holds {what}, and nobody passes on what was passed to them");
            found.push(Finding::new("DELEGATION_CHAIN", path, message));
        }
    }
}

fn rotations(ir: &Ir, roster: &Roster, found: &mut Vec<Finding>) {
    for (role, rotation) in &roster.on_call {
        let path = format!("on_call.{role}");
        let declared = ir.roles.iter().find(|declared| declared.name == *role);
        if declared.is_some_and(|declared| !declared.on_call) {
            let message = format!("the policy does not say `on call` of role `{role}`");
            found.push(Finding::new("NOT_ON_CALL", &*path, message));
        }
        if rotation.people.is_empty() || rotation.turn_ms.ms() <= 0 {
            let message = format!("the rotation of `{role}` has no people, or turns of no time");
            found.push(Finding::new("ROTATION_EMPTY", path, message));
        }
    }
}

/// Returns the seats of a route that nobody could fill for a change of this requester: mandatory ones without people,
/// all of them if there are too few people for the quorum.
pub fn unfillable(
    context: &Context<'_>,
    seats: &Seats,
    requester: &str,
    class: Option<&str>,
    now: Instant,
) -> Vec<Name> {
    let asked =
        Asked { ir: context.ir, requester, implementer: None, class, on_call_counts: !seats.board, now };
    let people = |role: &Name| -> Vec<Name> {
        let mut people = context.roster.entitled(&asked, role);
        // Whoever is on call or stands in later may vote then.
        people.extend(everybody(context.ir, context.roster, role));
        people.retain(|person| **person != *requester);
        people
    };
    let all: Vec<Vec<Name>> = seats.seats.iter().map(|seat| people(&seat.role)).collect();
    let with_people = || seats.seats.iter().zip(&all);
    let empty = with_people().filter(|(seat, people)| seat.mandatory && people.is_empty());
    let empty: Vec<Name> = empty.map(|(seat, _)| seat.id.clone()).collect();
    if !empty.is_empty() {
        return empty;
    }
    let mandatory: Vec<Vec<Name>> =
        with_people().filter(|(seat, _)| seat.mandatory).map(|(_, people)| people.clone()).collect();
    let enough = matched(&all) >= seats.at_least as usize && matched(&mandatory) == mandatory.len();
    if enough { Vec::new() } else { seats.seats.iter().map(|seat| seat.id.clone()).collect() }
}
