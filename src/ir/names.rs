//! The names that a request may have, as the policy nests them: found once for a policy, not once for a request.

use super::{Ir, Name, Origin, SlotId};

/// The names that an object may have.
#[derive(Debug, Clone, Default)]
pub struct Names {
    // INVARIANT: both in the order of their names, each name once.
    slots: Vec<(Name, SlotId)>,
    groups: Vec<(Name, Names)>,
}

impl Names {
    /// Returns the names that a request under a policy may have.
    pub fn of(ir: &Ir) -> Self {
        let mut request = Self::default();
        for group in &ir.groups {
            request.at(&group.path, &mut |_| {});
        }
        for (id, slot) in (0..).map(SlotId).zip(&ir.slots) {
            if slot.origin == Origin::Request {
                let (groups, name) = slot.path.rsplit_once('.').unwrap_or(("", &slot.path));
                request.at(groups, &mut |names| {
                    if let Err(place) = place(&names.slots, name) {
                        names.slots.insert(place, (Name::from(name), id));
                    }
                });
            }
        }
        request
    }

    /// Does something with the names at a path of groups, which are made where they are not there.
    fn at(&mut self, groups: &str, then: &mut dyn FnMut(&mut Self)) {
        let Some((part, rest)) = groups.split_once('.').or((!groups.is_empty()).then_some((groups, "")))
        else {
            return then(self);
        };
        let at = place(&self.groups, part).unwrap_or_else(|at| {
            self.groups.insert(at, (Name::from(part), Self::default()));
            at
        });
        if let Some((_, names)) = self.groups.get_mut(at) {
            names.at(rest, then);
        }
    }

    /// Returns the field with this name.
    pub fn slot(&self, name: &str) -> Option<SlotId> {
        place(&self.slots, name).ok().and_then(|at| self.slots.get(at)).map(|(_, slot)| *slot)
    }

    /// Returns the names in the group with this name.
    pub fn group(&self, name: &str) -> Option<&Self> {
        place(&self.groups, name).ok().and_then(|at| self.groups.get(at)).map(|(_, names)| names)
    }

    /// Returns all names, those of fields first, each kind in its order.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let slots = self.slots.iter().map(|(name, _)| &**name);
        slots.chain(self.groups.iter().map(|(name, _)| &**name))
    }

    /// Returns the fields, those of groups last.
    pub fn slots(&self) -> Vec<SlotId> {
        let mut all: Vec<SlotId> = self.slots.iter().map(|(_, slot)| *slot).collect();
        all.extend(self.groups.iter().flat_map(|(_, group)| group.slots()));
        all
    }
}

/// Where a name stands among others, or belongs.
fn place<T>(sorted: &[(Name, T)], name: &str) -> Result<usize, usize> {
    sorted.binary_search_by(|(other, _)| (**other).cmp(name))
}
