//! Cases that stand beside a base policy: their declarations take the places of the base's.

use std::collections::BTreeSet;
use tollgate::syntax::ast::Declaration;
use tollgate::syntax::parse;
use tollgate::text::SourceId;

/// Returns the declarations of `base` that `case` leaves: not those of the same keyword and name as one of its own, and not
/// those that a line such as `# without class normal` names.
pub fn kept(base: &str, case: &str) -> String {
    let (base_ast, _) = parse(SourceId(0), base);
    let (case_ast, _) = parse(SourceId(0), case);
    let text = |source: &str, found: &Declaration| {
        source.get(found.span.range()).map_or_else(String::new, str::to_owned)
    };
    let mut taken: BTreeSet<String> =
        case_ast.declarations.iter().map(|found| key(&text(case, found))).collect();
    taken.extend(case.lines().filter_map(|line| line.strip_prefix("# without ")).map(key));
    let declarations = base_ast.declarations.iter().map(|found| text(base, found));
    declarations
        .filter(|found| !taken.contains(&key(found)))
        .flat_map(|found| [found, "\n".to_owned()])
        .collect()
}

/// Returns the files that a case is: what it leaves of the base, with the case behind it; or, where the case begins with
/// `# in a file of its own`, with the case in another file.
pub fn beside(base: &str, case: &str) -> Vec<String> {
    let kept = kept(base, case);
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
