//! Annals publishes the decisions of a team.

pub mod config;
pub mod diagnostic;
pub mod markdown;
pub mod record;
pub mod source;
