//! Patterns of other services' models: texts of every one can be made, and none of them breaks the matcher.

use shapetape::api::values::Rng;
use shapetape::api::values::pattern::{Pattern, Size};

/// The distinct patterns of STS, IAM and twelve more services in botocore 1.44: least and most characters, pattern.
const PATTERNS: &str = include_str!("data/patterns/services.txt");

/// Texts are not made longer than this here.
const LONG: u32 = 4_096;

/// Texts that a pattern may take for its own or not; it must say which, or that it cannot, and never panic.
fn strangers(most: u32) -> impl Iterator<Item = String> {
    let length = most.min(LONG) as usize;
    ["\u{7F}", "\n", " ", "\u{E000}", "\u{10FFFF}", "é", "a", "{"]
        .into_iter()
        .map(move |one| one.repeat(length))
}

#[test]
fn every_pattern_gives_texts_of_the_length_that_it_is_asked_for_or_says_why_not() {
    let mut without = Vec::new();
    let mut seen = 0;
    for line in PATTERNS.lines() {
        let [least, most, source] = line.splitn(3, '\t').collect::<Vec<_>>().try_into().unwrap();
        let (least, most): (u32, u32) = (least.parse().unwrap(), most.parse::<u32>().unwrap().min(LONG));
        let mut rng = Rng::labelled(0, source);
        seen += 1;
        for spelling in [source.to_owned(), format!("^{source}$")] {
            let pattern = Pattern::new(&spelling, most).unwrap_or_else(|error| panic!("{error}"));
            strangers(most).for_each(|text| assert!(pattern.matches(&text).is_some(), "{spelling}"));
            for size in [Size::Least, Size::Most, Size::Usual, Size::Usual] {
                match pattern.sample(least, most, size, &mut rng) {
                    Ok(text) => {
                        let length = text.chars().count() as u32;
                        assert!((least..=most).contains(&length), "{spelling}: {length}, {text:?}");
                        assert_ne!(pattern.matches(&text), Some(false), "{spelling}: {text:?}");
                    }
                    Err(error) => without.push((source, error.to_string())),
                }
            }
        }
    }
    assert_eq!(seen, 343);
    // A start of the text in its middle: no text is one of EC2's pattern, and that is said.
    let impossible = r"^arn:aws([a-z-]+)?:ec2:[a-z\d-]+:\d{12}:placement-group/^.{1,255}$";
    assert_eq!(without.len(), 8);
    assert!(
        without.iter().all(|(source, why)| *source == impossible && why.contains("no text has")),
        "{without:?}"
    );
}
