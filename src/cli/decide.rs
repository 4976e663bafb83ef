use std::io::{self, Read};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::api::{self, Compiled, DecideAnswer, DecideCall, Refusal};
use crate::json::{self, Json, Limits};
use crate::value::Instant;

use super::args::{DecideArgs, DecideFormat, Format};
use super::failure::Failure;
use super::tell;
use super::{Found, decision_text, folder, report};

pub(super) fn run(args: &DecideArgs) -> Result<Found, Failure> {
    let (compiled, found) = api::compile(&folder::policy(&args.folder)?);
    let policy = match compiled {
        Ok(policy) => policy,
        Err(sources) => {
            report::findings(Format::Text, &found, &sources)?;
            tell!("tollgate: the policy has errors, so nothing was decided");
            return Ok(Found::Something);
        }
    };
    if !found.is_empty() {
        let count = super::words::count(found.len(), "warning");
        tell!("tollgate: {count} in the policy; `tollgate check {}` shows them", args.folder.display());
    }
    match decide(&policy, args)? {
        Ok(answer) => show(args, &answer),
        Err(refusals) => refuse(args, &refusals),
    }
}

fn decide(policy: &Compiled, args: &DecideArgs) -> Result<Result<DecideAnswer, Vec<Refusal>>, Failure> {
    let from_input = |path: &Path| path.as_os_str() == "-";
    if from_input(&args.request) && args.facts.as_deref().is_some_and(from_input) {
        return Err(Failure::Usage("only one of REQUEST and --facts can be `-`".to_owned()));
    }
    let (request, facts, now) = if args.sample {
        let sample = read(&args.request)?;
        let part = |key: &str| sample.get(key).cloned();
        let now = match part("now") {
            Some(Json::String(text)) => Some(text),
            _ => None,
        };
        let request = part("request").ok_or_else(|| {
            let path = args.request.display();
            Failure::Json(format!("`{path}` is no sample: it has no `request`; leave --sample out"))
        })?;
        (request, part("facts"), args.now.clone().or(now))
    } else {
        (read(&args.request)?, args.facts.as_deref().map(read).transpose()?, args.now.clone())
    };
    let now = match now {
        Some(text) => text.parse().map_err(|error| match args.now {
            Some(_) => Failure::Usage(format!("--now `{text}`: {error}")),
            None => Failure::Json(format!("`{}`: now `{text}`: {error}", args.request.display())),
        })?,
        None => clock()?,
    };
    let facts = facts.unwrap_or(Json::Object(Vec::new()));
    Ok(api::decide(policy, &DecideCall { request, facts, now, explain: args.explain }))
}

fn show(args: &DecideArgs, answer: &DecideAnswer) -> Result<Found, Failure> {
    match args.format {
        DecideFormat::Text => report::print(&decision_text::render(answer))?,
        DecideFormat::Json => report::print(&api::json_call::answer_text(answer))?,
    }
    Ok(Found::Nothing)
}

fn refuse(args: &DecideArgs, refusals: &[Refusal]) -> Result<Found, Failure> {
    if args.format == DecideFormat::Json {
        report::print(&api::json_call::refusal_text(refusals))?;
        return Ok(Found::Something);
    }
    for refusal in refusals {
        tell!("refused [{}]: {}", refusal.code, refusal.message);
        if let Some(help) = &refusal.help {
            tell!("  help: {help}");
        }
    }
    tell!("tollgate: the request was refused: {}", super::words::count(refusals.len(), "fault"));
    Ok(Found::Something)
}

fn read(path: &Path) -> Result<Json, Failure> {
    let text = if path.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text)?;
        text
    } else {
        folder::text(path)?
    };
    json::read(&text, Limits::default())
        .map_err(|error| Failure::Json(format!("`{}` cannot be read: {}", path.display(), error)))
}

/// Reads the machine's clock, and says so: a decision depends on the time it is made for.
#[expect(clippy::disallowed_methods, reason = "the command line is the host that has the clock")]
fn clock() -> Result<Instant, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| Failure::NoClock)?;
    let ms = i64::try_from(since.as_millis()).map_err(|_| Failure::NoClock)?;
    let now = Instant::from_epoch_ms(ms).map_err(|_| Failure::NoClock)?;
    tell!("tollgate: no --now given; deciding for the machine's clock, {now}");
    Ok(now)
}
