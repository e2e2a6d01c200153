//! The taxonomy: every variant by id, with its class, its rule and the file that makes its cases.

use super::draft::{Draft, Sheet};
use super::subject::Subject;
use super::variants::{bounds, errors, ok, paging, requests, text, throttle};
use crate::case::Class::{self, Agree, Must, Should, Snap};

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
    pub fn family(&self) -> &'static str {
        self.id.split_at(self.id.find(|letter: char| letter.is_ascii_digit()).unwrap_or(self.id.len())).0
    }

    /// The forms that it takes for an operation; none where it does not apply.
    pub(super) fn drafts<'a>(&self, subject: &'a Subject<'a>, random: u32) -> Vec<Draft<'a>> {
        let mut sheet = Sheet::new(subject, self.id, random);
        (self.make)(&mut sheet);
        sheet.drafts
    }
}

const OPEN_ENUMS: &str =
    "https://smithy.io/2.0/spec/simple-types.html#enum: clients must keep values they do not know";
const UNKNOWN_MEMBERS: &str =
    "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html: unknown members are ignored";
const EMPTY_BODY: &str =
    "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#empty-body-serialization";
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
    "TH13" Must "https://smithy.io/2.0/spec/behavior-traits.html#idempotencytoken-trait",
        "the same idempotency token in every attempt", throttle::same_token;
    "PG1" Must PAGES, "one page", paging::single;
    "PG2" Must PAGES, "two and three pages", paging::several;
    "PG3" Must PAGES, "null for a token", paging::null_token;
    "PG4" Should "aws/aws-sdk-go-v2#1201: an empty token ends the pages", "an empty token", paging::empty_token;
    "PG5" Must "boto/boto3#2973: an empty page with a token is not the last", "empty pages", paging::empty_pages;
    "PG6" Agree "aws/aws-sdk-js-v3#3490", "the same token again", paging::same_token;
    "PG7" Agree "boto/botocore#3778", "tokens in a circle", paging::cycles;
    "PG8" Agree PAGES, "a page without its items", paging::no_result_key;
    "PG9" Must "https://smithy.io/2.0/spec/behavior-traits.html#paginated-trait: tokens are opaque",
        "odd tokens", paging::odd_tokens;
    "PG10" Must "boto/boto3#1984: tokens are opaque", "tokens with a meaning elsewhere", paging::reserved_tokens;
    "PG11" Should RETRIES, "throttling between pages", paging::throttled;
    "PG12" Must PAGES, "an error between pages", paging::failed;
    "PG13" Agree PAGES, "a token on the last page", paging::not_truncated;
    "PG14" Must PAGES, "more items than asked for", paging::more_than_asked;
    "PG15" Agree RETRIES, "a page that breaks off", paging::cut_page;
    "RQ1" Must EMPTY_BODY, "no input", requests::no_input;
    "RQ2" Must AWS_JSON, "minimal, maximal, each member, each enum value", requests::members;
    "RQ3" Must "aws/aws-sdk-go-v2#3436: what is set is sent", "zeros and empty values", requests::zeros;
    "RQ4" Must AWS_JSON, "what is absent is left out", requests::absent;
    "RQ5" Must "https://smithy.io/2.0/spec/constraint-traits.html", "at bounds and beyond", bounds::bounds;
    "RQ6" Must "https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait", "timestamps",
        requests::timestamps;
    "RQ7" Must "https://smithy.io/2.0/spec/aggregate-types.html#union", "every arm", requests::unions;
    "RQ8" Must AWS_JSON, "odd values", bounds::odd_values;
    "RQ9" Must "aws/aws-sdk-js-v3#1517: the first page carries no token", "the first page", paging::first_page;
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
