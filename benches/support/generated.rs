//! Policies of a wanted size, for measuring how the work grows. `tools/bench.mjs` writes the same text.

use std::fmt::Write as _;

/// Returns the text of a policy whose class table has exactly `rules` rules, each with three comparisons and a name of
/// its own.
pub fn policy(rules: usize) -> String {
    let mut text = format!("{HEAD}classify unique {{\n");
    for number in 1..rules {
        let (from, to) = (number * 10, number * 10 + 10);
        let _ = write!(
            text,
            "  rule band_{number} \"Band {number}\"\n    gives routine\n    \
             when  users >= {from} and users < {to} and rehearsed\n"
        );
    }
    text.push_str("  otherwise all_else \"Everything else\"\n    gives reviewed\n}\n");
    text
}

const HEAD: &str = r#"policy GENERATED "Generated policy" {
  version "1"
  edition 2026
}

type Risk = low "Low" < high "High"

request {
  field users     "How many users could notice?" : int 0..1000000
  field rehearsed "Was it rehearsed?"            : yesno
}

class routine "Routine" {
  risk low
}

class reviewed "Reviewed" {
  risk high
}

"#;
