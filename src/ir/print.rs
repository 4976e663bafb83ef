//! Conditions and values as their author would read them.

use super::{Ir, Name, Node, NodeId, Type};
use crate::value::{Builtin, Comparison, Has, Value};
use std::fmt::Write;

/// Returns a condition in the words of the language, on one line.
///
/// `not (x is given)` comes out as `x is missing`, and so on: the shortest form, whatever the author wrote.
pub fn print(ir: &Ir, id: NodeId) -> String {
    let mut out = String::new();
    expr(ir, id, &mut out);
    out
}

/// Returns the opposite of a condition: `x is missing` for `x is given`, `x >= 9` for `x < 9`.
pub fn print_not(ir: &Ir, id: NodeId) -> String {
    let mut out = String::new();
    match ir.node(id) {
        Node::Compare { op, left, right } => binary(ir, *left, sign(opposite(*op)), *right, &mut out),
        Node::Not(inner) => expr(ir, *inner, &mut out),
        _ => not(ir, id, &mut out),
    }
    out
}

/// Returns a value as a rule would write it.
pub fn print_value(ir: &Ir, ty: Type, value: &Value) -> String {
    match (value, ty) {
        (Value::YesNo(true), _) => "yes".to_owned(),
        (Value::YesNo(false), _) => "no".to_owned(),
        (Value::Int(number), _) => number.to_string(),
        (Value::Decimal(number), _) => {
            let text = number.to_string();
            if text.contains('.') { text } else { text + ".0" }
        }
        (Value::Percent(number), _) => format!("{number}%"),
        (Value::Duration(time), _) => time.to_string(),
        (Value::Instant(instant), _) => instant.to_string(),
        (Value::Period(period), _) => format!("{} .. {}", period.start(), period.end()),
        (Value::Enum(value), Type::Enum(id)) => ir.value_name(id, *value).to_string(),
        (Value::Enum(value), _) => value.to_string(),
        (Value::Set(members), Type::Set(id)) => {
            bracketed(set_names(ir, id, *members).iter().map(|n| n.to_string()))
        }
        (Value::Set(members), _) => members.to_string(),
        (Value::Text(text), _) => quoted(text),
        (Value::List(items), _) => bracketed(items.iter().map(|item| quoted(item))),
    }
}

/// Returns the names of the members of a set, in the order of their enumeration.
pub fn set_names(ir: &Ir, id: super::EnumId, members: u64) -> Vec<Name> {
    let values = ir.enums.get(id.index()).map_or(&[] as &[_], |declared| declared.values.as_slice());
    let is_member = |index: u32| members.checked_shr(index).is_some_and(|rest| rest & 1 == 1);
    (0..).zip(values).filter(|(index, _)| is_member(*index)).map(|(_, value)| value.name.clone()).collect()
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

fn bracketed(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn expr(ir: &Ir, id: NodeId, out: &mut String) {
    match ir.node(id) {
        Node::Constant(value, ty) => out.push_str(&print_value(ir, *ty, value)),
        Node::Slot(slot) => out.push_str(ir.slots.get(slot.index()).map_or("", |slot| &slot.path)),
        Node::Edge { slot, end } => {
            out.push_str(ir.slots.get(slot.index()).map_or("", |slot| &slot.path));
            out.push_str(if *end { ".end" } else { ".start" });
        }
        Node::Let(declared) => {
            out.push_str(ir.lets.get(declared.index()).map_or("", |declared| &declared.name))
        }
        Node::Switch(switch) => {
            out.push_str(ir.switches.get(switch.index()).map_or("", |switch| &switch.name));
        }
        Node::Builtin(builtin) => out.push_str(word(*builtin)),
        Node::Not(inner) => not(ir, *inner, out),
        Node::And(parts) => joined(ir, parts, " and ", out),
        Node::Or(parts) => joined(ir, parts, " or ", out),
        // What is no where it is missing is a condition like any other; what is yes there has to be told.
        Node::Else { value, fallback } if is_constant(ir, *fallback, &Value::YesNo(false)) => {
            expr(ir, *value, out)
        }
        Node::Else { value, fallback } if is_constant(ir, *fallback, &Value::YesNo(true)) => {
            out.push('(');
            expr(ir, *value, out);
            out.push_str(" is yes or missing)");
        }
        Node::Else { value, fallback } => {
            out.push('(');
            expr(ir, *value, out);
            out.push_str(" else ");
            expr(ir, *fallback, out);
            out.push(')');
        }
        Node::Compare { op, left, right } => binary(ir, *left, sign(*op), *right, out),
        Node::Equal { left, right } => binary(ir, *left, "is", *right, out),
        Node::OneOf { left, items } => one_of(ir, *left, "is one of", items, out),
        Node::Given(_) | Node::GroupGiven(_) | Node::FactsGiven(_) => {
            let _ = write!(out, "{} is given", subject(ir, id));
        }
        Node::Complete(_) | Node::FilledIn(_) => {
            let _ = write!(out, "{} is complete", subject(ir, id));
        }
        Node::Empty(inner) => {
            operand(ir, *inner, out);
            out.push_str(" is empty");
        }
        Node::Has { how, left, right } => {
            let words = match how {
                Has::Any => "has any of",
                Has::All => "has all of",
                Has::Only => "has only",
            };
            binary(ir, *left, words, *right, out);
        }
        Node::Matches { all, left, globs } => {
            operand(ir, *left, out);
            out.push_str(if *all { " all match " } else { " any match " });
            out.push_str(&bracketed(globs.iter().map(|glob| quoted(glob.as_str()))));
        }
        Node::During { instant, period } => binary(ir, *instant, "during", *period, out),
        Node::Add(left, right) => binary(ir, *left, "+", *right, out),
        Node::Subtract(left, right) => binary(ir, *left, "-", *right, out),
    }
}

/// The field, group or facts group that a node asks about.
fn subject(ir: &Ir, id: NodeId) -> &str {
    match ir.node(id) {
        Node::Given(slot) | Node::FilledIn(slot) => ir.slots.get(slot.index()).map_or("", |slot| &slot.path),
        Node::GroupGiven(group) | Node::Complete(group) => {
            ir.groups.get(group.index()).map_or("", |group| &group.path)
        }
        Node::FactsGiven(group) => ir.facts.get(group.index()).map_or("", |group| &group.name),
        _ => "",
    }
}

fn not(ir: &Ir, inner: NodeId, out: &mut String) {
    match ir.node(inner) {
        Node::Equal { left, right } => binary(ir, *left, "is not", *right, out),
        Node::OneOf { left, items } => one_of(ir, *left, "is not one of", items, out),
        Node::Given(_) | Node::GroupGiven(_) | Node::FactsGiven(_) => {
            let _ = write!(out, "{} is missing", subject(ir, inner));
        }
        Node::Empty(of) => {
            operand(ir, *of, out);
            out.push_str(" is not empty");
        }
        Node::And(_)
        | Node::Or(_)
        | Node::Compare { .. }
        | Node::Has { .. }
        | Node::Matches { .. }
        | Node::During { .. }
        | Node::Complete(_)
        | Node::FilledIn(_) => {
            out.push_str("not (");
            expr(ir, inner, out);
            out.push(')');
        }
        _ => {
            out.push_str("not ");
            expr(ir, inner, out);
        }
    }
}

fn joined(ir: &Ir, parts: &[NodeId], word: &str, out: &mut String) {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(word);
        }
        if matches!(ir.node(*part), Node::And(_) | Node::Or(_)) {
            out.push('(');
            expr(ir, *part, out);
            out.push(')');
        } else {
            expr(ir, *part, out);
        }
    }
}

fn is_constant(ir: &Ir, id: NodeId, wanted: &Value) -> bool {
    matches!(ir.node(id), Node::Constant(value, _) if value == wanted)
}

fn binary(ir: &Ir, left: NodeId, word: &str, right: NodeId, out: &mut String) {
    operand(ir, left, out);
    let _ = write!(out, " {word} ");
    operand(ir, right, out);
}

fn one_of(ir: &Ir, left: NodeId, words: &str, items: &[Value], out: &mut String) {
    operand(ir, left, out);
    let ty = type_of(ir, left);
    let items = items.iter().map(|item| print_value(ir, ty, item));
    let _ = write!(out, " {words} {}", bracketed(items));
}

/// An operand of a relation; whatever is itself a relation or a sum stands in parentheses.
fn operand(ir: &Ir, id: NodeId, out: &mut String) {
    let simple = matches!(
        ir.node(id),
        Node::Constant(..)
            | Node::Slot(_)
            | Node::Edge { .. }
            | Node::Let(_)
            | Node::Switch(_)
            | Node::Builtin(_)
            | Node::Else { .. }
            | Node::Add(..)
            | Node::Subtract(..)
    );
    if simple {
        expr(ir, id, out);
    } else {
        out.push('(');
        expr(ir, id, out);
        out.push(')');
    }
}

/// Returns the type of a value that can stand left of `is one of`, as far as printing needs it.
fn type_of(ir: &Ir, id: NodeId) -> Type {
    match ir.node(id) {
        Node::Constant(_, ty) => *ty,
        Node::Slot(slot) => ir.slots.get(slot.index()).map_or(Type::YesNo, |slot| slot.ty),
        Node::Else { value, .. } => type_of(ir, *value),
        Node::Let(declared) => {
            ir.lets.get(declared.index()).map_or(Type::YesNo, |declared| type_of(ir, declared.value))
        }
        Node::Builtin(builtin) => type_of_word(ir, *builtin),
        _ => Type::YesNo,
    }
}

fn type_of_word(ir: &Ir, builtin: Builtin) -> Type {
    match builtin {
        Builtin::Scope => Type::Enum(ir.scope_enum),
        Builtin::Class => Type::Enum(ir.class_enum),
        Builtin::Route => Type::Enum(ir.route_enum),
        Builtin::Assessed | Builtin::Risk => ir.risk_enum.map_or(Type::YesNo, Type::Enum),
        Builtin::Now | Builtin::SubmittedAt => Type::Instant,
        Builtin::Catalogued | Builtin::Frozen => Type::YesNo,
    }
}

/// Returns the language's word.
pub fn word(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::Now => "now",
        Builtin::SubmittedAt => "submitted_at",
        Builtin::Catalogued => "catalogued",
        Builtin::Frozen => "frozen",
        Builtin::Scope => "scope",
        Builtin::Assessed => "assessed",
        Builtin::Class => "class",
        Builtin::Risk => "risk",
        Builtin::Route => "route",
    }
}

fn opposite(op: Comparison) -> Comparison {
    match op {
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

fn sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}
