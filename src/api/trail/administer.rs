//! What concerns a log as a whole: its beginning, its keys, the policy and the roster in force, holds.

use serde::Serialize;

use crate::api::{Compiled, Refusal, RosterAnswer, check_roster};
use crate::change::{Change, Roster};
use crate::json::{Json, from_serialize, to_typed};
use crate::trail::{
    Adopted, Author, Began, Draft, Enrolled, Envelope, Head, Hold, Kind, Log, Millis, PeerAccepted,
    PeerDismissed, PolicyRef, Revoked, Role, Rotated, RuleFile, Spki, extract, extract_member, first,
};
use crate::value::Instant;

use super::command::reference_of;
use super::eased::{Eased, eased, roster_of};
use super::known::known;
use super::officer::{self, Officers};
use super::opaque::{opaque, opaque_roster};
use super::personal::has_what_it_knows;
use super::{
    Prepared, Signer, digest, digest_of, engine, log_signer, open, payload, refused, root_signers, unwritten,
};

/// What is done to a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Administer {
    /// Enrols a key: root keys sign.
    Enrol(Enrolled),
    /// Puts another key in the place of one: both sign.
    Rotate(Rotated),
    /// Puts a key in the place of the log's, which is lost: it signs, and root keys do.
    Recover(Spki),
    /// Ends a key: root keys sign.
    Revoke(Revoked),
    /// Sets the roster: who holds which role.
    SetRoster(Json),
    /// Says that changes may be taken over from another log: root keys sign.
    AcceptPeer(PeerAccepted),
    /// Says that they may no more: root keys sign.
    DismissPeer(PeerDismissed),
    /// Keeps everything of a change, however long ago it ended.
    Hold(ToHold),
    /// Ends a hold.
    LiftHold(Hold),
    /// What a data protection officer asks for, with their statement.
    Officers(Officers, Envelope),
}

/// A change that is to be held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToHold {
    /// Which, and why.
    pub hold: Hold,
    /// Every change of which the log has an entry, as the host folded them: the log's state names those alone that are open.
    pub changes: Vec<String>,
}

/// Returns the first entry of a log.
///
/// # Errors
/// [`Refusal`]: keys that cannot be used, or a threshold that no signatures could meet.
pub fn begin(began: &Began, actor: Author, now: Instant) -> Result<Prepared, Refusal> {
    opaque(began.log_key.person.as_deref().unwrap_or_default(), "began.log_key.person")?;
    let body = written(began)?;
    let draft = draft(Kind::Began, "log/0".to_owned(), actor, now, body);
    let entry = first(draft, &began.origin).map_err(|fault| refused(&fault))?;
    let keys = began.root.keys.iter().map(id_of).collect();
    let signers =
        vec![Signer::Key(id_of(&began.log_key.spki)), Signer::Among { least: began.root.threshold, keys }];
    Ok(Prepared { payload: payload(&entry, &signers)?, signers, blobs: Vec::new(), disclosures: Vec::new() })
}

/// Returns the entry of something that is done to a log. A roster is checked against the policy, where there is one.
///
/// # Errors
/// `BAD_HEAD`; `PERSONAL_ID` for a person who does not stand by an opaque id; `ROSTER_UNFIT` for a roster that leaves a seat empty (S-120); `NO_CHANGE` for a hold on a change that the log has never
/// seen, `HELD_ALREADY` for one on a change that is held; `NOTHING_TO_ERASE`, `REASON_REQUIRED`; `NOT_CLOSED`,
/// `LEGAL_HOLD`, `RETENTION_NOT_OVER` with its date for a change that is not to be purged yet (P-24); [`Refusal`] if the entry would
/// not follow.
pub fn administer(
    head: &Head,
    policy: Option<&Compiled>,
    what: &Administer,
    actor: Author,
    now: Instant,
) -> Result<Prepared, Refusal> {
    let log = open(head)?;
    let index = log.state().size;
    let roots = || vec![log_signer(&log), root_signers(&log)];
    let (kind, body, signers) = match what {
        Administer::Enrol(enrolled) => {
            opaque(enrolled.person.as_deref().unwrap_or_default(), "person")?;
            (Kind::KeyEnrolled, written(enrolled)?, roots())
        }
        Administer::Revoke(revoked) => (Kind::KeyRevoked, written(revocable(&log, revoked)?)?, roots()),
        Administer::Rotate(rotated) => (Kind::KeyRotated, written(rotated)?, rotation(&log, rotated)),
        Administer::Recover(new) => {
            let old = log.state().log_key().map(|key| key.id);
            let old = old.ok_or_else(|| Refusal::new("BAD_HEAD", "the log has no key").at("head"))?;
            let taken = Rotated { old, new: new.clone() };
            (Kind::KeyRotated, written(&taken)?, vec![Signer::Key(id_of(new)), root_signers(&log)])
        }
        Administer::SetRoster(roster) => {
            check_fit(policy, roster)?;
            opaque_roster(&to_typed(roster).unwrap_or_default())?;
            (Kind::RosterSet, roster.clone(), vec![log_signer(&log)])
        }
        Administer::AcceptPeer(accepted) => (Kind::PeerAccepted, written(accepted)?, roots()),
        Administer::DismissPeer(dismissed) => {
            give_reason(&dismissed.reason)?;
            (Kind::PeerDismissed, written(dismissed)?, roots())
        }
        Administer::Hold(to_hold) => {
            (Kind::HoldPlaced, written(holdable(&log, to_hold)?)?, vec![log_signer(&log)])
        }
        Administer::LiftHold(hold) => {
            give_reason(&hold.reason)?;
            (Kind::HoldLifted, written(hold)?, vec![log_signer(&log)])
        }
        Administer::Officers(Officers::Erase(erased), _) => {
            (Kind::Erased, written(officer::checked(erased)?)?, vec![log_signer(&log)])
        }
        Administer::Officers(Officers::Purge(of), _) => {
            (Kind::Purged, written(&officer::purged(&log, of, now)?)?, vec![log_signer(&log)])
        }
    };
    let id = format!("log/{index}");
    let mut draft = draft(kind, id, actor, now, body);
    if let Administer::Officers(_, statement) = what {
        draft.actor = officer::author(statement)?;
        draft.statements = vec![statement.clone()];
    }
    prepared(&log, draft, signers)
}

/// What [`adopt`] is asked.
#[derive(Debug)]
pub struct AdoptCall<'a> {
    /// The log, as the host kept it.
    pub head: Head,
    /// The policy that is to be in force.
    pub policy: &'a Compiled,
    /// The one that is, where there is one.
    pub outgoing: Option<&'a Compiled>,
    /// The roster in force, where there is one.
    pub roster: Option<Json>,
    /// Every change that is open.
    pub open: Vec<Change>,
    /// What two policy authors have signed: `{"adopt": DIGEST}` about the policy.
    pub statements: Vec<Envelope>,
    /// Who gives the command.
    pub actor: Author,
    /// The host's clock.
    pub now: Instant,
}

/// What it would mean to put a policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adoption {
    /// The policy.
    pub policy: PolicyRef,
    /// The one that it would take the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<PolicyRef>,
    /// The open changes that it would judge more lightly, in the order of the call: none of those who ask for them may sign it.
    pub eases: Vec<Eased>,
    /// Whether root keys sign, too: its version is not higher.
    pub needs_root: bool,
}

/// Returns what it would mean to put a policy in force, before anybody signs it: neither `statements` nor `actor` is looked at.
///
/// # Errors
/// As [`adopt`], but for what it says of authors and of entries.
pub fn adoption(call: &AdoptCall<'_>) -> Result<Adoption, Refusal> {
    adoption_in(&open(&call.head)?, call)
}

fn adoption_in(log: &Log, call: &AdoptCall<'_>) -> Result<Adoption, Refusal> {
    let state = log.state();
    let outgoing = call.outgoing.map(|policy| policy.ir.identity.digest);
    if outgoing != state.policy.as_ref().map(|policy| policy.digest) {
        return Err(Refusal::new("OTHER_POLICY", "the outgoing policy is not the one in force in the log")
            .at("outgoing"));
    }
    if state.roster != call.roster.as_ref().map(digest_of) {
        let refusal = Refusal::new("OTHER_ROSTER", "the roster is not the one in force in the log");
        return Err(refusal.at("roster").help("give the body of the last `roster.set`"));
    }
    if let Some(roster) = &call.roster {
        check_fit(Some(call.policy), roster)?;
    }
    let policy = reference_of(&call.policy.ir);
    let needs_root = state.policy.as_ref().is_some_and(|in_force| !policy.succeeds(in_force));
    Ok(Adoption { eases: eased_in(log, call)?, replaces: state.policy.clone(), policy, needs_root })
}

/// Returns the entry by which another policy is in force. A version that is not higher than the one in force takes the root
/// keys.
///
/// # Errors
/// `BAD_HEAD`; `OTHER_POLICY` if the outgoing policy is not the one in force; `OPEN_CHANGES` if the open changes are not
/// those of the log; `SOD_EASES` if an author asks for a change that the policy would judge more lightly; `ROSTER_UNFIT`;
/// [`Refusal`] if the entry would not follow.
pub fn adopt(call: &AdoptCall<'_>) -> Result<Prepared, Refusal> {
    let log = open(&call.head)?;
    let Adoption { policy, replaces, eases, needs_root } = adoption_in(&log, call)?;
    let authors =
        call.statements.iter().filter_map(|statement| crate::trail::Act::read(statement).ok()?.person);
    for author in authors {
        if let Some(Eased { change, .. }) = eases.iter().find(|eased| *eased.requester == *author) {
            let message =
                format!("`{author}` asks for change `{change}`, which this policy would judge more lightly");
            return Err(Refusal::new("SOD_EASES", message)
                .at("statements")
                .help("have another policy author sign"));
        }
    }
    let files = call.policy.sources.iter();
    let files =
        files.map(|(_, file)| RuleFile { name: file.name().to_owned(), text: file.text().to_owned() });
    let adopted = Adopted {
        files: files.collect(),
        replaces: replaces.map(|policy| policy.digest),
        eases: eases.into_iter().map(|eased| eased.change.to_string()).collect(),
    };
    let mut signers = vec![log_signer(&log)];
    if needs_root {
        signers.push(root_signers(&log));
    }
    let id = format!("policy/{}", log.state().size);
    let mut draft = draft(Kind::PolicyAdopted, id, call.actor.clone(), call.now, written(&adopted)?);
    draft.policy = Some(policy);
    draft.statements.clone_from(&call.statements);
    prepared(&log, draft, signers)
}

/// The open changes that the policy would judge more lightly. They must be all that are open.
fn eased_in(log: &Log, call: &AdoptCall<'_>) -> Result<Vec<Eased>, Refusal> {
    let state = log.state();
    let Some(outgoing) = call.outgoing else { return Ok(Vec::new()) };
    let fits = |change: &&Change| {
        let is_here = |digest| state.open.get(&change.id).is_some_and(|standing| standing.digest == digest);
        has_what_it_knows(change) && is_here(digest::of_change(change))
    };
    if call.open.len() != state.open.len() || !call.open.iter().all(|change| fits(&change)) {
        let message = format!("{} changes are open in the log, and these are not they", state.open.len());
        return Err(Refusal::new("OPEN_CHANGES", message)
            .at("open")
            .help("fold the open changes from the store again"));
    }
    let (roster, incoming) = (roster_of(call.roster.as_ref()), &call.policy.ir);
    Ok(eased(call.open.iter(), &outgoing.ir, incoming, &roster, call.now))
}

/// A hold keeps something: a change that is here, and that no other hold keeps. Two could not be told apart where one of them is lifted.
fn holdable<'a>(log: &Log, ToHold { hold, changes }: &'a ToHold) -> Result<&'a Hold, Refusal> {
    give_reason(&hold.reason)?;
    let (state, id) = (log.state(), hold.change.as_str());
    if state.holds.contains(id) {
        let help = "the entries show why; to give another reason, lift that hold and place a new one";
        let refusal =
            Refusal::new("HELD_ALREADY", format!("change `{id}` is held already: one hold keeps it"));
        return Err(refusal.at("change").help(help));
    }
    if state.open.get(id).is_some() {
        return Ok(hold);
    }
    let message = format!("the log has never seen a change `{id}`: a hold on it would keep nothing");
    known(id, changes).map_err(|refusal| Refusal { message, ..refusal })?;
    Ok(hold)
}

/// A key counts no more from an entry on that is there, or at the latest from the one after its revocation.
fn revocable<'a>(log: &Log, revoked: &'a Revoked) -> Result<&'a Revoked, Refusal> {
    give_reason(&revoked.reason)?;
    let latest = log.state().size.0.saturating_add(1);
    if revoked.from.0 <= latest {
        return Ok(revoked);
    }
    let message = format!("there is no entry {} yet", revoked.from);
    let help = format!(
        "name the first entry that the key is not to be trusted for: {latest} at the latest, the one after this"
    );
    Err(Refusal::new("BAD_CALL", message).at("from").help(help))
}

/// Whoever reads the log in years must find why.
fn give_reason(reason: &str) -> Result<(), Refusal> {
    let given = !reason.trim().is_empty();
    let refusal = || {
        Refusal::new("REASON_REQUIRED", "the reason is missing")
            .at("reason")
            .help("say why, for whoever reads the log")
    };
    given.then_some(()).ok_or_else(refusal)
}

/// A roster must read, and fill the seats of the policy.
fn check_fit(policy: Option<&Compiled>, roster: &Json) -> Result<(), Refusal> {
    let typed: Roster =
        to_typed(roster).map_err(|error| Refusal::new("BAD_CALL", error.to_string()).at("roster"))?;
    let Some(policy) = policy else { return Ok(()) };
    let RosterAnswer { findings, .. } = check_roster(policy, &typed);
    match findings.first() {
        None => Ok(()),
        Some(first) => {
            let message = format!(
                "the roster has {} faults; the first: {}: {}",
                findings.len(),
                first.path,
                first.message
            );
            Err(Refusal::new("ROSTER_UNFIT", message).at("roster"))
        }
    }
}

/// Both keys of a rotation sign; the log's own has the first place anyway.
fn rotation(log: &Log, rotated: &Rotated) -> Vec<Signer> {
    let mut signers = vec![log_signer(log)];
    let old = log.state().keys.get(&rotated.old);
    if old.is_some_and(|key| !key.has(Role::Log)) {
        signers.push(Signer::Key(rotated.old.to_string()));
    }
    signers.push(Signer::Key(id_of(&rotated.new)));
    signers
}

/// The name of a key. One that cannot be used has none: the entry is refused for it.
fn id_of(spki: &Spki) -> String {
    spki.key().map(|key| key.id().to_string()).unwrap_or_default()
}

fn draft(kind: Kind, id: String, actor: Author, now: Instant, body: Json) -> Draft {
    Draft {
        kind,
        id,
        time: Millis(now),
        actor,
        policy: None,
        request: None,
        change: None,
        engine: engine(),
        body,
        blobs: Vec::new(),
        statements: Vec::new(),
    }
}

/// Takes what is large out of the body, and writes the payload. What the trail itself reads stands in the entry, however large it is.
fn prepared(log: &Log, mut draft: Draft, signers: Vec<Signer>) -> Result<Prepared, Refusal> {
    let (places, blobs) = match draft.kind {
        Kind::RosterSet | Kind::PolicyAdopted => extract(&mut draft.body),
        Kind::Erased => extract_member(&mut draft.body, "digests"),
        _ => (Vec::new(), Vec::new()),
    };
    draft.blobs = places;
    let entry = log.draft(draft).map_err(|fault| refused(&fault))?;
    Ok(Prepared { payload: payload(&entry, &signers)?, signers, blobs, disclosures: Vec::new() })
}

fn written<T: Serialize>(value: &T) -> Result<Json, Refusal> {
    from_serialize(value).map_err(|error| unwritten(&error))
}
