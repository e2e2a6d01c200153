//! A run from its JSON report, to merge shards and to compare with a baseline.

use std::collections::BTreeMap;

use super::VERSION;
use crate::check::case::Class;
use crate::check::verdict::{
    Api, Coverage, DeviationUse, Dimension, Excuse, Finding, FindingId, Kind, Minimal, Occurrence,
    OracleName, Run, Tally,
};
use crate::ground::json::{Json, parse};

/// Why a file is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {path}{what}")]
pub struct ReportError {
    /// The file.
    pub file: String,
    /// Where in it, as a path.
    pub path: String,
    /// What is wrong there.
    pub what: String,
}

/// Reads a JSON report; `file` is its name in messages.
pub fn read(bytes: &[u8], file: &str) -> Result<Run, ReportError> {
    let error = |path: String, what: String| ReportError { file: file.to_owned(), path, what };
    let json = parse(bytes).map_err(|reason| error(String::new(), reason.to_string()))?;
    let node = Node { path: String::new(), json: &json };
    run(&node).map_err(|Wrong { path, what }| error(format!("{path}: "), what))
}

/// A value that is not what a report has there.
struct Wrong {
    path: String,
    what: String,
}

type Read<T> = Result<T, Wrong>;

/// A value and where it stands.
struct Node<'a> {
    path: String,
    json: &'a Json,
}

impl<'a> Node<'a> {
    fn get(&self, name: &str) -> Read<Node<'a>> {
        let path = format!("{}.{name}", self.path);
        match self.json.get(name) {
            Some(json) => Ok(Node { path, json }),
            None => Err(Wrong { path, what: "is missing".to_owned() }),
        }
    }

    fn wrong<T>(&self, wanted: &str) -> Read<T> {
        let what = format!("expected {wanted}, found {}", self.json.kind());
        Err(Wrong { path: self.path.clone(), what })
    }

    fn is_null(&self) -> bool {
        *self.json == Json::Null
    }

    fn optional<T>(&self, read: fn(&Node<'a>) -> Read<T>) -> Read<Option<T>> {
        if self.is_null() { Ok(None) } else { read(self).map(Some) }
    }

    fn text(&self) -> Read<String> {
        self.json.as_str().map_or_else(|| self.wrong("text"), |text| Ok(text.to_owned()))
    }

    fn flag(&self) -> Read<bool> {
        self.json.as_bool().map_or_else(|| self.wrong("true or false"), Ok)
    }

    fn number(&self) -> Read<u64> {
        match self.json {
            Json::Number(text) => text.parse().or_else(|_| self.wrong("a count")),
            _ => self.wrong("a count"),
        }
    }

    fn word<T>(&self, known: fn(&str) -> Option<T>, what: &str) -> Read<T> {
        self.json.as_str().and_then(known).map_or_else(|| self.wrong(what), Ok)
    }

    fn items<T>(&self, read: fn(&Node<'a>) -> Read<T>) -> Read<Vec<T>> {
        let Some(items) = self.json.as_array() else { return self.wrong("an array") };
        let nodes = items.iter().enumerate();
        nodes.map(|(index, json)| read(&Node { path: format!("{}[{index}]", self.path), json })).collect()
    }

    fn members<T>(&self, read: fn(&Node<'a>) -> Read<T>) -> Read<BTreeMap<String, T>> {
        let Some(members) = self.json.as_object() else { return self.wrong("an object") };
        let read = |(name, json)| {
            let name: String = crate::ground::json::Text::to_lossy(name);
            Ok((name.clone(), read(&Node { path: format!("{}.{name}", self.path), json })?))
        };
        members.iter().map(|(name, json)| read((name, json))).collect()
    }
}

fn run(node: &Node<'_>) -> Read<Run> {
    let version = node.get("version")?;
    if version.json.as_i64() != Some(VERSION) {
        let what = format!("this program reads version {VERSION} of the report");
        return Err(Wrong { path: version.path, what });
    }
    let coverage = node.get("coverage")?;
    Ok(Run {
        tool: node.get("tool")?.text()?,
        complete: node.get("complete")?.flag()?,
        api: api(&node.get("api")?)?,
        seed: coverage.get("seed")?.number()?,
        filtered: coverage.get("filtered")?.flag()?,
        shard: coverage.get("shard")?.optional(shard)?,
        clients: clients(node, &coverage)?,
        coverage: read_coverage(&coverage)?,
        deviations: coverage.get("deviations")?.items(deviation)?,
        findings: node.get("findings")?.items(finding)?,
        timing: node.get("timing")?.json.clone(),
    })
}

fn api(node: &Node<'_>) -> Read<Api> {
    Ok(Api {
        service: node.get("service")?.text()?,
        date: node.get("date")?.text()?,
        operations: node.get("operations")?.number()?,
    })
}

fn shard(node: &Node<'_>) -> Read<(u32, u32)> {
    let parts = |text: &str| {
        let (index, of) = text.split_once('/')?;
        Some((index.parse().ok()?, of.parse().ok()?))
    };
    node.word(parts, "a shard such as `1/4`")
}

fn tally(node: &Node<'_>) -> Read<Tally> {
    // Reports of an earlier day, and of complete runs, do not say these.
    let count = |name: &str| node.get(name).map_or(Ok(0), |count| count.number());
    Ok(Tally {
        planned: count("planned")?,
        not_judged: count("notJudged")?,
        client: node.get("name")?.text()?,
        version: node.get("version")?.text()?,
        cases: node.get("cases")?.number()?,
        pass: node.get("pass")?.number()?,
        known: node.get("known")?.number()?,
        findings: node.get("findings")?.number()?,
        unsupported: node.get("unsupported")?.number()?,
        could_not_run: node.get("couldNotRun")?.number()?,
        ..Tally::default()
    })
}

/// The tallies, with what the coverage says of each client; a report of an earlier day says nothing there.
fn clients(node: &Node<'_>, coverage: &Node<'_>) -> Read<Vec<Tally>> {
    let mut tallies = node.get("clients")?.items(tally)?;
    if coverage.json.get("clients").is_some() {
        for judged in coverage.get("clients")?.items(judged)? {
            if let Some(tally) = tallies.iter_mut().find(|tally| tally.client == judged.client) {
                tally.variants = judged.variants;
                tally.reasons = judged.reasons;
                tally.not_judged_variants = judged.not_judged_variants;
                tally.not_judged_reasons = judged.not_judged_reasons;
                tally.sampled = judged.sampled;
            }
        }
    }
    Ok(tallies)
}

/// What the coverage says of a client: a tally with nothing else in it.
fn judged(node: &Node<'_>) -> Read<Tally> {
    let counts = |node: &Node<'_>, name: &str| node.get(name)?.members(Node::number);
    let not_judged = node.get("notJudged").ok();
    let of_not_judged =
        |name: &str| not_judged.as_ref().map_or_else(|| Ok(BTreeMap::new()), |node| counts(node, name));
    Ok(Tally {
        client: node.get("name")?.text()?,
        variants: counts(node, "variants")?,
        reasons: counts(node, "reasons")?,
        not_judged_variants: of_not_judged("variants")?,
        not_judged_reasons: of_not_judged("reasons")?,
        sampled: node.get("sampled")?.flag()?,
        ..Tally::default()
    })
}

fn read_coverage(node: &Node<'_>) -> Read<Coverage> {
    Ok(Coverage {
        operations: node.get("operations")?.members(Node::number)?,
        variants: node.get("variants")?.members(Node::number)?,
        dimensions: node.get("elements")?.members(dimension)?,
    })
}

fn dimension(node: &Node<'_>) -> Read<Dimension> {
    let unseen = node.get("unseen")?.items(Node::text)?.into_iter().collect();
    Ok(Dimension { of: node.get("of")?.number()?, unseen })
}

fn deviation(node: &Node<'_>) -> Read<DeviationUse> {
    let deviation = node.get("deviation")?.text()?;
    // The sentence begins with the client: `boto3 <2: …`.
    let client = deviation.split([' ', ':']).next().unwrap_or_default().to_owned();
    Ok(DeviationUse {
        client,
        deviation,
        named: node.get("named")?.number()?,
        ran: node.get("ran")?.number()?,
        seen: node.get("seen")?.number()?,
    })
}

fn finding(node: &Node<'_>) -> Read<Finding> {
    let text = |name: &str| node.get(name)?.text();
    let value = |name: &str| Ok(Some(node.get(name)?.json.clone()).filter(|value| *value != Json::Null));
    let mut finding = Finding {
        client: text("client")?,
        operation: text("operation")?,
        variant: text("variant")?,
        class: node.get("class")?.word(Class::from_word, "a class")?,
        oracle: node.get("oracle")?.word(OracleName::from_word, "an oracle")?,
        kind: node.get("kind")?.word(Kind::from_word, "a kind of difference")?,
        sort: String::new(),
        everywhere: false,
        path: text("path")?,
        shape: text("shape")?,
        operations: node.get("operations")?.items(Node::text)?,
        places: node.get("places")?.items(place)?,
        expected: value("expected")?,
        actual: value("actual")?,
        message: text("message")?,
        rule: text("rule")?,
        case: text("case")?,
        seed: node.get("seed")?.number()?,
        unstable: node.get("unstable")?.optional(Node::text)?,
        minimal: node.get("minimal")?.optional(minimal)?,
        reproduce: text("reproduce")?,
        deviation: node.get("deviation")?.optional(excuse)?,
    };
    let id = node.get("id")?;
    match FindingId::read(&id.text()?, &finding.id()) {
        Some(read) => {
            (finding.sort, finding.everywhere) = (read.difference.sort, read.difference.shape.is_none());
            Ok(finding)
        }
        None => {
            let what = "is not the id of this client, oracle, variant and kind of difference".to_owned();
            Err(Wrong { path: id.path, what })
        }
    }
}

fn place(node: &Node<'_>) -> Read<Occurrence> {
    let text = |name: &str| node.get(name)?.text();
    Ok(Occurrence { operation: text("operation")?, path: text("path")?, case: text("case")? })
}

fn minimal(node: &Node<'_>) -> Read<Minimal> {
    // Earlier reports have no more than these two.
    let json = |name: &str| Ok(node.get(name)?.json.clone());
    let trials = node.get("trials").ok().map_or(Ok(0), |trials| trials.number())?;
    Ok(Minimal {
        request: json("request")?,
        response: json("response")?,
        before: json("before").ok(),
        trials: trials as u32,
        smallest: node.get("smallest").ok().map_or(Ok(false), |smallest| smallest.flag())?,
    })
}

fn excuse(node: &Node<'_>) -> Read<Excuse> {
    Ok(Excuse { reason: node.get("reason")?.text()?, link: node.get("link")?.optional(Node::text)? })
}
