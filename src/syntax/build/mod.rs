//! From pest's nodes to the tree: what the grammar reads broadly is checked here, and each finding says what to write.
//!
//! INVARIANT: the grammar decides which parts a node has. A part that is asked for and missing would be a fault of this
//! folder; it becomes an empty word, never a panic.

mod expr;
mod head;
mod phrase;
mod word;

pub(super) use word::snake;

use crate::diagnostic::Diagnostic;
use crate::text::{SourceId, Span};

use super::ast::{Declaration, PhraseKind, Row};
use super::grammar::{Node, Nodes, Rule, end_of};
use super::shape;

/// What the building of one file shares.
pub(super) struct Build<'t> {
    source: SourceId,
    /// The whole text of the file.
    text: &'t str,
    /// Where in the file the text that pest saw began.
    base: usize,
    /// How many `not` stand around the expression at work.
    nots: usize,
    /// What was found, in the order of finding.
    pub found: Vec<Diagnostic>,
}

impl<'t> Build<'t> {
    pub(super) fn new(source: SourceId, text: &'t str) -> Self {
        Self { source, text, base: 0, nots: 0, found: Vec::new() }
    }

    /// Says that the nodes to come are of the text from byte `base` on.
    pub(super) fn rebase(&mut self, base: usize) {
        self.base = base;
    }

    /// Returns the span of the bytes `start..end` of the file.
    pub(super) fn bytes(&self, start: usize, end: usize) -> Span {
        let clip = |at: usize| u32::try_from(at.min(self.text.len())).unwrap_or(u32::MAX);
        Span::new(self.source, clip(start), clip(end))
    }

    fn span(&self, node: &Node<'_>) -> Span {
        let start = self.base.saturating_add(node.as_span().start());
        self.bytes(start, self.base.saturating_add(end_of(node)))
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Builds the declarations of the rule `file` or `one_declaration`.
    pub(super) fn file(&mut self, nodes: Nodes<'t>) -> Vec<Declaration> {
        let declarations =
            nodes.flat_map(Node::into_inner).filter(|node| node.as_rule() == Rule::declaration);
        declarations.map(|node| self.declaration(node)).collect()
    }

    fn declaration(&mut self, node: Node<'t>) -> Declaration {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        if let Some(sample) = parts.take(Rule::sample) {
            return Declaration { span, head: self.sample(sample), rows: Vec::new(), damaged: false };
        }
        let Some(node) = parts.take(Rule::head) else { return self.nothing(span) };
        let (head, mut items) = self.head(node);
        let body = parts.take(Rule::body);
        let close = body.is_some();
        if let Some(body) = body {
            self.body(body, &mut items);
        }
        let (rows, damaged) = shape::rows_of_declaration(&head, span, items, close, &mut self.found);
        Declaration { span, head, rows, damaged }
    }

    fn nothing(&self, span: Span) -> Declaration {
        let head = super::ast::Head::Damaged { keyword: None, name: None };
        Declaration { span, head, rows: Vec::new(), damaged: true }
    }

    fn body(&mut self, body: Node<'t>, items: &mut Vec<shape::Item>) {
        for node in body.into_inner().filter(|node| node.as_rule() == Rule::phrase) {
            self.phrase(node, items);
        }
    }

    fn group_rows(&mut self, span: Span, body: Node<'t>) -> Vec<Row> {
        let mut items = Vec::new();
        self.body(body, &mut items);
        shape::rows_of_group(span, items, &mut self.found).0
    }

    /// Builds the binding that `nodes`, of the rule `one_bind`, begin with.
    pub(super) fn one_bind(&mut self, nodes: Nodes<'t>) -> Option<(super::ast::Binding, usize)> {
        let inner: Vec<Node<'t>> = nodes.flat_map(Node::into_inner).collect();
        let end = inner
            .iter()
            .rev()
            .find(|node| matches!(node.as_rule(), Rule::bind | Rule::P_comma))
            .map(end_of)?;
        let node = inner.into_iter().find(|node| node.as_rule() == Rule::bind)?;
        Some((self.bind(node), self.base.saturating_add(end)))
    }

    /// Builds the phrase that `nodes`, of the rule `one_phrase`, begin with; returns where it ends.
    pub(super) fn one_phrase(&mut self, nodes: Nodes<'t>, items: &mut Vec<shape::Item>) -> Option<usize> {
        let node = nodes.flat_map(Node::into_inner).find(|node| node.as_rule() == Rule::phrase)?;
        let end = self.base.saturating_add(end_of(&node));
        self.phrase(node, items);
        Some(end)
    }

    /// Builds the head that `nodes`, of the rule `one_head`, begin with; returns where it ends.
    pub(super) fn one_head(
        &mut self,
        nodes: Nodes<'t>,
    ) -> Option<(super::ast::Head, Vec<shape::Item>, usize)> {
        let mut found = nodes.flat_map(Node::into_inner);
        let node = found.find(|node| matches!(node.as_rule(), Rule::head | Rule::sample_head))?;
        let end = self.base.saturating_add(end_of(&node));
        if node.as_rule() == Rule::sample_head {
            return Some((self.sample_head(node, Vec::new()), Vec::new(), end));
        }
        let (head, items) = self.head(node);
        Some((head, items, end))
    }

    /// Builds the head of a group, of the rule `one_group`, with no rows yet; returns where it ends.
    pub(super) fn one_group(&mut self, nodes: Nodes<'t>) -> Option<(PhraseKind, usize)> {
        let node = nodes.flat_map(Node::into_inner).find(|node| node.as_rule() == Rule::group_head)?;
        let end = self.base.saturating_add(end_of(&node));
        Some((self.group_head(node, Vec::new()), end))
    }
}

/// The parts of a node, taken in order.
struct Parts<'t>(Option<Nodes<'t>>);

impl<'t> Parts<'t> {
    fn of(node: Node<'t>) -> Self {
        Self(Some(node.into_inner()))
    }

    fn none() -> Self {
        Self(None)
    }

    /// Takes the next part of this rule, and passes over what stands before it; takes nothing if there is none.
    fn take(&mut self, rule: Rule) -> Option<Node<'t>> {
        let mut ahead = self.0.clone()?;
        let found = ahead.find(|node| node.as_rule() == rule)?;
        self.0 = Some(ahead);
        Some(found)
    }

    /// Takes the first part of this rule that is to come, and its parts.
    fn inside(&mut self, rule: Rule) -> Self {
        self.take(rule).map_or_else(Self::none, Self::of)
    }

    /// Returns the next part of this rule without taking anything.
    fn peek(&self, rule: Rule) -> Option<Node<'t>> {
        self.0.clone()?.find(|node| node.as_rule() == rule)
    }

    /// Whether a part of this rule is still to come.
    fn has(&self, rule: Rule) -> bool {
        self.0.clone().is_some_and(|mut nodes| nodes.any(|node| node.as_rule() == rule))
    }

    /// Takes all parts of this rule that are to come, whatever stands between.
    fn all(self, rule: Rule) -> impl Iterator<Item = Node<'t>> {
        self.0.into_iter().flatten().filter(move |node| node.as_rule() == rule)
    }

    /// Takes the next part, whatever it is.
    fn next(&mut self) -> Option<Node<'t>> {
        self.0.as_mut()?.next()
    }
}
