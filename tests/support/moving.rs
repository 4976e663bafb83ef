//! What leaves a trail in memory as one file, and how another takes it in.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use std::sync::Mutex;
use tollgate::api::trail::{
    self as api_trail, Administer, ApprovalFile, BundleFile, Check, CheckAnswer, Compile, GateAsked,
    GateCall, GateTold, HandOverCall, Proof, SignedBy, TakeOverCall, TakenUp,
};
use tollgate::api::{self, Compiled, File, Refusal};
use tollgate::change::{Actor, Command, Machine, Withheld};
use tollgate::json::{Json, canonical, from_serialize};
use tollgate::trail::checkpoint::Checkpoint;
use tollgate::trail::note::VerifierKey;
use tollgate::trail::tree::{Tree, leaf_hash};
use tollgate::trail::{
    Author, Bundle, Bundled, ChangeRef, Draft, Entry, Envelope, HandedOver, Home, Kind, Log, Millis,
    PeerAccepted, Revealed, extract_member, reveal, to_base64,
};
use tollgate::value::Digest;

use super::support::{Kept, Trail, entry, seed, sign, signers_of};

/// Compiles a policy, each once: what is inside of bundles holds the same ones again and again.
pub const COMPILE: Compile = |files: &[File]| {
    static KEPT: Mutex<BTreeMap<Digest, Option<Compiled>>> = Mutex::new(BTreeMap::new());
    let texts: Vec<&str> = files.iter().flat_map(|file| [file.name.as_str(), &file.text]).collect();
    let name = Digest::of(texts.join("\0").as_bytes());
    let kept = KEPT.lock().unwrap().get(&name).cloned();
    kept.unwrap_or_else(|| {
        let compiled = api::compile(files).0.ok();
        KEPT.lock().unwrap().insert(name, compiled.clone());
        compiled
    })
};

/// Every entry of these kinds goes with a change.
const EVERY: [Kind; 8] = [
    Kind::Began,
    Kind::KeyEnrolled,
    Kind::KeyRotated,
    Kind::KeyRevoked,
    Kind::PeerAccepted,
    Kind::PeerDismissed,
    Kind::PolicyAdopted,
    Kind::RosterSet,
];

pub fn home(trail: &Trail) -> Home {
    Home { origin: trail.head.state.origin.clone(), log: trail.head.state.log }
}

/// What proves a change, as far as the log goes.
pub fn proof(trail: &Trail, id: &str) -> Proof {
    let leaves: Vec<_> = trail.entries.iter().map(|stored| leaf_hash(stored.as_bytes())).collect();
    let of = |stored: &&String| {
        let entry = entry(stored);
        EVERY.contains(&entry.kind) || entry.change.is_some_and(|change| change.id == id)
    };
    let entries: Vec<String> = trail.entries.iter().filter(of).cloned().collect();
    let needed = entries.iter().flat_map(|stored| entry(stored).blobs);
    let blobs = needed.map(|blob| String::from_utf8(trail.blob(&blob.digest).unwrap()).unwrap()).collect();
    Proof { leaves, entries, blobs }
}

/// The head of a log, as this key signs it.
fn checkpoint(trail: &Trail, log: &str) -> String {
    let tree: Tree = trail.entries.iter().map(|stored| leaf_hash(stored.as_bytes())).collect();
    let origin = &trail.head.state.origin;
    let checkpoint = Checkpoint::new(origin, tree.head(), Vec::new()).unwrap();
    let key = VerifierKey::new(origin, seed(log).public_key()).unwrap();
    let signature = seed(log).sign(checkpoint.to_string().as_bytes());
    checkpoint.with_signature(&key, &signature).unwrap().to_string()
}

/// Hands a change over, and returns what the other log is given.
pub fn handed(trail: &mut Trail, id: &str, to: &Home) -> Result<BundleFile, Refusal> {
    hand_over(trail, id, to)?;
    bundled_by(trail, id, "log")
}

/// Makes the entry that hands a change over.
pub fn hand_over(trail: &mut Trail, id: &str, to: &Home) -> Result<(), Refusal> {
    let prepared =
        api_trail::hand_over(&trail.world.policy, &hand_over_call(trail, id, to), COMPILE)?.prepared;
    trail.keep(&prepared).map(drop)
}

/// What a log is asked that hands a change over.
pub fn hand_over_call(trail: &Trail, id: &str, to: &Home) -> HandOverCall {
    HandOverCall {
        head: trail.head.clone(),
        roster: trail.roster.clone(),
        change: trail.changes[id].clone(),
        to: to.clone(),
        proof: proof(trail, id),
        disclosures: Vec::new(),
        actor: Author::person("u-cm"),
        now: trail.now,
    }
}

/// Makes that entry without asking whether any log takes the change over, and returns the bundle of it.
pub fn given_unasked(trail: &mut Trail, id: &str, to: &Home) -> BundleFile {
    let standing = trail.head.state.open.get(id).unwrap().digest;
    let last = trail.entries.iter().rev().map(|stored| entry(stored));
    let last = last.into_iter().find(|it| it.change.as_ref().is_some_and(|change| change.id == id)).unwrap();
    let change = ChangeRef { id: id.to_owned(), before: Some(standing), after: standing, ended: true };
    let draft = Draft {
        kind: Kind::HandedOver,
        id: format!("handover/{}", trail.entries.len()),
        time: Millis(trail.now),
        actor: Author::person("u-cm"),
        policy: last.policy,
        request: last.request,
        change: Some(change),
        engine: last.engine,
        body: from_serialize(&HandedOver { to: to.clone() }).unwrap(),
        blobs: Vec::new(),
        statements: Vec::new(),
    };
    let log = Log::open(&trail.head).unwrap();
    let payload = log.draft(draft).unwrap().payload().unwrap();
    let signatures = vec![sign(&payload, "log")];
    trail.head = log.seal(payload, signatures).unwrap().head;
    trail.entries.push(trail.head.last.clone());
    rogue(trail, id)
}

/// The bundle of somebody who makes it by themselves, whatever its entries say.
pub fn rogue(trail: &Trail, id: &str) -> BundleFile {
    let Proof { leaves, entries, blobs } = proof(trail, id);
    let tree: Tree = leaves.into_iter().collect();
    let bundled = |stored: String| {
        let index = entry(&stored).index;
        let proof = tree.inclusion_proof(index.0, trail.entries.len() as u64).unwrap();
        Bundled { index, proof: proof.iter().map(|hash| to_base64(&hash.bytes)).collect(), stored }
    };
    let entries = entries.into_iter().map(bundled).collect();
    let state = trail.head.state.summary().into_owned();
    let bundle = Bundle { blobs, checkpoint: checkpoint(trail, "log"), entries, state };
    BundleFile { bundle, disclosures: trail.disclosures.clone() }
}

/// Makes the entry that a command becomes, as whoever holds the log's key would forge it.
pub fn forged(trail: &mut Trail, id: &str, command: Command, actor: Actor, forge: impl FnOnce(&mut Draft)) {
    let answer = trail.prepare(id, command, actor).unwrap();
    let entry = Entry::read(&answer.prepared.unwrap().payload).unwrap();
    let statements = entry.statements.iter().map(|it| Envelope::of_json(it).unwrap()).collect();
    let Entry { kind, id: name, time_ms: time, actor, policy, request, change, engine, body, blobs, .. } =
        entry;
    let body = body.json();
    let mut draft =
        Draft { kind, id: name, time, actor, policy, request, change, engine, body, blobs, statements };
    forge(&mut draft);
    let log = Log::open(&trail.head).unwrap();
    let payload = log.draft(draft).unwrap().payload().unwrap();
    let signatures = vec![sign(&payload, "log")];
    trail.head = log.seal(payload, signatures).unwrap().head;
    trail.entries.push(trail.head.last.clone());
    trail.changes.insert(id.to_owned(), answer.change.unwrap());
}

/// What another log is given, under a checkpoint that this key signs.
pub fn bundled_by(trail: &Trail, id: &str, log: &str) -> Result<BundleFile, Refusal> {
    let made = api_trail::bundle(&trail.head, &checkpoint(trail, log), proof(trail, id))?;
    let disclosures = trail.disclosures.iter().filter(|it| made.personal.contains(&it.digest));
    Ok(BundleFile { disclosures: disclosures.cloned().collect(), bundle: made.bundle })
}

/// Root says that changes are taken over from there.
pub fn accept(trail: &mut Trail, peer: &Home) -> Result<(), Refusal> {
    trail.administer(&Administer::AcceptPeer(PeerAccepted { peer: peer.clone() }))
}

/// Takes a change over from a log that is accepted.
pub fn take(trail: &mut Trail, file: &BundleFile, from: &Home) -> Result<(), Refusal> {
    if !trail.head.state.peers.contains(from) {
        accept(trail, from)?;
    }
    take_from(trail, file, from)
}

/// Takes a change over as things stand.
pub fn take_from(trail: &mut Trail, file: &BundleFile, from: &Home) -> Result<(), Refusal> {
    let call = TakeOverCall {
        head: trail.head.clone(),
        bundle: file.bundle.clone(),
        disclosures: file.disclosures.clone(),
        from: from.clone(),
        handed_over: handed_last(trail, file),
        actor: Author::person("u-cm"),
        now: trail.now,
    };
    let taken = api_trail::take_over(&call, COMPILE)?;
    trail.keep(&taken.prepared)?;
    let mut change = taken.change;
    let revealed = reveal(std::sync::Arc::make_mut(&mut change.request), &|digest| trail.disclosed(digest));
    let Revealed { paths: mut fields, .. } = revealed;
    fields.sort_unstable();
    let given = change.withheld.unwrap_or_default().given();
    let unknown = given.into_iter().filter(|path| !fields.contains(path)).collect();
    change.withheld = Some(Withheld { fields, unknown });
    trail.changes.insert(change.id.to_string(), change);
    Ok(())
}

/// The entry by which a log handed a change over last.
fn handed_last(trail: &Trail, file: &BundleFile) -> Option<u64> {
    let id = file.bundle.verify().ok()?.change.id;
    let mut check = Check::new(&[], &[], None).unwrap();
    for stored in &trail.entries {
        check.take(stored.as_bytes(), &Kept(trail));
    }
    let log = check.take_up(&Kept(trail)).1?;
    log.handed_over.into_iter().find(|it| it.change == id).map(|it| it.index)
}

/// Asks the gate for a deployment job, and returns what it answered.
pub fn ask(trail: &mut Trail, id: &str) -> Json {
    let told = asked_of(trail, id, signers_of(trail, id));
    trail.keep(&told.prepared).unwrap();
    told.answer
}

/// What the gate answers a deployment job, from a host that says who signed.
pub fn asked_of(trail: &Trail, id: &str, signed: Vec<SignedBy>) -> GateTold {
    let call = GateCall {
        head: trail.head.clone(),
        roster: trail.roster.clone(),
        register: Json::Object(Vec::new()),
        id: id.to_owned(),
        change: trail.changes.get(id).cloned(),
        signed,
        asked: GateAsked::Host { facts: Json::Object(Vec::new()), actor: Actor::Machine(Machine::Ci) },
        now: trail.now,
    };
    api_trail::ask_gate(&trail.world.policy, &call).unwrap()
}

/// The approval of a change, as the log makes it.
pub fn approval(trail: &Trail, id: &str) -> Result<ApprovalFile, Refusal> {
    api_trail::approval(&trail.head, &checkpoint(trail, "log"), proof(trail, id))
}

/// A check of everything, also of what was decided, beside bundles that others have.
pub fn checked(trail: &Trail, beside: &[&BundleFile]) -> (CheckAnswer, Option<TakenUp>) {
    let mut check = Check::new(&[], &[], Some(COMPILE)).unwrap();
    for file in beside {
        check.compare(&canonical(&from_serialize(*file).unwrap())).unwrap();
    }
    for stored in &trail.entries {
        check.take(stored.as_bytes(), &Kept(trail));
    }
    check.take_up(&Kept(trail))
}

/// The entry that takes a change over as whoever holds the log's key makes it, without asking anybody.
pub fn taken_by_hand(trail: &Trail, file: &BundleFile, from: &Home) -> Draft {
    let handover = file.bundle.verify().unwrap();
    let bundle = from_serialize(&file.bundle).unwrap();
    let personal = file.disclosures.iter().map(|it| it.digest.clone()).collect();
    let body = tollgate::trail::TakenOver { from: from.clone(), bundle, personal };
    let mut body = from_serialize(&body).unwrap();
    let (blobs, _) = extract_member(&mut body, "bundle");
    Draft {
        kind: Kind::TakenOver,
        id: "handover/by-hand".to_owned(),
        time: Millis(trail.now),
        actor: Author::person("u-cm"),
        policy: None,
        request: handover.request,
        change: Some(ChangeRef { before: None, ended: false, ..handover.change }),
        engine: entry(trail.entries.last().unwrap()).engine,
        body,
        blobs,
        statements: Vec::new(),
    }
}

/// Puts such an entry into the log, with what belongs beside it.
pub fn take_unasked(trail: &mut Trail, file: &BundleFile, from: &Home) {
    let draft = taken_by_hand(trail, file, from);
    let text = canonical(&from_serialize(&file.bundle).unwrap());
    trail.blobs.insert(Digest::of(text.as_bytes()), text);
    let log = Log::open(&trail.head).unwrap();
    let payload = log.draft(draft).unwrap().payload().unwrap();
    let signatures = vec![sign(&payload, "log")];
    trail.head = log.seal(payload, signatures).unwrap().head;
    trail.entries.push(trail.head.last.clone());
}
