//! What holds for every approval. Each line must be written: a line left out is an error, not a default (D-17).

use super::pass::{Pass, described, dotted, pick};
use crate::check::symbols::Place;
use crate::check::typed::{Approvals, Approver, Outcome, Table, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PathExpr, PhraseKind, Row, Word};
use crate::text::Span;

/// Who takes part in a change, of whom `separate` says which must be different people.
const PARTS: [&str; 3] = ["requester", "approver", "implementer"];

impl<'a> Pass<'a> {
    pub(super) fn approvals(&mut self, declaration: &'a Declaration) -> Option<Approvals> {
        if !matches!(declaration.head, Head::Approvals) {
            return None;
        }
        let separate = self.said(
            declaration,
            "separate",
            "who must be different people",
            "separate [requester, approver, implementer]",
            pick!(Separate(words)),
        );
        let separate = separate.map(|(row, words)| self.separate(words, row.lead.span));
        let one_vote = self.said(
            declaration,
            "one vote per person",
            "that nobody votes twice",
            "one vote per person",
            pick!(OneVote),
        );
        let delegation = self.said(
            declaration,
            "delegation",
            "how long a delegation may last",
            "delegation at most 30 days, not to requester, no chains",
            pick!(Delegation { at_most, not_to }),
        );
        let delegation = delegation
            .map(|(_, (at_most, not_to))| (self.span_of_time(at_most), self.fixed("part", &PARTS, not_to)));
        let comment = self.said(
            declaration,
            "comment on reject",
            "that a rejection gives its reason",
            "comment on reject deny COMMENT_REQUIRED",
            pick!(Comment { deny }),
        );
        let valid = self.said(
            declaration,
            "valid until",
            "when an approval lapses",
            "valid until planned.end, at most 30 days",
            pick!(ValidApproval { until, at_most }),
        );
        let valid = valid.map(|(_, (until, at_most))| (self.lapses(until), self.span_of_time(at_most)));
        let serves = self.row(&declaration.rows, pick!(Serves(words)));
        let serves = self.serves(serves.map(|(_, words)| words.as_slice()));
        one_vote?;
        let ((at_most, not_to), (until, valid_at_most)) = (delegation?, valid?);
        Some(Approvals {
            span: declaration.span,
            separate: separate?,
            delegation_at_most: at_most?,
            delegation_not_to: not_to?,
            comment_code: comment?.1.text.clone(),
            valid_until: until?,
            valid_at_most: valid_at_most?,
            serves,
        })
    }

    fn said<T>(
        &mut self,
        declaration: &'a Declaration,
        word: &str,
        why: &str,
        example: &str,
        pick: impl Fn(&'a PhraseKind) -> Option<T>,
    ) -> Option<(&'a Row, T)> {
        let found = self.row(&declaration.rows, pick);
        if found.is_none() && !declaration.damaged {
            let (_, place) = described(declaration);
            self.report(
                Diagnostic::error(
                    Code::APPROVALS_UNSAID,
                    place,
                    format!("`approvals` does not say {why}: `{word}` is left out"),
                )
                .help(format!("write `{example}`")),
            );
        }
        found
    }

    fn separate(&mut self, words: &'a [Word], span: Span) -> Vec<String> {
        self.distinct(words);
        let parts: Vec<String> = words.iter().filter_map(|word| self.fixed("part", &PARTS, word)).collect();
        let both = ["requester", "approver"].iter().all(|part| words.iter().any(|word| word.text == *part));
        if !both && parts.len() == words.len() {
            self.report(
                Diagnostic::warning(
                    Code::ONE_PERSON_ALONE,
                    span,
                    "whoever asks for a change could approve it alone",
                )
                .help("write `separate [requester, approver, implementer]`"),
            );
        }
        parts
    }

    /// An approval lapses at the edge of a period, or at an instant, of the request.
    fn lapses(&mut self, path: &PathExpr) -> Option<String> {
        let last = path.names.last()?;
        let text = dotted(path);
        let edge = if matches!(last.text.as_str(), "start" | "end") { text.rsplit_once('.') } else { None };
        if let Some((period, _)) = edge
            && let Some(Place::Field(field)) = self.symbols.place(period)
            && matches!(field.ty, Type::Period | Type::Damaged)
            && field.facts.is_none()
        {
            return Some(text);
        }
        let field = self.field(path)?;
        if matches!(field.ty, Type::Instant | Type::Damaged) && field.facts.is_none() {
            return Some(text);
        }
        self.report(
            Diagnostic::error(
                Code::WRONG_TYPE,
                path.span,
                format!("`{text}` is no point in time of the request"),
            )
            .help("name the end of a period, such as `planned.end`"),
        );
        None
    }

    /// A policy in which people decide says what holds for every approval.
    pub(super) fn approvals_are_declared(&mut self, declared: bool, route: &Table) {
        let people = route.rules.iter().chain(&route.otherwise).find(|rule| {
            matches!(&rule.gives, Outcome::Approve(Approver::Roles { .. } | Approver::Board(_)))
        });
        if let (false, Some(rule)) = (declared, people) {
            self.report(
                Diagnostic::error(
                    Code::APPROVALS_UNSAID,
                    rule.span,
                    format!("people decide on route `{}`, and the policy has no `approvals`", rule.id),
                )
                .help("declare `approvals { .. }` and say in it what holds for every approval"),
            );
        }
    }
}
