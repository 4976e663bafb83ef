use super::search::Witness;
use crate::eval::{self, Unobserved};
use crate::ir::{Ir, Presence, SlotId, State, print_value};

/// Describes a witness: what is given and what is missing, in the words of the policy, and what comes out.
pub fn example(ir: &Ir, witness: &Witness) -> String {
    let record = &witness.record;
    let mut parts = Vec::new();
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
