//! Phase 1: the request, its edits, its submission; and its end before it began.

use super::assess;
use crate::change::command::Command;
use crate::change::deciding::{
    Decided, Question, changed, check_draft, class_number, decide, digest, gravity, is_material,
};
use crate::change::event::{Cause, What};
use crate::change::record::Change;
use crate::change::refusal::Refusal;
use crate::change::register;
use crate::change::state::{Actor, Machine, State};
use crate::change::step::Step;
use crate::ir::{Ir, Name};
use crate::json::{FORBIDDEN_KEYS, Json};
use crate::value::Instant;
use std::sync::Arc;

/// Looks at the id of a change.
///
/// # Errors
/// `BAD_ID`: of other characters, too long, or a key that no JSON of ours can have, in which changes stand by their ids.
pub fn checked_id(id: &Name) -> Result<(), Refusal> {
    let legal = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    if id.is_empty() || id.len() > 60 || !id.chars().all(legal) {
        return Err(Refusal::new("BAD_ID", "an id has 1 to 60 letters, digits, `-`, `_` and `.`"));
    }
    if FORBIDDEN_KEYS.contains(&&**id) {
        let message = format!("`{id}` is a word of JavaScript's objects, and no id");
        return Err(Refusal::new("BAD_ID", message).help("put a number to it, as in `CHG-1024`"));
    }
    Ok(())
}

/// Begins a draft.
///
/// # Errors
/// Faults of what the request holds; `REQUESTER_UNKNOWN` if nobody asks for it.
pub(in crate::change) fn created(
    ir: &Ir,
    command: &Command,
    now: Instant,
    actor: &Actor,
) -> Result<What, Refusal> {
    let Command::Create { request, .. } = command else {
        return Err(Refusal::new("NO_CHANGE", "there is no such change"));
    };
    check_draft(ir, request, now)?;
    let named = requester_in(request);
    let requester = match (actor, named) {
        (Actor::Person(person), None) => person.clone(),
        (Actor::Person(person), Some(named)) if named == *person => named,
        (Actor::Person(person), Some(named)) => {
            return Err(Refusal::new(
                "NOT_AUTHORIZED",
                format!("`{person}` cannot ask for a change in the name of `{named}`"),
            ));
        }
        (Actor::Machine(Machine::Ci | Machine::Workflow), Some(named)) => named,
        (Actor::Machine(machine), _) => {
            let message = format!("the machine `{}` asks for no change of its own", machine.word());
            return Err(Refusal::new("REQUESTER_UNKNOWN", message)
                .help("name the person as `requester` in the request"));
        }
    };
    Ok(What::Created { requester, request: request.clone(), digest: digest(ir, request) })
}

fn requester_in(request: &Json) -> Option<Name> {
    match request.get("requester") {
        Some(Json::String(person)) => Some(Name::from(person.as_str())),
        _ => None,
    }
}

pub(super) fn edit(step: &mut Step<'_>, request: &Arc<Json>) -> Result<(), Refusal> {
    step.by_requester()?;
    let ir = step.context.ir;
    if requester_in(request).is_some_and(|named| named != step.change.requester) {
        return Err(Refusal::new("NOT_AUTHORIZED", "a change keeps its requester")
            .help("whoever else wants the change asks for one of their own"));
    }
    if step.change.state == State::Draft {
        check_draft(ir, request, step.now)?;
    }
    let changed = changed(ir, &step.change, request);
    if changed.is_empty() {
        return Err(Refusal::new("NOTHING_CHANGES", "the new request says what the old one said"));
    }
    let material = is_material(ir, &step.change.request, &changed);
    let asked = matches!(step.change.state, State::Draft | State::Assessing);
    let voids = material && !asked;
    let revision = step.change.revision.saturating_add(u32::from(voids));
    let voided = if voids { voters(&step.change) } else { Vec::new() };
    let edited = What::Edited {
        request: request.clone(),
        digest: digest(ir, request),
        changed,
        material,
        revision,
        voided,
    };
    if step.change.state == State::Draft {
        step.emit(edited);
        return Ok(());
    }
    let Edited { decided, kept } = decide_edited(step, request)?;
    let gates = decided.decision.gates.clone();
    if material {
        // What submission asked for holds for what becomes of the request, too.
        assess::gate_allows(step.context.ir, &decided, "submit")?;
    }
    let notify = if voids { step.told(&[Name::from("approvers")]) } else { Vec::new() };
    step.emit_and_tell(edited, notify);
    let reason = match kept {
        true => "the class does not fall by an edit; a change manager may have it decided anew".to_owned(),
        false => String::new(),
    };
    if material {
        assess::classified(
            step,
            Cause::Edited,
            decided.put_on_record(step.context.ir, request),
            reason,
            Vec::new(),
        );
    }
    if voids { assess::ask_again(step, &gates) } else { Ok(()) }
}

pub(super) fn voters(change: &Change) -> Vec<Name> {
    change.votes.iter().map(|vote| vote.by.clone()).collect()
}

/// What the policy says of an edited request.
struct Edited {
    decided: Decided,
    /// Whether the rules would give it a lower class than it has.
    kept: bool,
}

/// Decides on an edited request. The class can rise; it falls only where a change manager has it decided anew.
fn decide_edited(step: &Step<'_>, request: &Json) -> Result<Edited, Refusal> {
    let ir = step.context.ir;
    let question = Question { request, ..step.question() };
    let fresh = decide(&step.context, &Question { class: None, ..question })?;
    if &*fresh.decision.scope.value != "in_scope" {
        return Err(Refusal::new("CLASS_WOULD_FALL", "this edit would take the change out of scope")
            .help("withdraw this change and ask for another"));
    }
    let Some(before) = &step.change.decision else { return Ok(Edited { decided: fresh, kept: false }) };
    if gravity(ir, &fresh.decision).0 >= gravity(ir, before).0 {
        return Ok(Edited { decided: fresh, kept: false });
    }
    let class = before.class.as_ref().and_then(|class| class_number(ir, &class.value));
    let question = Question {
        request,
        class: class.and_then(|class| u16::try_from(class).ok()),
        ..Question::of(&step.change, step.now)
    };
    Ok(Edited { decided: decide(&step.context, &question)?, kept: true })
}

pub(super) fn submit(step: &mut Step<'_>) -> Result<(), Refusal> {
    if !step.actor.is(Machine::Ci) {
        step.by_requester()?;
    }
    let decided = step.decide()?;
    assess::gate_allows(step.context.ir, &decided, "submit")?;
    assess::seats_can_be_filled(step, &decided.decision)?;
    let (out_of_scope, automatic) =
        (assess::is_out_of_scope(&decided.decision), assess::is_automatic(&decided.decision));
    step.emit(What::Submitted { at: step.now });
    let reviews = assess::class_reviews(step.context.ir, &decided.decision);
    let gates = decided.decision.gates.clone();
    let decision = decided.put_on_record(step.context.ir, &step.change.request);
    assess::classified(step, Cause::Submitted, decision, String::new(), reviews);
    if out_of_scope {
        step.emit(What::ScopedOut);
        return Ok(());
    }
    let revision = step.change.revision;
    step.emit(What::AssessmentOpened { revision });
    if automatic && assess::denials(&gates, "approval").is_empty() {
        assess::approve_by_policy(step);
    }
    Ok(())
}

pub(super) fn withdraw(step: &mut Step<'_>, reason: &str) -> Result<(), Refusal> {
    step.by_requester_or_manager()?;
    step.said("REASON_REQUIRED", reason, "the reason")?;
    let notify = step.told(&[Name::from("approvers"), Name::from("implementer")]);
    step.emit_and_tell(What::Withdrawn { reason: reason.to_owned() }, notify);
    Ok(())
}

/// Returns the request with the window in it.
///
/// # Errors
/// `NO_WINDOW` where the policy's requests have no field for one; `WINDOW_FIXED` where the request holds another.
pub(super) fn with_window(
    ir: &Ir,
    request: &Arc<Json>,
    window: crate::value::Period,
) -> Result<Arc<Json>, Refusal> {
    let path = register::window_slot(ir).and_then(|slot| ir.slots.get(slot.index())).map(|slot| &slot.path);
    let Some(path) = path else {
        return Err(Refusal::new("NO_WINDOW", "a request under this policy has no field for a window"));
    };
    let known = register::member(request, path).map(crate::json::to_typed::<crate::value::Period>);
    match known {
        Some(Ok(known)) if known == window => Ok(Arc::clone(request)),
        Some(_) => Err(Refusal::new("WINDOW_FIXED", format!("`{path}` holds another window already"))
            .help("edit the request: another window needs another approval")),
        None => {
            let mut request = Json::clone(request);
            let text = |at: Instant| Json::String(at.to_string());
            let ends = [("start", text(window.start())), ("end", text(window.end()))];
            let ends = ends.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            crate::change::deciding::put(&mut request, path, Json::Object(ends));
            Ok(Arc::new(request))
        }
    }
}
