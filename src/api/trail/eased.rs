//! Which open changes a policy would judge more lightly than the one in force: nobody puts it in force who asks for one of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::finding::{Difference, Finding, differs};
use super::personal::concealed;
use crate::api::Compiled;
use crate::change::{self, Change, Context, Register, Roster};
use crate::ir::{Ir, Name};
use crate::json::{from_serialize, to_typed};
use crate::trail::{Act, Adopted, Entry, Envelope};
use crate::value::Instant;
use serde::Serialize;

/// An open change that a policy would judge more lightly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Eased {
    /// Its id.
    pub change: Name,
    /// Who asks for it.
    pub requester: Name,
}

/// Returns the changes that a policy would judge more lightly than the outgoing one, in their order. It is asked without any personal
/// data, so that whoever has none finds the same: a change of which a policy reads what another withheld may be judged anyhow.
pub(super) fn eased<'a>(
    open: impl Iterator<Item = &'a Change>,
    outgoing: &Ir,
    incoming: &Ir,
    roster: &Roster,
    now: Instant,
) -> Vec<Eased> {
    let register = Register::default();
    let context = Context { ir: incoming, roster, register: &register };
    let lighter = open.filter(|change| change::would_ease(&concealed(change), outgoing, &context, now));
    lighter.map(|change| Eased { change: change.id.clone(), requester: change.requester.clone() }).collect()
}

/// A policy that an entry adopts, held against the changes that are open by then.
pub(super) struct Adopting<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// What it says.
    pub adopted: &'a Adopted,
    /// The changes that are open.
    pub open: Vec<&'a Change>,
    /// Whether all of them are known, but for those that are gone.
    pub is_whole: bool,
    /// Changes that were purged since.
    pub gone: &'a BTreeSet<String>,
    /// The policy until then, and the one from then on, where both compile.
    pub policies: Option<(&'a Arc<Compiled>, &'a Arc<Compiled>)>,
    /// Who holds which role.
    pub roster: &'a Roster,
}

impl Adopting<'_> {
    /// Decides again which changes are judged more lightly, and says whether one of its authors asks for one.
    ///
    /// # Errors
    /// [`Finding`]: broken where the entry itself names a change that an author of it asks for.
    pub fn check(&self) -> Result<(), Finding> {
        let authors = self.authors();
        let served = |change: &str, requester: &str| {
            authors.iter().any(|author| author == requester).then(|| {
                format!(
                    "`{requester}` signed it, and asks for change `{change}`, which it judges more lightly"
                )
            })
        };
        let named = |id: &&&Change| self.adopted.eases.iter().any(|eased| **eased == *id.id);
        let found = self.open.iter().filter(named).find_map(|change| served(&change.id, &change.requester));
        if let Some(what) = found {
            return Err(Finding::Broken(what));
        }
        let Some((outgoing, incoming)) = self.policies.filter(|_| self.is_whole) else { return Ok(()) };
        let now =
            eased(self.open.iter().copied(), &outgoing.ir, &incoming.ir, self.roster, self.entry.time_ms.0);
        let mut ids: Vec<String> = now.iter().map(|eased| eased.change.to_string()).collect();
        let known = |id: &&String| !self.gone.contains(*id);
        let mut recorded: Vec<String> = self.adopted.eases.iter().filter(known).cloned().collect();
        ids.sort_unstable();
        recorded.sort_unstable();
        if ids == recorded {
            return Ok(());
        }
        let served = now.iter().find_map(|eased| served(&eased.change, &eased.requester));
        let what = served.unwrap_or_else(|| "the policy judges other open changes more lightly".to_owned());
        let json = |ids: &[String]| from_serialize(ids).unwrap_or_default();
        let difference =
            Difference { recorded: json(&recorded), now: json(&ids), ..*differs(self.entry, what) };
        Err(Finding::Otherwise(Box::new(difference)))
    }

    /// Who signed that the policy is adopted.
    fn authors(&self) -> Vec<String> {
        let statements = self.entry.statements.iter();
        let acts = statements.filter_map(|statement| Act::read(&Envelope::of_json(statement).ok()?).ok());
        acts.filter_map(|act| act.person).collect()
    }
}

/// A roster as a log has it.
pub(super) fn roster_of(roster: Option<&crate::json::Json>) -> Roster {
    roster.map(to_typed).and_then(Result::ok).unwrap_or_default()
}
