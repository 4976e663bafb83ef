//! Generates the JavaScript glue of the module: `tollgate-bindgen RAW.wasm FOLDER`.
//!
//! It does the work of the `wasm-bindgen` command with the library that command is made of, so that
//! Cargo.lock keeps module and glue at one version and nothing has to be installed by hand. The target is
//! `web`: one ES module that browsers and Node both load. The default path is kept in it, so that a page can
//! call `init()` without saying where the module lies beside its glue.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, folder] = arguments.as_slice() else {
        eprintln!("usage: tollgate-bindgen RAW.wasm FOLDER");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).out_name("tollgate").typescript(true).omit_default_module_path(true).reset_state_function(true);
    match bindgen.web(true).and_then(|web| web.generate(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
