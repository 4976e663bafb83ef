//! What an excerpt of a log says of the change that it is about: followed from its beginning and, where there is a compiler, decided
//! again command by command. Whoever holds a log's key can sign what no policy ever decided, so that alone counts for nothing.

use std::collections::BTreeSet;

use super::finding::{Difference, Finding};
use super::personal::withheld;
use super::redecide::Redecider;
use crate::change::Change;
use crate::json::Json;
use crate::trail::{BlobError, Entry, Excerpt, Kind, Proved, restore};
use crate::value::Digest;

/// What the entries say.
#[derive(Debug)]
pub(super) struct Told {
    /// Whoever followed them: with the policies, the roster, and where the change came from.
    pub redecider: Redecider,
    /// The change, without what is personal.
    pub change: Change,
    /// The last entry.
    pub last: Entry,
    /// Its whole body.
    pub body: Json,
    /// The first thing that is decided otherwise now.
    pub otherwise: Option<Box<Difference>>,
    /// The digests of the personal data that was withheld in them.
    pub personal: BTreeSet<String>,
}

/// Follows the entries of an excerpt, with the blobs that they need. A policy that nothing was decided by may stand in it without its rule files.
///
/// # Errors
/// The first thing that does not hold, whoever judges it.
pub(super) fn told(blobs: &[String], excerpt: &Excerpt, redecider: Redecider) -> Result<Told, String> {
    let mut redecider = redecider.in_part();
    let of_change = excerpt.of_change().map_err(|error| error.to_string())?;
    let last = of_change.last().map(|last| last.entry.clone()).ok_or("it is about no change")?;
    let id = last.change.as_ref().map(|change| change.id.as_str()).unwrap_or_default();
    let (mut change, mut body, mut otherwise) = (None, Json::Null, None);
    let mut personal = BTreeSet::new();
    for Proved { entry, .. } in &excerpt.entries {
        let at = |error: String| format!("entry {}: {error}", entry.index);
        let whole = match restore(&entry.body, &entry.blobs, |digest| blob(blobs, digest)) {
            Err(BlobError::Missing { .. }) if entry.kind == Kind::PolicyAdopted => {
                redecider.miss(entry);
                continue;
            }
            restored => restored.map_err(|error| at(error.to_string()))?,
        };
        match redecider.take(entry, &whole, &|_| None) {
            Ok(()) => {}
            Err(Finding::Broken(what)) => return Err(at(what)),
            Err(Finding::Otherwise(found)) => otherwise = otherwise.or(Some(found)),
        }
        // Nothing is left undecided for want of its policy.
        let decided = matches!(entry.kind, Kind::ChangeCommand | Kind::GateAnswered);
        if let Some(policy) = entry.policy.as_ref().filter(|_| decided)
            && !redecider.decides_by(&policy.digest)
        {
            return Err(at(format!("the rule files of policy {} are not in it", policy.digest)));
        }
        personal.extend(withheld(entry, &whole));
        // One that is handed over is not there any more, and goes on as it was.
        change = redecider.changes().get(id).cloned().or(change);
        if entry.index == last.index {
            body = whole;
        }
    }
    let change = change.ok_or("it has no event of its change")?;
    Ok(Told { redecider, change, last, body, otherwise, personal })
}

/// The blob of a digest.
fn blob(blobs: &[String], digest: &Digest) -> Option<Vec<u8>> {
    let found = blobs.iter().find(|text| Digest::of(text.as_bytes()) == *digest);
    found.map(|text| text.clone().into_bytes())
}

/// What is decided otherwise, in one line.
pub(super) fn said(found: &Difference) -> String {
    let Difference { index, engine, what, .. } = found;
    format!("entry {index}, made by version {}: {what}", engine.version)
}
