//! Checking a whole trail: its bytes, its blobs, its changes, and what was decided.

use serde::Serialize;
use std::collections::BTreeSet;

use crate::json::Json;
use crate::trail::checkpoint::Checkpoint;
use crate::trail::note::{Note, VerifierKey, VerifierKeyError};
use crate::trail::tree::{Frontier, TreeHead};
use crate::trail::{
    BlobError, Checked, Entry, Fault, HandedOver, Handover, Head, Home, Kind, Pin, PolicyRef, Verifier, Why,
    restore,
};
use crate::value::{Digest, Instant};

use super::finding::{Difference, Finding};
use super::handover::{self, BundleFile, HandedOn};
use super::personal::put_back;
use super::redecide::{Compile, Redecider};
use super::taken_up::{AdoptedPolicy, ErasedOf, TakenUp};
use super::verdict::{says, verdict};
use super::witness::{self, Witnessed};
use crate::api::Refusal;

/// Where a check finds what is kept beside the entries.
pub trait Beside {
    /// Returns the bytes of a blob, if they are there.
    fn blob(&self, digest: &Digest) -> Option<Vec<u8>>;
    /// Returns a disclosure by its digest, if it was not erased.
    fn disclosure(&self, digest: &str) -> Option<String>;
}

/// A check under way.
#[derive(Debug, Default)]
pub struct Check {
    verifier: Verifier,
    /// The pins, and then those that lie with the trail.
    notes: Vec<Note>,
    pins: usize,
    redecider: Redecider,
    fault: Option<Fault>,
    missing: Vec<MissingBlob>,
    differences: Vec<Difference>,
    beside: Vec<Handover>,
    /// Entries that are others in those bundles.
    forks: Vec<ForkAnswer>,
    witnesses: Vec<VerifierKey>,
    again: bool,
    first_at: Option<Instant>,
    /// The last entry, and the tree before it: what a head is made of.
    last: Vec<u8>,
    before: Frontier,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckAnswer {
    /// Whether everything is there and holds.
    pub ok: bool,
    /// `self-consistent`, `pinned`, `witnessed`, `stale`, `blob missing`, `re-decided differently`, `forked`, `other log` (a pin is of another), `bad pin` (the log's key has not signed it) or `broken`.
    pub verdict: &'static str,
    /// The verdict for people, in one line.
    pub says: String,
    /// The log's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The log's identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<Digest>,
    /// The last head that holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<TreeHead>,
    /// The key that its checkpoints and receipts are checked by, as C2SP signed-note writes it.
    #[serde(serialize_with = "as_text", skip_serializing_if = "Option::is_none")]
    pub log_key: Option<VerifierKey>,
    /// When the first entry was recorded: what is told of is the period from then to `last_at` (D-14).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_at: Option<Instant>,
    /// When the last entry was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Instant>,
    /// The policy in force after it (D-14).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
    /// The largest head kept elsewhere that holds here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<u64>,
    /// The largest head that witnesses have seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witnessed: Option<Witnessed>,
    /// How many entries were purged, by the authority of others.
    pub purged: u64,
    /// How many pieces of personal data were erased.
    pub erased: usize,
    /// How many changes there are, and how many of them are open.
    pub changes: usize,
    /// See `changes`.
    pub open: usize,
    /// How many more were handed over, and go on in other logs.
    pub handed_over: usize,
    /// How many commands were decided again; absent where that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_again: Option<u64>,
    /// The first fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultAnswer>,
    /// Blobs that are not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_blobs: Vec<MissingBlob>,
    /// What came out otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<DifferenceAnswer>,
    /// Logs that handed one change over twice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forks: Vec<ForkAnswer>,
    /// The handovers in the bundles that this log's own were held against.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Compared>,
}

/// A handover that somebody else was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The change.
    pub change: String,
    /// The log that handed it over.
    pub from: Home,
    /// By which of its entries.
    pub index: u64,
    /// The log that it went to.
    pub to: Home,
}

/// A log that handed one change over twice, each time as if the other had not been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForkAnswer {
    /// The change.
    pub change: String,
    /// The log.
    pub log: Home,
    /// Whom it gave the change to, by which of its entries.
    pub one: (u64, Home),
    /// And whom it gave it to as well.
    pub other: (u64, Home),
}

/// Where a trail is broken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultAnswer {
    /// The entry at which it shows.
    pub index: u64,
    /// A stable word.
    pub code: &'static str,
    /// The reason in one line.
    pub message: String,
    /// The pin that it is about, by its place among those given, from 0 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin: Option<usize>,
    /// The checkpoint lying with the trail that it is about, by its place among those given, from 0 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<usize>,
}

impl FaultAnswer {
    /// `pins` of the heads given are pins, which come first.
    fn of(fault: &Fault, pins: usize) -> Self {
        let place = fault.why.place();
        Self {
            index: fault.index,
            code: fault.why.word(),
            message: fault.why.to_string(),
            pin: place.filter(|place| *place < pins),
            checkpoint: place.and_then(|place| place.checked_sub(pins)),
        }
    }
}

/// A blob that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingBlob {
    /// The entry that needs it.
    pub index: u64,
    /// Its name.
    pub digest: Digest,
}

/// What came out otherwise than it was recorded: a finding, not a fault of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DifferenceAnswer {
    /// The entry.
    pub index: u64,
    /// What it is about.
    pub what: String,
    /// The program that made the entry.
    pub engine: String,
    /// The program that decides now.
    pub engine_now: String,
    /// What is recorded.
    #[serde(skip_serializing_if = "is_null")]
    pub recorded: Json,
    /// What is decided now.
    #[serde(skip_serializing_if = "is_null")]
    pub now: Json,
}

fn as_text<S: serde::Serializer>(key: &Option<VerifierKey>, to: S) -> Result<S::Ok, S::Error> {
    key.as_ref().map(ToString::to_string).serialize(to)
}

fn is_null(json: &Json) -> bool {
    *json == Json::Null
}

impl Check {
    /// Begins a check against checkpoints that were kept elsewhere, and against those that lie with the trail; with `compile`,
    /// everything is decided again.
    ///
    /// # Errors
    /// `BAD_PIN`: a note is no checkpoint.
    pub fn new(pins: &[String], own: &[String], compile: Option<Compile>) -> Result<Self, Refusal> {
        let (mut notes, mut heads) = (Vec::new(), Vec::new());
        let given = pins.iter().map(|note| (note, true)).chain(own.iter().map(|note| (note, false)));
        for (text, kept_elsewhere) in given {
            let bad = |error: String| {
                let place = if kept_elsewhere { "pins" } else { "checkpoints" };
                Refusal::new("BAD_PIN", error)
                    .at(place)
                    .help("give a checkpoint of the log as it was exported")
            };
            let note = Note::read(text.as_bytes()).map_err(|error| bad(error.to_string()))?;
            let checkpoint = Checkpoint::read(note.text()).map_err(|error| bad(error.to_string()))?;
            let (origin, head) = (checkpoint.origin().to_owned(), checkpoint.head());
            heads.push(Pin { origin, head, kept_elsewhere, note: Some(note.clone()) });
            notes.push(note);
        }
        let redecider = compile.map_or_else(Redecider::folding, Redecider::deciding);
        Ok(Self {
            verifier: Verifier::new(heads),
            notes,
            pins: pins.len(),
            redecider,
            again: compile.is_some(),
            ..Self::default()
        })
    }

    /// Holds what was taken over against a bundle that somebody else has: two handovers of which neither knows the other are a fork
    /// of the log that they come from.
    ///
    /// # Errors
    /// `BAD_BUNDLE`: it does not hold.
    pub fn compare(&mut self, bundle: &str) -> Result<(), Refusal> {
        let BundleFile { bundle, .. } = handover::read_bundle(bundle)?;
        self.beside.push(handover::verified(&bundle)?);
        Ok(())
    }

    /// Counts as a witness whoever holds this key, written as C2SP signed-note has it. Those that the log has enrolled count anyway.
    ///
    /// # Errors
    /// `BAD_WITNESS`: it is no key of a witness.
    pub fn trust(&mut self, witness: &str) -> Result<(), Refusal> {
        let bad = |message: String| {
            let help = "give it as the witness publishes it: name, `+`, key ID, `+`, key";
            Refusal::new("BAD_WITNESS", message).at("witnesses").help(help)
        };
        let key: VerifierKey = witness.parse().map_err(|error: VerifierKeyError| bad(error.to_string()))?;
        if !key.is_cosigner() {
            return Err(bad(format!("the key of `{}` is a log's, not a witness's", key.name())));
        }
        self.witnesses.push(key);
        Ok(())
    }

    /// Says that more entries follow which are not taken: one of them may say why something was purged.
    pub fn part(&mut self) {
        self.verifier.part();
    }

    /// Returns how many entries were taken.
    pub fn size(&self) -> u64 {
        self.verifier.size()
    }

    /// Takes the next entry, as stored. Returns `false` after a fault: nothing that follows means anything.
    pub fn take(&mut self, stored: &[u8], beside: &dyn Beside) -> bool {
        if let Some(frontier) = self.verifier.frontier() {
            self.before.clone_from(frontier);
        }
        self.last.clear();
        self.last.extend_from_slice(stored);
        match self.verifier.take(stored) {
            Err(fault) => {
                self.fault = Some(fault);
                false
            }
            Ok(Checked::Purged(tombstone)) => {
                self.hold_beside(tombstone.index.0, tombstone.leaf, None);
                self.redecider.skip(&tombstone);
                true
            }
            Ok(Checked::Entry(followed)) => {
                self.first_at.get_or_insert(followed.entry.time_ms.0);
                self.hold_beside(followed.entry.index.0, followed.leaf, Some(&followed.entry));
                self.judge(&followed.entry, beside);
                self.fault.is_none()
            }
        }
    }

    /// Whoever has a bundle of this very log has one of its entries, and it is the one that is here.
    fn hold_beside(&mut self, index: u64, leaf: Digest, entry: Option<&Entry>) {
        let Some(state) = self.verifier.state() else { return };
        let here = Home { origin: state.origin.clone(), log: state.log };
        let of_it = |other: &&Handover| other.index == index && other.from == here;
        for other in self.beside.iter().filter(of_it).filter(|other| other.leaves.last() != Some(&leaf)) {
            let of_it = |entry: &&Entry| {
                let change = entry.change.as_ref();
                entry.kind == Kind::HandedOver && change.is_some_and(|it| it.id == other.change.id)
            };
            let to =
                entry.filter(of_it).and_then(|entry| entry.body.typed::<HandedOver>().ok()).map(|it| it.to);
            self.forks.push(ForkAnswer {
                change: other.change.id.clone(),
                log: here.clone(),
                one: (index, to.unwrap_or_else(|| here.clone())),
                other: (index, other.to.clone()),
            });
        }
    }

    fn judge(&mut self, entry: &Entry, beside: &dyn Beside) {
        let index = entry.index.0;
        match restore(&entry.body, &entry.blobs, |digest| beside.blob(digest)) {
            Ok(body) => {
                let find = |digest: &str| beside.disclosure(digest);
                match self.redecider.take(entry, &body, &find) {
                    Ok(()) => {}
                    Err(Finding::Otherwise(difference)) => self.differences.push(*difference),
                    Err(Finding::Broken(what)) => self.fault = Some(Fault { index, why: Why::Change(what) }),
                }
            }
            Err(BlobError::Missing { digest }) => {
                self.redecider.miss(entry);
                self.missing.push(MissingBlob { index, digest });
            }
            Err(error) => {
                self.fault = Some(Fault { index, why: Why::Blob(error) });
            }
        }
    }

    /// Returns what came of it, and the log to go on with; `None` where the check does not hold. `beside` has the disclosures.
    pub fn take_up(mut self, beside: &dyn Beside) -> (CheckAnswer, Option<TakenUp>) {
        let (last, before) = (std::mem::take(&mut self.last), std::mem::take(&mut self.before));
        let state = self.verifier.state().cloned();
        let (policies, roster, mut changes, signed) = self.redecider.take_up();
        let erasures = self.redecider.erasures().to_vec();
        let purged = self.redecider.purged().iter().cloned().collect();
        let handed = self.redecider.handed().iter();
        let handed_over =
            handed.map(|(change, index)| HandedOn { change: change.clone(), index: *index }).collect();
        let answer = self.finish();
        let head = String::from_utf8(last).ok().zip(state).map(|(last, state)| Head { last, before, state });
        let Some(head) = head.filter(|_| answer.ok) else { return (answer, None) };
        let gone: BTreeSet<&String> = erasures.iter().flat_map(|erased| &erased.digests).collect();
        let mut erased = Vec::new();
        for change in &mut changes {
            // What was erased is not there, also where a crash left it: the policy's stand-ins take its place.
            let known =
                |digest: &str| beside.disclosure(digest).filter(|_| !gone.contains(&digest.to_owned()));
            let mut digests = put_back(change, &known);
            digests.retain(|digest| gone.contains(digest));
            if !digests.is_empty() {
                erased.push(ErasedOf { change: change.id.to_string(), digests });
            }
        }
        let policies = policies.into_iter().map(|(digest, files)| AdoptedPolicy { digest, files }).collect();
        let log = TakenUp { head, policies, roster, changes, signed, erased, erasures, purged, handed_over };
        (answer, Some(log))
    }

    /// Returns what came of it.
    pub fn finish(self) -> CheckAnswer {
        let Self {
            verifier,
            notes,
            pins,
            redecider,
            first_at,
            mut fault,
            missing,
            differences,
            beside,
            mut forks,
            witnesses,
            again,
            ..
        } = self;
        forks.extend(contradictions(redecider.taken().iter().map(|(_, handover)| handover).chain(&beside)));
        let kept =
            notes.iter().filter_map(|note| Checkpoint::read(note.text()).ok()).map(|it| it.head().size).max();
        let mut whole = None;
        if fault.is_none() {
            match verifier.finish() {
                Ok(found) => whole = found,
                Err(found) => fault = Some(found),
            }
        }
        let mut witnessed = None;
        if let (None, Some(whole)) = (&fault, &whole) {
            match witness::witnessed(whole.log.state(), &notes, &witnesses) {
                Ok(seen) => witnessed = seen,
                Err(found) => fault = Some(found),
            }
        }
        let log = whole.as_ref().map(|whole| &whole.log);
        let verdict = match verdict(whole.as_ref(), fault.as_ref(), pins, kept, &missing, &differences) {
            void @ ("broken" | "other log" | "bad pin") => void,
            _ if !forks.is_empty() => "forked",
            "self-consistent" | "pinned" if witnessed.is_some() => "witnessed",
            verdict => verdict,
        };
        let (engine_now, mine) = (super::engine(), redecider.changes());
        let engine =
            |engine: &crate::trail::Engine| format!("{}, time zones {}", engine.version, engine.tzdata);
        CheckAnswer {
            ok: matches!(verdict, "self-consistent" | "pinned" | "witnessed"),
            says: match (verdict, forks.first(), witnessed) {
                ("witnessed", _, Some(Witnessed { size, witnesses, at })) => format!(
                    "witnessed({witnesses}, {at}): {} entries, the first {size} of them as {witnesses} others saw them",
                    log.map_or(0, |log| log.frontier().size())
                ),
                ("forked", Some(ForkAnswer { change, log, one, other }), _) if one.1 == *log => format!(
                    "forked: log `{}` handed change `{change}` over to `{}` by its entry {}, as a bundle has it, and its entry {} here is another",
                    log.origin, other.1.origin, other.0, one.0
                ),
                ("forked", Some(ForkAnswer { change, log, one, other }), _) => format!(
                    "forked: log `{}` handed change `{change}` over twice: to `{}` by its entry {}, and to `{}` by its entry {}",
                    log.origin, one.1.origin, one.0, other.1.origin, other.0
                ),
                _ => says(verdict, whole.as_ref(), fault.as_ref(), kept, &missing, &differences),
            },
            verdict,
            origin: log.map(|log| log.state().origin.clone()),
            log: log.map(|log| log.state().log),
            head: log.map(|log| log.frontier().head()),
            log_key: log.and_then(|log| witness::log_key(log.state())),
            first_at,
            last_at: log.map(|log| log.state().time_ms.0),
            policy: log.and_then(|log| log.state().policy.clone()),
            pinned: whole.as_ref().and_then(|whole| whole.pinned),
            witnessed,
            purged: whole.as_ref().map_or(0, |whole| whole.purged),
            erased: redecider.erasures().iter().map(|erased| erased.digests.len()).sum(),
            changes: mine.len(),
            open: log.map_or(0, |log| log.state().open.len()),
            handed_over: redecider.handed().len(),
            decided_again: again.then(|| redecider.decided()),
            fault: fault.map(|fault| FaultAnswer::of(&fault, pins)),
            missing_blobs: missing,
            differences: differences
                .into_iter()
                .map(|it| DifferenceAnswer {
                    index: it.index,
                    what: it.what,
                    engine: engine(&it.engine),
                    engine_now: engine(&engine_now),
                    recorded: it.recorded,
                    now: it.now,
                })
                .collect(),
            forks,
            compared: beside.iter().map(Compared::of).collect(),
        }
    }
}

impl Compared {
    fn of(Handover { change, from, index, to, .. }: &Handover) -> Self {
        Self { change: change.id.clone(), from: from.clone(), index: *index, to: to.clone() }
    }
}

/// The handovers that cannot both be of one log.
fn contradictions<'a>(handovers: impl Iterator<Item = &'a Handover>) -> Vec<ForkAnswer> {
    let handovers: Vec<&Handover> = handovers.collect();
    let mut forks = Vec::new();
    for (at, one) in handovers.iter().enumerate() {
        for other in handovers.iter().skip(at.saturating_add(1)).filter(|other| one.forks(other)) {
            forks.push(ForkAnswer {
                change: one.change.id.clone(),
                log: one.from.clone(),
                one: (one.index, one.to.clone()),
                other: (other.index, other.to.clone()),
            });
        }
    }
    forks
}
