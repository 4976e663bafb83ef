//! Names of time zones, from the IANA database.

use super::pass::Pass;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::Word;
use crate::value::Zone;

/// Returns the name of the zone, or reports that there is none of that name.
pub(super) fn known(pass: &mut Pass<'_>, word: &Word) -> Option<String> {
    if Zone::named(&word.text).is_some() {
        return Some(word.text.clone());
    }
    // A zone's own word (`Kolkata`) finds it too, without its continent.
    let tail = word.text.rsplit('/').next().unwrap_or(&word.text);
    let names = Zone::names();
    let named = names.clone().find(|name| {
        name.rsplit('/').next().is_some_and(|own| own.eq_ignore_ascii_case(&tail.replace(' ', "_")))
    });
    let meant = named.or_else(|| crate::text::nearest(&word.text, names));
    let finding =
        Diagnostic::error(Code::UNKNOWN_NAME, word.span, format!("unknown time zone `{}`", word.text));
    pass.report(match meant {
        Some(name) => finding.help_edit(format!("did you mean `{name}`?"), word.span, format!("\"{name}\"")),
        None => finding.help("name a zone of the IANA database, such as `Asia/Kolkata`"),
    });
    None
}
