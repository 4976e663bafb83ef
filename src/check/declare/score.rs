//! The score that assesses the risk, and the canaries.

use super::names::Kind;
use super::pass::{Pass, pick};
use crate::check::expr::Phase;
use crate::check::typed::{Band, Canary, Factor, Score, Step};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, Literal, PhraseKind, Row, Word};
use crate::text::Span;
use crate::value::Fixed;

impl<'a> Pass<'a> {
    pub(super) fn score(&mut self, declaration: &'a Declaration) -> Option<Score> {
        let Head::Score { name, scale } = &declaration.head else { return None };
        let levels = self.ordered_type(scale);
        let mut factors = Vec::new();
        let mut most: Option<u32> = Some(0);
        for row in &declaration.rows {
            let PhraseKind::Factor { name, title } = &row.lead.kind else { continue };
            let factor = self.factor(row, name, title);
            most = most.zip(factor.as_ref()).and_then(|(sum, factor)| self.sum(sum, factor, row.span));
            factors.extend(factor);
        }
        let bands = self.bands(declaration, levels.as_deref(), &scale.text, most);
        levels?;
        Some(Score {
            span: declaration.span,
            name: name.text.clone(),
            scale: scale.text.clone(),
            factors,
            bands,
        })
    }

    fn factor(&mut self, row: &'a Row, name: &Word, title: &Word) -> Option<Factor> {
        let title = self.title(title);
        let owner = self.clause(row, pick!(Owner(word)));
        let serves = self.clause(row, pick!(Serves(words)));
        let owner = owner.and_then(|word| self.name(Kind::Role, word));
        let serves = self.serves(serves.map(Vec::as_slice));
        let adds = self.clause(row, pick!(Adds(literal)));
        let adds = adds.and_then(|literal| self.positive("what a factor adds", &literal.text, literal.span));
        let when = self.clause(row, pick!(When(expr)));
        let when = when.map(|expr| self.condition(expr, Phase::Score));
        let (adds, when) = (adds?, when?);
        Some(Factor { span: row.span, id: name.text.clone(), title, owner, adds, when, serves })
    }

    fn sum(&mut self, sum: u32, factor: &Factor, span: Span) -> Option<u32> {
        let total = sum.checked_add(factor.adds);
        if total.is_none() {
            self.error(Code::OVERFLOW, span, format!("the points of all factors exceed {}", u32::MAX));
        }
        total
    }

    /// Reads the bands: contiguous from 0, in the order of the scale, the last open. `most` are the points of all factors.
    fn bands(
        &mut self,
        declaration: &'a Declaration,
        levels: Option<&[String]>,
        scale: &str,
        most: Option<u32>,
    ) -> Vec<Band> {
        let mut bands: Vec<Band> = Vec::new();
        let mut last: Option<(usize, Span)> = None;
        let mut next: Option<u32> = Some(0);
        let mut contiguous = !declaration.damaged;
        for row in &declaration.rows {
            let PhraseKind::Band { level, from, to } = &row.lead.kind else { continue };
            let start = self.count(&from.text, from.span);
            let end = to.as_ref().map(|to| self.count(&to.text, to.span));
            let place = levels.and_then(|levels| self.level_of(levels, scale, level));
            if let (Some(place), Some((before, span))) = (place, last)
                && place <= before
            {
                self.report(
                    Diagnostic::error(
                        Code::BANDS_NOT_CONTIGUOUS,
                        level.span,
                        format!("band `{}` does not follow in the order of `{scale}`", level.text),
                    )
                    .related(span, "behind this one")
                    .help("more points give a higher level"),
                );
            }
            last = place.map(|place| (place, level.span)).or(last);
            let (Some(start), Some(end)) = (start, end.map_or(Some(None), |end| end.map(Some))) else {
                contiguous = false;
                continue;
            };
            if contiguous {
                contiguous = self.follows(row, from, start, end, next);
            }
            if most.is_some_and(|most| start > most) {
                self.report(
                    Diagnostic::warning(
                        Code::DEAD_RULE,
                        row.span,
                        format!("no request reaches band `{}`", level.text),
                    )
                    .label(format!("all factors together add {}", most.unwrap_or_default())),
                );
            }
            next = end.and_then(|end| end.checked_add(1));
            bands.push(Band { level: level.text.clone(), from: start, to: end });
        }
        if contiguous {
            self.last_band_is_open(declaration, bands.last());
        }
        bands
    }

    fn follows(
        &mut self,
        row: &Row,
        from: &Literal,
        start: u32,
        end: Option<u32>,
        next: Option<u32>,
    ) -> bool {
        match next {
            None => {
                self.report(
                    Diagnostic::error(
                        Code::BANDS_NOT_CONTIGUOUS,
                        row.span,
                        "the band before has no upper end, so nothing is left for this one",
                    )
                    .help("give the band before an upper end"),
                );
                return false;
            }
            Some(next) if next != start => {
                let what = if start > next { "leaves a gap" } else { "overlaps the band before" };
                self.report(
                    Diagnostic::error(
                        Code::BANDS_NOT_CONTIGUOUS,
                        from.span,
                        format!("the band starts at {start}, which {what}"),
                    )
                    .help_edit(
                        format!("start it at {next}"),
                        from.span,
                        next.to_string(),
                    ),
                );
                return false;
            }
            Some(_) => {}
        }
        if end.is_some_and(|end| end < start) {
            self.error(Code::EMPTY_RANGE, row.span, "the band ends before it starts");
            return false;
        }
        true
    }

    fn last_band_is_open(&mut self, declaration: &'a Declaration, last: Option<&Band>) {
        let (_, place) = super::pass::described(declaration);
        if let Some(Band { level, from, to: Some(to) }) = last {
            self.report(
                Diagnostic::error(
                    Code::BANDS_NOT_CONTIGUOUS,
                    place,
                    format!("a score of more than {to} points lies in no band"),
                )
                .help(format!("leave the last band open: `band {level} {from}..`")),
            );
        }
    }

    pub(super) fn canary(&mut self, declaration: &'a Declaration) -> Option<Canary> {
        let Head::Canary { name, title } = &declaration.head else { return None };
        let title = self.title(title);
        let when = self.row(&declaration.rows, pick!(When(expr)));
        let when = when.map(|(_, expr)| self.condition(expr, Phase::Obligations));
        let rows: Vec<(&'a Row, &'a Literal)> = declaration
            .rows
            .iter()
            .filter_map(|row| match &row.lead.kind {
                PhraseKind::Step(share) => Some((row, share)),
                _ => None,
            })
            .collect();
        let mut steps: Vec<Step> = Vec::new();
        for (number, (row, literal)) in (1..).zip(&rows) {
            let share = self.share(literal, 100);
            let observed = self.observed(row, literal, number == rows.len());
            let Some(share) = share else { continue };
            if steps.last().is_some_and(|before| before.share >= share) {
                self.report(
                    Diagnostic::error(
                        Code::STEPS_NOT_ASCENDING,
                        literal.span,
                        format!("`{}%` is not more than the step before", literal.text),
                    )
                    .help("steps ascend to 100%"),
                );
            }
            steps.push(Step { share, observed });
        }
        if steps.len() == rows.len() {
            self.last_step_is_whole(declaration, &steps);
        }
        Some(Canary { span: declaration.span, name: name.text.clone(), title, steps, when: when? })
    }

    fn observed(
        &mut self,
        row: &'a Row,
        step: &Literal,
        last: bool,
    ) -> Option<(crate::value::Duration, String)> {
        let observed = self.clause(row, pick!(Observed(literal)));
        let deny = self.clause(row, pick!(Deny(word)));
        match (observed, deny) {
            (Some(time), Some(code)) => {
                let time = self.duration(time)?;
                Some((time, code.text.clone()))
            }
            (Some(time), None) => {
                self.report(
                    Diagnostic::error(
                        Code::MISSING_CLAUSE,
                        time.span,
                        "the step does not say which code a later step gets when it comes too early",
                    )
                    .help("write `deny CANARY_WINDOW` behind the time"),
                );
                None
            }
            (None, _) => {
                if !last && !row.damaged {
                    self.report(
                        Diagnostic::error(
                            Code::MISSING_CLAUSE,
                            row.span,
                            format!("step `{}%` does not say how long it is watched", step.text),
                        )
                        .help("write `for at least 24 hours deny CANARY_WINDOW`"),
                    );
                }
                None
            }
        }
    }

    fn last_step_is_whole(&mut self, declaration: &'a Declaration, steps: &[Step]) {
        let whole = Fixed::from_int(100);
        if declaration.damaged
            || steps.is_empty()
            || steps.last().is_some_and(|step| Some(step.share) == whole)
        {
            return;
        }
        let (what, place) = super::pass::described(declaration);
        self.report(
            Diagnostic::error(
                Code::STEPS_NOT_ASCENDING,
                place,
                format!("the last step of {what} does not reach everyone"),
            )
            .help("end with `step 100%`"),
        );
    }
}
