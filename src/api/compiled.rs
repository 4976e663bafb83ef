use serde::{Deserialize, Serialize};

use crate::ir::Ir;
use crate::text::Sources;

/// One rule file of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, shown in diagnostics; no part of the policy's identity.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Who a policy is (language.md, meaning 12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyIdentity {
    /// The code after the keyword `policy`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The version its author gave it.
    pub version: String,
    /// The frozen edition of the language that fixes its meaning.
    pub edition: u32,
    /// SHA-256 of the canonical form: changes with the meaning only.
    pub digest: String,
    /// SHA-256 over the files as written, in the order of their names: changes with any byte.
    pub source_digest: String,
}

/// A policy ready to decide. It can be made again from its files at any time: nothing of value lives in it.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The files, for places in explanations.
    pub sources: Sources,
    /// The answer of the call `form`, as JSON: it hangs on the policy alone.
    pub form: String,
    /// The form that decides.
    pub ir: Ir,
    /// Who it is.
    pub identity: PolicyIdentity,
}

/// The rule files of a policy, as the call `files` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilesAnswer<'a> {
    /// Always `true`.
    pub ok: bool,
    /// The files, in the order they were given.
    pub files: Vec<FileAnswer<'a>>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileAnswer<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// Returns the rule files that a policy was compiled from.
pub fn files(policy: &Compiled) -> FilesAnswer<'_> {
    let files = policy.sources.iter().map(|(_, it)| FileAnswer { name: it.name(), text: it.text() });
    FilesAnswer { ok: true, files: files.collect() }
}
