//! Answers of the Prometheus HTTP API.

use super::error::{Fault, Place, TelemetryError};
use super::{Budget, MAX_TEXT_BYTES, Reading, Series, check_size, time};
use crate::json::{Json, Limits, read};
use crate::value::quoted;

/// An answer needs six levels: the answer, its data, the result, a series, its samples, a sample. With `stats=all` it
/// has a few more.
const LIMITS: Limits = Limits { size_bytes: MAX_TEXT_BYTES, string_bytes: 65_536, depth: 16 };

/// The member of `metric` that holds the name; no label can be called so.
const NAME: &str = "__name__";

/// What Prometheus answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The series of the result; none means that there is no data, which is an answer and no error.
    pub series: Vec<Series>,
    /// What Prometheus warns of, such as a remote store that gave only part of the data.
    pub warnings: Vec<String>,
    /// What Prometheus remarks about the query.
    pub infos: Vec<String>,
}

/// Reads an answer of `/api/v1/query` or `/api/v1/query_range` (Prometheus documentation, "HTTP API": "Format
/// overview" and "Expression query result formats").
///
/// A matrix gives series of many samples, a vector series of one; a scalar gives one series without name and labels.
/// What the answer has beside its result, such as statistics, is not looked at, except for warnings and infos.
///
/// ```
/// use tollgate::telemetry::prometheus;
///
/// let none = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;
/// assert!(prometheus(none)?.series.is_empty()); // no data: the rule says what that means
/// # Ok::<(), tollgate::telemetry::TelemetryError>(())
/// ```
///
/// # Errors
/// [`Fault::Refused`] if Prometheus answered with an error, [`Fault::ResultType`] for text, [`Fault::Histogram`] for
/// native histograms; [`Fault::Json`], [`Fault::Expected`], [`Fault::NotANumber`] and [`Fault::NoTime`] for what is
/// no such answer; [`Fault::TooLarge`] and [`Fault::TooManySamples`]. Values are named by their JSON pointers.
pub fn prometheus(text: &str) -> Result<Answer, TelemetryError> {
    check_size(text)?;
    let answer = read(text, LIMITS).map_err(|error| Fault::Json(error).at(Place::Whole))?;
    match answer.get("status") {
        Some(Json::String(status)) if status == "success" => {}
        Some(Json::String(status)) if status == "error" => return Err(refused(&answer)),
        _ => return Err(expected("`success` or `error`", "/status")),
    }
    let data = answer.get("data").ok_or_else(|| expected("the data", "/data"))?;
    let Some(Json::String(result_type)) = data.get("resultType") else {
        return Err(expected("the type of the result", "/data/resultType"));
    };
    let result = data.get("result").ok_or_else(|| expected("the result", "/data/result"))?;
    let mut budget = Budget::new();
    let series = match result_type.as_str() {
        "matrix" => each(result, |series| matrix_series(series, &mut budget)),
        "vector" => each(result, vector_series),
        "scalar" => sample(result)
            .map(|reading| vec![Series { name: String::new(), labels: Vec::new(), readings: vec![reading] }]),
        _ => {
            let fault = Fault::ResultType { found: quoted(result_type) };
            return Err(fault.at(Place::Pointer("/data/resultType".to_owned())));
        }
    };
    Ok(Answer {
        series: series.map_err(|error| error.within("/data/result"))?,
        warnings: texts(&answer, "warnings")?,
        infos: texts(&answer, "infos")?,
    })
}

fn refused(answer: &Json) -> TelemetryError {
    let text = |key| match answer.get(key) {
        Some(Json::String(text)) => quoted(text),
        _ => String::new(),
    };
    Fault::Refused { error_type: text("errorType"), message: text("error") }.at(Place::Whole)
}

fn matrix_series(series: &Json, budget: &mut Budget) -> Result<Series, TelemetryError> {
    refuse_histogram(series, "histograms")?;
    let samples = series.get("values").ok_or_else(|| expected("a list of samples", "/values"))?;
    let readings = each(samples, |reading| {
        budget.take().map_err(|fault| fault.at(Place::Whole))?;
        sample(reading)
    });
    let (name, labels) = metric(series)?;
    Ok(Series { name, labels, readings: readings.map_err(|error| error.within("/values"))? })
}

fn vector_series(series: &Json) -> Result<Series, TelemetryError> {
    refuse_histogram(series, "histogram")?;
    let value = series.get("value").ok_or_else(|| expected("a sample", "/value"))?;
    let reading = sample(value).map_err(|error| error.within("/value"))?;
    let (name, labels) = metric(series)?;
    Ok(Series { name, labels, readings: vec![reading] })
}

/// A series can have both numbers and histograms: leaving the histograms out would lose samples unsaid.
fn refuse_histogram(series: &Json, key: &str) -> Result<(), TelemetryError> {
    match series.get(key) {
        None => Ok(()),
        Some(_) => Err(Fault::Histogram.at(Place::Pointer(format!("/{key}")))),
    }
}

fn metric(series: &Json) -> Result<(String, Vec<(String, String)>), TelemetryError> {
    let Some(Json::Object(members)) = series.get("metric") else {
        return Err(expected("the labels of the series", "/metric"));
    };
    let mut name = String::new();
    let mut labels = Vec::with_capacity(members.len());
    for (key, value) in members {
        match value {
            Json::String(value) if key == NAME => name.clone_from(value),
            Json::String(value) => labels.push((key.clone(), value.clone())),
            _ => return Err(expected("labels that are texts", "/metric")),
        }
    }
    labels.sort();
    Ok((name, labels))
}

/// Reads `[seconds, "value"]`.
fn sample(sample: &Json) -> Result<Reading, TelemetryError> {
    let here = |fault: Fault| fault.at(Place::Pointer(String::new()));
    let pair = match sample {
        Json::Array(pair) => pair.as_slice(),
        _ => &[],
    };
    let [Json::Number(seconds), Json::String(value)] = pair else {
        return Err(expected("a sample `[seconds, \"value\"]`", ""));
    };
    let seconds = seconds.to_decimal_text();
    let instant = time::from_seconds(&seconds)
        .ok_or_else(|| here(Fault::NoTime { text: quoted(&seconds), form: "seconds since 1970" }))?;
    Reading::new(instant, value).map_err(here)
}

fn texts(answer: &Json, key: &str) -> Result<Vec<String>, TelemetryError> {
    let text = |text: &Json| match text {
        Json::String(text) => Ok(text.clone()),
        _ => Err(expected("a text", "")),
    };
    match answer.get(key) {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(list) => each(list, text).map_err(|error| error.within(&format!("/{key}"))),
    }
}

/// Reads each element of a list, and adds its index to the place of what is wrong in it.
fn each<T>(
    list: &Json,
    mut element: impl FnMut(&Json) -> Result<T, TelemetryError>,
) -> Result<Vec<T>, TelemetryError> {
    let Json::Array(elements) = list else { return Err(expected("a list", "")) };
    let numbered = elements.iter().enumerate();
    numbered
        .map(|(index, value)| element(value).map_err(|error| error.within(&format!("/{index}"))))
        .collect()
}

fn expected(what: &'static str, pointer: &str) -> TelemetryError {
    Fault::Expected { what }.at(Place::Pointer(pointer.to_owned()))
}
