//! Working time: calendars, service levels, board meetings, windows.
//!
//! ```text
//! zone ─ LocalClock ─┬─ Calendar: weekly hours, holidays ─┐
//!                    └─ all time, 24 hours a day ─────────┴─ ServiceLevel ─┬─ due, alerts, left, overrun
//!                                                                          ├─ account, day by day
//!                                  Board: weekly meetings ─────────────────┴─ predict, submissions
//! ```
//!
//! Always holds: time comes in as arguments, nothing here asks for it. All stretches are half open. Instants are whole
//! milliseconds of the years 1900 to 2199, and every walk over days ends there or earlier. What is counted is counted
//! exactly: the same instant never twice, whatever the clocks of the zone do.
//!
//! The normal service level (P-04) for a change submitted on a Friday at 17:00 in Bengaluru:
//!
//! ```
//! use tollgate::calendar::{Board, Calendar, Hours, Pauses, ServiceLevel, Verdict, Weekly, predict};
//! use tollgate::value::{Instant, Limit, SpanOfTime, Weekday, Zone};
//!
//! let kolkata = Zone::named("Asia/Kolkata").unwrap();
//! let (nine, six) = ("09:00".parse()?, "18:00".parse()?);
//! let hours = Weekday::ALL[..5].iter().map(|day| Hours { day: *day, from: nine, to: six }).collect::<Vec<_>>();
//! let republic_day = ("2026-01-26".parse()?, "Republic Day".to_owned());
//! let india = Calendar::new(&kolkata, &hours, [republic_day]).unwrap();
//!
//! let within_3_business_days = Limit { strict: false, time: SpanOfTime::BusinessDays(3) };
//! let level = ServiceLevel::new(within_3_business_days, Some(&india), &kolkata).unwrap();
//! let friday: Instant = "2026-02-06T17:00+05:30".parse().unwrap();
//! let due = level.due(friday, &Pauses::default()).unwrap();
//! assert_eq!(due.at(), "2026-02-11T17:00+05:30".parse().ok()); // one hour on Friday, two days, eight hours
//!
//! let cab = Weekly {
//!     day: Weekday::Thursday, from: "10:00".parse()?, to: "11:00".parse()?,
//!     closes_day: Weekday::Wednesday, closes_at: "18:00".parse()?,
//! };
//! let meeting = Board::new(cab, &kolkata, Some(&india)).unwrap().next_meeting(friday).unwrap();
//! let prediction = predict(&level, friday, &[], meeting).unwrap();
//! assert_eq!(prediction.verdict, Verdict::Breached);
//! assert_eq!(prediction.by.to_string(), "2 hours"); // of business time: the board meets on Thursday at 10:00
//! # Ok::<(), tollgate::value::CivilError>(())
//! ```

mod account;
mod clock;
mod error;
mod hours;
mod level;
mod local;
mod meeting;
mod pauses;
mod periods;
mod predict;
mod submission;

pub use account::{Day, MOST_DAYS_TOLD, Uncounted};
pub use error::CalendarError;
pub use hours::{Calendar, Hours};
pub use level::{Due, ServiceLevel};
pub use meeting::{Board, Meeting, Skipped, Weekly};
pub use pauses::Pauses;
pub use periods::{free_windows, shared};
pub use predict::{Prediction, Verdict, predict};
pub use submission::{SubmissionWindow, Submissions, submissions};
