//! Tells cargo to compile again when a file of the theme appears or goes: the theme is embedded as a
//! directory (`src/theme.rs`), and the compiler notices changed files by itself but not new ones.
fn main() {
    println!("cargo::rerun-if-changed=themes");
}
