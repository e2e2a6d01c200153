//! `User-Agent`: that it is sent, and that it is products and comments.

use super::Trial;
use super::difference::Difference;
use super::request::{RuleSource, invalid};
use crate::check::case::Class;
use crate::ground::exchange::Request;

/// `User-Agent = product *( RWS ( product / comment ) )`, and a user agent should send it.
pub(super) const SOURCE: RuleSource<'_> =
    RuleSource { class: Class::Should, rule: "RFC 9110, section 10.1.5" };

const PATH: &str = "header User-Agent";

/// The field is the same in every request, so that the one case about headers judges it.
pub(super) fn difference(trial: &Trial<'_>, request: &Request) -> Option<Difference> {
    if trial.case.variant.0 != "RQ11" {
        return None;
    }
    let Some(agent) = request.headers.get("user-agent") else {
        let message = "The header `User-Agent` is missing; a client should name itself in it.";
        return Some(invalid(trial, PATH, message).in_manner("missing"));
    };
    let word = odd_word(agent)?;
    // What follows the name is not told: it changes with every release, and with every run where it is a set.
    let name = word.split('/').next().unwrap_or_default();
    let message = format!(
        "`{name}/…` in `User-Agent` is neither a product (`name/version`) nor a comment: it has {}.",
        fault(&word)
    );
    Some(invalid(trial, PATH, message).in_manner("form"))
}

/// What a word has that no product has.
fn fault(word: &str) -> String {
    match word.chars().find(|letter| *letter != '/' && !is_token(letter.encode_utf8(&mut [0; 4]))) {
        Some(odd) => format!("`{odd}`"),
        None if word.split('/').any(str::is_empty) => "an empty part".to_owned(),
        None => format!("{} slashes", word.matches('/').count()),
    }
}

/// The first word that the grammar has no place for.
fn odd_word(agent: &str) -> Option<String> {
    let plain = without_comments(agent);
    let mut words = plain.split_ascii_whitespace().peekable();
    if words.peek().is_none() || agent.starts_with('(') {
        return Some(agent.to_owned());
    }
    words.find(|word| !is_product(word)).map(str::to_owned)
}

/// The text without what stands in parentheses, which may stand in each other; one that is not closed stays.
fn without_comments(text: &str) -> String {
    let mut plain = text.to_owned();
    while let Some(end) = plain.find(')')
        && let Some(start) = plain[..end].rfind('(')
    {
        plain.replace_range(start..=end, " ");
    }
    plain
}

/// `product = token ["/" product-version]`, both tokens.
fn is_product(word: &str) -> bool {
    let mut parts = word.split('/');
    parts.clone().count() <= 2 && parts.all(is_token)
}

/// RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::{fault, odd_word};

    #[test]
    fn a_user_agent_is_products_and_comments() {
        for (agent, odd) in [
            ("Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 lang/python#3.11.7 m/N,b", Some(("m/N,b", "`,`"))),
            (
                "aws-sdk-rust/1.3.9 api/sagemaker/1.248.0 os/linux",
                Some(("api/sagemaker/1.248.0", "2 slashes")),
            ),
            ("curl/8.5 (x86_64; (a) b) libz/1", None),
            ("a/1 (b", Some(("(b", "`(`"))),
            ("(only a comment)", Some(("(only a comment)", "`(`"))),
            ("", Some(("", "an empty part"))),
            ("a//b", Some(("a//b", "an empty part"))),
            ("name", None),
        ] {
            let found = odd_word(agent).map(|word| (fault(&word), word));
            assert_eq!(found, odd.map(|(word, fault)| (fault.to_owned(), word.to_owned())), "{agent}");
        }
    }
}
