//! The calls that show a trail to people, and prove of it to those who have none.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

use crate::api::Refusal;
use crate::api::trail::{self, Form, Line, Prover};

use super::trail_check::Given;
use super::{Call, Done, run};

/// Proofs under way, by handle: a cache. A host that loses one begins again.
#[derive(Debug, Default)]
pub struct Provers {
    kept: BTreeMap<u32, Prover>,
    last: u32,
}

/// `{ index, entries, blobs?, erased? }`: a line for each entry, as stored, from the one at `index` on, with the change that it is about
/// and what that went through in other logs; `fault` says why there is none of the next. With `as` (`laid_out` or `payload`) the first
/// of them is the `text`, whole. See [`trail::line()`].
pub fn trail_show(call: &str) -> String {
    run(call, &["index", "entries", "blobs", "erased", "as"], |call| {
        let mut index = call.count("index")?.ok_or_else(|| vec![call.wrong("index", "must be a number")])?;
        let entries: Vec<String> = call.typed("entries")?;
        if let Some(form) = form(call)? {
            let first = entries.first().ok_or_else(|| vec![call.wrong("entries", "holds no entry")])?;
            let shown = trail::entire(index, first.as_bytes(), form);
            return Ok(match shown {
                Ok(text) => ShownAnswer { text: Some(text), ..ShownAnswer::new() },
                Err(message) => ShownAnswer { fault: Some(faulty(index, &message)), ..ShownAnswer::new() },
            });
        }
        let erased: BTreeSet<String> = call.maybe("erased")?.unwrap_or_default();
        let beside = given(call)?;
        let mut answer = ShownAnswer::new();
        for stored in &entries {
            match trail::line(index, stored.as_bytes(), &beside, &erased) {
                Ok(Line { text, change }) => {
                    let earlier = trail::earlier(stored.as_bytes(), &beside, &erased);
                    answer.lines.push(LineAnswer { text, change, earlier });
                }
                Err(message) => {
                    answer.fault = Some(faulty(index, &message));
                    break;
                }
            }
            index = index.saturating_add(1);
        }
        Ok(answer)
    })
}

fn faulty(index: u64, message: &str) -> String {
    format!("entry {index}: {message}")
}

/// `{ change, changes }`: refuses a change that is not among those of a log. See [`trail::known()`].
pub fn trail_known(call: &str) -> String {
    run(call, &["change", "changes"], |call| {
        let changes: Vec<String> = call.typed("changes")?;
        trail::known(call.text("change")?, &changes).map_err(|refusal| vec![refusal])?;
        Ok(Done { ok: true })
    })
}

/// `{ entries, blobs? }`: the digests of the personal data that entries say was erased, for `trailShow`.
pub fn trail_erased(call: &str) -> String {
    run(call, &["entries", "blobs"], |call| {
        let (entries, beside) = (call.typed::<Vec<String>>("entries")?, given(call)?);
        let digests = entries.iter().flat_map(|stored| trail::erased_by(stored.as_bytes(), &beside));
        Ok(ErasedAnswer { ok: true, digests: digests.collect() })
    })
}

/// `{ checkpoints }`: begins to prove by the checkpoints that lie with a trail, under the `handle` of the answer. The one of the most
/// entries counts.
pub fn trail_prover(call: &str, provers: &mut Provers) -> String {
    run(call, &["checkpoints"], |call| {
        let notes: Vec<String> = call.typed("checkpoints")?;
        let prover = Prover::new(&notes).map_err(|refusal| vec![refusal.at("checkpoints")])?;
        provers.last = provers.last.wrapping_add(1);
        provers.kept.insert(provers.last, prover);
        Ok(HandleAnswer { ok: true, handle: provers.last })
    })
}

/// `{ handle, entries }`: takes the next entries, as stored. `goes_on` is `false` once the checkpoint signs no more.
pub fn trail_prover_take(call: &str, provers: &mut Provers) -> String {
    run(call, &["handle", "entries"], |call| {
        let handle = call.handle()?;
        let prover = provers.kept.get_mut(&handle).ok_or_else(|| vec![no_prover(handle)])?;
        for stored in &call.typed::<Vec<String>>("entries")? {
            if prover.wants_more() {
                prover.take(stored.as_bytes());
            }
        }
        Ok(TakenAnswer { ok: true, goes_on: prover.wants_more() })
    })
}

/// `{ handle, index? }`: the checkpoint as `note`, once the entries are those that it signs, and the `proof` that the one at `index` is
/// among them. The proof is over.
pub fn trail_prover_finish(call: &str, provers: &mut Provers) -> String {
    run(call, &["handle", "index"], |call| {
        let handle = call.handle()?;
        let prover = provers.kept.remove(&handle).ok_or_else(|| vec![no_prover(handle)])?;
        let one = |refusal: Refusal| vec![refusal];
        let note = prover.note().map_err(one)?;
        let proof = call.count("index")?.map(|index| prover.receipt(index)).transpose().map_err(one)?;
        Ok(ProvedAnswer { ok: true, note, proof })
    })
}

/// `{ receipt, entry, log, witnesses? }`: checks a receipt without the trail: that the entry, as stored, is among those whose head `log`
/// signed. `text` says in lines what it proves. See [`Prover::check`].
pub fn trail_check_proof(call: &str) -> String {
    run(call, &["receipt", "entry", "log", "witnesses"], |call| {
        let witnesses: Vec<String> = call.maybe("witnesses")?.unwrap_or_default();
        let (receipt, entry) = (call.text("receipt")?, call.text("entry")?);
        let proved = Prover::check(receipt, entry.as_bytes(), call.text("log")?, &witnesses);
        let proved = proved.map_err(|refusal| vec![refusal])?;
        let text = trail::told_proof(&proved);
        Ok(CheckedProofAnswer { ok: true, index: proved.index, size: proved.checkpoint.head().size, text })
    })
}

fn form(call: &Call<'_>) -> Result<Option<Form>, Vec<Refusal>> {
    Ok(match call.get("as") {
        None => None,
        Some(_) => Some(match call.text("as")? {
            "payload" => Form::Payload,
            "laid_out" => Form::LaidOut,
            _ => return Err(vec![call.wrong("as", "must be `laid_out` or `payload`")]),
        }),
    })
}

fn given(call: &Call<'_>) -> Result<Given, Vec<Refusal>> {
    Ok(Given { blobs: call.maybe("blobs")?.unwrap_or_default(), disclosures: BTreeMap::new() })
}

fn no_prover(handle: u32) -> Refusal {
    Refusal::new("NO_SUCH_PROOF", format!("no proof is under way under handle {handle}"))
        .at("handle")
        .help("begin again")
}

#[derive(Serialize)]
struct ShownAnswer {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    heading: &'static str,
    lines: Vec<LineAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

impl ShownAnswer {
    fn new() -> Self {
        Self { ok: true, text: None, heading: Line::HEADING, lines: Vec::new(), fault: None }
    }
}

#[derive(Serialize)]
struct LineAnswer {
    text: String,
    change: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<String>,
}

#[derive(Serialize)]
struct ErasedAnswer {
    ok: bool,
    digests: Vec<String>,
}

#[derive(Serialize)]
struct HandleAnswer {
    ok: bool,
    handle: u32,
}

#[derive(Serialize)]
struct TakenAnswer {
    ok: bool,
    goes_on: bool,
}

#[derive(Serialize)]
struct ProvedAnswer {
    ok: bool,
    note: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<String>,
}

#[derive(Serialize)]
struct CheckedProofAnswer {
    ok: bool,
    index: u64,
    size: u64,
    text: String,
}
