//! Printers of diagnostics: for a terminal, for editors, for programs, for GitHub's checks.
