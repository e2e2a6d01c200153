//! Words that only a few places of the product may say: what one service, one protocol or one client is.
//!
//! Read are the string literals and the identifiers of product code. Left out are comments and doc comments, the
//! examples of `--help` (`after_help`), tests, and the foreign programs below `clients/drivers`.

use super::rules::Finding;
use super::source::{Source, module_of};

/// Words, and the files and folders that may say them.
struct Kept {
    /// In small letters; found in any case, as a part of what is written. A word in quotes is a whole literal.
    words: &'static [&'static str],
    places: &'static [&'static str],
    why: &'static str,
}

const KEPT: &[Kept] = &[Kept {
    words: &["sagemaker"],
    places: &["src/api/mod.rs", "src/api/model/shipped.rs", "src/api/sagemaker"],
    why: "what is true of one service stands in its folder: ask `model::shipped()`, or the model's metadata",
}];

/// Each word that this file may not say, once a line.
pub(crate) fn kept(source: &Source) -> Vec<Finding> {
    broken(source, KEPT)
}

fn broken(source: &Source, table: &[Kept]) -> Vec<Finding> {
    let product =
        source.path.starts_with("src") && !module_of(&source.path).iter().any(|name| name == "tests");
    let rows = table.iter().filter(|kept| !kept.places.iter().any(|place| source.path.starts_with(place)));
    let mut findings = Vec::new();
    for kept in rows.filter(|_| product) {
        for said in &source.said {
            let text = said.text.to_lowercase();
            if let Some(word) = kept.words.iter().find(|word| text.contains(*word)) {
                findings.push(Finding::new(&source.path, said.line, format!("says `{word}`: {}", kept.why)));
            }
        }
    }
    findings.dedup();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_where_it_is_not_at_home() {
        let table = [Kept { words: &["lama", "\"json\""], places: &["src/zoo/lama"], why: "ask the zoo" }];
        for (path, text, expected) in [
            ("src/zoo/keeper.rs", "fn f() { g(\"arn:aws:Lama:1\") }", &[1][..]),
            ("src/zoo/keeper.rs", "struct A;\nfn feed_lama(lamas: A) {}", &[2]),
            ("src/zoo/keeper.rs", "const A: &str = r\"lama\";\nconst B: &[u8] = b\"llama\";", &[1, 2]),
            (
                "src/zoo/keeper.rs",
                "const A: &str = \"json\";\nconst B: &str = \"a json\"; const C: J = json;",
                &[1],
            ),
            (
                "src/zoo/keeper.rs",
                "/// A lama.\nfn f() {} // lama\n#[cfg(test)]\nmod tests { const A: &str = \"lama\"; }",
                &[],
            ),
            (
                "src/cli/feed.rs",
                "#[command(about = \"A lama\",\nafter_help = \"feed lama\")]\nstruct A;",
                &[1],
            ),
            ("src/zoo/lama/mod.rs", "const A: &str = \"lama\";", &[]),
            ("src/zoo/tests.rs", "const A: &str = \"lama\";", &[]),
            ("tests/zoo.rs", "const A: &str = \"lama\";", &[]),
        ] {
            let source = Source::read(path.into(), text.to_owned()).unwrap();
            let lines: Vec<usize> = broken(&source, &table).iter().map(|finding| finding.line).collect();
            assert_eq!(lines, expected, "{path}: {text}");
        }
    }
}
