//! When to submit, so that a board decides in time (S-75).

use super::CalendarError;
use super::level::ServiceLevel;
use super::meeting::{Board, Meeting};
use crate::value::{Duration, Instant};
use serde::Serialize;
use std::iter;

/// The most meetings that are looked at: a year of them.
const MOST_MEETINGS: usize = 53;

/// When a submission is decided in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Submissions {
    /// In these windows, in the order of time; at least one.
    Windows {
        /// The windows.
        windows: Vec<SubmissionWindow>,
    },
    /// Never: even what is submitted just before an agenda closes is due before the meeting starts.
    TooShort {
        /// The meeting that is missed by the least.
        meeting: Meeting,
        /// By how much counted time it is missed by a submission at the closing of its agenda. It is nothing where that
        /// would be in time, or late in closed time only, or late by a strict limit exactly.
        #[serde(rename = "by_ms")]
        by: Duration,
    },
}

/// The submissions that one meeting decides in time: from `from` up to, but not including, `before`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubmissionWindow {
    /// The meeting.
    pub meeting: Meeting,
    /// The first instant from which on a submission is not due before the meeting starts.
    pub from: Instant,
    /// When the meeting's agenda closes.
    pub before: Instant,
    /// The first instant of the window from which on a submission is not due before the meeting ends; `None` if none is.
    pub safe_from: Option<Instant>,
}

/// Returns when to submit from `now` on, so that one of the next `meetings` of the board decides in time: at least one
/// meeting is looked at and at most a year of them.
///
/// The time of the limit starts with the submission, and no pause is foreseen. A due instant never moves back when a
/// submission moves forward, so each boundary is found to the millisecond by halving. Only limits in years break that,
/// by a day after 29 February or by an hour where a clock goes back; there a boundary is one of several.
///
/// # Errors
/// [`CalendarError::NoMeeting`]; those of [`ServiceLevel::due`].
pub fn submissions(
    level: &ServiceLevel<'_>,
    board: &Board<'_>,
    now: Instant,
    meetings: usize,
) -> Result<Submissions, CalendarError> {
    let first = board.next_meeting(now)?;
    let coming = iter::successors(Some(first), |last| board.next_meeting(last.agenda_closes).ok());
    let mut agenda_opens = now;
    let mut windows = Vec::new();
    let mut nearest: Option<(Duration, Meeting)> = None;
    for meeting in coming.take(meetings.clamp(1, MOST_MEETINGS)) {
        let before = meeting.agenda_closes;
        if let Some(from) = first_in_time(level, agenda_opens, before, meeting.starts)? {
            let safe_from = first_in_time(level, from, before, meeting.ends)?;
            windows.push(SubmissionWindow { meeting, from, before, safe_from });
        } else {
            let by = level.counted_without(level.due_at(before, &[])?, meeting.starts, &[]);
            if nearest.as_ref().is_none_or(|(least, _)| by < *least) {
                nearest = Some((by, meeting));
            }
        }
        agenda_opens = before;
    }
    match nearest {
        Some((by, meeting)) if windows.is_empty() => Ok(Submissions::TooShort { meeting, by }),
        _ => Ok(Submissions::Windows { windows }),
    }
}

/// Returns the first instant from `from` on and before `before` from which on a submission is not due before `goal`: where one
/// is in time, all after it are.
fn first_in_time(
    level: &ServiceLevel<'_>,
    from: Instant,
    before: Instant,
    goal: Instant,
) -> Result<Option<Instant>, CalendarError> {
    let due = |at: Instant| level.due_at(at, &[]);
    let good = |at: Instant| Ok::<bool, CalendarError>(level.met(due(at)?, goal));
    let at = |ms| Instant::from_epoch_ms(ms).map_err(|_| CalendarError::OutOfRange);
    if good(from)? {
        return Ok(Some(from));
    }
    let (mut bad_ms, mut good_ms) = (from.epoch_ms(), before.epoch_ms().saturating_sub(1));
    if good_ms <= bad_ms || !good(at(good_ms)?)? {
        return Ok(None);
    }
    // What is submitted later by the counted time that is short is due later by as much: that is the boundary, or next to it.
    // Halving goes on from there, so that a guess that is wrong costs time and nothing else.
    let short = level.counted_without(due(from)?, goal, &[]);
    let likely = level.counted_after(from, short).map_or(good_ms, |likely| likely.epoch_ms());
    for guess_ms in [likely.saturating_sub(1), likely.saturating_add(1)] {
        if bad_ms < guess_ms && guess_ms < good_ms {
            match good(at(guess_ms)?)? {
                true => good_ms = guess_ms,
                false => bad_ms = guess_ms,
            }
        }
    }
    while good_ms.saturating_sub(bad_ms) > 1 {
        let middle_ms = i64::midpoint(bad_ms, good_ms);
        match good(at(middle_ms)?)? {
            true => good_ms = middle_ms,
            false => bad_ms = middle_ms,
        }
    }
    at(good_ms).map(Some)
}
