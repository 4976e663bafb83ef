//! The calls about what machines measure: baselines, the monitor, reports, rehearsals.

use serde::Serialize;

use crate::api::{self, PartOfReport, Policies, Refusal, ReportCall, ReportFormat, Watch};
use crate::change::Change;
use crate::monitor::{Baseline, Sample};
use crate::telemetry::{Columns, TimeUnit};

use super::changes::run_answered;
use super::{Call, run};

/// `{ policy, samples, before }`: see [`api::baseline()`].
pub fn baseline(call: &str, policies: &Policies) -> String {
    run_answered(call, &["policy", "samples", "before"], |call| {
        call.with_policy(policies, |policy| {
            let (samples, before) = (call.typed::<Vec<Sample>>("samples")?, call.instant("before")?);
            Ok(Ok(api::baseline(policy, &samples, before)))
        })
    })
}

/// `{ policy, roster, register?, change, baselines }`: see [`api::arm()`].
pub fn arm(call: &str, policies: &Policies) -> String {
    run_answered(call, &["policy", "roster", "register", "change", "baselines"], |call| {
        call.with_policy(policies, |policy| {
            let (workflow, change) = (call.workflow()?, call.typed::<Change>("change")?);
            let baselines: Vec<Baseline> = call.typed("baselines")?;
            let armed = api::arm(policy, &workflow, &change, &baselines);
            Ok(armed.map(|monitor| Armed { monitor }))
        })
    })
}

/// `{ policy, roster, register?, change, monitor, samples, now }`: see [`api::observe()`].
pub fn observe(call: &str, policies: &Policies) -> String {
    run_answered(call, &["policy", "roster", "register", "change", "monitor", "samples", "now"], |call| {
        call.with_policy(policies, |policy| {
            let (workflow, change) = (call.workflow()?, call.typed::<Change>("change")?);
            let Some(monitor) = call.get("monitor") else {
                return Err(vec![call.wrong("monitor", "must be what `arm` or the last `observe` gave")]);
            };
            let watch = Watch::read(&monitor.to_json(), policy).map_err(|refusal| vec![refusal])?;
            let (samples, now) = (call.typed::<Vec<Sample>>("samples")?, call.now()?);
            Ok(api::observe(policy, &workflow, &change, watch, &samples, now))
        })
    })
}

/// `{ policy, text, format, metric? | metrics?, at?, time?, unit? }`: see [`api::read_report()`]. `metric` stands for a
/// report that is one metric's; `at` goes with `openmetrics` and `junit`, `time` and `unit` with `csv`.
pub fn read_report(call: &str, policies: &Policies) -> String {
    run(call, &["policy", "text", "format", "metric", "metrics", "at", "time", "unit"], |call| {
        call.with_policy(policies, |policy| {
            let (text, format) = (call.text("text")?.to_owned(), format_of(call)?);
            let parts = parts_of(call, matches!(format, ReportFormat::Junit { .. }))?;
            api::read_report(policy, &ReportCall { text, format, parts }).map_err(|refusal| vec![refusal])
        })
    })
}

/// `{ policy, samples, start?, hold_ms? }`: see [`api::rehearse_samples()`].
pub fn rehearse(call: &str, policies: &Policies) -> String {
    run(call, &["policy", "samples", "start", "hold_ms"], |call| {
        call.with_policy(policies, |policy| {
            let start = call.get("start").map(|_| call.instant("start")).transpose()?;
            let (samples, hold) = (call.typed("samples")?, call.maybe("hold_ms")?);
            api::rehearse_samples(policy, samples, start, hold).map_err(|refusal| vec![refusal])
        })
    })
}

#[derive(Serialize)]
struct Armed {
    monitor: Watch,
}

const FORMATS: &str = "must be `prometheus`, `openmetrics`, `csv` or `junit`";

/// How a report is written, with the members that go with that and no others.
fn format_of(call: &Call<'_>) -> Result<ReportFormat, Vec<Refusal>> {
    let (format, with): (_, &[&str]) =
        match call.text("format").map_err(|_| vec![call.wrong("format", FORMATS)])? {
            "prometheus" => (ReportFormat::Prometheus, &[]),
            "openmetrics" => (ReportFormat::Openmetrics { at: call.instant("at")? }, &["at"]),
            "junit" => (ReportFormat::Junit { at: call.instant("at")? }, &["at"]),
            "csv" => {
                let time = call.get("time").map(|_| call.text("time")).transpose()?;
                let time = time.map_or_else(|| Columns::default().time, str::to_owned);
                let unit = match call.get("unit").map(|_| call.text("unit")).transpose()? {
                    None | Some("seconds") => TimeUnit::Seconds,
                    Some("milliseconds") => TimeUnit::Milliseconds,
                    Some(_) => return Err(vec![call.wrong("unit", "must be `seconds` or `milliseconds`")]),
                };
                (ReportFormat::Csv { time, unit }, &["time", "unit"])
            }
            _ => return Err(vec![call.wrong("format", FORMATS)]),
        };
    let foreign =
        ["at", "time", "unit"].into_iter().find(|key| call.get(key).is_some() && !with.contains(key));
    match foreign {
        Some(key) => Err(vec![call.wrong(key, "goes with another format")]),
        None => Ok(format),
    }
}

/// Which part of a report is which metric.
fn parts_of(call: &Call<'_>, of_tests: bool) -> Result<Vec<PartOfReport>, Vec<Refusal>> {
    let parts: Vec<PartOfReport> = match (call.get("metric"), call.get("metrics")) {
        (Some(_), Some(_)) => {
            return Err(vec![call.wrong("metrics", "does not go with `metric`: give one of the two")]);
        }
        (Some(_), None) => {
            vec![PartOfReport { metric: call.text("metric")?.to_owned(), ..PartOfReport::default() }]
        }
        (None, Some(_)) => call.typed("metrics")?,
        (None, None) => Vec::new(),
    };
    if parts.is_empty() && !of_tests {
        return Err(vec![call.wrong("metric", "must name the metric that the report is of")]);
    }
    Ok(parts)
}
