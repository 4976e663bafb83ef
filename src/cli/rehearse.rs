use std::collections::BTreeMap;
use std::path::Path;

use crate::api::{self, Compiled, Recorded, Refusal, RehearseAnswer, Tape};
use crate::value::{Duration, Instant, Zone};

use super::args::{Format, RehearseArgs, RehearseFormat, SeriesFormat};
use super::failure::Failure;
use super::tell;
use super::{Found, folder, report, words};

pub(super) fn run(args: &RehearseArgs) -> Result<Found, Failure> {
    let (compiled, found) = api::compile(&folder::policy(&args.folder)?);
    let policy = match compiled {
        Ok(policy) => policy,
        Err(sources) => {
            report::findings(Format::Text, &found, &sources)?;
            tell!("tollgate: the policy has errors, so nothing was rehearsed");
            return Ok(Found::Something);
        }
    };
    let starts = args.start.iter().map(|text| instant("--start", text).map(Some));
    let mut starts = starts.collect::<Result<Vec<_>, _>>()?;
    if starts.is_empty() {
        starts.push(None);
    }
    let mut files = Vec::with_capacity(args.series.len());
    for path in &args.series {
        files.push(Recorded {
            name: path.display().to_string(),
            text: folder::text(path)?,
            format: format_of(args, path),
            metric: args.metric.clone(),
        });
    }
    let tape = match api::tape(&policy, &files, args.hold_minutes.map(minutes)) {
        Ok(tape) => tape,
        Err(refusals) => return refuse(args, &named(args, &policy, refusals)),
    };
    for api::Alone { rule, holding, longest } in tape.alone(&policy) {
        let held = minutes(args.hold_minutes.unwrap_or_default());
        tell!(
            "warning: `{rule}` asks for {holding} evaluations in a row, and a reading that is held for {held} stands for that many: it can fire alone"
        );
        tell!("  help: hold readings for {longest} at most, or record them more often");
    }
    let mut found = Found::Nothing;
    for start in starts {
        let played = match api::play(&policy, &tape, start, args.watch_minutes.map(minutes)) {
            Ok(answer) => show(args, &policy, &tape, &answer)?,
            Err(refusal) => refuse(args, &[refusal])?,
        };
        if played == Found::Something {
            found = played;
        }
    }
    Ok(found)
}

fn instant(what: &str, text: &str) -> Result<Instant, Failure> {
    text.parse().map_err(|error| Failure::Usage(format!("{what} `{text}`: {error}")))
}

fn minutes(count: u32) -> Duration {
    Duration::from_ms(i64::from(count).saturating_mul(60_000))
}

/// By the option, or by the end of the file's name.
fn format_of(args: &RehearseArgs, path: &Path) -> api::SeriesFormat {
    let by_name = || match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => SeriesFormat::Prometheus,
        Some("txt" | "prom") => SeriesFormat::Openmetrics,
        _ => SeriesFormat::Csv,
    };
    match args.from.unwrap_or_else(by_name) {
        SeriesFormat::Csv => api::SeriesFormat::Csv,
        SeriesFormat::Prometheus => api::SeriesFormat::Prometheus,
        SeriesFormat::Openmetrics => api::SeriesFormat::Openmetrics,
    }
}

/// Says of what is wrong with a series that was not said to be a metric how to say so.
fn named(args: &RehearseArgs, policy: &Compiled, mut refusals: Vec<Refusal>) -> Vec<Refusal> {
    if args.metric.is_some() {
        return refusals;
    }
    let metrics: Vec<&str> = policy.ir.metrics.iter().map(|metric| &*metric.name).collect();
    let name_it = format!("name the metric with --metric, one of {}", metrics.join(", "));
    for refusal in &mut refusals {
        refusal.help = match refusal.help.take() {
            // A series with a name of its own, or a table, which has none.
            _ if refusal.code == "UNKNOWN_METRIC" => Some(name_it.clone()),
            Some(help) => Some(format!("{help}; {name_it}")),
            None => None,
        };
    }
    refusals
}

fn refuse(args: &RehearseArgs, refusals: &[Refusal]) -> Result<Found, Failure> {
    if args.format == RehearseFormat::Json {
        report::print(&api::json_call::refusal_text(refusals))?;
        return Ok(Found::Something);
    }
    for refusal in refusals {
        let place = refusal.path.as_deref().map_or_else(String::new, |place| format!("{place}: "));
        tell!("{place}{}", refusal.message);
        if let Some(help) = &refusal.help {
            tell!("  help: {help}");
        }
    }
    Ok(Found::Something)
}

fn show(
    args: &RehearseArgs,
    policy: &Compiled,
    tape: &Tape,
    answer: &RehearseAnswer,
) -> Result<Found, Failure> {
    let fired = answer.lines.iter().filter(|line| line.firing).count();
    if args.format == RehearseFormat::Json {
        report::print(&api::json_call::answer_text(answer))?;
    } else {
        report::print(&text(tape, answer, &policy.ir.zone))?;
        tell!("tollgate: {}", words::count(fired, "firing"));
    }
    Ok(if fired == 0 { Found::Nothing } else { Found::Something })
}

fn text(tape: &Tape, answer: &RehearseAnswer, zone: &Zone) -> String {
    let (from, to) = (answer.watched.start().in_zone(zone), answer.watched.end().in_zone(zone));
    let mut text = format!("watched from {from} to {to}\n");
    for baseline in answer.baselines.iter().filter(|baseline| baseline.samples > 0) {
        let median =
            baseline.median.map_or_else(|| "no median".to_owned(), |median| format!("median {median}"));
        let of = words::count(usize::try_from(baseline.samples).unwrap_or(usize::MAX), "sample");
        let held = tape.readings(baseline).map(|read| format!(" ({}, held)", words::count(read, "reading")));
        let held = held.unwrap_or_default();
        text.push_str(&format!("  baseline  {:<18} {median}, of {of}{held}\n", baseline.metric));
    }
    let mut quiet: BTreeMap<&str, u32> = BTreeMap::new();
    for line in &answer.lines {
        match line.firing {
            true => {
                let since =
                    line.since.map_or_else(String::new, |at| format!(", bad since {}", at.in_zone(zone)));
                let at = line.at.in_zone(zone);
                text.push_str(&format!("  {at}  {:<18} {}{since}\n", line.rule, line.said));
            }
            false => {
                let times = quiet.entry(&line.said).or_default();
                *times = times.saturating_add(1);
            }
        }
    }
    for (said, times) in quiet {
        text.push_str(&format!("  {said}: {}\n", words::count(times as usize, "time")));
    }
    for rule in &answer.summary.rules {
        if rule.measured {
            text.push_str(&format!(
                "  {:<20} fired {}\n",
                rule.rule,
                words::count(rule.fired as usize, "time")
            ));
        }
    }
    text
}
