use super::tell;
use std::io;
use std::path::PathBuf;

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("cannot read `{}`: {}", path.display(), reason(error))]
    Read { path: PathBuf, error: io::Error },
    #[error("cannot write `{}`: {error}", path.display())]
    Save { path: PathBuf, error: io::Error },
    #[error("cannot print: {0}")]
    Write(#[from] io::Error),
    #[error("`{}` holds no .gate files", .0.display())]
    NoRules(PathBuf),
    #[error("`{}` is no folder; a policy is a folder of .gate files", .0.display())]
    NoFolder(PathBuf),
    #[error("`{}` is not UTF-8 text: byte {at} belongs to no character", path.display())]
    NotText { path: PathBuf, at: usize },
    #[error("`{}` is compressed with gzip: decompress it first, as `gunzip` does", .0.display())]
    Compressed(PathBuf),
    #[error("`{}` holds rule files already (`{first}`); choose an empty folder", path.display())]
    NotEmpty { path: PathBuf, first: String },
    #[error("`{}` {what}; give the folder of a trail or of an export, or a file with one entry a line", path.display())]
    NoTrail { path: PathBuf, what: &'static str },
    #[error("the machine's clock is outside the years 1900 to 2200; give --now")]
    NoClock,
    #[error("{0}")]
    Json(String),
    #[error("{0}")]
    Usage(String),
}

/// What the system says, but for what happens most: the same words everywhere, in the package's command line, too.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

impl Failure {
    /// Returns 2 where the command line is wrong, 1 where what it names is.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            _ => 1,
        }
    }

    /// Prints the failure for people.
    pub(super) fn tell(&self) {
        match self {
            Self::Usage(_) => tell!("error: {self}\n\nFor more information, try '--help'."),
            _ => tell!("tollgate: {self}"),
        }
    }
}
