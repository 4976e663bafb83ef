//! Which edges of the program an input reached, counted by LLVM's SanitizerCoverage.
//!
//! The engine is compiled with `-sanitizer-coverage-inline-8bit-counters`: each edge adds one to a byte of its own. Each object file
//! announces its bytes to the function below before `main` runs. Without the flags there are no counters, and [`is_on`] says so.

use std::sync::Mutex;

/// The counters of one object file: where they begin, and how many there are.
#[derive(Clone, Copy)]
struct Counters {
    start: usize,
    count: usize,
}

static COUNTERS: Mutex<Vec<Counters>> = Mutex::new(Vec::new());

/// Called by what the compiler adds to each object file.
#[unsafe(no_mangle)]
extern "C" fn __sanitizer_cov_8bit_counters_init(start: *mut u8, stop: *mut u8) {
    let (start, stop) = (start as usize, stop as usize);
    let mut all = COUNTERS.lock().unwrap();
    if start < stop && !all.iter().any(|known| known.start == start) {
        all.push(Counters { start, count: stop - start });
    }
}

/// Whether the program was compiled with counters.
pub fn is_on() -> bool {
    !COUNTERS.lock().unwrap().is_empty()
}

/// Everything reached so far: for each edge a set of the ranges in which its count has been.
#[derive(Default)]
pub struct Seen {
    ranges: Vec<u8>,
}

impl Seen {
    /// Sets all counters to zero.
    pub fn begin(&self) {
        for counters in each() {
            counters.fill(0);
        }
    }

    /// Adds what the counters say; returns whether anything is new.
    pub fn end(&mut self) -> bool {
        let mut new = false;
        let mut edge = 0;
        for counters in each() {
            self.ranges.resize(self.ranges.len().max(edge + counters.len()), 0);
            let seen = &mut self.ranges[edge..edge + counters.len()];
            for (count, seen) in counters.iter().zip(seen).filter(|(count, _)| **count != 0) {
                new |= *seen & range(*count) == 0;
                *seen |= range(*count);
            }
            edge += counters.len();
        }
        new
    }

    /// How many edges have been reached.
    pub fn edges(&self) -> usize {
        self.ranges.iter().filter(|seen| **seen != 0).count()
    }
}

/// The range of a count, as one bit: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more.
fn range(count: u8) -> u8 {
    match count {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        4..=7 => 8,
        8..=15 => 16,
        16..=31 => 32,
        32..=127 => 64,
        _ => 128,
    }
}

fn each() -> impl Iterator<Item = &'static mut [u8]> {
    let all = COUNTERS.lock().unwrap().clone();
    all.into_iter().map(|Counters { start, count }| {
        // SAFETY: the compiler promises that these bytes live as long as the program. Only the one thread that runs the
        // target reaches instrumented code while a slice is in use, and it uses one at a time.
        unsafe { std::slice::from_raw_parts_mut(start as *mut u8, count) }
    })
}
