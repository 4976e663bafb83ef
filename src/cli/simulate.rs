use std::path::Path;

use crate::api::{self, CaseAnswer, Refusal, Scenario, SimulateAnswer, StepAnswer};
use crate::json::{self, Json, Limits};
use crate::value::Zone;

use super::args::{Format, SimulateArgs, SimulateFormat};
use super::failure::Failure;
use super::tell;
use super::{Found, folder, report, words};

pub(super) fn run(args: &SimulateArgs) -> Result<Found, Failure> {
    let (compiled, found) = api::compile(&folder::policy(&args.folder)?);
    let policy = match compiled {
        Ok(policy) => policy,
        Err(sources) => {
            report::findings(Format::Text, &found, &sources)?;
            tell!("tollgate: the policy has errors, so nothing was played");
            return Ok(Found::Something);
        }
    };
    let mut all = Found::Nothing;
    for path in &args.scenarios {
        match scenario(path)?.and_then(|scenario| api::simulate(&policy, &scenario)) {
            Ok(answer) => {
                if !answer.ok {
                    all = Found::Something;
                }
                show(args, &policy.ir.zone, &answer)?;
            }
            Err(refusals) => {
                all = Found::Something;
                refuse(path, &refusals);
            }
        }
    }
    Ok(all)
}

fn scenario(path: &Path) -> Result<Result<Scenario, Vec<Refusal>>, Failure> {
    let json = read(path)?;
    let beside = path.parent().unwrap_or(Path::new("."));
    let with = |name: &str| {
        // Only a file beside the scenario: no way leads out of its folder.
        if Path::new(name).components().count() != 1 || name == ".." {
            return Err(
                Refusal::new("BAD_SCENARIO", format!("`{name}` is no file beside the scenario")).at("with")
            );
        }
        read(&beside.join(name))
            .map_err(|failure| Refusal::new("BAD_SCENARIO", failure.to_string()).at("with"))
    };
    Ok(api::scenario(&json, &with))
}

fn read(path: &Path) -> Result<Json, Failure> {
    json::read(&folder::text(path)?, Limits::default())
        .map_err(|error| Failure::Json(format!("`{}` cannot be read: {}", path.display(), error)))
}

fn refuse(path: &Path, refusals: &[Refusal]) {
    for refusal in refusals {
        let place = refusal.path.as_deref().map_or_else(String::new, |place| format!(" {place}:"));
        tell!("{}:{place} {}", path.display(), refusal.message);
        if let Some(help) = &refusal.help {
            tell!("  help: {help}");
        }
    }
}

fn show(args: &SimulateArgs, zone: &Zone, answer: &SimulateAnswer) -> Result<(), Failure> {
    if args.format == SimulateFormat::Json {
        return report::print(&api::json_call::answer_text(answer));
    }
    let mut text = format!("{}\n", answer.title);
    for case in &answer.cases {
        of_case(case, zone, &mut text);
    }
    for pending in &answer.pending {
        text.push_str(&format!("  pending  {pending}\n"));
    }
    report::print(&text)?;
    let (cases, wrong_cases) = counted(answer.cases.iter().map(|case| case.ok));
    let steps = answer.cases.iter().flat_map(|case| &case.steps);
    let (steps, wrong_steps) = counted(steps.map(|step| step.unexpected.is_empty()));
    let as_stated = match wrong_steps {
        0 => "all as stated".to_owned(),
        _ => format!(
            "{} of {} not as stated",
            words::count(wrong_steps, "step"),
            words::count(wrong_cases, "case")
        ),
    };
    tell!(
        "tollgate: {} and {} played, {as_stated}",
        words::count(cases, "case"),
        words::count(steps, "step")
    );
    Ok(())
}

/// How many there are, and how many of them are not well.
fn counted(all: impl Iterator<Item = bool>) -> (usize, usize) {
    let all: Vec<bool> = all.collect();
    (all.len(), all.iter().filter(|well| !**well).count())
}

fn of_case(case: &CaseAnswer, zone: &Zone, text: &mut String) {
    let mark = if case.ok { "✓" } else { "✗" };
    text.push_str(&format!("\n{mark} {}\n", case.name));
    for step in &case.steps {
        of_step(step, zone, text);
    }
}

fn of_step(step: &StepAnswer, zone: &Zone, text: &mut String) {
    let by = step.by.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let state = step.state.map_or("", |state| state.word());
    let done = match step.ok {
        true if step.what == "gate" => "allowed".to_owned(),
        true => step.events.iter().map(|event| event.what.word()).collect::<Vec<_>>().join(", "),
        false => {
            format!("{}: {}", if step.what == "gate" { "denied" } else { "refused" }, step.codes.join(", "))
        }
    };
    let line = format!("  {:<25}  {by:<14} {:<13} {state:<17} {done}", step.at.in_zone(zone), step.what);
    text.push_str(line.trim_end());
    text.push('\n');
    for reason in &step.reasons {
        // Most messages name what is missing; the others are followed by it.
        let named = reason.missing.iter().chain(&reason.placeholders).map(|name| &**name);
        let missing: Vec<&str> = named.filter(|name| !reason.message.contains(name)).collect();
        let what = [reason.message.clone(), missing.join(", ")].into_iter().filter(|part| !part.is_empty());
        let what = what.collect::<Vec<_>>().join(": ");
        text.push_str(format!("      {} {what}", reason.code).trim_end());
        text.push('\n');
    }
    if let Some(help) = &step.help {
        text.push_str(&format!("      help: {help}\n"));
    }
    for unexpected in &step.unexpected {
        text.push_str(&format!("      ✗ {unexpected}\n"));
    }
}
