//! Policies of a wanted size, for measuring how the work grows. `tools/bench.mjs` writes the same text.

use std::fmt::Write as _;

/// Returns the text of a policy of exactly `rules` rules, at least four: two of the route, `otherwise`, and the rest each
/// its own.
pub fn policy(rules: usize) -> String {
    let mut text = format!("{HEAD}classify unique {{\n");
    for number in 1..rules - 2 {
        let (from, to) = (number * 10, number * 10 + 10);
        let _ = write!(
            text,
            "  rule band_{number} \"Band {number}\"\n    gives routine\n    \
             when  users >= {from} and users < {to} and rehearsed\n"
        );
    }
    text.push_str(TAIL);
    text
}

const HEAD: &str = r#"policy GENERATED "Generated policy" {
  version "1"
  edition 2026
  zone    "Europe/Berlin"
}

type Risk = low "Low" < high "High"

request {
  field users     "How many users could notice?" : int 0..1000000
  field rehearsed "Was it rehearsed?"            : yesno
  field planned   "When?"                        : period optional
}

class routine "Routine" {
  risk low
}

class reviewed "Reviewed" {
  risk high
}

"#;

const TAIL: &str = r#"  otherwise all_else "Everything else"
    gives reviewed
}

role lead "Lead"
role head "Head"

approvals {
  separate   [requester, approver, implementer]
  one        vote per person
  delegation at most 14 days, not to requester, no chains
  comment    on reject deny COMMENT_REQUIRED
  valid      until planned.end, at most 30 days
}

route unique {
  rule go_ahead "Nobody needs to be asked"
    approve automatically
    when    class is routine
  rule both_decide "Two decide"
    approve by all of [lead, head]
    when    class is reviewed
}
"#;
