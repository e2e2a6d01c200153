//! The deviation file: YAML, read with the line of each mistake, written for review.

use std::fmt::Write as _;

use super::{Deviation, VersionRange};
use crate::check::case::{Class, Glob};
use crate::check::verdict::{Kind, OracleName};
use crate::ground::yaml::{self, Node, NodeContent, Position};

/// Why a deviation file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{place}: {what}")]
pub struct DeviationError {
    /// The file.
    pub file: String,
    /// The line and column.
    pub place: Position,
    /// What is wrong there and what to do about it.
    pub what: String,
}

const FIELDS: [&str; 14] = [
    "client",
    "versions",
    "variant",
    "operation",
    "oracle",
    "kind",
    "at",
    "how",
    "class",
    "service",
    "api",
    "rare",
    "reason",
    "link",
];

/// Reads a deviation file; `file` is its name in messages.
pub fn parse(text: &str, file: &str) -> Result<Vec<Deviation>, DeviationError> {
    let file = File(file);
    let document = yaml::parse(text).map_err(|errors| match errors.into_iter().next() {
        Some(error) => file.error(error.place, error.what),
        None => file.error(Position::default(), "cannot be read"),
    })?;
    let entries = document
        .get("deviations")
        .ok_or_else(|| file.at(&document, "the file is a mapping with the key `deviations`"))?;
    let items = entries.as_array().ok_or_else(|| file.at(entries, "`deviations` is a list"))?;
    items.iter().map(|item| file.entry(item)).collect()
}

/// Reads several deviation files: the name of each in messages, and its text.
pub fn parse_all(
    files: impl IntoIterator<Item = (String, impl AsRef<str>)>,
) -> Result<Vec<Deviation>, DeviationError> {
    let mut all = Vec::new();
    for (file, text) in files {
        all.extend(parse(text.as_ref(), &file)?);
    }
    Ok(all)
}

/// The file's name.
struct File<'a>(&'a str);

impl File<'_> {
    fn error(&self, place: Position, what: impl Into<String>) -> DeviationError {
        DeviationError { file: self.0.to_owned(), place, what: what.into() }
    }

    fn at(&self, node: &Node, what: impl Into<String>) -> DeviationError {
        self.error(node.place, what)
    }

    fn entry(&self, node: &Node) -> Result<Deviation, DeviationError> {
        self.known_fields(node)?;
        let kind = self.required(node, "kind")?;
        let kind = Kind::from_word(kind).ok_or_else(|| {
            let words: Vec<_> = Kind::words().collect();
            self.at(node, format!("`{kind}` is no kind of difference; they are {}", words.join(", ")))
        })?;
        let deviation = Deviation {
            client: self.required(node, "client")?.to_owned(),
            versions: self.versions(node)?,
            variant: Glob::new(self.required(node, "variant")?),
            operation: Glob::new(self.required(node, "operation")?),
            oracle: self.oracle(node)?,
            kind,
            at: self.text(node, "at")?.map(Glob::new),
            how: self.text(node, "how")?.map(Glob::new),
            class: self.class(node)?,
            service: self.text(node, "service")?.map(Glob::new),
            api: self.text(node, "api")?.map(str::to_owned),
            reason: self.required(node, "reason")?.to_owned(),
            link: self.text(node, "link")?.map(str::to_owned),
            bites: !self.flag(node, "rare")?,
        };
        match too_wide(&deviation) {
            Some(what) => Err(self.at(node, what)),
            None => Ok(deviation),
        }
    }

    fn known_fields(&self, node: &Node) -> Result<(), DeviationError> {
        let fields = node.as_object().ok_or_else(|| self.at(node, "an entry is a mapping"))?;
        let Some((key, _)) = fields.iter().find(|(key, _)| !FIELDS.contains(&key.name.as_str())) else {
            return Ok(());
        };
        let (name, known) = (&key.name, FIELDS.join(", "));
        Err(self.error(key.place, format!("`{name}` is no field of an entry; they are {known}")))
    }

    fn versions(&self, node: &Node) -> Result<VersionRange, DeviationError> {
        let Some(text) = self.text(node, "versions")? else { return Ok(VersionRange::default()) };
        VersionRange::parse(text)
            .ok_or_else(|| self.at(node, format!("`{text}` is no range of versions; write `>=1.40, <2`")))
    }

    fn oracle(&self, node: &Node) -> Result<Option<OracleName>, DeviationError> {
        let Some(word) = self.text(node, "oracle")? else { return Ok(None) };
        OracleName::from_word(word).map(Some).ok_or_else(|| {
            let words: Vec<_> = OracleName::words().collect();
            self.at(node, format!("`{word}` is no oracle; they are {}", words.join(", ")))
        })
    }

    fn class(&self, node: &Node) -> Result<Option<Class>, DeviationError> {
        let Some(word) = self.text(node, "class")? else { return Ok(None) };
        Class::from_word(word)
            .map(Some)
            .ok_or_else(|| self.at(node, format!("`{word}` is no class; they are must, should, agree, snap")))
    }

    fn required<'n>(&self, node: &'n Node, name: &str) -> Result<&'n str, DeviationError> {
        self.text(node, name)?.ok_or_else(|| self.at(node, format!("an entry needs the field `{name}`")))
    }

    fn flag(&self, node: &Node, name: &str) -> Result<bool, DeviationError> {
        match node.get(name) {
            None => Ok(false),
            Some(Node { content: NodeContent::Bool(flag), .. }) => Ok(*flag),
            Some(value) => Err(self.at(value, format!("`{name}` is true or false"))),
        }
    }

    fn text<'n>(&self, node: &'n Node, name: &str) -> Result<Option<&'n str>, DeviationError> {
        let Some(value) = node.get(name) else { return Ok(None) };
        match value.as_str() {
            Some(text) if !text.is_empty() => Ok(Some(text)),
            _ => Err(self.at(value, format!("`{name}` must be text: put it in quotes"))),
        }
    }
}

/// What is wrong with an entry over all variants that neither names operations and a member nor says how: it would
/// hide what nobody knows of.
fn too_wide(deviation: &Deviation) -> Option<&'static str> {
    let says_how = deviation.how.as_ref().is_some_and(|how| !how.is_everything());
    if !deviation.variant.is_everything() || says_how {
        return None;
    }
    if deviation.operation.is_everything() {
        return Some("`variant` and `operation` must not both be `*`: name the variant, or say `how`");
    }
    let named = deviation.at.as_ref().is_some_and(names_member);
    (!named)
        .then_some("where `variant` is `*`, `at` names a member, `*.Name` with no other `*`, or say `how`")
}

/// Whether a pattern of a place tells the whole name of the member that it ends with.
fn names_member(at: &Glob) -> bool {
    let name = at.as_str().strip_prefix("*.").unwrap_or(at.as_str());
    !name.is_empty() && !name.contains(['*', '?'])
}

/// Writes deviations as a file that [`parse`] reads.
pub fn to_yaml(deviations: &[Deviation]) -> String {
    if deviations.is_empty() {
        return "deviations: []\n".to_owned();
    }
    let mut out = "deviations:\n".to_owned();
    for deviation in deviations {
        let versions = deviation.versions.to_string();
        let fields = [
            ("client", Some(deviation.client.as_str())),
            ("versions", Some(versions.as_str()).filter(|range| !range.is_empty())),
            ("variant", Some(deviation.variant.as_str())),
            ("operation", Some(deviation.operation.as_str())),
            ("oracle", deviation.oracle.map(OracleName::word)),
            ("kind", Some(deviation.kind.word())),
            ("at", deviation.at.as_ref().map(Glob::as_str)),
            ("how", deviation.how.as_ref().map(Glob::as_str)),
            ("class", deviation.class.map(Class::word)),
            ("service", deviation.service.as_ref().map(Glob::as_str)),
            ("api", deviation.api.as_deref()),
            ("rare", (!deviation.bites).then_some("true")),
            ("reason", Some(deviation.reason.as_str())),
            ("link", deviation.link.as_deref()),
        ];
        let set = fields.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
        for (index, (name, value)) in set.enumerate() {
            let head = if index == 0 { "  - " } else { "    " };
            let value = if name == "rare" { value.to_owned() } else { quoted(value) };
            let _ = writeln!(out, "{head}{name}: {value}");
        }
    }
    out
}

/// A double-quoted YAML scalar.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{parse, to_yaml};

    const ENTRY: &str = r#"
deviations:
  - client: boto3
    versions: ">=1.40, <2"
    variant: TS2
    operation: "*"
    oracle: request
    kind: value-differs
    at: "input.*"
    how: "timestamp, *"
    class: must
    service: sagemaker
    api: "2026-11-17"
    rare: true
    reason: 'writes whole "seconds"'
    link: https://example.com/1
"#;

    #[test]
    fn what_is_written_reads_back_the_same() {
        let deviations = parse(ENTRY, "a.yaml").unwrap();
        assert_eq!(deviations.len(), 1);
        assert_eq!(parse(&to_yaml(&deviations), "b.yaml").unwrap(), deviations);
        assert_eq!(parse(&to_yaml(&[]), "c.yaml").unwrap(), []);
    }

    #[test]
    fn an_entry_over_all_variants_names_operations_and_a_member_or_says_how() {
        let wide = ENTRY.replace("TS2", "\"*\"");
        assert!(parse(&wide, "a.yaml").is_ok());
        let lists = "\"List*\"";
        let both = "a.yaml:3:5: `variant` and `operation` must not both be `*`";
        let place = "a.yaml:3:5: where `variant` is `*`, `at` names a member";
        for (operation, at, how, told) in [
            ("\"*\"", "*.Name", "", both),
            ("\"*\"", "*.Name", "    how: \"*\"\n", both),
            (lists, "*Time*", "", place),
            (lists, "*Time*", "    how: \"*\"\n", place),
            (lists, "*edAt", "", place),
            (lists, "*.Name*", "", place),
            (lists, "*.Na?e", "", place),
            (lists, "*.*", "", place),
            (lists, "*.", "", place),
            (lists, "*Time*", "    how: \"timestamp, *\"\n", ""),
            (lists, "*.Name", "", ""),
            (lists, "*.Tag.Name", "", ""),
            (lists, "Tag.Name", "", ""),
        ] {
            let entry = wide
                .replace("operation: \"*\"", &format!("operation: {operation}"))
                .replace("input.*", at)
                .replace("    how: \"timestamp, *\"\n", how);
            let error = parse(&entry, "a.yaml").err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with(told) && error.is_empty() == told.is_empty(), "{at} {how}: {error}");
        }
        let nowhere = wide.replace("operation: \"*\"", "operation: Get*");
        let nowhere = nowhere.replace("    at: \"input.*\"\n", "").replace("    how: \"timestamp, *\"\n", "");
        assert!(parse(&nowhere, "a.yaml").unwrap_err().to_string().starts_with(place));
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (from, to, told) in [
            ("value-differs", "other", "`other` is no kind"),
            ("class: must", "class: maybe", "`maybe` is no class"),
            ("\">=1.40, <2\"", "1.40.0", "`1.40.0` is no range"),
            ("\">=1.40, <2\"", "1.40", "a.yaml:4:15: `versions` must be text"),
            ("    link", "    url", "a.yaml:16:5: `url` is no field"),
            ("rare: true", "rare: often", "a.yaml:14:11: `rare` is true or false"),
            ("    variant: TS2\n", "", "needs the field `variant`"),
            ("deviations:", "entries:", "the key `deviations`"),
            ("oracle: request", "oracle: [", "a.yaml:"),
        ] {
            assert!(ENTRY.contains(from), "{from}");
            let error = parse(&ENTRY.replace(from, to), "a.yaml").unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
