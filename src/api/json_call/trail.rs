//! The calls about the trail.

use serde::{Deserialize, Serialize};

use crate::api::trail::{
    self, Administer, AdoptCall, Adoption, CommandAnswer, CommandCall, GateAsked, GateCall, GateTold,
    GivenBy, Officers, Prepared, PurgeOf, Signer, ToHold,
};
use crate::api::{Policies, Refusal};
use crate::change::{Actor, Change, Event, Reason};
use crate::json::{Json, Value};
use crate::trail::checkpoint::Checkpoint;
use crate::trail::note::VerifierKey;
use crate::trail::{
    Act, Author, Blob, Disclosure, Enrolled, Envelope, Erased, Head, Hold, Millis, PeerAccepted,
    PeerDismissed, Revoked, Rotated, Sealed, Signature, Spki, ToState, Tombstone, from_base64,
    pre_authentication, to_base64,
};
use crate::value::{Digest, Duration, Instant};

use super::{Call, run};

/// `{ began, actor, now }`: see [`trail::begin()`].
pub fn trail_begin(call: &str) -> String {
    run(call, &["began", "actor", "now"], |call| {
        let prepared = trail::begin(&call.typed("began")?, author(call)?, call.now()?);
        prepared.map(PreparedAnswer::of).map_err(|refusal| vec![refusal])
    })
}

/// `{ head, policy?, do, actor, now }`: see [`trail::administer()`].
pub fn trail_administer(call: &str, policies: &Policies) -> String {
    run(call, &["head", "policy", "do", "actor", "now"], |call| {
        let (head, actor, now) = (call.typed::<Head>("head")?, author(call)?, call.now()?);
        let what = administer(call.typed("do")?);
        let one = |refusal: Refusal| vec![refusal];
        let prepared = match call.get("policy").filter(|policy| !policy.is_null()) {
            None => trail::administer(&head, None, &what, actor, now).map_err(one)?,
            Some(_) => call.with_policy(policies, |policy| {
                trail::administer(&head, Some(policy), &what, actor, now).map_err(one)
            })?,
        };
        Ok(PreparedAnswer::of(prepared))
    })
}

/// `{ head, policy, outgoing?, roster?, open, statements, actor, now }`: see [`trail::adopt()`].
pub fn trail_adopt(call: &str, policies: &Policies) -> String {
    const KEYS: [&str; 8] = ["head", "policy", "outgoing", "roster", "open", "statements", "actor", "now"];
    run(call, &KEYS, |call| {
        with_adoption(call, policies, |asked| trail::adopt(asked).map(PreparedAnswer::of))
    })
}

/// As `trailAdopt`, before anybody signs: see [`trail::adoption()`].
pub fn trail_adoption(call: &str, policies: &Policies) -> String {
    const KEYS: [&str; 7] = ["head", "policy", "outgoing", "roster", "open", "actor", "now"];
    run(call, &KEYS, |call| {
        with_adoption(call, policies, |asked| {
            trail::adoption(asked).map(|adoption| AdoptionAnswer { ok: true, adoption })
        })
    })
}

fn with_adoption<T>(
    call: &Call<'_>,
    policies: &Policies,
    work: impl FnOnce(&AdoptCall<'_>) -> Result<T, Refusal>,
) -> Result<T, Vec<Refusal>> {
    call.with_policy(policies, |policy| {
        let outgoing = call.maybe::<Handle>("outgoing")?;
        let outgoing = outgoing.map(|it| {
            let gone =
                || Refusal::new("NO_SUCH_POLICY", format!("no policy is kept under handle {}", it.handle));
            policies.get(it.handle).ok_or_else(|| vec![gone().at("outgoing.handle").help("compile it again")])
        });
        let asked = AdoptCall {
            head: call.typed("head")?,
            policy,
            outgoing: outgoing.transpose()?,
            roster: call.get("roster").filter(|json| !json.is_null()).map(Value::to_json),
            open: call.typed("open")?,
            statements: call.maybe("statements")?.unwrap_or_default(),
            actor: author(call)?,
            now: call.now()?,
        };
        work(&asked).map_err(|refusal| vec![refusal])
    })
}

/// `{ head, policy, roster, register?, change?, signed?, command, actor, now, random }`, or `statement` in the place of `command` and
/// `actor`: see [`trail::command()`].
pub fn trail_command(call: &str, policies: &Policies) -> String {
    const KEYS: [&str; 11] = [
        "head",
        "policy",
        "roster",
        "register",
        "change",
        "signed",
        "command",
        "actor",
        "statement",
        "now",
        "random",
    ];
    run(call, &KEYS, |call| {
        call.with_policy(policies, |policy| {
            let act = match call.maybe("statement")? {
                Some(statement) => GivenBy::Signed(statement),
                None => GivenBy::Host { command: call.typed("command")?, actor: actor(call)? },
            };
            let asked = CommandCall {
                head: call.typed("head")?,
                roster: object(call, "roster"),
                register: object(call, "register"),
                change: call.maybe("change")?,
                signed: call.maybe("signed")?.unwrap_or_default(),
                act,
                now: call.now()?,
                random: bytes(call, "random")?,
            };
            trail::command(policy, &asked).map(CommandedAnswer::of).map_err(|refusal| vec![refusal])
        })
    })
}

/// `{ head, policy, roster, register?, id, change?, signed?, facts, actor, now }`, or `statement` in the place of `facts` and `actor`: see
/// [`trail::ask_gate()`].
pub fn trail_gate(call: &str, policies: &Policies) -> String {
    const KEYS: [&str; 11] = [
        "head",
        "policy",
        "roster",
        "register",
        "id",
        "change",
        "signed",
        "facts",
        "actor",
        "statement",
        "now",
    ];
    run(call, &KEYS, |call| {
        call.with_policy(policies, |policy| {
            let asked = match call.maybe("statement")? {
                Some(statement) => GateAsked::Signed(statement),
                None => GateAsked::Host { facts: call.facts()?, actor: actor(call)? },
            };
            let asked = GateCall {
                head: call.typed("head")?,
                roster: object(call, "roster"),
                register: object(call, "register"),
                id: call.text("id")?.to_owned(),
                change: call.maybe("change")?,
                signed: call.maybe("signed")?.unwrap_or_default(),
                asked,
                now: call.now()?,
            };
            let GateTold { answer, here, prepared } =
                trail::ask_gate(policy, &asked).map_err(|refusal| vec![refusal])?;
            Ok(GateAnswered { ok: true, entry: ToBeSigned::of(prepared), answer, here })
        })
    })
}

/// `{ head, act: { nonce, expires?, person?, machine?, subject, digest, act }, now }`: what somebody is to sign themselves. An officer
/// signs `erase` or `purge` in the place of `subject`, `digest` and `act`.
pub fn trail_act(call: &str) -> String {
    run(call, &["head", "act", "now"], |call| {
        let head: Head = call.typed("head")?;
        let ToSign { nonce, expires, person, machine, subject, digest, act, erase, purge } =
            call.typed("act")?;
        let now = call.now()?;
        let officers = match (erase, purge) {
            (Some(erased), None) => Some(Officers::Erase(erased)),
            (None, purge) => purge.map(PurgeAsked::officers),
            _ => return Err(vec![call.wrong("act", "holds either `erase` or `purge`")]),
        };
        let ToState { subject, digest, act } = match (officers, subject, digest, act) {
            (Some(officers), None, None, None) => {
                let one = |refusal: Refusal| vec![refusal];
                officers.to_state(&trail::open(&head).map_err(one)?, now).map_err(one)?
            }
            (None, Some(subject), Some(digest), Some(act)) => ToState { subject, digest, act },
            _ => {
                let message = "holds `subject`, `digest` and `act`, or what an officer asks for";
                return Err(vec![call.wrong("act", message)]);
            }
        };
        let state = head.state;
        // A day is enough for whoever is to take it in.
        let day = Duration::from_ms(86_400_000);
        let expires = expires.or_else(|| now.checked_add(day)).unwrap_or(now);
        let act = Act {
            origin: state.origin,
            log: state.log,
            nonce,
            time_ms: Millis(now),
            expires_ms: Millis(expires),
            person,
            machine,
            subject,
            digest,
            act,
        };
        let payload = trail::to_sign(&act).map_err(|refusal| vec![refusal])?;
        let to_sign = to_base64(&pre_authentication(&payload));
        Ok(ActAnswer { ok: true, payload, to_sign })
    })
}

/// `{ entries }`: what stands in the place of each entry, as stored, once it is purged; `null` for one that stays.
pub fn trail_tombstones(call: &str) -> String {
    run(call, &["entries"], |call| {
        let entries: Vec<String> = call.typed("entries")?;
        let tombstones = entries.iter().map(|stored| Tombstone::of_stored(stored.as_bytes()));
        Ok(TombstonesAnswer { ok: true, tombstones: tombstones.map(|it| it.map(|it| it.text())).collect() })
    })
}

/// `{ head?, payload, signatures }`: see [`trail::seal()`].
pub fn trail_seal(call: &str) -> String {
    run(call, &["head", "payload", "signatures"], |call| {
        let head: Option<Head> = call.maybe("head")?;
        let signatures: Vec<Signature> = call.typed("signatures")?;
        let sealed = trail::seal(head.as_ref(), call.text("payload")?.to_owned(), signatures);
        let Sealed { entry, leaf, head } = sealed.map_err(|refusal| vec![refusal])?;
        Ok(SealedAnswer { ok: true, index: entry.index.0, id: entry.id, kind: entry.kind.word(), leaf, head })
    })
}

/// `{ head, signature? }`: the text of the log's checkpoint that is to be signed; with the signature, the checkpoint.
pub fn trail_checkpoint(call: &str) -> String {
    run(call, &["head", "signature"], |call| {
        let one = |error: String| vec![Refusal::new("BAD_CHECKPOINT", error)];
        let log = trail::open(&call.typed("head")?).map_err(|refusal| vec![refusal])?;
        let origin = &log.state().origin;
        let checkpoint = Checkpoint::new(origin, log.frontier().head(), Vec::new())
            .map_err(|error| one(error.to_string()))?;
        let text = checkpoint.to_string();
        let Some(key) = log.state().log_key() else { return Err(one("the log has no key".to_owned())) };
        let keyid = key.id.to_string();
        let to_sign = to_base64(text.as_bytes());
        let note = match call.get("signature") {
            None => None,
            Some(_) => {
                let key = key.spki.key().map_err(|error| one(error.to_string()))?;
                let key = VerifierKey::new(origin, key).map_err(|error| one(error.to_string()))?;
                let note = checkpoint.with_signature(&key, &bytes(call, "signature")?);
                Some(note.map_err(|error| one(error.to_string()))?.to_string())
            }
        };
        Ok(CheckpointAnswer { ok: true, size: log.frontier().size(), keyid, to_sign, note })
    })
}

/// `{ entries }`: the leaf hashes of entries, as stored.
pub fn trail_leaves(call: &str) -> String {
    run(call, &["entries"], |call| {
        let entries: Vec<String> = call.typed("entries")?;
        let leaves = entries.iter().map(|stored| trail::leaf_of(stored.as_bytes())).collect();
        Ok(LeavesAnswer { ok: true, leaves })
    })
}

/// `{ checkpoint, index, leaves }`: see [`trail::prove()`].
pub fn trail_prove(call: &str) -> String {
    run(call, &["checkpoint", "index", "leaves"], |call| {
        let leaves: Vec<Digest> = call.typed("leaves")?;
        let proof = trail::prove(call.text("checkpoint")?, call.typed("index")?, &leaves);
        Ok(ProofAnswer { ok: true, proof: proof.map_err(|refusal| vec![refusal])? })
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Handle {
    handle: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToSign {
    nonce: String,
    #[serde(default)]
    expires: Option<Instant>,
    #[serde(default)]
    person: Option<String>,
    #[serde(default)]
    machine: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    digest: Option<Digest>,
    #[serde(default)]
    act: Option<Json>,
    #[serde(default)]
    erase: Option<Erased>,
    #[serde(default)]
    purge: Option<PurgeAsked>,
}

/// What is done to a log, as calls write it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Done {
    Enrol(Enrolled),
    Rotate(Rotated),
    Recover(Spki),
    Revoke(Revoked),
    SetRoster(Json),
    AcceptPeer(PeerAccepted),
    DismissPeer(PeerDismissed),
    Hold { placed: Hold, changes: Vec<String> },
    LiftHold(Hold),
    Erase { erased: Erased, statement: Envelope },
    Purge { of: PurgeAsked, statement: Envelope },
}

/// A change that is to be purged, as calls write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PurgeAsked {
    change: Box<Change>,
    ended: Instant,
    entries: u64,
}

impl PurgeAsked {
    fn officers(self) -> Officers {
        let Self { change, ended, entries } = self;
        Officers::Purge(Box::new(PurgeOf { change: *change, ended, entries }))
    }
}

fn administer(done: Done) -> Administer {
    match done {
        Done::Enrol(enrolled) => Administer::Enrol(enrolled),
        Done::Rotate(rotated) => Administer::Rotate(rotated),
        Done::Recover(new) => Administer::Recover(new),
        Done::Revoke(revoked) => Administer::Revoke(revoked),
        Done::SetRoster(roster) => Administer::SetRoster(roster),
        Done::AcceptPeer(accepted) => Administer::AcceptPeer(accepted),
        Done::DismissPeer(dismissed) => Administer::DismissPeer(dismissed),
        Done::Hold { placed: hold, changes } => Administer::Hold(ToHold { hold, changes }),
        Done::LiftHold(hold) => Administer::LiftHold(hold),
        Done::Erase { erased, statement } => Administer::Officers(Officers::Erase(erased), statement),
        Done::Purge { of, statement } => Administer::Officers(of.officers(), statement),
    }
}

#[derive(Serialize)]
struct AdoptionAnswer {
    ok: bool,
    #[serde(flatten)]
    adoption: Adoption,
}

#[derive(Serialize)]
pub(super) struct PreparedAnswer {
    ok: bool,
    entry: ToBeSigned,
}

/// An entry that is to be signed, for hosts.
#[derive(Serialize)]
pub(super) struct ToBeSigned {
    payload: String,
    to_sign: String,
    signers: Vec<Signer>,
    blobs: Vec<Blob>,
    disclosures: Vec<Disclosure>,
}

impl ToBeSigned {
    pub(super) fn of(prepared: Prepared) -> Self {
        let to_sign = to_base64(&prepared.to_sign());
        let Prepared { payload, signers, blobs, disclosures } = prepared;
        Self { payload, to_sign, signers, blobs, disclosures }
    }
}

impl PreparedAnswer {
    pub(super) fn of(prepared: Prepared) -> Self {
        Self { ok: true, entry: ToBeSigned::of(prepared) }
    }
}

#[derive(Serialize)]
struct CommandedAnswer {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<ToBeSigned>,
    events: Vec<Event>,
    change: Option<Change>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

impl CommandedAnswer {
    fn of(answer: CommandAnswer) -> Self {
        let CommandAnswer { ok, prepared, events, change, reasons, help } = answer;
        Self { ok, entry: prepared.map(ToBeSigned::of), events, change, reasons, help }
    }
}

#[derive(Serialize)]
struct GateAnswered {
    ok: bool,
    entry: ToBeSigned,
    answer: Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<Json>,
}

#[derive(Serialize)]
struct ActAnswer {
    ok: bool,
    payload: String,
    to_sign: String,
}

#[derive(Serialize)]
struct TombstonesAnswer {
    ok: bool,
    tombstones: Vec<Option<String>>,
}

#[derive(Serialize)]
struct LeavesAnswer {
    ok: bool,
    leaves: Vec<Digest>,
}

#[derive(Serialize)]
struct ProofAnswer {
    ok: bool,
    proof: String,
}

#[derive(Serialize)]
struct SealedAnswer {
    ok: bool,
    index: u64,
    id: String,
    kind: &'static str,
    leaf: Digest,
    head: Head,
}

#[derive(Serialize)]
struct CheckpointAnswer {
    ok: bool,
    size: u64,
    keyid: String,
    to_sign: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// An object of a call, without members where it is left out.
pub(super) fn object(call: &Call<'_>, key: &str) -> Json {
    let given = call.get(key).filter(|value| !value.is_null());
    given.map_or_else(|| Json::Object(Vec::new()), Value::to_json)
}

/// Who gives a call: a person by an opaque id.
fn actor(call: &Call<'_>) -> Result<Actor, Vec<Refusal>> {
    let actor = call.typed("actor")?;
    if let Actor::Person(person) = &actor {
        trail::opaque(person, "actor.person").map_err(|refusal| vec![refusal])?;
    }
    Ok(actor)
}

/// The same, as entries name them.
pub(super) fn author(call: &Call<'_>) -> Result<Author, Vec<Refusal>> {
    Ok(match actor(call)? {
        Actor::Person(person) => Author::person(&*person),
        Actor::Machine(machine) => Author::machine(machine.word()),
    })
}

pub(super) fn bytes(call: &Call<'_>, key: &str) -> Result<Vec<u8>, Vec<Refusal>> {
    from_base64(call.text(key)?)
        .ok_or_else(|| vec![call.wrong(key, "must be bytes, written as RFC 4648 §4 says")])
}
