//! What findings say.

use super::search::Witness;
use crate::diagnostic::{Code, Diagnostic};
use crate::eval::{self, Unobserved};
use crate::ir::{Ir, Name, Presence, SlotId, State, print_value};
use crate::text::Span;

/// Why something is not proved although nothing was found that breaks it.
#[derive(Default)]
pub struct NotProved {
    /// Related in a way that boundary values do not exhaust.
    pub related: Vec<Name>,
    /// Not everything was tried.
    pub out_of_budget: bool,
}

impl NotProved {
    /// Adds what one search came upon.
    pub fn tried(&mut self, related: Vec<Name>) {
        for name in related {
            if !self.related.contains(&name) {
                self.related.push(name);
            }
        }
    }

    /// Returns the finding, if there is one.
    pub fn finding(&self, span: Span, message: String) -> Option<Diagnostic> {
        let finding = || Diagnostic::warning(Code::NOT_PROVED, span, message);
        if self.out_of_budget {
            return Some(finding().help("`tollgate check --search N` tries more requests"));
        }
        let (last, others) = self.related.split_last()?;
        let quoted: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
        let remedy = match quoted.as_slice() {
            [] => "compare it with constants, or with one field at a time",
            _ => "compare each of them with constants, or two of them with each other",
        };
        let tried = match quoted.as_slice() {
            [] => format!(
                "nothing breaks it at the values of `{last}` that the conditions name, but those are not all cases"
            ),
            quoted => format!(
                "nothing breaks it at the values that the conditions name, but {} and `{last}` hang together in ways that \
                 these do not exhaust",
                quoted.join(", ")
            ),
        };
        Some(finding().help(tried).help(remedy))
    }
}

/// Describes a witness: what is given and what is missing, in the words of the policy, and what comes out.
pub fn example(ir: &Ir, witness: &Witness) -> String {
    let record = &witness.record;
    let mut parts = Vec::new();
    if witness.dated {
        parts.push(format!("it is submitted at {}", witness.now));
    }
    if record.suspended.contains(&true) {
        parts.push("the entry is suspended".to_owned());
    }
    for (index, group) in ir.facts.iter().enumerate() {
        if record.facts.get(index) == Some(&Presence::Absent) {
            parts.push(format!("{} is missing", group.name));
        }
    }
    for (id, slot) in (0..).map(SlotId).zip(&ir.slots) {
        match record.slot(id) {
            State::Given(value) => {
                parts.push(format!("{} is {}", slot.path, print_value(ir, slot.ty, value)))
            }
            State::Absent if matches!(slot.origin, crate::ir::Origin::Request) => {
                parts.push(format!("{} is missing", slot.path));
            }
            State::Absent | State::Unanswered => {}
        }
    }
    let outcome = eval::possible(ir, record, witness.now, &mut Unobserved);
    if let Some(class) = outcome.class.value.known().and_then(|class| ir.classes.get(usize::from(class))) {
        parts.push(format!("which makes it `{}`", class.name));
    }
    format!("for example when {}", parts.join(", "))
}
