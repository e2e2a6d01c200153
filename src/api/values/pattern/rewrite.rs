//! Patterns as services write them, in the dialect of Rust's engines.
//!
//! botocore's patterns come from Java, JavaScript and Python: surrogate pairs in classes, `\p{Alnum}`, a
//! quantified `$`. Each pattern is rewritten twice: to be matched (look-around kept) and to be generated from
//! (look-around and back references left out; what that loses is checked on every sample).

use super::Bounds;

/// A pattern in the two forms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Rewritten {
    /// For a matcher that knows look-around.
    pub(super) matched: String,
    /// For a parser that does not.
    pub(super) skeleton: String,
    /// The skeleton lost nothing but bounds: its texts need no check.
    pub(super) exact: bool,
    /// The length that a leading `(?=.{a,b}$)` prescribes.
    pub(super) bounds: Option<Bounds>,
}

/// Names of other dialects, and what stands for them within a class.
const PROPERTIES: [(&str, &str); 14] = [
    ("Alnum", "[:alnum:]"),
    ("Alpha", "[:alpha:]"),
    ("Digit", "[:digit:]"),
    ("Upper", "[:upper:]"),
    ("Lower", "[:lower:]"),
    ("Punct", "[:punct:]"),
    ("Graph", "[:graph:]"),
    ("Print", "[:print:]"),
    ("Blank", "[:blank:]"),
    ("Cntrl", "[:cntrl:]"),
    ("XDigit", "[:xdigit:]"),
    ("IsAlphabetic", r"\p{Alphabetic}"),
    ("IsWhitespace", r"\p{White_Space}"),
    ("all", r"\p{any}"),
];

/// Rewrites a pattern.
pub(super) fn rewrite(pattern: &str) -> Rewritten {
    let mut writer = Writer { out: Rewritten { exact: true, ..Rewritten::default() }, ..Writer::default() };
    writer.whole(pattern);
    writer.out
}

#[derive(Default)]
struct Writer {
    out: Rewritten,
    /// Within brackets, how many deep.
    class: usize,
    /// Within parentheses, how many deep.
    group: usize,
    /// What was written last is a quantifier.
    quantified: bool,
    /// The skeleton is silent until the group depth is this again.
    silent: Option<usize>,
}

impl Writer {
    fn both(&mut self, text: &str) {
        self.out.matched.push_str(text);
        self.skeleton(text);
    }

    fn skeleton(&mut self, text: &str) {
        if self.silent.is_none() {
            self.out.skeleton.push_str(text);
        }
    }

    fn whole(&mut self, pattern: &str) {
        let mut rest = pattern;
        if let Some((bounds, length)) = leading_bounds(rest) {
            self.out.bounds = Some(bounds);
            self.out.matched.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        while let Some(first) = rest.chars().next() {
            let after_quantifier = std::mem::take(&mut self.quantified);
            let taken = match first {
                '\\' => self.escape(rest),
                '[' | ']' => self.bracket(rest),
                '(' | ')' if self.class == 0 => self.parenthesis(rest),
                '$' if self.class == 0 => self.end(rest),
                '^' if self.class == 0 => self.start(rest.len() == pattern.len()),
                '*' | '+' | '?' | '{' if self.class == 0 => self.quantifier(rest, after_quantifier),
                other => self.plain(other),
            };
            rest = &rest[taken..];
        }
    }

    fn plain(&mut self, character: char) -> usize {
        self.both(character.encode_utf8(&mut [0; 4]));
        character.len_utf8()
    }

    fn bracket(&mut self, rest: &str) -> usize {
        if rest.starts_with(']') {
            self.class = self.class.saturating_sub(1);
            return self.plain(']');
        }
        self.class += 1;
        // A bracket that follows the opening one is a character of the class.
        let head = if rest.starts_with("[^]") { 3 } else { 1 + usize::from(rest.starts_with("[]")) };
        self.both(&rest[..head]);
        head
    }

    fn parenthesis(&mut self, rest: &str) -> usize {
        if rest.starts_with(')') {
            self.group = self.group.saturating_sub(1);
            self.out.matched.push(')');
            if self.silent == Some(self.group) {
                self.silent = None;
            } else {
                self.skeleton(")");
            }
            return 1;
        }
        if rest.starts_with(r"(?![\s\S])") {
            self.out.exact = false;
            self.both(r"\z");
            return r"(?![\s\S])".len();
        }
        let look = ["(?=", "(?!", "(?<=", "(?<!"].into_iter().find(|look| rest.starts_with(look));
        match look {
            Some(look) => {
                self.out.exact = false;
                self.skeleton("(?:)");
                self.silent = self.silent.or(Some(self.group));
                self.out.matched.push_str(look);
            }
            None => self.both("("),
        }
        self.group += 1;
        look.map_or(1, str::len)
    }

    /// A quantifier. A plus after another one (`{3}+`) forbids to give back what was matched: the skeleton
    /// leaves it out.
    fn quantifier(&mut self, rest: &str, after_quantifier: bool) -> usize {
        if after_quantifier && rest.starts_with('+') {
            self.out.exact = false;
            self.out.matched.push('+');
            return 1;
        }
        self.quantified = true;
        let length = if rest.starts_with('{') { rest.find('}').map_or(1, |close| close + 1) } else { 1 };
        self.both(&rest[..length]);
        length
    }

    /// `^`, which says nothing new at the very start.
    fn start(&mut self, first: bool) -> usize {
        self.out.exact &= first;
        self.plain('^')
    }

    /// `$`, and away with a quantifier after it: the end repeated is the end.
    fn end(&mut self, rest: &str) -> usize {
        self.both("$");
        let after = &rest[1..];
        let taken = match after.chars().next() {
            Some('*' | '+' | '?') => 2,
            Some('{') => after.find('}').map_or(1, |close| close + 2),
            _ => 1,
        };
        self.out.exact &= taken == rest.len();
        taken
    }

    fn escape(&mut self, rest: &str) -> usize {
        if self.class > 0
            && let Some(taken) = self.surrogates(rest)
        {
            return taken;
        }
        if let Some(taken) = self.property(rest) {
            return taken;
        }
        let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
        match &rest[..length] {
            r"\Z" => {
                self.out.exact = false;
                self.both(r"\z");
            }
            r"\b" | r"\B" | r"\A" | r"\z" => {
                self.out.exact = false;
                self.both(&rest[..length]);
            }
            back if self.class == 0 && matches!(back.as_bytes().get(1), Some(b'1'..=b'9')) => {
                self.out.exact = false;
                self.out.matched.push_str(back);
                self.skeleton("(?:)");
            }
            other => self.both(other),
        }
        length + self.dash_after_set(&rest[length..])
    }

    /// A dash after `\w` and its like within a class is a dash, not a range.
    fn dash_after_set(&mut self, rest: &str) -> usize {
        let set =
            [r"\w", r"\d", r"\s", r"\W", r"\D", r"\S"].iter().any(|set| self.out.matched.ends_with(set));
        if self.class == 0 || !set || !rest.starts_with('-') || rest.starts_with("-]") {
            return 0;
        }
        self.both(r"\-");
        1
    }

    /// `\p{Name}` of another dialect.
    fn property(&mut self, rest: &str) -> Option<usize> {
        let negated = rest.starts_with(r"\P{");
        if !negated && !rest.starts_with(r"\p{") {
            return None;
        }
        let close = rest.find('}')?;
        let (_, stands) = PROPERTIES.iter().find(|(name, _)| *name == &rest[3..close])?;
        let stands = match negated {
            true => stands.replace("[:", "[:^").replace(r"\p", r"\P"),
            false => (*stands).to_owned(),
        };
        if self.class > 0 {
            self.both(&stands)
        } else {
            self.both(&format!("[{stands}]"))
        }
        Some(close + 1)
    }

    /// UTF-16 surrogates in a class: a pair is one character, a range of pairs a range; the rest stands for
    /// nothing that text can hold.
    fn surrogates(&mut self, rest: &str) -> Option<usize> {
        let first = surrogate(rest)?;
        let second = surrogate(&rest[6..]);
        if let (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) = (first, second) {
            let point = 0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00);
            self.both(&format!("\\x{{{point:X}}}"));
            return Some(12);
        }
        let range = rest[6..].strip_prefix('-').is_some_and(|after| surrogate(after).is_some());
        Some(if range { 13 } else { 6 })
    }
}

/// The value of a leading `\uXXXX` that is a surrogate.
fn surrogate(text: &str) -> Option<u32> {
    let digits = text.strip_prefix(r"\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok().filter(|value| (0xD800..=0xDFFF).contains(value))
}

/// The bounds of a leading `(?=.{a,b}$)` or `(?=^.{a,b}$)`, and how many bytes it takes.
fn leading_bounds(pattern: &str) -> Option<(Bounds, usize)> {
    let body = pattern.strip_prefix('^').unwrap_or(pattern);
    let body = body.strip_prefix("(?=")?;
    let body = body.strip_prefix('^').unwrap_or(body);
    let (least, after) = body.strip_prefix(".{")?.split_once(',')?;
    let (most, after) = after.split_once('}')?;
    let after = after.strip_prefix("$)")?;
    let bounds = Bounds { least: least.parse().ok()?, most: most.parse().ok()? };
    Some((bounds, pattern.len() - after.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_rewritten() {
        for (pattern, matched, skeleton) in [
            (r"[\uD800\uDC00-\uDBFF\uDFFF\t]", r"[\x{10000}-\x{10FFFF}\t]", r"[\x{10000}-\x{10FFFF}\t]"),
            (r"[a\uD800\uDBFF-\uDC00\uDFFF]", "[a]", "[a]"),
            (r"[\p{Alnum}\-]+\P{Alnum}", r"[[:alnum:]\-]+[[:^alnum:]]", r"[[:alnum:]\-]+[[:^alnum:]]"),
            ("(a)${1,128}", "(a)$", "(a)$"),
            ("a(?!b(c))d(?<!e)", "a(?!b(c))d(?<!e)", "a(?:)d(?:)"),
            (r"[)(]\)(a)\1", r"[)(]\)(a)\1", r"[)(]\)(a)(?:)"),
            (r"\d{2}+a+?\++", r"\d{2}+a+?\++", r"\d{2}a+?\++"),
            (r"[\w-.]", r"[\w\-.]", r"[\w\-.]"),
            (r"a(?![\s\S]).*", r"a\z.*", r"a\z.*"),
        ] {
            let rewritten = rewrite(pattern);
            assert_eq!(
                (rewritten.matched.as_str(), rewritten.skeleton.as_str()),
                (matched, skeleton),
                "{pattern}"
            );
        }
        assert_eq!(rewrite("(?=.{1,32}$)a*").bounds, Some(Bounds { least: 1, most: 32 }));
        assert!(rewrite("(?=.{1,32}$)a*").exact);
        assert!(!rewrite(r"(?!\s*$).+").exact);
    }
}
