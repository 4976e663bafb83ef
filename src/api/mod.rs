//! What a host can ask of the engine: one file a call, a plain struct in, a plain struct out.
//!
//! What is wrong with rule text comes back as diagnostics; what is wrong with a call comes back as [`Refusal`]s, all of them,
//! that name the place and the remedy. [`json_call`] carries the same calls as JSON text, the only way into WebAssembly.
//!
//! [`Compiled`] is a policy ready to decide. It can be made again from its files at any time: nothing of value lives in it.
//! Reading rule text takes the feature `compiler`; an engine without it [opens](open()) what the compiler made.

/// What the answers are made of.
pub mod answer {
    pub use crate::eval::{
        Approve, Blocker, Catalogue, Clause, Decision, Explanation, Factor, Failure, Gate, Nearest, Partial,
        Phase, Place, Question, Reason, Review, Route, RuleSeen, Seat, Time,
    };
    pub use crate::ir::Name;
}

#[cfg(feature = "life")]
mod changes;
mod compiled;
mod decide;
mod image;
pub mod json_call;
#[cfg(feature = "life")]
mod kept;
mod partial;
mod policies;
#[cfg(feature = "life")]
mod recent;
mod refusal;
#[cfg(feature = "life")]
mod rehearse;
#[cfg(feature = "life")]
mod report;
#[cfg(feature = "life")]
mod simulate;
#[cfg(all(feature = "life", feature = "trail"))]
pub mod trail;
#[cfg(feature = "life")]
mod watch;

#[cfg(feature = "life")]
pub use changes::{
    CatalogueAnswer, NextAnswer, NextCall, RosterAnswer, Workflow, catalogue, check_roster, fold, free,
    freeze_preview, gate, next, planned, preview_edit, status,
};
pub use compiled::{Compiled, File, FileAnswer, FilesAnswer, PolicyIdentity, files};
pub use decide::{DecideAnswer, DecideCall, decide};
pub use image::{image, open};
#[cfg(feature = "life")]
pub use kept::Watch;
pub use partial::{PartialAnswer, PartialCall, partial};
pub use policies::Policies;
pub use refusal::Refusal;
#[cfg(feature = "life")]
pub use rehearse::{
    Alone, Line, Recorded, RehearseAnswer, RehearseCall, SeriesFormat, Tape, play, rehearse,
    rehearse_samples, tape,
};
#[cfg(feature = "life")]
pub use report::{
    PartOfReport, ReportAnswer, ReportCall, ReportFormat, TestCase, TestProperty, TestSuite, Tests,
    read_report,
};
#[cfg(feature = "life")]
pub use simulate::{
    Arm, Case, CaseAnswer, Expected, Scenario, ScriptedStep, SimulateAnswer, StepAnswer, scenario, simulate,
};
#[cfg(feature = "life")]
pub use watch::{BaselineAnswer, ObserveAnswer, arm, baseline, metric_named, observe};

#[cfg(feature = "compiler")]
mod check;
#[cfg(feature = "compiler")]
mod compile;
#[cfg(feature = "compiler")]
mod form;
#[cfg(feature = "compiler")]
mod format;
#[cfg(feature = "compiler")]
mod test;

#[cfg(feature = "compiler")]
pub use {
    check::{CheckAnswer, CheckCall, DEFAULT_SEARCH_BUDGET, check},
    compile::compile,
    form::{Form, FormAnswer, FormBoard, FormClass, FormField, FormGroup, FormMember, FormType, Titled},
    format::{FormatAnswer, format},
    test::{Coverage, Covered, Remark, TestAnswer, TestCall, TestResult, test},
};
