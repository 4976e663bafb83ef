//! A command to a change, as an entry.

use crate::api::{Compiled, NextAnswer, NextCall, Refusal, Workflow, next};
use crate::change::{self, Actor, Change, Command, Event, Machine, Reason, Register, Roster, What};
use crate::ir::{Ir, Name};
use crate::json::{Json, to_typed};
use crate::trail::{
    Act, Author, Count, Draft, Envelope, Head, Kind, Log, Millis, PolicyRef, RequestRef, extract, withholds,
};
use crate::value::Instant;

use super::again::holds_without_personal;
use super::opaque::{opaque, opaque_command, opaque_register};
use super::personal::{has_what_it_knows, stopped_by, with_stand_ins};
use super::recorded::{Told, body_of, named_in, names_people, recorded, without_stand_ins, without_words};
use super::signers::{SignedBy, withdrawn_by};
use super::{Prepared, digest, digest_of, engine, log_signer, open, payload, refused};
use std::sync::Arc;

/// What a command is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandCall {
    /// The log, as the host kept it.
    pub head: Head,
    /// The roster in force: the body of the last `roster.set`.
    pub roster: Json,
    /// What the change knows of the others.
    pub register: Json,
    /// The change as its events say; `None` to begin one.
    pub change: Option<Change>,
    /// With which keys its entries were signed, as far as the host knows: no deployment begins by one that is revoked from before then.
    pub signed: Vec<SignedBy>,
    /// The command.
    pub act: GivenBy,
    /// The host's clock.
    pub now: Instant,
    /// Random bytes of the host, for the salts of personal data: 16 at least, and new for every call.
    pub random: Vec<u8>,
}

/// Who gives a command, and by what signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenBy {
    /// Whoever the host says: the log's signature is the only one.
    Host {
        /// The command.
        command: Command,
        /// Who gives it.
        actor: Actor,
    },
    /// Whoever signed it.
    Signed(Envelope),
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandAnswer {
    /// Whether it was done.
    pub ok: bool,
    /// The entry to sign: also of a refusal, which is put on record (D-11). `None` where the host is wrong, not whoever
    /// gave the command, and where nothing happened.
    pub prepared: Option<Prepared>,
    /// What happened.
    pub events: Vec<Event>,
    /// The change after it.
    pub change: Option<Change>,
    /// Why it was refused.
    pub reasons: Vec<Reason>,
    /// What to do about that.
    pub help: Option<String>,
}

/// The refusals that say something of the host and nothing of the command.
const OF_THE_HOST: [&str; 2] = ["CLOCK_WENT_BACK", "OTHER_POLICY"];

/// Gives a command to a change, and returns the entry that it becomes.
///
/// # Errors
/// `BAD_HEAD`; `STALE_CHANGE`, `OTHER_ROSTER`, `OTHER_POLICY` where what the host hands over is not what the log says; `PERSONAL_ID` for a
/// person in a request, a command or a register who does not stand by an opaque id; `NEEDS_PERSONAL_DATA` for what is done and hangs on what the trail withholds;
/// `SIGNATURE_REQUIRED`, `STATEMENT` and `STALE_STATEMENT` for acts of people; `CLOCK_WENT_BACK`; `BAD_CALL`.
pub fn command(policy: &Compiled, call: &CommandCall) -> Result<CommandAnswer, Refusal> {
    let log = open(&call.head)?;
    if call.random.len() < 16 {
        return Err(Refusal::new("BAD_CALL", "`random` holds less than 16 bytes").at("random"));
    }
    check_handed_over(policy, &log, call.now, &call.roster, call.change.as_ref())?;
    let typed = |name: &str, error: crate::json::DeserializeError| {
        Refusal::new("BAD_CALL", error.to_string()).at(name)
    };
    let roster: Roster = to_typed(&call.roster).map_err(|error| typed("roster", error))?;
    let register: Register = to_typed(&call.register).map_err(|error| typed("register", error))?;
    let Given { command, actor, statement, key } = given(&log, call)?;
    check_request(&policy.ir, &command)?;
    opaque_command(&command)?;
    opaque_register(&register)?;

    let open = call.change.as_ref().map(|change| stopped_by(&policy.ir, change, command.kind()));
    if let Some(fields) = open.filter(|fields| !fields.is_empty()) {
        return Err(needs_personal(&policy.ir, &fields));
    }

    let workflow = Workflow { roster, register };
    let change = call.change.clone().map(|change| Arc::new(with_stand_ins(&policy.ir, change)));
    let asked = NextCall { change, command, now: call.now, actor };
    let mut answer = next(policy, &workflow, &asked);
    let NextCall { command, actor, change, .. } = asked;
    let mut withdrawn = false;
    if answer.ok
        && command.kind() == crate::change::Kind::Start
        && let Some(reason) = withdrawn_by(log.state(), &call.signed)
    {
        withdrawn = true;
        answer = NextAnswer { ok: false, events: Vec::new(), change, reasons: vec![reason], help: None };
    }
    without_stand_ins(&mut answer.events, call.change.as_ref());
    answer.change =
        answer.change.map(|change| recorded(&policy.ir, call.change.as_ref(), &answer.events, change));
    let of_the_host = answer.reasons.iter().any(|reason| OF_THE_HOST.contains(&&*reason.code));
    // Where time passed and nothing fell due, there is nothing to put on record.
    let nothing = answer.ok && answer.events.is_empty();
    let prepared = match of_the_host || nothing {
        true => None,
        false => {
            let before = call.change.as_ref();
            let told = Told { command: &command, answer: &answer, register: &call.register, before };
            let (mut body, mut disclosures) = body_of(&policy.ir, &told, &actor, &call.random)?;
            let context =
                change::Context { ir: &policy.ir, roster: &workflow.roster, register: &workflow.register };
            if !withdrawn && !holds_without_personal(&context, policy, before, &body, call.now, &actor) {
                if answer.ok {
                    return Err(needs_personal(&policy.ir, &[]));
                }
                (answer.events, answer.change) = (Vec::new(), call.change.clone().map(Arc::new));
                let told = Told { command: &command, answer: &answer, register: &call.register, before };
                (body, disclosures) = body_of(&policy.ir, &told, &actor, &call.random)?;
                without_words(&mut body);
            }
            let (blobs, kept) = extract(&mut body);
            let change = answer.change.as_ref().filter(|_| !answer.events.is_empty());
            let before = before.map(digest::of_change);
            let reference = change.map(|change| digest::reference(before, change, digest::of_change(change)));
            let request = change.map(|change| request_of(change));
            let index = log.state().size;
            let id = match answer.events.last() {
                Some(event) => format!("{}/{}", event.change, event.seq),
                None => format!("refusal/{index}"),
            };
            let draft = Draft {
                kind: Kind::ChangeCommand,
                id,
                time: Millis(call.now),
                actor: Author { role: seat(&answer.events), key, ..author(&actor) },
                policy: Some(reference_of(&policy.ir)),
                request,
                change: reference,
                engine: engine(),
                body,
                blobs,
                statements: statement.into_iter().collect(),
            };
            let entry = log.draft(draft).map_err(|fault| refused(&fault))?;
            let signers = vec![log_signer(&log)];
            Some(Prepared { payload: payload(&entry, &signers)?, signers, blobs: kept, disclosures })
        }
    };
    let NextAnswer { ok, events, change, reasons, help } = answer;
    let change = change.map(Arc::unwrap_or_clone);
    Ok(CommandAnswer { ok, prepared, events, change, reasons, help })
}

/// What hangs on personal data is not done: nobody could decide it again who has none. It is so where a policy keeps in the open what
/// another withheld.
pub(super) fn needs_personal(ir: &Ir, fields: &[String]) -> Refusal {
    let policy = format!("policy `{}` {}", ir.identity.id, ir.identity.version);
    let named: Vec<String> = fields.iter().map(|path| format!("`{path}`")).collect();
    let message = match named.as_slice() {
        [] => {
            format!("{policy} decides this by personal data, and nobody could decide it again without that")
        }
        [field] => format!(
            "{field} was withheld from the trail as personal when the request was written, and {policy} no longer keeps it apart: nobody could decide this again without it"
        ),
        fields => format!(
            "{} were withheld from the trail as personal when the request was written, and {policy} no longer keeps them apart: nobody could decide this again without them",
            fields.join(", ")
        ),
    };
    Refusal::new("NEEDS_PERSONAL_DATA", message).at("command").help(
        "edit the request first, also with what it says already: by this policy that stands in an entry, for ever; leave out what must not",
    )
}

/// A request names people by opaque ids, for an erasure names them, too; and what is withheld in it the log alone says.
fn check_request(ir: &Ir, command: &Command) -> Result<(), Refusal> {
    let Some(request) = command.request() else { return Ok(()) };
    if withholds(request) {
        let refusal =
            Refusal::new("BAD_CALL", "`_sd` is for what the trail withholds, and stands in no request");
        return Err(refusal.at("command").help("leave it out"));
    }
    for slot in ir.slots.iter().filter(|slot| names_people(&slot.ty)) {
        let value = slot.path.split('.').try_fold(&**request, |json, name| json.get(name));
        for person in value.map(named_in).unwrap_or_default() {
            opaque(&person, &format!("request.{}", slot.path))?;
        }
    }
    Ok(())
}

/// What the host hands over must be what the log says.
pub(super) fn check_handed_over(
    policy: &Compiled,
    log: &Log,
    now: Instant,
    roster: &Json,
    change: Option<&Change>,
) -> Result<(), Refusal> {
    let state = log.state();
    if Millis(now) < state.time_ms {
        let message = format!("it is {now} here, and the last entry is of {}", state.time_ms.0);
        return Err(Refusal::new("CLOCK_WENT_BACK", message).at("now").help("set the clock right"));
    }
    if state.roster != Some(digest_of(roster)) {
        if state.roster.is_none() {
            let refusal = Refusal::new("OTHER_ROSTER", "no roster is in force in the log yet");
            return Err(refusal.at("roster").help("set one first: it says who holds which role"));
        }
        let refusal = Refusal::new("OTHER_ROSTER", "the roster is not the one in force in the log");
        return Err(refusal
            .at("roster")
            .help("give the body of the last `roster.set`, or set another roster first"));
    }
    let digest = policy.ir.identity.digest;
    let in_force = state.policy.as_ref().is_some_and(|policy| policy.digest == digest);
    let under = change.and_then(|change| change.policy()).is_some_and(|it| it.digest == digest);
    if !in_force && !under {
        let refusal = Refusal::new("OTHER_POLICY", "the policy is not the one in force in the log");
        return Err(refusal
            .at("policy")
            .help("adopt it first, or give the policy that the change stands under"));
    }
    let Some(change) = change else { return Ok(()) };
    let known = state.open.get(&change.id).map(|standing| standing.digest);
    let here = digest::of_change(change);
    let fits =
        known.map_or_else(|| change.state.has_ended(), |known| known == here) && has_what_it_knows(change);
    if fits {
        return Ok(());
    }
    if known.is_none() && !change.state.has_ended() {
        let message =
            format!("change `{}` is not open in this log: it was handed over to another", change.id);
        return Err(Refusal::new("HANDED_OVER", message)
            .at("change")
            .help("give the command to the log that took it over"));
    }
    let message = format!("change `{}` is not as the log has it", change.id);
    Err(Refusal::new("STALE_CHANGE", message).at("change").help("fold its events from the store again"))
}

struct Given {
    command: Command,
    actor: Actor,
    statement: Option<Envelope>,
    key: Option<crate::trail::key::KeyId>,
}

/// Who gives the command, and with which signature.
fn given(log: &Log, call: &CommandCall) -> Result<Given, Refusal> {
    let state = log.state();
    match &call.act {
        GivenBy::Host { command, actor } => {
            let log_key = state.log_key();
            let own = log_key.filter(|key| {
                key.person.is_some() && key.person.as_deref() == actor.person().map(|it| &**it)
            });
            if own.is_none() && needs_own_signature(command) {
                return Err(unsigned(actor));
            }
            let key = own.map(|key| key.id);
            Ok(Given { command: command.clone(), actor: actor.clone(), statement: None, key })
        }
        GivenBy::Signed(envelope) => {
            let bad = |message: String| Refusal::new("STATEMENT", message).at("statement");
            let (act, key) =
                Act::checked(envelope, state, Millis(call.now)).map_err(|error| bad(error.to_string()))?;
            let command = act_of(&act)?;
            let actor = match (&act.person, &act.machine) {
                (Some(person), None) => Actor::Person(Name::from(person.as_str())),
                (None, Some(machine)) => Actor::Machine(
                    to_typed::<Machine>(&Json::String(machine.clone()))
                        .map_err(|error| bad(error.to_string()))?,
                ),
                _ => return Err(bad("a statement is a person's or a program's".to_owned())),
            };
            // Nobody's words are taken for a request that they have not seen.
            let stale = call
                .change
                .as_ref()
                .is_some_and(|change| act.subject != *change.id || act.digest != change.digest);
            if stale {
                let message =
                    format!("the statement is about another request than `{}` has now", act.subject);
                return Err(Refusal::new("STALE_STATEMENT", message)
                    .at("statement")
                    .help("show the request as it is, and have it signed again"));
            }
            if let Command::RecordUnauthorized { id, .. } = &command
                && **id != *act.subject
            {
                return Err(bad(format!("it begins change `{id}`, and is about `{}`", act.subject)));
            }
            Ok(Given { command, actor, statement: Some(envelope.clone()), key: Some(key.id) })
        }
    }
}

/// Returns the command that somebody signed.
///
/// # Errors
/// `STATEMENT`: it is no command.
pub fn act_of(act: &Act) -> Result<Command, Refusal> {
    let command = act.act.get("command").map(to_typed::<Command>);
    match command {
        // An entry holds its statements whole, and no personal data.
        Some(Ok(Command::Create { .. } | Command::Edit { .. })) => Err(Refusal::new(
            "STATEMENT",
            "a request is not given by a statement: its personal fields would stand in the entry",
        )
        .at("statement")),
        Some(Ok(command)) => Ok(command),
        Some(Err(error)) => Err(Refusal::new("STATEMENT", format!("its command: {error}")).at("statement")),
        None => Err(Refusal::new("STATEMENT", "it holds no command").at("statement")),
    }
}

/// Decisions of people carry their own signature: votes, escalations taken on, later reviews, glass that is broken.
pub(super) fn needs_own_signature(command: &Command) -> bool {
    matches!(
        command,
        Command::Vote(_) | Command::Accept { .. } | Command::Retro { .. } | Command::BreakGlass { .. }
    )
}

fn unsigned(actor: &Actor) -> Refusal {
    Refusal::new("SIGNATURE_REQUIRED", format!("this takes the own signature of `{actor}`"))
        .at("statement")
        .help("have them sign the act with a key that is enrolled for them, and give the signed statement")
}

/// The seat or role that a vote was cast for.
fn seat(events: &[Event]) -> Option<String> {
    events.iter().find_map(|event| match &event.what {
        What::VoteCast(vote) => Some(vote.seat.to_string()),
        What::EscalationAccepted { role, .. } => Some(role.to_string()),
        _ => None,
    })
}

/// The request of a change, as entries name it.
pub(super) fn request_of(change: &Change) -> RequestRef {
    RequestRef { id: change.id.to_string(), revision: Count(change.revision.into()), digest: change.digest }
}

pub(super) fn author(actor: &Actor) -> Author {
    match actor {
        Actor::Person(person) => Author::person(&**person),
        Actor::Machine(machine) => Author::machine(machine.word()),
    }
}

pub(super) fn reference_of(ir: &Ir) -> PolicyRef {
    let identity = &ir.identity;
    PolicyRef { id: identity.id.to_string(), version: identity.version.to_string(), digest: identity.digest }
}
