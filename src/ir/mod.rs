//! The form that everything runs on: a checked policy with its names turned into numbers.
//!
//! ```text
//! typed policy ─ lower ─► Ir ─┬─ eval       what it decides, and why
//!                             ├─ analyze    boundaries: the values at which a decision can change
//!                             └─ print      a condition as its author would read it
//! typed policy ─ canonical ─► RFC 8785 bytes ─► digest: the policy's identity
//! ```
//!
//! Always holds in an [`Ir`] that [`lower`] made: every id points into its list; a node's operands have the types that
//! its operator takes; lets read no let that reads them; names and titles are only copied into answers, never
//! compared while deciding. Metrics and rollback rules stand beside what decides: a monitor reads those, a decision does not.

mod apart;
mod boundary;
#[cfg(feature = "compiler")]
mod canonical;
mod duty;
#[cfg(feature = "compiler")]
mod lower;
mod names;
mod personal;
pub use personal::without;
mod print;
mod record;
mod sound;
mod table;
mod telemetry;
mod walk;
mod wording;

pub use apart::Apart;
pub use boundary::{Boundaries, Moments, boundaries, boundaries_among, moments};
#[cfg(feature = "compiler")]
pub use canonical::{canonical, digest};
pub use duty::*;
#[cfg(feature = "compiler")]
pub use lower::lower;
pub use names::Names;
pub use print::{print, print_not, print_value, set_names, word};
pub use record::{InputDigests, Presence, Record, State, TrailFreeze};
pub use sound::is_sound;
pub use table::*;
pub use telemetry::*;
pub use walk::{all_nodes, operands, own_slots, reads};
pub use wording::{Wording, Wordings};

pub use crate::value::{Builtin, Comparison, Has, ListOf, SpanOfTime};

use crate::text::Span;
use crate::value::{Glob, Value, Zone};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Text that is shared between the policy and the answers that name it.
pub type Name = Arc<str>;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// Returns the position in the list that the id points into.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// Points into [`Ir::nodes`] and [`Ir::spans`].
    NodeId;
    /// Points into [`Ir::slots`] and [`Record::slots`].
    SlotId;
    /// Points into [`Ir::enums`].
    EnumId;
    /// Points into [`Ir::lets`].
    LetId;
    /// Points into [`Ir::groups`].
    GroupId;
    /// Points into [`Ir::facts`] and [`Record::facts`].
    FactsId;
    /// Points into [`Ir::switches`].
    SwitchId;
}

/// One step of a condition or a value.
///
/// An operand that is missing makes a relation no; one that is not yet answered makes it unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Node {
    /// A value written in the policy, and its type for printing.
    Constant(Value, Type),
    /// A field of the request or of a facts group.
    Slot(SlotId),
    /// The start or the end of a period field.
    Edge {
        /// The field.
        slot: SlotId,
        /// The end rather than the start.
        end: bool,
    },
    /// A named condition or value.
    Let(LetId),
    /// A constant of the policy that analysis treats as free.
    Switch(SwitchId),
    /// A word that the engine gives a value.
    Builtin(Builtin),
    /// Yes for no.
    Not(NodeId),
    /// All of these, looked at from left to right until one does not hold.
    And(Box<[NodeId]>),
    /// Any of these, looked at from left to right until one holds.
    Or(Box<[NodeId]>),
    /// A value, or another where it is missing.
    Else {
        /// What may be missing.
        value: NodeId,
        /// What stands in for it.
        fallback: NodeId,
    },
    /// `<`, `<=`, `>`, `>=`.
    Compare {
        /// Which of the four.
        op: Comparison,
        /// The left operand.
        left: NodeId,
        /// The right operand.
        right: NodeId,
    },
    /// Whether two values are the same.
    Equal {
        /// The left operand.
        left: NodeId,
        /// The right operand.
        right: NodeId,
    },
    /// Whether a value is one of some constants.
    OneOf {
        /// The value.
        left: NodeId,
        /// The constants.
        items: Box<[Value]>,
    },
    /// Whether a field is given.
    Given(SlotId),
    /// Whether a group of the request is given: each field of it that is not optional.
    GroupGiven(GroupId),
    /// Whether a facts group is given.
    FactsGiven(FactsId),
    /// Whether each needed field of a group is given and no text in it is a placeholder.
    Complete(GroupId),
    /// Whether a text is given and no placeholder.
    FilledIn(SlotId),
    /// Whether a set or list has no members.
    Empty(NodeId),
    /// How two sets compare.
    Has {
        /// Whether any or all of the right, or nothing but the right, is in the left.
        how: Has,
        /// The set asked about.
        left: NodeId,
        /// The set it is compared with.
        right: NodeId,
    },
    /// Whether the paths of a list match patterns.
    Matches {
        /// All of them (and there is one), rather than any.
        all: bool,
        /// The list.
        left: NodeId,
        /// The patterns.
        globs: Box<[Glob]>,
    },
    /// Whether an instant lies in a half-open period.
    During {
        /// The instant.
        instant: NodeId,
        /// The period.
        period: NodeId,
    },
    /// A sum. The checker has shown that it fits.
    Add(NodeId, NodeId),
    /// A difference. The checker has shown that it fits.
    Subtract(NodeId, NodeId),
}

/// The type of a slot or constant, with enumerations by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    /// Yes or no.
    YesNo,
    /// A whole number in an inclusive range.
    Int {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A fixed-point number in an inclusive range.
    Decimal {
        /// The smallest.
        min: crate::value::Fixed,
        /// The largest.
        max: crate::value::Fixed,
    },
    /// A percentage in an inclusive range.
    Percent {
        /// The smallest.
        min: crate::value::Fixed,
        /// The largest.
        max: crate::value::Fixed,
    },
    /// A length of time in an inclusive range.
    Duration {
        /// The shortest.
        min: crate::value::Duration,
        /// The longest.
        max: crate::value::Duration,
    },
    /// A point in time.
    Instant,
    /// A half-open stretch of time.
    Period,
    /// One value of an enumeration.
    Enum(EnumId),
    /// Some values of an enumeration.
    Set(EnumId),
    /// Text of so many characters, inclusive.
    Text {
        /// The fewest.
        min: u32,
        /// The most.
        max: u32,
    },
    /// `sha256:` and 64 hexadecimal digits.
    Digest,
    /// An opaque person id.
    Person,
    /// A list of texts.
    List(ListOf),
}

/// A policy, ready to run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ir {
    /// What the policy is called, and its digest.
    pub identity: Identity,
    /// The role that owns the policy, and manages the changes under it.
    pub owner: Option<Name>,
    /// The zone in which the policy's own dates are read; UTC where it names none.
    pub zone: Zone,
    /// The author's enumerations, then `Template`, `Scope`, `Class` and `Route`, made from the declarations.
    pub enums: Vec<Enum>,
    /// The enumeration of catalogue codes, in the order of [`Ir::entries`].
    pub template_enum: EnumId,
    /// `in_scope`, `out_of_scope`.
    pub scope_enum: EnumId,
    /// The classes, in the order of [`Ir::classes`].
    pub class_enum: EnumId,
    /// The rules of the route table, in its order, `otherwise` last.
    pub route_enum: EnumId,
    /// The ordered enumeration of assessed and final risks, if the policy has any.
    pub risk_enum: Option<EnumId>,
    /// The fields of the request in the order of the form, then those of the facts groups.
    pub slots: Vec<Slot>,
    /// The groups of the request, outer before inner.
    pub groups: Vec<Group>,
    /// The facts groups.
    pub facts: Vec<FactsGroup>,
    /// All conditions and values.
    pub nodes: Vec<Node>,
    /// Where each node was written.
    pub spans: Vec<Span>,
    /// Each node in words, found when an explanation first asks.
    #[serde(skip)]
    pub wordings: Wordings,
    /// The names that a request may have.
    #[serde(skip)]
    pub names: Names,
    /// The named conditions and values.
    pub lets: Vec<Let>,
    /// The constants that analysis treats as free.
    pub switches: Vec<Switch>,
    /// Texts that stand for "not filled in", trimmed.
    pub placeholders: Vec<Name>,
    /// The request field that names a catalogue entry.
    pub template: Option<SlotId>,
    /// The set field that lists the controls a change touches.
    pub touches: Option<SlotId>,
    /// In or out of scope; everything is in scope where there is no table.
    pub scope: Option<Table>,
    /// How points are added up.
    pub score: Option<Score>,
    /// What the board has approved in advance.
    pub entries: Vec<Entry>,
    /// The classes, in the order declared.
    pub classes: Vec<Class>,
    /// Which class.
    pub classify: Option<Table>,
    /// Who decides.
    pub route: Option<Table>,
    /// The roles.
    pub roles: Vec<Role>,
    /// What holds for every approval; `None` if nobody ever decides.
    pub approvals: Apart<Option<Approvals>>,
    /// The boards.
    pub boards: Vec<Board>,
    /// The regimes, and when they apply.
    pub regimes: Vec<Regime>,
    /// The controlled ways round a rule.
    pub exceptions: Vec<Exception>,
    /// The gradual rollouts.
    pub canaries: Vec<Canary>,
    /// How long records are kept.
    pub retains: Vec<Retain>,
    /// Working time.
    pub calendars: Apart<Vec<Calendar>>,
    /// Which calendar counts.
    pub calendar_choices: Vec<CalendarChoice>,
    /// The policy's own freezes.
    pub freezes: Vec<Freeze>,
    /// What each step of a change must show.
    pub gates: Vec<Gate>,
    /// What must hold for every request.
    pub promises: Vec<Promise>,
    /// What is measured.
    pub metrics: Apart<Vec<Metric>>,
    /// What takes a change back.
    pub rollback: Apart<Option<Rollback>>,
    /// The nodes that only metrics and rollback rules read, in order: no decision looks at them. What a `let` stands for is not
    /// among them.
    pub beside: Vec<NodeId>,
}

/// What stands in for a node that does not exist; no id that [`lower`] made points at it.
static NOTHING: Node = Node::Constant(Value::YesNo(false), Type::YesNo);

impl Ir {
    /// Returns the node.
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.index()).unwrap_or(&NOTHING)
    }

    /// Returns where the node was written.
    pub fn span(&self, id: NodeId) -> Span {
        self.spans.get(id.index()).copied().unwrap_or(Span::empty_at(crate::text::SourceId(0), 0))
    }

    /// Returns the slot with this path, if there is one.
    pub fn slot_by_path(&self, path: &str) -> Option<SlotId> {
        let index = self.slots.iter().position(|slot| &*slot.path == path)?;
        u32::try_from(index).ok().map(SlotId)
    }

    /// Returns the name of a value of an enumeration; empty if it has no such value.
    pub fn value_name(&self, enumeration: EnumId, value: u16) -> Name {
        self.value_of(enumeration, value).map_or_else(|| Name::from(""), |named| named.name.clone())
    }

    /// Returns the title of a value of an enumeration; empty if it has no such value.
    pub fn value_title(&self, enumeration: EnumId, value: u16) -> Name {
        self.value_of(enumeration, value).map_or_else(|| Name::from(""), |named| named.title.clone())
    }

    fn value_of(&self, enumeration: EnumId, value: u16) -> Option<&Titled> {
        self.enums.get(enumeration.index())?.values.get(usize::from(value))
    }
}
