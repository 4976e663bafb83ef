//! What a data protection officer asks of a log: personal data erased, changes purged whose time is over.

use crate::api::Refusal;
use crate::change::Change;
use crate::eval::{Retain, Time};
use crate::trail::{Count, Envelope, Erased, LEAST_YEARS, Log, Millis, Purged, ToState};
use crate::value::Instant;

/// The most bytes of a reason: it stands in the entry and in the statement.
const LONGEST_REASON: usize = 2_000;

/// How long a change is kept of which no decision says it: whether it touches financial data was never judged.
const UNJUDGED_YEARS: u32 = 10;

/// A change that is to be purged, as its entries say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurgeOf {
    /// The change, folded.
    pub change: Change,
    /// When its entries say that it ended.
    pub ended: Instant,
    /// How many entries it has.
    pub entries: u64,
}

/// What an officer is asked to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Officers {
    /// An erasure.
    Erase(Erased),
    /// A purge.
    Purge(Box<PurgeOf>),
}

impl Officers {
    /// Returns what is to be signed.
    ///
    /// # Errors
    /// As [`administer`](super::administer()).
    pub fn to_state(&self, log: &Log, now: Instant) -> Result<ToState, Refusal> {
        match self {
            Self::Erase(erased) => checked(erased).map(Erased::to_state),
            Self::Purge(of) => purged(log, of, now)?.to_state().map_err(|error| super::unwritten(&error)),
        }
    }
}

/// An erasure says of what, and why.
pub(super) fn checked(erased: &Erased) -> Result<&Erased, Refusal> {
    if erased.digests.is_empty() {
        let message = format!("no personal data of `{}` is here: there is nothing to erase", erased.person);
        return Err(Refusal::new("NOTHING_TO_ERASE", message).at("person"));
    }
    if erased.reason.trim().is_empty() {
        return Err(Refusal::new("REASON_REQUIRED", "an erasure has a reason")
            .at("reason")
            .help("say who asked for it, and by what right"));
    }
    if erased.reason.len() > LONGEST_REASON {
        let bytes = erased.reason.len();
        let message =
            format!("the reason has {bytes} bytes, and an erasure has one of at most {LONGEST_REASON}");
        return Err(Refusal::new("REASON_TOO_LONG", message)
            .at("reason")
            .help("say it shorter, and name a longer document by its SHA-256"));
    }
    Ok(erased)
}

/// Returns what the entry says by which a change is purged.
pub(super) fn purged(log: &Log, of: &PurgeOf, now: Instant) -> Result<Purged, Refusal> {
    let PurgeOf { change, ended, entries } = of;
    let (id, state) = (change.id.to_string(), log.state());
    if state.open.get(&id).is_some() || !change.state.has_ended() {
        return Err(Refusal::new("NOT_CLOSED", format!("change `{id}` is open: nothing of it is purged"))
            .at("change")
            .help("close or withdraw it: its time begins then"));
    }
    if state.holds.contains(&id) {
        return Err(Refusal::new("LEGAL_HOLD", format!("change `{id}` is held: nothing of it is purged"))
            .at("change")
            .help("whoever placed the hold lifts it first"));
    }
    let until = kept_until(change, *ended);
    if now < until {
        let message = format!("change `{id}` ended at {ended} and is kept until {until}");
        return Err(Refusal::new("RETENTION_NOT_OVER", message)
            .at("change")
            .help(format!("purge it at {until} or later")));
    }
    Ok(Purged {
        change: id,
        entries: Count(*entries),
        ended_ms: Millis(*ended),
        kept_until_ms: Millis(until),
    })
}

/// Returns until when a change is kept that ended at an instant: as long as the decision that it stands under says, seven years at
/// the least (P-24). Years are those of the calendar, in UTC.
pub(super) fn kept_until(change: &Change, ended: Instant) -> Instant {
    let years = |years: u32| ended.checked_add_years(years).unwrap_or(Instant::MAX);
    let retain = change.decision.as_ref().and_then(|decision| decision.retain.as_ref());
    let until = match retain {
        Some(Retain { time: Time::Years(told), .. }) => years(*told),
        Some(Retain { time: Time::Ms(told), .. }) => ended.checked_add(*told).unwrap_or(Instant::MAX),
        _ => years(UNJUDGED_YEARS),
    };
    until.max(years(LEAST_YEARS))
}

/// The officer who signed, as an entry names them.
pub(super) fn author(statement: &Envelope) -> Result<crate::trail::Author, Refusal> {
    let bad = |message: String| Refusal::new("STATEMENT", message).at("statement");
    let act = crate::trail::Act::read(statement).map_err(|error| bad(error.to_string()))?;
    let person = act.person.ok_or_else(|| bad("an officer is a person".to_owned()))?;
    let key = statement.signatures.first().map(|signature| signature.key);
    let role = Some(crate::trail::Role::DataProtectionOfficer.word().to_owned());
    Ok(crate::trail::Author { role, key, ..crate::trail::Author::person(person) })
}
