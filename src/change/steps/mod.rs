//! What each command does: its guard and its events. The table says where they may lead.
//!
//! | file | commands |
//! |---|---|
//! | `request` | create, edit, submit, withdraw |
//! | `assess` | complete, report, revise, reclassify |
//! | `votes` | vote, ask and answer, escalate, accept |
//! | `deploy` | schedule, hold, lift, start, break glass, promote, done, abort, verify |
//! | `rollback` | trigger, inconclusive, restored, restore failed, fix forward |
//! | `close` | review, retro, close, unauthorized deployments |

pub(super) mod assess;
pub(super) mod close;
pub(super) mod deploy;
pub(super) mod request;
pub(super) mod rollback;
pub(super) mod votes;

use super::command::Command;
use super::refusal::Refusal;
use super::step::Step;

/// Does what a command asks of a change, or refuses.
pub(super) fn act(step: &mut Step<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        // These begin a change: `next` has seen to that.
        Command::Create { .. } | Command::RecordUnauthorized { .. } => {
            Err(Refusal::new("ALREADY_EXISTS", format!("there is a change `{}` already", step.change.id)))
        }
        Command::Edit { request } => request::edit(step, request),
        Command::Submit => request::submit(step),
        Command::Withdraw { reason } => request::withdraw(step, reason),
        Command::Complete => assess::complete(step),
        Command::Report { facts } => assess::report(step, facts),
        Command::Revise => assess::revise(step),
        Command::Reclassify { reason } => assess::reclassify(step, reason),
        Command::Vote(ballot) => votes::vote(step, ballot),
        Command::AskInfo { comment } => votes::ask(step, comment),
        Command::AnswerInfo { comment } => votes::answer(step, comment),
        Command::Escalate { exception, reason } => votes::escalate(step, exception, reason),
        Command::Accept { accept, seat, comment } => votes::accept(step, *accept, seat.as_ref(), comment),
        Command::Schedule { window, implementer } => deploy::schedule(step, *window, implementer),
        Command::Hold { reason } => deploy::hold(step, reason),
        Command::Lift => deploy::lift(step),
        Command::Start { implementer } => deploy::start(step, implementer.as_ref()),
        Command::BreakGlass { exception, reason, implementer } => {
            deploy::break_glass(step, exception, reason, implementer.as_ref())
        }
        Command::Promote => deploy::promote(step),
        Command::Done => deploy::done(step),
        Command::Abort { reason, deployed } => deploy::abort(step, reason, *deployed),
        Command::Verify => deploy::verify(step),
        Command::Trigger(trigger) => rollback::trigger(step, trigger),
        Command::Inconclusive { rules } => rollback::inconclusive(step, rules),
        Command::Restored { digest } => rollback::restored(step, *digest),
        Command::RestoreFailed { reason } => rollback::restore_failed(step, reason),
        Command::FixForward { change } => rollback::fix_forward(step, change),
        Command::Review { notes, docs_updated } => close::review(step, notes, *docs_updated),
        Command::Retro { justified, comment } => close::retro(step, *justified, comment),
        Command::Close { code, trail_whole } => close::close(step, *code, *trail_whole),
        // What fell due is recorded before any command.
        Command::Tick => Ok(()),
    }
}
