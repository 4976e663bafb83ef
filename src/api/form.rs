use serde::Serialize;

use crate::check::typed::{self, Member, Outcome, Policy, Type};
use crate::text::Sources;
use crate::value::ListOf;

/// The answer of the call `form`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormAnswer {
    /// Always `true`.
    pub ok: bool,
    /// The form.
    pub form: Form,
}

/// What a change-request form has to show: the questions, and in plain words what the answers can lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// The policy's title.
    pub title: String,
    /// The questions, in the order written.
    pub members: Vec<FormMember>,
    /// The classes, and by which rules a change gets them (S-69).
    pub classes: Vec<FormClass>,
    /// The boards, with the question that each seat is there to answer (S-107).
    pub boards: Vec<FormBoard>,
    /// The roles that decide, by the titles people know.
    pub roles: Vec<Titled>,
    /// The controlled ways round a rule.
    pub exceptions: Vec<Titled>,
}

/// A question or a group of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FormMember {
    /// One question.
    Field(FormField),
    /// Questions that belong together.
    Group(FormGroup),
}

/// Questions that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormGroup {
    /// The path of the group.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Whether it may be filled in after submission.
    pub later: bool,
    /// Its questions.
    pub members: Vec<FormMember>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormField {
    /// The path in the request.
    pub path: String,
    /// The question.
    pub title: String,
    /// A hint for newcomers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What an answer looks like.
    #[serde(rename = "type")]
    pub ty: FormType,
    /// Whether the request is refused without it.
    pub required: bool,
    /// Whether it may be filled in after submission.
    pub later: bool,
    /// Whether it may be edited without a new approval.
    pub editorial: bool,
    /// Whether it is kept beside the trail and no rule reads it.
    pub personal: bool,
    /// When the question is asked, in the words of the policy; always, where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
}

/// What an answer looks like. Numbers are decimal text where they can have a fraction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the language")]
pub enum FormType {
    Yesno,
    Int { min: i64, max: i64 },
    Decimal { min: String, max: String },
    Percent { min: String, max: String },
    Duration { min_ms: i64, max_ms: i64 },
    Instant,
    Period,
    Enum { values: Vec<Titled>, ordered: bool },
    Set { values: Vec<Titled> },
    Text { min: u32, max: u32 },
    Digest,
    Person,
    List { of: ListOf },
}

/// A name and its words for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Titled {
    /// For programs.
    pub name: String,
    /// For people.
    pub title: String,
}

/// A class and the rules that give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormClass {
    /// For programs.
    pub name: String,
    /// For people.
    pub title: String,
    /// The rules that give it.
    pub criteria: Vec<Titled>,
}

/// A board and its seats; the title of a seat is its question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormBoard {
    /// For programs.
    pub name: String,
    /// For people.
    pub title: String,
    /// Its seats, each with its question.
    pub seats: Vec<Titled>,
}

/// Returns the questions of a policy, and what the answers can lead to.
pub(super) fn form_of(policy: &Policy, sources: &Sources) -> FormAnswer {
    let classes = policy.classes.iter().map(|class| FormClass {
        name: class.name.clone(),
        title: class.title.clone(),
        criteria: criteria(policy, &class.name),
    });
    let boards = policy.boards.iter().map(|board| FormBoard {
        name: board.name.clone(),
        title: board.title.clone(),
        seats: board.seats.iter().map(|seat| titled(&seat.id, &seat.question)).collect(),
    });
    let form = Form {
        title: policy.title.clone(),
        members: members(policy, sources, &policy.request, false),
        classes: classes.collect(),
        boards: boards.collect(),
        roles: policy.roles.iter().map(|it| titled(&it.name, &it.title)).collect(),
        exceptions: policy.exceptions.iter().map(|it| titled(&it.name, &it.title)).collect(),
    };
    FormAnswer { ok: true, form }
}

fn titled(name: &str, title: &str) -> Titled {
    Titled { name: name.to_owned(), title: title.to_owned() }
}

fn criteria(policy: &Policy, class: &str) -> Vec<Titled> {
    let rules = policy.classify.iter().flat_map(|table| table.rules.iter().chain(&table.otherwise));
    let gives = |rule: &&typed::Rule| matches!(&rule.gives, Outcome::Class(given) if given == class);
    rules.filter(gives).map(|rule| titled(&rule.id, &rule.title)).collect()
}

fn members(policy: &Policy, sources: &Sources, members_in: &[Member], later: bool) -> Vec<FormMember> {
    let member = |member: &Member| match member {
        Member::Field(field) => FormMember::Field(question(policy, sources, field, later)),
        Member::Group(group) => FormMember::Group(FormGroup {
            path: group.path.clone(),
            title: group.title.clone(),
            later: later || group.later,
            members: members(policy, sources, &group.members, later || group.later),
        }),
    };
    members_in.iter().map(member).collect()
}

fn question(policy: &Policy, sources: &Sources, field: &typed::Field, later: bool) -> FormField {
    FormField {
        path: field.path.clone(),
        title: field.title.clone(),
        help: field.help.clone(),
        ty: kind(policy, &field.ty),
        required: !field.optional && !later,
        later,
        editorial: field.editorial,
        personal: field.personal,
        asked: field.asked.as_ref().map(|asked| sources.slice(asked.span).to_owned()),
    }
}

fn kind(policy: &Policy, ty: &Type) -> FormType {
    match ty {
        Type::YesNo | Type::Damaged => FormType::Yesno,
        Type::Int { min, max } => FormType::Int { min: *min, max: *max },
        Type::Decimal { min, max } => FormType::Decimal { min: min.to_string(), max: max.to_string() },
        Type::Percent { min, max } => FormType::Percent { min: min.to_string(), max: max.to_string() },
        Type::Duration { min, max } => FormType::Duration { min_ms: min.ms(), max_ms: max.ms() },
        Type::Instant => FormType::Instant,
        Type::Period => FormType::Period,
        Type::Enum(name) => {
            let (values, ordered) = values(policy, name);
            FormType::Enum { values, ordered }
        }
        Type::Set(name) => FormType::Set { values: values(policy, name).0 },
        Type::Text { min, max } => FormType::Text { min: *min, max: *max },
        Type::Digest => FormType::Digest,
        Type::Person => FormType::Person,
        Type::List(of) => FormType::List { of: *of },
    }
}

/// The values of an enumeration. `Template` is made of the catalogue.
fn values(policy: &Policy, name: &str) -> (Vec<Titled>, bool) {
    if name == "Template" {
        return (policy.entries.iter().map(|entry| titled(&entry.code, &entry.title)).collect(), false);
    }
    let found = policy.types.iter().find(|ty| ty.name == name);
    let values =
        found.iter().flat_map(|ty| &ty.variants).map(|variant| titled(&variant.name, &variant.title));
    (values.collect(), found.is_some_and(|ty| ty.ordered))
}
