//! How an approval travels: one file that says what a log knows of a change, for a deployment job that has neither the log nor a server
//! to ask. Its log makes it; the job holds it against the log that it knows, against what it is about to deploy, and against its
//! own clock.
//!
//! ```text
//! head, entries, blobs ─ approval ─► file ─ ApprovalCall ─► Told: change, policy, roster ─ gate ─► allow, or why not
//! ```
//!
//! The file ends with the answer of a gate that was asked when it was made: by its time the job knows how old the file is.

use serde::{Deserialize, Serialize};

use super::excerpt::{Told, said, told};
use super::handover::{Proof, gathered, read_file};
use super::personal::whole;
use super::{Compile, Redecider};
use crate::api::{Compiled, Refusal};
use crate::change::{self, Context, Reason, Register, State};
use crate::ir::Name;
use crate::json::{Json, to_typed};
use crate::trail::key::KeyId;
use crate::trail::{Bundle, Entry, Excerpt, Handover, Head, Home, Kind, PolicyRef, Signed};
use crate::value::{Digest, Duration, Instant};

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalFile {
    /// What proves it: the entries of the change up to the answer of a gate, those about keys, and the policies and rosters by which
    /// they were decided. Nothing personal is in it.
    pub approval: Bundle,
}

/// Puts the file together: what proves the change, of all that the checkpoint signs; `head` the log after the last of its entries.
///
/// # Errors
/// `BAD_HEAD`; `BAD_CHECKPOINT`; `BAD_APPROVAL`: it would prove nothing; `CLOSED_CHANGE` for a change that has ended.
pub fn approval(head: &Head, checkpoint: &str, proof: Proof) -> Result<ApprovalFile, Refusal> {
    let approval = gathered(head, checkpoint, proof)?;
    let bad = |message: String| Refusal::new("BAD_APPROVAL", message).at("entries");
    let excerpt = approval.read().map_err(|error| bad(error.to_string()))?;
    let last = excerpt.entries.last().and_then(|last| last.entry.change.as_ref());
    if last.is_some_and(|change| change.ended) {
        return Err(
            Refusal::new("CLOSED_CHANGE", "the change has ended: nothing is deployed by it").at("change")
        );
    }
    let file = ApprovalFile { approval };
    // Whoever is to be asked by it could not make anything of it either.
    known(&file.approval, &excerpt, Redecider::folding()).map_err(bad)?;
    Ok(file)
}

/// What a deployment job asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalCall {
    /// The file, as it was given.
    pub file: String,
    /// The log that it must come from: who that is was learned elsewhere.
    pub log: Home,
    /// The change that is to be deployed; whatever the file is about where it is left out.
    pub change: Option<String>,
    /// What the job knows of what it is about to deploy.
    pub facts: Json,
    /// What the change knows of the others; what the log said when the file was made, where it is left out.
    pub register: Option<Register>,
    /// Keys that the job knows not to be trusted any more.
    pub revoked: Vec<KeyId>,
    /// How old the file may be.
    pub max_age: Duration,
    /// The job's clock.
    pub now: Instant,
}

/// What the gate says to the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalAnswer {
    /// Whether the deployment may begin, or go on.
    pub allow: bool,
    /// Every reason why not; none if it may.
    pub reasons: Vec<Reason>,
    /// Where the change stands at the job's clock; absent where the file says nothing of it that can be believed.
    pub state: Option<State>,
    /// Marks that the change carries, such as `BREAK_GLASS`.
    pub flags: Vec<Name>,
    /// What the file proves; absent where it proves nothing.
    pub approval: Option<Approved>,
}

/// What a file proves: this request, under this policy, as of this head of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approved {
    /// The change.
    pub change: String,
    /// The digest of its request, that votes are bound to.
    pub request: Digest,
    /// The revision of its request.
    pub revision: u32,
    /// The policy that it stands under.
    pub policy: PolicyRef,
    /// When the log said so, by its clock.
    pub as_of: Instant,
    /// How many entries the log had then.
    pub size: u64,
    /// The root of their tree.
    pub root: Digest,
    /// How many commands were decided again: all of the change, in whatever log it was then.
    pub decided_again: u64,
    /// The logs that the change came through, in the order in which they gave it away; none where it began in this one. Root has said
    /// that changes are taken over from them.
    pub came_through: Vec<Home>,
}

/// Says by a file whether a deployment may begin at `now`, with every reason why not.
///
/// The reasons: `BAD_APPROVAL` where the file does not hold, `OTHER_LOG` where it is another log's; else those of [`change::gate`], with
/// `STALE_APPROVAL`, `CLOCK_WENT_BACK`, `OTHER_CHANGE`, `KEY_REVOKED`, and `DECIDED_OTHERWISE` where something in it comes out otherwise.
pub fn ask_approval(call: &ApprovalCall, compile: Compile) -> ApprovalAnswer {
    let denied = |code: &str, message: String| ApprovalAnswer {
        allow: false,
        reasons: vec![Reason::new(code, message)],
        state: None,
        flags: Vec::new(),
        approval: None,
    };
    let bad = |error: String| denied("BAD_APPROVAL", format!("the approval does not hold: {error}"));
    let ApprovalFile { approval: bundle } = match read_file(&call.file) {
        Ok(file) => file,
        Err(error) => return bad(format!("it is no file of an approval: {error}")),
    };
    let excerpt = match bundle.read() {
        Ok(excerpt) => excerpt,
        Err(error) => return bad(error.to_string()),
    };
    // What another log says means nothing here, whatever it is.
    if excerpt.home != call.log {
        let (its, wanted) = (&excerpt.home, &call.log);
        return denied(
            "OTHER_LOG",
            format!("it is of log `{}`, {}, not of `{}`, {}", its.origin, its.log, wanted.origin, wanted.log),
        );
    }
    let known = known(&bundle, &excerpt, Redecider::deciding(compile));
    known.and_then(|told| asked(told, call, &excerpt)).unwrap_or_else(bad)
}

/// What the entries of a file say. The last one is what a gate of its log answered.
fn known(bundle: &Bundle, excerpt: &Excerpt, redecider: Redecider) -> Result<Told, String> {
    last_of(excerpt)?;
    told(&bundle.blobs, excerpt, redecider)
}

/// The last entry: what a gate of the log itself said of the change.
fn last_of(excerpt: &Excerpt) -> Result<&Entry, String> {
    let of_change = excerpt.of_change().map_err(|error| error.to_string())?;
    let last = excerpt.entries.last().map(|proved| &proved.entry);
    let last = last.filter(|last| of_change.last().is_some_and(|proved| proved.entry.index == last.index));
    let asked = |entry: &&Entry| entry.kind == Kind::GateAnswered && entry.statements.is_empty();
    last.filter(asked).ok_or_else(|| "it does not end with what a gate of its log answered".to_owned())
}

/// The policy that judges the change, and what it knows of the others.
fn judges<'a>(
    told: &'a Told,
    call: &ApprovalCall,
    excerpt: &Excerpt,
) -> Result<(&'a Compiled, Register), String> {
    let (redecider, state) = (&told.redecider, excerpt.state());
    if (state.policy.as_ref(), state.roster) != excerpt.in_force() {
        return Err("policy and roster in it are not those in force".to_owned());
    }
    let under = told.change.policy().map(|policy| policy.digest);
    let under = under.or_else(|| state.policy.as_ref().map(|policy| policy.digest));
    let policy = under.and_then(|digest| redecider.policy(&digest));
    let policy = policy.ok_or("the policy of its change is not in it")?;
    let register = match &call.register {
        Some(register) => register.clone(),
        None => {
            to_typed(told.body.get("register").unwrap_or(&Json::Null)).map_err(|error| error.to_string())?
        }
    };
    Ok((policy, register))
}

fn asked(told: Told, call: &ApprovalCall, excerpt: &Excerpt) -> Result<ApprovalAnswer, String> {
    let (policy, register) = judges(&told, call, excerpt)?;
    let Told { redecider, change, last, otherwise, .. } = &told;
    let id = change.id.to_string();
    let mut reasons = Vec::new();
    if let Some(wanted) = call.change.as_ref().filter(|wanted| **wanted != id) {
        reasons.push(Reason::new("OTHER_CHANGE", format!("it is about change `{id}`, not `{wanted}`")));
    }
    reasons.extend(of_age(last.time_ms.0, call));
    reasons.extend(of_keys(call, excerpt, redecider));
    if let Some(found) = otherwise {
        let message = format!("version {} decides otherwise: {}", super::engine().version, said(found));
        reasons.push(Reason::new("DECIDED_OTHERWISE", message));
    }
    // Nothing personal is here, and no rule reads it.
    let judged = whole(policy, change.clone(), &|_| None);
    let context = Context { ir: &policy.ir, roster: redecider.roster(), register: &register };
    let answer = change::gate(Some(&judged), &call.facts, &context, call.now);
    let known = |reason: &Reason| reasons.iter().any(|known| known.code == reason.code);
    let found: Vec<Reason> = answer.reasons.into_iter().filter(|reason| !known(reason)).collect();
    reasons.extend(found);
    let approval = Approved {
        change: id,
        request: change.digest,
        revision: change.revision,
        policy: super::command::reference_of(&policy.ir),
        as_of: last.time_ms.0,
        size: excerpt.head.size,
        root: excerpt.head.root,
        decided_again: redecider.decided(),
        came_through: redecider.taken().iter().map(|(_, handover)| handover.from.clone()).collect(),
    };
    let (allow, state, flags) = (reasons.is_empty(), answer.state, answer.flags);
    Ok(ApprovalAnswer { allow, reasons, state, flags, approval: Some(approval) })
}

/// A file is good for so long: what its log learned afterwards is not in it.
fn of_age(as_of: Instant, call: &ApprovalCall) -> Option<Reason> {
    let now = call.now;
    let age = now.since(as_of);
    if age < Duration::ZERO {
        let message = format!("it is {now} here, and the approval is of {as_of}: set the clock right");
        return Some(Reason::new("CLOCK_WENT_BACK", message));
    }
    let limit = call.max_age;
    let message =
        format!("it is of {as_of}, and may be {limit} old: that was over before {now}; have it made anew");
    (age > limit).then(|| Reason::new("STALE_APPROVAL", message))
}

/// What a key signed counts for nothing once the job knows that it is not to be trusted, in whatever log it signed, or where the log
/// says that it did not count then.
fn of_keys(call: &ApprovalCall, excerpt: &Excerpt, redecider: &Redecider) -> Option<Reason> {
    let said = |what: String| {
        Reason::new("KEY_REVOKED", format!("{what}, which is revoked: withdraw it, and begin it anew"))
    };
    let counts_no_more = |signed: &Signed| call.revoked.contains(&signed.key);
    if let Some(signed) = excerpt.withdrawn().or_else(|| excerpt.signers().find(counts_no_more)) {
        return Some(said(signed.to_string()));
    }
    let of = |(index, handover): &(u64, Handover)| {
        let (key, owner) = handover.signers.iter().find(|(key, _)| call.revoked.contains(key))?;
        let (from, signed) =
            (&handover.from.origin, Signed { index: Some(*index), key: *key, owner: owner.clone() });
        Some(said(format!("of what was taken over from log `{from}`, {signed}")))
    };
    redecider.taken().iter().find_map(of)
}
