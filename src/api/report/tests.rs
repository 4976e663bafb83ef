//! A test report as programs read it.

use serde::Serialize;

use crate::ir::Name;
use crate::json::MAX_SAFE_INTEGER;
use crate::telemetry::{Case, CaseOutcome, Property, Suite, SuiteOutcome};
use crate::value::{Duration, Instant};

/// What a test report says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tests {
    /// How it ended.
    pub outcome: Name,
    /// Its suites.
    pub suites: Vec<TestSuite>,
}

/// A suite of tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "`telemetry::Suite` describes the members")]
pub struct TestSuite {
    pub name: String,
    pub outcome: Name,
    pub at: Instant,
    pub timestamp: Option<String>,
    pub took_ms: Option<i64>,
    pub passed: u64,
    pub skipped: u64,
    pub errored: u64,
    pub failed: u64,
    pub properties: Vec<TestProperty>,
    pub cases: Vec<TestCase>,
    pub suites: Vec<TestSuite>,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "`telemetry::Case` describes the members")]
pub struct TestCase {
    pub name: String,
    pub class: String,
    pub outcome: Name,
    pub message: Option<String>,
    pub took_ms: Option<i64>,
    pub properties: Vec<TestProperty>,
}

/// A name and a value that a suite or a test gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "two texts")]
pub struct TestProperty {
    pub name: String,
    pub value: String,
}

impl Tests {
    pub(super) fn of(suites: &[Suite]) -> Self {
        let outcome = word_of_suite(SuiteOutcome::of_all(suites));
        Self { outcome, suites: suites.iter().map(suite_of).collect() }
    }
}

fn word_of_suite(outcome: SuiteOutcome) -> Name {
    Name::from(match outcome {
        SuiteOutcome::Passed => "passed",
        SuiteOutcome::Failed => "failed",
        SuiteOutcome::Skipped => "skipped",
    })
}

fn word_of_case(outcome: CaseOutcome) -> Name {
    Name::from(match outcome {
        CaseOutcome::Errored => "errored",
        CaseOutcome::Passed => "passed",
        CaseOutcome::Failed => "failed",
        CaseOutcome::Skipped => "skipped",
    })
}

fn suite_of(suite: &Suite) -> TestSuite {
    let counts = suite.counts();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    TestSuite {
        name: suite.name.clone(),
        outcome: word_of_suite(suite.outcome()),
        at: suite.at,
        timestamp: suite.timestamp.clone(),
        took_ms: took_ms(suite.took),
        passed: count(counts.passed),
        skipped: count(counts.skipped),
        errored: count(counts.errored),
        failed: count(counts.failed),
        properties: suite.properties.iter().map(property_of).collect(),
        cases: suite.cases.iter().map(case_of).collect(),
        suites: suite.suites.iter().map(suite_of).collect(),
    }
}

fn case_of(case: &Case) -> TestCase {
    TestCase {
        name: case.name.clone(),
        class: case.class.clone(),
        outcome: word_of_case(case.outcome),
        message: case.message.clone(),
        took_ms: took_ms(case.took),
        properties: case.properties.iter().map(property_of).collect(),
    }
}

fn property_of(property: &Property) -> TestProperty {
    TestProperty { name: property.name.clone(), value: property.value.clone() }
}

/// A time that is no whole number of every JSON is as good as none: nobody ran a test for so long.
fn took_ms(took: Option<Duration>) -> Option<i64> {
    took.map(Duration::ms).filter(|ms| (0..=MAX_SAFE_INTEGER).contains(ms))
}
