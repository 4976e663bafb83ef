//! The declarations of a policy, as `eval` reads them: conditions are nodes, names are numbers, titles stand beside.

use super::{EnumId, FactsId, GroupId, Name, NodeId, SlotId, Type};
use crate::text::Span;
use crate::value::{CivilDate, ClockTime, Digest, Fixed, Limit, Ratio, Weekday};
use serde::{Deserialize, Serialize};

/// What a policy is called.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
    /// The code, such as `GCC-CHANGE`.
    pub id: Name,
    /// The title.
    pub title: Name,
    /// The author's version.
    pub version: Name,
    /// The edition of the language.
    pub edition: u32,
    /// SHA-256 of the canonical bytes.
    pub digest: Digest,
}

/// A name with its words for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Titled {
    /// The name.
    pub name: Name,
    /// The words.
    pub title: Name,
}

/// An enumeration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enum {
    /// Its name.
    pub name: Name,
    /// Its values, in order.
    pub values: Vec<Titled>,
}

/// Where a slot's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A person answers it.
    Request,
    /// A machine reports it, in this group.
    Facts(FactsId),
}

/// One field of the request or of a facts group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Slot {
    /// Where it was declared.
    pub span: Span,
    /// The whole path, such as `impact.technical.summary`.
    pub path: Name,
    /// The title.
    pub title: Name,
    /// The type.
    pub ty: Type,
    /// Whether it says `optional`.
    pub optional: bool,
    /// Whether it may be missing when the request is submitted because its group is `later`.
    pub later: bool,
    /// Whether it may be edited without a new approval.
    pub editorial: bool,
    /// Whether its value must not be shown.
    pub personal: bool,
    /// Who gives it.
    pub origin: Origin,
    /// The groups of the request that it stands in, outermost first.
    pub groups: Vec<GroupId>,
    /// The form asks only when this holds.
    pub asked: Option<NodeId>,
}

/// A group of the request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    /// Where it was declared.
    pub span: Span,
    /// The whole path.
    pub path: Name,
    /// The title.
    pub title: Name,
    /// The fields in it and in the groups inside, in the order of the form.
    pub slots: Vec<SlotId>,
}

/// A facts group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FactsGroup {
    /// Where it was declared.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Name,
    /// Who reports it: `ci`, `monitor`, `workflow`, `helpdesk` or `suites`.
    pub from: Name,
    /// Its fields.
    pub slots: Vec<SlotId>,
}

/// A named condition or value.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Let {
    /// Where it was declared.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// What it stands for.
    pub value: NodeId,
}

/// A switch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Switch {
    /// Where it was declared.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Name,
    /// Its position.
    pub on: bool,
}

/// How the rules of a table are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HitPolicy {
    /// Exactly one holds.
    Unique,
    /// The first that holds.
    First,
}

/// A decision table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Table {
    /// Where it was declared.
    pub span: Span,
    /// How its rules are read.
    pub hit: HitPolicy,
    /// In the order written; `otherwise`, the only one without a condition, is last.
    pub rules: Vec<Rule>,
}

/// One rule of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// Where it was declared.
    pub span: Span,
    /// The id.
    pub id: Name,
    /// The title.
    pub title: Name,
    /// When it holds; `None` for `otherwise`.
    pub when: Option<NodeId>,
    /// What it gives.
    pub gives: Gives,
    /// A mark that it leaves on the change.
    pub flag: Option<Name>,
    /// The clauses of law that it serves.
    pub serves: Vec<Name>,
    /// The roles it tells.
    pub notify: Vec<Name>,
}

/// What a rule gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gives {
    /// A value of the `Scope` or `Class` enumeration.
    Value(u16),
    /// The right to decide.
    Approve(Approver),
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Approver {
    /// Nobody needs to.
    Automatically,
    /// So many of these roles.
    Roles {
        /// How many.
        count: u32,
        /// The roles.
        roles: Vec<Name>,
    },
    /// A board, by its position in `Ir::boards`.
    Board(u32),
}

/// How points are added up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Score {
    /// Where it was declared.
    pub span: Span,
    /// The enumeration of levels.
    pub scale: EnumId,
    /// What adds points.
    pub factors: Vec<Factor>,
    /// The level for each range of points, contiguous from 0.
    pub bands: Vec<Band>,
}

/// What adds points.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Factor {
    /// Where it was declared.
    pub span: Span,
    /// The id.
    pub id: Name,
    /// The title.
    pub title: Name,
    /// How many points.
    pub adds: u32,
    /// When.
    pub when: NodeId,
}

/// A level from so many points on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The level.
    pub level: u16,
    /// The fewest points.
    pub from: u32,
}

/// A change approved in advance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// Where it was declared.
    pub span: Span,
    /// The code.
    pub code: Name,
    /// The title.
    pub title: Name,
    /// The entry's version.
    pub version: Name,
    /// The board that approved it.
    pub approved_by: Name,
    /// The first day on which it covers a submission, in the policy's zone.
    pub approved_on: CivilDate,
    /// The last such day.
    pub valid_until: CivilDate,
    /// The code after that.
    pub expired_code: Name,
    /// When too many runs failed.
    pub suspend: Option<Suspend>,
    /// Its `for`.
    pub applies: NodeId,
    /// What else it asks.
    pub guards: Vec<Guard>,
}

/// When an entry is suspended for its history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Suspend {
    /// In percent; strictly below is suspended.
    pub below: Fixed,
    /// At most so many runs are looked at.
    pub last: u32,
    /// The code.
    pub code: Name,
}

/// A condition of an entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guard {
    /// Where it was declared.
    pub span: Span,
    /// The id.
    pub id: Name,
    /// The title.
    pub title: Name,
    /// When it is asked.
    pub when: Option<NodeId>,
    /// What it asks.
    pub that: NodeId,
}

/// How a class makes the final risk of the assessed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClassRisk {
    /// Always this level.
    Fixed(u16),
    /// The assessed risk, but at least this.
    AssessedAtLeast(u16),
    /// The assessed risk.
    Assessed,
}

/// A class of change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Class {
    /// Where it was declared.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Name,
    /// Its final risk.
    pub risk: ClassRisk,
    /// Its service level.
    pub due: Option<Due>,
    /// The state in which the clock stands still.
    pub pauses_while: Option<Name>,
    /// Who is told when a share of the time is used.
    pub alerts: Vec<Alert>,
    /// What is looked at afterwards.
    pub review: Option<Review>,
}

/// A limit between two milestones.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Due {
    /// The limit.
    pub limit: Limit,
    /// From here.
    pub from: Name,
    /// To here.
    pub to: Name,
}

/// Who is told when a share of the time is used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Alert {
    /// In percent.
    pub at: Vec<Fixed>,
    /// The roles.
    pub to: Vec<Name>,
}

/// A review after the fact.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Review {
    /// The board or role.
    pub by: Name,
    /// By when.
    pub limit: Limit,
    /// Counted from this milestone.
    pub after: Name,
    /// The code while it is missing.
    pub code: Name,
}

/// A board.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Board {
    /// Where it was declared.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Name,
    /// Its seats.
    pub seats: Vec<Seat>,
    /// How many must approve.
    pub quorum: Quorum,
    /// When it meets; `None` if it has no fixed day.
    pub meets: Option<Meets>,
    /// When it may vote between its meetings; `None` for never.
    pub votes_between: Option<NodeId>,
}

/// A weekly meeting, and when its agenda closes, in the policy's zone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Meets {
    /// The day.
    pub day: Weekday,
    /// When it begins.
    pub from: ClockTime,
    /// When it ends.
    pub to: ClockTime,
    /// The day on which the agenda closes.
    pub closes_day: Weekday,
    /// When it closes.
    pub closes_at: ClockTime,
}

/// A role; who holds it is data of the roster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Role {
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Name,
    /// Whether a rotation says who stands in for its holder.
    pub on_call: bool,
}

/// A seat.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Seat {
    /// Where it was declared.
    pub span: Span,
    /// The id.
    pub id: Name,
    /// The question it answers.
    pub question: Name,
    /// The role that holds it.
    pub held_by: Name,
    /// Whether its approval is needed.
    pub mandatory: bool,
    /// When it exists; `None` for always.
    pub seated_when: Option<NodeId>,
}

/// How many seated members must approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quorum {
    /// A share of the seats that exist, rounded up.
    Share(Ratio),
    /// A fixed number.
    Count(u32),
}
