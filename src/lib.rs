//! Annals publishes the decisions of a team.

pub mod collection;
pub mod config;
pub mod diagnostic;
pub mod error;
pub mod history;
pub mod json;
pub mod markdown;
pub mod output;
pub mod record;
pub mod site;
pub mod source;
pub mod theme;
pub mod timeline;
pub mod view;
