use serde::Serialize;

use crate::eval::{self, Decision, Explanation, InputError, MOST_WORK, Recorder, Unobserved};
use crate::json::Json;
use crate::value::Instant;

use super::{Compiled, Refusal};

/// What [`decide`] is asked. The policy decides on these and on nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideCall {
    /// What people say: an object by the policy's `request`.
    pub request: Json,
    /// What machines report: an object of groups, each there as a whole or left out.
    pub facts: Json,
    /// The instant of the decision.
    pub now: Instant,
    /// Whether to say why.
    pub explain: bool,
}

/// The answer of [`decide`].
#[derive(Debug, Clone, Serialize)]
pub struct DecideAnswer {
    /// Always `true`: a request that cannot be decided is refused.
    pub ok: bool,
    /// Ids, numbers and instants; its RFC 8785 bytes are the same on every host.
    pub decision: Decision,
    /// Prose and places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// Decides one change request.
///
/// # Errors
/// Every fault of request and facts: an unknown field, a value of the wrong type, a question not answered. `TOO_MUCH_WORK`
/// for lists so long that no host should wait for it.
pub fn decide(policy: &Compiled, call: &DecideCall) -> Result<DecideAnswer, Vec<Refusal>> {
    let record = eval::read_complete(&policy.ir, &call.request, &call.facts, call.now).map_err(refusals)?;
    let ir = &policy.ir;
    if eval::work(ir, &record) > MOST_WORK {
        return Err(vec![too_much_work()]);
    }
    let (outcome, explanation) = if call.explain {
        let mut seen = Recorder::default();
        let outcome = eval::decide(ir, &record, call.now, &mut seen);
        let explanation = eval::explain(ir, &record, &outcome, &seen, &policy.sources);
        (outcome, Some(explanation))
    } else {
        (eval::decide(ir, &record, call.now, &mut Unobserved), None)
    };
    Ok(DecideAnswer { ok: true, decision: eval::decision(ir, &record, &outcome), explanation })
}

/// Refuses lists that are too long for the patterns they would be held against.
fn too_much_work() -> Refusal {
    let message = format!("deciding this would take more than {MOST_WORK} steps");
    Refusal::new("TOO_MUCH_WORK", message)
        .help("shorten the lists: the patterns of the policy are held against each item")
}

fn refusals(errors: Vec<InputError>) -> Vec<Refusal> {
    let refusal = |error: InputError| Refusal {
        code: error.code.word().to_owned(),
        message: error.message,
        path: Some(error.path),
        help: error.help,
    };
    errors.into_iter().map(refusal).collect()
}
