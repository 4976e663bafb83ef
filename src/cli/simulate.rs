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
    let failed = answer.cases.iter().filter(|case| !case.ok).count();
    let steps: usize = answer.cases.iter().map(|case| case.steps.len()).sum();
    let cases = words::count(answer.cases.len(), "case");
    let as_stated = if failed == 0 { "all as stated".to_owned() } else { format!("{failed} not as stated") };
    tell!("tollgate: {cases}, {}, {as_stated}", words::count(steps, "step"));
    Ok(())
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
    for unexpected in &step.unexpected {
        text.push_str(&format!("      ✗ {unexpected}\n"));
    }
}
