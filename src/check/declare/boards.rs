//! Roles, boards and their seats.
//!
//! An approval that nobody or one accidental vote satisfies is refused or warned of (D-17); a seat or quorum that cannot be
//! filled is refused, never waited for (S-120).

use super::names::Kind;
use super::pass::{Pass, pick};
use crate::check::expr::Phase;
use crate::check::typed::{Approver, Board, Meets, Outcome, Quorum, Role, Seat, Table};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, Declaration, Head, PhraseKind, Row, Word};
use crate::text::Span;
use crate::value::Ratio;
use std::collections::BTreeMap;

impl<'a> Pass<'a> {
    pub(super) fn role(&mut self, declaration: &Declaration) -> Option<Role> {
        let Head::Role { name, title, on_call } = &declaration.head else { return None };
        Some(Role {
            span: declaration.span,
            name: name.text.clone(),
            title: self.title(title),
            on_call: *on_call,
        })
    }

    pub(super) fn board(&mut self, declaration: &'a Declaration) -> Option<Board> {
        let Head::Board { name, title } = &declaration.head else { return None };
        let title = self.title(title);
        let mut seats: Vec<Seat> = Vec::new();
        let mut places: BTreeMap<&'a str, Span> = BTreeMap::new();
        let mut holders: BTreeMap<&'a str, &'a Row> = BTreeMap::new();
        for row in &declaration.rows {
            let PhraseKind::Seat { name, title } = &row.lead.kind else { continue };
            if let Some(first) = places.insert(&name.text, name.span) {
                self.report(
                    Diagnostic::error(
                        Code::DUPLICATE_NAME,
                        name.span,
                        format!("seat `{}` is declared twice", name.text),
                    )
                    .related(first, "first declared here")
                    .help("give one of them another name"),
                );
            }
            seats.extend(self.seat(row, name, title, &mut holders));
        }
        let quorum = self.row(&declaration.rows, pick!(Quorum(quorum)));
        let quorum_span = quorum.map(|(row, _)| row.lead.span);
        let quorum = quorum.and_then(|(row, quorum)| self.quorum(quorum, row.lead.span));
        if let (Some(quorum), Some(span)) = (&quorum, quorum_span)
            && seats.len() == places.len()
            && !places.is_empty()
            && !declaration.damaged
        {
            self.quorum_is_possible(&name.text, &seats, quorum, span);
        }
        let meets = self.one_row(&declaration.rows, "meets", |phrase| match phrase {
            PhraseKind::Meets { .. } => Some(phrase),
            _ => None,
        });
        let votes = self.row(&declaration.rows, pick!(Votes(expr)));
        let votes = votes.map(|(_, expr)| self.condition(expr, Phase::Obligations));
        Some(Board {
            span: declaration.span,
            name: name.text.clone(),
            title,
            seats,
            meets: meets.and_then(|(_, phrase)| self.meets(phrase)),
            votes_between: votes,
            quorum: quorum?,
        })
    }

    fn seat(
        &mut self,
        row: &'a Row,
        name: &'a Word,
        title: &Word,
        holders: &mut BTreeMap<&'a str, &'a Row>,
    ) -> Option<Seat> {
        let question = self.title(title);
        let held = self.clause(row, pick!(Held(word)));
        let mandatory = self.clause(row, pick!(Mandatory)).is_some();
        let seated = self.clause(row, pick!(Seated(expr)));
        let seated_when = seated.map(|expr| self.condition(expr, Phase::Route));
        let held_by = held.and_then(|word| self.name(Kind::Role, word));
        if let (Some(word), Some(_)) = (held, &held_by)
            && let Some(first) = holders.insert(&word.text, row)
        {
            self.report(
                Diagnostic::warning(
                    Code::IMPOSSIBLE_SEAT,
                    word.span,
                    format!("role `{}` holds two seats, and each person has one vote", word.text),
                )
                .related(first.lead.span, "the other seat")
                .help("give one of the seats to another role"),
            );
        }
        Some(Seat {
            span: row.span,
            id: name.text.clone(),
            question,
            held_by: held_by?,
            mandatory,
            seated_when,
        })
    }

    fn quorum(&mut self, quorum: &ast::Quorum, span: Span) -> Option<Quorum> {
        match quorum {
            ast::Quorum::Count(word) => self.count(&word.text, word.span).map(Quorum::Count),
            ast::Quorum::Ratio { numerator, denominator } => {
                let numbers = (
                    self.count(&numerator.text, numerator.span),
                    self.count(&denominator.text, denominator.span),
                );
                let (numerator, denominator) = (numbers.0?, numbers.1?);
                match Ratio::new(numerator, denominator) {
                    Ok(ratio) => Some(Quorum::Share(ratio)),
                    Err(_) => {
                        self.report(
                            Diagnostic::error(
                                Code::IMPOSSIBLE_QUORUM,
                                span,
                                format!(
                                    "`{numerator}/{denominator}` of the seats is nobody, or more than all"
                                ),
                            )
                            .help("write a share such as `2/3`"),
                        );
                        None
                    }
                }
            }
        }
    }

    /// Judges the quorum by the fewest seats that a change can seat.
    fn quorum_is_possible(&mut self, board: &str, seats: &[Seat], quorum: &Quorum, span: Span) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let always = seats.iter().filter(|seat| seat.seated_when.is_none());
        let fewest = number(always.clone().count());
        let vetoes = number(always.filter(|seat| seat.mandatory).count());
        if fewest == 0 {
            self.report(
                Diagnostic::error(
                    Code::IMPOSSIBLE_QUORUM,
                    span,
                    format!("board `{board}` can have no seat at all, and then nobody's vote is its quorum"),
                )
                .label("every seat is seated only under a condition")
                .help("let at least two seats exist for each change: leave out their `seated when`"),
            );
            return;
        }
        let votes = match quorum {
            Quorum::Count(0) => {
                self.report(
                    Diagnostic::error(
                        Code::IMPOSSIBLE_QUORUM,
                        span,
                        format!("board `{board}` approves without a single vote"),
                    )
                    .help("ask for at least 2 seats, or for a share such as `2/3`"),
                );
                return;
            }
            Quorum::Count(count) if *count > fewest => {
                let message = if *count > number(seats.len()) {
                    format!("board `{board}` has {} seats, and its quorum is {count}", seats.len())
                } else {
                    format!(
                        "board `{board}` can be left with {fewest} of its {} seats, and its quorum is {count}",
                        seats.len()
                    )
                };
                self.report(
                    Diagnostic::error(Code::IMPOSSIBLE_QUORUM, span, message)
                        .help(format!("ask for at most {fewest}, or for a share such as `2/3`")),
                );
                return;
            }
            Quorum::Count(count) => *count,
            Quorum::Share(ratio) => ratio.ceil_of(fewest),
        };
        if votes.max(vetoes) == 1 {
            self.report(
                Diagnostic::warning(
                    Code::ONE_PERSON_ALONE,
                    span,
                    format!("one person alone can be the quorum of board `{board}`"),
                )
                .label(format!("for a change that seats {fewest}, one vote is enough"))
                .help("ask for at least 2 seats, or for a larger share"),
            );
        }
    }

    fn meets(&mut self, phrase: &PhraseKind) -> Option<Meets> {
        let PhraseKind::Meets { day, from, to, closes_day, closes_at } = phrase else { return None };
        let (day, hours) = (self.weekday(day), self.hours(from, to));
        let (closes_day, closes_at) = (self.weekday(closes_day), self.clock(closes_at));
        let (from, to) = hours?;
        Some(Meets { day: day?, from, to, closes_day: closes_day?, closes_at: closes_at? })
    }

    /// Returns who approves. Nobody, or more roles than are named, is refused.
    pub(super) fn approver(&mut self, approver: &'a ast::Approver, span: Span) -> Option<Approver> {
        let (count, words) = match approver {
            ast::Approver::Automatically => return Some(Approver::Automatically),
            ast::Approver::Board(word) => return self.name(Kind::Board, word).map(Approver::Board),
            ast::Approver::Any(words) => (Some(1), words),
            ast::Approver::All(words) => (u32::try_from(words.len()).ok(), words),
            ast::Approver::Some(count, words) => (self.count(&count.text, count.span), words),
        };
        let roles = self.list(&[Kind::Role], &[], words);
        let count = count?;
        if words.is_empty() {
            self.report(
                Diagnostic::error(Code::IMPOSSIBLE_QUORUM, span, "no role is named that could approve")
                    .help("name roles, or write `approve automatically`"),
            );
            return None;
        }
        if count == 0 {
            self.report(
                Diagnostic::error(Code::IMPOSSIBLE_QUORUM, span, "`0 of` is satisfied without a single vote")
                    .help("ask for at least `1 of`, or write `approve automatically`"),
            );
            return None;
        }
        if usize::try_from(count).unwrap_or(usize::MAX) > words.len() {
            let message = format!("`{count} of` asks for more roles than the {} named", words.len());
            self.report(
                Diagnostic::error(Code::IMPOSSIBLE_QUORUM, span, message)
                    .help(format!("ask for at most `{} of`, or name more roles", words.len())),
            );
            return None;
        }
        Some(Approver::Roles { count, roles })
    }

    /// Warns of routes on which one person decides, unless a promise says where they may not be taken.
    pub(super) fn one_person_routes(&mut self, route: &Table, declarations: &[&'a Declaration]) {
        for rule in route.rules.iter().chain(&route.otherwise) {
            let Outcome::Approve(Approver::Roles { count: 1, roles }) = &rule.gives else { continue };
            let bounded = declarations.iter().flat_map(|declaration| &declaration.rows).any(
                |row| matches!(&row.lead.kind, PhraseKind::Never(expr) if super::walk::names(expr, &rule.id)),
            );
            if bounded {
                continue;
            }
            let who = match roles.as_slice() {
                [role] => format!("`{role}` decides alone"),
                _ => "any one of the roles decides alone".to_owned(),
            };
            self.report(
                Diagnostic::warning(
                    Code::ONE_PERSON_ALONE,
                    rule.span,
                    format!("on route `{}` {who}", rule.id),
                )
                .help(format!(
                    "ask for two roles, or promise where one is not enough: `never route is {} when risk >= high`",
                    rule.id
                )),
            );
        }
    }
}
