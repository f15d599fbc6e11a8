//! What stops a command, and the exit status that says so. Problems of single records never do: they
//! are [`Diagnostic`]s.

use std::fmt;
use std::io;
use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::source::SourceText;

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Error {
    /// The call itself cannot be answered: a folder that is not there, an output folder of somebody else.
    Usage {
        /// One sentence, lower case, no full stop.
        message: String,
        /// What to do instead.
        help: Option<String>,
    },
    /// `annals.toml` or the site's theme cannot be used.
    Config {
        /// The text the diagnostics speak of, where there is one.
        text: Option<Box<SourceText>>,
        /// At least one.
        diagnostics: Vec<Diagnostic>,
    },
    /// `--strict`, and there are errors; they have been reported already.
    Strict {
        /// How many.
        errors: usize,
    },
    /// The preview cannot listen.
    Port {
        /// Where: `127.0.0.1:4000`.
        address: String,
        /// What the system said.
        source: io::Error,
        /// Where it could.
        help: Option<String>,
    },
    /// The machine failed: a disk, a permission.
    Machine {
        /// What was being done: `write site/index.html`.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// A usage error without advice.
    pub fn usage(message: impl Into<String>) -> Error {
        Error::Usage { message: message.into(), help: None }
    }

    /// A usage error that says what to do instead.
    pub fn usage_help(message: impl Into<String>, help: impl Into<String>) -> Error {
        Error::Usage { message: message.into(), help: Some(help.into()) }
    }

    /// Takes what was being done (a verb) and to which path; the result maps an [`io::Error`].
    pub fn machine<'a>(verb: &'a str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + 'a {
        move |source| Error::Machine { doing: format!("{verb} `{}`", path.display()), source }
    }

    /// The status the process ends with: 1 records or configuration, 2 usage, 3 machine.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Config { .. } | Error::Strict { .. } => 1,
            Error::Usage { .. } => 2,
            Error::Port { .. } | Error::Machine { .. } => 3,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage { message, .. } => f.write_str(message),
            Error::Config { diagnostics, .. } => match diagnostics.first() {
                Some(first) => f.write_str(&first.message),
                None => f.write_str("the configuration cannot be used"),
            },
            Error::Strict { errors } => write!(f, "nothing was written: {}", plural(*errors, "error")),
            Error::Port { address, source, .. } => write!(f, "cannot listen on `{address}`: {source}"),
            Error::Machine { doing, source } => write!(f, "cannot {doing}: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Port { source, .. } | Error::Machine { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// `1 error`, `2 errors`, `1,024 errors`.
pub fn plural(count: usize, noun: &str) -> String {
    let grouped = grouped(count);
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("{grouped} {noun}"),
        (_, Some(stem)) => format!("{grouped} {stem}ies"),
        (_, None) => format!("{grouped} {noun}s"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `1,024`.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
