use serde::Serialize;

/// Why a call was not answered: what is wrong with the call itself, never with the policy's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// A stable word for programs, `UPPER_CASE`.
    pub code: String,
    /// What is wrong, in one line.
    pub message: String,
    /// The place in the call: a path such as `request.tenants`; absent when the whole call is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The remedy, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Refusal {
    /// Returns a refusal without a place.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), path: None, help: None }
    }

    /// Names the place in the call.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Names the remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
