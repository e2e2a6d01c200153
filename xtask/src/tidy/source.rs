//! A Rust file as tidy sees it: its product lines, and the paths that its product code names.
//!
//! Read with the compiler's own tokens, so that comments, strings and macros mislead nobody.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A path such as `crate::json::Json`: where it starts, and the names after its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) root: String,
    pub(crate) names: Vec<String>,
    pub(crate) line: usize,
}

/// A string literal, as it is written, or an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A type that others may name: `pub`, `pub(crate)`, `pub(super)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicType {
    pub(crate) name: String,
    pub(crate) line: usize,
}

/// One Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path below the root of the project.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    /// Every path and name chain of product code, `use` trees spread out; those from `self` and `super` are rooted
    /// at `crate`.
    pub(crate) named: Vec<Named>,
    /// What product code says; doc comments and the examples of `--help` left out.
    pub(crate) said: Vec<Said>,
    /// The public types that product code defines, in the order of the file.
    pub(crate) types: Vec<PublicType>,
    tests: Vec<RangeInclusive<usize>>,
}

impl Source {
    pub(crate) fn read(path: PathBuf, text: String) -> Result<Source> {
        let stream = TokenStream::from_str(&text)
            .map_err(|error| anyhow!("{}:{}: {error}", path.display(), error.span().start().line))?;
        let mut said = Vec::new();
        say(stream.clone(), &mut said);
        let mut reader = Reader::default();
        reader.walk(stream, &module_of(&path));
        Ok(Source { path, text, named: reader.named, said, types: reader.types, tests: reader.tests })
    }

    /// How many lines are not in `#[cfg(test)]` items.
    pub(crate) fn product_lines(&self) -> usize {
        let tests: usize = self.tests.iter().map(|range| range.end() - range.start() + 1).sum();
        self.text.lines().count() - tests
    }
}

/// The module that a file is, below its crate's root: `["json", "read"]` for `src/json/read.rs`.
pub(crate) fn module_of(path: &Path) -> Vec<String> {
    let below = path.iter().skip_while(|name| *name != "src").skip(1);
    let mut names: Vec<String> = below.map(|name| name.to_string_lossy().replace(".rs", "")).collect();
    if matches!(names.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        names.pop();
    }
    names
}

#[derive(Default)]
struct Reader {
    named: Vec<Named>,
    types: Vec<PublicType>,
    tests: Vec<RangeInclusive<usize>>,
}

impl Reader {
    fn walk(&mut self, stream: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if let Some(end) = test_item(&tokens[at..]) {
                let last = &tokens[at + end - 1];
                self.tests.push(token.span().start().line..=last.span().end().line);
                at += end;
                continue;
            }
            self.types.extend(public_type(&tokens[at..]));
            match token {
                TokenTree::Ident(_) if !after_path_sign(&tokens[..at]) => {
                    at += self.path(&tokens[at..], module);
                    continue;
                }
                TokenTree::Group(group) => {
                    let inner = inline_module(&tokens[..at]);
                    self.walk(group.stream(), &[module, inner.as_slice()].concat());
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Takes the path at the head of `tokens`, if it is one, and says how many tokens to go on.
    fn path(&mut self, tokens: &[TokenTree], module: &[String]) -> usize {
        let Some(first) = tokens.first() else { return 1 };
        let (names, end) = chain(tokens);
        let supers = names.iter().take_while(|name| *name == "super").count();
        let (root, rest) = match names.split_first() {
            Some(_) if supers > 0 && supers <= module.len() => {
                ("crate".to_owned(), [&module[..module.len() - supers], &names[supers..]].concat())
            }
            Some((root, rest)) if root == "self" && !rest.is_empty() => {
                ("crate".to_owned(), [module, rest].concat())
            }
            Some((root, rest)) => (root.clone(), rest.to_vec()),
            None => return 1,
        };
        let line = first.span().start().line;
        match tokens.get(end) {
            Some(TokenTree::Group(group)) if after_path_sign(&tokens[..end]) => {
                self.tree(group, &root, &rest);
                end + 1
            }
            _ => {
                if !rest.is_empty() {
                    self.named.push(Named { root, names: rest, line });
                }
                end
            }
        }
    }

    /// The branches of `use root::before::{…}`.
    fn tree(&mut self, group: &Group, root: &str, before: &[String]) {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
        for branch in tokens.split(comma).filter(|branch| !branch.is_empty()) {
            let (names, end) = chain(branch);
            let whole = [before, &names].concat();
            match branch.get(end) {
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.tree(group, root, &whole);
                }
                _ => self.named.push(Named {
                    root: root.to_owned(),
                    names: whole,
                    line: branch[0].span().start().line,
                }),
            }
        }
    }
}

/// Gathers the literals and the identifiers of product code.
fn say(stream: TokenStream, said: &mut Vec<Said>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let Some(end) = test_item(&tokens[at..]).or_else(|| text_for_readers(&tokens[at..])) {
            at += end;
            continue;
        }
        let text = match token {
            TokenTree::Group(group) => {
                say(group.stream(), said);
                None
            }
            TokenTree::Ident(name) => Some(name.to_string()),
            TokenTree::Literal(literal) => Some(literal.to_string()),
            TokenTree::Punct(_) => None,
        };
        said.extend(text.map(|text| Said { text, line: token.span().start().line }));
        at += 1;
    }
}

/// The length of a doc comment, or of `after_help = "…"`, at the head: both are written for readers.
fn text_for_readers(tokens: &[TokenTree]) -> Option<usize> {
    match tokens {
        [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Literal(_), ..] => {
            (name == "doc" || name == "after_help").then_some(3)
        }
        _ => None,
    }
}

/// `a::b::c` at the head of `tokens`: its names and how many tokens they take, a trailing `::` included.
fn chain(tokens: &[TokenTree]) -> (Vec<String>, usize) {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        names.push(name.to_string());
        at += 1;
        if !path_sign(&tokens[at..]) {
            break;
        }
        at += 2;
    }
    if let Some(TokenTree::Punct(punct)) = tokens.get(at)
        && punct.as_char() == '*'
        && after_path_sign(&tokens[..at])
    {
        names.push("*".to_owned());
        at += 1;
    }
    (names, at)
}

/// `::` at the head.
fn path_sign(tokens: &[TokenTree]) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    colon(0) && colon(1)
}

/// `::` at the tail.
fn after_path_sign(tokens: &[TokenTree]) -> bool {
    tokens.len() >= 2 && path_sign(&tokens[tokens.len() - 2..])
}

/// The name of `mod name` at the tail.
fn inline_module(tokens: &[TokenTree]) -> Option<String> {
    match tokens {
        [.., TokenTree::Ident(word), TokenTree::Ident(name)] if word == "mod" => Some(name.to_string()),
        _ => None,
    }
}

/// The type that an item at the head defines, if others may name it.
fn public_type(tokens: &[TokenTree]) -> Option<PublicType> {
    let [TokenTree::Ident(word), rest @ ..] = tokens else { return None };
    let rest = match rest {
        [TokenTree::Group(scope), rest @ ..] if scope.delimiter() == Delimiter::Parenthesis => rest,
        rest => rest,
    };
    let [TokenTree::Ident(kind), TokenTree::Ident(name), ..] = rest else { return None };
    let is_type = ["struct", "enum", "trait", "type", "union"].iter().any(|word| kind == word);
    (word == "pub" && is_type).then(|| PublicType { name: name.to_string(), line: name.span().start().line })
}

/// The length of an item under `#[cfg(test)]` at the head.
fn test_item(tokens: &[TokenTree]) -> Option<usize> {
    let [TokenTree::Punct(hash), TokenTree::Group(attribute), ..] = tokens else { return None };
    if hash.as_char() != '#' || attribute.stream().to_string().replace(' ', "") != "cfg(test)" {
        return None;
    }
    let end = tokens.iter().position(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    })?;
    Some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str, text: &str) -> Vec<String> {
        let source = Source::read(path.into(), text.to_owned()).unwrap();
        source
            .named
            .iter()
            .map(|named| format!("{}:{}::{}", named.line, named.root, named.names.join("::")))
            .collect()
    }

    #[test]
    fn use_trees_are_spread_out() {
        assert_eq!(
            named("src/run/lane.rs", "use crate::{json::{Json, write}, clock};\nuse crate::model::*;"),
            ["1:crate::json::Json", "1:crate::json::write", "1:crate::clock", "2:crate::model::*"]
        );
    }

    #[test]
    fn paths_inside_code_and_macros_count_and_comments_do_not() {
        assert_eq!(
            named("src/run/lane.rs", "// crate::a::b\nfn f() { g!(\"crate::x\", crate::report::Row); }"),
            ["2:crate::report::Row"]
        );
    }

    #[test]
    fn paths_from_super_and_self_are_told_from_the_root() {
        assert_eq!(named("src/run/lane.rs", "use super::super::report::Row;"), ["1:crate::report::Row"]);
        assert_eq!(named("src/run/lane.rs", "use super::schedule::Row;"), ["1:crate::run::schedule::Row"]);
        assert_eq!(named("src/run/mod.rs", "use self::lane::Lane;"), ["1:crate::run::lane::Lane"]);
        assert_eq!(named("src/a/b.rs", "mod c { use super::super::d::E; }"), ["1:crate::a::d::E"]);
        assert_eq!(named("src/run/mod.rs", "use super::report::Row;"), ["1:crate::report::Row"]);
    }

    #[test]
    fn types_that_others_may_name_are_public() {
        let text = "pub struct A;\npub(crate) enum B {}\npub(super) trait C {}\nstruct Private;\n\
                    pub type D = A;\npub fn f() {}\n#[cfg(test)]\nmod tests { pub struct Tested; }\n\
                    /// pub struct Told;\nmod inner { pub(in crate::a) union E { a: u8 } }";
        let source = Source::read("src/json/read.rs".into(), text.to_owned()).unwrap();
        let found: Vec<_> = source.types.iter().map(|one| format!("{}:{}", one.line, one.name)).collect();
        assert_eq!(found, ["1:A", "2:B", "3:C", "5:D", "10:E"]);
    }

    #[test]
    fn test_items_neither_name_nor_count() {
        let text = "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::run::Lane;\n}\n";
        let source = Source::read("src/json/read.rs".into(), text.to_owned()).unwrap();
        assert_eq!((source.named.len(), source.product_lines()), (0, 1));
    }
}
