use serde::Serialize;

use crate::eval::{self, Explanation, Partial, Recorder};
use crate::json::Json;
use crate::value::Instant;

use super::Compiled;

/// What [`partial`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialCall {
    /// The answers so far: a key left out is not yet answered, `null` is answered with nothing.
    pub answers: Json,
    /// The facts so far: a group left out may still come, `null` says that it will not.
    pub facts: Json,
    /// The instant to answer for.
    pub now: Instant,
    /// Whether to say why, as far as it is settled.
    pub explain: bool,
}

/// The answer of [`partial`].
#[derive(Debug, Clone, Serialize)]
pub struct PartialAnswer {
    /// Always `true`: a form may be wrong in places and has an answer all the same.
    pub ok: bool,
    /// What is still possible, what to ask next, and what is wrong with the answers so far.
    pub partial: PartialAndWhy,
}

/// What is still possible, with the reasons beside it.
#[derive(Debug, Clone, Serialize)]
pub struct PartialAndWhy {
    /// What is still possible.
    #[serde(flatten)]
    pub partial: Partial,
    /// Why, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// Says what a half-filled form can still become (language.md, meaning 7).
pub fn partial(policy: &Compiled, call: &PartialCall) -> PartialAnswer {
    let ir = &policy.ir;
    let (record, errors) = eval::read_partial(ir, &call.answers, &call.facts, call.now);
    let mut seen = Recorder::default();
    let outcome = eval::possible(ir, &record, call.now, &mut seen);
    let partial = eval::partial(ir, &record, &outcome, &seen, errors);
    let explain = || eval::explain(ir, &record, &outcome, &seen, &policy.sources);
    PartialAnswer { ok: true, partial: PartialAndWhy { partial, explanation: call.explain.then(explain) } }
}
