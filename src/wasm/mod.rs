//! The exports of the WebAssembly module.
//!
//! JSON text goes in and JSON text comes out, so there is no object to free and no `Map` to mistake for one.
//! Each export is one line into `api`: bindings rename, they do not decide. The one thing kept here are compiled policies
//! by handle; a host that loses the instance compiles again.

use crate::api::{Policies, json_call};
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static POLICIES: RefCell<Policies> = RefCell::default();
}

/// Returns the version of the engine, as in `0.1.0`.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// `{ files, search_budget? }`: finds every mistake in a policy.
#[wasm_bindgen]
pub fn check(call: &str) -> String {
    json_call::check(call)
}

/// `{ name, text }`: lays one rule file out.
#[wasm_bindgen]
pub fn format(call: &str) -> String {
    json_call::format(call)
}

/// `{ files, only? }`: runs the tests written in a policy.
#[wasm_bindgen]
pub fn test(call: &str) -> String {
    json_call::test(call)
}

/// `{ files }`: compiles a policy and keeps it under the `handle` of the answer.
#[wasm_bindgen]
pub fn compile(call: &str) -> String {
    POLICIES.with_borrow_mut(|policies| json_call::compile(call, policies))
}

/// `{ handle }`: forgets a compiled policy.
#[wasm_bindgen]
pub fn release(call: &str) -> String {
    POLICIES.with_borrow_mut(|policies| json_call::release(call, policies))
}

/// `{ policy, request, facts?, now, explain? }`: decides one change request.
#[wasm_bindgen]
pub fn decide(call: &str) -> String {
    POLICIES.with_borrow(|policies| json_call::decide(call, policies))
}

/// `{ policy, items: [{ request, facts?, now }], explain? }`: decides many.
#[wasm_bindgen(js_name = decideMany)]
pub fn decide_many(call: &str) -> String {
    POLICIES.with_borrow(|policies| json_call::decide_many(call, policies))
}

/// `{ policy }`: the questions of a policy, and what the answers can lead to.
#[wasm_bindgen]
pub fn form(call: &str) -> String {
    POLICIES.with_borrow(|policies| json_call::form(call, policies))
}

/// `{ policy, answers, facts?, now }`: what a half-filled form can still become.
#[wasm_bindgen]
pub fn partial(call: &str) -> String {
    POLICIES.with_borrow(|policies| json_call::partial(call, policies))
}
