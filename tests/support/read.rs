//! The files of the project: read where there is a file system, carried along where there is none.

use std::path::{Path, PathBuf};

/// The text of a file.
pub fn text(path: &Path) -> String {
    host::text(path).unwrap_or_else(|| panic!("{} cannot be read", path.display()))
}

/// The files of a folder whose names end in `.ending`, sorted; there is at least one.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let of_kind = |path: &PathBuf| path.extension().is_some_and(|end| end == ending);
    let mut paths: Vec<PathBuf> = host::paths(folder).into_iter().filter(of_kind).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no .{ending} files in {}", folder.display());
    paths
}

/// A folder or file of `tests/data`.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// A folder or file of `rules`.
pub fn rules(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(name)
}

#[cfg(not(target_arch = "wasm32"))]
mod host {
    use std::fs;
    use std::path::{Path, PathBuf};

    pub fn text(path: &Path) -> Option<String> {
        fs::read_to_string(path).ok()
    }

    pub fn paths(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

#[cfg(target_arch = "wasm32")]
mod host {
    use super::{data, rules};
    use include_dir::{Dir, include_dir};
    use std::path::{Path, PathBuf};

    static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/data");
    static RULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

    fn trees() -> [(PathBuf, &'static Dir<'static>); 2] {
        [(data(""), &DATA), (rules(""), &RULES)]
    }

    pub fn text(path: &Path) -> Option<String> {
        let carried = |(root, tree): (PathBuf, &'static Dir<'static>)| {
            tree.get_file(path.strip_prefix(root).ok()?)?.contents_utf8()
        };
        trees().into_iter().find_map(carried).map(str::to_owned)
    }

    pub fn paths(folder: &Path) -> Vec<PathBuf> {
        let carried = |(root, tree): (PathBuf, &'static Dir<'static>)| {
            let dir = tree.get_dir(folder.strip_prefix(&root).ok()?)?;
            Some(dir.files().map(|file| root.join(file.path())).collect())
        };
        trees().into_iter().find_map(carried).unwrap_or_default()
    }
}
