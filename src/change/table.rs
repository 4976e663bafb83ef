//! Which command may be given in which state, and where it leads: requirements, Annex B, with the rows that it leaves
//! out. Everything that is not here is refused with the code `WRONG_STATE`.
//!
//! A command that leads to several states is decided by its guard, which stands in words beside it and in code in
//! [`steps`](super::steps). `tests/workflow.rs` holds that every pair is here or refused, and that no command leads
//! where this table does not say.

use super::command::Kind;
use super::state::State;

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The states in which the command may be given.
    pub from: &'static [State],
    /// The command.
    pub command: Kind,
    /// Where it can lead; the state itself where it stays as it is.
    pub to: &'static [State],
    /// What decides, in words.
    pub guard: &'static str,
}

use Kind as K;
use State as S;

/// The states in which someone may still take the change back without a rollback.
const BEFORE_THE_START: &[State] = &[
    S::Draft,
    S::OutOfScope,
    S::Assessing,
    S::AwaitingApproval,
    S::NeedsInfo,
    S::Approved,
    S::Rejected,
    S::Scheduled,
    S::OnHold,
    S::Expired,
];

/// The states in which something is deployed that may have to be taken back.
const DEPLOYED: &[State] = &[S::Implementing, S::Verifying, S::InReview];

/// The states of a change that is being decided on or has been decided on.
const UNDECIDED: &[State] = &[S::Assessing, S::AwaitingApproval, S::NeedsInfo];

/// The states that an approval has led to, before the start.
const APPROVED: &[State] = &[S::Approved, S::Scheduled, S::OnHold];

macro_rules! rows {
    ($($from:expr, $command:expr => $to:expr, $guard:literal;)*) => {
        &[$(Row { from: $from, command: $command, to: $to, guard: $guard }),*]
    };
}

/// The table. `Create` and `RecordUnauthorized` begin a change, so they stand in no state.
#[rustfmt::skip]
pub const TABLE: &[Row] = rows! {
    // 1. Request and classification
    &[S::Draft], K::Edit => &[S::Draft], "the requester";
    &[S::Draft], K::Submit => &[S::Assessing, S::OutOfScope, S::Approved],
        "the requester; the request is filled in and gate `submit` allows; what the policy approves itself is approved";

    // 2. Impact assessment
    &[S::Assessing], K::Edit => &[S::Assessing, S::Approved],
        "the requester; the class may rise, and falls by a change manager alone";
    &[S::Assessing], K::Complete => &[S::AwaitingApproval, S::Approved],
        "the requester; gate `approval` allows and every seat can be filled";

    // 3. Approval
    &[S::AwaitingApproval], K::Vote => &[S::AwaitingApproval, S::Approved, S::Rejected, S::Assessing],
        "whoever holds a seat; a mandatory reject and an unreachable quorum reject, `insufficient_impact` revises at once";
    &[S::AwaitingApproval], K::AskInfo => &[S::NeedsInfo], "whoever holds a seat";
    &[S::NeedsInfo], K::AnswerInfo => &[S::AwaitingApproval], "the requester";
    &[S::AwaitingApproval, S::NeedsInfo], K::Edit => &[S::AwaitingApproval, S::NeedsInfo, S::Assessing, S::Approved],
        "the requester; a material edit voids the votes, and goes back to assessment if it leaves the impact incomplete";
    &[S::Rejected, S::Expired], K::Revise => &[S::Assessing], "the requester; revision + 1";
    UNDECIDED, K::Reclassify => &[S::Assessing, S::AwaitingApproval, S::NeedsInfo, S::Approved, S::OutOfScope],
        "a change manager, with a reason; the class may rise and fall";
    APPROVED, K::Reclassify => &[S::Approved, S::Scheduled, S::OnHold, S::AwaitingApproval, S::Assessing],
        "a change manager, with a reason; the class does not fall any more";
    &[S::AwaitingApproval, S::NeedsInfo], K::Escalate => &[S::AwaitingApproval, S::NeedsInfo],
        "the requester or a change manager, with a reason; the exception is allowed";
    &[S::AwaitingApproval, S::NeedsInfo], K::Accept => &[S::AwaitingApproval, S::NeedsInfo, S::Assessing],
        "whoever the exception names; the last one gives the change its new class";

    // 4. Implementation
    &[S::Approved], K::Schedule => &[S::Scheduled],
        "requester, implementer or change manager; gate `schedule` allows: window, no freeze, no conflict";
    &[S::Scheduled], K::Schedule => &[S::Scheduled], "as before; names another implementer";
    APPROVED, K::Edit => &[S::Approved, S::Scheduled, S::OnHold, S::AwaitingApproval, S::Assessing],
        "the requester; a material edit voids the votes";
    &[S::Scheduled], K::Hold => &[S::OnHold], "a change manager or the workflow, for a freeze";
    &[S::OnHold], K::Lift => &[S::Scheduled], "a change manager or the workflow; nothing freezes it any more";
    &[S::Scheduled], K::Start => &[S::Implementing],
        "the implementer or the pipeline; gate `start` allows; separation of duties; the approval is valid";
    &[S::Approved], K::Start => &[S::Implementing], "as before, and gate `schedule` allows: both steps at once";
    &[S::Assessing, S::AwaitingApproval, S::NeedsInfo], K::BreakGlass => &[S::Implementing],
        "the exception is allowed, with a reason; what a start needs and is not there is recorded";
    &[S::Implementing, S::Verifying], K::Promote => &[S::Implementing, S::Verifying],
        "the implementer or the pipeline; the step was watched long enough and the monitor can judge";
    &[S::Implementing], K::Done => &[S::Verifying], "the implementer or the pipeline";
    &[S::Implementing], K::Abort => &[S::RollingBack, S::Failed], "the implementer or the pipeline; was anything deployed?";

    // Rollback
    DEPLOYED, K::Trigger => &[S::RollingBack], "the monitor; any rule of the policy; once";
    &[S::RollingBack, S::RolledBack, S::RollbackFailed], K::Trigger => &[S::RollingBack, S::RolledBack, S::RollbackFailed],
        "noted; one rollback is enough";
    DEPLOYED, K::Inconclusive => DEPLOYED, "the monitor";
    &[S::RollingBack], K::Restored => &[S::RolledBack], "the pipeline or the implementer; what runs is the snapshot";
    &[S::RollingBack], K::RestoreFailed => &[S::RollbackFailed], "the pipeline or the implementer";
    &[S::RollbackFailed], K::Restored => &[S::RolledBack], "as before; flagged late";
    &[S::RollbackFailed], K::FixForward => &[S::RollbackFailed], "names the change that repairs it";

    // 5. Verification
    &[S::Verifying], K::Verify => &[S::InReview], "gate `review` allows; every step of the rollout was served";

    // 6. Review and close
    &[S::InReview, S::RolledBack, S::RollbackFailed, S::Failed, S::Unauthorized], K::Review =>
        &[S::InReview, S::RolledBack, S::RollbackFailed, S::Failed, S::Unauthorized], "not the implementer alone";
    &[S::Implementing, S::Verifying, S::InReview, S::RollingBack, S::RolledBack, S::RollbackFailed, S::Failed, S::Unauthorized],
        K::Retro => &[S::Implementing, S::Verifying, S::InReview, S::RollingBack, S::RolledBack, S::RollbackFailed, S::Failed, S::Unauthorized],
        "whoever the policy names, and took no part in it";
    &[S::InReview, S::RolledBack, S::RollbackFailed, S::Failed, S::Unauthorized], K::Close => &[S::Closed],
        "gate `close` allows, every later review is decided, the code agrees with the history";

    BEFORE_THE_START, K::Withdraw => &[S::Withdrawn], "the requester or a change manager, with a reason";

    // What machines report. It can make a change graver, and so take its approval away.
    &[S::Draft], K::Report => &[S::Draft], "machines";
    &[S::OutOfScope], K::Report => &[S::OutOfScope, S::Assessing], "machines; what refutes the claim takes the change in";
    UNDECIDED, K::Report => &[S::Assessing, S::AwaitingApproval, S::NeedsInfo, S::Approved], "machines; the class may rise";
    APPROVED, K::Report => &[S::Approved, S::Scheduled, S::OnHold, S::AwaitingApproval, S::Assessing], "machines; the class may rise";
    &[S::Rejected, S::Expired], K::Report => &[S::Rejected, S::Expired], "machines";
    &[S::Implementing, S::Verifying, S::InReview, S::RollingBack, S::RolledBack, S::RollbackFailed, S::Failed, S::Unauthorized], K::Report =>
        &[S::Implementing, S::Verifying, S::InReview, S::RollingBack, S::RolledBack, S::RollbackFailed, S::Failed, S::Unauthorized], "machines";

    // Time. It passes before every other command, too: what fell due comes first.
    &[S::Draft, S::OutOfScope, S::Assessing, S::AwaitingApproval, S::NeedsInfo, S::Rejected, S::Expired], K::Tick =>
        &[S::Draft, S::OutOfScope, S::Assessing, S::AwaitingApproval, S::NeedsInfo, S::Rejected, S::Expired], "alerts, breach";
    APPROVED, K::Tick => &[S::Approved, S::Scheduled, S::OnHold, S::Expired], "an approval lapses";
    &[S::Implementing, S::Verifying, S::InReview, S::RolledBack, S::RollbackFailed, S::Failed, S::Unauthorized], K::Tick =>
        &[S::Implementing, S::Verifying, S::InReview, S::RolledBack, S::RollbackFailed, S::Failed, S::Unauthorized], "a later review is overdue";
    &[S::RollingBack], K::Tick => &[S::RollingBack, S::RollbackFailed], "the time to go back is over";
};

/// Returns the row of a state and a command; `None` if the command is refused there.
pub fn row(from: State, command: Kind) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.command == command && row.from.contains(&from))
}

/// Returns the commands that may be given in a state.
pub fn commands(from: State) -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(move |command| row(from, *command).is_some())
}
