//! The decision as it is recorded: ids, numbers and instants, without prose and places.

use crate::ir::Name;
use crate::value::{Digest, Duration, Fixed, Instant};
use serde::{Deserialize, Serialize};

/// A decision. Its RFC 8785 bytes are the same on every host, and are what the trail holds.
///
/// Out of scope, everything after `scope` is empty or absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the JSON form is described in docs; the names say what each holds")]
pub struct Decision {
    pub policy: PolicyRef,
    pub input: Input,
    pub now: Instant,
    pub submitted_at: Instant,
    pub scope: Scope,
    pub score: Option<Score>,
    pub catalogue: Option<Catalogue>,
    pub class: Option<Class>,
    pub risk: Option<Name>,
    pub route: Option<Route>,
    pub due: Option<Due>,
    pub alerts: Vec<Alert>,
    pub pauses_while: Option<Name>,
    pub reviews: Vec<Review>,
    pub canary: Vec<Canary>,
    pub retain: Option<Retain>,
    pub regimes: Vec<Name>,
    pub touched: Vec<Name>,
    pub exceptions: Vec<Name>,
    pub gates: Vec<Gate>,
    /// The roles that the rules in force tell.
    pub notify: Vec<Name>,
    pub flags: Vec<Name>,
    pub codes: Vec<Name>,
    /// The clauses that the rules in force serve.
    pub serves: Vec<Name>,
}

/// By which policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct PolicyRef {
    pub id: Name,
    pub version: Name,
    pub edition: u32,
    pub digest: Digest,
}

/// On what input: digests of the canonical bytes of request and facts as given; of the request without its personal
/// fields, so that it outlives their erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Input {
    pub request: Option<Digest>,
    pub facts: Option<Digest>,
}

/// In or out of scope. `rule` is absent where the policy has no scope table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Scope {
    pub value: Name,
    pub rule: Option<Name>,
}

/// The assessed risk and what adds up to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Score {
    pub points: u32,
    pub assessed: Option<Name>,
    pub factors: Vec<Factor>,
}

/// A factor that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Factor {
    pub id: Name,
    pub adds: u32,
}

/// The catalogue entry that the request names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Catalogue {
    pub entry: Name,
    pub version: Name,
    pub approved_by: Name,
    pub approved_on: String,
    pub covered: bool,
    pub reasons: Vec<Reason>,
}

/// Why an entry does not cover a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "tagged:kind", rename_all = "snake_case")]
pub enum Reason {
    /// Its `for` does not hold.
    For,
    /// The submission comes after the last day.
    Expired {
        /// The code that the entry gives.
        code: Name,
    },
    /// The submission comes before the approval.
    NotYetValid,
    /// Its history suspends it.
    Suspended {
        /// The code that the entry gives, if it has a `suspend` row.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<Name>,
    },
    /// A guard fails.
    Guard {
        /// The guard.
        id: Name,
    },
}

/// The class, and every rule that held. `rule` is absent where none did (code `GAP`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Class {
    pub value: Name,
    pub rule: Option<Name>,
    pub held: Vec<Name>,
}

/// Who decides. `held` names the rules that held where there are several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Route {
    pub rule: Name,
    pub held: Vec<Name>,
    pub approve: Approve,
}

/// The right to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "tagged:kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say what each holds")]
pub enum Approve {
    /// Nobody needs to.
    Automatically,
    /// So many of these roles.
    Roles { count: u32, roles: Vec<Name> },
    /// So many of these seats, and each mandatory one.
    Board { board: Name, seats: Vec<Seat>, at_least: u32, of: u32, votes_between_meetings: bool },
}

/// A seat that exists for this change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Seat {
    pub id: Name,
    pub held_by: Name,
    pub mandatory: bool,
}

/// A length of time: exactly one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Time {
    /// Milliseconds.
    Ms(Duration),
    /// Days on which the calendar works.
    BusinessDays(u32),
    /// Milliseconds of open time.
    BusinessMs(Duration),
    /// Years.
    Years(u32),
}

/// The service level. `at` is known here only for fixed time from submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Due {
    pub strict: bool,
    pub time: Time,
    pub from: Name,
    pub to: Name,
    pub calendar: Option<Name>,
    pub at: Option<Instant>,
}

/// Who is told at which shares of the time, in percent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Alert {
    pub at: Vec<Fixed>,
    pub to: Vec<Name>,
}

/// A review after the fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Review {
    pub by: Name,
    pub strict: bool,
    pub time: Time,
    pub after: Name,
    pub code: Name,
}

/// A gradual rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Canary {
    pub name: Name,
    pub steps: Vec<Step>,
}

/// A step of it: a share in percent, and how long it is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Step {
    pub share: Fixed,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_ms: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Name>,
}

/// How long records are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Retain {
    pub time: Time,
    pub after: Name,
}

/// What a gate says at `now`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Gate {
    pub gate: Name,
    pub allows: bool,
    pub failures: Vec<Failure>,
}

/// A demand that is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Failure {
    pub id: Name,
    pub code: Name,
    pub missing: Vec<Name>,
    pub placeholders: Vec<Name>,
    pub serves: Vec<Name>,
}
