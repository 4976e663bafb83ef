//! What can be asked of a change.

use crate::ir::Name;
use crate::json::Json;
use crate::value::{Digest, Instant, Period};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A command. In JSON an object with one member, as `{"vote": {"decision": "approve", ..}}`; one that takes nothing is
/// its name alone, as `"done"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Begins a draft. The actor is the requester; a machine names one in the request.
    Create {
        /// The id that the host chose: 1 to 60 letters, digits, `-`, `_` and `.`.
        id: Name,
        /// The request, also half filled in.
        request: Arc<Json>,
    },
    /// Puts on record that something was deployed that no change allowed (D-06).
    RecordUnauthorized {
        /// The id of the record.
        id: Name,
        /// What is known of the deployment.
        deployment: Json,
        /// How it was found.
        reason: String,
    },
    /// Replaces the request.
    Edit {
        /// The whole new request.
        request: Arc<Json>,
    },
    /// Asks for classification, with a request that is filled in.
    Submit,
    /// Says that the impact is assessed: those who decide are asked.
    Complete,
    /// Takes in what a machine found out. Groups not named stay as they are.
    Report {
        /// Facts groups; `null` takes one back.
        facts: Arc<Json>,
    },
    /// Decides for a seat or role.
    Vote(Ballot),
    /// Asks the requester a question. The service level may stand still until it is answered.
    AskInfo {
        /// The question.
        comment: String,
    },
    /// Answers it.
    AnswerInfo {
        /// The answer.
        comment: String,
    },
    /// Takes up a rejected or lapsed change again, as the next revision.
    Revise,
    /// Decides the class anew, by the policy that is in force now.
    Reclassify {
        /// Why.
        reason: String,
    },
    /// Asks those whom the policy names to treat the change as of another class.
    Escalate {
        /// The policy's exception.
        exception: Name,
        /// Why.
        reason: String,
    },
    /// Takes an escalation on oneself, or declines it.
    Accept {
        /// Whether it is accepted.
        accept: bool,
        /// The role; may be left out by whoever acts in one of those asked only.
        #[serde(default)]
        seat: Option<Name>,
        /// Why.
        comment: String,
    },
    /// Gives an approved change its window and implementer.
    Schedule {
        /// The window, where the request does not hold one.
        #[serde(default)]
        window: Option<Period>,
        /// Who deploys.
        implementer: Name,
    },
    /// Holds a scheduled change, for a freeze.
    Hold {
        /// Why.
        reason: String,
    },
    /// Lets it go on.
    Lift,
    /// Begins the deployment.
    Start {
        /// Who deploys, where the actor is a machine and nobody was named before.
        #[serde(default)]
        implementer: Option<Name>,
    },
    /// Begins the deployment before the approvals are complete (S-62, D-05).
    BreakGlass {
        /// The policy's exception.
        exception: Name,
        /// Why.
        reason: String,
        /// Who deploys, if not the actor.
        #[serde(default)]
        implementer: Option<Name>,
    },
    /// Goes to the next step of a gradual rollout.
    Promote,
    /// Says that the deployment is done.
    Done,
    /// Gives the deployment up.
    Abort {
        /// Why.
        reason: String,
        /// Whether anything was deployed, so that it has to be taken back.
        deployed: bool,
    },
    /// Takes the change back: a rule of the policy fired.
    Trigger(Trigger),
    /// Says which rules cannot judge for want of data; an empty list says that all can again (P-09).
    Inconclusive {
        /// The rules.
        rules: Vec<Name>,
    },
    /// Says that what was there before is there again, and verified.
    Restored {
        /// The digest of what runs now.
        digest: Digest,
    },
    /// Says that going back did not work.
    RestoreFailed {
        /// What went wrong.
        reason: String,
    },
    /// Names the change that repairs what could not be taken back.
    FixForward {
        /// Its id.
        change: Name,
    },
    /// Says that everything was verified.
    Verify,
    /// Records the review after the change.
    Review {
        /// What was found.
        notes: String,
        /// Whether the documentation was brought up to date.
        docs_updated: bool,
    },
    /// Decides the later review of an emergency or of an exception (D-05).
    Retro {
        /// Whether it was justified.
        justified: bool,
        /// Why.
        comment: String,
    },
    /// Ends the life of the change.
    Close {
        /// How it ended.
        code: CloseCode,
        /// Whether the host has verified the trail.
        trail_whole: bool,
    },
    /// Takes the change back before it begins.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// Lets time pass: what fell due since the last event is put on record.
    Tick,
}

/// A vote, and what it is for: it counts for nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ballot {
    /// Yes or no.
    pub decision: Choice,
    /// The seat, or on a route of roles the role; may be left out where the voter has one only.
    #[serde(default)]
    pub seat: Option<Name>,
    /// A code for a rejection, such as `insufficient_impact`.
    #[serde(default)]
    pub reason: Option<Name>,
    /// Words for people; needed with a rejection.
    #[serde(default)]
    pub comment: String,
    /// The digest of the request that the voter saw.
    pub request: Digest,
    /// Its revision.
    pub revision: u32,
    /// The digest of the policy that it was shown under.
    pub policy: Digest,
}

/// A vote's yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

/// What fired: the verdict of the rollback monitor, as much of it as the change keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// The code, such as `METRICS`.
    pub code: Name,
    /// The rule of the policy.
    pub rule: Name,
    /// The instant at which it fired, T0.
    pub at: Instant,
    /// The first bad sample, from which exposure counts.
    #[serde(default)]
    pub first_bad: Option<Instant>,
    /// The test or metric, the measured value and the threshold, for people (S-47).
    #[serde(default)]
    pub evidence: Json,
}

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseCode {
    /// As planned.
    Successful,
    /// It stays, and something went wrong.
    WithIssues,
    /// Taken back in time.
    RolledBack,
    /// Not taken back in time, or not at all.
    RollbackFailed,
    /// Given up before anything was deployed.
    Failed,
    /// A deployment without a change, reviewed.
    Unauthorized,
}

impl Command {
    /// Returns the request that it gives a change: `create` and `edit` do.
    pub const fn request(&self) -> Option<&Arc<Json>> {
        match self {
            Self::Create { request, .. } | Self::Edit { request } => Some(request),
            _ => None,
        }
    }

    /// Returns the command's name in data.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Create { .. } => Kind::Create,
            Self::RecordUnauthorized { .. } => Kind::RecordUnauthorized,
            Self::Edit { .. } => Kind::Edit,
            Self::Submit => Kind::Submit,
            Self::Complete => Kind::Complete,
            Self::Report { .. } => Kind::Report,
            Self::Vote(_) => Kind::Vote,
            Self::AskInfo { .. } => Kind::AskInfo,
            Self::AnswerInfo { .. } => Kind::AnswerInfo,
            Self::Revise => Kind::Revise,
            Self::Reclassify { .. } => Kind::Reclassify,
            Self::Escalate { .. } => Kind::Escalate,
            Self::Accept { .. } => Kind::Accept,
            Self::Schedule { .. } => Kind::Schedule,
            Self::Hold { .. } => Kind::Hold,
            Self::Lift => Kind::Lift,
            Self::Start { .. } => Kind::Start,
            Self::BreakGlass { .. } => Kind::BreakGlass,
            Self::Promote => Kind::Promote,
            Self::Done => Kind::Done,
            Self::Abort { .. } => Kind::Abort,
            Self::Trigger(_) => Kind::Trigger,
            Self::Inconclusive { .. } => Kind::Inconclusive,
            Self::Restored { .. } => Kind::Restored,
            Self::RestoreFailed { .. } => Kind::RestoreFailed,
            Self::FixForward { .. } => Kind::FixForward,
            Self::Verify => Kind::Verify,
            Self::Review { .. } => Kind::Review,
            Self::Retro { .. } => Kind::Retro,
            Self::Close { .. } => Kind::Close,
            Self::Withdraw { .. } => Kind::Withdraw,
            Self::Tick => Kind::Tick,
        }
    }
}

macro_rules! kinds {
    ($($kind:ident = $word:literal),* $(,)?) => {
        /// The name of a command, without what it carries.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each is the command of the same name")]
        pub enum Kind {
            $($kind),*
        }

        impl Kind {
            /// All commands, in the order of a life.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Returns the name in data, such as `ask_info`.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word),*
                }
            }
        }
    };
}

kinds! {
    Create = "create",
    RecordUnauthorized = "record_unauthorized",
    Edit = "edit",
    Submit = "submit",
    Complete = "complete",
    Report = "report",
    Vote = "vote",
    AskInfo = "ask_info",
    AnswerInfo = "answer_info",
    Revise = "revise",
    Reclassify = "reclassify",
    Escalate = "escalate",
    Accept = "accept",
    Schedule = "schedule",
    Hold = "hold",
    Lift = "lift",
    Start = "start",
    BreakGlass = "break_glass",
    Promote = "promote",
    Done = "done",
    Abort = "abort",
    Trigger = "trigger",
    Inconclusive = "inconclusive",
    Restored = "restored",
    RestoreFailed = "restore_failed",
    FixForward = "fix_forward",
    Verify = "verify",
    Review = "review",
    Retro = "retro",
    Close = "close",
    Withdraw = "withdraw",
    Tick = "tick",
}
