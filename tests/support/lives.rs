//! A policy, people, and dice for lives of changes.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use tollgate::api::{self, Compiled, File};
use tollgate::change::{
    Actor, Ballot, Change, Choice, CloseCode, Command, Context, Kind, Machine, Register, Roster, State,
    Trigger, apply, next,
};
use tollgate::ir::Name;
use tollgate::json::{self, Json, Limits};
use tollgate::value::{Digest, Duration, Instant};

pub struct World {
    pub policy: Compiled,
    pub roster: Roster,
    pub register: Register,
    shared: Json,
}

/// The switch that lets the board vote between its meetings, as shipped and as lives need it.
const ASLEEP: &str = r#""The board may vote between its meetings"                     off"#;
const AWAKE: &str = r#""The board may vote between its meetings" on"#;

pub fn shipped() -> Compiled {
    // Once for all tests of a binary.
    static KEPT: OnceLock<Compiled> = OnceLock::new();
    KEPT.get_or_init(compiled).clone()
}

fn compiled() -> Compiled {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/change-management");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "gate"));
    paths.sort();
    let file = |path: &std::path::PathBuf| File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        // The board votes at any time, so that lives go on.
        text: fs::read_to_string(path).unwrap().replace(ASLEEP, AWAKE),
    };
    api::compile(&paths.iter().map(file).collect::<Vec<_>>()).0.unwrap()
}

pub fn parse(text: &str) -> Json {
    json::read(text, Limits::default()).unwrap()
}

impl World {
    pub fn new() -> Self {
        let shared = include_str!("../../rules/change-management/scenarios/shared.json");
        let shared = parse(shared);
        let roster = json::to_typed(shared.get("people").unwrap()).unwrap();
        Self { policy: shipped(), roster, register: Register::default(), shared }
    }

    pub fn at(&self, text: &str) -> Instant {
        text.parse().unwrap()
    }

    pub fn context(&self) -> Context<'_> {
        Context { ir: &self.policy.ir, roster: &self.roster, register: &self.register }
    }

    fn play(&self, steps: &[(&str, &str, Command)]) -> Change {
        let mut change: Option<Change> = None;
        for (at, by, command) in steps {
            let actor = Actor::Person(Name::from(*by));
            let events = next(change.as_ref(), command, &self.context(), self.at(at), &actor).unwrap();
            for event in &events {
                change = Some(apply(change, event).unwrap());
            }
        }
        change.unwrap()
    }

    /// A change of Medium risk that awaits its manager.
    pub fn awaiting(&self) -> Change {
        let request = self.shared.get("pool").unwrap().clone();
        self.play(&[
            (
                "2026-02-03T05:00:00Z",
                "u-asha",
                Command::Create { id: Name::from("CHG-1"), request: request.into() },
            ),
            ("2026-02-03T05:00:00Z", "u-asha", Command::Submit),
            ("2026-02-03T05:00:00Z", "u-asha", Command::Complete),
        ])
    }

    /// The same, approved.
    pub fn approved(&self) -> Change {
        let change = self.awaiting();
        let vote = Command::Vote(ballot(&change, Choice::Approve));
        let manager = Actor::Person(Name::from("u-manager"));
        let events =
            next(Some(&change), &vote, &self.context(), self.at("2026-02-03T06:00:00Z"), &manager).unwrap();
        events.iter().fold(change, |change, event| apply(Some(change), event).unwrap())
    }

    /// The history of a change that goes out in steps, up to its start.
    pub fn rolled_out_in_steps(&self) -> Vec<tollgate::change::Event> {
        let text = include_str!("../../rules/change-management/scenarios/metrics-degraded.json");
        let mut scenario = api::scenario(&parse(text), &|_| Ok(self.shared.clone())).unwrap();
        scenario.cases.truncate(1);
        scenario.cases[0].steps.clear();
        api::simulate(&self.policy, &scenario).unwrap().cases.remove(0).events
    }

    /// A command with somebody who may give it, most of the time.
    pub fn try_command(
        &self,
        dice: &mut Dice,
        kind: Kind,
        change: &Change,
        now: Instant,
    ) -> (Command, Actor) {
        let person = |id: &str| Actor::Person(Name::from(id));
        let mut command = command(kind, change, now);
        let usual = match kind {
            Kind::Vote | Kind::AskInfo | Kind::Accept | Kind::Retro => {
                let voters = [
                    "u-manager",
                    "u-ciso",
                    "u-vp",
                    "u-architect",
                    "u-compliance",
                    "u-devops",
                    "u-business",
                    "u-finance",
                ];
                person(dice.pick(&voters))
            }
            Kind::Reclassify | Kind::Hold | Kind::Lift => person("u-cm"),
            Kind::Trigger | Kind::Inconclusive => Actor::Machine(Machine::Monitor),
            Kind::Start | Kind::Promote | Kind::Done | Kind::Abort | Kind::Restored | Kind::RestoreFailed => {
                Actor::Machine(Machine::Ci)
            }
            Kind::Report => Actor::Machine(dice.pick(&[Machine::Ci, Machine::Ci, Machine::Monitor])),
            Kind::Close => Actor::Machine(Machine::Workflow),
            Kind::Review => person("u-architect"),
            _ => person("u-asha"),
        };
        if let Command::Report { facts } = &mut command {
            *facts = reported(change, &usual, dice, now).into();
        }
        if let Command::Vote(ballot) = &mut command
            && dice.chance(15)
        {
            ballot.decision = Choice::Reject;
            ballot.reason = Some(Name::from(dice.pick(&["insufficient_impact", "too_risky"])));
            "It is not ready".clone_into(&mut ballot.comment);
        }
        if let Command::Edit { request: edited } = &mut command {
            *edited = request(dice).into();
        }
        if let Command::Close { code, .. } = &mut command {
            *code = dice.pick(&[
                CloseCode::Successful,
                CloseCode::WithIssues,
                CloseCode::RolledBack,
                CloseCode::RollbackFailed,
                CloseCode::Failed,
            ]);
        }
        if let Command::Abort { deployed, .. } = &mut command {
            *deployed = dice.chance(50);
        }
        if let Command::Accept { accept, .. } = &mut command {
            *accept = dice.chance(90);
        }
        // Ends that come early would leave nothing to see.
        let rare = matches!(kind, Kind::Withdraw | Kind::Abort) && !dice.chance(10);
        if rare {
            return (Command::Tick, Actor::Machine(Machine::Workflow));
        }
        if dice.chance(95) {
            return (command, usual);
        }
        let others = ["u-asha", "u-cm", "u-impl", "u-manager", "u-ciso", "u-nobody"];
        (command, person(dice.pick(&others)))
    }
}

pub fn ballot(change: &Change, decision: Choice) -> Ballot {
    Ballot {
        decision,
        seat: None,
        reason: None,
        comment: String::new(),
        request: change.digest,
        revision: change.revision,
        policy: change.policy().map_or(Digest::of(b""), |policy| policy.digest),
    }
}

const SAVED: &str = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const BUILT: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A command as somebody would give it to this change.
pub fn command(kind: Kind, change: &Change, now: Instant) -> Command {
    let reason = || "The reason".to_owned();
    let implementer = || Name::from("u-impl");
    let window =
        tollgate::value::Period::new(now, now.checked_add(Duration::from_ms(86_400_000)).unwrap()).unwrap();
    let has_window = change.request.get("planned").is_some();
    match kind {
        Kind::Create => Command::Create { id: Name::from("CHG-1"), request: change.request.clone() },
        Kind::RecordUnauthorized => Command::RecordUnauthorized {
            id: Name::from("UNA-1"),
            deployment: Json::Object(Vec::new()),
            reason: reason(),
        },
        Kind::Edit => {
            let Json::Object(members) = &*change.request else { panic!("a request is an object") };
            let mut members = members.clone();
            members.retain(|(name, _)| name != "tenants");
            members.push(("tenants".to_owned(), parse("3")));
            Command::Edit { request: Json::Object(members).into() }
        }
        Kind::Submit => Command::Submit,
        Kind::Complete => Command::Complete,
        Kind::Report => Command::Report { facts: parse(r#"{"running": null}"#).into() },
        Kind::Vote => Command::Vote(ballot(change, Choice::Approve)),
        Kind::AskInfo => Command::AskInfo { comment: reason() },
        Kind::AnswerInfo => Command::AnswerInfo { comment: reason() },
        Kind::Revise => Command::Revise,
        Kind::Reclassify => Command::Reclassify { reason: reason() },
        Kind::Escalate => Command::Escalate { exception: Name::from("escalated_for_time"), reason: reason() },
        Kind::Accept => Command::Accept { accept: true, seat: None, comment: reason() },
        Kind::Schedule => {
            Command::Schedule { window: (!has_window).then_some(window), implementer: implementer() }
        }
        Kind::Hold => Command::Hold { reason: reason() },
        Kind::Lift => Command::Lift,
        Kind::Start => Command::Start { implementer: Some(implementer()) },
        Kind::BreakGlass => Command::BreakGlass {
            exception: Name::from("break_glass"),
            reason: reason(),
            implementer: Some(implementer()),
        },
        Kind::Promote => Command::Promote,
        Kind::Done => Command::Done,
        Kind::Abort => Command::Abort { reason: reason(), deployed: true },
        Kind::Trigger => Command::Trigger(Trigger {
            code: Name::from("METRICS"),
            rule: Name::from("latency_degraded"),
            at: now,
            first_bad: Some(now),
            evidence: Json::Null,
        }),
        Kind::Inconclusive => {
            let rules = if change.inconclusive.is_empty() {
                vec![Name::from("latency_degraded")]
            } else {
                Vec::new()
            };
            Command::Inconclusive { rules }
        }
        Kind::Restored => Command::Restored { digest: change.snapshot.unwrap_or(SAVED.parse().unwrap()) },
        Kind::RestoreFailed => Command::RestoreFailed { reason: reason() },
        Kind::FixForward => Command::FixForward { change: Name::from("CHG-2") },
        Kind::Verify => Command::Verify,
        Kind::Review => Command::Review { notes: reason(), docs_updated: true },
        Kind::Retro => Command::Retro { justified: true, comment: reason() },
        Kind::Close => {
            let code = match change.state {
                State::RolledBack => CloseCode::RolledBack,
                State::RollbackFailed => CloseCode::RollbackFailed,
                State::Failed => CloseCode::Failed,
                State::Unauthorized => CloseCode::Unauthorized,
                _ => CloseCode::Successful,
            };
            Command::Close { code, trail_whole: true }
        }
        Kind::Withdraw => Command::Withdraw { reason: reason() },
        Kind::Tick => Command::Tick,
    }
}

/// What machines report shortly before a start, and after it.
fn reported(change: &Change, by: &Actor, dice: &mut Dice, now: Instant) -> Json {
    let ago = |minutes: i64| now.checked_sub(Duration::from_ms(minutes * 60_000)).unwrap();
    if by.is(Machine::Monitor) {
        // What a deployment came to is told once it has begun; before, that is refused.
        return parse(match change.milestones.implementing.is_none() && dice.chance(95) {
            true => r#"{"baseline": {"samples": 1440}}"#,
            false => {
                r#"{"baseline": {"samples": 1440}, "verification": {"compliance": "passed", "security": "passed",
                "metrics": "passed", "controls": ["pii_detection"], "rollback_ready": true}}"#
            }
        });
    }
    let certificate = dice.chance(85);
    parse(&format!(
        r#"{{"pipeline": {{"env": "production", "artifact": "{BUILT}"}},
        "certificate": {{"same_issuer": true, "same_key_algorithm": {certificate}, "same_names": true, "runbook": "RB-12"}},
        "staging": {{"artifact": "{BUILT}", "compliance": "passed", "security": "passed"}},
        "running": {{"digest": "{SAVED}"}}, "log_shipper": {{"healthy_at": "{}"}},
        "snapshot": {{"digest": "{SAVED}", "taken_at": "{}", "restore_test": "passed"}}}}"#,
        ago(1),
        ago(30)
    ))
}

/// A request, of any class; mostly one that can go through.
pub fn request(dice: &mut Dice) -> Json {
    let shared = parse(include_str!("../../rules/change-management/scenarios/shared.json"));
    let base = dice.pick(&["pool", "pool", "pool", "embedding", "zero_day", "renewal"]);
    let Json::Object(mut members) = shared.get(base).unwrap().clone() else {
        panic!("a request is an object")
    };
    let mut set = |name: &str, value: &str| {
        members.retain(|(known, _)| known != name);
        members.push((name.to_owned(), parse(value)));
    };
    set("requester", r#""u-asha""#);
    set("planned", r#"{"start": "2026-02-03T04:00:00Z", "end": "2026-02-25T04:00:00Z"}"#);
    set("tenants", dice.pick(&["1", "2", "9", "14"]));
    if dice.chance(5) {
        set("env", r#""staging""#);
    }
    if dice.chance(10) {
        set("controls", r#"["pii_detection"]"#);
    }
    Json::Object(members)
}

/// Dice that fall the same way each time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678_9ABC_DEF1))
    }

    fn throw(&mut self) -> u64 {
        // xorshift64*, Vigna 2016.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        let count = u64::try_from(items.len()).unwrap();
        items[usize::try_from(self.throw() % count).unwrap()]
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.throw() % 100 < percent
    }

    pub fn later(&mut self, now: Instant) -> Instant {
        if self.chance(3) {
            return now.checked_add(Duration::from_ms(864_000_000)).unwrap();
        }
        let step_ms =
            self.pick(&[0, 0, 1, 1_000, 60_000, 60_000, 600_000, 3_600_000, 21_600_000, 86_400_000]);
        now.checked_add(Duration::from_ms(step_ms)).unwrap()
    }
}
