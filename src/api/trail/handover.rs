//! A change moves its home: the log that hands it over refuses commands to it afterwards, and the one that takes it over goes on.

use crate::api::{Compiled, Refusal};
use crate::change::{self, Change};
use crate::ir::Slot;
use crate::json::{Json, Limits, from_serialize, to_typed};
use crate::trail::note::VerifierKey;
use crate::trail::tree::Tree;
use crate::trail::{
    self, Author, Bundle, Bundled, ChangeRef, Disclosure, Draft, Entry, Excerpt, HandedOver, Handover, Head,
    Home, Kind, Log, Millis, RequestRef, extract_member, to_base64,
};
use crate::value::{Digest, Instant};
use std::collections::BTreeSet;

use super::command::{check_handed_over, reference_of, request_of};
use super::excerpt::{Told, said, told};
use super::recorded::{names_people, owners};
use super::{Compile, Prepared, Redecider, digest, engine, log_signer, open, payload, refused, unwritten};

/// A change that goes on in another log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct HandedOn {
    /// The change.
    pub change: String,
    /// The entry that handed it over.
    pub index: u64,
}

/// What proves a change to whoever does not have its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The leaf hashes of all entries.
    pub leaves: Vec<Digest>,
    /// The first entry of the log, those about its keys, peers, policies and rosters, and those of the change, as stored.
    pub entries: Vec<String>,
    /// What their bodies need beside them.
    pub blobs: Vec<String>,
}

/// A change that can be taken over elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToHandOver {
    /// The entry.
    pub prepared: Prepared,
    /// The digests of the personal data that was withheld in what proves the change, to go with it.
    pub personal: BTreeSet<String>,
}

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
    /// What proves it so far, as [`bundle`] takes it.
    pub proof: Proof,
    /// The personal data that goes with it.
    pub disclosures: Vec<Disclosure>,
    /// Who gives it away.
    pub actor: Author,
    /// The host's clock.
    pub now: Instant,
}

/// Returns the entry by which a change goes on in another log: once all that [`take_over`] holds of the change holds here. What that log
/// knows alone, such as which policy is in force there, it says itself.
///
/// # Errors
/// `BAD_HEAD`; `STALE_CHANGE`, `HANDED_OVER`, `OTHER_ROSTER`, `OTHER_POLICY`, `CLOCK_WENT_BACK`; `SAME_LOG`, `BAD_ORIGIN`;
/// `CLOSED_CHANGE` for a change that has ended; `LEGAL_HOLD` for one that is held; `KEY_REVOKED` if a key that signed something of it is
/// revoked from before then; `DECIDED_OTHERWISE` if the policies do not say what its entries say that they did; `BAD_BUNDLE` if it would
/// not be taken over for another reason.
pub fn hand_over(policy: &Compiled, call: &HandOverCall, compile: Compile) -> Result<ToHandOver, Refusal> {
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
    if state.holds.contains(&*change.id) {
        let message = format!("change `{}` is held, and the other log would not know", change.id);
        return Err(Refusal::new("LEGAL_HOLD", message)
            .at("change")
            .help("lift the hold here, hand the change over, and have it held there"));
    }
    let key = state.log_key().and_then(|key| key.spki.key().ok());
    if let Some(error) = key.and_then(|key| VerifierKey::new(&call.to.origin, key).err()) {
        return Err(Refusal::new("BAD_ORIGIN", format!("no log has this name: {error}")).at("to").help(
            "give the `origin` and the `log` of the log that takes the change over, as its keepers say them",
        ));
    }
    let personal = taken_elsewhere(&log, call, compile)?;
    let here = digest::of_change(change);
    let reference = ChangeRef { ended: true, ..digest::reference(Some(here), change, here) };
    let body = from_serialize(&HandedOver { to: call.to.clone() }).map_err(|error| unwritten(&error))?;
    let draft = draft(Kind::HandedOver, &log, change, reference, call.actor.clone(), call.now, body);
    let entry = log
        .draft(Draft { policy: Some(reference_of(&policy.ir)), ..draft })
        .map_err(|fault| refused(&fault))?;
    let signers = vec![log_signer(&log)];
    let payload = payload(&entry, &signers)?;
    let prepared = Prepared { payload, signers, blobs: Vec::new(), disclosures: Vec::new() };
    Ok(ToHandOver { prepared, personal })
}

/// Holds what a change rests on as the log that takes it over will, before it is given away.
fn taken_elsewhere(log: &Log, call: &HandOverCall, compile: Compile) -> Result<BTreeSet<String>, Refusal> {
    let (Proof { leaves, entries, blobs }, id) = (&call.proof, &call.change.id);
    let refused = |code: &str, what: &str| {
        Refusal::new(code, format!("no log would take change `{id}` over: {what}")).at("change")
    };
    let bad = |what: &str| {
        refused("BAD_BUNDLE", what)
            .help("nothing was written: bring it to its end here, and have the trail decided again, which says whether it holds")
    };
    let excerpt = Excerpt::of_log(log, leaves, entries).map_err(|error| bad(&error.to_string()))?;
    if let Some(signed) = excerpt.withdrawn() {
        return Err(refused("KEY_REVOKED", &format!("{signed}, which is revoked from before then"))
            .help("bring it to its end here, or withdraw it and ask for it in the other log anew"));
    }
    let redecider = Redecider::deciding(compile).inside().map_err(|what| bad(&what))?;
    let Told { redecider, change, otherwise, personal, .. } =
        told(blobs, &excerpt, redecider).map_err(|what| bad(&what))?;
    change::checked_id(&change.id).map_err(|refusal| bad(&reasons_of(&refusal)))?;
    if let Some(found) = otherwise {
        let message = format!("version {} decides otherwise: {}", engine().version, said(&found));
        return Err(refused("DECIDED_OTHERWISE", &message).help(
            "bring it to its end here, or hand it over with the version of the engine that judged it",
        ));
    }
    owned(&call.disclosures, &personal, &change, slots_of(&change, &redecider)).map_err(|what| bad(&what))?;
    Ok(personal)
}

/// The fields of requests, as the policy that a change stands under declares them.
fn slots_of<'a>(change: &Change, redecider: &'a Redecider) -> &'a [Slot] {
    let judges = change.policy().and_then(|policy| redecider.policy(&policy.digest));
    judges.map(|policy| policy.ir.slots.as_slice()).unwrap_or_default()
}

/// What another log takes a change over by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToBundle {
    /// What proves it.
    pub bundle: Bundle,
    /// The digests of the personal data that was withheld in it, to go with it.
    pub personal: BTreeSet<String>,
}

/// Puts together what another log takes a change over by: its proof, of all that the checkpoint signs; `head` the log after the last of
/// its entries.
///
/// # Errors
/// `BAD_HEAD`; `BAD_CHECKPOINT`; `BAD_BUNDLE`: it would prove nothing.
pub fn bundle(head: &Head, checkpoint: &str, proof: Proof) -> Result<ToBundle, Refusal> {
    let bundle = gathered(head, checkpoint, proof)?;
    let (_, Told { personal, .. }) =
        followed_bundle(&bundle, Redecider::folding()).map_err(|what| bad_bundle(&what))?;
    Ok(ToBundle { bundle, personal })
}

/// Proves entries of a log under a checkpoint.
///
/// # Errors
/// As [`bundle`], but that what it is for is not asked.
pub(super) fn gathered(head: &Head, checkpoint: &str, proof: Proof) -> Result<Bundle, Refusal> {
    let Proof { leaves, entries, blobs } = proof;
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
    bundle.verify().map_err(|error| bad_bundle(&error.to_string()))
}

fn bad_bundle(what: &str) -> Refusal {
    Refusal::new("BAD_BUNDLE", format!("the bundle does not hold: {what}"))
        .at("bundle")
        .help("have the change handed over again")
}

/// What a bundle proves, and what its entries say.
fn followed_bundle(bundle: &Bundle, redecider: Redecider) -> Result<(Handover, Told), String> {
    let excerpt = bundle.read().map_err(|error| error.to_string())?;
    let handover = excerpt.handover().map_err(|error| error.to_string())?;
    Ok((handover, told(&bundle.blobs, &excerpt, redecider)?))
}

/// What [`take_over`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeOverCall {
    /// The log, as the host kept it.
    pub head: Head,
    /// What the other log gave.
    pub bundle: Bundle,
    /// The personal data that came with it.
    pub disclosures: Vec<Disclosure>,
    /// The log that it must come from: who that is was learned elsewhere.
    pub from: Home,
    /// The entry by which this log handed the change over last, where it did.
    pub handed_over: Option<u64>,
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

/// Returns the entry by which a change goes on here: once every signature, vote and command in the bundle holds again.
///
/// # Errors
/// `BAD_HEAD`; `BAD_BUNDLE`; `OTHER_LOG` if it comes from another log than is said, or was handed to another than this;
/// `CHANGE_IS_HERE` if a change of that id is open here; `PEER_NOT_ACCEPTED` if root has not said that changes are taken over from there; `OTHER_POLICY` if the change stands under a policy
/// that is not in force here; `OLD_BUNDLE` if this log has handed it over since; `DECIDED_OTHERWISE` if the policies in the bundle do not say what its entries say that they did.
pub fn take_over(call: &TakeOverCall, compile: Compile) -> Result<TakenOver, Refusal> {
    let log = open(&call.head)?;
    let state = log.state();
    // As it will be followed whenever this log is.
    let (handover, told) = Redecider::deciding(compile)
        .inside()
        .and_then(|redecider| followed_bundle(&call.bundle, redecider))
        .map_err(|what| bad_bundle(&what))?;
    let Told { redecider, change, otherwise, personal, .. } = told;
    let Handover { from, to, .. } = &handover;
    if *from != call.from {
        let message = format!("the bundle is of log `{}`, {}", from.origin, from.log);
        return Err(Refusal::new("OTHER_LOG", message)
            .at("from")
            .help("compare the log's identity with what its keepers say"));
    }
    if (&to.origin, to.log) != (&state.origin, state.log) {
        let message = format!("the change was handed over to log `{}`, {}", to.origin, to.log);
        return Err(Refusal::new("OTHER_LOG", message).at("bundle"));
    }
    if !state.peers.contains(from) {
        let message = format!("root has not accepted log `{}`, {}", from.origin, from.log);
        return Err(Refusal::new("PEER_NOT_ACCEPTED", message).at("from").help(
            "have root keys sign that changes are taken over from it: its keepers and its root answer for every vote in them",
        ));
    }
    if state.open.get(&change.id).is_some() {
        let message = format!("change `{}` is open in this log already", change.id);
        return Err(Refusal::new("CHANGE_IS_HERE", message).at("bundle").help("go on with it as it is"));
    }
    let here = Home { origin: state.origin.clone(), log: state.log };
    if call.handed_over.is_some_and(|last| !redecider.comes_after(&here, last)) {
        let message = format!("the bundle is of before this log handed change `{}` over", change.id);
        return Err(Refusal::new("OLD_BUNDLE", message)
            .at("bundle")
            .help("have it handed back by the log that it went to"));
    }
    change::checked_id(&change.id).map_err(|refusal| bad_bundle(&reasons_of(&refusal)))?;
    let policy = change.policy().map(|policy| policy.digest);
    let in_force = state.policy.as_ref().map(|policy| policy.digest);
    if policy.is_some() && policy != in_force {
        let message = format!("change `{}` stands under a policy that is not in force here", change.id);
        return Err(Refusal::new("OTHER_POLICY", message)
            .at("bundle")
            .help("adopt that policy, or have the change reclassified before it is handed over"));
    }
    if let Some(found) = otherwise {
        let message = format!("version {} decides otherwise: {}", engine().version, said(&found));
        return Err(Refusal::new("DECIDED_OTHERWISE", message)
            .at("bundle")
            .help("ask the keepers of that log: it says of its policy what that does not say, or another version of the engine judged"));
    }
    let disclosures = owned(&call.disclosures, &personal, &change, slots_of(&change, &redecider))
        .map_err(|what| bad_bundle(&what))?;
    let reference = digest::reference(None, &change, digest::of_change(&change));
    let bundle = from_serialize(&call.bundle).map_err(|error| unwritten(&error))?;
    let body = trail::TakenOver { from: handover.from, bundle, personal };
    let body = from_serialize(&body).map_err(|error| unwritten(&error))?;
    let mut draft = draft(Kind::TakenOver, &log, &change, reference, call.actor.clone(), call.now, body);
    let (blobs, kept) = extract_member(&mut draft.body, "bundle");
    draft.blobs = blobs;
    let entry = log.draft(draft).map_err(|fault| refused(&fault))?;
    let signers = vec![log_signer(&log)];
    let payload = payload(&entry, &signers)?;
    let prepared = Prepared { payload, signers, blobs: kept, disclosures };
    Ok(TakenOver { change, prepared })
}

fn reasons_of(refusal: &change::Refusal) -> String {
    refusal.reasons.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// The personal data that came with a bundle, each with whom it is about: that is what it says itself, whatever the file says.
fn owned(
    given: &[Disclosure],
    personal: &BTreeSet<String>,
    change: &Change,
    slots: &[Slot],
) -> Result<Vec<Disclosure>, String> {
    let of = |disclosure: &Disclosure| {
        let Disclosure { digest, text, .. } = disclosure;
        if !personal.contains(digest) {
            return Err(format!("personal data with the digest {digest} belongs to none of its entries"));
        }
        let (name, value) = disclosure
            .told()
            .ok_or_else(|| format!("the personal data with the digest {digest} is not what that is of"))?;
        // A disclosure has the name of its field and not the path: one that names people says so wherever it stands.
        let named = |slot: &&Slot| slot.personal && slot.path.rsplit('.').next() == Some(name.as_str());
        let names = slots.iter().filter(named).find(|slot| names_people(&slot.ty));
        let persons = owners(names.map(|slot| &slot.ty), &value, Some(&change.requester));
        Ok(Disclosure { digest: digest.clone(), text: text.clone(), persons })
    };
    given.iter().map(of).collect()
}

/// Follows a change that was taken over: what the bundle proves, and the change that its entries say.
pub(super) fn followed(entry: &Entry, body: &Json, redecider: Redecider) -> Result<(Handover, Told), String> {
    let body: trail::TakenOver = to_typed(body).map_err(|error| format!("its body: {error}"))?;
    let bundle: Bundle = to_typed(&body.bundle).map_err(|error| format!("its bundle: {error}"))?;
    let (handover, told) =
        followed_bundle(&bundle, redecider).map_err(|error| format!("its bundle: {error}"))?;
    let (from, to) = (&handover.from, &handover.to);
    if *from != body.from {
        return Err(format!(
            "its bundle is of log `{}`, {}, and not of the one it names",
            from.origin, from.log
        ));
    }
    if body.personal != told.personal {
        return Err("the personal data that it names is not what its bundle holds".to_owned());
    }
    if (&to.origin, to.log) != (&entry.origin, entry.log) {
        return Err(format!("the change was handed over to log `{}`, {}", to.origin, to.log));
    }
    let change = &told.change;
    let reference = digest::reference(None, change, digest::of_change(change));
    if entry.change.as_ref() != Some(&reference) || entry.request != Some(request_of(change)) {
        return Err(format!("change `{}` is not what was handed over", change.id));
    }
    Ok((handover, told))
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
