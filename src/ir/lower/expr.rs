//! Conditions and values.

use super::*;
use crate::check::typed::{Constant, Expr, ExprKind};

impl<'a> Pass<'a> {
    /// Appends the nodes of an expression and returns its own. Operands come before what reads them.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> NodeId {
        let node = self.kind(expr);
        let id = NodeId(number(self.ir.nodes.len()));
        self.ir.nodes.push(node);
        self.ir.spans.push(expr.span);
        id
    }

    pub(super) fn maybe(&mut self, expr: Option<&'a Expr>) -> Option<NodeId> {
        expr.map(|expr| self.expr(expr))
    }

    fn all(&mut self, exprs: &'a [Expr]) -> Box<[NodeId]> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn kind(&mut self, expr: &'a Expr) -> Node {
        match &expr.kind {
            ExprKind::Constant(constant) => {
                let (value, ty) = self.constant(constant);
                Node::Constant(value, ty)
            }
            ExprKind::Field(path) => self.slot_named(path).map_or(nothing(), Node::Slot),
            ExprKind::Edge { field, end } => match self.slot_named(field) {
                Some(slot) => Node::Edge { slot, end: *end },
                None => nothing(),
            },
            ExprKind::Let(name) | ExprKind::Switch(name) => match self.names.get(name.as_str()) {
                Some(Meaning::Let(id)) => Node::Let(*id),
                Some(Meaning::Switch(id)) => Node::Switch(*id),
                _ => nothing(),
            },
            ExprKind::Builtin(builtin) => Node::Builtin(*builtin),
            ExprKind::Not(inner) => Node::Not(self.expr(inner)),
            ExprKind::And(parts) => Node::And(self.all(parts)),
            ExprKind::Or(parts) => Node::Or(self.all(parts)),
            ExprKind::Else { value, fallback } => {
                Node::Else { value: self.expr(value), fallback: self.expr(fallback) }
            }
            ExprKind::Compare { op, left, right } => {
                Node::Compare { op: *op, left: self.expr(left), right: self.expr(right) }
            }
            ExprKind::Equal { left, right } => Node::Equal { left: self.expr(left), right: self.expr(right) },
            ExprKind::OneOf { left, items } => {
                let left = self.expr(left);
                Node::OneOf { left, items: items.iter().map(|item| self.constant(item).0).collect() }
            }
            ExprKind::Given(name) => match self.names.get(name.as_str()) {
                Some(Meaning::Slot(id)) => Node::Given(*id),
                Some(Meaning::Group(id)) => Node::GroupGiven(*id),
                Some(Meaning::Facts(id)) => Node::FactsGiven(*id),
                _ => nothing(),
            },
            ExprKind::Complete(name) => match self.names.get(name.as_str()) {
                Some(Meaning::Group(id)) => Node::Complete(*id),
                Some(Meaning::Slot(id)) => Node::FilledIn(*id),
                // A facts group is there as a whole, so it is complete when it is there.
                Some(Meaning::Facts(id)) => Node::FactsGiven(*id),
                _ => nothing(),
            },
            ExprKind::Empty(inner) => Node::Empty(self.expr(inner)),
            ExprKind::Has { how, left, right } => {
                Node::Has { how: *how, left: self.expr(left), right: self.expr(right) }
            }
            ExprKind::Matches { all, left, globs } => {
                let left = self.expr(left);
                // The checker has read every pattern.
                let globs = globs.iter().filter_map(|glob| glob.parse().ok()).collect();
                Node::Matches { all: *all, left, globs }
            }
            ExprKind::During { instant, period } => {
                Node::During { instant: self.expr(instant), period: self.expr(period) }
            }
            ExprKind::Add(left, right) => Node::Add(self.expr(left), self.expr(right)),
            ExprKind::Subtract(left, right) => Node::Subtract(self.expr(left), self.expr(right)),
            // Conditions on metrics stand in rollback rules only, and become steps; a damaged expression never gets
            // here.
            ExprKind::Metric(_)
            | ExprKind::Rises { .. }
            | ExprKind::Silent { .. }
            | ExprKind::Skips { .. }
            | ExprKind::Count { .. }
            | ExprKind::Damaged => nothing(),
        }
    }

    pub(super) fn constant(&self, constant: &Constant) -> (Value, Type) {
        match constant {
            Constant::YesNo(yes) => (Value::YesNo(*yes), Type::YesNo),
            Constant::Int(number) => (Value::Int(*number), Type::Int { min: *number, max: *number }),
            Constant::Decimal(number) => {
                (Value::Decimal(*number), Type::Decimal { min: *number, max: *number })
            }
            Constant::Percent(number) => {
                (Value::Percent(*number), Type::Percent { min: *number, max: *number })
            }
            Constant::Duration(time) => (Value::Duration(*time), Type::Duration { min: *time, max: *time }),
            Constant::Instant(instant) => (Value::Instant(*instant), Type::Instant),
            // Dates stand in catalogue entries, which keep them as dates; no expression has their type.
            Constant::Date(_) => (Value::YesNo(false), Type::YesNo),
            Constant::Enum { ty, value } => {
                (Value::Enum(self.value(ty, value)), Type::Enum(self.enum_id(ty).unwrap_or(EnumId(0))))
            }
            Constant::Set { ty, values } => {
                let bits = values.iter().map(|value| bit(self.value(ty, value)));
                let set = bits.fold(0, |set, bit| set | bit);
                (Value::Set(set), Type::Set(self.enum_id(ty).unwrap_or(EnumId(0))))
            }
            Constant::Text(text) => (Value::Text(shared(text)), Type::Text { min: 0, max: u32::MAX }),
        }
    }
}

fn nothing() -> Node {
    Node::Constant(Value::YesNo(false), Type::YesNo)
}

fn bit(value: u16) -> u64 {
    1_u64.checked_shl(u32::from(value)).unwrap_or_default()
}
