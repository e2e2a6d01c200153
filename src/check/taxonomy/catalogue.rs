//! The taxonomy: every variant by id, with its class, its rule and the file that makes its cases.

use super::draft::{Draft, Sheet};
use super::subject::Subject;
use super::variants::{
    bounds, errors, null, numbers, ok, paging, requests, text, throttle, time, transport, types, unions,
    waiters,
};
use crate::check::case::Class::{self, Agree, Must, Should, Snap};
use crate::check::case::{Family, VariantName};

/// One way a request or a response can look.
#[derive(Debug)]
pub struct Variant {
    /// Its stable id: `OK3`.
    pub id: &'static str,
    /// How firmly its expectation is held, where a form says nothing else.
    pub class: Class,
    /// Where the expectation is written down, where a form says nothing else.
    pub rule: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    make: fn(&mut Sheet<'_>),
}

impl Variant {
    /// The letters of the id: `OK`, `TS`.
    pub fn family(&self) -> Family<'static> {
        VariantName::of(self.id).family
    }

    /// The forms that it takes for an operation; none where it does not apply.
    pub(super) fn drafts<'a>(&self, subject: &'a Subject<'a>, random: u32) -> Vec<Draft<'a>> {
        let mut sheet = Sheet::new(subject, self.id, random);
        (self.make)(&mut sheet);
        if IN_TURN.contains(&self.family()) {
            sheet.take_turn();
        }
        sheet.drafts
    }
}

/// Families whose forms the operations take in turn: they are about retries and connections, in which no shape has a
/// part.
const IN_TURN: [Family<'static>; 2] = [Family::THROTTLING, Family::TRANSPORT];

const OPEN_ENUMS: &str =
    "https://smithy.io/2.0/spec/simple-types.html#enum: clients must keep values they do not know";
const UNKNOWN_MEMBERS: &str =
    "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html: unknown members are ignored";
const EMPTY_BODY: &str =
    "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#empty-body-serialization";
const CORRECTION: &str = "https://smithy.io/2.0/spec/aggregate-types.html#client-error-correction";
const SPARSE: &str = "https://smithy.io/2.0/spec/type-refinement-traits.html#sparse-trait";
const NUMBERS: &str = "https://smithy.io/2.0/spec/simple-types.html";
const TIMESTAMPS: &str = "https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait";
const UNIONS: &str = "https://smithy.io/2.0/spec/aggregate-types.html#union";
const WAITERS: &str = "https://smithy.io/2.0/additional-specs/waiters.html#waiter-workflow";
const ERRORS: &str =
    "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization";
const RETRIES: &str = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html";
const PAGES: &str = "https://smithy.io/2.0/spec/behavior-traits.html#paginated-trait";
const AWS_JSON: &str = "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html";

macro_rules! catalogue {
    ($($id:literal $class:ident $rule:expr, $about:literal, $make:path;)*) => {
        static VARIANTS: &[Variant] =
            &[$(Variant { id: $id, class: $class, rule: $rule, about: $about, make: $make }),*];
    };
}

catalogue! {
    "OK1" Must AWS_JSON, "required members only", ok::required_only;
    "OK2" Must "Smithy protocol tests: AwsJson10ClientErrorCorrectsWhenServerFailsToSerializeRequiredValues",
        "a required member is missing", ok::required_missing;
    "OK3" Must AWS_JSON, "every member, every enum value", ok::maximal;
    "OK4" Must AWS_JSON, "each optional member alone, then in pairs", ok::optional;
    "OK5" Must "Smithy protocol tests: handles_unexpected_json_output", "unknown members", ok::unknown_members;
    "OK6" Should OPEN_ENUMS, "an unknown or empty enum value", ok::unknown_enum_values;
    "OK7" Agree "RFC 8259, section 4: what comes of doubled names is not predictable", "a member twice",
        ok::doubled_keys;
    "OK8" Agree AWS_JSON, "a member's name in another case", ok::other_case;
    "OK9" Must EMPTY_BODY, "no body where there is an output", ok::empty_body;
    "OK10" Must EMPTY_BODY, "whatever body where there is no output", ok::no_output;
    "OK11" Agree AWS_JSON, "a body that is JSON and no object", ok::no_object;
    "OK12" Agree "RFC 8259, section 2", "white space, byte order mark, garbage, a cut", ok::around_the_document;
    "OK13" Must UNKNOWN_MEMBERS, "a success with an error's members", ok::looks_like_an_error;
    "OK14" Agree "aws/aws-sdk-go-v2#1461", "an error in a success's envelope", ok::coral_envelope;
    "OK15" Agree AWS_JSON, "other content types", ok::content_types;
    "OK16" Agree "RFC 8259, sections 7 and 8", "text of every kind", text::texts;
    "OK17" Must "https://smithy.io/2.0/spec/aggregate-types.html#map", "awkward keys", ok::awkward_keys;
    "OK18" Must "Smithy protocol tests: parses_the_request_id_from_the_response", "the request id", ok::request_ids;
    "OK19" Agree "RFC 8259, section 9: a reader may limit the depth of nesting", "deep nesting", ok::deep;
    "OK20" Must "https://smithy.io/2.0/spec/simple-types.html#document", "documents", ok::documents;
    "NU1" Must "Smithy protocol tests: AwsJson11StructuresDontDeserializeNullValues", "null for optional members",
        null::optional;
    "NU2" Must CORRECTION, "null for required members", null::required;
    "NU3" Agree "smithy-lang/smithy#2972", "null in a dense list or map", null::in_dense;
    "NU4" Must "Smithy protocol tests: AwsJson11StructuresDontDeserializeNullValues", "null for a union", null::union;
    "NU5" Must SPARSE, "null in a sparse list or map", null::in_sparse;
    "NU6" Must AWS_JSON, "empty collections and structures", null::nothing_in_it;
    "IN1" Must NUMBERS, "the ends of each type", numbers::ends;
    "IN2" Agree NUMBERS, "one beyond the ends", numbers::beyond;
    "IN3" Agree "smithy-lang/smithy-rs#3294", "25.0 and 2.5E1", numbers::with_fraction_of_zero;
    "IN4" Agree NUMBERS, "25.5 for a whole number", numbers::with_fraction;
    "IN5" Must NUMBERS, "numbers that a double cannot hold", numbers::beyond_double;
    "IN6" Must "https://smithy.io/2.0/spec/simple-types.html: a number is one beside a document too (aws/aws-sdk-js-v3#8246)",
        "numbers beside documents", numbers::beside_documents;
    "IN7" Agree NUMBERS, "a number as text", numbers::as_text;
    "FL1" Must "Smithy protocol tests: AwsJson11SupportsNaNFloatInputs and its like", "NaN and the infinities",
        numbers::not_finite;
    "FL2" Agree "RFC 8259, section 6: NaN is no JSON", "a bare NaN", numbers::bare_words;
    "FL3" Agree "RFC 8259, section 6: readers limit range and precision", "too large a number", numbers::too_large;
    "FL4" Must NUMBERS, "spellings of usual numbers", numbers::usual;
    "FL5" Agree NUMBERS, "a floating-point number as text", numbers::float_as_text;
    "WT1" Agree AWS_JSON, "a number for text", types::number_for_text;
    "WT2" Agree AWS_JSON, "text or a number for a boolean", types::for_boolean;
    "WT3" Agree AWS_JSON, "one container for another", types::for_containers;
    "WT4" Agree "RFC 4648, section 3", "base64 that is not quite", types::not_base64;
    "TS1" Must TIMESTAMPS, "whole seconds", time::whole;
    "TS2" Must TIMESTAMPS, "fractions of every length", time::fractions;
    "TS3" Must "https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait (aws/aws-sdk-java-v2#6064)",
        "every millisecond of a second", time::milliseconds;
    "TS4" Must "RFC 8259, section 6: a number may have an exponent", "exponents", time::exponents;
    "TS5" Agree "boto/botocore#1783", "at and before the epoch", time::early;
    "TS6" Must "https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait (boto/botocore#2564)",
        "after 2038", time::late;
    "TS7" Agree "aws/aws-sdk-js-v3#3511", "another format than modelled", time::other_formats;
    "TS8" Must "Smithy protocol tests: AwsJson11DateTimeWithNegativeOffset and its like", "offsets", time::offsets;
    "TS9" Agree "aws/aws-cli#10222", "milliseconds in place of seconds", time::epoch_milliseconds;
    "TS10" Agree TIMESTAMPS, "what is no moment", time::odd;
    "UN1" Must UNIONS, "each arm", unions::arms;
    "UN2" Must "Smithy protocol tests: AwsJson11DeserializeIgnoreType", "`__type` beside an arm", unions::beside_type;
    "UN3" Must "Smithy protocol tests: AwsJson11DeserializeAllowNulls", "null beside an arm", unions::beside_null;
    "UN4" Should UNIONS, "an unknown arm", unions::unknown_arm;
    "UN5" Agree "aws/aws-sdk-go-v2#1945", "an unknown arm beside a known one", unions::unknown_and_known;
    "UN6" Agree "aws/smithy-go#673", "no arm", unions::no_arm;
    "UN7" Must UNIONS, "unions within unions and lists", unions::nested;
    "UN8" Agree UNIONS, "two arms", unions::two_arms;
    "ER1" Must ERRORS, "the bare code in `__type`", errors::bare;
    "ER1b" Agree "aws/aws-sdk-java-v2#6575", "the code in another case", errors::other_case;
    "ER2" Must ERRORS, "the code with its namespace", errors::with_namespace;
    "ER3" Must ERRORS, "the code with a URI", errors::with_uri;
    "ER4" Must ERRORS, "the code with both", errors::with_both;
    "ER5" Must ERRORS, "the code in a header", errors::in_header;
    "ER6" Must ERRORS, "the code in `code`", errors::in_code;
    "ER7" Agree "aws/aws-sdk-go-v2#1910: body and header may disagree", "two codes", errors::conflicts;
    "ER8" Agree "aws/aws-sdk-go-v2#2456, #2859: messages have many names", "messages", errors::messages;
    "ER9" Agree "boto/botocore#731, #859, #1568", "an error without a code", errors::without_code;
    "ER10" Agree "aws/aws-sdk-js-v3#5851", "an error in plain text", errors::plain_text;
    "ER11" Agree "aws/aws-sdk-js-v3#4184", "an error in HTML", errors::html;
    "ER12" Agree "aws/aws-sdk-go#2184", "an error in XML", errors::xml;
    "ER13" Must ERRORS, "an error that the operation does not declare", errors::unmodeled;
    "ER14" Agree "https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait",
        "the query-compatible header", errors::query_error;
    "ER15" Must "Smithy protocol tests: AwsJson11ComplexError", "members of errors", errors::members;
    "ER16" Agree ERRORS, "a type that is no text", errors::odd_types;
    "ER17" Agree "RFC 9110, section 15.4", "redirects", errors::redirects;
    "ER18" Agree RETRIES, "the sender's fault with status 500", errors::wrong_status;
    "TH1" Should RETRIES, "each throttling code in each place", throttle::codes;
    "TH2" Should RETRIES, "429 without a body", throttle::too_many_empty;
    "TH3" Should RETRIES, "429 with HTML", throttle::too_many_html;
    "TH4" Agree RETRIES, "TooManyRequests with status 400", throttle::too_many_requests;
    "TH5" Should RETRIES, "500, 502, 503, 504", throttle::server_json;
    "TH6" Should RETRIES, "the same with HTML or nothing", throttle::server_other;
    "TH7" Agree RETRIES, "501, 505, 408", throttle::odd_status;
    "TH8" Should RETRIES, "faults until the attempts are used up", throttle::exhausted;
    "TH9" Agree "aws/aws-sdk-js-v3#2208", "a skewed clock", throttle::clock_skew;
    "TH10" Snap "RFC 9110, section 10.2.3", "Retry-After", throttle::retry_after;
    "TH11" Should RETRIES, "transient codes", throttle::transient;
    "TH12" Should RETRIES, "an error that is not tried again", throttle::not_again;
    "TH13" Should RETRIES, "the same idempotency token in every attempt", throttle::same_token;
    "PG1" Must PAGES, "one page", paging::single;
    "PG2" Must PAGES, "two and three pages", paging::several;
    "PG3" Must PAGES, "null for a token", paging::null_token;
    "PG4" Should "aws/aws-sdk-go-v2#1201: an empty token ends the pages", "an empty token", paging::empty_token;
    "PG5" Must "https://smithy.io/2.0/spec/behavior-traits.html#paginated-trait: only a page without token is the last (boto/boto3#2973)",
        "empty pages", paging::empty_pages;
    "PG6" Agree "aws/aws-sdk-js-v3#3490", "the same token again", paging::same_token;
    "PG7" Agree "boto/botocore#3778", "tokens in a circle", paging::cycles;
    "PG8" Agree PAGES, "a page without its items", paging::no_result_key;
    "PG9" Must "https://smithy.io/2.0/spec/behavior-traits.html#paginated-trait: tokens are opaque",
        "odd tokens", paging::odd_tokens;
    "PG10" Must "https://smithy.io/2.0/spec/behavior-traits.html#paginated-trait: tokens are opaque (boto/boto3#1984)",
        "tokens with a meaning elsewhere", paging::reserved_tokens;
    "PG11" Should RETRIES, "throttling between pages", paging::throttled;
    "PG12" Must PAGES, "an error between pages", paging::failed;
    "PG13" Agree PAGES, "a token on the last page", paging::not_truncated;
    "PG14" Must PAGES, "more items than asked for", paging::more_than_asked;
    "PG15" Agree RETRIES, "a page that breaks off", paging::cut_page;
    "WA1" Must WAITERS, "each acceptor", waiters::acceptors;
    "WA2" Must WAITERS, "what is looked at is not there", waiters::absent;
    "WA3" Must WAITERS, "errors in every form", waiters::error_forms;
    "WA4" Must WAITERS, "every status", waiters::every_status;
    "WA5" Should RETRIES, "throttling between polls", waiters::throttled;
    "WA6" Must WAITERS, "no end", waiters::given_up;
    "TR1" Agree "RFC 9112, section 8", "a body shorter than said", transport::shorter_than_said;
    "TR2" Agree "RFC 9112, section 8", "chunks cut off", transport::chunks_cut;
    "TR3" Should RETRIES, "no answer at all", transport::no_answer;
    "TR4" Must "RFC 9112, section 9", "connections that end", transport::kept_alive_and_closed;
    "TR5" Must "RFC 9112, sections 6.3 and 7.1", "every framing", transport::framings;
    "TR6" Agree "RFC 9110, section 8.4", "content codings", transport::codings;
    "TR7" Should "RFC 9112, section 9.5", "drips and stalls", transport::slow;
    "TR8" Must "RFC 9110, section 15.2", "interim responses", transport::interim;
    "TR9" Must "RFC 9112, section 5", "headers", transport::headers;
    "TR10" Must "RFC 9112, appendix C.2", "HTTP/1.0", transport::http_1_0;
    "TR11" Agree "RFC 9112, section 6.3", "a body longer than said", transport::longer_than_said;
    "TR12" Agree "RFC 9112, section 6.3", "two framings", transport::both_framings;
    "RQ1" Must EMPTY_BODY, "no input", requests::no_input;
    "RQ2" Must AWS_JSON, "minimal, maximal, each member, each enum value", requests::members;
    "RQ3" Must "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html: what is set is sent (aws/aws-sdk-go-v2#3436)",
        "zeros and empty values", requests::zeros;
    "RQ4" Must AWS_JSON, "what is absent is left out", requests::absent;
    "RQ5" Must "https://smithy.io/2.0/spec/constraint-traits.html", "at bounds and beyond", bounds::bounds;
    "RQ6" Must "https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait", "timestamps",
        requests::timestamps;
    "RQ7" Must "https://smithy.io/2.0/spec/aggregate-types.html#union", "every arm", requests::unions;
    "RQ8" Must AWS_JSON, "odd values", bounds::odd_values;
    "RQ9" Must "https://smithy.io/2.0/spec/behavior-traits.html#paginated-trait: the first request carries no token (aws/aws-sdk-js-v3#1517)",
        "the first page", paging::first_page;
    "RQ10" Must "https://smithy.io/2.0/spec/behavior-traits.html#idempotencytoken-trait", "idempotency tokens",
        requests::idempotency_tokens;
    "RQ11" Must AWS_JSON, "headers and signature", requests::headers;
    "RQ12" Must "https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait", "compression",
        requests::compression;
}

/// All variants in the order of the taxonomy.
pub fn variants() -> impl Iterator<Item = &'static Variant> {
    VARIANTS.iter()
}

#[cfg(test)]
mod tests {
    use super::{Class, variants};

    #[test]
    fn the_catalogue_is_the_taxonomy() {
        let families = [
            ("OK", 20),
            ("NU", 6),
            ("IN", 7),
            ("FL", 5),
            ("WT", 4),
            ("TS", 10),
            ("UN", 8),
            ("ER", 18),
            ("TH", 13),
            ("PG", 15),
            ("WA", 6),
            ("TR", 12),
            ("RQ", 12),
        ];
        let mut expected: Vec<String> = families
            .iter()
            .flat_map(|(family, count)| (1..=*count).map(move |number| format!("{family}{number}")))
            .collect();
        let after = expected.iter().position(|id| id == "ER1").unwrap() + 1;
        expected.insert(after, "ER1b".to_owned());
        let ids: Vec<&str> = variants().map(|variant| variant.id).collect();
        assert_eq!(ids, expected);
        assert!(variants().all(|variant| variant.id.starts_with(variant.family().0)));
    }

    #[test]
    fn what_must_be_is_written_in_smithy_or_an_rfc() {
        let sources = ["https://smithy.io/", "Smithy protocol tests: ", "RFC "];
        for variant in variants().filter(|variant| variant.class == Class::Must) {
            let rule = variant.rule;
            assert!(sources.iter().any(|source| rule.starts_with(source)), "{}: {rule}", variant.id);
        }
    }
}
