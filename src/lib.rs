//! Annals publishes the decisions of a team.

pub mod catalog;
pub mod collection;
pub mod config;
pub mod diagnostic;
pub mod error;
pub mod history;
pub mod json;
pub mod machine;
pub mod markdown;
pub mod output;
pub mod plan;
pub mod record;
pub mod render;
pub mod site;
pub mod source;
pub mod theme;
pub mod timeline;
pub mod twin;
pub mod view;
