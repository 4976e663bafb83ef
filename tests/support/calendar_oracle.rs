//! Counts working time minute by minute, over local times that chrono-tz tells, and compares.

use chrono::{DateTime, NaiveDate, Timelike};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tollgate::calendar::{
    Board, Calendar, CalendarError, Day, Due, Hours, Pauses, ServiceLevel, Submissions, Uncounted, Verdict,
    Weekly, predict, submissions,
};
use tollgate::value::{
    CivilDate, ClockTime, Duration, Fixed, Instant, Limit, Period, SpanOfTime, Weekday, Zone,
};

const MINUTE_MS: i64 = 60_000;
const MINUTES: usize = 13 * 1440;

/// Zones with the day on which each stretch of 13 days starts: clocks change in most, by an hour, half an hour or a day,
/// at night, at midnight, and over midnight.
const STRETCHES: [(&str, &str); 14] = [
    ("Asia/Kolkata", "2026-01-21"),
    ("UTC", "2028-02-25"),
    ("America/New_York", "2026-03-05"),
    ("America/New_York", "2026-10-29"),
    ("Europe/London", "2026-03-26"),
    ("Europe/London", "2026-10-22"),
    ("Australia/Lord_Howe", "2026-04-02"),
    ("Australia/Lord_Howe", "2026-10-01"),
    ("America/Havana", "2026-03-05"),
    ("America/Havana", "2026-10-29"),
    ("America/Sao_Paulo", "2018-02-14"),
    ("America/Sao_Paulo", "2018-11-01"),
    ("America/St_Johns", "2006-10-26"),
    ("Pacific/Apia", "2011-12-27"),
];

/// A stretch of minutes, and what the clock shows at each: days since 1900, and minutes of the day.
struct Stretch {
    name: &'static str,
    first: CivilDate,
    start_ms: i64,
    shown: Vec<(i64, i64)>,
}

static KNOWN: LazyLock<Vec<Stretch>> = LazyLock::new(|| STRETCHES.into_iter().map(stretch).collect());

fn stretch((name, first): (&'static str, &str)) -> Stretch {
    let tz: Tz = name.parse().unwrap();
    let start: Instant = format!("{first}T00:00Z").parse().unwrap();
    let shown = |minute| {
        let at = DateTime::from_timestamp_millis(start.epoch_ms() + minute * MINUTE_MS).unwrap();
        let local = at.with_timezone(&tz).naive_local();
        let days = local.date() - NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
        (days.num_days(), i64::from(local.hour() * 60 + local.minute()))
    };
    let shown = (0..MINUTES as i64).map(shown).collect();
    Stretch { name, first: first.parse().unwrap(), start_ms: start.epoch_ms(), shown }
}

impl Stretch {
    fn at(&self, minute: usize, ms: i64) -> Instant {
        Instant::from_epoch_ms(self.start_ms + minute as i64 * MINUTE_MS + ms).unwrap()
    }

    /// Whether each minute is open: hours last from the first minute that shows their start or later to the last that
    /// shows less than their end, but start when no minute of the day before comes any more.
    fn open(&self, plan: &Plan) -> Vec<bool> {
        let mut open = vec![false; MINUTES];
        for days in -1..=14 {
            let date = self.first.checked_add_days(days).unwrap();
            if plan.holidays.contains(&days) {
                continue;
            }
            let day = date.days_since(CivilDate::MIN);
            for hours in plan.hours.iter().filter(|hours| hours.day == date.weekday()) {
                let (from, to) = (i64::from(hours.from.minutes()), i64::from(hours.to.minutes()));
                let first = self.shown.iter().position(|shown| *shown >= (day, from));
                let yesterday = self.shown.iter().rposition(|shown| *shown < (day, 0));
                let first = first.max(yesterday.map(|minute| minute + 1));
                let last = self.shown.iter().rposition(|shown| *shown < (day, to));
                if let (Some(first), Some(last)) = (first, last) {
                    open[first.min(last + 1)..=last].fill(true);
                }
            }
        }
        open
    }
}

/// A calendar and a clock that runs in it.
#[derive(Debug, Clone)]
struct Plan {
    stretch: usize,
    hours: Vec<Hours>,
    /// In days after the first.
    holidays: BTreeSet<i64>,
    start: (usize, i64),
    /// From which minute on for how many.
    pauses: Vec<(usize, usize)>,
    since: Option<usize>,
    work_ms: i64,
}

impl Plan {
    fn calendar(&self) -> Calendar {
        let stretch = &KNOWN[self.stretch];
        let date = |days: &i64| (stretch.first.checked_add_days(*days).unwrap(), "Holiday".to_owned());
        Calendar::new(&self.zone(), &self.hours, self.holidays.iter().map(date)).unwrap()
    }

    fn zone(&self) -> Zone {
        Zone::named(KNOWN[self.stretch].name).unwrap()
    }

    fn pauses(&self) -> Pauses {
        let stretch = &KNOWN[self.stretch];
        let pause = |(from, minutes): &(usize, usize)| {
            Period::new(stretch.at(*from, 0), stretch.at(from + minutes, 0)).unwrap()
        };
        Pauses {
            closed: self.pauses.iter().map(pause).collect(),
            since: self.since.map(|minute| stretch.at(minute, 0)),
        }
    }

    /// Takes the minutes of pauses away.
    fn running(&self, mut open: Vec<bool>) -> Vec<bool> {
        for (from, minutes) in &self.pauses {
            open[*from.min(&MINUTES)..(from + minutes).min(MINUTES)].fill(false);
        }
        open[self.since.unwrap_or(MINUTES).min(MINUTES)..].fill(false);
        open
    }

    /// The instant at which the work is done, counting minutes, if that is within the stretch.
    fn done(&self, running: &[bool]) -> Option<Instant> {
        let (stretch, mut left) = (&KNOWN[self.stretch], self.work_ms);
        if left == 0 {
            return Some(stretch.at(self.start.0, self.start.1));
        }
        for (minute, _) in running.iter().enumerate().skip(self.start.0).filter(|(_, counts)| **counts) {
            let from_ms = if minute == self.start.0 { self.start.1 } else { 0 };
            if left <= MINUTE_MS - from_ms {
                return Some(stretch.at(minute, from_ms + left));
            }
            left -= MINUTE_MS - from_ms;
        }
        None
    }
}

fn clock(minutes: i64) -> ClockTime {
    ClockTime::parse_end(&format!("{:02}:{:02}", minutes / 60, minutes % 60)).unwrap()
}

/// Up to three hours a day that share no minute: pairs of some sorted half hours.
fn hours() -> impl Strategy<Value = Vec<Hours>> {
    let day = prop_oneof![
        2 => Just(vec![18, 36]),
        1 => Just(vec![]),
        1 => Just(vec![0, 48]),
        4 => proptest::sample::subsequence((0..=48).collect::<Vec<i64>>(), 0..=6),
        2 => proptest::sample::subsequence((0..=7).chain([46, 47, 48]).collect::<Vec<i64>>(), 2..=6),
    ];
    proptest::collection::vec(day, 7).prop_map(|week| {
        let of_day = |(day, times): (Weekday, Vec<i64>)| {
            let pairs: Vec<Hours> = times
                .chunks_exact(2)
                .map(|pair| Hours { day, from: clock(pair[0] * 30), to: clock(pair[1] * 30) })
                .collect();
            pairs
        };
        Weekday::ALL.into_iter().zip(week).flat_map(of_day).collect()
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let start = (1440..6 * 1440_usize, prop_oneof![2 => Just(0), 1 => 0..MINUTE_MS]);
    // Half hours meet openings and closings, other minutes do not.
    let start = prop_oneof![start.clone(), start.prop_map(|(minute, _)| (minute / 30 * 30, 0))];
    let work = prop_oneof![1 => Just(0), 5 => (0..90_i64).prop_map(|halves| halves * 30 * MINUTE_MS), 3 => 0..170_000_000_i64];
    let pauses = proptest::collection::vec((0..10 * 1440_usize, 1..2000_usize), 0..4);
    let since = prop_oneof![3 => Just(None), 1 => (0..10 * 1440_usize).prop_map(Some)];
    let holidays = proptest::collection::btree_set(0..13_i64, 0..3);
    (0..STRETCHES.len(), hours(), holidays, start, pauses, since, work).prop_map(
        |(stretch, hours, holidays, start, pauses, since, work_ms)| Plan {
            stretch,
            hours,
            holidays,
            start,
            pauses,
            since,
            work_ms,
        },
    )
}

/// The account of a level adds up: each day by itself, and all days to the time or to what passed of it.
fn adds_up(level: &ServiceLevel<'_>, start: Instant, pauses: &Pauses) -> Result<(), CalendarError> {
    let (days, time) = (level.account(start, pauses)?, level.time(start)?);
    let left = match level.due(start, pauses)? {
        Due::At { .. } => 0,
        Due::Paused { left, .. } => left.ms(),
    };
    assert_eq!(days.last().expect("a day").total.ms(), time.ms() - left);
    assert_eq!(days.iter().map(|day| day.counted.ms()).sum::<i64>(), time.ms() - left);
    for day in &days {
        let open: i64 = day.open.iter().map(|open| open.length().ms()).sum();
        assert_eq!(day.counted.ms() + day.uncounted.iter().map(uncounted_ms).sum::<i64>(), open, "{day:?}");
        assert_eq!(day.open.is_empty(), closed(day), "{day:?}");
    }
    assert!(days.is_sorted_by(|day, next| day.date < next.date));
    Ok(())
}

fn closed(day: &Day) -> bool {
    matches!(*day.uncounted, [Uncounted::NotWorking | Uncounted::Holiday { .. } | Uncounted::ClockChange])
}

fn uncounted_ms(why: &Uncounted) -> i64 {
    match why {
        Uncounted::NotWorking | Uncounted::Holiday { .. } | Uncounted::ClockChange => 0,
        Uncounted::BeforeStart { time } | Uncounted::Paused { time } | Uncounted::AfterDue { time } => {
            assert!(*time > Duration::ZERO);
            time.ms()
        }
    }
}

fn never_open(error: &CalendarError) -> bool {
    matches!(error, CalendarError::NeverOpen { .. })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn open_time_is_what_counting_minutes_gives(plan in plan()) {
        let (stretch, calendar, pauses) = (&KNOWN[plan.stretch], plan.calendar(), plan.pauses());
        let open = stretch.open(&plan);
        // The first and the last day of the stretch are not all seen by the zone's clock.
        for days in 1..12 {
            let date = stretch.first.checked_add_days(days).unwrap();
            let found = calendar.open_on(date);
            prop_assert!(found.is_sorted_by(|period, next| period.end() <= next.start()));
        }
        let from = 1440..12 * 1440;
        let mut found = vec![false; MINUTES];
        for date in (-1..15).map(|days| stretch.first.checked_add_days(days).unwrap()) {
            for period in calendar.open_on(date) {
                let minute = |at: Instant| ((at.epoch_ms() - stretch.start_ms) / MINUTE_MS).clamp(0, MINUTES as i64) as usize;
                for open in &mut found[minute(period.start())..minute(period.end())] {
                    prop_assert!(!*open, "no minute is open twice");
                    *open = true;
                }
            }
        }
        prop_assert_eq!(&found[from.clone()], &open[from]);

        let start = stretch.at(plan.start.0, plan.start.1);
        let work = Duration::from_ms(plan.work_ms);
        let limit = |time| Limit { strict: false, time };
        let business = ServiceLevel::new(limit(SpanOfTime::BusinessTime(work)), Some(&calendar), &Zone::UTC).unwrap();
        let zone = plan.zone();
        let elapsed = ServiceLevel::new(limit(SpanOfTime::Fixed(work)), None, &zone).unwrap();
        for (level, running) in [(&business, plan.running(open)), (&elapsed, plan.running(vec![true; MINUTES]))] {
            let due = level.due(start, &pauses);
            match plan.done(&running) {
                // What is counted to the last minutes of the stretch may lack the hours that reach over its end.
                Some(done) if done < stretch.at(12 * 1440, 0) => {
                    prop_assert_eq!(due.clone(), Ok(Due::At { at: done, strict: false }));
                    prop_assert_eq!(level.counted(start, done, &pauses), work);
                    prop_assert_eq!(level.left(start, &pauses, done), Ok(Duration::ZERO));
                    prop_assert_eq!(level.overrun(start, &pauses, done), Ok(Duration::ZERO));
                    if let Some(before) = done.checked_sub(Duration::from_ms(1)).filter(|_| plan.work_ms > 0) {
                        prop_assert_eq!(level.left(start, &pauses, before), Ok(Duration::from_ms(1)));
                    }
                }
                _ => match due {
                    Ok(Due::At { at, .. }) => prop_assert!(at >= stretch.at(12 * 1440, 0)),
                    Ok(Due::Paused { since, left }) => {
                        prop_assert_eq!(Some(left), work.checked_sub(level.counted(start, since, &pauses)));
                        prop_assert!(left > Duration::ZERO);
                    }
                    Err(ref error) => prop_assert!(never_open(error)),
                },
            }
            if level.due(start, &pauses).is_ok() {
                prop_assert_eq!(adds_up(level, start, &pauses), Ok(()));
                let half = level.at_share(start, &pauses, Fixed::from_int(50).unwrap()).unwrap();
                if let Some(half) = half {
                    let needed = Duration::from_ms(plan.work_ms - plan.work_ms / 2);
                    prop_assert_eq!(level.counted(start, half, &pauses), needed);
                }
                let later = start.checked_add(Duration::from_ms(MINUTE_MS * 77)).unwrap();
                if let (Some(at), Ok(Some(later))) =
                    (level.due(start, &pauses).unwrap().at(), level.due(later, &pauses).map(|due| due.at()))
                {
                    prop_assert!(at <= later);
                }
            }
        }
    }

    #[test]
    fn submissions_are_those_that_are_predicted_to_be_kept(
        plan in plan(), strict in any::<bool>(), meets in 0..7_usize, closes in 0..7_usize, from in 0..47_i64,
        closes_at in 0..=48_i64,
    ) {
        let (stretch, calendar) = (&KNOWN[plan.stretch], plan.calendar());
        let weekly = Weekly {
            day: Weekday::ALL[meets], from: clock(from * 30), to: clock(from * 30 + 30),
            closes_day: Weekday::ALL[closes], closes_at: clock(closes_at * 30),
        };
        let board = Board::new(weekly, &plan.zone(), Some(&calendar)).unwrap();
        let time = SpanOfTime::BusinessTime(Duration::from_ms(plan.work_ms));
        let level = ServiceLevel::new(Limit { strict, time }, Some(&calendar), &Zone::UTC).unwrap();
        let now = stretch.at(plan.start.0, plan.start.1);
        let verdict = |at: i64| {
            let at = Instant::from_epoch_ms(at).unwrap();
            predict(&level, at, &[], board.next_meeting(at).unwrap()).unwrap().verdict
        };
        match submissions(&level, &board, now, 3) {
            Ok(Submissions::Windows { windows }) => {
                prop_assert!(!windows.is_empty());
                for window in windows {
                    let (from, before) = (window.from.epoch_ms(), window.before.epoch_ms());
                    prop_assert!(now <= window.from && from < before);
                    prop_assert_eq!(&board.next_meeting(window.from).unwrap().starts, &window.meeting.starts);
                    prop_assert_ne!(verdict(from), Verdict::Breached);
                    prop_assert_ne!(verdict(before - 1), Verdict::Breached);
                    let earlier = Instant::from_epoch_ms(from - 1).unwrap();
                    let same = board.next_meeting(earlier).unwrap().starts == window.meeting.starts;
                    if now <= earlier && same {
                        prop_assert_eq!(verdict(from - 1), Verdict::Breached);
                    }
                    match window.safe_from.map(Instant::epoch_ms) {
                        Some(safe) => {
                            prop_assert_eq!(verdict(safe), Verdict::Kept);
                            if safe > from {
                                prop_assert_eq!(verdict(safe - 1), Verdict::AtRisk);
                            }
                        }
                        None => prop_assert_eq!(verdict(before - 1), Verdict::AtRisk),
                    }
                }
            }
            Ok(Submissions::TooShort { .. }) => {
                let first = board.next_meeting(now).unwrap();
                prop_assert_eq!(verdict(first.agenda_closes.epoch_ms() - 1), Verdict::Breached);
            }
            Err(error) => prop_assert!(never_open(&error)),
        }
    }
}
