//! The program; everything is in the library.

/// A build makes and drops texts by the million, on every core.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    annals::cli::run().into()
}
