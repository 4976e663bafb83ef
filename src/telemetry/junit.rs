//! JUnit XML: what test tools report of compliance suites.
//!
//! There is no standard. Read is what the tools have in common: the schema of Jenkins's xUnit plugin, with what Node's
//! test runner, pytest and GoogleTest add to it.

mod read;

use super::error::{Fault, Place, TelemetryError};
use super::{Reading, check_size};
use crate::value::{Duration, Instant};

/// A suite of tests, and the suites in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// Its name; empty for tests that stand in no suite.
    pub name: String,
    /// When it ran: its `timestamp` if that says its offset from UTC, else when the suite around it ran, else when
    /// the report was made.
    pub at: Instant,
    /// Its `timestamp` as written, with or without an offset.
    pub timestamp: Option<String>,
    /// How long it ran, where it says so in seconds.
    pub took: Option<Duration>,
    /// What it says of itself.
    pub properties: Vec<Property>,
    /// Its own tests.
    pub cases: Vec<Case>,
    /// The suites in it.
    pub suites: Vec<Suite>,
    /// Failures and errors that it counts in its attributes, or has outside of tests.
    pub declared_faults: u64,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The class or file that it belongs to; empty if not given.
    pub class: String,
    /// How it ended.
    pub outcome: CaseOutcome,
    /// Why it did not pass, in the tool's words.
    pub message: Option<String>,
    /// How long it ran, where it says so in seconds.
    pub took: Option<Duration>,
    /// What it says of itself.
    pub properties: Vec<Property>,
}

/// A name and a value that a suite or a test gives, such as `pii_accuracy` and `97.99`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// The line of the report, from 1.
    pub line: usize,
}

/// How a test ended, from best to worst: of several marks the worst counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseOutcome {
    /// It ran, and nothing is held against it.
    Passed,
    /// It did not run, or says in its `status` or `result` a word that does not mean that it passed.
    Skipped,
    /// It could not be run to its end.
    Errored,
    /// What it asserts does not hold.
    Failed,
}

/// How a suite ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuiteOutcome {
    /// At least one test passed, and none failed. Others may have been skipped: [`Suite::all_cases`] names them.
    Passed,
    /// A test failed or could not be run to its end.
    Failed,
    /// No test ran, so nothing was shown: not run is not passed.
    Skipped,
}

impl SuiteOutcome {
    /// Returns how a report ended, by how its suites did: one that failed fails it, one that passed passes it, and what holds
    /// no suite has shown nothing.
    pub fn of_all(suites: &[Suite]) -> Self {
        let ended: Vec<Self> = suites.iter().map(Suite::outcome).collect();
        let first = [Self::Failed, Self::Passed].into_iter().find(|outcome| ended.contains(outcome));
        first.unwrap_or(Self::Skipped)
    }
}

/// How many tests ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that were skipped.
    pub skipped: usize,
    /// Tests that could not be run to their end.
    pub errored: usize,
    /// Tests that failed.
    pub failed: usize,
}

/// A value that a suite, or a test in it, stated under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<'a> {
    /// The suite.
    pub suite: &'a Suite,
    /// The test; `None` if the suite itself stated it.
    pub case: Option<&'a Case>,
    /// The value, at the instant of the suite.
    pub reading: Reading,
}

/// Reads a report of JUnit XML: the suites that it holds side by side.
///
/// Tests that stand in no suite, as Node's test runner writes them, make a suite without a name. A report without
/// any suite gives none. What a suite says of its time without an offset from UTC is kept but not interpreted, since
/// tools write local time so: such a suite ran at `reported_at`.
///
/// A document type is refused, so that nothing is expanded and no file is named. Unknown elements are skipped.
///
/// ```
/// use tollgate::telemetry::{SuiteOutcome, junit};
///
/// let at = "2026-02-03T11:00:00Z".parse().unwrap();
/// let suites = junit(r#"<testsuite name="encryption" tests="0"/>"#, at)?;
/// assert_eq!(suites[0].outcome(), SuiteOutcome::Skipped); // nothing failed, but nothing ran
/// # Ok::<(), tollgate::telemetry::TelemetryError>(())
/// ```
///
/// # Errors
/// [`Fault::Xml`], [`Fault::Doctype`], [`Fault::Root`], [`Fault::Misplaced`], [`Fault::TooDeep`], [`Fault::CutOff`]
/// or [`Fault::NoCount`], with the line; [`Fault::TooLarge`].
pub fn junit(text: &str, reported_at: Instant) -> Result<Vec<Suite>, TelemetryError> {
    check_size(text)?;
    read::report(text, reported_at)
}

impl Suite {
    /// Returns the tests of this suite and of the suites in it, each with the suite that it stands in.
    pub fn all_cases(&self) -> Vec<(&Suite, &Case)> {
        self.with_nested()
            .into_iter()
            .flat_map(|suite| suite.cases.iter().map(move |case| (suite, case)))
            .collect()
    }

    /// Counts the tests of this suite and of the suites in it.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, case) in self.all_cases() {
            let count = match case.outcome {
                CaseOutcome::Passed => &mut counts.passed,
                CaseOutcome::Skipped => &mut counts.skipped,
                CaseOutcome::Errored => &mut counts.errored,
                CaseOutcome::Failed => &mut counts.failed,
            };
            *count = count.saturating_add(1);
        }
        counts
    }

    /// Returns how this suite ended, with the suites in it.
    ///
    /// A failure that is only counted, in the attributes of a suite, is a failure: the report may leave details out.
    pub fn outcome(&self) -> SuiteOutcome {
        let counts = self.counts();
        let declared = self.with_nested().iter().any(|suite| suite.declared_faults > 0);
        if declared || counts.failed > 0 || counts.errored > 0 {
            SuiteOutcome::Failed
        } else if counts.passed > 0 {
            SuiteOutcome::Passed
        } else {
            SuiteOutcome::Skipped
        }
    }

    /// Returns the values of the property `name` that this suite, the suites in it and their tests state.
    ///
    /// # Errors
    /// [`Fault::NotANumber`], with the line, for a value that is no number. `97.99 %` is none: the unit belongs to the
    /// metric.
    pub fn stated(&self, name: &str) -> Result<Vec<Stated<'_>>, TelemetryError> {
        let mut found = Vec::new();
        for suite in self.with_nested() {
            let own = suite.properties.iter().map(|property| (None, property));
            let of_case = |case| move |property| (Some(case), property);
            let of_cases = suite.cases.iter().flat_map(|case| case.properties.iter().map(of_case(case)));
            for (case, property) in own.chain(of_cases).filter(|(_, property)| property.name == name) {
                let reading = Reading::new(suite.at, property.value.trim())
                    .map_err(|fault: Fault| fault.at(Place::Line(property.line)))?;
                found.push(Stated { suite, case, reading });
            }
        }
        Ok(found)
    }

    /// Returns this suite and those in it, in the order of the report. Suites nest as deep as the reader lets them.
    pub fn with_nested(&self) -> Vec<&Suite> {
        let mut found = vec![self];
        for suite in &self.suites {
            found.extend(suite.with_nested());
        }
        found
    }
}
