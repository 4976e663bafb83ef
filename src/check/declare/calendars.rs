//! Working time and freezes.

use super::pass::{Pass, pick};
use super::zone;
use crate::check::expr::Phase;
use crate::check::typed::{Calendar, Freeze};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PhraseKind, Row};
use crate::text::Span;
use crate::value::{CivilDate, ClockTime, Period, Weekday};
use std::collections::BTreeMap;

/// Hours of one day, and where they are written.
type Hours = (ClockTime, ClockTime, Span);

impl<'a> Pass<'a> {
    pub(super) fn calendar(&mut self, declaration: &'a Declaration) -> Option<Calendar> {
        let Head::Calendar { code, title } = &declaration.head else { return None };
        let title = self.title(title);
        let zone = self.row(&declaration.rows, pick!(Zone(word)));
        let zone = zone.and_then(|(_, word)| zone::known(self, word));
        let mut works = Vec::new();
        let mut holidays = Vec::new();
        let mut open: BTreeMap<Weekday, Vec<Hours>> = BTreeMap::new();
        let mut free: BTreeMap<CivilDate, Span> = BTreeMap::new();
        for row in &declaration.rows {
            match &row.lead.kind {
                PhraseKind::Works { .. } => works.extend(self.works(row, &mut open)),
                PhraseKind::Holiday { date, title } => {
                    let title = self.title(title);
                    let Some(day) = self.date(date) else { continue };
                    if let Some(first) = free.insert(day, date.span) {
                        self.report(
                            Diagnostic::error(
                                Code::LISTED_TWICE,
                                date.span,
                                format!("{day} is a holiday twice"),
                            )
                            .related(first, "first listed here")
                            .help("delete one of them"),
                        );
                    }
                    holidays.push((day, title));
                }
                _ => {}
            }
        }
        Some(Calendar {
            span: declaration.span,
            code: code.text.clone(),
            title,
            works,
            holidays,
            zone: zone?,
        })
    }

    fn works(
        &mut self,
        row: &'a Row,
        open: &mut BTreeMap<Weekday, Vec<Hours>>,
    ) -> Option<(Vec<Weekday>, ClockTime, ClockTime)> {
        let PhraseKind::Works { days, from, to } = &row.lead.kind else { return None };
        self.distinct(days);
        let hours = self.hours(from, to);
        let span = from.span.to(to.span);
        let mut weekdays: Vec<Weekday> = days.iter().filter_map(|word| self.weekday(word)).collect();
        weekdays.sort_unstable();
        weekdays.dedup();
        if days.is_empty() {
            self.error(Code::OUT_OF_RANGE, row.span, "the row names no day");
        }
        let (start, end) = hours?;
        let mut overlap: Option<(Weekday, Span)> = None;
        for day in &weekdays {
            let known = open.entry(*day).or_default();
            if let Some((.., first)) = known.iter().find(|(from, to, _)| *from < end && start < *to) {
                overlap = overlap.or(Some((*day, *first)));
            }
            known.push((start, end, span));
        }
        if let Some((day, first)) = overlap {
            self.report(
                Diagnostic::error(
                    Code::OVERLAPPING_TIMES,
                    span,
                    format!("{} is open twice at the same time", day.word()),
                )
                .related(first, "the other hours")
                .help("write hours of one day that do not overlap"),
            );
        }
        Some((weekdays, start, end))
    }

    pub(super) fn freeze(&mut self, declaration: &'a Declaration) -> Option<Freeze> {
        let Head::Freeze { code, title } = &declaration.head else { return None };
        let title = self.title(title);
        let mut windows: Vec<(Period, Span)> = Vec::new();
        for row in &declaration.rows {
            let PhraseKind::FreezeWindow { from, to } = &row.lead.kind else { continue };
            let Some(window) = self.period(from, to) else { continue };
            if let Some((_, first)) = windows.iter().find(|(other, _)| other.overlaps(window)) {
                self.report(
                    Diagnostic::warning(
                        Code::OVERLAPPING_TIMES,
                        row.span,
                        format!("two windows of freeze `{}` overlap", code.text),
                    )
                    .related(*first, "the other window"),
                );
            }
            windows.push((window, row.span));
        }
        let when = self.row(&declaration.rows, pick!(When(expr)));
        let when = when.map(|(_, expr)| self.condition(expr, Phase::Freeze));
        let mut windows: Vec<Period> = windows.into_iter().map(|(window, _)| window).collect();
        windows.sort_unstable();
        Some(Freeze { span: declaration.span, code: code.text.clone(), title, windows, when })
    }
}
