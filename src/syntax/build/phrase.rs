//! Phrases: a keyword with its arguments.

use crate::syntax::ast::{Approver, Field, NoData, Outcome, OutcomeKind, Phrase, PhraseKind as P, Quorum};
use crate::syntax::grammar::{Node, Rule};
use crate::syntax::shape::Item;

use super::{Build, Parts};

impl<'t> Build<'t> {
    /// Builds the phrase that `node`, a `phrase` or `metric_clause`, holds, and adds it to `items`.
    pub(super) fn phrase(&mut self, node: Node<'t>, items: &mut Vec<Item>) {
        let Some(node) = node.into_inner().next() else { return };
        let rule = node.as_rule();
        let span = self.span(&node);
        let parts = Parts::of(node);
        if rule == Rule::group {
            let mut phrase = Phrase { span, kind: P::Otherwise };
            self.group(parts, &mut phrase);
            items.push(Item::Phrase(rule, phrase));
            return;
        }
        let otherwise = if rule == Rule::calendar_choice { parts.peek(Rule::otherwise) } else { None };
        let kind = self.kind(rule, parts);
        let Some(otherwise) = otherwise else {
            items.push(Item::Phrase(rule, Phrase { span, kind }));
            return;
        };
        // `calendar X otherwise` is one phrase of the grammar and two of the tree.
        let second = self.span(&otherwise);
        let first = match &kind {
            P::Calendar(code) => span.before().to(code.span),
            _ => span,
        };
        items.push(Item::Phrase(rule, Phrase { span: first, kind }));
        items.push(Item::Phrase(Rule::otherwise, Phrase { span: second, kind: P::Otherwise }));
    }

    fn kind(&mut self, rule: Rule, mut parts: Parts<'t>) -> P {
        let p = &mut parts;
        match rule {
            Rule::when => P::When(self.take_expr(p)),
            Rule::that => P::That(self.take_expr(p)),
            Rule::deny => P::Deny(self.take(p, Rule::code)),
            Rule::serves => P::Serves(self.take_words(p)),
            Rule::notify => P::Notify(self.take_words(p)),
            Rule::flag => P::Flag(self.take(p, Rule::code)),
            Rule::owner => P::Owner(self.take(p, Rule::name)),
            Rule::version => P::Version(match p.next().and_then(|_| p.next()) {
                Some(node) => self.word(node),
                None => self.take(p, Rule::digits),
            }),
            Rule::edition => P::Edition(self.take(p, Rule::digits)),
            Rule::zone => P::Zone(self.take(p, Rule::string)),
            Rule::calendar_choice => P::Calendar(self.take(p, Rule::code)),
            Rule::retain => P::Retain { span: self.take_time(p), after: self.take(p, Rule::name) },
            Rule::placeholders => P::Placeholders(self.take_words(p)),
            Rule::touches => P::Touches(self.take_path(p)),
            Rule::clause => P::Clause { code: self.take(p, Rule::code), title: self.take(p, Rule::title) },
            Rule::applies => P::Applies(self.take_expr(p)),
            Rule::risk => {
                let level = self.take(p, Rule::name);
                P::Risk { level, at_least: p.take(Rule::name).map(|node| self.word(node)) }
            }
            Rule::due => P::Due {
                limit: self.take_limit(p),
                from: self.take(p, Rule::name),
                to: self.take(p, Rule::name),
            },
            Rule::pauses => P::Pauses(self.take(p, Rule::name)),
            Rule::alert => {
                let percents = p.inside(Rule::percents).all(Rule::percent);
                let at = percents.map(|node| self.literal(node)).collect();
                P::Alert { at, to: self.take_words(p) }
            }
            Rule::review => P::Review {
                by: self.take(p, Rule::name),
                limit: self.take_limit(p),
                after: self.take(p, Rule::name),
                deny: self.take_deny(p),
            },
            Rule::allowed => P::Allowed(self.take_expr(p)),
            Rule::accept => P::Accept { by: self.take_approver(p), deny: self.take_deny(p) },
            Rule::becomes => P::Becomes(self.take(p, Rule::name)),
            Rule::field => P::Field(Box::new(self.field(parts))),
            Rule::approved => {
                P::Approved { by: self.take(p, Rule::name), on: self.take_literal(p, Rule::date) }
            }
            Rule::valid_entry => {
                P::ValidEntry { until: self.take_literal(p, Rule::date), deny: self.take_deny(p) }
            }
            Rule::suspend => P::Suspend {
                below: self.take_literal(p, Rule::percent),
                last: self.take_literal(p, Rule::digits),
                deny: self.take_deny(p),
            },
            Rule::runbook => P::Runbook(self.take(p, Rule::string)),
            Rule::affects => P::Affects(self.take_words(p)),
            Rule::for_ => P::For(self.take_expr(p)),
            Rule::band => {
                let level = self.take(p, Rule::name);
                let from = self.take_literal(p, Rule::digits);
                P::Band { level, from, to: p.take(Rule::digits).map(|node| self.literal(node)) }
            }
            Rule::gives => P::Gives(self.take(p, Rule::name)),
            Rule::approve => P::Approve(self.take_approver(p)),
            Rule::adds => P::Adds(self.take_literal(p, Rule::digits)),
            Rule::step => P::Step(self.take_literal(p, Rule::percent)),
            Rule::observed => P::Observed(self.take_literal(p, Rule::duration)),
            Rule::guard | Rule::rule_ | Rule::otherwise_rule | Rule::factor | Rule::seat | Rule::require => {
                let (name, title) = self.name_title(p);
                match rule {
                    Rule::guard => P::Guard { name, title },
                    Rule::rule_ => P::Rule { name, title },
                    Rule::otherwise_rule => P::OtherwiseRule { name, title },
                    Rule::factor => P::Factor { name, title },
                    Rule::seat => P::Seat { name, title },
                    _ => P::Require { name, title },
                }
            }
            _ => self.rarer_kind(rule, parts),
        }
    }

    fn rarer_kind(&mut self, rule: Rule, mut parts: Parts<'t>) -> P {
        let p = &mut parts;
        match rule {
            Rule::held => P::Held(self.take(p, Rule::name)),
            Rule::mandatory => P::Mandatory,
            Rule::seated => P::Seated(self.take_expr(p)),
            Rule::quorum => P::Quorum(match p.take(Rule::ratio) {
                Some(node) => {
                    let mut parts = Parts::of(node);
                    let numerator = self.take(&mut parts, Rule::digits);
                    Quorum::Ratio { numerator, denominator: self.take(&mut parts, Rule::digits) }
                }
                None => Quorum::Count(self.take(p, Rule::digits)),
            }),
            Rule::meets => {
                let day = self.take(p, Rule::name);
                let mut hours = p.inside(Rule::hours);
                let (from, to) = (self.take(&mut hours, Rule::clock), self.take(&mut hours, Rule::clock));
                P::Meets {
                    day,
                    from,
                    to,
                    closes_day: self.take(p, Rule::name),
                    closes_at: self.take(p, Rule::clock),
                }
            }
            Rule::votes => P::Votes(self.take_expr(p)),
            Rule::separate => P::Separate(self.take_words(p)),
            Rule::one_vote => P::OneVote,
            Rule::delegation => {
                P::Delegation { at_most: self.take_time(p), not_to: self.take(p, Rule::name) }
            }
            Rule::comment => P::Comment { deny: self.take_deny(p) },
            Rule::valid_approval => P::ValidApproval { until: self.take_path(p), at_most: self.take_time(p) },
            Rule::works => {
                let days = self.take_words(p);
                let mut hours = p.inside(Rule::hours);
                P::Works {
                    days,
                    from: self.take(&mut hours, Rule::clock),
                    to: self.take(&mut hours, Rule::clock),
                }
            }
            Rule::holiday => {
                P::Holiday { date: self.take_literal(p, Rule::date), title: self.take(p, Rule::title) }
            }
            Rule::freeze_window => P::FreezeWindow {
                from: self.take_literal(p, Rule::instant),
                to: self.take_literal(p, Rule::instant),
            },
            Rule::every => P::Every(self.take_literal(p, Rule::duration)),
            Rule::over => P::Over(self.take_literal(p, Rule::duration)),
            Rule::baseline => P::Baseline(self.take_literal(p, Rule::duration)),
            Rule::source => P::Source(self.take(p, Rule::name)),
            Rule::distinct => P::Distinct(self.take_path(p)),
            Rule::where_ => P::Where(self.take_expr(p)),
            Rule::numbered => P::Numbered,
            Rule::restore => P::Restore { limit: self.take_limit(p), deny: self.take_deny(p) },
            Rule::watch => P::Watch { from: self.take(p, Rule::name), until: self.take(p, Rule::name) },
            Rule::fires => P::Fires(self.take(p, Rule::code)),
            Rule::holding => P::Holding(self.take_literal(p, Rule::digits)),
            Rule::armed => P::Armed(self.take_path(p)),
            Rule::no_data => P::NoData(self.no_data(parts)),
            Rule::never => P::Never(self.take_expr(p)),
            Rule::always => P::Always(self.take_expr(p)),
            Rule::independent => P::Independent(self.take_words(p)),
            Rule::given => {
                let sample = self.take(p, Rule::name);
                let at = p.peek(Rule::instant);
                let with = parts.all(Rule::bind).map(|node| self.bind(node)).collect();
                let at = match at {
                    Some(node) => self.literal(node),
                    None => self.take_literal(&mut Parts::none(), Rule::instant),
                };
                P::Given { sample, with, at }
            }
            Rule::feed => {
                let metric = self.take(p, Rule::name);
                let baseline = p.take(Rule::literal).map(|node| self.literal(node));
                let then = p.take(Rule::series).map(|node| self.series(node)).unwrap_or_default();
                P::Feed { metric, baseline, then }
            }
            Rule::expect => P::Expect(parts.all(Rule::outcome).map(|node| self.outcome(node)).collect()),
            _ => P::Otherwise,
        }
    }

    fn take_deny(&mut self, parts: &mut Parts<'t>) -> crate::syntax::ast::Word {
        self.take(&mut parts.inside(Rule::deny), Rule::code)
    }

    /// Takes the next approver; `automatically` also stands alone.
    fn take_approver(&mut self, parts: &mut Parts<'t>) -> Approver {
        let mut parts = parts.inside(Rule::approver);
        if parts.has(Rule::K_board) {
            return Approver::Board(self.take(&mut parts, Rule::name));
        }
        let Some(node) = parts.take(Rule::some_of) else { return Approver::Automatically };
        let mut parts = Parts::of(node);
        if parts.has(Rule::K_any) {
            Approver::Any(self.take_words(&mut parts))
        } else if parts.has(Rule::K_all) {
            Approver::All(self.take_words(&mut parts))
        } else {
            let count = self.take(&mut parts, Rule::digits);
            Approver::Some(count, self.take_words(&mut parts))
        }
    }

    fn field(&mut self, mut parts: Parts<'t>) -> Field {
        let (name, title) = self.name_title(&mut parts);
        let ty = match parts.take(Rule::ty) {
            Some(node) => self.type_expr(node),
            None => crate::syntax::ast::TypeExpr {
                span: name.span,
                collection: None,
                name: name.clone(),
                range: None,
            },
        };
        let mut field = Field {
            name,
            title,
            ty,
            optional: false,
            editorial: false,
            personal: false,
            help: None,
            asked: None,
        };
        for mark in parts.all(Rule::field_mark) {
            let span = self.span(&mark);
            let Some(mark) = Parts::of(mark).next() else { continue };
            let twice = match mark.as_rule() {
                Rule::K_optional => std::mem::replace(&mut field.optional, true),
                Rule::K_editorial => std::mem::replace(&mut field.editorial, true),
                Rule::K_personal => std::mem::replace(&mut field.personal, true),
                Rule::help => {
                    let text = self.take(&mut Parts::of(mark), Rule::string);
                    field.help.replace(text).is_some()
                }
                _ => {
                    let when = self.take_expr(&mut Parts::of(mark));
                    field.asked.replace(when).is_some()
                }
            };
            if twice {
                self.mark_twice(span, &field.name.text);
            }
        }
        field
    }

    fn no_data(&mut self, mut parts: Parts<'t>) -> NoData {
        if parts.has(Rule::no_data_zero) {
            return NoData::Zero;
        }
        if let Some(node) = parts.take(Rule::no_data_twice) {
            let mut parts = Parts::of(node);
            return NoData::Twice {
                evaluations: self.take(&mut parts, Rule::digits),
                after: self.take_literal(&mut parts, Rule::duration),
                fires: self.take_fires(&mut parts),
            };
        }
        if let Some(node) = parts.take(Rule::no_data_late) {
            let mut parts = Parts::of(node);
            let after = self.take_literal(&mut parts, Rule::duration);
            return NoData::Late { after, fires: self.take_fires(&mut parts) };
        }
        NoData::Fires(self.take_fires(&mut parts))
    }

    fn take_fires(&mut self, parts: &mut Parts<'t>) -> crate::syntax::ast::Word {
        self.take(&mut parts.inside(Rule::fires), Rule::code)
    }

    fn outcome(&mut self, node: Node<'t>) -> Outcome {
        let span = self.span(&node);
        let Some(node) = node.into_inner().next() else {
            return Outcome { span, kind: OutcomeKind::NoRollback };
        };
        let rule = node.as_rule();
        let mut parts = Parts::of(node);
        let p = &mut parts;
        let kind = match rule {
            Rule::gate_denies => {
                let gate = self.take(p, Rule::name);
                let exactly = p.has(Rule::words);
                let codes = if exactly { self.take_words(p) } else { vec![self.take(p, Rule::code)] };
                OutcomeKind::GateDenies { gate, codes, exactly }
            }
            Rule::gate_allows => OutcomeKind::GateAllows { gate: self.take(p, Rule::name) },
            Rule::rolls_back => OutcomeKind::Rollback {
                code: self.take(p, Rule::code),
                rule: self.take(p, Rule::name),
                at: self.take_literal(p, Rule::duration),
            },
            Rule::blocked => OutcomeKind::Blocked { by: self.take(p, Rule::name) },
            Rule::has_code => OutcomeKind::Code(self.take(p, Rule::code)),
            Rule::has_flag => OutcomeKind::Flag(self.take(p, Rule::code)),
            Rule::are => OutcomeKind::Are { what: self.take(p, Rule::name), words: self.take_words(p) },
            Rule::becomes_value => {
                let what = self.take(p, Rule::name);
                let value = match p.next().and_then(|_| p.next()) {
                    Some(node) => self.word(node),
                    None => self.take(p, Rule::name),
                };
                OutcomeKind::Is { what, value, by: p.take(Rule::name).map(|node| self.word(node)) }
            }
            _ => OutcomeKind::NoRollback,
        };
        Outcome { span, kind }
    }
}
