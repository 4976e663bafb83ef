//! Written numbers, dates and times as values. What cannot be read is reported in the author's words.

use super::pass::Pass;
use crate::check::typed::{Limit, SpanOfTime};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, Literal, LiteralKind, Word};
use crate::text::Span;
use crate::value::{CivilDate, ClockTime, Duration, Fixed, Instant, Period, Weekday};
use std::str::FromStr;

/// The longest time that a limit may name, in years and in milliseconds: a hundred years of 366 days.
const LONGEST_YEARS: u32 = 100;
const LONGEST_MS: i64 = 100 * 366 * 24 * 3_600_000;

impl Pass<'_> {
    /// Returns a whole number in the digits of a word or literal.
    pub(super) fn count(&mut self, text: &str, span: Span) -> Option<u32> {
        let read = text.parse().ok();
        if read.is_none() {
            let message = format!("`{text}` is no whole number up to {}", u32::MAX);
            self.error(Code::BAD_NUMBER, span, message);
        }
        read
    }

    /// Returns a whole number that is at least 1.
    pub(super) fn positive(&mut self, what: &str, text: &str, span: Span) -> Option<u32> {
        let read = self.count(text, span)?;
        if read == 0 {
            self.error(Code::OUT_OF_RANGE, span, format!("{what} is at least 1"));
            return None;
        }
        Some(read)
    }

    /// Returns a percentage above 0 and at most `most`.
    pub(super) fn share(&mut self, literal: &Literal, most: i64) -> Option<Fixed> {
        let share: Fixed = self.parsed(Code::BAD_NUMBER, literal)?;
        let most = Fixed::from_int(most).unwrap_or(Fixed::MAX);
        if share <= Fixed::ZERO || share > most {
            let message = format!(
                "`{}%` is out of range: more than 0% and at most {most}% is needed here",
                literal.text
            );
            self.error(Code::OUT_OF_RANGE, literal.span, message);
            return None;
        }
        Some(share)
    }

    pub(super) fn date(&mut self, literal: &Literal) -> Option<CivilDate> {
        self.parsed(Code::BAD_DATE, literal)
    }

    pub(super) fn instant(&mut self, literal: &Literal) -> Option<Instant> {
        if literal.kind != LiteralKind::Instant {
            let message = format!("`{}` is no instant", literal.text);
            self.report(
                Diagnostic::error(Code::WRONG_TYPE, literal.span, message)
                    .help("write it as `2026-02-03T11:00+05:30`"),
            );
            return None;
        }
        self.parsed(Code::BAD_DATE, literal)
    }

    fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, code: Code, literal: &Literal) -> Option<T> {
        match literal.text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.error(code, literal.span, error.to_string());
                None
            }
        }
    }

    /// Returns a half-open period.
    pub(super) fn period(&mut self, from: &Literal, to: &Literal) -> Option<Period> {
        let (start, end) = (self.instant(from), self.instant(to));
        match Period::new(start?, end?) {
            Ok(period) => Some(period),
            Err(error) => {
                self.error(Code::EMPTY_RANGE, from.span.to(to.span), error.to_string());
                None
            }
        }
    }

    pub(super) fn weekday(&mut self, word: &Word) -> Option<Weekday> {
        let words = Weekday::ALL.map(Weekday::word);
        self.fixed("day", &words, word).and_then(|day| day.parse().ok())
    }

    /// Returns opening and closing time, half open.
    pub(super) fn hours(&mut self, from: &Word, to: &Word) -> Option<(ClockTime, ClockTime)> {
        let (start, end) = (self.clock(from), self.closing(to));
        let (start, end) = (start?, end?);
        if start >= end {
            let message = format!("`{}..{}` ends before it starts", from.text, to.text);
            self.report(
                Diagnostic::error(Code::EMPTY_RANGE, from.span.to(to.span), message)
                    .help("write a stretch over midnight as two: up to `24:00` and from `00:00`"),
            );
            return None;
        }
        Some((start, end))
    }

    pub(super) fn clock(&mut self, word: &Word) -> Option<ClockTime> {
        self.clock_by(word, ClockTime::from_str)
    }

    fn closing(&mut self, word: &Word) -> Option<ClockTime> {
        self.clock_by(word, ClockTime::parse_end)
    }

    fn clock_by<E: std::fmt::Display>(
        &mut self,
        word: &Word,
        read: impl Fn(&str) -> Result<ClockTime, E>,
    ) -> Option<ClockTime> {
        match read(&word.text) {
            Ok(time) => Some(time),
            Err(error) => {
                self.error(Code::BAD_DATE, word.span, error.to_string());
                None
            }
        }
    }

    /// Returns a duration literal, longer than nothing.
    pub(super) fn duration(&mut self, literal: &Literal) -> Option<Duration> {
        let LiteralKind::Duration(unit) = literal.kind else {
            self.error(Code::WRONG_TYPE, literal.span, "a duration such as `5 minutes` is needed here");
            return None;
        };
        let ms = literal.text.parse().ok().and_then(|count: i64| count.checked_mul(unit_ms(unit)?));
        self.length(ms, &format!("{} {unit}", literal.text), literal.span)
    }

    /// Returns a limit with its side.
    pub(super) fn limit(&mut self, limit: &ast::Limit) -> Option<Limit> {
        Some(Limit { strict: limit.strict, time: self.span_of_time(&limit.time)? })
    }

    /// Returns a length of time; business time needs a calendar to have a length.
    pub(super) fn span_of_time(&mut self, written: &ast::SpanOfTime) -> Option<SpanOfTime> {
        let unit = written.unit.as_str();
        let text =
            format!("{} {}{unit}", written.count.text, if written.business { "business " } else { "" });
        if written.business && self.names.all(super::names::Kind::Calendar).next().is_none() {
            self.report(
                Diagnostic::error(
                    Code::MISSING_DECLARATION,
                    written.span,
                    format!("`{text}` needs a calendar, and the policy declares none"),
                )
                .help("declare a `calendar`, or leave out `business`"),
            );
            return None;
        }
        match (unit, written.business) {
            ("days", true) => {
                let days = self.positive("a limit", &written.count.text, written.count.span)?;
                self.bounded(days, LONGEST_YEARS.saturating_mul(366), &text, written.span)
                    .map(SpanOfTime::BusinessDays)
            }
            ("years", _) => {
                let years = self.positive("a limit", &written.count.text, written.count.span)?;
                self.bounded(years, LONGEST_YEARS, &text, written.span).map(SpanOfTime::Years)
            }
            _ => {
                let count = written.count.text.parse().ok();
                let ms = count.and_then(|count: i64| count.checked_mul(unit_ms(unit)?));
                let length = self.length(ms, &text, written.span)?;
                Some(if written.business {
                    SpanOfTime::BusinessTime(length)
                } else {
                    SpanOfTime::Fixed(length)
                })
            }
        }
    }

    fn bounded(&mut self, count: u32, most: u32, text: &str, span: Span) -> Option<u32> {
        if count > most {
            self.error(Code::OUT_OF_RANGE, span, format!("`{text}` is longer than {LONGEST_YEARS} years"));
            return None;
        }
        Some(count)
    }

    fn length(&mut self, ms: Option<i64>, text: &str, span: Span) -> Option<Duration> {
        match ms {
            Some(ms) if ms > 0 && ms <= LONGEST_MS => Some(Duration::from_ms(ms)),
            Some(0) => {
                self.error(Code::OUT_OF_RANGE, span, format!("`{text}` is no time at all"));
                None
            }
            _ => {
                let message = format!("`{text}` is longer than {LONGEST_YEARS} years");
                self.error(Code::OUT_OF_RANGE, span, message);
                None
            }
        }
    }
}

/// Returns the milliseconds of a unit in the plural; a fixed day has 24 hours.
fn unit_ms(unit: &str) -> Option<i64> {
    match unit {
        "milliseconds" => Some(1),
        "seconds" => Some(1_000),
        "minutes" => Some(60_000),
        "hours" => Some(3_600_000),
        "days" => Some(86_400_000),
        _ => None,
    }
}
