//! A change moves its home: the log that hands it over refuses commands to it afterwards, and the one that takes it over goes on.

use crate::api::{Compiled, Refusal};
use crate::change::{self, Change, Command, Event};
use crate::json::{Json, Limits, from_serialize, to_typed};
use crate::trail::tree::Tree;
use crate::trail::{
    Author, Bundle, Bundled, ChangeRef, Disclosure, Draft, Entry, HandedOver, Handover, Head, Home, Kind,
    Millis, RequestRef, extract, restore, to_base64,
};
use crate::value::{Digest, Instant};

use super::command::{check_handed_over, reference_of, request_of};
use super::redecide::{once, signed};
use super::{Prepared, digest, engine, log_signer, open, payload, refused, unwritten};

/// So often a change may have changed its home: each time what was before is inside.
const MOST_HOMES: u8 = 8;

/// What [`hand_over`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOverCall {
    /// The log, as the host kept it.
    pub head: Head,
    /// The roster in force.
    pub roster: Json,
    /// The change as its events say.
    pub change: Change,
    /// The log that goes on with it.
    pub to: Home,
    /// Who gives it away.
    pub actor: Author,
    /// The host's clock.
    pub now: Instant,
}

/// Returns the entry by which a change goes on in another log.
///
/// # Errors
/// `BAD_HEAD`; `STALE_CHANGE`, `HANDED_OVER`, `OTHER_ROSTER`, `OTHER_POLICY`, `CLOCK_WENT_BACK`; `SAME_LOG`; `CLOSED_CHANGE` for a change
/// that has ended.
pub fn hand_over(policy: &Compiled, call: &HandOverCall) -> Result<Prepared, Refusal> {
    let log = open(&call.head)?;
    let (change, state) = (&call.change, log.state());
    check_handed_over(policy, &log, call.now, &call.roster, Some(change))?;
    if change.state.has_ended() {
        return Err(Refusal::new(
            "CLOSED_CHANGE",
            format!("change `{}` has ended: nothing goes on with it", change.id),
        )
        .at("change"));
    }
    if call.to.log == state.log {
        return Err(Refusal::new("SAME_LOG", "a change is handed over to another log").at("to"));
    }
    let here = digest::of_change(&policy.ir, change);
    let reference = ChangeRef { ended: true, ..digest::reference(Some(here), change, here) };
    let body = from_serialize(&HandedOver { to: call.to.clone() }).map_err(|error| unwritten(&error))?;
    let draft = draft(Kind::HandedOver, &log, change, reference, call.actor.clone(), call.now, body);
    let entry = log
        .draft(Draft { policy: Some(reference_of(&policy.ir)), ..draft })
        .map_err(|fault| refused(&fault))?;
    let signers = vec![log_signer(&log)];
    Ok(Prepared { payload: payload(&entry, &signers)?, signers, blobs: Vec::new(), disclosures: Vec::new() })
}

/// Puts together what another log takes a change over by: `entries` are the first of the log, those about its keys, and those of the
/// change, as stored; `leaves` the leaf hashes of all that the checkpoint signs; `head` the log after the last of them.
///
/// # Errors
/// `BAD_HEAD`; `BAD_CHECKPOINT`; `BAD_BUNDLE`: it would prove nothing.
pub fn bundle(
    head: &Head,
    checkpoint: &str,
    leaves: Vec<Digest>,
    entries: &[String],
    blobs: Vec<String>,
) -> Result<Bundle, Refusal> {
    let bundle = gathered(head, checkpoint, leaves, entries, blobs)?;
    verified(&bundle)?;
    Ok(bundle)
}

/// Proves entries of a log under a checkpoint.
///
/// # Errors
/// As [`bundle`], but that what it is for is not asked.
pub(super) fn gathered(
    head: &Head,
    checkpoint: &str,
    leaves: Vec<Digest>,
    entries: &[String],
    blobs: Vec<String>,
) -> Result<Bundle, Refusal> {
    let state = open(head)?.state().summary().into_owned();
    let bad = |message: String| Refusal::new("BAD_BUNDLE", message);
    let (_, read) = super::read_checkpoint(checkpoint)?;
    let tree: Tree = leaves.into_iter().collect();
    let size = read.head().size;
    let bundled = |stored: &String| {
        let envelope =
            crate::trail::Envelope::read(stored.as_bytes()).map_err(|error| bad(error.to_string()))?;
        let index = Entry::read(&envelope.payload).map_err(|error| bad(error.to_string()))?.index;
        let proof = tree.inclusion_proof(index.0, size).map_err(|error| bad(error.to_string()))?;
        let proof = proof.iter().map(|hash| to_base64(&hash.bytes)).collect();
        Ok(Bundled { index, proof, stored: stored.clone() })
    };
    let entries = entries.iter().map(bundled).collect::<Result<_, Refusal>>()?;
    Ok(Bundle { blobs, checkpoint: checkpoint.to_owned(), entries, state })
}

/// A bundle as a file: what proves the change, and what stands beside the trail, so that no proof needs it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    /// What proves it.
    pub bundle: Bundle,
    /// The personal data of its request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disclosures: Vec<Disclosure>,
}

/// Reads a bundle from a file.
///
/// # Errors
/// `BAD_BUNDLE`: it is none.
pub fn read_bundle(text: &str) -> Result<BundleFile, Refusal> {
    read_file(text).map_err(|error| {
        Refusal::new("BAD_BUNDLE", format!("it is no bundle: {error}"))
            .help("give the file as the other log made it")
    })
}

/// Reads a file that holds a bundle.
pub(super) fn read_file<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    let limits = Limits { size_bytes: 16_000_000, string_bytes: 9_000_000, depth: 8 };
    let json = crate::json::read(text, limits).map_err(|error| error.to_string())?;
    to_typed(&json).map_err(|error| error.to_string())
}

/// Returns what a bundle proves.
///
/// # Errors
/// `BAD_BUNDLE`: it does not hold.
pub fn verified(bundle: &Bundle) -> Result<Handover, Refusal> {
    bundle.verify().map_err(|error| {
        Refusal::new("BAD_BUNDLE", format!("the bundle does not hold: {error}"))
            .at("bundle")
            .help("have the change handed over again")
    })
}

/// What [`take_over`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeOverCall {
    /// The log, as the host kept it.
    pub head: Head,
    /// What the other log gave.
    pub bundle: Bundle,
    /// The log that it must come from: who that is was learned elsewhere.
    pub from: Home,
    /// Who takes it.
    pub actor: Author,
    /// The host's clock.
    pub now: Instant,
}

/// A change that is taken over, and the entry to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOver {
    /// The change, without what is personal.
    pub change: Change,
    /// The entry.
    pub prepared: Prepared,
}

/// Returns the entry by which a change goes on here.
///
/// # Errors
/// `BAD_HEAD`; `BAD_BUNDLE`; `OTHER_LOG` if it comes from another log than is said, or was handed to another than this; `OTHER_POLICY` if
/// the change stands under a policy that is not in force here.
pub fn take_over(call: &TakeOverCall) -> Result<TakenOver, Refusal> {
    let log = open(&call.head)?;
    let state = log.state();
    let handover = verified(&call.bundle)?;
    if handover.from != call.from {
        let message = format!("the bundle is of log `{}`, {}", handover.from.origin, handover.from.log);
        return Err(Refusal::new("OTHER_LOG", message)
            .at("from")
            .help("compare the log's identity with what its keepers say"));
    }
    if (&handover.to.origin, handover.to.log) != (&state.origin, state.log) {
        let message =
            format!("the change was handed over to log `{}`, {}", handover.to.origin, handover.to.log);
        return Err(Refusal::new("OTHER_LOG", message).at("bundle"));
    }
    let broken = |message: String| Refusal::new("BAD_BUNDLE", message).at("bundle");
    let change = folded(&handover, &call.bundle, 0).map_err(broken)?;
    change::checked_id(&change.id).map_err(|refusal| broken(reasons_of(&refusal)))?;
    let policy = change.policy().map(|policy| policy.digest);
    let in_force = state.policy.as_ref().map(|policy| policy.digest);
    if policy.is_some() && policy != in_force {
        let message = format!("change `{}` stands under a policy that is not in force here", change.id);
        return Err(Refusal::new("OTHER_POLICY", message)
            .at("bundle")
            .help("adopt that policy, or have the change reclassified before it is handed over"));
    }
    let reference = digest::reference(None, &change, digest::of_concealed(&change));
    let body = from_serialize(&Taken { bundle: call.bundle.clone() }).map_err(|error| unwritten(&error))?;
    let mut draft = draft(Kind::TakenOver, &log, &change, reference, call.actor.clone(), call.now, body);
    let (blobs, kept) = extract(&mut draft.body);
    draft.blobs = blobs;
    let entry = log.draft(draft).map_err(|fault| refused(&fault))?;
    let signers = vec![log_signer(&log)];
    let payload = payload(&entry, &signers)?;
    let prepared = Prepared { payload, signers, blobs: kept, disclosures: Vec::new() };
    Ok(TakenOver { change, prepared })
}

fn reasons_of(refusal: &change::Refusal) -> String {
    refusal.reasons.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// The body of `change.taken_over`.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Taken {
    bundle: Bundle,
}

/// Follows a change that was taken over: what the bundle proves, and the change that its entries say.
pub(super) fn followed(entry: &Entry, body: &Json) -> Result<(Handover, Change), String> {
    let (handover, change) = taken(entry, body, 0)?;
    let reference = digest::reference(None, &change, digest::of_concealed(&change));
    if entry.change.as_ref() != Some(&reference) || entry.request != Some(request_of(&change)) {
        return Err(format!("change `{}` is not what was handed over", change.id));
    }
    Ok((handover, change))
}

fn taken(entry: &Entry, body: &Json, homes: u8) -> Result<(Handover, Change), String> {
    let Taken { bundle } = to_typed(body).map_err(|error| format!("its body: {error}"))?;
    let handover = bundle.verify().map_err(|error| format!("its bundle: {error}"))?;
    if (&handover.to.origin, handover.to.log) != (&entry.origin, entry.log) {
        return Err(format!(
            "the change was handed over to log `{}`, {}",
            handover.to.origin, handover.to.log
        ));
    }
    let change = folded(&handover, &bundle, homes)?;
    Ok((handover, change))
}

/// A blob of a bundle.
pub(super) fn blob(bundle: &Bundle, digest: &Digest) -> Option<Vec<u8>> {
    let found = bundle.blobs.iter().find(|text| Digest::of(text.as_bytes()) == *digest);
    found.map(|text| text.clone().into_bytes())
}

/// The change that the entries of a bundle say. Whoever decided in it has signed that, by a key that the other log had enrolled for them.
fn folded(handover: &Handover, bundle: &Bundle, homes: u8) -> Result<Change, String> {
    if homes >= MOST_HOMES {
        return Err(format!("the change has had more than {MOST_HOMES} homes"));
    }
    let mut change: Option<Change> = None;
    for entry in &handover.entries {
        let body = restore(&entry.body, &entry.blobs, |digest| blob(bundle, digest))
            .map_err(|error| error.to_string())?;
        match entry.kind {
            Kind::TakenOver => change = Some(taken(entry, &body, homes.saturating_add(1))?.1),
            Kind::ChangeCommand => {
                let at = |error: String| format!("entry {}: {error}", entry.index);
                let member = |name: &str| body.get(name).unwrap_or(&Json::Null);
                let events: Vec<Event> = to_typed(member("events")).map_err(|error| at(error.to_string()))?;
                let command: Command = to_typed(member("command")).map_err(|error| at(error.to_string()))?;
                signed(entry, &command).map_err(at)?;
                for event in &events {
                    once(change.as_ref(), event, entry).map_err(at)?;
                    change = Some(change::apply(change, event).map_err(|error| error.to_string())?);
                }
            }
            _ => {}
        }
        let here = change.as_ref().map(digest::of_concealed);
        if here != entry.change.as_ref().map(|change| change.after) {
            return Err(format!(
                "entry {} says something else of its change than its events do",
                entry.index
            ));
        }
    }
    change.ok_or_else(|| "it has no event".to_owned())
}

fn draft(
    kind: Kind,
    log: &crate::trail::Log,
    change: &Change,
    reference: ChangeRef,
    actor: Author,
    now: Instant,
    body: Json,
) -> Draft {
    let request: RequestRef = request_of(change);
    Draft {
        kind,
        id: format!("handover/{}", log.state().size),
        time: Millis(now),
        actor,
        policy: None,
        request: Some(request),
        change: Some(reference),
        engine: engine(),
        body,
        blobs: Vec::new(),
        statements: Vec::new(),
    }
}
