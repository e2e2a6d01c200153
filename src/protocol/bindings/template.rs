//! URI templates: `/{Bucket}/{Key+}?list-type=2`, expanded with labels and matched against a path.
//!
//! Source: <https://smithy.io/2.0/spec/http-bindings.html#uri>.

use super::percent;

/// One part of a path between slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Segment<'t> {
    Literal(&'t str),
    Label(&'t str),
    /// A label that takes any number of segments, but at least one.
    Greedy(&'t str),
}

/// A template of an operation.
#[derive(Debug, Clone)]
pub(super) struct Template<'t> {
    segments: Vec<Segment<'t>>,
    query: &'t str,
}

/// How exactly a template fits a request; a greater one fits better.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Segment by segment: a literal before a label before a greedy label.
    segments: Vec<u8>,
    /// How many parts of the query the template names.
    query: usize,
}

impl<'t> Template<'t> {
    pub(super) fn read(uri: &'t str) -> Template<'t> {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let segments = path.strip_prefix('/').unwrap_or(path).split('/').map(segment).collect();
        Template { segments, query }
    }

    /// The query that every request of the operation has, as it is written.
    pub(super) fn query(&self) -> &'t str {
        self.query
    }

    /// The parts of the query that the template names; one without `=` has no value.
    pub(super) fn query_parts(&self) -> impl Iterator<Item = (&'t str, Option<&'t str>)> {
        self.query.split('&').filter(|part| !part.is_empty()).map(|part| match part.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (part, None),
        })
    }

    /// The path with each label replaced; `label` gives a label's text.
    pub(super) fn expand<E>(&self, label: impl Fn(&str) -> Result<String, E>) -> Result<String, E> {
        let mut path = String::new();
        for segment in &self.segments {
            path.push('/');
            match segment {
                Segment::Literal(text) => path.push_str(text),
                Segment::Label(name) => path.push_str(&percent::encode(&label(name)?)),
                Segment::Greedy(name) => path.push_str(&percent::encode_path(&label(name)?)),
            }
        }
        Ok(path)
    }

    /// The labels of a path that fits, still percent-encoded; a slash at the end of either is not asked for.
    pub(super) fn labels(&self, path: &str) -> Option<Vec<(&'t str, String)>> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let given: Vec<&str> = path.split('/').collect();
        let greedy = self.segments.iter().position(|segment| matches!(segment, Segment::Greedy(_)));
        let Some(greedy) = greedy else { return pairs(trimmed(&self.segments), trimmed_text(&given)) };
        let behind = self.segments.len() - greedy - 1;
        if given.len() < self.segments.len() {
            return None;
        }
        let (head, rest) = given.split_at(greedy);
        let (middle, tail) = rest.split_at(rest.len() - behind);
        let Segment::Greedy(name) = self.segments[greedy] else { return None };
        let text = middle.join("/");
        if text.is_empty() {
            return None;
        }
        let mut labels = pairs(&self.segments[..greedy], head)?;
        labels.push((name, text));
        labels.extend(pairs(&self.segments[greedy + 1..], tail)?);
        Some(labels)
    }

    /// Whether a query has all parts that the template names.
    pub(super) fn has_query(&self, query: &[(String, String)]) -> bool {
        self.query_parts().all(|(name, value)| {
            query.iter().any(|(given, text)| given == name && value.is_none_or(|value| value == text))
        })
    }

    pub(super) fn rank(&self) -> Rank {
        let rank = |segment: &Segment<'_>| match segment {
            Segment::Literal(_) => 2,
            Segment::Label(_) => 1,
            Segment::Greedy(_) => 0,
        };
        Rank { segments: self.segments.iter().map(rank).collect(), query: self.query_parts().count() }
    }
}

fn segment(text: &str) -> Segment<'_> {
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    match inner.map(|name| (name, name.strip_suffix('+'))) {
        Some((_, Some(name))) => Segment::Greedy(name),
        Some((name, None)) => Segment::Label(name),
        None => Segment::Literal(text),
    }
}

/// The labels of segments that stand one for one; a label is never empty.
fn pairs<'t>(segments: &[Segment<'t>], given: &[&str]) -> Option<Vec<(&'t str, String)>> {
    if segments.len() != given.len() {
        return None;
    }
    let mut labels = Vec::new();
    for (segment, text) in segments.iter().zip(given) {
        match segment {
            Segment::Literal(literal) if *literal == *text || *literal == percent::decode_path(text) => {}
            Segment::Literal(_) => return None,
            Segment::Label(_) | Segment::Greedy(_) if text.is_empty() => return None,
            Segment::Label(name) | Segment::Greedy(name) => labels.push((*name, (*text).to_owned())),
        }
    }
    Some(labels)
}

fn trimmed<'s, 't>(segments: &'s [Segment<'t>]) -> &'s [Segment<'t>] {
    match segments.split_last() {
        Some((Segment::Literal(""), rest)) if !rest.is_empty() => rest,
        _ => segments,
    }
}

fn trimmed_text<'s, 't>(given: &'s [&'t str]) -> &'s [&'t str] {
    match given.split_last() {
        Some((&"", rest)) if !rest.is_empty() => rest,
        _ => given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_the_labels_of_the_template_that_fits_it() {
        for (template, path, labels) in [
            ("/", "/", Some(vec![])),
            ("/a/{b}", "/a/x%2Fy", Some(vec![("b", "x%2Fy")])),
            ("/a/{b}", "/a/x/", Some(vec![("b", "x")])),
            ("/a/{b}/", "/a/x", Some(vec![("b", "x")])),
            ("/a/{b}", "/a/", None),
            ("/a/{b}", "/a/x/y", None),
            ("/{b}/{k+}", "/x/a//b/", Some(vec![("b", "x"), ("k", "a//b/")])),
            ("/{b}/{k+}", "/x//a", Some(vec![("b", "x"), ("k", "/a")])),
            ("/{b}/{k+}", "/x/", None),
            ("/{b}/{k+}", "/x", None),
            ("/{k+}/tail/{z}", "/a/b/tail/c", Some(vec![("k", "a/b"), ("z", "c")])),
            ("/{k+}/tail/{z}", "/tail/c", None),
            ("/(a+)+/{b}", "/(a+)+/x", Some(vec![("b", "x")])),
            ("/(a+)+/{b}", "/%28a+%29+/x", Some(vec![("b", "x")])),
        ] {
            let found = Template::read(template).labels(path);
            let found = found
                .as_ref()
                .map(|labels| labels.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>());
            assert_eq!(found, labels, "{template} {path}");
        }
    }
}
