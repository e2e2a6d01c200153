//! OK: successes, complete, incomplete and more than complete.

use proptest::strategy::{Strategy as _, ValueTree as _};

use crate::api::model::{Shape, ShapeKind, Value};
use crate::api::values::{ShapeValues, runner};
use crate::check::case::Class::{Agree, Must};
use crate::check::case::Expected::{OneOf, Output, Refusal};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::pairs::rows;
use crate::check::taxonomy::place::{PathStep, Place, put, take};
use crate::check::taxonomy::subject::Due::{Absent, Is};
use crate::check::taxonomy::subject::{Side, Subject};
use crate::ground::json::{Json, Style, Text, write};

const RFC_8259_SPACE: &str = "RFC 8259, section 2: white space is allowed before and after the document";

/// OK1.
pub(in crate::check::taxonomy) fn required_only(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("", move || subject.says(subject.minimal(Side::Output)));
}

/// OK2.
pub(in crate::check::taxonomy) fn required_missing(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if !subject.minimal(Side::Output).fields().is_some_and(|fields| fields.is_empty()) {
        sheet.add("empty", move || subject.says(Value::default()));
    }
    let required = |place: &Place| place.is_member() && !place.optional && !place.arm;
    sheet.at_places(Side::Output, required, &[("", ())], |subject, place, ()| {
        let mut output = subject.with_usual(Side::Output, place);
        take(&mut output, &place.steps);
        Some(subject.says(output))
    });
}

/// OK3.
pub(in crate::check::taxonomy) fn maximal(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let Some(output) = subject.operation.output else { return };
    sheet.add("", move || subject.says(subject.values.maximal(output, 0)));
    for (name, value) in subject.enum_values(Side::Output) {
        sheet.add(name, move || subject.says(value.make(subject)));
    }
    let keyed = |place: &Place| subject.every_key(place.shape).is_some();
    sheet.at_places(Side::Output, keyed, &[("every-key", ())], |subject, place, ()| {
        Some(subject.says(subject.with(Side::Output, place, subject.every_key(place.shape)?)))
    });
}

/// OK4.
pub(in crate::check::taxonomy) fn optional(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.at_places(
        Side::Output,
        |place| place.optional,
        &[("", ())],
        |subject, place, ()| Some(subject.says(subject.with_usual(Side::Output, place))),
    );
    for (number, row) in rows(&subject.optional(Side::Output)).into_iter().enumerate() {
        sheet.add(format!("pairs-{number}"), move || subject.says(subject.with_all(Side::Output, &row)));
    }
    for number in 0..sheet.random {
        sheet.add(format!("random-{number}"), move || {
            let mut runner = runner(subject.rng(&format!("random {number}")));
            let mut random = |side| {
                let root = subject.root(side)?;
                let tree = ShapeValues::new(subject.values, root).new_tree(&mut runner).ok()?;
                Some(tree.current())
            };
            let (input, output) =
                (random(Side::Input).unwrap_or_default(), random(Side::Output).unwrap_or_default());
            FormParts { call: subject.call_with(input), ..subject.says(output) }
        });
    }
}

const UNKNOWN: [&str; 4] = ["object", "list", "null", "number"];

fn unknown_value(kind: &str) -> Json {
    match kind {
        "object" => Json::object([("Inner", Json::object([("List", Json::Array(vec![Json::number(1)]))]))]),
        "list" => Json::Array(vec![Json::string("a"), Json::Object(Vec::new()), Json::Null]),
        "null" => Json::Null,
        _ => Json::number("-1.5e3"),
    }
}

/// OK5.
pub(in crate::check::taxonomy) fn unknown_members(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.output().is_none() {
        return;
    }
    for kind in UNKNOWN {
        sheet.add(kind, move || {
            let output = subject.minimal(Side::Output);
            let mut body = subject.json(&output);
            add_member(&mut body, "UnknownMember", unknown_value(kind));
            subject.gives(&body, Output(output))
        });
    }
    let kinds = *sheet.rotate(&UNKNOWN.map(|kind| [("", kind)])).unwrap_or(&[("", "object")]);
    let structure =
        |place: &Place| matches!(subject.shape(place.shape).kind, ShapeKind::Structure { union: false, .. });
    sheet.at_places(Side::Output, structure, &kinds, |subject, place, kind| {
        let output = subject.with_usual(Side::Output, place);
        let mut body = subject.json(&output);
        add_member(subject.json_at(&mut body, place)?, "UnknownMember", unknown_value(kind));
        Some(subject.gives(&body, Output(output)))
    });
}

fn add_member(object: &mut Json, name: &str, value: Json) {
    if let Json::Object(members) = object {
        members.insert(members.len() / 2, (Text::from(name), value));
    }
}

/// OK6.
pub(in crate::check::taxonomy) fn unknown_enum_values(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let is_enum = |place: &Place| !subject.shape(place.shape).values.is_empty();
    let forms = [("unknown", "NotInTheModel"), ("empty", "")];
    sheet.at_places(Side::Output, is_enum, &forms, |subject, place, text| {
        Some(subject.says(subject.with(Side::Output, place, Value::string(text))))
    });
}

/// OK7.
pub(in crate::check::taxonomy) fn doubled_keys(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let Some(place) = subject.places(Side::Output).first() else { return };
    sheet.add_if("", move || {
        let first = subject.with_usual(Side::Output, place);
        let other = subject.values.random(place.shape, &mut subject.rng("doubled"));
        let last = subject.with(Side::Output, place, other);
        let mut body = subject.json(&first);
        let again = subject.json_at(&mut subject.json(&last), place)?.clone();
        let name = subject.wire_name(place)?;
        if let Json::Object(members) = &mut body {
            members.push((Text::from(name), again));
        }
        (first != last).then(|| subject.gives(&body, OneOf(vec![Output(last), Output(first), Refusal])))
    });
}

/// The name with a small first letter; some members of other protocols have an empty name on the wire.
fn begun_small(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + rest.as_str())
}

/// OK8.
pub(in crate::check::taxonomy) fn other_case(sheet: &mut Sheet<'_>) {
    type Spelling = fn(&str) -> String;
    let spellings: [(&str, Spelling); 2] = [("lower", begun_small), ("upper", str::to_uppercase)];
    let top = |place: &Place| place.steps.len() == 1 && place.optional;
    let Some(spelling) = sheet.rotate(&spellings).copied() else { return };
    sheet.at_places(Side::Output, top, &[spelling], |subject, place, spell| {
        let mut output = subject.with_usual(Side::Output, place);
        let mut body = subject.json(&output);
        let name = subject.wire_name(place)?;
        if let Json::Object(members) = &mut body {
            let member = members.iter_mut().find(|(member, _)| *member == name)?;
            member.0 = Text::from(spell(name));
            let other = subject.output()?.members()?.values().any(|known| member.0 == known.wire_name());
            if other {
                return None;
            }
        }
        take(&mut output, &place.steps);
        Some(subject.gives(&body, Output(output)))
    });
}

/// OK9.
pub(in crate::check::taxonomy) fn empty_body(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.output().is_some() {
        sheet.add("", move || subject.gives_bytes("", Output(Value::default())));
    }
}

/// OK10.
pub(in crate::check::taxonomy) fn no_output(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.output().is_some() {
        return;
    }
    for (form, body) in [("empty", ""), ("object", "{}"), ("unknown", r#"{"foo":true}"#)] {
        sheet.add(form, move || subject.gives_bytes(body, Output(Value::default())));
    }
    sheet.add("204", move || {
        let mut parts = subject.gives_bytes("", Output(Value::default()));
        parts.answers = vec![crate::ground::exchange::Response::new(204, "").into()];
        parts
    });
    sheet.add("text", move || {
        subject.gives_bytes("not JSON", OneOf(vec![Output(Value::default()), Refusal])).class(Agree)
    });
}

/// OK11.
pub(in crate::check::taxonomy) fn no_object(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.output().is_none() {
        return;
    }
    for (form, body) in [("null", "null"), ("list", "[]"), ("string", "\"x\""), ("number", "1")] {
        sheet.add(form, move || subject.gives_bytes(body, Refusal));
    }
}

/// OK12.
pub(in crate::check::taxonomy) fn around_the_document(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.output().is_none() {
        return;
    }
    let body = move || write(&subject.json(&subject.minimal(Side::Output)), Style::Compact);
    let around = move |before: &[u8], after: &[u8]| [before, &body(), after].concat();
    sheet.add("space", move || {
        let output = subject.plain_output();
        subject.gives_bytes(around(b" \r\n\t", b"\n\n "), output).class(Must).rule(RFC_8259_SPACE)
    });
    sheet.add("bom", move || {
        let output = subject.plain_output();
        subject
            .gives_bytes(around(b"\xEF\xBB\xBF", b""), OneOf(vec![output, Refusal]))
            .rule("RFC 8259, section 8.1: a reader may ignore a byte order mark or refuse it")
    });
    sheet.add("garbage", move || subject.gives_bytes(around(b"", b"}x"), Refusal));
    sheet.add("cut", move || {
        let mut bytes = body();
        bytes.pop();
        subject.gives_bytes(bytes, Refusal)
    });
}

/// OK13.
pub(in crate::check::taxonomy) fn looks_like_an_error(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let Some(shape) = subject.output() else { return };
    for name in ["Error", "__type", "message", "code"] {
        if shape.member(name).is_none() {
            sheet.add(name.trim_start_matches('_'), move || {
                let output = subject.minimal(Side::Output);
                let mut body = subject.json(&output);
                let value = match name {
                    "Error" => Json::object([("Code", Json::string("InternalFailure"))]),
                    _ => Json::string("ThrottlingException"),
                };
                add_member(&mut body, name, value);
                subject.gives(&body, Output(output))
            });
        }
    }
}

/// OK14.
pub(in crate::check::taxonomy) fn coral_envelope(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.output().is_some() {
        let body =
            r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
        sheet.add("", move || subject.gives_bytes(body, crate::check::case::Expected::Open));
    }
}

/// OK15.
pub(in crate::check::taxonomy) fn content_types(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for (form, content_type) in [
        ("other-version", Some("application/x-amz-json-1.0")),
        ("octets", Some("application/octet-stream")),
        ("charset", Some("application/x-amz-json-1.1; charset=utf-8")),
        ("json", Some("application/json")),
        ("absent", None),
    ] {
        sheet.add(form, move || {
            let mut response =
                subject.response(200, write(&subject.json(&subject.minimal(Side::Output)), Style::Compact));
            response.headers.remove("content-type");
            response.headers.retain(|_, _| true);
            if let Some(content_type) = content_type {
                response.headers.push("Content-Type", content_type);
            }
            subject.plays(
                vec![response.into()],
                subject.plain_output(),
                crate::check::case::CountRange::exactly(1),
            )
        });
    }
}

/// OK18.
pub(in crate::check::taxonomy) fn request_ids(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let id = "7f0c7a3e-4b7c-4d0e-9d43-1f6c5f2f3a11";
    for (form, header, class) in [
        ("present", Some("x-amzn-RequestId"), Must),
        ("lower", Some("x-amzn-requestid"), Must),
        ("other-name", Some("x-amz-request-id"), Agree),
        ("absent", None, Must),
    ] {
        sheet.add(form, move || {
            let mut parts = subject.says(subject.minimal(Side::Output)).class(class);
            parts.request_ids = false;
            for answer in &mut parts.answers {
                if let (crate::ground::exchange::Answer::Response(response), Some(header)) = (answer, header)
                {
                    response.headers.push(header, id);
                }
            }
            parts
        });
    }
}

/// OK19.
pub(in crate::check::taxonomy) fn deep(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let make = move |depth: usize| {
        let output = subject.minimal(Side::Output);
        let mut body = subject.json(&output);
        let nested = (0..depth).fold(Json::number(1), |inner, _| Json::Array(vec![inner]));
        add_member(&mut body, "UnknownMember", nested);
        subject.gives(&body, OneOf(vec![Output(output), Refusal]))
    };
    if subject.output().is_some() {
        sheet.add("32", move || make(32));
        sheet.add("128", move || make(128));
        sheet.add_slow("1000", 5, move || make(1_000));
    }
}

/// OK20.
pub(in crate::check::taxonomy) fn documents(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let document = |place: &Place| subject.shape(place.shape).kind == ShapeKind::Document;
    let forms = [
        ("true", "true"),
        ("false", "false"),
        ("integer", "22"),
        ("negative", "-22.5"),
        ("float", "22.0"),
        ("small", "1e-7"),
        ("string", "\"text\""),
        ("empty-list", "[]"),
        ("list", "[1,\"two\",null,{\"three\":[3.5]}]"),
        ("empty-object", "{}"),
        ("object", "{\"a\":{\"b\":[{},[]]},\"__type\":\"x\"}"),
    ];
    sheet.at_places(Side::Output, document, &forms, |subject, place, text| {
        let json = crate::ground::json::parse(text.as_bytes()).ok()?;
        Some(subject.says(subject.with(Side::Output, place, Value::Document(json))))
    });
    // Null is a value of documents, and what stands for a member that is absent; of an arm it makes no union.
    let member = |place: &Place| document(place) && place.is_member() && !place.arm;
    sheet.at_places(Side::Output, member, &[("null", ())], |subject, place, ()| {
        let parts = subject.holds(place, Json::Null, &[Is(Value::Document(Json::Null)), Absent])?;
        Some(parts.class(Agree))
    });
}

/// OK17.
pub(in crate::check::taxonomy) fn awkward_keys(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let open_keys = |shape: &Shape| match shape.kind {
        ShapeKind::Map { key, .. } => subject.shape(key).values.is_empty(),
        _ => false,
    };
    let map = |place: &Place| open_keys(subject.shape(place.shape));
    const FORMS: [(&str, &[&str]); 4] = [
        ("empty", &[""]),
        ("type", &["__type", "code", "message"]),
        ("numbers", &["10", "9", "08", "1e3", "-1"]),
        ("names", &["constructor", "__proto__", "toString", "a.b", "a b", "\u{e9}\u{1F600}", "\"\\"]),
    ];
    sheet.at_places(Side::Output, map, &FORMS, |subject, place, keys| {
        let ShapeKind::Map { value, .. } = subject.shape(place.shape).kind else { return None };
        let entries = keys.iter().map(|key| (Text::from(*key), subject.values.with_items(value)));
        Some(subject.says(subject.with(Side::Output, place, Value::Map(entries.collect()))))
    });
}

impl<'a> Subject<'a> {
    /// The names of the optional members of one side.
    pub(in crate::check::taxonomy) fn optional(&self, side: Side) -> Vec<String> {
        let members = self.root(side).and_then(|root| self.shape(root).members());
        let optional =
            members.into_iter().flat_map(|members| members.values()).filter(|member| !member.required);
        optional.map(|member| member.name.clone()).collect()
    }

    /// A minimal message with these members on top.
    pub(in crate::check::taxonomy) fn with_all(&self, side: Side, names: &[String]) -> Value {
        let mut value = self.minimal(side);
        let Some(shape) = self.root(side).map(|root| self.shape(root)) else { return value };
        for name in names {
            if let Some(member) = shape.member(name) {
                let leaf = self.values.with_items(member.shape);
                put(self.values, shape, &mut value, &[PathStep::Member(name.clone())], leaf);
            }
        }
        value
    }
}
