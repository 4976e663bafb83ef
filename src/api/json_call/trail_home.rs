//! The calls by which a change moves from one log to another, and an approval to a deployment job.

use serde::Serialize;

use crate::api::trail::{self, ApprovalAnswer, ApprovalCall, BundleFile, HandOverCall, Proof, TakeOverCall};
use crate::api::{Policies, Refusal};
use crate::change::Change;
use crate::trail::{Disclosure, from_base64};
use crate::value::{Digest, Duration};

use super::trail::{ToBeSigned, author, object};
use super::{Call, run};
use std::collections::BTreeSet;

/// `{ head, policy, roster, change, to: { origin, log }, leaves, entries, blobs?, disclosures?, actor, now }`: see
/// [`trail::hand_over()`]. Beside the `entry` the answer holds the digests of the `personal` data that belongs to the change: of
/// `disclosures` only those are looked at.
pub fn trail_hand_over(call: &str, policies: &Policies) -> String {
    const KEYS: [&str; 11] = [
        "head",
        "policy",
        "roster",
        "change",
        "to",
        "leaves",
        "entries",
        "blobs",
        "disclosures",
        "actor",
        "now",
    ];
    run(call, &KEYS, |call| {
        call.with_policy(policies, |policy| {
            let asked = HandOverCall {
                head: call.typed("head")?,
                roster: object(call, "roster"),
                change: call.typed("change")?,
                to: call.typed("to")?,
                proof: proof(call)?,
                disclosures: call.maybe("disclosures")?.unwrap_or_default(),
                actor: author(call)?,
                now: call.now()?,
            };
            let compile = super::trail_check::compiler("policy")?;
            let trail::ToHandOver { prepared, personal } =
                trail::hand_over(policy, &asked, compile).map_err(one)?;
            Ok(ToHandOverAnswer { ok: true, entry: ToBeSigned::of(prepared), personal })
        })
    })
}

/// `{ head, checkpoint, leaves, entries, blobs?, disclosures? }`: see [`trail::bundle()`]. `leaves` are hashes in base64; the answer holds
/// the `bundle` as a file, and the digests of the `personal` data that belongs to it: of `disclosures` only those are taken.
pub fn trail_bundle(call: &str) -> String {
    run(call, &["head", "checkpoint", "leaves", "entries", "blobs", "disclosures"], |call| {
        let mut disclosures: Vec<Disclosure> = call.maybe("disclosures")?.unwrap_or_default();
        let bundle = trail::bundle(&call.typed("head")?, call.text("checkpoint")?, proof(call)?);
        let trail::ToBundle { bundle, personal } = bundle.map_err(one)?;
        disclosures.retain(|disclosure| personal.contains(&disclosure.digest));
        let bundle = super::answer_text(&BundleFile { bundle, disclosures });
        Ok(BundleAnswer { ok: true, bundle, personal })
    })
}

/// `{ head, checkpoint, leaves, entries, blobs? }`: see [`trail::approval()`]. The answer holds the `approval` as a file.
pub fn trail_approval(call: &str) -> String {
    run(call, &["head", "checkpoint", "leaves", "entries", "blobs"], |call| {
        let file = trail::approval(&call.typed("head")?, call.text("checkpoint")?, proof(call)?);
        Ok(FileAnswer { ok: true, approval: super::answer_text(&file.map_err(one)?) })
    })
}

/// `{ approval, log: { origin, log }, change?, facts?, register?, revoked?, max_age_ms, now }`: see [`trail::ask_approval()`].
pub fn ask_approval(call: &str) -> String {
    const KEYS: [&str; 8] =
        ["approval", "log", "change", "facts", "register", "revoked", "max_age_ms", "now"];
    run(call, &KEYS, |call| {
        let revoked: Vec<String> = call.maybe("revoked")?.unwrap_or_default();
        let wrong = || {
            vec![call.wrong("revoked", "must be ids of keys, each of 64 hexadecimal digits in lower case")]
        };
        let max_age = call.count("max_age_ms")?.and_then(|ms| i64::try_from(ms).ok());
        let asked = ApprovalCall {
            file: call.text("approval")?.to_owned(),
            log: call.typed("log")?,
            change: call.maybe("change")?,
            facts: call.facts()?,
            register: call.maybe("register")?,
            revoked: revoked.iter().map(|key| key.parse().map_err(|_| wrong())).collect::<Result<_, _>>()?,
            max_age: max_age.map(Duration::from_ms).ok_or_else(|| {
                vec![call.wrong("max_age_ms", "must be the milliseconds that an approval may be old")]
            })?,
            now: call.now()?,
        };
        Ok(AskedAnswer {
            ok: true,
            answer: trail::ask_approval(&asked, super::trail_check::compiler("approval")?),
        })
    })
}

/// What a file is put together of.
fn proof(call: &Call<'_>) -> Result<Proof, Vec<Refusal>> {
    let leaves: Vec<String> = call.typed("leaves")?;
    Ok(Proof {
        leaves: leaves.iter().map(|leaf| digest(call, leaf)).collect::<Result<_, _>>()?,
        entries: call.typed("entries")?,
        blobs: call.maybe("blobs")?.unwrap_or_default(),
    })
}

/// `{ head, bundle, from: { origin, log }, handed_over?, actor, now }`: see [`trail::take_over()`].
pub fn trail_take_over(call: &str) -> String {
    run(call, &["head", "bundle", "from", "handed_over", "actor", "now"], |call| {
        let BundleFile { bundle, disclosures } = trail::read_bundle(call.text("bundle")?).map_err(one)?;
        let asked = TakeOverCall {
            head: call.typed("head")?,
            bundle,
            disclosures,
            from: call.typed("from")?,
            handed_over: call.count("handed_over")?,
            actor: author(call)?,
            now: call.now()?,
        };
        let compile = super::trail_check::compiler("bundle")?;
        let trail::TakenOver { mut change, prepared } = trail::take_over(&asked, compile).map_err(one)?;
        let told = &prepared.disclosures;
        let find = |digest: &str| told.iter().find(|it| it.digest == digest).map(|it| it.text.clone());
        trail::put_back(&mut change, &find);
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
struct ToHandOverAnswer {
    ok: bool,
    entry: ToBeSigned,
    personal: BTreeSet<String>,
}

#[derive(Serialize)]
struct BundleAnswer {
    ok: bool,
    bundle: String,
    personal: BTreeSet<String>,
}

#[derive(Serialize)]
struct FileAnswer {
    ok: bool,
    approval: String,
}

#[derive(Serialize)]
struct AskedAnswer {
    ok: bool,
    #[serde(flatten)]
    answer: ApprovalAnswer,
}

#[derive(Serialize)]
struct TakenAnswer {
    ok: bool,
    entry: ToBeSigned,
    change: Change,
}
