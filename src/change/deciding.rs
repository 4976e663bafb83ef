//! What the policy says of a change at an instant: the change's request, what machines reported, and what the workflow
//! itself knows, put together and handed to the one evaluator.

use super::event::Reason;
use super::record::Change;
use super::refusal::Refusal;
use super::register::{self, Conflicts, Register};
use super::roster::Roster;
use super::stand_in::with_stand_ins;
use super::state::State;
use crate::eval::{self, Decision, InputError, MOST_WORK, Outcome, Unobserved};
use crate::ir::{FactsGroup, Gate, InputDigests, Ir, Name, NodeId, Record, Slot, Type, all_nodes, own_slots};
use crate::json::{Json, Number, canonical};
use crate::value::{Digest, Instant};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a change is judged by, beside its own history.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The policy.
    pub ir: &'a Ir,
    /// Who holds which role.
    pub roster: &'a Roster,
    /// The other changes.
    pub register: &'a Register,
}

/// The facts groups that the workflow itself fills in, and nobody reports.
const OWN_GROUPS: [&str; 2] = ["conflicts", "closing"];
/// The facts that every policy knows; the workflow fills them in, too.
const BUILT_IN: [&str; 3] = ["submission", "catalogue", "freezes"];

/// What the policy says.
pub(super) struct Decided {
    /// With the gates at this instant. It names its input only once it is [put on record](Self::put_on_record).
    pub decision: Decision,
    /// What it was decided on.
    pub record: Record,
    /// How the rules came out.
    pub outcome: Outcome,
    facts: Facts,
}

/// The facts of a question, each group once.
struct Facts {
    /// What machines reported.
    reported: Arc<Json>,
    /// What they say now, over that.
    news: Option<Arc<Json>>,
    /// The names of what the workflow alone fills in, whatever anybody says.
    reserved: Vec<&'static str>,
    /// The groups that it fills in.
    own: Vec<(&'static str, Json)>,
}

impl Facts {
    fn each(&self) -> impl Iterator<Item = (&str, &Json)> {
        let own = self.own.iter().map(|(name, group)| (*name, group));
        let news = self.news.as_deref().map_or(&[][..], groups_of);
        let fresh = |name: &str| news.iter().any(|(other, _)| other == name);
        let reported = groups_of(&self.reported).iter().filter(move |(name, _)| !fresh(name)).chain(news);
        reported
            .filter(|(name, _)| !self.reserved.contains(&name.as_str()))
            .map(|(name, group)| (name.as_str(), group))
            .chain(own)
    }
}

fn groups_of(facts: &Json) -> &[(String, Json)] {
    if let Json::Object(groups) = facts { groups } else { &[] }
}

impl Decided {
    /// Returns the decision with the digests of what it was made on. Most decisions are asked for their gates and then
    /// forgotten, and need none.
    pub(super) fn put_on_record(self, ir: &Ir, request: &Json) -> Decision {
        let InputDigests { request, facts } = eval::digests_of(ir, request, self.facts.each());
        Decision { input: eval::Input { request: Some(request), facts: Some(facts) }, ..self.decision }
    }
}

/// How the workflow fills in the group `closing`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Closing {
    /// Whether the trail was verified.
    pub trail_whole: bool,
}

/// What is decided on: a change, with this request, and facts reported besides.
pub(super) struct Question<'a> {
    /// The change.
    pub change: &'a Change,
    /// Its request, or the one that it would have.
    pub request: &'a Json,
    /// What machines say now, over what they reported.
    pub news: Option<&'a Arc<Json>>,
    /// The instant.
    pub now: Instant,
    /// The class that an exception gives it, or that it keeps.
    pub class: Option<u16>,
    /// The implementer whose other changes are looked at.
    pub implementer: Option<&'a Name>,
    /// What is known of its end.
    pub closing: Closing,
}

impl<'a> Question<'a> {
    /// Asks about a change as it is.
    pub(super) fn of(change: &'a Change, now: Instant) -> Self {
        Self {
            change,
            request: &change.request,
            news: None,
            now,
            class: None,
            implementer: change.implementer.as_ref(),
            closing: Closing::default(),
        }
    }
}

/// Decides.
///
/// # Errors
/// Every fault of the request and the facts, with its code and place; `TOO_MUCH_WORK` for lists that are too long.
pub(super) fn decide(context: &Context<'_>, question: &Question<'_>) -> Result<Decided, Refusal> {
    let ir = context.ir;
    let facts = facts_of(context, question);
    let mut record =
        eval::read_undigested(ir, question.request, facts.each(), question.now).map_err(faults)?;
    record.class_given = question.class;
    if eval::work(ir, &record) > MOST_WORK {
        return Err(Refusal::new(
            "TOO_MUCH_WORK",
            format!("deciding this would take more than {MOST_WORK} steps"),
        )
        .help("shorten the lists: the patterns of the policy are held against each item"));
    }
    let outcome = eval::decide(ir, &record, question.now, &mut Unobserved);
    Ok(Decided { decision: eval::decision(ir, &record, &outcome), record, outcome, facts })
}

/// Returns what a change is decided on at `now`, for those who watch it.
///
/// # Errors
/// `OTHER_POLICY` for a change that stands under another one; else as a decision on it.
pub fn record_of(change: &Change, context: &Context<'_>, now: Instant) -> Result<Record, Refusal> {
    super::policy(context, change)?;
    Ok(decide(context, &Question::of(change, now))?.record)
}

/// Says whether a policy would judge a change more lightly than the one it stands under does: with less gravity, out of
/// scope, or not at all. `outgoing` is the policy in force, which says what weighs more.
pub fn would_ease(change: &Change, outgoing: &Ir, incoming: &Context<'_>, now: Instant) -> bool {
    let Some(before) = &change.decision else { return false };
    let request = with_stand_ins(incoming.ir, &change.request, &change.requester, change.unknown());
    match decide(incoming, &Question { request: &request, class: None, ..Question::of(change, now) }) {
        Ok(decided) => gravity(outgoing, &decided.decision) < gravity(outgoing, before),
        Err(_) => true,
    }
}

/// Looks at a request that may be half filled in.
///
/// # Errors
/// Every fault of what is there.
pub(super) fn check_draft(ir: &Ir, request: &Json, now: Instant) -> Result<(), Refusal> {
    let (_, errors) = eval::read_partial(ir, request, &Json::Object(Vec::new()), now);
    if errors.is_empty() { Ok(()) } else { Err(faults(errors)) }
}

fn faults(errors: Vec<InputError>) -> Refusal {
    let help = errors.first().and_then(|error| error.help.clone());
    let reason = |error: InputError| {
        Reason::new(error.code.word(), error.message).missing(vec![Name::from(error.path.as_str())])
    };
    Refusal { help, ..Refusal::of(errors.into_iter().map(reason).collect()) }
}

/// Looks at facts that a machine reports of a change.
///
/// # Errors
/// `NOT_AUTHORIZED` for a group that another machine reports, `UNKNOWN_FIELD` for one that the policy does not know,
/// `TOO_EARLY` for what a deployment came to that has not begun: not run is not passed (D-10).
pub(super) fn check_reported(ir: &Ir, change: &Change, facts: &Json, from: &str) -> Result<(), Refusal> {
    let is_deployed = change.milestones.implementing.is_some() || change.state == State::Unauthorized;
    let Json::Object(groups) = facts else {
        return Err(Refusal::new("WRONG_TYPE", "facts are an object of groups"));
    };
    let mut reasons = of_others(ir, facts, &[from]);
    for (name, _) in groups {
        match ir.facts.iter().find(|group| *group.name == **name) {
            Some(group) if &*group.from == from && !is_deployed && is_of_the_end(ir, group) => {
                let message = format!("`{name}` says what a deployment came to, and this one has not begun");
                reasons.push(Reason::new("TOO_EARLY", message));
            }
            None if !BUILT_IN.contains(&name.as_str()) => {
                reasons.push(Reason::new("UNKNOWN_FIELD", format!("the policy knows no facts `{name}`")));
            }
            _ => {}
        }
    }
    if groups.is_empty() {
        reasons.push(Reason::new("NOTHING_CHANGES", "the report holds no group of facts"));
    }
    if reasons.is_empty() { Ok(()) } else { Err(Refusal::of(reasons)) }
}

/// Returns a reason, `NOT_AUTHORIZED`, for each group of facts that none of these machines tells.
pub(super) fn of_others(ir: &Ir, facts: &Json, from: &[&str]) -> Vec<Reason> {
    let groups = if let Json::Object(groups) = facts { groups.as_slice() } else { &[] };
    let teller = from.first().copied().unwrap_or_default();
    let message = |name: &str| match ir.facts.iter().find(|group| *group.name == *name) {
        Some(group) if from.contains(&&*group.from) => None,
        Some(group) => Some(format!("`{name}` is reported by `{}`, not by `{teller}`", group.from)),
        None if BUILT_IN.contains(&name) => {
            Some(format!("`{name}` comes from the register and the history of changes: nobody reports it"))
        }
        None => None,
    };
    groups
        .iter()
        .filter_map(|(name, _)| message(name))
        .map(|said| Reason::new("NOT_AUTHORIZED", said))
        .collect()
}

/// Returns the groups of these facts that say what a deployment came to.
pub(super) fn came_to(ir: &Ir, facts: &Json) -> Vec<Name> {
    let there = ir.facts.iter().filter(|group| facts.get(&group.name).is_some());
    there.filter(|group| is_of_the_end(ir, group)).map(|group| group.name.clone()).collect()
}

/// Whether a group of facts says what a deployment came to: nothing but the gates that ask for it reads it.
fn is_of_the_end(ir: &Ir, group: &FactsGroup) -> bool {
    let (after, before): (Vec<&Gate>, Vec<&Gate>) =
        ir.gates.iter().partition(|gate| matches!(&*gate.name, "promote" | "review" | "close"));
    let nodes = |gates: &[&Gate]| -> BTreeSet<NodeId> {
        let roots = gates.iter().flat_map(|gate| &gate.requires);
        roots
            .flat_map(|require| require.when.into_iter().chain([require.that]))
            .flat_map(|root| all_nodes(ir, root))
            .collect()
    };
    let (after, before) = (nodes(&after), nodes(&before));
    let reads = |node: NodeId| own_slots(ir, node).iter().any(|slot| group.slots.contains(slot));
    let of_lets: BTreeSet<NodeId> = ir.lets.iter().flat_map(|it| all_nodes(ir, it.value)).collect();
    let mut readers = (0..).map(NodeId).take(ir.nodes.len()).filter(|node| reads(*node)).peekable();
    // What a name stands for is read wherever the name is: that may be before.
    readers.peek().is_some()
        && readers.all(|node| after.contains(&node) && !before.contains(&node) && !of_lets.contains(&node))
}

/// Puts together what machines reported and what the workflow knows.
fn facts_of(context: &Context<'_>, question: &Question<'_>) -> Facts {
    let change = question.change;
    let at = change.service.counts_from.or(change.milestones.submitted).unwrap_or(question.now);
    let mut own = vec![("submission", object([("at", text(at))]))];
    let histories = context.register.catalogue.iter().map(|(entry, history)| {
        let counts = [
            ("runs", number(history.runs)),
            ("succeeded", number(history.succeeded)),
            ("suspended", Json::Bool(history.suspended)),
        ];
        (entry.to_string(), object(counts))
    });
    let known = |code: &str| context.ir.entries.iter().any(|entry| *entry.code == *code);
    let histories = histories.filter(|(code, _)| known(code)).collect();
    own.push(("catalogue", Json::Object(histories)));
    let freezes = context.register.freezes.iter().map(|freeze| {
        object([("id", text(&freeze.id)), ("from", text(freeze.from)), ("to", text(freeze.end()))])
    });
    own.push(("freezes", Json::Array(freezes.collect())));
    own.extend(own_groups(context, question));
    let reserved = BUILT_IN.into_iter().chain(OWN_GROUPS.into_iter().filter(|name| is_own(context.ir, name)));
    let reserved = reserved.collect();
    Facts { reported: Arc::clone(&change.facts), news: question.news.cloned(), reserved, own }
}

fn is_own(ir: &Ir, name: &str) -> bool {
    ir.facts.iter().any(|group| *group.name == *name && &*group.from == "workflow")
}

/// The groups `conflicts` and `closing`, as far as the policy declares them with fields that are known here.
fn own_groups(context: &Context<'_>, question: &Question<'_>) -> Vec<(&'static str, Json)> {
    let (ir, change) = (context.ir, question.change);
    let mut groups = Vec::new();
    if let (Some(_), Some(Json::String(component))) =
        (register::window_slot(ir), question.request.get("component"))
    {
        let implementer = question.implementer.map(|person| &**person);
        let window = register::requested_window(ir, question.request);
        // Nothing lies in the way of a window that is not known yet: that it is missing is another matter.
        let in_the_way = match change.state {
            State::Scheduled | State::OnHold => Register::conflicts_at_start,
            _ => Register::conflicts,
        };
        let found = window.map_or_else(Conflicts::default, |window| {
            in_the_way(context.register, &change.id, component, window, implementer)
        });
        let count = |changes: &[Name]| number(u32::try_from(changes.len()).unwrap_or(u32::MAX));
        let known = [
            ("same_component", count(&found.same_component)),
            ("related", count(&found.related)),
            ("same_implementer", count(&found.same_implementer)),
        ];
        groups.extend(own_group(ir, "conflicts", &known));
    }
    let reviewed = change.reviewed.as_ref();
    let known = [
        ("reviewed", Json::Bool(reviewed.is_some())),
        ("docs_updated", Json::Bool(reviewed.is_some_and(|review| review.docs_updated))),
        ("trail_whole", Json::Bool(question.closing.trail_whole)),
    ];
    groups.extend(own_group(ir, "closing", &known));
    groups
}

/// A group of the workflow with the fields that the policy declares in it; `None` if one of them is not known here.
fn own_group(ir: &Ir, name: &'static str, known: &[(&str, Json)]) -> Option<(&'static str, Json)> {
    let group = ir.facts.iter().find(|group| *group.name == *name && &*group.from == "workflow")?;
    let mut members = Vec::with_capacity(group.slots.len());
    for slot in &group.slots {
        let path = &ir.slots.get(slot.index())?.path;
        let (_, field) = path.rsplit_once('.')?;
        let (_, value) = known.iter().find(|(name, _)| *name == field)?;
        members.push((field.to_owned(), value.clone()));
    }
    Some((name, Json::Object(members)))
}

fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn text(value: impl ToString) -> Json {
    Json::String(value.to_string())
}

fn number(count: u32) -> Json {
    Number::from_i64(i64::from(count)).map_or(Json::Null, Json::Number)
}

/// Returns the digest that votes are bound to: of the request without the fields that may be edited freely, so that a
/// new title needs no new vote (D-03, P-22), and without personal ones, so that it outlives their erasure.
pub(super) fn digest(ir: &Ir, request: &Json) -> Digest {
    Digest::of(ir.canonical_without(request, |slot| slot.editorial || slot.personal).as_bytes())
}

/// Puts a value into a request, at the path of a field.
pub(super) fn put(json: &mut Json, path: &str, value: Json) {
    let Json::Object(members) = json else { return };
    let (name, rest) = path.split_once('.').map_or((path, None), |(group, rest)| (group, Some(rest)));
    let position = members.iter().position(|(known, _)| known == name);
    let value = match rest {
        None => value,
        Some(rest) => {
            let inner = position.and_then(|position| members.get(position)).map(|(_, inner)| inner.clone());
            let mut inner = inner.filter(|json| *json != Json::Null).unwrap_or(Json::Object(Vec::new()));
            put(&mut inner, rest, value);
            inner
        }
    };
    match position.and_then(|position| members.get_mut(position)) {
        Some(place) => place.1 = value,
        None => members.push((name.to_owned(), value)),
    }
}

/// Returns the paths of the fields in which a request differs from that of a change, in the order of the form. What a trail withheld and
/// this policy does not is written anew, whatever it says.
pub(super) fn changed(ir: &Ir, change: &Change, after: &Json) -> Vec<Name> {
    let before = &change.request;
    let rewritten = |slot: &Slot| {
        !slot.personal && change.withheld.as_ref().is_some_and(|withheld| withheld.holds(&slot.path))
    };
    let asked = ir.slots.iter().filter(|slot| slot.origin == crate::ir::Origin::Request);
    let differs = |path: &str| {
        let (before, after) = (register::member(before, path), register::member(after, path));
        // The order of members makes no difference.
        before != after && before.map(canonical) != after.map(canonical)
    };
    asked.filter(|slot| differs(&slot.path) || rewritten(slot)).map(|slot| slot.path.clone()).collect()
}

/// Says whether a change of these fields needs a new approval (P-22): one of them is not editorial. To fill in the
/// window is no change of it.
pub(super) fn is_material(ir: &Ir, before: &Json, changed: &[Name]) -> bool {
    let window = register::window_slot(ir);
    ir.slots.iter().enumerate().any(|(index, slot)| {
        let filled_in = window.is_some_and(|window| window.index() == index)
            && slot.ty == Type::Period
            && register::member(before, &slot.path).is_none();
        changed.contains(&slot.path) && !slot.editorial && !filled_in
    })
}

/// How grave a decision is: the class by its place among the classes, then the risk. Nothing weighs less than out of
/// scope.
pub(super) fn gravity(ir: &Ir, decision: &Decision) -> (usize, usize) {
    let class = decision.class.as_ref().and_then(|class| class_number(ir, &class.value));
    let scale = ir.risk_enum.and_then(|scale| ir.enums.get(scale.index()));
    let risk = decision.risk.as_ref().zip(scale);
    let risk = risk.and_then(|(risk, scale)| scale.values.iter().position(|level| level.name == *risk));
    let above = |place: Option<usize>| place.map_or(0, |place| place.saturating_add(1));
    (above(class), above(risk))
}

/// Returns the place of a class among the classes.
pub(super) fn class_number(ir: &Ir, class: &str) -> Option<usize> {
    ir.classes.iter().position(|declared| *declared.name == *class)
}
