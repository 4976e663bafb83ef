//! Findings of [`crate::text::hostile`], in words.

use crate::text::hostile::{Hostile, HostileKind, MAX_NESTING, MAX_TEXT_BYTES};

use super::{Code, Diagnostic};

impl From<Hostile> for Diagnostic {
    fn from(found: Hostile) -> Self {
        let span = found.span;
        match found.kind {
            HostileKind::ByteOrderMark => Diagnostic::error(
                Code::INVISIBLE_CHARACTER,
                span,
                "the file starts with a byte order mark (U+FEFF)",
            )
            .help_edit("delete it: rule files are UTF-8 without a mark", span, ""),
            HostileKind::Bidirectional(c) => {
                let message = format!("{} changes the direction in which text is shown", unicode(c));
                Diagnostic::error(Code::BIDIRECTIONAL_CONTROL, span, message).help_edit("delete it", span, "")
            }
            HostileKind::Invisible(c) => {
                let message = format!("{} is not visible", unicode(c));
                Diagnostic::error(Code::INVISIBLE_CHARACTER, span, message).help_edit("delete it", span, "")
            }
            HostileKind::Control('\r') => {
                let message = "a carriage return alone ends no line";
                Diagnostic::error(Code::CONTROL_CHARACTER, span, message).help_edit(
                    "end the line with a line feed",
                    span,
                    "\n",
                )
            }
            HostileKind::Control(c) => {
                let message = format!("{} is a control character", unicode(c));
                Diagnostic::error(Code::CONTROL_CHARACTER, span, message).help_edit("delete it", span, "")
            }
            HostileKind::TooDeep => {
                let message = format!("brackets are nested more than {MAX_NESTING} deep");
                Diagnostic::error(Code::NESTED_TOO_DEEPLY, span, message)
                    .help("name an inner part with `let` and use the name")
            }
            HostileKind::TooLarge => {
                let message = format!("the file has more than {} MiB", MAX_TEXT_BYTES >> 20_u32);
                Diagnostic::error(Code::TEXT_TOO_LARGE, span, message)
                    .help("spread the declarations over several files of the folder")
            }
        }
    }
}

fn unicode(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}
