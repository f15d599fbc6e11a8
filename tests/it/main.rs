//! All integration tests, in one binary: one link step, and helpers that are used are seen to be used.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where and stop")]

mod acts;
mod cases;
mod cli;
mod collections;
mod commonmark;
mod conservation;
mod conventions;
mod dated;
mod discover;
mod harness;
mod history;
mod hostile;
mod last_good;
mod links;
mod markdown;
mod output;
mod preview;
mod program;
mod readme;
mod search;
mod served;
mod server;
mod sites;
mod supersession;
mod tidy;
mod timeline;
mod truth_links;
mod truth_records;
mod truth_timeline;
mod watch;
