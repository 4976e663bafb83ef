//! Watching as text: what arrives when, and what the monitor says, a line each.

use std::fmt::Write as _;
use tollgate::ir::{Ir, Name, Record, State};
use tollgate::json::{Limits, read, to_typed};
use tollgate::monitor::{
    Baseline, Evidence, Firing, Monitor, Observed, Reading, Sample, Verdict, Watched, baseline,
};
use tollgate::value::{Digest, Duration, Instant, Period, Value};

/// Instants are written as times of the day on which the deployment starts, in the offset of its start; `+1d 22:00` is the next day.
pub struct Day {
    date: String,
    offset: String,
}

impl Day {
    pub fn of(start: &str) -> Self {
        let (date, clock) = start.split_once('T').unwrap();
        let offset = clock.find(['+', '-', 'Z']).unwrap();
        Self { date: date.to_owned(), offset: clock[offset..].to_owned() }
    }

    pub fn at(&self, text: &str) -> Instant {
        let (days, clock) = match text.split_once("d ") {
            Some((days, clock)) => (days.parse::<i64>().unwrap(), clock),
            None => (0, text),
        };
        let at: Instant = format!("{}T{clock}{}", self.date, self.offset).parse().unwrap();
        at.checked_add(Duration::from_ms(days * 86_400_000)).unwrap()
    }

    pub fn told(&self, at: Instant) -> String {
        let ms = at.since(self.at("00:00")).ms();
        let (days, ms) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
        let mut text = if days == 0 { String::new() } else { format!("{days:+}d ") };
        let (minutes, seconds, rest) = (ms / 60_000, ms / 1_000 % 60, ms % 1_000);
        write!(text, "{:02}:{:02}", minutes / 60, minutes % 60).unwrap();
        if seconds + rest > 0 {
            write!(text, ":{seconds:02}").unwrap();
        }
        if rest > 0 {
            write!(text, ".{rest:03}").unwrap();
        }
        text
    }
}

/// Reads `3.8`, `98%`, `NaN`, `passed`, `yes`, `beat`, `beat 7`, `id T-1`, `{"id": "T-1"}`.
pub fn reading(text: &str) -> Reading {
    match text {
        "yes" | "no" => Reading::YesNo(text == "yes"),
        "NaN" | "Inf" | "-Inf" => Reading::NotANumber,
        "beat" => Reading::Beat(None),
        _ if text.starts_with("beat ") => Reading::Beat(Some(text[5..].parse().unwrap())),
        _ if text.starts_with("id ") => Reading::Counted(Name::from(&text[3..])),
        _ if text.starts_with('{') => Reading::Event(read(text, Limits::default()).unwrap()),
        _ => match text.trim_end_matches('%').parse() {
            Ok(number) => Reading::Number(number),
            Err(_) => Reading::Word(Name::from(text)),
        },
    }
}

/// Everything in the state survives being written and read, as JSON and as bytes.
pub fn stored(monitor: &Monitor) -> Monitor {
    let json = serde_json::to_string(monitor).unwrap();
    let read: Monitor = to_typed(&read(&json, Limits::default()).unwrap()).unwrap();
    assert_eq!(read, *monitor);
    let bytes = postcard::to_allocvec(monitor).unwrap();
    let read: Monitor = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(read, *monitor);
    read
}

pub fn observed(day: &Day, observed: &Observed) -> Vec<String> {
    let verdicts = observed.verdicts.iter().map(|said| verdict(day, said));
    let remarks = observed.remarks.iter().map(|remark| {
        let kind = serde_json::to_value(remark.kind).unwrap();
        let (kind, metric) = (kind.as_str().unwrap().replace('_', " "), &remark.metric);
        format!("remark: {metric} {kind}, {} from {}", remark.count, day.told(remark.first))
    });
    verdicts.chain(remarks).collect()
}

pub fn verdict(day: &Day, verdict: &Verdict) -> String {
    let at = |at: &Instant| day.told(*at);
    match verdict {
        Verdict::Fired(firing) => format!("{:?}: {}", firing.role, told(day, firing)),
        Verdict::Alert(firing) => format!("Alert: {}", told(day, firing)),
        Verdict::Inconclusive { rule, at: from, since, metrics, tell } => {
            let (metrics, tell) = (metrics.join(", "), tell.join(", "));
            format!("Inconclusive: {rule} at {} since {}, no {metrics}, tell {tell}", at(from), at(since))
        }
        Verdict::ConclusiveAgain { rule, at: again } => format!("ConclusiveAgain: {rule} at {}", at(again)),
        Verdict::RollbackFailed { code, at: late, fired_at } => {
            format!("RollbackFailed: {code} at {}, fired at {}", at(late), at(fired_at))
        }
    }
}

fn told(day: &Day, firing: &Firing) -> String {
    let Firing { rule, code, at, cause, first_bad, evaluations, bad, tell, .. } = firing;
    let bad: Vec<String> = bad
        .iter()
        .map(|bad| {
            let evidence: Vec<String> = bad.evidence.iter().map(|evidence| seen(day, evidence)).collect();
            format!("{} {}", day.told(bad.at), evidence.join(" & "))
        })
        .collect();
    format!(
        "{code} by {rule} at {}, {cause:?}, first bad {}, tell {}, {evaluations} bad: {}",
        day.told(*at),
        day.told(*first_bad),
        tell.join(", "),
        bad.join("; ")
    )
}

fn seen(day: &Day, evidence: &Evidence) -> String {
    let Evidence { metric, sampled_at, measured, baseline, threshold, rise_percent } = evidence;
    let mut text = format!("{metric} {measured}");
    for (word, value) in
        [("from", baseline), ("against", threshold), ("up", &rise_percent.clone().map(|rise| rise + "%"))]
    {
        if let Some(value) = value {
            write!(text, " {word} {value}").unwrap();
        }
    }
    if let Some(at) = sampled_at {
        write!(text, " of {}", day.told(*at)).unwrap();
    }
    text
}

/// A deployment under watch, told what happens line by line.
pub struct Script<'a> {
    watched: &'a Watched<'a>,
    ir: &'a Ir,
    day: Day,
    started: Instant,
    baselines: Vec<Baseline>,
    monitor: Option<Monitor>,
    waiting: Vec<Sample>,
    /// What is reported each minute until then, of the metrics that are well.
    well: Option<(Instant, Vec<(Name, String)>)>,
    minute: Instant,
}

impl<'a> Script<'a> {
    pub fn new(watched: &'a Watched<'a>, ir: &'a Ir, start: &str) -> Self {
        let day = Day::of(start);
        let started: Instant = start.parse().unwrap();
        let (baselines, waiting) = (Vec::new(), Vec::new());
        Self { watched, ir, day, started, baselines, monitor: None, waiting, well: None, minute: started }
    }

    /// Follows one line and returns what is said.
    pub fn line(&mut self, line: &str) -> Vec<String> {
        let day = &self.day;
        if let Some(rest) = line.strip_prefix("baseline ") {
            let (metric, values) = rest.split_once(' ').unwrap();
            let found = baseline(self.watched, metric, &self.before(metric, values), self.started).unwrap();
            let median = found.median.map_or("none".to_owned(), |median| median.to_string());
            let told = format!("{median} of {}, {} ignored", found.samples, found.ignored);
            self.baselines.push(found);
            return vec![told];
        }
        if let Some(rest) = line.strip_prefix("only ") {
            let metrics: Vec<_> =
                rest.split(", ").map(|name| self.ir.metric_by_name(name).unwrap()).collect();
            let monitor = Monitor::arm_only(self.watched, &metrics, &self.baselines, self.started);
            self.monitor = Some(monitor.unwrap());
            return Vec::new();
        }
        if let Some(rest) = line.strip_prefix("well ") {
            let (until, metrics) = rest.split_once(": ").unwrap();
            let of = |item: &str| {
                let (metric, value) = item.split_once(' ').unwrap();
                (Name::from(metric), value.to_owned())
            };
            self.well = Some((day.at(until), metrics.split(", ").map(of).collect()));
            return Vec::new();
        }
        let (when, what) = line.split_at(line.find(|c: char| c.is_alphabetic() && c != 'd').unwrap());
        let when = when.trim();
        match what.split_once(' ') {
            None if what == "observe" => self.observe(self.day.at(when)),
            None if what == "restored" => {
                let at = day.at(when);
                let ir = self.ir;
                let found = self.armed().restored(ir, at, Digest::of(b"before"));
                vec![match found {
                    Ok(found) => format!(
                        "restored: took {}, exposure {}, met {}, after failure {}",
                        found.took, found.exposure, found.met, found.after_failure
                    ),
                    Err(error) => format!("refused: {error}"),
                }]
            }
            None if what == "summary" => {
                let ir = self.ir;
                let found = self.armed().summary(ir);
                let rules = found.rules.iter().map(|rule| format!("{} {:?}", rule.rule, rule.state));
                vec![
                    format!(
                        "{:?}, metrics {:?}, measured {}, inconclusive [{}]",
                        found.outcome,
                        found.metrics,
                        found.measured,
                        found.inconclusive.join(", ")
                    ),
                    rules.collect::<Vec<_>>().join(", "),
                ]
            }
            Some((metric, value)) => {
                let (from, to) = when.split_once("..").unwrap_or((when, when));
                let (mut at, to) = (day.at(from), day.at(to));
                while at <= to {
                    self.waiting.push(Sample { metric: Name::from(metric), at, reading: reading(value) });
                    at = at.checked_add(Duration::from_ms(60_000)).unwrap();
                }
                Vec::new()
            }
            None => panic!("what is `{line}`?"),
        }
    }

    /// `2.1 x 1440, 3, NaN`: a value a minute, the last one a minute before the start.
    fn before(&self, metric: &str, values: &str) -> Vec<Sample> {
        let values = values.split(", ").flat_map(|value| {
            let (value, times) = value.split_once(" x ").unwrap_or((value, "1"));
            std::iter::repeat_n(value, times.parse().unwrap())
        });
        let mut samples: Vec<Sample> = Vec::new();
        for value in values.collect::<Vec<_>>().into_iter().rev() {
            // A value that says `again` is of the same minute.
            let again = value.ends_with(" again");
            let minutes = samples.len() as i64 + i64::from(!again);
            let at = self.started.checked_sub(Duration::from_ms(60_000 * minutes)).unwrap();
            let reading = reading(value.trim_end_matches(" again"));
            samples.push(Sample { metric: Name::from(metric), at, reading });
        }
        samples
    }

    fn armed(&mut self) -> &mut Monitor {
        let Self { watched, baselines, started, .. } = self;
        self.monitor.get_or_insert_with(|| Monitor::arm(watched, baselines, *started).unwrap())
    }

    fn observe(&mut self, now: Instant) -> Vec<String> {
        self.report_what_is_well(now);
        let samples = std::mem::take(&mut self.waiting);
        let watched = self.watched;
        let found = self.armed().observe(watched, &samples, now).unwrap();
        self.monitor = self.monitor.as_ref().map(stored);
        observed(&self.day, &found)
    }

    fn report_what_is_well(&mut self, now: Instant) {
        let Some((until, metrics)) = &self.well else { return };
        while let Some(minute) = self.minute.checked_add(Duration::from_ms(60_000))
            && minute <= now.min(*until)
        {
            self.minute = minute;
            let number = self.minute.since(self.started).ms() / 60_000;
            for (metric, value) in metrics {
                let reading = reading(&value.replace('#', &number.to_string()));
                self.waiting.push(Sample { metric: metric.clone(), at: self.minute, reading });
            }
        }
    }
}

/// The record with its period field `planned`, where it has one.
pub fn planned(ir: &Ir, mut record: Record, from: &str, to: &str) -> Record {
    if let Some(slot) = ir.slot_by_path("planned") {
        let period = Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
        record.set(ir, slot, State::Given(Value::Period(period)));
    }
    record
}
