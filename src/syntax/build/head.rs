//! Heads of declarations, and samples.

use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{
    Binding, BoundValue, Expr, ExprKind, Head, HitPolicy, Phrase, PhraseKind, Variant, Word,
};
use crate::syntax::grammar::{Node, Rule};
use crate::syntax::shape::Item;

use super::{Build, Parts};

impl<'t> Build<'t> {
    /// Builds a head; the clauses of a `metric` come back as phrases.
    pub(super) fn head(&mut self, node: Node<'t>) -> (Head, Vec<Item>) {
        let Some(node) = node.into_inner().next() else {
            return (Head::Damaged { keyword: None, name: None }, Vec::new());
        };
        let rule = node.as_rule();
        let mut items = Vec::new();
        let mut parts = Parts::of(node);
        let p = &mut parts;
        let head = match rule {
            Rule::policy => Head::Policy { code: self.take(p, Rule::code), title: self.take(p, Rule::title) },
            Rule::switch => {
                let (name, title) = self.name_title(p);
                Head::Switch { name, title, on: p.has(Rule::K_on) }
            }
            Rule::regime => Head::Regime { code: self.take(p, Rule::code), title: self.take(p, Rule::title) },
            Rule::class => {
                let (name, title) = self.name_title(p);
                Head::Class { name, title }
            }
            Rule::exception => {
                let (name, title) = self.name_title(p);
                Head::Exception { name, title }
            }
            Rule::type_decl => self.type_decl(parts),
            Rule::let_decl => Head::Let { name: self.take(p, Rule::name), value: self.take_expr(p) },
            Rule::request => Head::Request,
            Rule::facts => {
                let (name, title) = self.name_title(p);
                Head::Facts { name, title, from: self.take(p, Rule::name) }
            }
            Rule::entry => Head::Entry { code: self.take(p, Rule::code), title: self.take(p, Rule::title) },
            Rule::rule_block => self.rule_block(parts),
            Rule::score => Head::Score { name: self.take(p, Rule::name), scale: self.take(p, Rule::typ) },
            Rule::canary => {
                let (name, title) = self.name_title(p);
                Head::Canary { name, title }
            }
            Rule::role => {
                let (name, title) = self.name_title(p);
                Head::Role { name, title, on_call: p.has(Rule::on_call) }
            }
            Rule::board => {
                let (name, title) = self.name_title(p);
                Head::Board { name, title }
            }
            Rule::approvals => Head::Approvals,
            Rule::calendar => {
                Head::Calendar { code: self.take(p, Rule::code), title: self.take(p, Rule::title) }
            }
            Rule::freeze => Head::Freeze { code: self.take(p, Rule::code), title: self.take(p, Rule::title) },
            Rule::gate => Head::Gate { name: self.take(p, Rule::name) },
            Rule::metric => self.metric(parts, &mut items),
            Rule::rollback => Head::Rollback,
            Rule::promise => {
                let (name, title) = self.name_title(p);
                Head::Promise { name, title }
            }
            Rule::test => {
                let (name, title) = self.name_title(p);
                Head::Test { name, title }
            }
            _ => Head::Damaged { keyword: None, name: None },
        };
        (head, items)
    }

    /// Takes the next `name "Title"` of `parts`.
    pub(super) fn name_title(&mut self, parts: &mut Parts<'t>) -> (Word, Word) {
        (self.take(parts, Rule::name), self.take(parts, Rule::title))
    }

    fn rule_block(&mut self, mut parts: Parts<'t>) -> Head {
        let keyword = parts.next().map(|node| node.as_rule());
        let hit =
            if parts.inside(Rule::hit).has(Rule::K_unique) { HitPolicy::Unique } else { HitPolicy::First };
        match keyword {
            Some(Rule::K_scope) => Head::Scope { hit },
            Some(Rule::K_classify) => Head::Classify { hit },
            _ => Head::Route { hit },
        }
    }

    fn metric(&mut self, mut parts: Parts<'t>, items: &mut Vec<Item>) -> Head {
        let (name, title) = self.name_title(&mut parts);
        let shape = self.take(&mut parts, Rule::shape);
        let ty = parts.take(Rule::ty).map(|node| self.type_expr(node));
        for node in parts.all(Rule::metric_clause) {
            self.phrase(node, items);
        }
        Head::Metric { name, title, shape, ty }
    }

    fn type_decl(&mut self, mut parts: Parts<'t>) -> Head {
        let name = self.take(&mut parts, Rule::typ);
        let mut variants = Vec::new();
        let mut ordered = None;
        let mut mixed = false;
        while let Some(node) = parts.next() {
            match node.as_rule() {
                Rule::variant => {
                    let (name, title) = self.name_title(&mut Parts::of(node));
                    variants.push(Variant { name, title });
                }
                Rule::variant_sep => {
                    let span = self.span(&node);
                    let this = self.slice(span) == "<";
                    if *ordered.get_or_insert(this) != this && !mixed {
                        mixed = true;
                        let message = format!("`{}` joins values with both `|` and `<`", name.text);
                        self.found.push(Diagnostic::error(Code::MIXED_SEPARATORS, span, message).help(
                            "write `<` between all values if they have an order, `|` between all if not",
                        ));
                    }
                }
                _ => {}
            }
        }
        Head::Type { name, variants, ordered: ordered.unwrap_or(false) }
    }

    pub(super) fn sample(&mut self, node: Node<'t>) -> Head {
        let mut parts = Parts::of(node);
        let head = parts.take(Rule::sample_head);
        let bindings = parts.all(Rule::bind).map(|node| self.bind(node)).collect();
        match head {
            Some(head) => self.sample_head(head, bindings),
            None => Head::Damaged { keyword: None, name: None },
        }
    }

    pub(super) fn sample_head(&mut self, node: Node<'t>, bindings: Vec<Binding>) -> Head {
        let mut parts = Parts::of(node);
        let name = self.take(&mut parts, Rule::name);
        Head::Sample { name, like: parts.take(Rule::name).map(|node| self.word(node)), bindings }
    }

    pub(super) fn bind(&mut self, node: Node<'t>) -> Binding {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let path = self.take_path(&mut parts);
        let value = match parts.inside(Rule::value).next() {
            Some(node) => self.bound_value(node),
            None => BoundValue::Missing(span),
        };
        Binding { span, path, value }
    }

    fn bound_value(&mut self, node: Node<'t>) -> BoundValue {
        let span = self.span(&node);
        match node.as_rule() {
            Rule::period => {
                let mut parts = Parts::of(node);
                let from = self.take_literal(&mut parts, Rule::instant);
                BoundValue::Period { from, to: self.take_literal(&mut parts, Rule::instant) }
            }
            Rule::record => {
                BoundValue::Record(Parts::of(node).all(Rule::bind).map(|node| self.bind(node)).collect())
            }
            Rule::list => BoundValue::List(span, self.list(node)),
            Rule::item => BoundValue::Item(self.item(node)),
            _ => BoundValue::Missing(span),
        }
    }

    pub(super) fn list(&mut self, node: Node<'t>) -> Vec<Expr> {
        Parts::of(node).all(Rule::item).map(|node| self.item(node)).collect()
    }

    /// The values of a series; none where one is missing.
    pub(super) fn series(&mut self, node: Node<'t>) -> Vec<Option<Expr>> {
        let values = Parts::of(node).all(Rule::measured);
        values.map(|node| Parts::of(node).take(Rule::item).map(|node| self.item(node))).collect()
    }

    fn item(&mut self, node: Node<'t>) -> Expr {
        let span = self.span(&node);
        let kind = match Parts::of(node).next() {
            Some(node) if node.as_rule() == Rule::path => ExprKind::Path(self.path(node)),
            Some(node) => ExprKind::Literal(self.literal(node)),
            None => ExprKind::Damaged,
        };
        Expr { span, kind }
    }

    pub(super) fn group_head(&mut self, node: Node<'t>, rows: Vec<crate::syntax::ast::Row>) -> PhraseKind {
        let mut parts = Parts::of(node);
        let (name, title) = self.name_title(&mut parts);
        PhraseKind::Group { name, title, later: parts.has(Rule::later), rows }
    }

    pub(super) fn group(&mut self, mut parts: Parts<'t>, phrase: &mut Phrase) {
        let Some(head) = parts.take(Rule::group_head) else { return };
        let head_span = self.span(&head);
        let rows = match parts.take(Rule::body) {
            Some(body) => self.group_rows(head_span, body),
            None => Vec::new(),
        };
        phrase.kind = self.group_head(head, rows);
    }
}
