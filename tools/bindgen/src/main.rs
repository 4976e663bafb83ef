//! Generates the JavaScript glue of a module: `tollgate-bindgen RAW.wasm FOLDER NAME`.
//!
//! It does the work of the `wasm-bindgen` command with the library that command is made of, so that
//! Cargo.lock keeps module and glue at one version and nothing has to be installed by hand. The target is
//! `web`: one ES module that browsers and Node both load. It can make a new instance of the module it has, which
//! the host does after a trap (`__wbg_reset_state`); where the module comes from is the host's business.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, folder, name] = arguments.as_slice() else {
        eprintln!("usage: tollgate-bindgen RAW.wasm FOLDER NAME");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
        .out_name(name)
        .typescript(true)
        .omit_default_module_path(true)
        .reset_state_function(true);
    match bindgen.web(true).and_then(|web| web.generate(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
