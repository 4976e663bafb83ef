//! The calls about the trail.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::api::trail::{
    self, Administer, AdoptCall, Beside, Check, CheckAnswer, CommandAnswer, CommandCall, GivenBy, Prepared,
    Signer, TakenUp,
};
use crate::api::{Policies, Refusal};
use crate::change::{Actor, Change, Event, Reason};
use crate::json::Json;
use crate::trail::checkpoint::Checkpoint;
use crate::trail::key::{PublicKey, Seed};
use crate::trail::note::VerifierKey;
use crate::trail::{
    Act, Author, Blob, Disclosure, Enrolled, Head, Hold, Millis, Revoked, Rotated, Sealed, Signature, Spki,
    from_base64, pre_authentication, to_base64,
};
use crate::value::{Digest, Duration, Instant};

use super::{Call, run};

/// `{ seed, message? }`: the public key of a 32-byte seed in base64, and its signature over a message in base64. For hosts
/// that have no signer of their own.
pub fn trail_key(call: &str) -> String {
    run(call, &["seed", "message"], |call| {
        let given = bytes(call, "seed")?;
        let seed: [u8; 32] = given
            .try_into()
            .map_err(|_| vec![call.wrong("seed", "must be 32 bytes, written as RFC 4648 §4 says")])?;
        let seed = Seed::from_bytes(seed);
        let key = seed.public_key();
        let sig = match call.get("message") {
            None => None,
            Some(_) => Some(to_base64(&seed.sign(&bytes(call, "message")?))),
        };
        Ok(KeyAnswer { ok: true, keyid: key.id().to_string(), spki: Spki::of(&key), sig })
    })
}

/// `{ spki }`: the name of a public key, if it may be enrolled.
pub fn trail_key_id(call: &str) -> String {
    run(call, &["spki"], |call| {
        let spki: Spki = call.typed("spki")?;
        let key: PublicKey =
            spki.key().map_err(|error| vec![Refusal::new("BAD_KEY", error.to_string()).at("spki")])?;
        Ok(KeyAnswer { ok: true, keyid: key.id().to_string(), spki, sig: None })
    })
}

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
        let prepared = match call.get("policy") {
            None | Some(Json::Null) => trail::administer(&head, None, &what, actor, now).map_err(one)?,
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
        call.with_policy(policies, |policy| {
            let outgoing = call.maybe::<Handle>("outgoing")?;
            let outgoing = outgoing.map(|it| {
                let gone = || {
                    Refusal::new("NO_SUCH_POLICY", format!("no policy is kept under handle {}", it.handle))
                };
                policies
                    .get(it.handle)
                    .ok_or_else(|| vec![gone().at("outgoing.handle").help("compile it again")])
            });
            let asked = AdoptCall {
                head: call.typed("head")?,
                policy,
                outgoing: outgoing.transpose()?,
                roster: call.get("roster").filter(|json| **json != Json::Null).cloned(),
                open: call.typed("open")?,
                statements: call.typed("statements")?,
                actor: author(call)?,
                now: call.now()?,
            };
            trail::adopt(&asked).map(PreparedAnswer::of).map_err(|refusal| vec![refusal])
        })
    })
}

/// `{ head, policy, roster, register?, change?, command, actor, now, random }`, or `statement` in the place of `command` and
/// `actor`: see [`trail::command()`].
pub fn trail_command(call: &str, policies: &Policies) -> String {
    const KEYS: [&str; 10] =
        ["head", "policy", "roster", "register", "change", "command", "actor", "statement", "now", "random"];
    run(call, &KEYS, |call| {
        call.with_policy(policies, |policy| {
            let act = match call.maybe("statement")? {
                Some(statement) => GivenBy::Signed(statement),
                None => GivenBy::Host { command: call.typed("command")?, actor: call.typed("actor")? },
            };
            let object = |key: &str| match call.get(key) {
                None | Some(Json::Null) => Json::Object(Vec::new()),
                Some(json) => json.clone(),
            };
            let asked = CommandCall {
                head: call.typed("head")?,
                roster: object("roster"),
                register: object("register"),
                change: call.maybe("change")?,
                act,
                now: call.now()?,
                random: bytes(call, "random")?,
            };
            trail::command(policy, &asked).map(CommandedAnswer::of).map_err(|refusal| vec![refusal])
        })
    })
}

/// `{ head, act: { nonce, expires?, person?, machine?, subject, digest, act }, now }`: what somebody is to sign themselves.
pub fn trail_act(call: &str) -> String {
    run(call, &["head", "act", "now"], |call| {
        let head: Head = call.typed("head")?;
        let ToSign { nonce, expires, person, machine, subject, digest, act } = call.typed("act")?;
        let (state, now) = (head.state, call.now()?);
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
        let payload =
            act.payload().map_err(|error| vec![Refusal::new("BAD_CALL", error.to_string()).at("act")])?;
        let to_sign = to_base64(&pre_authentication(&payload));
        Ok(ActAnswer { ok: true, payload, to_sign })
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

/// Checks under way, by handle: a cache. A host that loses one begins again.
#[derive(Debug, Default)]
pub struct Checks {
    kept: BTreeMap<u32, Check>,
    last: u32,
}

/// `{ pins?, own?, redecide? }`: begins a check, under the `handle` of the answer.
pub fn trail_check(call: &str, checks: &mut Checks) -> String {
    run(call, &["pins", "own", "redecide"], |call| {
        let pins: Vec<String> = call.maybe("pins")?.unwrap_or_default();
        let own: Vec<String> = call.maybe("own")?.unwrap_or_default();
        let compile = if call.flag("redecide")? { Some(compiler()?) } else { None };
        let check = Check::new(&pins, &own, compile).map_err(|refusal| vec![refusal])?;
        checks.last = checks.last.wrapping_add(1);
        checks.kept.insert(checks.last, check);
        Ok(HandleAnswer { ok: true, handle: checks.last })
    })
}

/// `{ handle, entries, blobs?, disclosures? }`: takes the next entries, as stored, with what they need. `goes_on` is `false`
/// after a fault.
pub fn trail_check_take(call: &str, checks: &mut Checks) -> String {
    run(call, &["handle", "entries", "blobs", "disclosures"], |call| {
        let handle = call.handle()?;
        let check = checks.kept.get_mut(&handle).ok_or_else(|| vec![no_check(handle)])?;
        let entries: Vec<String> = call.typed("entries")?;
        let beside = Given {
            blobs: call.maybe("blobs")?.unwrap_or_default(),
            disclosures: call.maybe("disclosures")?.unwrap_or_default(),
        };
        let goes_on = entries.iter().all(|stored| check.take(stored.as_bytes(), &beside));
        Ok(TakenAnswer { ok: true, size: check.size(), goes_on })
    })
}

/// `{ handle, take_up?, disclosures? }`: what came of a check, which is over; to `take_up` the log, what a host hands over from
/// then on, where the check holds.
pub fn trail_check_finish(call: &str, checks: &mut Checks) -> String {
    run(call, &["handle", "take_up", "disclosures"], |call| {
        let handle = call.handle()?;
        let check = checks.kept.remove(&handle).ok_or_else(|| vec![no_check(handle)])?;
        if !call.flag("take_up")? {
            return Ok(Checked { ok: true, check: check.finish(), log: None });
        }
        let disclosures = call.maybe("disclosures")?.unwrap_or_default();
        let (check, log) = check.take_up(&Given { blobs: BTreeMap::new(), disclosures });
        Ok(Checked { ok: true, check, log })
    })
}

fn no_check(handle: u32) -> Refusal {
    Refusal::new("NO_SUCH_CHECK", format!("no check is under way under handle {handle}"))
        .at("handle")
        .help("begin again")
}

#[cfg(feature = "compiler")]
#[expect(clippy::unnecessary_wraps, reason = "an engine without the compiler refuses")]
fn compiler() -> Result<trail::Compile, Vec<Refusal>> {
    Ok(|files| crate::api::compile(files).0.ok())
}

#[cfg(not(feature = "compiler"))]
fn compiler() -> Result<trail::Compile, Vec<Refusal>> {
    let refusal =
        Refusal::new("BAD_CALL", "this engine has no compiler, so it decides nothing again").at("redecide");
    Err(vec![refusal])
}

/// What a host gives with the entries.
struct Given {
    blobs: BTreeMap<String, String>,
    disclosures: BTreeMap<String, String>,
}

impl Beside for Given {
    fn blob(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.blobs.get(&digest.to_string()).map(|text| text.clone().into_bytes())
    }

    fn disclosure(&self, digest: &str) -> Option<String> {
        self.disclosures.get(digest).cloned()
    }
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
    subject: String,
    digest: Digest,
    act: Json,
}

/// What is done to a log, as calls write it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Done {
    Enrol(Enrolled),
    Rotate(Rotated),
    Revoke(Revoked),
    SetRoster(Json),
    Hold(Hold),
    LiftHold(Hold),
}

fn administer(done: Done) -> Administer {
    match done {
        Done::Enrol(enrolled) => Administer::Enrol(enrolled),
        Done::Rotate(rotated) => Administer::Rotate(rotated),
        Done::Revoke(revoked) => Administer::Revoke(revoked),
        Done::SetRoster(roster) => Administer::SetRoster(roster),
        Done::Hold(hold) => Administer::Hold(hold),
        Done::LiftHold(hold) => Administer::LiftHold(hold),
    }
}

#[derive(Serialize)]
struct KeyAnswer {
    ok: bool,
    keyid: String,
    spki: Spki,
    #[serde(skip_serializing_if = "Option::is_none")]
    sig: Option<String>,
}

#[derive(Serialize)]
struct PreparedAnswer {
    ok: bool,
    entry: ToBeSigned,
}

/// An entry that is to be signed, for hosts.
#[derive(Serialize)]
struct ToBeSigned {
    payload: String,
    to_sign: String,
    signers: Vec<Signer>,
    blobs: Vec<Blob>,
    disclosures: Vec<Disclosure>,
}

impl ToBeSigned {
    fn of(prepared: Prepared) -> Self {
        let to_sign = to_base64(&prepared.to_sign());
        let Prepared { payload, signers, blobs, disclosures } = prepared;
        Self { payload, to_sign, signers, blobs, disclosures }
    }
}

impl PreparedAnswer {
    fn of(prepared: Prepared) -> Self {
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
struct ActAnswer {
    ok: bool,
    payload: String,
    to_sign: String,
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

#[derive(Serialize)]
struct HandleAnswer {
    ok: bool,
    handle: u32,
}

#[derive(Serialize)]
struct TakenAnswer {
    ok: bool,
    size: u64,
    goes_on: bool,
}

#[derive(Serialize)]
struct Checked {
    ok: bool,
    check: CheckAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<TakenUp>,
}

/// Who gives a call, as entries name them.
fn author(call: &Call<'_>) -> Result<Author, Vec<Refusal>> {
    Ok(match call.typed("actor")? {
        Actor::Person(person) => Author::person(&*person),
        Actor::Machine(machine) => Author::machine(machine.word()),
    })
}

fn bytes(call: &Call<'_>, key: &str) -> Result<Vec<u8>, Vec<Refusal>> {
    from_base64(call.text(key)?)
        .ok_or_else(|| vec![call.wrong(key, "must be bytes, written as RFC 4648 §4 says")])
}
