//! Service levels, reviews and approvals in time: from the policy's words to instants, with its calendars.

use super::event::{Due, Forecast, ReviewDuty};
use super::record::Change;
use super::refusal::Refusal;
use crate::calendar::{
    self, Board, Calendar, CalendarError, Day, Hours, Meeting, Pauses, ServiceLevel, Submissions, Weekly,
};
use crate::eval::{Approve, Decision, Time};
use crate::ir::{self, Ir, Name};
use crate::value::{Duration, Fixed, Instant, Limit, Period, SpanOfTime, Weekday};

/// How many coming meetings are looked at for the best time to submit.
const MEETINGS_AHEAD: usize = 4;

/// Returns the policy's calendar with this code.
pub(super) fn calendar(ir: &Ir, code: &str) -> Option<Calendar> {
    let declared = ir.calendars.iter().find(|calendar| *calendar.code == *code)?;
    let hours: Vec<Hours> =
        declared.works.iter().flat_map(|(days, from, to)| hours_of(days, *from, *to)).collect();
    let holidays = declared.holidays.iter().map(|(date, title)| (*date, title.to_string()));
    // The checker has refused hours that overlap and holidays listed twice.
    Calendar::new(&declared.zone, &hours, holidays).ok()
}

fn hours_of(
    days: &[Weekday],
    from: crate::value::ClockTime,
    to: crate::value::ClockTime,
) -> impl Iterator<Item = Hours> + '_ {
    days.iter().map(move |day| Hours { day: *day, from, to })
}

/// Returns the limit that a decision names.
fn limit(strict: bool, time: &Time) -> Limit {
    let time = match time {
        Time::Ms(time) => SpanOfTime::Fixed(*time),
        Time::BusinessDays(days) => SpanOfTime::BusinessDays(*days),
        Time::BusinessMs(time) => SpanOfTime::BusinessTime(*time),
        Time::Years(years) => SpanOfTime::Years(*years),
    };
    Limit { strict, time }
}

/// The service level of a change: its clock, where it starts and what it runs to.
pub(super) struct Level {
    calendar: Option<Calendar>,
    limit: Limit,
    zone: crate::value::Zone,
    from: Name,
    to: Name,
}

impl Level {
    /// Returns the service level that a decision gives; `None` if it gives none.
    pub(super) fn of(ir: &Ir, decision: &Decision) -> Option<Self> {
        let due = decision.due.as_ref()?;
        let calendar = due.calendar.as_deref().and_then(|code| calendar(ir, code));
        let limit = limit(due.strict, &due.time);
        Some(Self { calendar, limit, zone: ir.zone.clone(), from: due.from.clone(), to: due.to.clone() })
    }

    fn level(&self) -> Result<ServiceLevel<'_>, CalendarError> {
        ServiceLevel::new(self.limit.clone(), self.calendar.as_ref(), &self.zone)
    }

    /// Returns the milestone that it runs from.
    pub(super) fn from(&self) -> &str {
        &self.from
    }

    /// Returns the milestone that it runs to.
    pub(super) fn to(&self) -> &str {
        &self.to
    }

    /// Returns when it started for a change; `None` if it has not.
    pub(super) fn start(&self, change: &Change) -> Option<Instant> {
        match (&*self.from, change.service.counts_from) {
            ("submitted" | "completed", Some(from)) => Some(from),
            _ => change.milestones.at(&self.from),
        }
    }

    /// Returns when it starts for a change whose assessment is complete now; `None` if that does not start it.
    pub(super) fn start_if_complete(&self, change: &Change, now: Instant) -> Option<Instant> {
        match (&*self.from, change.service.counts_from) {
            ("completed", None) => Some(now),
            _ => self.start(change),
        }
    }

    /// Returns when it is due, counted from `start`; `None` while a pause lasts, and where the policy's calendar
    /// never opens.
    pub(super) fn due(&self, start: Instant, pauses: &Pauses) -> Option<Due> {
        let due = self.level().ok()?.due(start, pauses).ok()?;
        Some(Due { at: due.at()?, strict: self.limit.strict })
    }

    /// Returns when a share of the time is used.
    pub(super) fn at_share(&self, start: Instant, pauses: &Pauses, share: Fixed) -> Option<Instant> {
        self.level().ok()?.at_share(start, pauses, share).ok()?
    }

    /// Returns by how much the time is exceeded at an instant, in the time that counts.
    pub(super) fn overrun(&self, start: Instant, pauses: &Pauses, at: Instant) -> Option<Duration> {
        self.level().ok()?.overrun(start, pauses, at).ok()
    }

    /// Returns how much of the time is left at an instant.
    pub(super) fn left(&self, start: Instant, pauses: &Pauses, at: Instant) -> Option<Duration> {
        self.level().ok()?.left(start, pauses, at).ok()
    }

    /// Returns the account of the due time, day by day (D-20).
    pub(super) fn account(&self, start: Instant, pauses: &Pauses) -> Vec<Day> {
        self.level().ok().and_then(|level| level.account(start, pauses).ok()).unwrap_or_default()
    }

    /// Returns what the board's next meeting makes of a decision that is due, counted from `start` (S-73); `None`
    /// where no board decides, or where it may vote at any time.
    pub(super) fn forecast(&self, ir: &Ir, decision: &Decision, start: Instant) -> Option<Forecast> {
        if &*self.to != "decided" && &*self.to != "approved" {
            return None;
        }
        let meeting = next_meeting(ir, decision, start)?;
        let predicted = calendar::predict(&self.level().ok()?, start, &[], meeting).ok()?;
        let verdict = match predicted.verdict {
            calendar::Verdict::Kept => "kept",
            calendar::Verdict::AtRisk => "at_risk",
            calendar::Verdict::Breached => "breached",
        };
        Some(Forecast {
            meeting: Period::new(predicted.meeting.starts, predicted.meeting.ends).ok()?,
            verdict: Name::from(verdict),
            by_ms: predicted.by,
        })
    }

    /// Returns when to submit so that the board decides in time (S-75); `None` as for [`Self::forecast`].
    pub(super) fn submissions(&self, ir: &Ir, decision: &Decision, now: Instant) -> Option<Submissions> {
        with_board(ir, decision, |board| {
            calendar::submissions(&self.level().ok()?, board, now, MEETINGS_AHEAD).ok()
        })
    }
}

/// Returns the pauses of a change's service level.
pub(super) fn pauses(change: &Change) -> Pauses {
    Pauses { closed: change.service.pauses.clone(), since: change.service.paused_since }
}

/// Returns the pauses of a change's service level if it goes on at `now`.
pub(super) fn pauses_over(change: &Change, now: Instant) -> Pauses {
    let mut pauses = pauses(change);
    let since = pauses.since.take();
    pauses.closed.extend(since.and_then(|since| Period::new(since, now).ok()));
    pauses
}

/// Returns the meeting that takes up what is complete at an instant; `None` where no board that meets decides, or
/// where it may vote between its meetings.
pub(super) fn next_meeting(ir: &Ir, decision: &Decision, complete: Instant) -> Option<Meeting> {
    with_board(ir, decision, |board| board.next_meeting(complete).ok())
}

fn with_board<T>(ir: &Ir, decision: &Decision, then: impl FnOnce(&Board<'_>) -> Option<T>) -> Option<T> {
    let Approve::Board { board, votes_between_meetings: false, .. } = &decision.route.as_ref()?.approve
    else {
        return None;
    };
    let declared = ir.boards.iter().find(|declared| declared.name == *board)?;
    let ir::Meets { day, from, to, closes_day, closes_at } = *declared.meets.as_ref()?;
    let calendar = decision.due.as_ref().and_then(|due| calendar(ir, due.calendar.as_deref()?));
    let weekly = Weekly { day, from, to, closes_day, closes_at };
    then(&Board::new(weekly, &ir.zone, calendar.as_ref()).ok()?)
}

/// Says whether a board may vote at an instant on what was complete at another: during a meeting on whose agenda it
/// stands, or at any time if the policy lets it.
///
/// # Errors
/// `BOARD_NOT_IN_SESSION`, with the next meeting.
pub(super) fn in_session(
    ir: &Ir,
    decision: &Decision,
    complete: Instant,
    now: Instant,
) -> Result<(), Refusal> {
    let meeting = with_board(ir, decision, |board| {
        let mut meeting = board.next_meeting(complete).ok()?;
        // A meeting that is over did not decide; the next one takes it up again.
        while meeting.ends <= now {
            meeting = board.next_meeting(meeting.agenda_closes).ok()?;
        }
        Some(meeting)
    });
    match meeting {
        Some(meeting) if now < meeting.starts => Err(Refusal::new(
            "BOARD_NOT_IN_SESSION",
            format!(
                "the board takes this change up at its meeting from {} to {}",
                meeting.starts, meeting.ends
            ),
        )
        .help("vote during the meeting; the policy may let the board vote between its meetings")),
        _ => Ok(()),
    }
}

/// Returns the duty of a later review as the policy writes it.
pub(super) fn duty(review: &ir::Review, why: &Name) -> ReviewDuty {
    ReviewDuty {
        by: review.by.clone(),
        code: review.code.clone(),
        why: why.clone(),
        after: review.after.clone(),
        due: None,
        justified: None,
        overdue: false,
    }
}

/// Returns when a later review is due, counted from an instant, in the calendar of the change.
pub(super) fn review_due(
    ir: &Ir,
    decision: Option<&Decision>,
    duty: &ReviewDuty,
    from: Instant,
) -> Option<Due> {
    let of_class =
        ir.classes.iter().filter(|class| class.name == duty.why).filter_map(|class| class.review.as_ref());
    let of_exception = ir.exceptions.iter().filter(|it| it.name == duty.why).map(|it| &it.review);
    let review = of_class.chain(of_exception).next()?;
    let calendar = match decision.and_then(|decision| decision.due.as_ref()?.calendar.as_deref()) {
        Some(code) => calendar(ir, code),
        // A record without a request: the calendar that counts where no condition says otherwise.
        None => ir.calendar_choices.last().and_then(|choice| calendar(ir, &choice.calendar)),
    };
    let level = ServiceLevel::new(review.limit.clone(), calendar.as_ref(), &ir.zone).ok()?;
    let due = level.due(from, &Pauses::default()).ok()?;
    Some(Due { at: due.at()?, strict: review.limit.strict })
}

/// Returns the instant that a span of the policy ends at.
pub(super) fn after(
    ir: &Ir,
    calendar_code: Option<&str>,
    from: Instant,
    time: &SpanOfTime,
) -> Option<Instant> {
    let calendar = calendar_code.and_then(|code| calendar(ir, code));
    let limit = Limit { strict: false, time: time.clone() };
    ServiceLevel::new(limit, calendar.as_ref(), &ir.zone).ok()?.due(from, &Pauses::default()).ok()?.at()
}

impl Due {
    /// Says whether what happens at an instant is in time.
    pub fn met_at(&self, at: Instant) -> bool {
        if self.strict { at < self.at } else { at <= self.at }
    }
}
