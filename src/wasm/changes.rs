//! The exports about the life of changes.

use super::{POLICIES, with_text};
use crate::api::json_call;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// `{ policy, roster }`: whether a roster can fill the seats of a policy.
#[wasm_bindgen(js_name = checkRoster)]
pub fn check_roster(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::check_roster(call, policies)))
}

/// `{ policy, roster, register?, change?, command, now, actor }`: what a command does to a change.
#[wasm_bindgen]
pub fn next(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::next(call, policies)))
}

/// `{ events }`: the change that a history says.
#[wasm_bindgen]
pub fn fold(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::fold)
}

/// `{ policy, roster, register?, change?, facts?, now }`: whether a deployment may begin.
#[wasm_bindgen]
pub fn gate(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::gate(call, policies)))
}

/// `{ policy, roster, register?, change, now }`: how a change stands.
#[wasm_bindgen]
pub fn status(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::status(call, policies)))
}

/// `{ policy, roster, register?, change, request, now }`: what an edit would do.
#[wasm_bindgen(js_name = previewEdit)]
pub fn preview_edit(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::preview_edit(call, policies)))
}

/// `{ policy, changes }`: the part of the register that changes are.
#[wasm_bindgen]
pub fn planned(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::planned(call, policies)))
}

/// `{ register, freeze, spares? }`: the changes that a freeze would hold.
#[wasm_bindgen(js_name = freezePreview)]
pub fn freeze_preview(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::freeze_preview)
}

/// `{ register, component, within, at_least_ms }`: windows in which nothing else is planned.
#[wasm_bindgen(js_name = freeWindows)]
pub fn free_windows(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::free_windows)
}

/// `{ policy, past, at_least }`: what closed changes say of the catalogue.
#[wasm_bindgen]
pub fn catalogue(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::catalogue(call, policies)))
}

/// `{ policy, scenario, with? }`: plays scripted changes.
#[wasm_bindgen]
pub fn simulate(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::simulate(call, policies)))
}
