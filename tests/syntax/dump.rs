//! The shape of an expression, as short as can be read.

use tollgate::syntax::ast::{Ast, Comparison, Expr, ExprKind as K, Head, PathExpr};

/// Returns the values of the `let`s of a tree.
pub fn lets(ast: &Ast) -> Vec<String> {
    let value = |head: &Head| match head {
        Head::Let { value, .. } => Some(expr(value)),
        _ => None,
    };
    ast.declarations.iter().filter_map(|declaration| value(&declaration.head)).collect()
}

fn expr(e: &Expr) -> String {
    let all = |list: &[Expr]| list.iter().map(expr).collect::<Vec<_>>().join(" ");
    let not = |negated: &bool| if *negated { "not-" } else { "" };
    match &e.kind {
        K::Literal(l) => format!("{:?}:{}", l.kind, l.text).to_lowercase(),
        K::Path(p) => path(p),
        K::Not(inner) => format!("(not {})", expr(inner)),
        K::And(list) => format!("(and {})", all(list)),
        K::Or(list) => format!("(or {})", all(list)),
        K::Else { value, fallback } => format!("(else {} {})", expr(value), expr(fallback)),
        K::Compare { op, left, right } => {
            let op = match op {
                Comparison::Less => "<",
                Comparison::LessOrEqual => "<=",
                Comparison::Greater => ">",
                Comparison::GreaterOrEqual => ">=",
            };
            format!("({op} {} {})", expr(left), expr(right))
        }
        K::Is { left, negated, right } => format!("({}is {} {})", not(negated), expr(left), expr(right)),
        K::IsOneOf { left, negated, list } => format!("({}in {} [{}])", not(negated), expr(left), all(list)),
        K::State { left, negated, state } => {
            format!("({}{} {})", not(negated), format!("{state:?}").to_lowercase(), expr(left))
        }
        K::Has { left, how, set } => {
            format!("(has-{} {} {})", format!("{how:?}").to_lowercase(), expr(left), expr(set))
        }
        K::List(list) => format!("[{}]", all(list)),
        K::Matches { left, all: every, globs } => {
            format!("({}-match {} [{}])", if *every { "all" } else { "any" }, expr(left), all(globs))
        }
        K::During { left, period } => format!("(during {} {})", expr(left), expr(period)),
        K::Sum { left, minus, right } => {
            format!("({} {} {})", if *minus { "-" } else { "+" }, expr(left), expr(right))
        }
        K::Rises { left, falls, by } => {
            format!("({} {} {})", if *falls { "falls" } else { "rises" }, expr(left), by.text)
        }
        K::Silent { left, limit } => format!("(silent {} {})", expr(left), limit.text),
        K::Skips { left } => format!("(skips {})", expr(left)),
        K::Count { metric, window } => format!("(count {} {})", metric.text, window.text),
        K::Damaged => "damaged".to_owned(),
    }
}

fn path(p: &PathExpr) -> String {
    p.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
}
