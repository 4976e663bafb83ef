use serde::Serialize;

use crate::eval::{self, Partial};
use crate::json::Json;
use crate::value::Instant;

use super::{Compiled, Refusal};

/// What [`partial`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialCall {
    /// The answers so far: a key left out is not yet answered, `null` is answered with nothing.
    pub answers: Json,
    /// The facts so far: a group left out may still come, `null` says that it will not.
    pub facts: Json,
    /// The instant to answer for.
    pub now: Instant,
}

/// The answer of [`partial`].
#[derive(Debug, Clone, Serialize)]
pub struct PartialAnswer {
    /// Always `true`: a form may be wrong in places and has an answer all the same.
    pub ok: bool,
    /// What is still possible, what to ask next, and what is wrong with the answers so far.
    pub partial: Partial,
}

/// Says what a half-filled form can still become (language.md, meaning 7).
///
/// # Errors
/// None today; the type keeps the calls alike.
pub fn partial(policy: &Compiled, call: &PartialCall) -> Result<PartialAnswer, Vec<Refusal>> {
    let (record, errors) = eval::read_partial(&policy.ir, &call.answers, &call.facts, call.now);
    Ok(PartialAnswer { ok: true, partial: eval::partial(&policy.ir, &record, call.now, errors) })
}
