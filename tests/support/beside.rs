//! A case of `tests/data/check` beside the policy that it changes.

use std::collections::BTreeSet;
use tollgate::syntax::ast::Declaration;
use tollgate::syntax::parse;
use tollgate::text::SourceId;

/// Returns the files that a case is: what it leaves of the base, with the case behind it or in a file of its own.
///
/// Declarations of the case take the places of those of the same keyword and name; `# without class normal` takes one out, and
/// `# in a file of its own` keeps the case apart.
pub fn beside(base: &str, case: &str) -> Vec<String> {
    let (base_ast, _) = parse(SourceId(0), base);
    let (case_ast, _) = parse(SourceId(0), case);
    let place = |source: &str, found: &Declaration| key(source.get(found.span.range()).unwrap());
    let mut taken: BTreeSet<String> = case_ast.declarations.iter().map(|found| place(case, found)).collect();
    taken.extend(case.lines().filter_map(|line| line.strip_prefix("# without ")).map(key));
    let kept = base_ast.declarations.iter().filter(|found| !taken.contains(&place(base, found)));
    let kept: String = kept.flat_map(|found| [base.get(found.span.range()).unwrap(), "\n"]).collect();
    match case.starts_with("# in a file of its own") {
        true => vec![kept, case.to_owned()],
        false => vec![format!("{kept}{case}")],
    }
}

/// The keyword, and the name behind it where there can be several.
fn key(declaration: &str) -> String {
    let mut words = declaration.split([' ', '{', '\n']).filter(|word| !word.is_empty());
    let keyword = words.next().unwrap_or_default();
    let single = ["policy", "request", "scope", "score", "classify", "route", "approvals", "rollback"];
    if single.contains(&keyword) {
        return keyword.to_owned();
    }
    format!("{keyword} {}", words.next().unwrap_or_default())
}
