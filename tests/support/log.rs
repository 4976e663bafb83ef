//! A trail in memory, with keys for everybody in it.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use tollgate::api::trail::{
    self as api_trail, Administer, AdoptCall, Beside, CommandAnswer, CommandCall, Finding, GivenBy, Prepared,
    Redecider, SignedBy, Signer, ToHold,
};
use tollgate::api::{self, Compiled, File, Refusal};
use tollgate::change::{Actor, Change, Command, Kind};
use tollgate::ir::Name;
use tollgate::json::{self, Json, from_serialize};
use tollgate::trail::key::Seed;
use tollgate::trail::{
    self, Act, Author, Began, Disclosure, Enrolled, Entry, Envelope, Head, Hold, LogKey, Millis, Role, Root,
    Sealed, Signature, Spki, Verifier, pre_authentication, restore,
};
use tollgate::value::{Digest, Duration, Instant};

use super::lives::{Dice, World, request};

pub const ORIGIN: &str = "changes.example";

/// The people who hold keys.
const PEOPLE: [&str; 14] = [
    "u-asha",
    "u-cm",
    "u-manager",
    "u-ciso",
    "u-vp",
    "u-architect",
    "u-compliance",
    "u-devops",
    "u-business",
    "u-finance",
    "u-dep",
    "u-author",
    "u-impl",
    "u-nobody",
];

pub struct Trail {
    pub world: World,
    pub roster: Json,
    pub head: Head,
    pub entries: Vec<String>,
    pub blobs: BTreeMap<Digest, String>,
    pub disclosures: Vec<Disclosure>,
    pub changes: BTreeMap<String, Change>,
    pub now: Instant,
}

/// A hold on a change that the log has, as far as the host says.
pub fn to_hold(hold: Hold) -> Administer {
    let changes = vec![hold.change.clone()];
    Administer::Hold(ToHold { hold, changes })
}

/// The seed of somebody's key: `root-1`, `log`, or a person.
pub fn seed(of: &str) -> Seed {
    Seed::from_bytes(Digest::of(of.as_bytes()).bytes)
}

pub fn spki(of: &str) -> Spki {
    Spki::of(&seed(of).public_key())
}

/// Everybody who signs in a trail that grows.
pub fn signers() -> impl Iterator<Item = &'static str> {
    ["log", "root-1", "root-2", "root-3"].into_iter().chain(PEOPLE)
}

/// Whose key it is.
fn owner(id: &str) -> &'static str {
    let others = ["log", "root-1", "root-2", "root-3", "log-2", "u-manager-2", "u-dpo", "pipeline"];
    let known = PEOPLE.into_iter().chain(others).find(|of| seed(of).public_key().id().to_string() == *id);
    known.unwrap_or_else(|| panic!("nobody has key {id}"))
}

pub fn sign(payload: &str, of: &str) -> Signature {
    let seed = seed(of);
    Signature { key: seed.public_key().id(), bytes: seed.sign(&pre_authentication(payload)) }
}

/// Everybody signs who must.
pub fn signed(prepared: &Prepared) -> Vec<Signature> {
    let ids = prepared.signers.iter().flat_map(|signer| match signer {
        Signer::Key(key) => vec![key.clone()],
        Signer::Among { least, keys } => keys.iter().take(*least as usize).cloned().collect(),
    });
    ids.map(|id| sign(&prepared.payload, owner(&id))).collect()
}

impl Trail {
    /// A trail with its keys, the shipped policy and its roster: 16 entries.
    pub fn new() -> Self {
        Self::named(ORIGIN)
    }

    /// Such a trail of another name.
    pub fn named(origin: &str) -> Self {
        let world = World::new();
        let roster = from_serialize(&world.roster).unwrap();
        let now = world.at("2026-02-03T05:00:00Z");
        let began = Began {
            origin: origin.to_owned(),
            root: Root { keys: ["root-1", "root-2", "root-3"].map(spki).to_vec(), threshold: 2 },
            log_key: LogKey { spki: spki("log"), person: None },
            nonce: "0123456789abcdef".to_owned(),
        };
        let prepared = api_trail::begin(&began, Author::person("u-cm"), now).unwrap();
        let sealed = api_trail::seal(None, prepared.payload.clone(), signed(&prepared)).unwrap();
        let entries = vec![sealed.head.last.clone()];
        let (blobs, disclosures, changes) = Default::default();
        let mut trail = Self { world, roster, head: sealed.head, entries, blobs, disclosures, changes, now };
        for person in PEOPLE {
            let author = ["u-cm", "u-author", "u-asha"].contains(&person);
            let roles = if author { vec![Role::Approver, Role::PolicyAuthor] } else { vec![Role::Approver] };
            let enrolled =
                Enrolled { spki: spki(person), roles, person: Some(person.to_owned()), machine: None };
            trail.administer(&Administer::Enrol(enrolled)).unwrap();
        }
        trail.administer(&Administer::SetRoster(trail.roster.clone())).unwrap();
        let policy = super::lives::shipped();
        trail.adopt(&policy, None, ["u-cm", "u-author"]).unwrap();
        trail
    }

    pub fn administer(&mut self, what: &Administer) -> Result<(), Refusal> {
        let policy = self.head.state.policy.as_ref().map(|_| &self.world.policy);
        let prepared = api_trail::administer(&self.head, policy, what, Author::person("u-cm"), self.now)?;
        self.keep(&prepared).map(drop)
    }

    /// Adopts a policy with the signatures of these authors.
    pub fn adopt(
        &mut self,
        policy: &Compiled,
        outgoing: Option<&Compiled>,
        authors: [&str; 2],
    ) -> Result<(), Refusal> {
        let digest = policy.ir.identity.digest;
        let act = Json::Object(vec![("adopt".to_owned(), Json::String(digest.to_string()))]);
        let statements = authors.map(|author| self.act(author, &policy.ir.identity.id, digest, act.clone()));
        let open = self.changes.values().filter(|change| self.head.state.open.get(&change.id).is_some());
        let call = AdoptCall {
            head: self.head.clone(),
            policy,
            outgoing,
            roster: Some(self.roster.clone()),
            open: open.cloned().collect(),
            statements: statements.to_vec(),
            actor: Author::person(authors[0]),
            now: self.now,
        };
        let prepared = api_trail::adopt(&call)?;
        self.keep(&prepared).map(drop)
    }

    /// What somebody signs themselves.
    pub fn act(&self, by: &str, subject: &str, digest: Digest, act: Json) -> Envelope {
        let act = Act {
            origin: self.head.state.origin.clone(),
            log: self.head.state.log,
            nonce: format!("{by}/{}", self.entries.len()),
            time_ms: Millis(self.now),
            expires_ms: Millis(self.now.checked_add(Duration::from_ms(3_600_000)).unwrap()),
            person: Some(by.to_owned()),
            machine: None,
            subject: subject.to_owned(),
            digest,
            act,
        };
        let payload = act.payload().unwrap();
        let signatures = vec![sign(&payload, by)];
        Envelope { payload, signatures }
    }

    /// What somebody signs for a change.
    pub fn act_on(&self, by: &str, change: &Change, command: &Command) -> Envelope {
        let command = from_serialize(command).unwrap();
        self.act(by, &change.id, change.digest, Json::Object(vec![("command".to_owned(), command)]))
    }

    /// What a command to a change would become.
    pub fn prepare(&self, id: &str, command: Command, actor: Actor) -> Result<CommandAnswer, Refusal> {
        let change = self.changes.get(id).cloned();
        let own = matches!(command.kind(), Kind::Vote | Kind::Accept | Kind::Retro | Kind::BreakGlass);
        let person = actor.person().map(|person| person.to_string());
        let act = match (own, person, &change) {
            (true, Some(person), Some(change)) if PEOPLE.contains(&person.as_str()) => {
                GivenBy::Signed(self.act_on(&person, change, &command))
            }
            _ => GivenBy::Host { command, actor },
        };
        self.call(change, act)
    }

    pub fn call(&self, change: Option<Change>, act: GivenBy) -> Result<CommandAnswer, Refusal> {
        let call = CommandCall {
            head: self.head.clone(),
            roster: self.roster.clone(),
            register: Json::Object(Vec::new()),
            signed: match (&change, &act) {
                (Some(change), GivenBy::Host { command: Command::Start { .. }, .. }) => {
                    signers_of(self, &change.id)
                }
                _ => Vec::new(),
            },
            change,
            act,
            now: self.now,
            random: Digest::of(format!("random {}", self.entries.len()).as_bytes()).bytes.to_vec(),
        };
        api_trail::command(&self.world.policy, &call)
    }

    /// Gives a command to a change and keeps the entry.
    pub fn give(&mut self, id: &str, command: Command, actor: Actor) -> Result<CommandAnswer, Refusal> {
        let answer = self.prepare(id, command, actor)?;
        if let Some(prepared) = &answer.prepared {
            self.keep(prepared)?;
            if let Some(change) = &answer.change {
                self.changes.insert(change.id.to_string(), change.clone());
            }
        }
        Ok(answer)
    }

    /// Signs an entry and stores it.
    pub fn keep(&mut self, prepared: &Prepared) -> Result<Sealed, Refusal> {
        // The head travels as text, as it does through a host.
        let head: Head = json::to_typed(&from_serialize(&self.head).unwrap()).unwrap();
        let sealed = api_trail::seal(Some(&head), prepared.payload.clone(), signed(prepared))?;
        self.blobs.extend(prepared.blobs.iter().map(|blob| (blob.digest, blob.text.clone())));
        self.disclosures.extend(prepared.disclosures.iter().cloned());
        self.entries.push(sealed.head.last.clone());
        self.head = sealed.head.clone();
        Ok(sealed)
    }

    /// Lets random lives go on until the trail has so many entries.
    pub fn grow(&mut self, entries: usize, seed: u64) {
        self.live(entries, seed, false);
    }

    /// The same, and what has not ended by itself is withdrawn: a log of years does not have more and more changes open.
    pub fn grow_ending(&mut self, entries: usize, seed: u64) {
        self.live(entries, seed, true);
    }

    fn live(&mut self, entries: usize, seed: u64, ends: bool) {
        let mut dice = Dice::new(seed);
        let mut number = self.changes.len();
        while self.entries.len() < entries {
            number += 1;
            let id = format!("CHG-{number}");
            let request = request(&mut dice);
            let asha = Actor::Person(Name::from("u-asha"));
            let create = Command::Create { id: Name::from(id.as_str()), request: request.into() };
            self.give(&id, create, asha).unwrap();
            for _ in 0..12 {
                if self.entries.len() >= entries {
                    return;
                }
                self.now = dice.later(self.now);
                let Some(change) = self.changes.get(&id).cloned() else { break };
                let kinds: Vec<Kind> = tollgate::change::table::commands(change.state).collect();
                if kinds.is_empty() {
                    break;
                }
                let kind = dice.pick(&kinds);
                let (command, actor) = self.world.try_command(&mut dice, kind, &change, self.now);
                self.give(&id, command, actor).unwrap();
            }
            let is_open = |change: &Change| !change.state.has_ended();
            if ends && self.entries.len() < entries && self.changes.get(&id).is_some_and(is_open) {
                let withdraw = Command::Withdraw { reason: "Not needed any more".to_owned() };
                self.give(&id, withdraw, Actor::Person(Name::from("u-asha"))).unwrap();
            }
        }
    }

    pub fn blob(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.blobs.get(digest).map(|text| text.clone().into_bytes())
    }

    pub fn disclosed(&self, digest: &str) -> Option<String> {
        self.disclosures.iter().find(|it| it.digest == digest).map(|it| it.text.clone())
    }
}

/// What a verifier says of stored entries: nothing, or the index and the word of the first fault.
pub fn verdict(entries: &[String], pins: &[trail::Pin]) -> Result<trail::Whole, (u64, &'static str)> {
    let mut verifier = Verifier::new(pins.to_vec());
    for entry in entries {
        verifier.take(entry.as_bytes()).map_err(|fault| (fault.index, fault.why.word()))?;
    }
    verifier.finish().map(Option::unwrap).map_err(|fault| (fault.index, fault.why.word()))
}

/// A statement as it reads, whether or not it counts.
pub fn stated(envelope: &Envelope) -> Act {
    let statement = json::read(&envelope.payload, json::Limits::default()).unwrap();
    json::to_typed(statement.get("predicate").unwrap()).unwrap()
}

pub fn entry(stored: &str) -> Entry {
    Entry::read(&Envelope::read(stored.as_bytes()).unwrap().payload).unwrap()
}

/// Who signed what the entries say of a change, as its host knows it.
pub fn signers_of(trail: &Trail, id: &str) -> Vec<SignedBy> {
    let of = |stored: &String| {
        let envelope = Envelope::read(stored.as_bytes()).unwrap();
        let entry = Entry::read(&envelope.payload).unwrap();
        let moved =
            entry.body.get("ok") == Some(Json::Bool(true)) && entry.change.is_some_and(|it| it.id == id);
        let keys = envelope.signatures.first().map(|it| it.key).into_iter().chain(entry.actor.key);
        let index = entry.index;
        keys.filter(|_| moved).map(|key| SignedBy { key, index }).collect::<Vec<_>>()
    };
    trail.entries.iter().flat_map(of).collect()
}

/// Decides everything again; the findings by index.
pub fn again(trail: &Trail, entries: &[String]) -> (u64, Vec<(u64, String)>) {
    let mut again = Redecider::deciding(|files: &[File]| api::compile(files).0.ok());
    let mut found = Vec::new();
    for stored in entries {
        let entry = entry(stored);
        let body = restore(&entry.body, &entry.blobs, |digest| trail.blob(digest)).unwrap();
        match again.take(&entry, &body, &|digest| trail.disclosed(digest)) {
            Ok(()) => {}
            Err(Finding::Otherwise(difference)) => found.push((difference.index, difference.what)),
            Err(Finding::Broken(what)) => found.push((entry.index.0, what)),
        }
    }
    (again.decided(), found)
}

/// What is kept beside a trail.
pub struct Kept<'a>(pub &'a Trail);

impl Beside for Kept<'_> {
    fn blob(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.0.blob(digest)
    }

    fn disclosure(&self, digest: &str) -> Option<String> {
        self.0.disclosed(digest)
    }
}
