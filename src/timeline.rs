//! Timelines: events merged from every source, and when a decision was in force.

use jiff::civil::Date;

/// Days on which a decision was in force: from `from` up to, but not including, `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// First day.
    pub from: Date,
    /// First day on which it no longer was; `None` while it still is.
    pub to: Option<Date>,
}
