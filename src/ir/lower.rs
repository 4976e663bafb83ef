//! From the typed policy to the form that runs.

use super::*;
use crate::check::typed;
use std::collections::BTreeMap;

/// Lowers a policy in which the checker found no error.
///
/// ```text
/// names ─► numbers      conditions ─► nodes in one list      lets ─► shared nodes
/// ```
pub fn lower(policy: &typed::Policy) -> Ir {
    let mut pass = Pass { ir: empty(policy), enums: BTreeMap::new(), names: BTreeMap::new() };
    pass.enums(policy);
    pass.slots(policy);
    // Names before values: a let may read one that is declared after it.
    for switch in &policy.switches {
        let id = SwitchId(number(pass.ir.switches.len()));
        pass.names.insert(switch.name.as_str(), Meaning::Switch(id));
        let (name, title) = (shared(&switch.name), shared(&switch.title));
        pass.ir.switches.push(Switch { span: switch.span, name, title, on: switch.on });
    }
    for (index, declared) in policy.lets.iter().enumerate() {
        pass.names.insert(declared.name.as_str(), Meaning::Let(LetId(number(index))));
    }
    for declared in &policy.lets {
        let value = pass.expr(&declared.value);
        pass.ir.lets.push(Let { span: declared.span, name: shared(&declared.name), value });
    }
    pass.asked(&policy.request);
    pass.declarations(policy);
    pass.telemetry(policy);
    pass.ir.beside = telemetry_nodes(&pass.ir).into_iter().collect();
    pass.ir.wordings = Wordings::of(pass.ir.nodes.len());
    pass.ir.names = Names::of(&pass.ir);
    pass.ir
}

/// What a name of the values' namespace stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Slot(SlotId),
    Group(GroupId),
    Facts(FactsId),
    Let(LetId),
    Switch(SwitchId),
}

struct Pass<'a> {
    ir: Ir,
    enums: BTreeMap<&'a str, (EnumId, BTreeMap<&'a str, u16>)>,
    names: BTreeMap<&'a str, Meaning>,
}

fn shared(text: &str) -> Name {
    Name::from(text)
}

fn all_shared(texts: &[String]) -> Vec<Name> {
    texts.iter().map(|text| shared(text)).collect()
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn short(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

fn empty(policy: &typed::Policy) -> Ir {
    let identity = Identity {
        id: shared(&policy.code),
        title: shared(&policy.title),
        version: shared(&policy.version),
        edition: policy.edition,
        digest: digest(policy),
    };
    Ir {
        identity,
        owner: policy.owner.as_deref().map(shared),
        zone: policy.zone.as_deref().and_then(Zone::named).unwrap_or(Zone::UTC),
        enums: Vec::new(),
        template_enum: EnumId(0),
        scope_enum: EnumId(0),
        class_enum: EnumId(0),
        route_enum: EnumId(0),
        risk_enum: None,
        slots: Vec::new(),
        groups: Vec::new(),
        facts: Vec::new(),
        nodes: Vec::new(),
        spans: Vec::new(),
        wordings: Wordings::default(),
        names: Names::default(),
        lets: Vec::new(),
        switches: Vec::new(),
        placeholders: policy.placeholders.iter().map(|text| shared(text.trim())).collect(),
        template: None,
        touches: None,
        scope: None,
        score: None,
        entries: Vec::new(),
        classes: Vec::new(),
        classify: None,
        route: None,
        roles: Vec::new(),
        approvals: Apart::default(),
        boards: Vec::new(),
        regimes: Vec::new(),
        exceptions: Vec::new(),
        canaries: Vec::new(),
        retains: Vec::new(),
        calendars: Apart::default(),
        calendar_choices: Vec::new(),
        freezes: Vec::new(),
        gates: Vec::new(),
        promises: Vec::new(),
        metrics: Apart::default(),
        rollback: Apart::default(),
        beside: Vec::new(),
    }
}

// ---- vocabulary

impl<'a> Pass<'a> {
    fn enums(&mut self, policy: &'a typed::Policy) {
        for declared in &policy.types {
            self.add_enum(
                &declared.name,
                declared.variants.iter().map(|v| (v.name.as_str(), v.title.as_str())),
            );
        }
        let entries = policy.entries.iter().map(|entry| (entry.code.as_str(), entry.title.as_str()));
        self.ir.template_enum = self.add_enum("Template", entries);
        let scopes = [("in_scope", "In scope"), ("out_of_scope", "Out of scope")];
        self.ir.scope_enum = self.add_enum("Scope", scopes.into_iter());
        let classes = policy.classes.iter().map(|class| (class.name.as_str(), class.title.as_str()));
        self.ir.class_enum = self.add_enum("Class", classes);
        let routes = policy.route.iter().flat_map(|table| table.rules.iter().chain(&table.otherwise));
        self.ir.route_enum =
            self.add_enum("Route", routes.map(|rule| (rule.id.as_str(), rule.title.as_str())));
        self.ir.risk_enum = match &policy.score {
            Some(score) => self.enum_id(&score.scale),
            None => self.scale_of_classes(policy),
        };
    }

    fn add_enum(&mut self, name: &'a str, values: impl Iterator<Item = (&'a str, &'a str)>) -> EnumId {
        let id = EnumId(number(self.ir.enums.len()));
        let values: Vec<(&str, &str)> = values.collect();
        let by_name = values.iter().enumerate().map(|(index, (name, _))| (*name, short(index))).collect();
        self.enums.insert(name, (id, by_name));
        let titled = |&(name, title): &(&str, &str)| Titled { name: shared(name), title: shared(title) };
        self.ir.enums.push(Enum { name: shared(name), values: values.iter().map(titled).collect() });
        id
    }

    /// The ordered enumeration that holds every level a class names, for policies without a score.
    fn scale_of_classes(&self, policy: &typed::Policy) -> Option<EnumId> {
        let levels: Vec<&str> = policy.classes.iter().filter_map(|class| level_of(&class.risk)).collect();
        let holds_all = |declared: &&typed::EnumType| {
            declared.ordered && levels.iter().all(|level| declared.variants.iter().any(|v| v.name == *level))
        };
        if levels.is_empty() {
            return None;
        }
        policy.types.iter().find(holds_all).and_then(|declared| self.enum_id(&declared.name))
    }

    fn enum_id(&self, name: &str) -> Option<EnumId> {
        self.enums.get(name).map(|(id, _)| *id)
    }

    /// The number of a value; the checker knows it.
    fn value(&self, enumeration: &str, value: &str) -> u16 {
        self.enums.get(enumeration).and_then(|(_, values)| values.get(value)).copied().unwrap_or_default()
    }

    fn level(&self, level: &str) -> u16 {
        let scale = self.ir.risk_enum.and_then(|id| self.ir.enums.get(id.index()));
        let position = scale.and_then(|scale| scale.values.iter().position(|value| &*value.name == level));
        position.map_or(0, short)
    }

    fn ty(&self, ty: &typed::Type) -> Type {
        match ty {
            typed::Type::YesNo | typed::Type::Damaged => Type::YesNo,
            typed::Type::Int { min, max } => Type::Int { min: *min, max: *max },
            typed::Type::Decimal { min, max } => Type::Decimal { min: *min, max: *max },
            typed::Type::Percent { min, max } => Type::Percent { min: *min, max: *max },
            typed::Type::Duration { min, max } => Type::Duration { min: *min, max: *max },
            typed::Type::Instant => Type::Instant,
            typed::Type::Period => Type::Period,
            typed::Type::Enum(name) => Type::Enum(self.enum_id(name).unwrap_or(EnumId(0))),
            typed::Type::Set(name) => Type::Set(self.enum_id(name).unwrap_or(EnumId(0))),
            typed::Type::Text { min, max } => Type::Text { min: *min, max: *max },
            typed::Type::Digest => Type::Digest,
            typed::Type::Person => Type::Person,
            typed::Type::List(of) => Type::List(*of),
        }
    }
}

// ---- inputs

impl<'a> Pass<'a> {
    fn slots(&mut self, policy: &'a typed::Policy) {
        self.members(&policy.request, &[], false);
        for declared in &policy.facts {
            let id = FactsId(number(self.ir.facts.len()));
            self.names.insert(declared.name.as_str(), Meaning::Facts(id));
            let slots =
                declared.fields.iter().map(|field| self.slot(field, Origin::Facts(id), &[], false)).collect();
            let (name, title) = (shared(&declared.name), shared(&declared.title));
            let from = shared(&declared.from);
            self.ir.facts.push(FactsGroup { span: declared.span, name, title, from, slots });
        }
        let is_template = |slot: &Slot| slot.ty == Type::Enum(self.ir.template_enum);
        let template =
            self.ir.slots.iter().position(|slot| is_template(slot) && slot.origin == Origin::Request);
        self.ir.template = template.map(|index| SlotId(number(index)));
        self.ir.touches = policy.touches.as_deref().and_then(|path| self.slot_named(path));
    }

    fn members(&mut self, members: &'a [typed::Member], groups: &[GroupId], later: bool) {
        for member in members {
            match member {
                typed::Member::Field(field) => {
                    self.slot(field, Origin::Request, groups, later);
                }
                typed::Member::Group(group) => {
                    let id = GroupId(number(self.ir.groups.len()));
                    self.names.insert(group.path.as_str(), Meaning::Group(id));
                    let (path, title) = (shared(&group.path), shared(&group.title));
                    self.ir.groups.push(Group { span: group.span, path, title, slots: Vec::new() });
                    let inside: Vec<GroupId> = groups.iter().copied().chain([id]).collect();
                    self.members(&group.members, &inside, later || group.later);
                }
            }
        }
    }

    fn slot(&mut self, field: &'a typed::Field, origin: Origin, groups: &[GroupId], later: bool) -> SlotId {
        let id = SlotId(number(self.ir.slots.len()));
        self.names.insert(field.path.as_str(), Meaning::Slot(id));
        for group in groups {
            if let Some(group) = self.ir.groups.get_mut(group.index()) {
                group.slots.push(id);
            }
        }
        let slot = Slot {
            span: field.span,
            path: shared(&field.path),
            title: shared(&field.title),
            ty: self.ty(&field.ty),
            optional: field.optional,
            later,
            editorial: field.editorial,
            personal: field.personal,
            origin,
            groups: groups.to_vec(),
            asked: None,
        };
        self.ir.slots.push(slot);
        id
    }

    fn asked(&mut self, members: &'a [typed::Member]) {
        for member in members {
            match member {
                typed::Member::Group(group) => self.asked(&group.members),
                typed::Member::Field(field) => {
                    let asked = field.asked.as_ref().map(|condition| self.expr(condition));
                    let id = self.slot_named(&field.path);
                    if let Some(slot) = id.and_then(|id| self.ir.slots.get_mut(id.index())) {
                        slot.asked = asked;
                    }
                }
            }
        }
    }

    /// The slots of a field, a group or a facts group.
    fn slots_named(&self, path: &str) -> Vec<SlotId> {
        match self.names.get(path) {
            Some(Meaning::Slot(id)) => vec![*id],
            Some(Meaning::Group(id)) => {
                self.ir.groups.get(id.index()).map(|group| group.slots.clone()).unwrap_or_default()
            }
            Some(Meaning::Facts(id)) => {
                self.ir.facts.get(id.index()).map(|group| group.slots.clone()).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn slot_named(&self, path: &str) -> Option<SlotId> {
        match self.names.get(path) {
            Some(Meaning::Slot(id)) => Some(*id),
            _ => None,
        }
    }
}

fn level_of(risk: &typed::ClassRisk) -> Option<&str> {
    match risk {
        typed::ClassRisk::Fixed(level) | typed::ClassRisk::AssessedAtLeast(level) => Some(level),
        typed::ClassRisk::Assessed => None,
    }
}

mod declarations;
mod expr;
mod telemetry;
