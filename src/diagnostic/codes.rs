//! The table of all codes.
//!
//! A code is never given another meaning and never given again. To add one, write one line in its family,
//! with the next free number: name, code, title, and one sentence that explains it to an author.

use std::fmt;

use serde::{Serialize, Serializer};

/// A stable code of a finding, such as `G0203`. Codes order by their number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static Entry);

/// INVARIANT: `id` is first, so that codes order by it.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Entry {
    id: &'static str,
    title: &'static str,
    explanation: &'static str,
}

impl Code {
    /// Returns the code itself: `G` and four digits, of which the first two are the family.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// Returns what is wrong, in a few words, without the author's.
    pub fn title(self) -> &'static str {
        self.0.title
    }

    /// Returns one sentence about why it is refused or warned of.
    pub fn explanation(self) -> &'static str {
        self.0.explanation
    }

    /// Returns what the code is about.
    pub fn family(self) -> Family {
        match self.0.id.get(..3) {
            Some("G01") => Family::Syntax,
            Some("G02") => Family::Names,
            Some("G03") => Family::Types,
            Some("G04") => Family::Guards,
            Some("G05") => Family::Declarations,
            Some("G06") => Family::Rules,
            Some("G07") => Family::Tests,
            Some("G08") => Family::Limits,
            _ => Family::Style,
        }
    }

    /// Returns the code with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::all().iter().copied().find(|code| code.id() == id)
    }
}

/// What a code is about: its first two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// `G01`: text and syntax.
    Syntax,
    /// `G02`: names.
    Names,
    /// `G03`: types and units.
    Types,
    /// `G04`: guards of optional values.
    Guards,
    /// `G05`: rows, clauses and what declarations must say.
    Declarations,
    /// `G06`: decision tables and promises.
    Rules,
    /// `G07`: tests in the language.
    Tests,
    /// `G08`: limits.
    Limits,
    /// `G09`: unused things and style.
    Style,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.id)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.id)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.id)
    }
}

macro_rules! codes {
    ($($name:ident $id:literal $title:literal: $explanation:literal;)*) => {
        impl Code {
            $(
                #[doc = concat!("`", $id, "`, ", $title, ". ", $explanation)]
                pub const $name: Self =
                    Self(&Entry { id: $id, title: $title, explanation: $explanation });
            )*

            /// Returns all codes, ascending.
            pub fn all() -> &'static [Self] {
                &[$(Self::$name),*]
            }
        }
    };
}

codes! {
    // G01: text and syntax.
    UNEXPECTED_TEXT "G0101" "unexpected text": "The grammar allows something else here.";
    INVISIBLE_CHARACTER "G0102" "invisible character": "A rule must say what it shows, so characters that are not shown are refused, in strings and comments too.";
    BIDIRECTIONAL_CONTROL "G0103" "bidirectional control": "Controls of the writing direction can show a rule in another order than it is read.";
    CONTROL_CHARACTER "G0104" "control character": "Only tabs and line ends may stand in a rule file.";
    UNFINISHED_STRING "G0106" "string without an end": "A string ends with `\"` on the line where it starts.";
    UNKNOWN_ESCAPE "G0107" "unknown escape": "A backslash in a string is followed by `\"`, `\\` or `n`.";
    UNCLOSED_BRACKET "G0108" "bracket without its end": "Each `(`, `[` and `{` needs its partner.";
    UNOPENED_BRACKET "G0109" "bracket without its start": "Each `)`, `]` and `}` needs its partner.";
    MIXED_AND_OR "G0110" "`and` and `or` mixed": "Which of the two binds tighter is a matter of habit, so parentheses must say it.";
    CHAINED_COMPARISON "G0111" "chained comparison": "A comparison has two sides; join several with `and`.";
    ELSE_WITHOUT_PARENTHESES "G0112" "`else` without parentheses": "A default stands in parentheses, so that it is plain what it is the default of.";
    WORD_SHAPE "G0113" "wrong shape of word": "Names are `lower_snake`, types are `UpperCamel`, and what leaves the system is `UPPER-CODE`; all in ASCII letters.";
    RESERVED_WORD "G0114" "reserved word": "A few words belong to the language and cannot be names.";
    UNKNOWN_DECLARATION "G0115" "unknown declaration": "No declaration starts with this word.";
    UNKNOWN_ROW "G0116" "unknown row": "No row of this declaration starts with this word.";
    UNKNOWN_CLAUSE "G0117" "unknown clause": "No clause of this row starts with this word.";
    BAD_NUMBER "G0118" "impossible number": "The number cannot be read, or has more digits than any type holds.";
    BAD_DATE "G0119" "impossible date or time": "No calendar has this day, or no clock this time.";
    INSTANT_WITHOUT_OFFSET "G0120" "instant without its offset": "An instant ends with `Z` or its offset from UTC, or nobody knows when it is.";
    FOREIGN_OPERATOR "G0121" "operator of another language": "Operators are words here: `and`, `or`, `not`, `is`, `is not`; only order and sums have signs.";
    NO_MULTIPLICATION "G0122" "multiplication or division": "A product can overflow and a quotient can be of zero, and evaluation must not fail.";
    MIXED_SEPARATORS "G0123" "`|` and `<` mixed": "All values of a type have an order, or none has.";

    // G02: names.
    UNKNOWN_NAME "G0201" "unknown name": "Nothing of this name can be used here.";
    DUPLICATE_NAME "G0202" "name declared twice": "Two declarations of one kind cannot share a name.";
    UNKNOWN_FIELD "G0203" "unknown field": "Neither the request nor the facts have this field.";
    UNKNOWN_VALUE "G0204" "unknown value": "The type has no such value.";
    UNKNOWN_TYPE "G0205" "unknown type": "No type has this name.";
    UNKNOWN_CODE "G0206" "unknown code": "No clause of law, catalogue entry, calendar or reason has this code.";
    UNKNOWN_RULE "G0207" "unknown rule": "No rule has this name.";
    CYCLIC_DEFINITION "G0208" "definition in terms of itself": "A `let` cannot lead back to itself, so that evaluation always ends.";
    AMBIGUOUS_NAME "G0209" "name with two meanings": "The word is both a field and a value of the type expected here.";
    BUILT_IN_NAME "G0210" "name of the language": "The language itself gives this name a meaning.";
    READ_TOO_EARLY "G0211" "read before it is known": "A phase can read only what earlier phases have decided.";
    PERSONAL_FIELD "G0212" "personal field read by a rule": "Rules decide on changes, never on people, so `personal` fields are closed to them.";
    WRONG_KIND "G0213" "name of another kind": "The name exists, and means a thing of another kind than is needed here.";

    // G03: types and units.
    WRONG_TYPE "G0301" "wrong type": "A value of another type is needed here.";
    NOT_YES_OR_NO "G0302" "not a yes/no": "Conditions and the sides of `and`, `or` and `not` are yes or no.";
    DIFFERENT_TYPES "G0303" "different types compared": "Only values of one type can be compared.";
    DIFFERENT_UNITS "G0304" "different units": "Values of different units are never converted by guess.";
    NOT_ORDERED "G0305" "no order": "Values of this type have no order, so none is more than another.";
    OUT_OF_RANGE "G0306" "out of range": "The type cannot hold this value.";
    TOO_PRECISE "G0307" "too many fraction digits": "The type holds fewer digits behind the point.";
    NO_ARITHMETIC "G0308" "no arithmetic": "Values of these types cannot be added or subtracted.";
    CODE_IN_SUBTRACTION "G0309" "code in a subtraction": "A code ends before a hyphen that a small letter follows, and what remains would be subtracted from it.";
    EMPTY_RANGE "G0310" "empty range": "A range starts no later than it ends.";
    BARE_ALTERNATIVE "G0311" "bare alternative": "What stands behind `or` is a condition of its own; several values are listed with `is one of`.";
    BAD_PATTERN "G0312" "impossible pattern": "A path pattern has only `*` within a part and `**` for whole parts.";
    METRIC_SHAPE "G0313" "condition of another metric shape": "The shape of a metric decides which conditions it can have.";
    HIDDEN_DIVISION "G0314" "hidden division": "A rise relative to nothing has no size, so the baseline must not be able to be zero.";
    EMPTY_LIST "G0315" "empty list": "A condition on the values of an empty list would hold always or never.";

    // G04: guards of optional values.
    UNGUARDED_OPTIONAL "G0401" "optional value read without a guard": "Missing is not false: what may be missing is read behind `is given`, or with a default.";
    UNGUARDED_GROUP "G0402" "optional group read without a guard": "A group that may be missing as a whole is read behind `is given`.";
    GUARD_TOO_LATE "G0403" "guard behind its reading": "A guard holds for what stands to its right.";
    GUARD_LOST "G0404" "guard that does not reach": "A guard on one side of `or` says nothing about the other side.";
    NEEDLESS_GUARD "G0405" "needless guard": "The value is always given.";
    NEEDLESS_DEFAULT "G0406" "needless default": "The value is always given, so its default is never used.";

    // G05: rows, clauses and what declarations must say.
    MISSING_DECLARATION "G0501" "missing declaration": "A policy cannot decide without it.";
    DUPLICATE_DECLARATION "G0502" "declared twice": "A policy has one of these.";
    MISSING_ROW "G0503" "missing row": "The declaration says too little without it.";
    DUPLICATE_ROW "G0504" "row given twice": "The declaration can have one row of this kind.";
    MISPLACED_ROW "G0505" "misplaced row": "The row cannot stand in this declaration, or not in this place.";
    MISSING_CLAUSE "G0506" "missing clause": "The row says too little without it.";
    DUPLICATE_CLAUSE "G0507" "clause given twice": "The row can have one clause of this kind.";
    MISPLACED_CLAUSE "G0508" "misplaced clause": "The clause cannot stand in this row.";
    MISSING_OTHERWISE "G0509" "missing `otherwise`": "Without it some request would have no answer.";
    SPLIT_BLOCK "G0510" "ordered block in two places": "Where order counts, all rows stand together.";
    IMPOSSIBLE_QUORUM "G0511" "impossible quorum": "The quorum asks for more votes than there can be seats, or for none.";
    IMPOSSIBLE_SEAT "G0512" "impossible seat": "Nobody can hold the seat as it is declared.";
    APPROVALS_UNSAID "G0513" "approvals left unsaid": "What guards an approval is fixed, and the policy must say each line of it so that readers see it.";
    BANDS_NOT_CONTIGUOUS "G0514" "bands with a gap or an overlap": "Each score lies in exactly one band.";
    NO_DATA_UNSAID "G0515" "missing data left unsaid": "Missing data is a verdict, so each rollback rule says which.";
    STEPS_NOT_ASCENDING "G0516" "steps out of order": "Steps ascend, and the last is 100%.";
    UNKNOWN_EDITION "G0517" "unknown edition": "This version does not know the edition of the language.";
    IMPOSSIBLE_RISK "G0518" "impossible risk": "No request of the class can have this risk.";
    ROLLBACK_TOO_SLOW "G0520" "rollback slower than its deadline": "Detection and rollback together take longer than the deadline allows.";
    EMPTY_TITLE "G0521" "empty title": "Titles are what people read in a review, in a form and in an explanation.";
    LISTED_TWICE "G0522" "listed twice": "A list names each thing once, or its count misleads.";
    OVERLAPPING_TIMES "G0523" "overlapping times": "Two stretches of time cover the same moment.";
    ENTRY_WITHOUT_GUARDS "G0524" "catalogue entry without guards": "Nothing but the kind of change keeps the entry from approving what the board never saw.";

    // G06: decision tables and promises.
    OVERLAP "G0601" "rules overlap": "In a `unique` block exactly one rule holds for each request.";
    GAP "G0602" "no rule holds": "Each request that is possible needs an answer.";
    BROKEN_PROMISE "G0603" "broken promise": "A request exists for which the promise does not hold.";
    NOT_PROVED "G0604" "not proved": "The search found no request that breaks it, and did not look at all of them.";
    DEAD_RULE "G0605" "rule that never holds": "No request can satisfy its condition.";
    HIDDEN_RULE "G0606" "hidden rule": "Earlier rules hold whenever this one does.";
    DUPLICATE_RULE "G0607" "duplicate rule": "Another rule says the same.";
    ALWAYS_TRUE "G0608" "always true": "The clause holds for every request that comes to it.";
    ALWAYS_FALSE "G0609" "always false": "The clause holds for no request that comes to it.";
    ONE_PERSON_ALONE "G0610" "approval that one person could give alone": "One person in several roles would be enough.";

    // G07: tests in the language.
    BAD_SAMPLE "G0702" "impossible sample": "The sample is no valid request.";
    NO_EXPECTATION "G0703" "test that expects nothing": "A test without `expect` cannot fail.";

    // G08: limits.
    OVERFLOW "G0801" "possible overflow": "The declared ranges allow a sum that the type cannot hold, and evaluation must not fail.";
    TEXT_TOO_LARGE "G0802" "file too large": "Rule files have at most 8 MiB.";
    TOO_MANY_RULES "G0803" "too many rules": "A policy has at most 20,000 rules.";
    NESTED_TOO_DEEPLY "G0804" "nested too deeply": "Brackets nest at most 64 deep, and lets read each other at most 64 deep, so that every host can read the policy.";
    TOO_COMPLEX "G0805" "too complex to read": "Reading the text takes more steps than any policy written for people needs.";
    TOO_MANY_VALUES "G0806" "too many values": "A type has at most 1,000 values, and a set holds values of one with at most 64.";

    // G09: unused things and style.
    UNUSED "G0901" "unused": "Nothing reads it, so it can go or something was forgotten.";
    NEEDLESS_WORDS "G0903" "needless words": "It can be said shorter with the same meaning.";
}
