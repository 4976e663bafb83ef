use crate::api::{self, CheckCall};
use crate::diagnostic::Severity;

use super::args::{CheckArgs, Format};
use super::failure::Failure;
use super::{Found, folder, report, words};

pub(super) fn run(args: &CheckArgs) -> Result<Found, Failure> {
    let files = folder::policy(&args.folder)?;
    let answer = api::check(&CheckCall { files, search_budget: args.search });
    report::findings(args.format, &answer.found, &answer.sources)?;
    if let (Format::Text, Some(policy)) = (args.format, &answer.policy) {
        eprintln!(
            "{} {}, edition {}, {}\n{}",
            policy.id,
            policy.version,
            policy.edition,
            words::count(answer.rules, "rule"),
            policy.digest
        );
    }
    let worst = answer.found.iter().map(|finding| finding.severity).min();
    let found = match worst {
        Some(Severity::Error) => Found::Something,
        Some(Severity::Warning) if args.deny_warnings => Found::Something,
        _ => Found::Nothing,
    };
    Ok(found)
}
