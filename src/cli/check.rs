use crate::api::{self, CheckCall};
use crate::diagnostic::Severity;

use super::args::{CheckArgs, Format};
use super::failure::Failure;
use super::tell;
use super::{Found, folder, report, words};

pub(super) fn run(args: &CheckArgs) -> Result<Found, Failure> {
    let files = folder::policy(&args.folder)?;
    let answer = api::check(&CheckCall { files, search_budget: args.search });
    report::findings(args.format, &answer.found, &answer.sources)?;
    if args.format == Format::Text && args.search == 0 {
        tell!("the search was left out: whether tables are `unique` and promises hold was not looked into");
    }
    if let (Format::Text, Some(policy)) = (args.format, &answer.policy) {
        tell!(
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
