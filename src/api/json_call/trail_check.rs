//! The calls that check a trail.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::api::Refusal;
use crate::api::trail::{self, Beside, Check, CheckAnswer, TakenUp};
use crate::value::Digest;

use super::run;

/// Checks under way, by handle: a cache. A host that loses one begins again.
#[derive(Debug, Default)]
pub struct Checks {
    kept: BTreeMap<u32, Check>,
    last: u32,
}

/// `{ pins?, own?, witnesses?, beside?, redecide? }`: begins a check, under the `handle` of the answer. `own` are the checkpoints
/// that lie with the trail, `witnesses` are keys as C2SP signed-note
/// writes them, `beside` bundles of handovers that others have.
pub fn trail_check(call: &str, checks: &mut Checks) -> String {
    run(call, &["pins", "own", "witnesses", "beside", "redecide", "part"], |call| {
        let pins: Vec<String> = call.maybe("pins")?.unwrap_or_default();
        let own: Vec<String> = call.maybe("own")?.unwrap_or_default();
        let compile = if call.flag("redecide")? { Some(compiler("redecide")?) } else { None };
        let mut check = Check::new(&pins, &own, compile).map_err(|refusal| vec![refusal])?;
        for witness in call.maybe::<Vec<String>>("witnesses")?.unwrap_or_default() {
            check.trust(&witness).map_err(|refusal| vec![refusal])?;
        }
        for bundle in call.maybe::<Vec<String>>("beside")?.unwrap_or_default() {
            check.compare(&bundle).map_err(|refusal| vec![refusal.at("beside")])?;
        }
        if call.flag("part")? {
            check.part();
        }
        checks.last = checks.last.wrapping_add(1);
        checks.kept.insert(checks.last, check);
        Ok(HandleAnswer { ok: true, handle: checks.last })
    })
}

/// `{ handle, entries, blobs?, disclosures? }`: takes the next entries, as stored, with what they need. `goes_on` is `false`
/// after a fault.
pub fn trail_check_take(call: &str, checks: &mut Checks) -> String {
    run(call, &["handle", "entries", "blobs", "disclosures"], |call| {
        let handle = call.handle()?;
        let check = checks.kept.get_mut(&handle).ok_or_else(|| vec![no_check(handle)])?;
        let entries: Vec<String> = call.typed("entries")?;
        let beside = Given {
            blobs: call.maybe("blobs")?.unwrap_or_default(),
            disclosures: call.maybe("disclosures")?.unwrap_or_default(),
        };
        let goes_on = entries.iter().all(|stored| check.take(stored.as_bytes(), &beside));
        Ok(TakenAnswer { ok: true, size: check.size(), goes_on })
    })
}

/// `{ handle, take_up?, disclosures? }`: what came of a check, which is over, with the same as `text` in lines; to `take_up` the log, what a host hands over from
/// then on, where the check holds.
pub fn trail_check_finish(call: &str, checks: &mut Checks) -> String {
    run(call, &["handle", "take_up", "disclosures"], |call| {
        let handle = call.handle()?;
        let check = checks.kept.remove(&handle).ok_or_else(|| vec![no_check(handle)])?;
        if !call.flag("take_up")? {
            return Ok(Checked::of(check.finish(), None));
        }
        let disclosures = call.maybe("disclosures")?.unwrap_or_default();
        let (check, log) = check.take_up(&Given { blobs: BTreeMap::new(), disclosures });
        Ok(Checked::of(check, log))
    })
}

fn no_check(handle: u32) -> Refusal {
    Refusal::new("NO_SUCH_CHECK", format!("no check is under way under handle {handle}"))
        .at("handle")
        .help("begin again")
}

#[cfg(feature = "compiler")]
#[expect(clippy::unnecessary_wraps, reason = "an engine without the compiler refuses")]
pub(super) fn compiler(_: &str) -> Result<trail::Compile, Vec<Refusal>> {
    Ok(|files| crate::api::compile(files).0.ok())
}

#[cfg(not(feature = "compiler"))]
pub(super) fn compiler(place: &str) -> Result<trail::Compile, Vec<Refusal>> {
    let refusal =
        Refusal::new("BAD_CALL", "this engine has no compiler, so it decides nothing again").at(place);
    Err(vec![refusal])
}

/// What a host gives with the entries.
pub(super) struct Given {
    pub(super) blobs: BTreeMap<String, String>,
    pub(super) disclosures: BTreeMap<String, String>,
}

impl Beside for Given {
    fn blob(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.blobs.get(&digest.to_string()).map(|text| text.clone().into_bytes())
    }

    fn disclosure(&self, digest: &str) -> Option<String> {
        self.disclosures.get(digest).cloned()
    }
}

#[derive(Serialize)]
struct HandleAnswer {
    ok: bool,
    handle: u32,
}

#[derive(Serialize)]
struct TakenAnswer {
    ok: bool,
    size: u64,
    goes_on: bool,
}

#[derive(Serialize)]
struct Checked {
    ok: bool,
    check: CheckAnswer,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<TakenUp>,
}

impl Checked {
    fn of(check: CheckAnswer, log: Option<TakenUp>) -> Self {
        Self { ok: true, text: trail::told_check(&check), check, log }
    }
}
