//! Why a command is refused.

use super::event::{Event, Reason};
use crate::ir::Name;

/// A refusal. The change is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Every reason, the first one first.
    pub reasons: Vec<Reason>,
    /// What to do about it, in words.
    pub help: Option<String>,
    /// What is put on record nevertheless: what fell due before, and the refusal itself (D-11).
    pub record: Vec<Event>,
}

impl Refusal {
    /// Returns a refusal with one code.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self::of(vec![Reason::new(code, message)])
    }

    /// Returns a refusal with several reasons.
    pub fn of(reasons: Vec<Reason>) -> Self {
        Self { reasons, help: None, record: Vec::new() }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Returns the codes, each once, in the order of the reasons.
    pub fn codes(&self) -> Vec<Name> {
        let mut codes: Vec<Name> = Vec::with_capacity(self.reasons.len());
        for reason in &self.reasons {
            if !codes.contains(&reason.code) {
                codes.push(reason.code.clone());
            }
        }
        codes
    }
}

impl Reason {
    /// Returns a reason that no rule of the policy gave.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: Name::from(code),
            rule: None,
            missing: Vec::new(),
            placeholders: Vec::new(),
            message: message.into(),
        }
    }

    /// Says what is missing.
    #[must_use]
    pub fn missing(mut self, missing: Vec<Name>) -> Self {
        self.missing = missing;
        self
    }
}
