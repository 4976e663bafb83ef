//! What a gate answered, as an entry: asked of the home log itself, or elsewhere by a pipeline that signed the answer.

use crate::api::{Compiled, Refusal, Workflow, gate};
use crate::change::{Actor, Change, GateAnswer, Register};
use crate::json::{Json, Written, canonical, from_serialize, to_typed};
use crate::trail::{Act, ChangeRef, Draft, Envelope, Head, Kind, Log, Millis, Role, ToState, extract};
use crate::value::{Digest, Instant};

use super::command::{author, check_handed_over, needs_personal, reference_of, request_of};
use super::opaque::opaque_register;
use super::personal::{in_the_open, nameless};
use super::signers::{SignedBy, denied, withdrawn_by};
use super::{Prepared, digest, engine, log_signer, open, payload, refused, unwritten};

/// What is asked of a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateCall {
    /// The log, as the host kept it.
    pub head: Head,
    /// The roster in force: the body of the last `roster.set`.
    pub roster: Json,
    /// What the change knows of the others.
    pub register: Json,
    /// The id of the change.
    pub id: String,
    /// The change as its events say; `None` where there is none.
    pub change: Option<Change>,
    /// With which keys its entries were signed, as far as the host knows: one that is revoked from before then denies it. What the host
    /// leaves out shows when the answer is decided again.
    pub signed: Vec<SignedBy>,
    /// Who asks, and by what they know; or what somebody else answered.
    pub asked: GateAsked,
    /// The host's clock.
    pub now: Instant,
}

/// Who asks a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateAsked {
    /// The host, for somebody.
    Host {
        /// What the deployment job knows now.
        facts: Json,
        /// Who asks.
        actor: Actor,
    },
    /// A pipeline asked elsewhere, and signed what it was answered.
    Signed(Envelope),
}

/// What the gate said, and the entry to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateTold {
    /// The answer.
    pub answer: Json,
    /// Where it was given elsewhere: what the gate says here and now to the same facts. It stands in the entry, so that an answer which
    /// the log would not have given is seen beside it.
    pub here: Option<Json>,
    /// The entry.
    pub prepared: Prepared,
}

/// Returns what a pipeline signs that asked a gate elsewhere: the answer, by which policy, and on which facts.
///
/// # Errors
/// [`Refusal`]: never, as no member is a float.
pub fn gate_statement(
    change: &Change,
    facts: &Json,
    answer: &GateAnswer,
    policy: Digest,
) -> Result<ToState, Refusal> {
    let answer = from_serialize(answer).map_err(|error| unwritten(&error))?;
    let act = act_of_gate(&answer, facts, policy);
    Ok(ToState { subject: change.id.to_string(), digest: change.digest, act })
}

/// Asks the gate, or takes in what another machine was answered, and returns the entry.
///
/// # Errors
/// `BAD_HEAD`; `STALE_CHANGE`, `OTHER_ROSTER`, `OTHER_POLICY`, `CLOCK_WENT_BACK` where what the host hands over is not what the log
/// says; `NEEDS_PERSONAL_DATA` where the policy keeps in the open what another withheld; `STATEMENT` and `STALE_STATEMENT` for what was
/// answered elsewhere.
pub fn ask_gate(policy: &Compiled, call: &GateCall) -> Result<GateTold, Refusal> {
    let log = open(&call.head)?;
    let change = call.change.as_ref();
    check_handed_over(policy, &log, call.now, &call.roster, change)?;
    if change.is_some_and(|change| *change.id != *call.id) {
        return Err(Refusal::new("STALE_CHANGE", format!("the change is not `{}`", call.id)).at("change"));
    }
    let ir = &policy.ir;
    let typed = |name: &str, error: crate::json::DeserializeError| {
        Refusal::new("BAD_CALL", error.to_string()).at(name)
    };
    let roster = to_typed(&call.roster).map_err(|error| typed("roster", error))?;
    let register: Register = to_typed(&call.register).map_err(|error| typed("register", error))?;
    opaque_register(&register)?;
    let open = change.map(|change| in_the_open(ir, change)).unwrap_or_default();
    if !open.is_empty() {
        return Err(needs_personal(ir, &open));
    }
    // As whoever has no personal data asks it again.
    let judged = change.map(|change| nameless(ir, change));
    // In the order in which the entry has them: reasons follow it, and are compared when the gate is asked again.
    let in_order = |facts: &Json| Written::of(facts).json();
    let ask = |facts: &Json| {
        let answer = gate(policy, &Workflow { roster, register }, judged.as_ref(), facts, call.now);
        let answer = denied(answer, withdrawn_by(log.state(), &call.signed));
        from_serialize(&answer).map_err(|error| unwritten(&error))
    };
    let (answer, here, facts, actor, statement) = match &call.asked {
        GateAsked::Host { facts, actor } => {
            let facts = in_order(facts);
            (ask(&facts)?, None, facts, author(actor), None)
        }
        GateAsked::Signed(envelope) => {
            let Reported { answer, facts, actor } = reported(call, &log, ir.identity.digest, envelope)?;
            let here = ask(&facts)?;
            (answer, Some(here), facts, actor, Some(envelope.clone()))
        }
    };
    let mut members = vec![
        ("answer".to_owned(), answer.clone()),
        ("change".to_owned(), Json::String(call.id.clone())),
        ("facts".to_owned(), facts),
        ("register".to_owned(), call.register.clone()),
    ];
    members.extend(here.clone().map(|here| ("here".to_owned(), here)));
    let mut body = Json::Object(members);
    let (blobs, kept) = extract(&mut body);
    let index = log.state().size;
    let draft = Draft {
        kind: Kind::GateAnswered,
        id: format!("gate/{index}"),
        time: Millis(call.now),
        actor,
        policy: Some(reference_of(ir)),
        request: change.map(request_of),
        change: change.map(|change| unmoved(change, digest::of_change(change))),
        engine: engine(),
        body,
        blobs,
        statements: statement.into_iter().collect(),
    };
    let entry = log.draft(draft).map_err(|fault| refused(&fault))?;
    let signers = vec![log_signer(&log)];
    let payload = payload(&entry, &signers)?;
    let prepared = Prepared { payload, signers, blobs: kept, disclosures: Vec::new() };
    Ok(GateTold { answer, here, prepared })
}

/// What a pipeline signed that it was answered.
struct Reported {
    answer: Json,
    facts: Json,
    actor: crate::trail::Author,
}

fn reported(call: &GateCall, log: &Log, policy: Digest, envelope: &Envelope) -> Result<Reported, Refusal> {
    let bad = |message: String| Refusal::new("STATEMENT", message).at("statement");
    let stale =
        |message: String| Refusal::new("STALE_STATEMENT", message).at("statement").help("ask the gate again");
    let (act, key) =
        Act::checked(envelope, log.state(), Millis(call.now)).map_err(|error| bad(error.to_string()))?;
    if act.subject != call.id || call.change.as_ref().is_some_and(|change| change.digest != act.digest) {
        return Err(stale(format!("the answer is about another request than `{}` has now", call.id)));
    }
    let told = act.act.get("gate").and_then(|told| Some((told.get("answer")?, told.get("facts")?)));
    let Some((answer, facts)) = told else {
        return Err(bad("it holds no answer of a gate".to_owned()));
    };
    if canonical(&act_of_gate(answer, facts, policy)) != canonical(&act.act) {
        return Err(stale(format!("the answer is not one by policy {policy}, which judges `{}`", call.id)));
    }
    let machine = act.machine.clone().ok_or_else(|| bad("a gate is asked by a program".to_owned()))?;
    let role = Some(Role::Pipeline.word().to_owned());
    let actor = crate::trail::Author { role, key: Some(key.id), ..crate::trail::Author::machine(machine) };
    Ok(Reported { answer: answer.clone(), facts: facts.clone(), actor })
}

/// A gate moves no change.
pub(super) fn unmoved(change: &Change, digest: Digest) -> ChangeRef {
    digest::reference(Some(digest), change, digest)
}

/// What is signed of an answer that was given elsewhere.
pub(super) fn act_of_gate(answer: &Json, facts: &Json, policy: Digest) -> Json {
    let members =
        [("answer", answer.clone()), ("facts", facts.clone()), ("policy", Json::String(policy.to_string()))];
    let told = members.map(|(name, value)| (name.to_owned(), value)).to_vec();
    Json::Object(vec![("gate".to_owned(), Json::Object(told))])
}
