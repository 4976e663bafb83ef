//! Deciding everything again that a trail says was decided: each command by the policy, the roster, the register and the
//! instant that its entry holds. What comes out otherwise is a finding, not a broken trail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::api::{Compiled, File};
use crate::change::{self, Change, Command, Context, Event, Register, Roster, Withheld};
use crate::json::{Json, canonical, from_serialize, to_typed};
use crate::trail::{Adopted, ChangeRef, Entry, Erased, Handover, Home, Kind, Purged, RuleFile, Tombstone};
use crate::value::Digest;

use super::acted::{judged, once, signed};
use super::again::{command_of, given, is_same};
use super::eased::Adopting;
use super::excerpt::{Told, said};
use super::finding::{Difference, Finding, differs, wordless};
use super::personal::{as_edited, given_by, in_the_open, nameless, stopped_by, whole};
use super::recorded::PERSONAL;
use super::signers::{SignedBy, Signers, denied};
use super::{digest, gate, handover, officer};

/// So often a change may have changed its home: each time what was before is inside.
const MOST_HOMES: u8 = 6;

const READ_WITHHELD: &str = "its policy keeps in the open what was withheld when the request was given";

/// Reads rule files into a policy. An engine without the compiler has none, and cannot decide again.
pub type Compile = fn(&[File]) -> Option<Compiled>;

/// Follows the changes of a trail, and decides again what it says of them.
#[derive(Debug, Default)]
pub struct Redecider {
    compile: Option<Compile>,
    policies: BTreeMap<Digest, Option<Arc<Compiled>>>,
    adopted: Vec<(Digest, Vec<RuleFile>)>,
    roster: Roster,
    roster_set: Option<Json>,
    changes: BTreeMap<String, Change>,
    decided: u64,
    erasures: Vec<Erased>,
    /// Changes of which an entry is not there.
    gone: BTreeSet<String>,
    purged: BTreeSet<String>,
    /// Changes that go on elsewhere, with the entry that handed each over.
    handed: BTreeMap<String, u64>,
    /// The policy in force.
    in_force: Option<Digest>,
    /// Policies whose rule files are not there.
    missed: BTreeSet<Digest>,
    /// Whether changes are not known as they are: something of one is not there.
    misses_changes: bool,
    /// Changes that came from elsewhere, with the index of the entry that says so: those before first.
    taken: Vec<(u64, Handover)>,
    /// How many bundles this is inside of.
    homes: u8,
    signers: Signers,
}

/// The policies that were adopted, the roster that was set last, the changes, and who signed what of them.
type Followed = (Vec<(Digest, Vec<RuleFile>)>, Option<Json>, Vec<Change>, BTreeMap<String, Vec<SignedBy>>);

impl Redecider {
    /// Follows changes only.
    pub fn folding() -> Self {
        Self::default()
    }

    /// Decides again, by policies that `compile` reads.
    pub fn deciding(compile: Compile) -> Self {
        Self { compile: Some(compile), ..Self::default() }
    }

    /// Follows a part of a log: of the changes that are open in it not all are known.
    pub(super) fn in_part(self) -> Self {
        Self { misses_changes: true, ..self }
    }

    /// Returns the changes as their entries so far say.
    pub fn changes(&self) -> &BTreeMap<String, Change> {
        &self.changes
    }

    /// Returns what a host needs to go on with the log: policies, roster and changes.
    pub(super) fn take_up(&self) -> Followed {
        let changes = self.changes.values().cloned().collect();
        (self.adopted.clone(), self.roster_set.clone(), changes, self.signers.of_changes().clone())
    }

    /// Returns a policy that was adopted, as far as its rule files compile.
    pub(super) fn policy(&self, digest: &Digest) -> Option<&Arc<Compiled>> {
        self.policies.get(digest)?.as_ref()
    }

    /// Says whether what was decided by a policy is decided again, where that is asked at all.
    pub(super) fn decides_by(&self, digest: &Digest) -> bool {
        self.compile.is_none() || self.policies.contains_key(digest)
    }

    /// Returns the roster that was set last.
    pub(super) fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns what was erased.
    pub fn erasures(&self) -> &[Erased] {
        &self.erasures
    }

    /// Returns the changes that go on in other logs, with the entries that handed them over.
    pub fn handed(&self) -> &BTreeMap<String, u64> {
        &self.handed
    }

    /// Returns what was taken over from other logs, with the indexes of the entries that say so; what those had taken over before
    /// stands before it.
    pub fn taken(&self) -> &[(u64, Handover)] {
        &self.taken
    }

    /// Returns the changes that were purged.
    pub fn purged(&self) -> &BTreeSet<String> {
        &self.purged
    }

    /// Takes in that of an entry a blob is not there: which policy is in force is known all the same.
    pub(super) fn miss(&mut self, entry: &Entry) {
        if entry.kind == Kind::PolicyAdopted {
            self.in_force = entry.policy.as_ref().map(|policy| policy.digest);
            self.missed.extend(self.in_force);
        }
        self.misses_changes |= entry.change.is_some();
    }

    /// Takes in that an entry was purged: of its change nothing is known any more.
    pub fn skip(&mut self, tombstone: &Tombstone) {
        self.changes.remove(&tombstone.change.id);
        self.gone.insert(tombstone.change.id.clone());
    }

    /// Returns how many commands were decided again.
    pub fn decided(&self) -> u64 {
        self.decided
    }

    /// Takes an entry with its whole body: blobs put back, and the disclosures that are there found by `find`.
    ///
    /// # Errors
    /// [`Finding`]: it does not hold, or is decided otherwise now. In the second case the next entry can be taken.
    pub fn take(
        &mut self,
        entry: &Entry,
        body: &Json,
        find: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), Finding> {
        let found = self.judge(entry, body, find);
        self.signers.take(entry, body);
        found
    }

    fn judge(
        &mut self,
        entry: &Entry,
        body: &Json,
        find: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), Finding> {
        match entry.kind {
            Kind::PolicyAdopted => self.adopt(entry, body),
            Kind::RosterSet => {
                self.roster =
                    to_typed(body).map_err(|error| Finding::Broken(format!("its roster: {error}")))?;
                self.roster_set = Some(body.clone());
                Ok(())
            }
            Kind::Erased => {
                let erased = to_typed(body);
                self.erasures.push(erased.map_err(|error| Finding::Broken(format!("its body: {error}")))?);
                Ok(())
            }
            Kind::Purged => self.purge(entry, body).map_err(Finding::Broken),
            Kind::ChangeCommand | Kind::GateAnswered if self.is_gone(entry).map_err(Finding::Broken)? => {
                Ok(())
            }
            Kind::HandedOver | Kind::TakenOver if self.is_gone(entry).map_err(Finding::Broken)? => Ok(()),
            Kind::HandedOver => self.hand_over(entry).map_err(Finding::Broken),
            Kind::TakenOver => match self.take_over(entry, body).map_err(Finding::Broken)? {
                None => Ok(()),
                Some(found) => Err(Finding::Otherwise(found)),
            },
            Kind::GateAnswered => {
                self.answered(entry, body).map_err(Finding::Broken)?;
                self.gate_again(entry, body).map_err(Finding::Otherwise)
            }
            Kind::ChangeCommand => {
                let before = self.follow(entry, body).map_err(Finding::Broken)?;
                self.again(entry, body, before, find).map_err(Finding::Otherwise)
            }
            // Nothing but commands moves a change.
            _ if entry.change.is_some() => {
                Err(Finding::Broken(format!("a `{}` goes on with no change", entry.kind.word())))
            }
            _ => Ok(()),
        }
    }

    /// Says whether an entry goes on with a change of which earlier entries are not there: it cannot be followed. Once a change
    /// is purged, nothing goes on with it.
    fn is_gone(&self, entry: &Entry) -> Result<bool, String> {
        let Some(change) = &entry.change else { return Ok(false) };
        if self.purged.contains(&change.id) {
            return Err(format!("it goes on with change `{}`, which was purged", change.id));
        }
        if self.handed.contains_key(&change.id) && entry.kind != Kind::TakenOver {
            return Err(format!("it goes on with change `{}`, which was handed over", change.id));
        }
        Ok(self.gone.contains(&change.id))
    }

    /// A change is purged when its time is over: where it is still there, that is as the decision says that it stands under.
    fn purge(&mut self, entry: &Entry, body: &Json) -> Result<(), String> {
        let Purged { change: id, ended_ms, kept_until_ms, .. } =
            to_typed(body).map_err(|error| format!("its body: {error}"))?;
        if let Some(change) = self.changes.remove(&id) {
            let until = officer::kept_until(&change, ended_ms.0);
            if !change.state.has_ended() || kept_until_ms.0 < until || entry.time_ms.0 < until {
                return Err(format!("it purges change `{id}`, which is kept until {until}"));
            }
        }
        self.gone.remove(&id);
        self.purged.insert(id);
        Ok(())
    }

    fn adopt(&mut self, entry: &Entry, body: &Json) -> Result<(), Finding> {
        let differs = |what: String| Finding::Otherwise(differs(entry, what));
        let adopted: Adopted = to_typed(body).map_err(|error| differs(format!("its policy: {error}")))?;
        let Some(digest) = entry.policy.as_ref().map(|policy| policy.digest) else { return Ok(()) };
        let before = self.in_force.replace(digest);
        // One that was adopted again is in force again.
        self.adopted.retain(|(known, _)| *known != digest);
        self.adopted.push((digest, adopted.files.clone()));
        let mut compiled = None;
        if let Some(compile) = self.compile {
            let files = adopted.files.iter().cloned();
            let files = files.map(|file| File { name: file.name, text: file.text });
            let policy = compile(&files.collect::<Vec<_>>()).map(Arc::new);
            compiled = Some(policy.as_ref().map(|policy| policy.ir.identity.digest));
            self.policies.insert(digest, policy);
        }
        let of = |digest| self.policy(digest);
        let adopting = Adopting {
            entry,
            adopted: &adopted,
            open: self.changes.values().filter(|change| !change.state.has_ended()).collect(),
            is_whole: !self.misses_changes,
            gone: &self.gone,
            policies: before.as_ref().and_then(of).zip(of(&digest)),
            roster: &self.roster,
        };
        adopting.check()?;
        match compiled {
            None => Ok(()),
            Some(Some(same)) if same == digest => Ok(()),
            Some(Some(same)) => {
                Err(differs(format!("its rule files are policy {same}, and it says {digest}")))
            }
            Some(None) => Err(differs("its rule files do not compile".to_owned())),
        }
    }

    /// Goes on with the change of an entry, and returns the change before it. Whatever the entry says beside its events
    /// follows from them.
    fn follow(&mut self, entry: &Entry, body: &Json) -> Result<Option<Change>, String> {
        let shape = |error: crate::json::DeserializeError| format!("its body: {error}");
        let member = |name: &str| body.get(name).cloned().unwrap_or_default();
        let events: Vec<Event> = to_typed(&member("events")).map_err(shape)?;
        let command: Command = to_typed(&member("command")).map_err(shape)?;
        let id = entry.change.as_ref().map(|change| change.id.clone());
        let before = id.as_ref().and_then(|id| self.changes.get(id)).cloned();
        let given = given_by(body, &command, &events, before.as_ref())?;
        signed(entry, &command, before.as_ref())?;
        judged(entry, before.as_ref(), self.in_force)?;

        // The history as it is kept, in which personal data is withheld, leads to the digest that is recorded.
        let mut after = before.clone();
        for event in &events {
            once(after.as_ref(), event, entry)?;
            after = Some(change::apply(after, event).map_err(|error| error.to_string())?);
        }
        if let Some(after) = after.as_mut().filter(|after| after.withheld.is_none()) {
            after.withheld = Some(Withheld::concealed(given));
        }
        match (&entry.change, &entry.request, after) {
            (None, None, None) => {}
            (Some(reference), Some(request), Some(after)) => {
                let now = digest::reference(reference.before, &after, digest::of_change(&after));
                if now != *reference {
                    return Err(format!("change `{}` is not what it says it is now", reference.id));
                }
                if *request != super::command::request_of(&after) {
                    return Err(format!(
                        "the request of change `{}` is not the one that it names",
                        reference.id
                    ));
                }
                self.changes.insert(reference.id.clone(), after);
            }
            _ => return Err("its events and the change that it names do not go together".to_owned()),
        }
        Ok(before)
    }

    /// A change that is handed over stays as it was, and nothing goes on with it here.
    fn hand_over(&mut self, entry: &Entry) -> Result<(), String> {
        let known = entry.change.as_ref().and_then(|it| self.changes.remove(&it.id));
        let change = known.ok_or("it hands over a change that is not here")?;
        let here = digest::of_change(&change);
        let wanted = ChangeRef { ended: true, ..digest::reference(Some(here), &change, here) };
        if change.state.has_ended() || entry.change.as_ref() != Some(&wanted) {
            return Err(format!("change `{}` is not what it hands over", change.id));
        }
        self.handed.insert(wanted.id, entry.index.0);
        Ok(())
    }

    /// A change that is taken over is what the other log's entries say, proved by its bundle, and decided again as those here are.
    fn take_over(&mut self, entry: &Entry, body: &Json) -> Result<Option<Box<Difference>>, String> {
        let (handover, Told { redecider, change, otherwise, .. }) =
            handover::followed(entry, body, self.inside()?)?;
        if self.changes.contains_key(&*change.id) {
            return Err(format!("change `{}` is here already", change.id));
        }
        let here = Home { origin: entry.origin.clone(), log: entry.log };
        if let Some(last) = self.handed.get(&*change.id)
            && !redecider.comes_after(&here, *last)
        {
            return Err(format!("its bundle is of before entry {last} handed change `{}` over", change.id));
        }
        let found = otherwise.map(|found| {
            let what = format!("in what log `{}` handed over, {}", handover.from.origin, said(&found));
            Box::new(Difference { index: entry.index.0, what, ..*found })
        });
        self.handed.remove(&*change.id);
        self.changes.insert(change.id.to_string(), change);
        self.decided = self.decided.saturating_add(redecider.decided);
        let index = entry.index.0;
        self.taken.extend(redecider.taken.into_iter().map(|(_, before)| (index, before)));
        self.taken.push((index, handover));
        Ok(found)
    }

    /// Says whether what was taken over goes on from the entry by which a log handed it over last.
    pub(super) fn comes_after(&self, log: &Home, index: u64) -> bool {
        self.taken.iter().any(|(_, before)| before.from == *log && before.index == index)
    }

    /// Who follows what is in a bundle, as this follows the log.
    pub(super) fn inside(&self) -> Result<Self, String> {
        let homes = self.homes.saturating_add(1);
        if homes > MOST_HOMES {
            return Err(format!("it is one home more than the {homes} that a change has at most"));
        }
        Ok(Self { compile: self.compile, homes, ..Self::default() })
    }

    /// A gate moves no change, and what another machine answered is what it signed.
    fn answered(&self, entry: &Entry, body: &Json) -> Result<(), String> {
        let change = entry.change.as_ref().map(|it| self.changes.get(&it.id).ok_or_else(|| it.id.clone()));
        let change = change.transpose().map_err(|id| format!("there is no change `{id}`"))?;
        let unmoved = change.map(|change| gate::unmoved(change, digest::of_change(change)));
        if unmoved != entry.change || change.map(super::command::request_of) != entry.request {
            return Err("the gate answered for another change than there is".to_owned());
        }
        judged(entry, change, self.in_force)?;
        let named = if let Some(Json::String(id)) = body.get("change") { id.as_str() } else { "" };
        let about = change.map_or(!self.changes.contains_key(named), |change| *change.id == *named);
        if !about {
            return Err(format!("what it says was asked of `{named}` was asked of another change"));
        }
        let [statement] = entry.statements.as_slice() else {
            return if entry.statements.is_empty() {
                Ok(())
            } else {
                Err("more than one statement".to_owned())
            };
        };
        let envelope = crate::trail::Envelope::of_json(statement).map_err(|error| error.to_string())?;
        let act = crate::trail::Act::read(&envelope).map_err(|error| error.to_string())?;
        let member = |name: &str| body.get(name).cloned().unwrap_or_default();
        let policy = entry.policy.as_ref().map(|policy| policy.digest).ok_or("it names no policy")?;
        let told = gate::act_of_gate(&member("answer"), &member("facts"), policy);
        let theirs = act.machine.is_some() && act.machine == entry.actor.machine;
        let about = entry.request.as_ref().is_none_or(|it| (&it.id, it.digest) == (&act.subject, act.digest));
        let same = theirs && about && canonical(&told) == canonical(&act.act);
        if same { Ok(()) } else { Err(format!("`{}` signed another answer than this", act.by())) }
    }

    /// Asks the gate again: what it answered here, also to what a pipeline reported.
    fn gate_again(&mut self, entry: &Entry, body: &Json) -> Result<(), Box<Difference>> {
        let policy = entry.policy.as_ref().and_then(|policy| self.policies.get(&policy.digest));
        let Some(policy) = policy.cloned().flatten() else { return Ok(()) };
        let change = entry.change.as_ref().and_then(|it| self.changes.get(&it.id)).cloned();
        if change.as_ref().is_some_and(|change| !in_the_open(&policy.ir, change).is_empty()) {
            return Err(differs(entry, READ_WITHHELD.to_owned()));
        }
        let change = change.map(|change| nameless(&policy.ir, &change));
        let member = |name: &str| body.get(name).cloned().unwrap_or_default();
        let register: Register =
            to_typed(&member("register")).map_err(|error| differs(entry, format!("its body: {error}")))?;
        let context = Context { ir: &policy.ir, roster: &self.roster, register: &register };
        let answer = change::gate(change.as_ref(), &member("facts"), &context, entry.time_ms.0);
        let answer = denied(answer, change.as_ref().and_then(|change| self.signers.withdrawn(&change.id)));
        self.decided = self.decided.saturating_add(1);
        let now = from_serialize(&answer).map_err(|error| differs(entry, error.to_string()))?;
        let recorded = member(if entry.statements.is_empty() { "answer" } else { "here" });
        if canonical(&wordless(&now)) == canonical(&wordless(&recorded)) {
            return Ok(());
        }
        Err(Box::new(Difference {
            recorded,
            now,
            ..*differs(entry, "the gate answers differently".to_owned())
        }))
    }

    /// Gives the command again.
    fn again(
        &mut self,
        entry: &Entry,
        body: &Json,
        before: Option<Change>,
        find: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), Box<Difference>> {
        let differs = |what: String| differs(entry, what);
        // What was refused for personal data cannot be decided again without it, and moved nothing.
        let is = |name: &str, value: bool| body.get(name) == Some(&Json::Bool(value));
        if entry.change.is_none() && is("ok", false) && is(PERSONAL, true) {
            return Ok(());
        }
        let recorded = body.get("events").cloned().unwrap_or_default();
        let Some(digest) = entry.policy.as_ref().map(|policy| policy.digest) else {
            return Err(differs("it names no policy".to_owned()));
        };
        if self.compile.is_none() {
            return Ok(());
        }
        let Some(policy) = self.policies.get(&digest) else {
            // That its rule files are missing is said of the entry that adopted it.
            if self.missed.contains(&digest) {
                return Ok(());
            }
            return Err(differs(format!("policy {digest} was never adopted")));
        };
        // That its rule files do not compile was said when it was adopted.
        let Some(policy) = policy.clone() else { return Ok(()) };
        let member = |name: &str| body.get(name).cloned().unwrap_or_default();
        let requester = before.as_ref().map(|change| change.requester.to_string());
        let requester = requester.or_else(|| entry.actor.person.clone()).unwrap_or_default();
        let command = command_of(&policy.ir, body, &requester, find).map_err(differs)?;
        let shape = |error: crate::json::DeserializeError| differs(format!("its body: {error}"));
        let register: Register = to_typed(&member("register")).map_err(shape)?;
        let actor = actor(entry).ok_or_else(|| differs("nobody gave its command".to_owned()))?;
        if before.as_ref().is_some_and(|change| !stopped_by(&policy.ir, change, command.kind()).is_empty()) {
            return Err(differs(READ_WITHHELD.to_owned()));
        }
        let before = before.map(|change| whole(&policy, change, find));
        let before = before.map(|change| as_edited(&policy.ir, change, &command, &recorded));
        let context = Context { ir: &policy.ir, roster: &self.roster, register: &register };
        let (mut ok, mut events) = given(before.as_ref(), &command, &context, entry.time_ms.0, &actor);
        let begins = before.filter(|_| ok && command.kind() == change::Kind::Start);
        // The host leaves out who signed the change.
        if begins.is_some_and(|change| self.signers.withdrawn(&change.id).is_some()) {
            (ok, events) = (false, Vec::new());
        }
        self.decided = self.decided.saturating_add(1);
        let now = from_serialize(&events).map_err(|error| differs(error.to_string()))?;
        if is_same(&policy, (ok, &now), body) {
            return Ok(());
        }
        let what = format!("`{}` is decided differently", command.kind().word());
        Err(Box::new(Difference { recorded, now, ..*differs(what) }))
    }
}

fn actor(entry: &Entry) -> Option<change::Actor> {
    let actor = match (&entry.actor.person, &entry.actor.machine) {
        (Some(person), None) => Json::Object(vec![("person".to_owned(), Json::String(person.clone()))]),
        (None, Some(machine)) => Json::Object(vec![("machine".to_owned(), Json::String(machine.clone()))]),
        _ => return None,
    };
    to_typed(&actor).ok()
}
