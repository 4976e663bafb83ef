//! The strict JSON reader and the RFC 8785 writer, over `tests/data/json`.
//!
//! A file is sections of `--- name ---`, expectation lines that start with `# `, and the text to read. In both,
//! `⟨a×9⟩` stands for `a` nine times and `⟨xff⟩` for a byte. What stands before the first section is for people.
#![expect(clippy::expect_used, reason = "a test says why it fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use tollgate::json::{
    Document, Json, JsonErrorKind, Limits, Number, Value, Written, canonical, canonical_of, fits,
    from_serialize, from_written, read, read_bytes, to_typed, write, write_serialize,
};

struct Case {
    name: String,
    expected: Vec<String>,
    input: Vec<u8>,
}

fn cases(folder: &str) -> Vec<Case> {
    let folder = format!("{}/tests/data/json/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> =
        fs::read_dir(&folder).expect("folder").map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("readable");
        for section in text.split("\n--- ").skip(1) {
            let (name, body) = section.split_once(" ---\n").expect("a section starts with `--- name ---`");
            let body = body.strip_suffix('\n').unwrap_or(body);
            let (expected, input): (Vec<&str>, Vec<&str>) =
                body.split('\n').partition(|line| line.starts_with("# "));
            assert!(!expected.is_empty(), "{name} expects nothing");
            let as_text = |line: &str| String::from_utf8(expand(line)).expect("expectations are text");
            cases.push(Case {
                name: format!("{}/{name}", path.display()),
                expected: expected.iter().filter_map(|line| line.strip_prefix("# ")).map(as_text).collect(),
                input: expand(&input.join("\n")),
            });
        }
    }
    assert!(cases.len() > 20, "cases are missing in {folder}");
    cases
}

/// Replaces `⟨a×9⟩` and `⟨xff⟩` by what they stand for.
fn expand(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟨') {
        let (inside, after) = after.split_once('⟩').expect("⟨ has its ⟩");
        out.extend_from_slice(before.as_bytes());
        match inside.split_once('×') {
            Some((unit, count)) => out.extend(unit.repeat(count.parse().expect("a count")).into_bytes()),
            None => {
                let hex = inside.strip_prefix('x').expect("⟨x..⟩");
                out.push(u8::from_str_radix(hex, 16).expect("two hexadecimal digits"));
            }
        }
        rest = after;
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

#[test]
fn good_texts_are_read_and_written() {
    for case in cases("good") {
        let value = match read_bytes(&case.input, Limits::default()) {
            Ok(value) => value,
            Err(error) => panic!("{}: {error}", case.name),
        };
        for expected in &case.expected {
            match expected.split_once(": ") {
                Some(("canonical", text)) => assert_eq!(canonical(&value), text, "{}", case.name),
                Some(("plain", text)) => assert_eq!(write(&value), text, "{}", case.name),
                _ => panic!("{}: unknown expectation `{expected}`", case.name),
            }
        }
        holds_for_every_value(&value);
        is_known_to_be_canonical(std::str::from_utf8(&case.input).expect("what is read is text"));
    }
}

#[test]
fn bad_texts_are_refused_with_place_and_remedy() {
    let mut wrong = String::new();
    for case in cases("bad") {
        let refusal = read_bytes(&case.input, Limits::default()).expect_err(&case.name).to_string();
        if case.expected != [refusal.as_str()] {
            wrong.push_str(&format!("{}\n  {refusal}\n", case.name));
        }
    }
    assert!(wrong.is_empty(), "refused in other words:\n{wrong}");
}

#[test]
fn depth_is_bounded_by_its_type() {
    let limits = Limits { depth: u8::MAX, ..Limits::default() };
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(255), limits).is_ok());
    assert!(read(&nested(256), limits).is_err());
}

#[test]
fn structs_become_json_without_floats() {
    #[derive(serde::Serialize)]
    enum Shape {
        Unit,
        Newtype(i8),
        Tuple(char, Option<u8>),
        Struct { exact: Json },
    }
    #[derive(serde::Serialize)]
    struct Flat {
        a: u8,
        #[serde(flatten)]
        rest: BTreeMap<&'static str, u8>,
    }
    let exact: Json = Json::Number("0.000000000001".parse().expect("a number"));
    let shapes = [Shape::Unit, Shape::Newtype(-1), Shape::Tuple('x', None), Shape::Struct { exact }];
    let text = r#"["Unit",{"Newtype":-1},{"Tuple":["x",null]},{"Struct":{"exact":1e-12}}]"#;
    assert_eq!(from_serialize(&shapes).map(|json| write(&json)).as_deref(), Ok(text));
    assert_eq!(write_serialize(&shapes).as_deref(), Ok(text));
    let flat = Flat { a: 1, rest: BTreeMap::from([("b", 2)]) };
    assert_eq!(write_serialize(&flat).as_deref(), Ok(r#"{"a":1,"b":2}"#));
    let said =
        |refused: Result<Json, tollgate::json::SerializeError>| refused.expect_err("refused").to_string();
    let written = |refused: Result<String, _>| said(refused.map(|_| Json::Null));
    assert_eq!(written(write_serialize(&[0.5])), said(from_serialize(&[0.5])));
    assert_eq!(written(write_serialize(&u64::MAX)), said(from_serialize(&u64::MAX)));
    assert_eq!(written(write_serialize(&BTreeMap::from([(1, 2)]))), "a key of a map is no text");
    assert_eq!(said(from_serialize(&[0.5])), "a binary float is not exact: use a decimal");
    assert_eq!(
        said(from_serialize(&u64::MAX)),
        "the integer 18446744073709551615 is unsafe, beyond ±9007199254740991: write it as text"
    );
    assert_eq!(said(from_serialize(&BTreeMap::from([(1, 2)]))), "a key of a map is no text");
    let twice = Flat { a: 1, rest: BTreeMap::from([("a", 2)]) };
    assert_eq!(said(from_serialize(&twice)), "the key `a` is written twice in one object");
}

#[test]
fn enumerations_hold_their_variant_in_a_member() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Inner {
        width: u8,
    }
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(rename = "tagged:kind", rename_all = "snake_case")]
    enum Shape {
        Nothing,
        Of(Inner),
        OfNothing(BTreeMap<String, u8>),
        Sized { width: u8, inner: Box<Shape> },
        Listed(Vec<u8>),
        Pair(u8, u8),
    }
    let typed = |text: &str| to_typed::<Shape>(&read(text, Limits::default()).expect("JSON"));
    let of = || Shape::Of(Inner { width: 2 });
    for (shape, text) in [
        (Shape::Nothing, r#"{"kind":"nothing"}"#),
        (of(), r#"{"kind":"of","width":2}"#),
        (
            Shape::Sized { width: 1, inner: Box::new(of()) },
            r#"{"kind":"sized","width":1,"inner":{"kind":"of","width":2}}"#,
        ),
    ] {
        assert_eq!(write_serialize(&shape).as_deref(), Ok(text));
        assert_eq!(from_serialize(&shape).map(|json| write(&json)).as_deref(), Ok(text));
        assert_eq!(typed(text).as_ref(), Ok(&shape));
    }
    assert_eq!(typed(r#"{"width": 2, "kind": "of"}"#), Ok(of()), "the member stands anywhere");
    let empty = Shape::OfNothing(BTreeMap::new());
    assert_eq!(write_serialize(&empty).as_deref(), Ok(r#"{"kind":"of_nothing"}"#));
    assert_eq!(from_serialize(&empty).map(|json| write(&json)).as_deref(), Ok(r#"{"kind":"of_nothing"}"#));
    for shape in [Shape::Listed(vec![1]), Shape::Pair(1, 2)] {
        let refused = write_serialize(&shape).expect_err("no object");
        assert_eq!(from_serialize(&shape).map_err(|error| error.to_string()), Err(refused.to_string()));
    }
    for (text, said) in [
        (r#"{"width": 2}"#, "`kind`: missing field `kind`"),
        (r#"{"kind": 2}"#, "`kind`: a name is wanted here"),
        (r#""nothing""#, "`kind`: missing field `kind`"),
        (r#"{"kind": "of"}"#, "`width`: missing field `width`"),
        (r#"{"kind": "nothin"}"#, "unknown variant `nothin`: did you mean `nothing`?"),
        (
            r#"{"kind": "sized", "width": 1, "inner": {"kind": "of", "width": []}}"#,
            "`inner.width`: invalid type: sequence, expected u8",
        ),
    ] {
        assert_eq!(typed(text).map_err(|error| error.to_string()), Err(said.to_owned()));
    }
    let unknown = typed(r#"{"kind": "round"}"#).expect_err("unknown").to_string();
    assert!(unknown.starts_with("unknown variant `round`, expected one of `nothing`"), "{unknown}");
}

#[test]
fn types_take_the_one_form_that_they_have() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Vote {
        by: String,
        seats: Vec<u32>,
        held: Option<bool>,
    }
    let typed = |text: &str| {
        let document = Document::read(text, Limits::default()).expect("JSON");
        document.value().typed::<Vote>().map_err(|error| error.to_string())
    };
    let vote = Vote { by: "u-vp".to_owned(), seats: vec![1, 2], held: None };
    assert_eq!(typed(r#"{"by": "u-vp", "seats": [1, 2], "more": [{"is": "left out"}]}"#), Ok(vote));
    for (text, said) in [
        (r#"["u-vp", [1, 2], null]"#, "invalid type: sequence, expected struct Vote"),
        ("null", "invalid type: unit value, expected struct Vote"),
        (r#"{"by": 1}"#, r#"`by`: a text is wanted here: write "1", not 1"#),
        (r#"{"by": true}"#, "`by`: invalid type: boolean `true`, expected a string"),
        (r#"{"by": "u", "seats": {}}"#, "`seats`: invalid type: map, expected a sequence"),
        (r#"{"by": "u", "seats": [1, -1]}"#, "`seats[1]`: invalid value: integer `-1`, expected u32"),
        (r#"{"by": "u", "seats": [0.5]}"#, "`seats[0]`: invalid type: number with a fraction, expected u32"),
        (
            r#"{"by": "u", "seats": [], "held": "yes"}"#,
            r#"`held`: invalid type: string "yes", expected a boolean"#,
        ),
    ] {
        assert_eq!(typed(text), Err(said.to_owned()));
    }
}

/// What must hold for whatever was read: both texts read back, serde carries it unchanged, and serde_json agrees.
fn holds_for_every_value(value: &Json) {
    let limits = Limits { size_bytes: usize::MAX, ..Limits::default() };
    assert_eq!(read(&write(value), limits).as_ref(), Ok(value));
    let form = canonical(value);
    assert_eq!(read(&form, limits).map(|again| canonical(&again)), Ok(form.clone()));
    assert_eq!(from_serialize(value).as_ref(), Ok(value));
    assert_eq!(to_typed::<Json>(value).as_ref(), Ok(value));
    assert_eq!(write_serialize(value).as_ref(), Ok(&write(value)));
    assert_eq!(from_written(value).as_ref(), Ok(value));
    assert_eq!(canonical_of(value).as_ref(), Ok(&form));
    is_known_to_be_canonical(&form);
    is_known_to_be_canonical(&write(value));
    let small = Limits { size_bytes: 90, string_bytes: 12, depth: 3 };
    assert!(
        !fits(Document::of(value).value(), small) || read(&write(value), small).is_ok(),
        "what fits can be read"
    );
    let theirs: serde_json::Value = serde_json::from_str(&form).expect("canonical JSON is JSON");
    assert_eq!(theirs, serde_json::to_value(value).expect("a Json is serialisable"));
}

/// The reader says of a text whether it is its own canonical form, and where first it is not, as writing it again does.
fn is_known_to_be_canonical(text: &str) {
    let limits = Limits { size_bytes: usize::MAX, ..Limits::default() };
    let Ok(value) = read(text, limits) else {
        assert!(
            Document::read_canonical(text, limits)
                .is_err_and(|error| Some(error) == read(text, limits).err())
        );
        return;
    };
    let form = canonical(&value);
    match Document::read_canonical(text, limits) {
        Ok(document) => {
            assert_eq!(form, text);
            stands_as_written(document.value());
        }
        Err(error) => {
            assert_ne!(form, text);
            assert_eq!(error.kind, JsonErrorKind::NotCanonical, "{text}");
            // What is found out of place stands behind where it belongs; everything else is found where it first shows, or before.
            let same = form.bytes().zip(text.bytes()).take_while(|(ours, theirs)| ours == theirs).count();
            assert!(error.offset_bytes <= same || write(&value) != form, "{text}: {error}, and {same}");
        }
    }
}

/// Every part of a canonical text is the canonical form of what it says, and serde gets it as it stands.
fn stands_as_written(value: Value<'_>) {
    let form = canonical(&value.to_json());
    assert_eq!(value.canonical(), form);
    let written: Written = value.typed().expect("any value");
    assert_eq!((written.text(), written.json()), (form.as_str(), value.to_json()));
    assert_eq!(written, Written::of(&value.to_json()));
    for (key, member) in value.members().into_iter().flatten() {
        assert_eq!(written.get(key), Some(member.to_json()));
        stands_as_written(member);
    }
    value.items().into_iter().flatten().for_each(stands_as_written);
}

/// ECMA-262 §6.1.6.1.20 `Number::toString` from the shortest digits of the double.
fn ecmascript(double: f64) -> String {
    let scientific = format!("{double:e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("scientific");
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    let exponent: i32 = exponent.parse().expect("an exponent");
    if (-6..21).contains(&exponent) {
        return double.to_string();
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let plus = if exponent > 0 { "+" } else { "" };
    format!("{sign}{first}{point}{rest}e{plus}{exponent}")
}

fn number_text() -> impl Strategy<Value = String> {
    prop_oneof![
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(|whole| whole.to_string()),
        // Up to fifteen digits with the point anywhere within twelve places.
        (any::<bool>(), 1_u64..1_000_000_000_000_000, 0..=12_u8).prop_map(|(negative, digits, places)| {
            format!("{}{digits}e-{places}", if negative { "-" } else { "" })
        }),
        (1_u64..1000, 0..=12_u8).prop_map(|(digits, places)| format!("{digits}e-{places}")),
    ]
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number_text().prop_map(|text| Json::Number(text.parse().expect("within the bounds"))),
        any::<String>().prop_map(Json::String),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_reads_back(value in json()) {
        holds_for_every_value(&value);
    }

    #[test]
    fn what_is_not_canonical_is_found(value in json(), at in any::<prop::sample::Index>(), put in "[ \\n0a\"\\\\,1]") {
        let form = canonical(&value);
        let places: Vec<usize> = form.char_indices().map(|(place, _)| place).collect();
        let mut text = form.clone();
        text.insert_str(places[at.index(places.len())], &put);
        is_known_to_be_canonical(&text);
        let mut text = form;
        text.remove(places[at.index(places.len())]);
        is_known_to_be_canonical(&text);
    }

    #[test]
    fn numbers_are_written_as_ecmascript_writes_them(text in number_text()) {
        let number: Number = text.parse().expect("within the bounds");
        let double: f64 = text.parse().expect("a double");
        prop_assert_eq!(number.to_string(), ecmascript(double));
        prop_assert_eq!(number.to_decimal_text().parse::<Number>(), Ok(number));
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(value) = read_bytes(&bytes, Limits::default()) {
            holds_for_every_value(&value);
        }
    }

    #[test]
    fn nearly_json_is_answered_as_serde_json_would(text in "[\\[\\]{},: \"\\\\ua0-9.eE+-]{0,24}") {
        is_known_to_be_canonical(&text);
        if let Ok(value) = read(&text, Limits::default()) {
            let theirs: serde_json::Value = serde_json::from_str(&text).expect("what is accepted is JSON");
            let (ours, theirs) = (canonical(&value), from_serde(&theirs));
            prop_assert_eq!(ours, canonical(&theirs));
        }
    }
}

/// serde_json's value in our form, its floats by their shortest digits.
fn from_serde(value: &serde_json::Value) -> Json {
    read(&value.to_string(), Limits::default()).expect("within the bounds")
}
