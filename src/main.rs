//! The program: hands its arguments to [`diarium::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    diarium::cli::main()
}
