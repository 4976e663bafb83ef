//! The exports about what machines measure.

use super::{POLICIES, with_text};
use crate::api::json_call;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// `{ policy, samples, before }`: the medians of the metrics before a deployment.
#[wasm_bindgen]
pub fn baseline(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::baseline(call, policies)))
}

/// `{ policy, roster, register?, change, baselines }`: a monitor of the deployment that a change is in.
#[wasm_bindgen]
pub fn arm(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::arm(call, policies)))
}

/// `{ policy, roster, register?, change, monitor, samples, now }`: what samples say of a deployment.
#[wasm_bindgen]
pub fn observe(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::observe(call, policies)))
}

/// `{ policy, text, format, metric? | metrics?, at?, time?, unit? }`: the samples of the policy's metrics in a report.
#[wasm_bindgen(js_name = readReport)]
pub fn read_report(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::read_report(call, policies)))
}

/// `{ policy, samples, start?, hold_ms? }`: what a monitor would have said of recorded samples.
#[wasm_bindgen]
pub fn rehearse(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::rehearse(call, policies)))
}
