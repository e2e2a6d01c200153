//! Texts of a regular expression, of a wanted length, ASCII where the expression allows it.
//!
//! A pattern of the model always means `^(?:p)$`, whatever anchors it has itself: botocore ships most of them
//! without. Lengths are in characters, as Smithy's `length` trait counts them
//! (<https://smithy.io/2.0/spec/constraint-traits.html#length-trait>).
//!
//! Lengths hold by construction (see [`tree`]). What a tree cannot express, look-around, `\b`, back
//! references and inner anchors, is left out of it and asked of a matcher on every text.

mod lengths;
mod rewrite;
mod tree;

use std::sync::OnceLock;

use self::tree::Tree;
use super::Rng;

/// Why there is no text of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The pattern cannot be read, even after rewriting.
    #[error("pattern `{pattern}`: {what}")]
    Unreadable {
        /// The pattern.
        pattern: String,
        /// The engine's words.
        what: String,
    },
    /// No text of the pattern has such a length.
    #[error("pattern `{pattern}`: no text has {least} to {most} characters")]
    NoSuchLength {
        /// The pattern.
        pattern: String,
        /// The least length asked for.
        least: u32,
        /// The greatest length asked for.
        most: u32,
    },
    /// Texts of such lengths were tried and none passed the pattern's look-around.
    #[error("pattern `{pattern}`: no text found in {tries} tries")]
    NotFound {
        /// The pattern.
        pattern: String,
        /// How many were tried.
        tries: u32,
    },
}

/// From so many to so many characters, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds {
    least: u32,
    most: u32,
}

/// Which length a text should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// A usual one: not much longer than it must be.
    Usual,
    /// The shortest there is.
    Least,
    /// The longest there is.
    Most,
}

/// A pattern, ready to give texts of up to a certain length.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    matched: String,
    tree: Tree,
    exact: bool,
    bounds: Bounds,
    matcher: OnceLock<Option<fancy_regex::Regex>>,
}

/// Texts tried before a search is given up.
const TRIES: u32 = 2_000;
/// A usual text is at most this much longer than the shortest.
const USUAL: u32 = 16;
/// Characters written in a search for long texts before it is given up.
const MOST_TRIED: u32 = 1 << 20;
/// Lengths tried from either end inward when the end itself has no text.
const ENDS: u32 = 40;
/// Compiled size allowed for `[\p{L}…]{0,1024}` and its like.
const MATCHER_SIZE: usize = 256 << 20;

impl Pattern {
    /// Reads a pattern for texts up to `limit` characters.
    pub fn new(source: &str, limit: u32) -> Result<Pattern, PatternError> {
        let unreadable = |what: String| PatternError::Unreadable { pattern: source.to_owned(), what };
        let rewritten = rewrite::rewrite(source);
        let hir = regex_syntax::Parser::new()
            .parse(&rewritten.skeleton)
            .map_err(|error| unreadable(error.to_string()))?;
        let bounds = rewritten.bounds.unwrap_or(Bounds { least: 0, most: u32::MAX });
        Ok(Pattern {
            source: source.to_owned(),
            matched: rewritten.matched,
            tree: Tree::new(&hir, limit.min(bounds.most)),
            exact: rewritten.exact,
            bounds,
            matcher: OnceLock::new(),
        })
    }

    /// Whether a text is one of the pattern's; `None` where no matcher can read the pattern.
    pub fn matches(&self, text: &str) -> Option<bool> {
        self.matcher().and_then(|matcher| matcher.is_match(text).ok())
    }

    fn matcher(&self) -> Option<&fancy_regex::Regex> {
        let compile = || {
            fancy_regex::RegexBuilder::new(&format!("^(?:{})$", self.matched))
                .delegate_size_limit(MATCHER_SIZE)
                .build()
                .ok()
        };
        self.matcher.get_or_init(compile).as_ref()
    }

    /// A text with `least` to `most` characters.
    pub fn sample(&self, least: u32, most: u32, size: Size, rng: &mut Rng) -> Result<String, PatternError> {
        let (from, to) = (least.max(self.bounds.least), most.min(self.bounds.most));
        let lengths = self.tree.lengths.within(from, to);
        let (Some(shortest), Some(longest)) = (lengths.least(), lengths.most()) else {
            return Err(PatternError::NoSuchLength { pattern: self.source.clone(), least, most });
        };
        // Long texts get fewer tries: all together may take so many characters.
        let tries =
            if size == Size::Most { TRIES.min((MOST_TRIED / longest.max(1)).max(ENDS)) } else { TRIES };
        for attempt in 0..tries {
            let step = attempt / (tries / ENDS);
            let inward = step * step / 2;
            let able = match size {
                // Wider and wider: look-around may ask for more than the shortest texts have.
                Size::Usual => lengths.within(shortest, shortest.saturating_add(USUAL << (step / 8))),
                Size::Least => lengths.within(shortest.saturating_add(inward), longest),
                Size::Most => lengths.within(shortest, longest.saturating_sub(inward)),
            };
            let length = match size {
                Size::Usual => able.pick(rng),
                Size::Least => able.least(),
                Size::Most => able.most(),
            };
            let mut text = String::new();
            self.tree.write(length.unwrap_or(shortest), rng, &mut text);
            // Where no matcher can tell, the text of the tree is the best there is.
            if self.exact || self.matches(&text) != Some(false) {
                return Ok(text);
            }
        }
        Err(PatternError::NotFound { pattern: self.source.clone(), tries })
    }
}

/// A text of a pattern with `least` to `most` characters.
pub fn sample(pattern: &str, least: u32, most: u32, rng: &mut Rng) -> Result<String, PatternError> {
    Pattern::new(pattern, most)?.sample(least, most, Size::Usual, rng)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::latest;

    #[test]
    fn every_pattern_of_the_model_gives_texts_that_match_and_keep_their_length() {
        let model = latest().unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for shape in model.shapes().iter().filter(|shape| shape.values.is_empty()) {
            let Some(source) = &shape.pattern else { continue };
            seen.insert(source.clone());
            let bound = |bound: &Option<crate::api::model::Bound>, default| {
                bound.as_ref().map_or(default, |bound| bound.integer() as u32)
            };
            let (least, most) = (bound(&shape.min, 0), bound(&shape.max, 1_024).min(1 << 16));
            let pattern = Pattern::new(source, most).unwrap();
            let mut rng = Rng::labelled(0, source);
            for size in [Size::Least, Size::Most, Size::Usual, Size::Usual, Size::Usual] {
                let text = pattern.sample(least, most, size, &mut rng).unwrap();
                assert_eq!(pattern.matches(&text), Some(true), "{}: {text:?}", shape.name);
                assert!((least..=most).contains(&(text.chars().count() as u32)), "{}: {text:?}", shape.name);
                assert!(text.is_ascii(), "{}: {text:?}", shape.name);
            }
        }
        assert_eq!(seen.len(), 252);
    }

    #[test]
    fn what_a_tree_cannot_say_is_searched_for() {
        let mut rng = Rng::new(3);
        for (source, least, most) in [
            (r"((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.?\b){4}", 7, 15),
            (r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?!.*--)[a-zA-Z0-9-]*", 8, 32),
            (r"[a-z]+(?![\s\S]).*", 2, 9),
        ] {
            let text = sample(source, least, most, &mut rng).unwrap();
            assert_eq!(Pattern::new(source, most).unwrap().matches(&text), Some(true), "{text}");
        }
        let none = sample("a{3}", 4, 9, &mut rng).unwrap_err();
        assert!(matches!(none, PatternError::NoSuchLength { least: 4, .. }), "{none}");
    }
}
