//! The exports about the trail.

use super::{POLICIES, with_text};
use crate::api::json_call::{self, Checks, Provers};
use std::cell::RefCell;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

thread_local! {
    static CHECKS: RefCell<Checks> = RefCell::default();
    static PROVERS: RefCell<Provers> = RefCell::default();
}

/// `{ seed, message? }`: the public key of a seed, and its signature.
#[wasm_bindgen(js_name = trailKey)]
pub fn trail_key(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_key)
}

/// `{ spki }`: the name of a public key, if it may be enrolled.
#[wasm_bindgen(js_name = trailKeyId)]
pub fn trail_key_id(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_key_id)
}

/// `{ began, actor, now }`: the first entry of a log, to be signed.
#[wasm_bindgen(js_name = trailBegin)]
pub fn trail_begin(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_begin)
}

/// `{ head, policy?, do, actor, now }`: an entry about the log itself, to be signed.
#[wasm_bindgen(js_name = trailAdminister)]
pub fn trail_administer(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::trail_administer(call, policies)))
}

/// `{ head, policy, outgoing?, roster?, open, statements, actor, now }`: the entry by which another policy is in force.
#[wasm_bindgen(js_name = trailAdopt)]
pub fn trail_adopt(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::trail_adopt(call, policies)))
}

/// `{ head, policy, outgoing?, roster?, open, actor, now }`: what it would mean to put another policy in force, before anybody signs it.
#[wasm_bindgen(js_name = trailAdoption)]
pub fn trail_adoption(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::trail_adoption(call, policies)))
}

/// `{ head, policy, roster, register?, change?, command, actor, now, random }`, or `statement` for `command` and `actor`: a
/// command to a change, as an entry to be signed.
#[wasm_bindgen(js_name = trailCommand)]
pub fn trail_command(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::trail_command(call, policies)))
}

/// `{ head, policy, roster, register?, id, change?, facts, actor, now }`, or `statement` for `facts` and `actor`: what a gate answered, as
/// an entry to be signed.
#[wasm_bindgen(js_name = trailGate)]
pub fn trail_gate(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::trail_gate(call, policies)))
}

/// `{ head, act, now }`: what somebody is to sign themselves.
#[wasm_bindgen(js_name = trailAct)]
pub fn trail_act(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_act)
}

/// `{ head?, payload, signatures }`: finishes an entry.
#[wasm_bindgen(js_name = trailSeal)]
pub fn trail_seal(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_seal)
}

/// `{ head, policy, roster, change, to, leaves, entries, blobs?, disclosures?, actor, now }`: the entry by which a change goes on in another log.
#[wasm_bindgen(js_name = trailHandOver)]
pub fn trail_hand_over(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::trail_hand_over(call, policies)))
}

/// `{ head, checkpoint, leaves, entries, blobs?, disclosures? }`: what the other log takes it over by.
#[wasm_bindgen(js_name = trailBundle)]
pub fn trail_bundle(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_bundle)
}

/// `{ head, checkpoint, leaves, entries, blobs? }`: what a deployment job asks its gate by.
#[wasm_bindgen(js_name = trailApproval)]
pub fn trail_approval(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_approval)
}

/// `{ approval, log, change?, facts?, register?, revoked?, max_age_ms, now }`: may a deployment begin, by such a file?
#[wasm_bindgen(js_name = askApproval)]
pub fn ask_approval(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::ask_approval)
}

/// `{ head, bundle, from, actor, now }`: the entry by which a change from another log goes on here.
#[wasm_bindgen(js_name = trailTakeOver)]
pub fn trail_take_over(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_take_over)
}

/// `{ entries }`: what stands in their places once they are purged.
#[wasm_bindgen(js_name = trailTombstones)]
pub fn trail_tombstones(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_tombstones)
}

/// `{ head, signature? }`: the checkpoint of a log.
#[wasm_bindgen(js_name = trailCheckpoint)]
pub fn trail_checkpoint(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_checkpoint)
}

/// `{ entries }`: the leaf hashes of entries.
#[wasm_bindgen(js_name = trailLeaves)]
pub fn trail_leaves(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_leaves)
}

/// `{ checkpoint, index, leaves }`: the proof that an entry is among those that a checkpoint signs.
#[wasm_bindgen(js_name = trailProve)]
pub fn trail_prove(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_prove)
}

/// `{ pins?, own?, witnesses?, beside?, redecide? }`: begins a check.
#[wasm_bindgen(js_name = trailCheck)]
pub fn trail_check(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| CHECKS.with_borrow_mut(|checks| json_call::trail_check(call, checks)))
}

/// `{ handle, entries, blobs?, disclosures? }`: takes the next entries.
#[wasm_bindgen(js_name = trailCheckTake)]
pub fn trail_check_take(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| CHECKS.with_borrow_mut(|checks| json_call::trail_check_take(call, checks)))
}

/// `{ handle, take_up?, disclosures? }`: what came of a check, and the log to go on with.
#[wasm_bindgen(js_name = trailCheckFinish)]
pub fn trail_check_finish(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| CHECKS.with_borrow_mut(|checks| json_call::trail_check_finish(call, checks)))
}

/// `{ index, entries, blobs?, erased?, as? }`: entries as people read them, a line each; or one whole.
#[wasm_bindgen(js_name = trailShow)]
pub fn trail_show(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_show)
}

/// `{ entries, blobs? }`: the digests of the personal data that entries say was erased.
#[wasm_bindgen(js_name = trailErased)]
pub fn trail_erased(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_erased)
}

/// `{ checkpoints }`: begins to prove by the checkpoints that lie with a trail.
#[wasm_bindgen(js_name = trailProver)]
pub fn trail_prover(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| PROVERS.with_borrow_mut(|provers| json_call::trail_prover(call, provers)))
}

/// `{ handle, entries }`: takes the next entries.
#[wasm_bindgen(js_name = trailProverTake)]
pub fn trail_prover_take(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| PROVERS.with_borrow_mut(|provers| json_call::trail_prover_take(call, provers)))
}

/// `{ handle, index? }`: the checkpoint, once the entries are those that it signs, and the proof of one of them.
#[wasm_bindgen(js_name = trailProverFinish)]
pub fn trail_prover_finish(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| PROVERS.with_borrow_mut(|provers| json_call::trail_prover_finish(call, provers)))
}

/// `{ receipt, entry, log, witnesses? }`: checks a receipt without the trail.
#[wasm_bindgen(js_name = trailCheckProof)]
pub fn trail_check_proof(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_check_proof)
}

/// `{ change, changes }`: refuses a change that is not among those of a log, with the one that was meant.
#[wasm_bindgen(js_name = trailKnown)]
pub fn trail_known(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::trail_known)
}
