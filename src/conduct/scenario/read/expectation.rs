//! The `expect` of a step.

use super::Reader;
use crate::api::outcome::WaitResult;
use crate::conduct::scenario::{Count, ErrorExpect, Expect, Sequence, StepKind};
use crate::ground::yaml::{Node, NodeContent};

pub(super) const EXPECT: [&str; 10] =
    ["output", "present", "absent", "count", "contains", "matches", "error", "pages", "sequence", "waited"];

impl Reader<'_> {
    pub(super) fn expect(&mut self, node: &Node, kind: &StepKind) -> Expect {
        let members = self.members(node, "`expect`", &EXPECT);
        for (key, _) in members {
            let fits = match key.name.as_str() {
                "pages" => matches!(kind, StepKind::Paginate { .. }),
                "sequence" => matches!(kind, StepKind::Poll { .. }),
                "waited" => matches!(kind, StepKind::Wait { .. }),
                _ => !matches!(kind, StepKind::Wait { .. }),
            };
            if !fits {
                let hint = "`pages` goes with `paginate`, `waited` with a model's waiter, \
                            `sequence` with a `wait` that has `until`";
                let what = format!("`{}` cannot be expected of this step", key.name);
                self.error(key.place, what, Some(hint.to_owned()));
            }
        }
        Expect {
            output: node.get("output").cloned(),
            present: node.get("present").map(|node| self.paths(node)).unwrap_or_default(),
            absent: node.get("absent").map(|node| self.paths(node)).unwrap_or_default(),
            count: self.each(node.get("count"), |reader, node| reader.count(node)),
            contains: self.each(node.get("contains"), |_, node| node.clone()),
            matches: self.each(node.get("matches"), Reader::pattern),
            error: node.get("error").map(|node| self.error_expect(node)),
            pages: node.get("pages").map(|node| self.count(node)),
            sequence: self
                .each(node.get("sequence"), |_, node| node.clone())
                .into_iter()
                .map(|(path, values)| Sequence { path, values })
                .collect(),
            waited: node.get("waited").and_then(|node| self.waited(node)),
        }
    }

    /// A mapping of paths to something.
    fn each<T>(
        &mut self,
        node: Option<&Node>,
        mut read: impl FnMut(&mut Self, &Node) -> T,
    ) -> Vec<(String, T)> {
        let Some(node) = node else { return Vec::new() };
        let Some(members) = node.as_object() else {
            self.error(node.place, format!("must be a mapping of paths, not {}", node.kind()), None);
            return Vec::new();
        };
        members.iter().map(|(key, node)| (self.path(key.place, &key.name), read(self, node))).collect()
    }

    fn paths(&mut self, node: &Node) -> Vec<String> {
        let Some(items) = node.as_array() else {
            self.error(node.place, "must be a list of paths", None);
            return Vec::new();
        };
        items
            .iter()
            .map(|item| {
                let path = self.text(item, "a path");
                self.path(item.place, &path)
            })
            .collect()
    }

    fn pattern(&mut self, node: &Node) -> String {
        let pattern = self.text(node, "a pattern");
        if let Err(error) = fancy_regex::Regex::new(&pattern) {
            self.error(node.place, format!("`{pattern}` is no regular expression: {error}"), None);
        }
        pattern
    }

    fn count(&mut self, node: &Node) -> Count {
        if node.as_object().is_none() {
            let number = self.whole(node, "a count");
            return Count { min: number, max: number };
        }
        self.members(node, "a count", &["min", "max"]);
        Count {
            min: node.get("min").map_or(0, |min| self.whole(min, "min")),
            max: node.get("max").map_or(usize::MAX, |max| self.whole(max, "max")),
        }
    }

    fn error_expect(&mut self, node: &Node) -> ErrorExpect {
        if node.as_object().is_none() {
            return ErrorExpect { code: Some(self.text(node, "an error code")), ..ErrorExpect::default() };
        }
        self.members(node, "`error`", &["code", "message", "status"]);
        ErrorExpect {
            code: node.get("code").map(|code| self.text(code, "code")),
            message: node.get("message").map(|message| self.text(message, "message")),
            status: node.get("status").map(|status| self.whole(status, "status")),
        }
    }

    fn waited(&mut self, node: &Node) -> Option<WaitResult> {
        let word = match &node.content {
            NodeContent::String(word) => word.as_str(),
            _ => "",
        };
        let result = WaitResult::from_word(word);
        if result.is_none() {
            self.error(node.place, "`waited` is `success`, `failure` or `timeout`", None);
        }
        result
    }
}
