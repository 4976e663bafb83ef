use std::fs;

use super::args::NewArgs;
use super::failure::Failure;
use super::tell;
use super::{Found, folder, report};

/// What a first policy looks like: `rules/starter` of this project.
const STARTER: [(&str, &str); 1] = [("policy.gate", include_str!("../../rules/starter/policy.gate"))];

pub(super) fn run(args: &NewArgs) -> Result<Found, Failure> {
    let folder = &args.folder;
    fs::create_dir_all(folder).map_err(|error| Failure::Save { path: folder.clone(), error })?;
    if let Some(first) = folder::rule_files(folder)?.first() {
        let first = first.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return Err(Failure::NotEmpty { path: folder.clone(), first });
    }
    for (name, text) in STARTER {
        folder::create(&folder.join(name), text)?;
        report::print(&folder.join(name).display().to_string())?;
    }
    tell!("next: tollgate check {0} && tollgate test {0}", folder.display());
    Ok(Found::Nothing)
}
