//! Random policies and requests for them, written from a list of choices that proptest makes and shrinks. Every expression is written
//! for the type that is wanted, with guards where a field may be missing.

use serde_json::{Map, Value as Json, json};
use std::fmt::Write as _;

/// Choices, one after the other; when they run out, always the first.
pub struct Choices<'a>(pub std::slice::Iter<'a, u16>);

impl Choices<'_> {
    fn below(&mut self, end: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn yes(&mut self) -> bool {
        self.below(2) == 1
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Ty {
    YesNo,
    Int,
    Decimal,
    Percent,
    Duration,
    Instant,
    Kind,
    Level,
    Controls,
    Paths,
    Text,
}

const TYPES: [Ty; 11] = [
    Ty::YesNo,
    Ty::Int,
    Ty::Decimal,
    Ty::Percent,
    Ty::Duration,
    Ty::Instant,
    Ty::Kind,
    Ty::Level,
    Ty::Controls,
    Ty::Paths,
    Ty::Text,
];

struct Field {
    name: String,
    ty: Ty,
    optional: bool,
}

/// The fields of a policy, for requests.
pub struct Fields {
    request: Vec<Field>,
    facts: Vec<Field>,
}

impl Ty {
    fn written(self) -> &'static str {
        match self {
            Self::YesNo => "yesno",
            Self::Int => "int -100..100",
            Self::Decimal => "decimal 0.0..10.0",
            Self::Percent => "percent 0..100",
            Self::Duration => "duration",
            Self::Instant => "instant",
            Self::Kind => "Kind",
            Self::Level => "Level",
            Self::Controls => "set of Control",
            Self::Paths => "list of path",
            Self::Text => "text 1..40",
        }
    }

    fn literal(self, choices: &mut Choices<'_>) -> &'static str {
        choices.one(match self {
            Self::YesNo => &["yes", "no"],
            Self::Int => &["0", "7", "-3", "42"],
            Self::Decimal => &["0.5", "9.8", "3", "7.25"],
            Self::Percent => &["50%", "12.5%"],
            Self::Duration => &["24 hours", "5 minutes", "90 seconds"],
            Self::Instant => &["2026-02-03T11:00+05:30", "2026-03-29T01:00Z"],
            Self::Kind => &["patch", "outage", "other"],
            Self::Level => &["medium", "high"],
            Self::Controls => &["[logging]", "[access, logging]"],
            Self::Paths => &["[\"*.md\"]", "[\"docs/**\", \"src/*.rs\"]"],
            Self::Text => &["\"INC-1\"", "\"none of it\""],
        })
    }

    fn value(self, choices: &mut Choices<'_>) -> Json {
        choices.one::<fn() -> Json>(match self {
            Self::YesNo => &[|| json!(true), || json!(false)],
            Self::Int => &[|| json!(7), || json!(-100), || json!(0), || json!(8), || json!(100)],
            Self::Decimal => {
                &[|| json!(0), || "9.8".parse().unwrap(), || "7.25".parse().unwrap(), || json!(10)]
            }
            Self::Percent => &[|| json!(50), || json!(0), || json!(100), || "12.5".parse().unwrap()],
            Self::Duration => &[|| json!("24 hours"), || json!("5 minutes"), || json!("1 second")],
            Self::Instant => &[|| json!("2026-02-03T05:30:00Z"), || json!("2026-03-29T02:00:00+01:00")],
            Self::Kind => &[|| json!("patch"), || json!("outage"), || json!("other")],
            Self::Level => &[|| json!("low"), || json!("medium"), || json!("high")],
            Self::Controls => &[|| json!([]), || json!(["logging"]), || json!(["logging", "access"])],
            Self::Paths => &[|| json!([]), || json!(["docs/a.md"]), || json!(["src/a.rs", "README.md"])],
            Self::Text => &[|| json!("INC-1"), || json!("tbd"), || json!("é")],
        })()
    }
}

impl Fields {
    /// Returns a request and facts; every required field is given.
    pub fn request(&self, choices: &mut Choices<'_>) -> (Json, Json) {
        let request = object(&self.request, choices);
        let facts = if choices.yes() { json!({ "run": object(&self.facts, choices) }) } else { json!({}) };
        (request, facts)
    }
}

fn object(fields: &[Field], choices: &mut Choices<'_>) -> Json {
    let mut object = Map::new();
    for field in fields {
        match field.optional && choices.yes() {
            true if choices.yes() => drop(object.insert(field.name.clone(), Json::Null)),
            true => {}
            false => drop(object.insert(field.name.clone(), field.ty.value(choices))),
        }
    }
    object.into()
}

/// Declarations of a policy, each with a comment before it, and its fields.
pub fn policy(choices: &mut Choices<'_>) -> (Vec<String>, Fields) {
    let field = |at: usize, choices: &mut Choices<'_>, prefix: &str| Field {
        name: format!("{prefix}{at}"),
        ty: choices.one(&TYPES),
        optional: choices.yes(),
    };
    let request: Vec<Field> = (0..3 + choices.below(8)).map(|at| field(at, choices, "f")).collect();
    let facts: Vec<Field> = (0..1 + choices.below(3)).map(|at| field(at, choices, "m")).collect();
    let mut writer = Writer { fields: Fields { request, facts }, lets: 0, choices };
    let written = writer.declarations();
    (written, writer.fields)
}

struct Writer<'c, 'a> {
    fields: Fields,
    /// How many lets can be read: the ones before.
    lets: usize,
    choices: &'c mut Choices<'a>,
}

/// What every policy of this kind has.
const FRAME: &str = r#"policy RANDOM "Random" { version "1" edition 2026 owner lead zone "Europe/Berlin" calendar DE otherwise retain 1 years after closed placeholders ["TBD"] }
calendar DE "Days" { zone "Europe/Berlin" works [monday, friday] 09:00..17:00 }
type Kind = patch "Patch" | outage "Outage" | other "Other"
type Control = logging "Logging" | access "Access"
type Level = low "Low" < medium "Medium" < high "High"
role lead "Lead"
role head "Head" on call
board cab "Board" { seat first_seat "One?" held by lead mandatory seat second_seat "Two?" held by head quorum at least 1/2 of seats }
approvals { separate [requester, approver] one vote per person delegation at most 14 days, not to requester, no chains comment on reject deny COMMENT valid until wished.end, at most 30 days }"#;

impl Writer<'_, '_> {
    fn declarations(&mut self) -> Vec<String> {
        let mut all: Vec<String> = FRAME.lines().map(str::to_owned).collect();
        let fields = |fields: &[Field]| -> String {
            let mark = |field: &Field| if field.optional { " optional" } else { "" };
            let written = |field: &Field| {
                format!("  field {} \"{0}?\" : {}{}\n", field.name, field.ty.written(), mark(field))
            };
            fields.iter().map(written).collect()
        };
        let request = fields(&self.fields.request);
        all.push(format!("request {{\n{request}  field wished \"When?\" : period optional\n  field entry_code \"Entry\" : Template optional\n}}"));
        all.push(format!("facts run \"A run\" from ci {{\n{}}}", fields(&self.fields.facts)));
        for number in 0..self.choices.below(4) {
            let value = self.condition(2);
            all.push(format!("let l{number} = {value}"));
            self.lets = number + 1;
        }
        let (wanted, guard) = (self.condition(1), self.condition(2));
        all.push(format!(
            "entry STD-ONE \"Entry\" {{\n version 1 owner lead approved by cab on 2025-01-01 valid until 2026-12-31 deny EXPIRED suspend below 95% success of last 20 deny SUSPENDED affects none\n for {wanted}\n guard holds \"One\" that {guard}\n}}"
        ));
        let rows = self.rows("rule", "gives out_of_scope", 1);
        all.push(format!("scope first {{\n{rows}  otherwise rest \"Rest\" gives in_scope\n}}"));
        let factors: String = (0..1 + self.choices.below(3))
            .map(|at| format!("  factor p{at} \"P\" adds {} when {}\n", 1 + at, self.condition(2)))
            .collect();
        all.push(format!(
            "score assessed : Level {{\n{factors}  band low 0..1\n  band medium 2..3\n  band high 4..\n}}"
        ));
        all.push("class standard \"Standard\" { risk low }".to_owned());
        all.push("class normal \"Normal\" { risk assessed at least medium due under 24 hours from submitted to deployed alert at [50%] to [lead] }".to_owned());
        all.push("class emergency \"Emergency\" { risk high }".to_owned());
        let hit = self.choices.one(&["first", "unique"]);
        let urgent = self.rows("rule", "gives emergency", 2);
        all.push(format!("classify {hit} {{\n{urgent}  rule entry_holds \"Entry\" gives standard when catalogued\n  otherwise rest_of_all \"Rest\" gives normal\n}}"));
        all.push("route first {\n  rule automatic \"Nobody\" approve automatically when class is standard\n  rule by_board \"Board\" approve by board cab when risk >= high\n  otherwise both \"Both\" approve by all of [lead, head]\n}".to_owned());
        let (when, that) = (self.condition(1), self.condition(2));
        all.push(format!(
            "gate start {{\n  require shown \"Shown\" when {when} that {that} deny NOT_SHOWN\n}}"
        ));
        all.iter().enumerate().map(|(at, text)| format!("# {at}: why\n{text} # {at}: behind\n")).collect()
    }

    fn rows(&mut self, lead: &str, gives: &str, most: usize) -> String {
        let mut rows = String::new();
        for at in 0..=self.choices.below(most) {
            let _ =
                writeln!(rows, "  {lead} {}{at} \"Row\" {gives} when {}", &gives[6..9], self.condition(2));
        }
        rows
    }

    /// A condition that reads at most `depth` levels of others.
    fn condition(&mut self, depth: usize) -> String {
        match self.choices.below(if depth == 0 { 2 } else { 6 }) {
            0 | 1 if self.lets > 0 && self.choices.below(4) == 3 => {
                format!("l{}", self.choices.below(self.lets))
            }
            0 | 1 => self.relation(),
            2 => format!("({} and {})", self.condition(depth - 1), self.condition(depth - 1)),
            3 => format!("({} or {})", self.condition(depth - 1), self.condition(depth - 1)),
            4 => format!("not ({})", self.condition(depth - 1)),
            _ => format!("({} or {} or {})", self.relation(), self.relation(), self.condition(depth - 1)),
        }
    }

    /// A relation on one field, guarded if the field may be missing.
    fn relation(&mut self) -> String {
        let from_facts = self.choices.below(4) == 3;
        let fields = if from_facts { &self.fields.facts } else { &self.fields.request };
        let field = &fields[self.choices.below(fields.len())];
        let (ty, optional) = (field.ty, field.optional);
        let path = if from_facts { format!("run.{}", field.name) } else { field.name.clone() };
        if !from_facts && !optional {
            return self.about(ty, &path);
        }
        match self.choices.below(4) {
            0 => format!("({path} is given and {})", self.about(ty, &path)),
            1 => format!("({path} is missing or {})", self.about(ty, &path)),
            2 if !matches!(ty, Ty::Controls | Ty::Paths) => {
                let stand_in = ty.literal(self.choices);
                self.about(ty, &format!("({path} else {stand_in})"))
            }
            _ => format!("{path} is {}", self.choices.one(&["given", "missing"])),
        }
    }

    fn about(&mut self, ty: Ty, what: &str) -> String {
        let literal = ty.literal(self.choices);
        match ty {
            Ty::YesNo => what.to_owned(),
            Ty::Int if self.choices.yes() => {
                format!("{what} + {literal} {} 5", self.choices.one(&["<", ">="]))
            }
            Ty::Int | Ty::Decimal | Ty::Percent | Ty::Duration | Ty::Instant | Ty::Level => {
                format!("{what} {} {literal}", self.choices.one(&["<", "<=", ">", ">="]))
            }
            Ty::Kind if self.choices.yes() => format!("{what} is one of [patch, other]"),
            Ty::Kind | Ty::Text => format!("{what} {} {literal}", self.choices.one(&["is", "is not"])),
            Ty::Controls if self.choices.yes() => format!("{what} has logging"),
            Ty::Controls => {
                format!("{what} {} {literal}", self.choices.one(&["has any of", "has all of", "has only"]))
            }
            Ty::Paths => format!("{what} {} match {literal}", self.choices.one(&["all", "any"])),
        }
    }
}
