//! Calls as data: made from the case files of the other suites, and read from `tests/data/calls`.

use super::beside::beside;
use super::cases::inputs;
use super::changes;
use super::read::{self, data, files, rules, text};
use super::watches;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tollgate::api::{self, Policies, json_call};
use tollgate::value::Digest;

/// One call as a host makes it.
pub struct Call {
    /// Where it comes from.
    pub name: String,
    /// The function of the module.
    pub call: &'static str,
    /// The text that goes in.
    pub text: String,
    /// What the answer must say.
    pub says: Vec<String>,
}

/// The functions of the module by name.
const CALLS: &[&str] = &[
    "check",
    "format",
    "test",
    "compile",
    "image",
    "release",
    "decide",
    "decideMany",
    "form",
    "files",
    "partial",
    "checkRoster",
    "next",
    "fold",
    "gate",
    "status",
    "previewEdit",
    "planned",
    "freezePreview",
    "freeWindows",
    "catalogue",
    "simulate",
    "baseline",
    "arm",
    "observe",
    "readReport",
    "rehearse",
];

/// Answers a call as the module does.
pub fn answer(call: &str, text: &str, policies: &mut Policies) -> String {
    match call {
        "check" => json_call::check(text),
        "format" => json_call::format(text),
        "test" => json_call::test(text),
        "compile" => json_call::compile(text, policies),
        "release" => json_call::release(text, policies),
        "decide" => json_call::decide(text, policies),
        "decideMany" => json_call::decide_many(text, policies),
        "form" => json_call::form(text, policies),
        "files" => json_call::files(text, policies),
        "image" => image(text, policies),
        "partial" => json_call::partial(text, policies),
        "checkRoster" => json_call::check_roster(text, policies),
        "next" => json_call::next(text, policies),
        "fold" => json_call::fold(text),
        "gate" => json_call::gate(text, policies),
        "status" => json_call::status(text, policies),
        "previewEdit" => json_call::preview_edit(text, policies),
        "planned" => json_call::planned(text, policies),
        "freezePreview" => json_call::freeze_preview(text),
        "freeWindows" => json_call::free_windows(text),
        "catalogue" => json_call::catalogue(text, policies),
        "simulate" => json_call::simulate(text, policies),
        "baseline" => json_call::baseline(text, policies),
        "arm" => json_call::arm(text, policies),
        "observe" => json_call::observe(text, policies),
        "readReport" => json_call::read_report(text, policies),
        "rehearse" => json_call::rehearse(text, policies),
        other => panic!("the module has no function `{other}`"),
    }
}

/// The digest of an image, which is bytes and no text; each host opens it again, too.
fn image(text: &str, policies: &mut Policies) -> String {
    let handle = serde_json::from_str::<Json>(text).unwrap()["handle"].as_u64().unwrap();
    let image = api::image(policies.get(handle.try_into().unwrap()).unwrap());
    let opened = api::open(&image).unwrap();
    assert_eq!(api::image(&opened), image, "an image that is opened gives itself");
    json!({ "ok": true, "image": Digest::of(&image).to_string() }).to_string()
}

/// All calls, in an order that matters: `compile` gives the handles 1, 2, 3 and so on.
pub fn all() -> Vec<Call> {
    let mut calls = Calls::default();
    calls.texts();
    calls.checks();
    calls.cases("eval", "decide");
    calls.cases("partial", "partial");
    calls.policies();
    calls.samples();
    calls.json();
    calls.watches();
    calls.written();
    let mut all = calls.made;
    all.extend(hostile());
    all
}

#[derive(Default)]
struct Calls {
    made: Vec<Call>,
    handles: u32,
}

impl Calls {
    fn call(&mut self, name: String, call: &'static str, json: &Json) {
        self.made.push(Call { name, call, text: json.to_string(), says: Vec::new() });
    }

    fn compile(&mut self, name: &str, files: &Json) -> Json {
        self.call(name.to_owned(), "compile", &json!({ "files": files }));
        self.handles += 1;
        let policy = json!({ "handle": self.handles });
        self.call(format!("image of {name}"), "image", &policy);
        policy
    }

    /// Every text of the parser's and the formatter's cases is checked and formatted.
    fn texts(&mut self) {
        for folder in ["syntax/good", "syntax/bad", "format"] {
            for (name, text) in sections(folder) {
                for text in text.split("---- becomes ----\n") {
                    let file = json!({ "name": "case.gate", "text": text });
                    self.call(
                        format!("check {name}"),
                        "check",
                        &json!({ "files": [file], "search_budget": 0 }),
                    );
                    self.call(format!("format {name}"), "format", &file);
                }
            }
        }
    }

    fn checks(&mut self) {
        let base = text(&data("check/base.gate"));
        for folder in ["check/good", "check/bad"] {
            for (name, case) in sections(folder) {
                let texts = beside(&base, &case).into_iter().enumerate();
                let files: Json =
                    texts.map(|(at, text)| json!({ "name": format!("{at}.gate"), "text": text })).collect();
                self.call(name, "check", &json!({ "files": files, "search_budget": 50 }));
            }
        }
    }

    fn cases(&mut self, folder: &str, call: &'static str) {
        for path in files(&data(folder), "txt") {
            let text = text(&path);
            let (policy, inputs) = inputs(&text);
            let policy =
                self.compile(&format!("{folder} policy"), &json!([{ "name": "case.gate", "text": policy }]));
            for (name, mut input) in inputs {
                let request = input["request"].take();
                let key = if call == "decide" { "request" } else { "answers" };
                let mut json = json!({ "policy": policy, "facts": input["facts"], "now": input["now"] });
                json[key] = request;
                if json["facts"].is_null() {
                    json["facts"] = json!({});
                }
                json["explain"] = json!(true);
                self.call(format!("{folder} {name}"), call, &json);
            }
        }
    }

    /// Every policy of the repository is checked, formatted file by file, tried on its own tests and asked for its form.
    fn policies(&mut self) {
        for folder in ["starter", "examples/schema-changes", "examples/bank-changes"] {
            let files = policy(&rules(folder));
            self.call(format!("check {folder}"), "check", &json!({ "files": files, "search_budget": 200 }));
            self.call(format!("test {folder}"), "test", &json!({ "files": files }));
            for file in files.as_array().unwrap() {
                self.call(format!("format {folder} {}", file["name"]), "format", file);
            }
            let policy = self.compile(&format!("compile {folder}"), &files);
            self.call(format!("form {folder}"), "form", &json!({ "policy": policy }));
            self.call(format!("files {folder}"), "files", &json!({ "policy": policy }));
            self.call(format!("release {folder}"), "release", &policy);
            self.call(format!("form after release {folder}"), "form", &json!({ "policy": policy }));
        }
    }

    /// Every sample is decided, with and without its reasons, one by one and together; and asked about with a third and two thirds of
    /// its answers given.
    fn samples(&mut self) {
        let folder = rules("change-management");
        let files = policy(&folder);
        for file in files.as_array().unwrap() {
            self.call(format!("format {}", file["name"]), "format", file);
        }
        self.call(
            "check change-management".to_owned(),
            "check",
            &json!({ "files": files, "search_budget": 20 }),
        );
        let policy = self.compile("compile change-management", &files);
        self.call("form change-management".to_owned(), "form", &json!({ "policy": policy }));
        let mut items = Vec::new();
        for path in read::files(&folder.join("samples"), "json") {
            let name = stem(&path);
            let sample: Json = serde_json::from_str(&text(&path)).unwrap();
            let item =
                json!({ "request": sample["request"], "facts": sample["facts"], "now": sample["now"] });
            for explain in [true, false] {
                let mut json = item.clone();
                json["policy"] = policy.clone();
                json["explain"] = json!(explain);
                self.call(format!("{name}, explain {explain}"), "decide", &json);
            }
            let request = item["request"].as_object().unwrap();
            for third in 1..=2 {
                let answers: Json = request
                    .iter()
                    .take(request.len() * third / 3)
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
                let mut json = json!({ "policy": policy, "answers": answers, "facts": item["facts"], "now": item["now"] });
                self.call(format!("{name}, {third} of 3"), "partial", &json);
                json["explain"] = json!(true);
                self.call(format!("{name}, {third} of 3, explained"), "partial", &json);
            }
            items.push(item);
        }
        let many = json!({ "policy": policy, "items": items, "explain": false });
        self.call("all samples".to_owned(), "decideMany", &many);
        for (name, call, json) in changes::calls(&files, &policy) {
            self.call(name, call, &json);
        }
    }

    /// What the JSON reader refuses, as a call.
    fn json(&mut self) {
        for (name, text) in sections("json/bad") {
            let text = text.lines().filter(|line| !line.starts_with("# ")).collect::<Vec<_>>().join("\n");
            // What is no UTF-8 cannot be a call.
            if !text.contains("⟨x") {
                self.made.push(Call { name, call: "decide", text: expand(&text), says: Vec::new() });
            }
        }
    }

    /// What a host asks that watches a deployment.
    fn watches(&mut self) {
        let mut kept = BTreeMap::new();
        for (name, files) in watches::policies() {
            kept.insert(name, self.compile(&format!("compile {name}"), &files));
        }
        for watches::Made { name, call, json, says } in watches::calls(&kept, answer) {
            let call = *CALLS
                .iter()
                .find(|known| **known == call)
                .unwrap_or_else(|| panic!("{name}: no call {call}"));
            self.made.push(Call { name, call, text: json.to_string(), says });
        }
    }

    /// The calls of `tests/data/calls/*.jsonl`, one a line: `{ "name", "call", "text", "says": [..] }`.
    fn written(&mut self) {
        for path in files(&data("calls"), "jsonl") {
            for line in text(&path).lines() {
                let json: Json = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
                let call = CALLS.iter().find(|call| json["call"] == json!(call));
                let call = call.unwrap_or_else(|| panic!("no call: {line}"));
                let says = json["says"].as_array().into_iter().flatten();
                self.made.push(Call {
                    name: json["name"].as_str().unwrap().to_owned(),
                    call,
                    text: json["text"].as_str().map_or_else(|| json["text"].to_string(), str::to_owned),
                    says: says.map(|says| says.as_str().unwrap().to_owned()).collect(),
                });
            }
        }
    }
}

/// The calls of `tests/data/calls/hostile.txt`.
///
/// A case is `--- name ---`, lines of directions, and a text. `# call: check` or `# call: format` gives the text as a rule file, any other
/// call takes the text as it stands; `# base` puts the policy of `tests/data/check/base.gate` into the call, as a second file
/// or, in a call with JSON, for `⟨base⟩`; each `# says:` is found in the answer. `⟨(×9⟩` is nine brackets; in what is repeated `{i}` counts from 0
/// and `{j}` from 1. `⟨u202e⟩` is a character by its number.
pub fn hostile() -> Vec<Call> {
    let base = text(&data("check/base.gate"));
    let of = |(name, case): (String, String)| {
        let is_direction =
            |line: &&str| ["# call: ", "# says: ", "# base"].iter().any(|is| line.starts_with(is));
        let lines = || case.lines().take_while(is_direction);
        let direction = |word: &'static str| lines().filter_map(move |line| line.strip_prefix(word));
        let call = direction("# call: ").next().unwrap_or_else(|| panic!("{name} says no call"));
        let call =
            CALLS.iter().find(|known| **known == call).unwrap_or_else(|| panic!("{name}: no call {call}"));
        let head: usize = lines().map(|line| line.len() + 1).sum();
        let body = expand(case[head..].trim_end_matches('\n'));
        let mut files = vec![json!({ "name": "a.gate", "text": body })];
        if lines().any(|line| line == "# base") {
            files.push(json!({ "name": "base.gate", "text": base }));
        }
        let text = match *call {
            "check" => json!({ "files": files, "search_budget": 0 }).to_string(),
            "format" => files[0].to_string(),
            _ => body.replace("⟨base⟩", &json!(base).to_string()),
        };
        Call { name, call, text, says: direction("# says: ").map(str::to_owned).collect() }
    };
    let path = data("calls/hostile.txt");
    sections_of(&path).into_iter().map(of).collect()
}

/// Replaces `⟨a×9⟩` and `⟨u202e⟩` by what they stand for.
fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟨') {
        let (inside, after) = after.split_once('⟩').unwrap();
        out += before;
        match inside.rsplit_once('×') {
            Some((part, times)) if part.contains("{i}") => {
                (0..times.parse::<usize>().unwrap()).for_each(|i| {
                    out += &part.replace("{i}", &i.to_string()).replace("{j}", &(i + 1).to_string());
                })
            }
            Some((part, times)) => out += &part.repeat(times.parse().unwrap()),
            None if inside == "base" => out += "⟨base⟩",
            None => {
                let number = u32::from_str_radix(inside.strip_prefix('u').unwrap(), 16).unwrap();
                out.push(char::from_u32(number).unwrap());
            }
        }
        rest = after;
    }
    out + rest
}

/// The sections of all case files of a folder, with their expectations taken off where they are comments of the runner.
fn sections(folder: &str) -> Vec<(String, String)> {
    let marks = ["# error", "# warning", "# note", "# help:", "# tree:", "#   "];
    let without = |text: String| -> String {
        let expected =
            text.split_inclusive('\n').take_while(|line| marks.iter().any(|mark| line.starts_with(mark)));
        let length = expected.map(str::len).sum();
        text[length..].to_owned()
    };
    let files = files(&data(folder), "txt").into_iter();
    files.flat_map(|path| sections_of(&path)).map(|(name, text)| (name, without(text))).collect()
}

fn sections_of(path: &Path) -> Vec<(String, String)> {
    let text = format!("\n{}", text(path));
    let cases = text.split("\n--- ").skip(1);
    let parts =
        cases.map(|case| case.split_once(" ---\n").or_else(|| Some((case.strip_suffix(" ---")?, ""))));
    let named =
        parts.map(|parts| parts.unwrap_or_else(|| panic!("{}: a section without a name", path.display())));
    named.map(|(name, text)| (format!("{} {name}", stem(path)), text.to_owned())).collect()
}

fn policy(folder: &Path) -> Json {
    let file = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        json!({ "name": name, "text": text(path) })
    };
    files(folder, "gate").iter().map(file).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
