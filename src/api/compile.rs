use crate::check::typed::Policy;
use crate::diagnostic::{self, Diagnostic};
use crate::ir::{self, Ir};
use crate::syntax;
use crate::text::Sources;
use crate::value::Digest;

use super::form::form_of;
use super::json_call::answer_text;
use super::{Compiled, File, PolicyIdentity};

/// Compiles a policy: reads, checks and lowers its files.
///
/// Returns the policy if no finding is an error, the sources that findings point into, and all findings. Whether tables are
/// `unique` and promises hold is not looked into here: that is [`check`](super::check()).
pub fn compile(files: &[File]) -> (Result<Compiled, Sources>, Vec<Diagnostic>) {
    let (compiled, found) = compile_with_tree(files);
    (compiled.map(|(compiled, _)| compiled), found)
}

/// Compiles a policy, and keeps the typed form beside the one that decides: its tests stand there only.
pub(super) fn compile_with_tree(files: &[File]) -> (Result<(Compiled, Policy), Sources>, Vec<Diagnostic>) {
    let sources: Sources = files.iter().map(|file| (file.name.clone(), file.text.clone())).collect();
    let mut found = Vec::new();
    let mut trees = Vec::new();
    for (id, source) in sources.iter() {
        let (tree, faults) = syntax::parse(id, source.text());
        trees.push((id, tree));
        found.extend(faults);
    }
    let trees: Vec<_> = trees.iter().map(|(id, tree)| (*id, tree)).collect();
    let (policy, faults) = crate::check::check(&trees);
    found.extend(faults);
    diagnostic::sort(&mut found);
    match policy {
        Some(policy) if !diagnostic::any_error(&found) => {
            let ir = ir::lower(&policy);
            let identity = identity(&policy, &ir, files);
            let form = answer_text(&form_of(&policy, &sources));
            (Ok((Compiled { sources, form, ir, identity }, policy)), found)
        }
        _ => (Err(sources), found),
    }
}

fn identity(policy: &Policy, ir: &Ir, files: &[File]) -> PolicyIdentity {
    PolicyIdentity {
        id: policy.code.clone(),
        title: policy.title.clone(),
        version: policy.version.clone(),
        edition: policy.edition,
        digest: ir.identity.digest.to_string(),
        source_digest: source_digest(files).to_string(),
    }
}

/// SHA-256 over lines `digest of the text, two spaces, name` in the order of names, as `sha256sum` prints them, so that
/// anyone can compute it: `sha256sum *.gate | sort -k2 | sha256sum` in a folder.
fn source_digest(files: &[File]) -> Digest {
    let mut lines: Vec<(&str, String)> = files
        .iter()
        .map(|file| {
            (file.name.as_str(), format!("{}  {}\n", Digest::of(file.text.as_bytes()).hex(), file.name))
        })
        .collect();
    lines.sort();
    let text: String = lines.into_iter().map(|(_, line)| line).collect();
    Digest::of(text.as_bytes())
}
