//! Whether a board will decide in time, said at submission (S-73).

use super::CalendarError;
use super::level::ServiceLevel;
use super::meeting::Meeting;
use crate::value::{Duration, Instant, Period};
use serde::Serialize;

/// What to expect of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prediction {
    /// The due instant.
    pub due: Instant,
    /// The meeting.
    pub meeting: Meeting,
    /// Whether it decides in time.
    pub verdict: Verdict,
    /// Counted time: what is left of it when the meeting has ended, if the limit is kept; how much more than there is has
    /// passed when the meeting ends, if it is at risk, or starts, if it is breached.
    ///
    /// It is nothing where the limit is missed in closed time only, or by a strict limit exactly.
    #[serde(rename = "by_ms")]
    pub by: Duration,
}

/// Whether a meeting decides in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The meeting has ended in time.
    Kept,
    /// The meeting starts in time and ends too late.
    AtRisk,
    /// The meeting starts too late.
    Breached,
}

/// Predicts whether `meeting` decides in time what the service level gives from `start` on.
///
/// The caller names the meeting, most often [`Board::next_meeting`](super::Board::next_meeting) after `start`. While a
/// pause lasts there is nothing to predict, so `pauses` are those that are over.
///
/// # Errors
/// Those of [`ServiceLevel::due`].
pub fn predict(
    level: &ServiceLevel<'_>,
    start: Instant,
    pauses: &[Period],
    meeting: Meeting,
) -> Result<Prediction, CalendarError> {
    let due = level.due_at(start, pauses)?;
    let (verdict, from, to) = if level.met(due, meeting.ends) {
        (Verdict::Kept, meeting.ends, due)
    } else if level.met(due, meeting.starts) {
        (Verdict::AtRisk, due, meeting.ends)
    } else {
        (Verdict::Breached, due, meeting.starts)
    };
    let by = level.counted_without(from, to, pauses);
    Ok(Prediction { due, meeting, verdict, by })
}
