//! The calls by which a change moves from one log to another.

use serde::Serialize;

use crate::api::trail::{self, BundleFile, HandOverCall, TakeOverCall};
use crate::api::{Policies, Refusal};
use crate::change::Change;
use crate::trail::{Disclosure, from_base64};
use crate::value::Digest;

use super::trail::{PreparedAnswer, ToBeSigned, author, object};
use super::{Call, run};
use std::sync::Arc;

/// `{ head, policy, roster, change, to: { origin, log }, actor, now }`: see [`trail::hand_over()`].
pub fn trail_hand_over(call: &str, policies: &Policies) -> String {
    run(call, &["head", "policy", "roster", "change", "to", "actor", "now"], |call| {
        call.with_policy(policies, |policy| {
            let asked = HandOverCall {
                head: call.typed("head")?,
                roster: object(call, "roster"),
                change: call.typed("change")?,
                to: call.typed("to")?,
                actor: author(call)?,
                now: call.now()?,
            };
            trail::hand_over(policy, &asked).map(PreparedAnswer::of).map_err(one)
        })
    })
}

/// `{ checkpoint, leaves, entries, blobs?, disclosures? }`: see [`trail::bundle()`]. `leaves` are hashes in base64; the answer holds the
/// `bundle` as a file.
pub fn trail_bundle(call: &str) -> String {
    run(call, &["checkpoint", "leaves", "entries", "blobs", "disclosures"], |call| {
        let leaves: Vec<String> = call.typed("leaves")?;
        let entries: Vec<String> = call.typed("entries")?;
        let disclosures: Vec<Disclosure> = call.maybe("disclosures")?.unwrap_or_default();
        let bundle = trail::bundle(
            call.text("checkpoint")?,
            leaves.iter().map(|leaf| digest(call, leaf)).collect::<Result<_, _>>()?,
            &entries,
            call.maybe("blobs")?.unwrap_or_default(),
        );
        let file = BundleFile { bundle: bundle.map_err(one)?, disclosures };
        Ok(BundleAnswer { ok: true, bundle: super::answer_text(&file) })
    })
}

/// `{ head, bundle, from: { origin, log }, actor, now }`: see [`trail::take_over()`].
pub fn trail_take_over(call: &str) -> String {
    run(call, &["head", "bundle", "from", "actor", "now"], |call| {
        let BundleFile { bundle, disclosures } = trail::read_bundle(call.text("bundle")?).map_err(one)?;
        let asked = TakeOverCall {
            head: call.typed("head")?,
            bundle,
            from: call.typed("from")?,
            actor: author(call)?,
            now: call.now()?,
        };
        let trail::TakenOver { mut change, mut prepared } = trail::take_over(&asked).map_err(one)?;
        let find = |digest: &str| disclosures.iter().find(|it| it.digest == digest).map(|it| it.text.clone());
        crate::trail::reveal(Arc::make_mut(&mut change.request), &find);
        prepared.disclosures = disclosures;
        Ok(TakenAnswer { ok: true, entry: ToBeSigned::of(prepared), change })
    })
}

fn one(refusal: Refusal) -> Vec<Refusal> {
    vec![refusal]
}

fn digest(call: &Call<'_>, leaf: &str) -> Result<Digest, Vec<Refusal>> {
    let bytes = from_base64(leaf).and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(|bytes| Digest { bytes })
        .ok_or_else(|| vec![call.wrong("leaves", "must be hashes of 32 bytes, written as RFC 4648 §4 says")])
}

#[derive(Serialize)]
struct BundleAnswer {
    ok: bool,
    bundle: String,
}

#[derive(Serialize)]
struct TakenAnswer {
    ok: bool,
    entry: ToBeSigned,
    change: Change,
}
