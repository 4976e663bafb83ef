//! Feeds the engine inputs made from its own cases, and keeps those that reach something new.
//!
//! `node tools/fuzz.mjs TARGET --seconds N` compiles this with coverage counters and runs it. An input that breaks a promise, or takes
//! longer than [`LONGEST`], is written to `fuzz/artifacts/TARGET/`; `node tools/fuzz.mjs TARGET FILE` tries it alone. The files in
//! `fuzz/regressions/TARGET/` broke something once and are tried first.

mod coverage;
mod mutate;
mod seeds;
mod targets;

use coverage::Seen;
use mutate::{MAX_BYTES, Random, mutated};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, panic, process, thread};
use targets::{TARGETS, Target};

/// An input that takes longer is a finding.
const LONGEST: Duration = Duration::from_secs(10);

/// When the input at work began, in milliseconds since the start and one more; 0 between inputs.
static BEGAN: AtomicU64 = AtomicU64::new(0);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((target, rest)) = arguments.split_first() else { return usage() };
    let Some(target) = TARGETS.iter().find(|known| known.name == target) else { return usage() };
    match rest {
        [seconds, seed] => match (seconds.parse(), seed.parse()) {
            (Ok(seconds), Ok(seed)) => fuzz(target, Duration::from_secs(seconds), seed),
            _ => usage(),
        },
        [file] => match fs::read(file) {
            Ok(input) => {
                (target.run)(&input);
                println!("{file} breaks nothing");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("cannot read {file}: {error}");
                ExitCode::from(2)
            }
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("tollgate-fuzz parse|request|trail SECONDS SEED\ntollgate-fuzz parse|request|trail FILE");
    ExitCode::from(2)
}

/// The inputs kept, and what they reached.
struct Run {
    target: &'static Target,
    /// Where the input at work is written, so that it is there should the process die.
    current: PathBuf,
    start: Instant,
    seen: Seen,
    kept: Vec<Vec<u8>>,
    tried: u64,
}

fn fuzz(target: &'static Target, time: Duration, seed: u64) -> ExitCode {
    if !coverage::is_on() {
        eprintln!("compiled without counters: run it with `node tools/fuzz.mjs`");
        return ExitCode::from(2);
    }
    let artifacts = folder("artifacts", target);
    fs::create_dir_all(&artifacts).expect("a folder for what is found");
    let mut run = Run {
        target,
        current: artifacts.join("at-work"),
        start: Instant::now(),
        seen: Seen::default(),
        kept: Vec::new(),
        tried: 0,
    };
    let (current, start) = (run.current.clone(), run.start);
    thread::spawn(move || watch(&current, start));
    panic::set_hook(Box::new(|panic| eprintln!("{panic}")));

    let once = seeds_of(target);
    for input in once.iter().filter(|input| input.len() <= MAX_BYTES) {
        run.attempt(input);
    }
    // A seed too long to be changed is still tried.
    once.iter().filter(|input| input.len() > MAX_BYTES).for_each(|input| run.attempt(input));
    println!(
        "{}: {} seeds reach {} edges; seed of this run {seed}",
        target.name,
        once.len(),
        run.seen.edges()
    );

    let words = (target.words)();
    let mut random = Random::new(seed);
    let mut told = Instant::now();
    while run.start.elapsed() < time {
        let kept = run.kept.len();
        // Half of the time one of the last: what was new last is tried least.
        let last = random.below(2) * kept.saturating_sub(64);
        let input = &run.kept[last + random.below(kept - last)];
        let other = &run.kept[random.below(kept)];
        let input = mutated(input, other, &words, &mut random);
        run.attempt(&input);
        if told.elapsed() > Duration::from_secs(10) {
            run.tell();
            told = Instant::now();
        }
    }
    run.tell();
    println!("{}: nothing found", target.name);
    let _ = fs::remove_file(&run.current);
    ExitCode::SUCCESS
}

impl Run {
    /// Tries an input, keeps it if it reaches something new, and ends the process if it breaks something.
    fn attempt(&mut self, input: &[u8]) {
        fs::write(&self.current, input).expect("a file for the input at work");
        BEGAN.store(self.start.elapsed().as_millis() as u64 + 1, Ordering::SeqCst);
        self.seen.begin();
        let done = panic::catch_unwind(|| (self.target.run)(input));
        let new = self.seen.end();
        BEGAN.store(0, Ordering::SeqCst);
        self.tried += 1;
        if done.is_err() {
            let name = found(&self.current, "panic");
            self.tell();
            eprintln!("{}: a promise is broken by {}", self.target.name, name.display());
            process::exit(1);
        }
        if new && input.len() <= MAX_BYTES {
            self.kept.push(input.to_vec());
        }
    }

    fn tell(&self) {
        let seconds = self.start.elapsed().as_secs();
        let (name, tried, edges, kept) = (self.target.name, self.tried, self.seen.edges(), self.kept.len());
        println!("{name}: {seconds} s, {tried} inputs, {edges} edges, {kept} kept");
    }
}

/// Ends the process when an input takes too long.
fn watch(current: &Path, start: Instant) {
    loop {
        thread::sleep(Duration::from_millis(200));
        let began = BEGAN.load(Ordering::SeqCst);
        let now = start.elapsed().as_millis() as u64;
        if began != 0 && now.saturating_sub(began) > LONGEST.as_millis() as u64 {
            eprintln!("longer than {} s: {}", LONGEST.as_secs(), found(current, "slow").display());
            process::exit(1);
        }
    }
}

/// Names an input after what it did and what it holds (FNV-1a).
fn found(current: &Path, what: &str) -> PathBuf {
    let input = fs::read(current).unwrap_or_default();
    let hash = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    let name = current.with_file_name(format!("{what}-{hash:016x}"));
    let _ = fs::rename(current, &name);
    name
}

/// What broke something once, then the seeds of the target.
fn seeds_of(target: &Target) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder("regressions", target))
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    files.iter().filter_map(|file| fs::read(file).ok()).chain((target.seeds)()).collect()
}

fn folder(kind: &str, target: &Target) -> PathBuf {
    seeds::repository().join("fuzz").join(kind).join(target.name)
}
