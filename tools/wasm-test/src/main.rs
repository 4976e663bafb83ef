//! Runs the tests of a WebAssembly file: cargo's runner for `wasm32-unknown-unknown`.
//!
//! It is the `wasm-bindgen-test-runner` command, made of the library that command is made of, so that Cargo.lock keeps tests
//! and runner at one version and nothing has to be installed by hand.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
