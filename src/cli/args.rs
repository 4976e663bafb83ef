use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Check, format, test and run policies for change requests.
#[derive(Debug, Parser)]
#[command(name = "tollgate", version, arg_required_else_help = true, max_term_width = 100)]
#[command(
    after_help = "Exit code: 0 done and nothing found; 1 findings, failing tests, or a request or file that is refused; 2 a command line that cannot be understood."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Check(CheckArgs),
    Fmt(FmtArgs),
    Test(TestArgs),
    Decide(DecideArgs),
    New(NewArgs),
    Simulate(SimulateArgs),
    Rehearse(RehearseArgs),
    Trail(TrailArgs),
}

/// Report every mistake in a policy, and what its tables and promises leave open
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: tollgate check rules/change-management --format sarif > findings.sarif")]
pub(super) struct CheckArgs {
    /// The policy: a folder of .gate files
    pub(super) folder: PathBuf,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// How many requests to try for each `unique` table and each promise before giving up with `not proved`
    #[arg(long, value_name = "REQUESTS", default_value_t = crate::api::DEFAULT_SEARCH_BUDGET)]
    pub(super) search: u64,
    /// Count warnings as findings too (exit code 1)
    #[arg(long)]
    pub(super) deny_warnings: bool,
}

/// Lay rule files out in the one style; comments stay where they are
#[derive(Debug, ClapArgs)]
pub(super) struct FmtArgs {
    /// Rule files, or folders of them; `-` reads standard input and writes standard output
    #[arg(required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// Change nothing; list the files that would change, and exit with 1 if there are any
    #[arg(long)]
    pub(super) check: bool,
}

/// Run the tests written in a policy, and show which rules and clauses they reach
#[derive(Debug, ClapArgs)]
pub(super) struct TestArgs {
    /// The policy: a folder of .gate files
    pub(super) folder: PathBuf,
    /// How to print the results
    #[arg(long, value_enum, default_value_t = TestFormat::Text)]
    pub(super) format: TestFormat,
    /// Only tests whose name contains this
    #[arg(long, value_name = "TEXT")]
    pub(super) only: Option<String>,
    /// Show every rule and clause, also those that were seen to hold and to fail
    #[arg(long)]
    pub(super) coverage: bool,
}

/// Decide one change request
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    tollgate decide rules/change-management request.json --facts facts.json --now 2026-02-03T11:00:00+05:30 --explain\n  \
    tollgate decide rules/change-management rules/change-management/samples/ssl-renewal-is-standard.json --sample")]
pub(super) struct DecideArgs {
    /// The policy: a folder of .gate files
    pub(super) folder: PathBuf,
    /// The change request as JSON; `-` reads standard input
    pub(super) request: PathBuf,
    /// What machines report, as JSON: an object of groups
    #[arg(long, value_name = "FILE")]
    pub(super) facts: Option<PathBuf>,
    /// The instant to decide for, RFC 3339 with an offset; the machine's clock where it is left out
    #[arg(long, value_name = "INSTANT")]
    pub(super) now: Option<String>,
    /// REQUEST is a sample: a file that holds `request`, `facts` and `now` together
    #[arg(long, conflicts_with = "facts")]
    pub(super) sample: bool,
    /// Say why: which rules held, which clause of the nearest other rule did not, what would have to differ
    #[arg(long)]
    pub(super) explain: bool,
    /// How to print the decision
    #[arg(long, value_enum, default_value_t = DecideFormat::Text)]
    pub(super) format: DecideFormat,
}

/// Write a starter policy that checks, with tests that pass
#[derive(Debug, ClapArgs)]
pub(super) struct NewArgs {
    /// The folder to make; it must not hold rule files yet
    pub(super) folder: PathBuf,
}

/// Play scripted changes: commands with times, and what must come of them
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: tollgate simulate rules/change-management rules/change-management/scenarios/emergency-lacks-approval.json"
)]
pub(super) struct SimulateArgs {
    /// The policy: a folder of .gate files
    pub(super) folder: PathBuf,
    /// Scenarios as JSON (docs/scenarios.md)
    #[arg(required = true, value_name = "SCENARIO")]
    pub(super) scenarios: Vec<PathBuf>,
    /// How to print what came of them
    #[arg(long, value_enum, default_value_t = SimulateFormat::Text)]
    pub(super) format: SimulateFormat,
}

/// Run recorded telemetry through the rollback rules, and show when each would have fired
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: tollgate rehearse rules/change-management latency.csv --metric latency_p95 --start 2026-02-10T22:00:00+05:30"
)]
pub(super) struct RehearseArgs {
    /// The policy: a folder of .gate files
    pub(super) folder: PathBuf,
    /// Recorded series: `timestamp,value` as CSV (a time without an offset is UTC), an answer of the Prometheus HTTP API (.json), OpenMetrics (.txt, .prom)
    #[arg(required = true, value_name = "SERIES")]
    pub(super) series: Vec<PathBuf>,
    /// The metric of the policy that they are; by their own names where none is given
    #[arg(long, value_name = "NAME")]
    pub(super) metric: Option<String>,
    /// The start of the deployment that is supposed; a baseline's time after the first sample where it is left out. Given
    /// several times, each is a deployment of its own
    #[arg(long, value_name = "INSTANT")]
    pub(super) start: Vec<String>,
    /// How long it is watched; to the last sample where it is left out
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) watch_minutes: Option<u32>,
    /// How long a reading stands for what follows it, for series recorded less often than the policy evaluates
    #[arg(long, value_name = "MINUTES")]
    pub(super) hold_minutes: Option<u32>,
    /// How the series are written; by the ends of their names where it is left out
    #[arg(long, value_enum)]
    pub(super) from: Option<SeriesFormat>,
    /// How to print what would have fired
    #[arg(long, value_enum, default_value_t = RehearseFormat::Text)]
    pub(super) format: RehearseFormat,
}

/// How a rehearsal is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RehearseFormat {
    /// For people
    Text,
    /// For programs: a line for each start, in their order
    Json,
}

/// Read a signed trail: verify it, show it, prove an entry
#[derive(Debug, ClapArgs)]
#[command(
    arg_required_else_help = true,
    after_help = "The npm package makes keys and revokes them, and exports a trail: npx tollgate --help"
)]
pub(super) struct TrailArgs {
    #[command(subcommand)]
    pub(super) command: TrailCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum TrailCommand {
    Verify(VerifyArgs),
    Show(ShowArgs),
    Prove(ProveArgs),
    CheckProof(CheckProofArgs),
    Checkpoint(CheckpointArgs),
}

/// Verify a trail: every signature, the tree, every change; the first thing that is wrong, and where
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: tollgate trail verify exported --pin checkpoint-of-last-year.txt --redecide\n\n\
    A trail alone shows that nothing in it was changed, never that nothing was cut off at its end: that takes a \
    checkpoint that was kept elsewhere (--pin)."
)]
pub(super) struct VerifyArgs {
    /// The trail: a folder as it is kept and exported, or a file with one entry a line
    pub(super) path: PathBuf,
    /// A checkpoint of the log that was kept elsewhere; may be given more than once
    #[arg(long, value_name = "CHECKPOINT")]
    pub(super) pin: Vec<PathBuf>,
    /// The key of a witness, as it publishes it: NAME+ID+KEY. Witnesses that the log has enrolled count anyway; may be given more than once
    #[arg(long, value_name = "KEY")]
    pub(super) witness: Vec<String>,
    /// The file of a handover that somebody else was given: a log that handed one change over twice shows; may be given more than once
    #[arg(long, value_name = "BUNDLE")]
    pub(super) beside: Vec<PathBuf>,
    /// Decide everything again, by the policies that the trail holds
    #[arg(long)]
    pub(super) redecide: bool,
    /// How to print what came of it
    #[arg(long, value_enum, default_value_t = DecideFormat::Text)]
    pub(super) format: DecideFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub(super) json: bool,
}

/// Show the entries of a trail, a line each; or one whole
#[derive(Debug, ClapArgs)]
pub(super) struct ShowArgs {
    /// The trail: a folder as it is kept and exported, or a file with one entry a line
    pub(super) path: PathBuf,
    /// One entry, whole: the JSON that was signed, laid out
    pub(super) index: Option<u64>,
    /// Only the entries of this change; where it was taken over, those of its earlier homes before them
    #[arg(long, value_name = "ID", conflicts_with = "index")]
    pub(super) change: Option<String>,
    /// The entry as it was signed, in one line: the bytes of its payload
    #[arg(long, requires = "index", conflicts_with = "stored")]
    pub(super) json: bool,
    /// The entry as it is stored: the bytes that the tree is made of
    #[arg(long, requires = "index")]
    pub(super) stored: bool,
}

/// Prove that an entry is in the log: a receipt that others can check (c2sp.org/tlog-proof)
#[derive(Debug, ClapArgs)]
pub(super) struct ProveArgs {
    /// The trail: a folder as it is kept and exported, or a file with one entry a line
    pub(super) path: PathBuf,
    /// The entry
    pub(super) index: u64,
}

/// Check a receipt, without the trail: that an entry is in a log, as its key signed it
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: tollgate trail show exported 7 --stored > entry.json; tollgate trail prove exported 7 > receipt.txt\n         \
    tollgate trail check-proof receipt.txt entry.json --log changes.example+9fb89491+AZsf..\n\n\
    It proves that this entry, byte for byte, is in a log whose head this key signed, at this place. It does not prove that \
    the log showed everybody the same head (--witness does, or a checkpoint that was kept elsewhere), nor that what the \
    entry says is so: `tollgate trail verify` follows all of them. Whoever keeps the log says what its verifier key is: \
    `tollgate trail verify` and `npx tollgate keys list` print it."
)]
pub(super) struct CheckProofArgs {
    /// The receipt, as `trail prove` prints it; `-` is standard input
    pub(super) receipt: PathBuf,
    /// The entry as it is stored, one line, as `trail show PATH INDEX --stored` prints it; `-` is standard input
    pub(super) entry: PathBuf,
    /// The verifier key of the log: NAME+ID+KEY (C2SP signed-note)
    #[arg(long, value_name = "KEY")]
    pub(super) log: String,
    /// The key of a witness, as it publishes it: the receipt is refused unless it has seen the head; may be given more than once
    #[arg(long, value_name = "KEY")]
    pub(super) witness: Vec<String>,
}

/// Print the last checkpoint of a trail, once the entries are those that it signs
#[derive(Debug, ClapArgs)]
pub(super) struct CheckpointArgs {
    /// The trail: a folder as it is kept and exported, or a file with one entry a line
    pub(super) path: PathBuf,
}

/// How recorded series are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SeriesFormat {
    /// Comma-separated, with a header: timestamp,value
    Csv,
    /// An answer of the Prometheus HTTP API: query or query_range
    Prometheus,
    /// OpenMetrics, or the Prometheus text format
    Openmetrics,
}

/// How scenarios are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SimulateFormat {
    /// For people: a line for each step
    Text,
    /// For programs: every event, and the change at the end
    Json,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: the text with carets, and help
    Text,
    /// For programs
    Json,
    /// Workflow commands that GitHub shows beside the lines
    Github,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
}

/// How test results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TestFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// Workflow commands that GitHub shows beside the lines
    Github,
    /// JUnit XML
    Junit,
}

/// How a decision is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DecideFormat {
    /// For people
    Text,
    /// For programs: the answer as the module gives it
    Json,
}
