//! The exports that read rule text.

use super::{POLICIES, with_text};
use crate::api::json_call;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// `{ files, search_budget? }`: finds every mistake in a policy.
#[wasm_bindgen]
pub fn check(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::check)
}

/// `{ name, text }`: lays one rule file out.
#[wasm_bindgen]
pub fn format(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::format)
}

/// `{ files, only? }`: runs the tests written in a policy.
#[wasm_bindgen]
pub fn test(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::test)
}

/// `{ files }`: compiles a policy and keeps it under the `handle` of the answer.
#[wasm_bindgen]
pub fn compile(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow_mut(|policies| json_call::compile(call, policies)))
}
