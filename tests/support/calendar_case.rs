//! A case of `tests/data/calendar`: what lines set, and what lines ask.

use std::fmt::{Display, Write};
use tollgate::calendar::{
    Board, Calendar, CalendarError, Day, Due, Hours, Meeting, Pauses, ServiceLevel, Submissions, Uncounted,
    Weekly, free_windows, predict, shared, submissions,
};
use tollgate::value::{
    CivilDate, ClockTime, Duration, Fixed, Instant, Limit, Period, SpanOfTime, Weekday, Zone,
};

/// What the lines of a case have set so far.
#[derive(Default)]
pub struct Case {
    zone: Option<Zone>,
    hours: Vec<Hours>,
    holidays: Vec<(CivilDate, String)>,
    limit: Option<Limit>,
    start: Option<Instant>,
    pauses: Pauses,
    weekly: Option<Weekly>,
    on_holidays: bool,
    named: Vec<(String, Period)>,
    no_calendar: bool,
}

impl Case {
    /// Takes in a line such as `works monday..friday 09:00..18:00`.
    pub fn set(&mut self, line: &str) {
        let (key, rest) = line.split_once(' ').unwrap();
        match key {
            "zone" => self.zone = Some(Zone::named(rest).expect("a zone")),
            // Another calendar for the same change.
            "region" => {
                self.set(&format!("zone {rest}"));
                (self.hours, self.holidays) = (Vec::new(), Vec::new());
            }
            "works" => {
                let (days, hours) = rest.split_once(' ').unwrap();
                let (first, last) = days.split_once("..").unwrap_or((days, days));
                let (first, last): (Weekday, Weekday) = (first.parse().unwrap(), last.parse().unwrap());
                let (from, to) = clocks(hours);
                let days = Weekday::ALL.into_iter().filter(|day| (first..=last).contains(day));
                self.hours.extend(days.map(|day| Hours { day, from, to }));
            }
            "holiday" => {
                let (date, title) = rest.split_once(' ').unwrap();
                self.holidays.push((date.parse().unwrap(), title.to_owned()));
            }
            "closed" => {
                let [first, "to", last] = *words(rest) else { panic!("{rest}") };
                let (first, last): (CivilDate, CivilDate) = (first.parse().unwrap(), last.parse().unwrap());
                let dates = (0..=last.days_since(first)).map(|days| first.checked_add_days(days).unwrap());
                self.holidays.extend(dates.map(|date| (date, "Closed".to_owned())));
            }
            "under" => self.limit = Some(Limit { strict: true, time: span(rest) }),
            "within" => self.limit = Some(Limit { strict: false, time: span(rest) }),
            "start" => self.start = Some(rest.parse().unwrap()),
            "pause" => self.pauses.closed.push(period(rest)),
            "paused" => self.pauses.since = Some(rest.strip_prefix("since ").unwrap().parse().unwrap()),
            "meets" => {
                let [day, hours, "closes", closes_day, closes_at] = *words(rest) else { panic!("{rest}") };
                let ((from, to), closes_at) = (clocks(hours), ClockTime::parse_end(closes_at).unwrap());
                let (day, closes_day) = (day.parse().unwrap(), closes_day.parse().unwrap());
                self.weekly = Some(Weekly { day, from, to, closes_day, closes_at });
            }
            "busy" => {
                let (name, times) = rest.split_once(' ').unwrap();
                self.named.push((name.to_owned(), period(times)));
            }
            _ => match line {
                "no calendar" => self.no_calendar = true,
                "board meets on holidays" => self.on_holidays = true,
                _ => panic!("nothing is set by `{line}`"),
            },
        }
    }

    /// Answers a question such as `due`.
    pub fn ask(&self, question: &str) -> Result<String, CalendarError> {
        let zone = self.zone.as_ref().expect("a zone");
        let calendar = Calendar::new(zone, &self.hours, self.holidays.clone())?;
        let (key, rest) = question.split_once(' ').unwrap_or((question, ""));
        match key {
            "hours" if rest.is_empty() => return Ok("fine".to_owned()),
            "open" => {
                return Ok(list(
                    calendar.open_on(rest.parse().unwrap()).into_iter().map(|open| self.stretch(open)),
                ));
            }
            "business" if rest == "day" => return Ok(calendar.business_day().to_string()),
            "open-time" => {
                let (from, to) = rest.split_once(" to ").unwrap();
                let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
                return Ok(calendar.open_time(from, to, &self.pauses.closed).to_string());
            }
            "after" => {
                let SpanOfTime::Fixed(work) = span(rest) else { panic!("{rest}") };
                return Ok(self.shown(calendar.after(self.start(), work, &self.pauses.closed)?));
            }
            "shared" => {
                let shared = shared(period(rest), &self.named).into_iter();
                return Ok(list(shared.map(|(name, period)| format!("{name} {}", self.stretch(period)))));
            }
            "free" => {
                let (times, at_least) = rest.split_once(" for ").unwrap();
                let SpanOfTime::Fixed(at_least) = span(at_least) else { panic!("{rest}") };
                let busy: Vec<Period> = self.named.iter().map(|(_, period)| *period).collect();
                let free = free_windows(period(times), &busy, at_least).into_iter();
                return Ok(list(free.map(|window| self.stretch(window))));
            }
            _ => {}
        }
        if key == "meeting" {
            return self
                .board(&calendar)?
                .next_meeting(rest.parse().unwrap())
                .map(|meeting| self.meeting(&meeting));
        }
        let limit = self.limit.clone().expect("a limit");
        let level = ServiceLevel::new(limit, (!self.no_calendar).then_some(&calendar), zone)?;
        if let Some(meetings) = question.strip_prefix("submissions ") {
            let found =
                submissions(&level, &self.board(&calendar)?, self.start(), meetings.parse().unwrap())?;
            return Ok(self.submissions(&found));
        }
        let (start, pauses) = (self.start(), &self.pauses);
        let meeting = || self.board(&calendar)?.next_meeting(start);
        Ok(match (key, rest) {
            ("due", "") => match level.due(start, pauses)? {
                Due::At { at, .. } => self.shown(at),
                Due::Paused { since, left } => format!("paused since {}, {left} left", self.shown(since)),
            },
            ("met", at) => match level.due(start, pauses)?.met_at(at.parse().unwrap()) {
                true => "yes".to_owned(),
                false => "no".to_owned(),
            },
            ("share", share) => {
                let at = level.at_share(start, pauses, share.parse::<Fixed>().unwrap())?;
                at.map_or("not known".to_owned(), |at| self.shown(at))
            }
            ("left", at) => level.left(start, pauses, at.parse().unwrap())?.to_string(),
            ("overrun", at) => level.overrun(start, pauses, at.parse().unwrap())?.to_string(),
            ("account", "") => {
                let days = level.account(start, pauses)?;
                days.iter().map(told).collect::<Vec<_>>().join("\n")
            }
            ("predict", "") => {
                let found = predict(&level, start, &pauses.closed, meeting()?)?;
                let verdict = format!("{:?}", found.verdict).to_lowercase();
                format!(
                    "{verdict} by {}, due {}, board {}",
                    found.by,
                    self.shown(found.due),
                    self.shown(found.meeting.starts)
                )
            }
            ("json", "due") => json(&level.due(start, pauses)?),
            ("json", "account") => json(&level.account(start, pauses)?),
            ("json", "predict") => json(&predict(&level, start, &pauses.closed, meeting()?)?),
            ("json", "submissions") => json(&submissions(&level, &self.board(&calendar)?, start, 1)?),
            _ => panic!("nothing is asked by `{question}`"),
        })
    }

    fn start(&self) -> Instant {
        self.start.expect("a start")
    }

    fn board<'a>(&self, calendar: &'a Calendar) -> Result<Board<'a>, CalendarError> {
        let weekly = self.weekly.expect("a meeting");
        Board::new(weekly, self.zone.as_ref().unwrap(), (!self.on_holidays).then_some(calendar))
    }

    /// The weekday, the local time and the offset.
    fn shown(&self, instant: Instant) -> String {
        let zone = self.zone.as_ref().unwrap();
        let offset_s = i64::from(zone.offset_seconds(instant));
        let local = Instant::from_epoch_ms(instant.epoch_ms() + offset_s * 1000).unwrap().to_string();
        let local = local.trim_end_matches('Z').to_owned();
        let date: CivilDate = local[..10].parse().unwrap();
        let local = local.strip_suffix(":00").unwrap_or(&local);
        let (sign, minutes) = (if offset_s < 0 { '-' } else { '+' }, offset_s.abs() / 60);
        format!("{} {local}{sign}{:02}:{:02}", &date.weekday().word()[..3], minutes / 60, minutes % 60)
    }

    fn stretch(&self, period: Period) -> String {
        format!("{} to {}", self.shown(period.start()), self.shown(period.end()))
    }

    fn meeting(&self, meeting: &Meeting) -> String {
        let Meeting { agenda_closes, starts, ends, skipped } = meeting;
        let mut text = format!("{} to {}", self.shown(*starts), self.shown(*ends));
        write!(text, ", agenda to {}", self.shown(*agenda_closes)).unwrap();
        for skipped in skipped {
            write!(text, ", not {} ({})", skipped.date, skipped.holiday).unwrap();
        }
        text
    }

    fn submissions(&self, found: &Submissions) -> String {
        match found {
            Submissions::TooShort { meeting, by } => {
                format!("never: too short by {by} for {}", self.shown(meeting.starts))
            }
            Submissions::Windows { windows } => list(windows.iter().map(|window| {
                let safe = window
                    .safe_from
                    .map_or("never safe".to_owned(), |at| format!("safe from {}", self.shown(at)));
                format!("{} to {}, {safe}", self.shown(window.from), self.shown(window.before))
            })),
        }
    }
}

/// `fri 2026-02-06: 1 hour, 1 hour in all; 8 hours before the start`
fn told(day: &Day) -> String {
    let mut text =
        format!("{} {}: {}, {} in all", &day.weekday.word()[..3], day.date, day.counted, day.total);
    for why in &day.uncounted {
        let why = match why {
            Uncounted::NotWorking => "not working".to_owned(),
            Uncounted::Holiday { title } => title.clone(),
            Uncounted::ClockChange => "clock change".to_owned(),
            Uncounted::BeforeStart { time } => format!("{time} before the start"),
            Uncounted::Paused { time } => format!("{time} paused"),
            Uncounted::AfterDue { time } => format!("{time} after"),
        };
        write!(text, "; {why}").unwrap();
    }
    text
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

fn list(texts: impl Iterator<Item = impl Display>) -> String {
    let texts: Vec<String> = texts.map(|text| text.to_string()).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join("\n") }
}

fn words(text: &str) -> Box<[&str]> {
    text.split(' ').collect()
}

fn clocks(text: &str) -> (ClockTime, ClockTime) {
    let (from, to) = text.split_once("..").expect("HH:MM..HH:MM");
    (from.parse().unwrap(), ClockTime::parse_end(to).unwrap())
}

fn period(text: &str) -> Period {
    let (from, to) = text.split_once(" to ").expect("INSTANT to INSTANT");
    Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

fn span(text: &str) -> SpanOfTime {
    let time = |count: &str, unit_ms: i64| Duration::from_ms(count.parse::<i64>().unwrap() * unit_ms);
    match *words(text) {
        [count, "business", "days"] => SpanOfTime::BusinessDays(count.parse().unwrap()),
        [count, "business", "hours"] => SpanOfTime::BusinessTime(time(count, 3_600_000)),
        [count, "business", "ms"] => SpanOfTime::BusinessTime(time(count, 1)),
        [count, "years"] => SpanOfTime::Years(count.parse().unwrap()),
        [count, "hours"] => SpanOfTime::Fixed(time(count, 3_600_000)),
        [count, "minutes"] => SpanOfTime::Fixed(time(count, 60_000)),
        [count, "ms"] => SpanOfTime::Fixed(time(count, 1)),
        _ => panic!("no time: {text}"),
    }
}
