//! All questions of a cassette, by key; and the nearest one to a question that has no equal.

use indexmap::IndexMap;

use super::{Leaf, Models, Question};
use crate::ground::exchange::Mismatch;
use crate::tape::cassette::Interaction;

/// The interactions of a session's cassettes, ready to be looked up.
#[derive(Debug, Default)]
pub struct Index {
    questions: Vec<Question>,
    by_key: IndexMap<String, Vec<usize>>,
    by_operation: IndexMap<(String, Option<String>), Vec<usize>>,
}

/// The recorded interaction nearest to a question, and where they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// Its place among the interactions.
    pub interaction: usize,
    /// Where it differs.
    pub differences: Vec<Mismatch>,
}

/// How many interactions of one operation are looked through for the nearest.
const LOOKED_THROUGH: usize = 500;

impl Index {
    /// Indexes interactions in their order.
    pub fn new(models: &Models, interactions: &[Interaction]) -> Index {
        let mut index = Index::default();
        for (place, interaction) in interactions.iter().enumerate() {
            let question = Question::of(models, &interaction.service, &interaction.request().to_request());
            index.by_key.entry(question.key.clone()).or_default().push(place);
            let operation = (question.service.clone(), question.operation.clone());
            index.by_operation.entry(operation).or_default().push(place);
            index.questions.push(question);
        }
        index
    }

    /// The interactions that ask the same, in recorded order.
    pub fn equals(&self, question: &Question) -> &[usize] {
        self.by_key.get(&question.key).map(Vec::as_slice).unwrap_or_default()
    }

    /// The groups of interactions that ask the same.
    pub fn groups(&self) -> impl Iterator<Item = &[usize]> {
        self.by_key.values().map(Vec::as_slice)
    }

    /// The question of an interaction.
    pub fn question(&self, interaction: usize) -> &Question {
        &self.questions[interaction]
    }

    /// The interaction of the same operation that differs least, the earliest of those.
    pub fn nearest(&self, question: &Question) -> Option<Nearest> {
        let operation = (question.service.clone(), question.operation.clone());
        let candidates = self.by_operation.get(&operation)?;
        candidates
            .iter()
            .take(LOOKED_THROUGH)
            .map(|place| Nearest {
                interaction: *place,
                differences: differences(question, &self.questions[*place]),
            })
            .min_by_key(|nearest| nearest.differences.len())
    }
}

/// Where two questions differ, by path.
fn differences(sent: &Question, recorded: &Question) -> Vec<Mismatch> {
    let mut found = Vec::new();
    compare(&sent.leaves, &recorded.leaves, &mut found, |leaf| Some(shown(&leaf.text)));
    compare(&sent.tokens, &recorded.tokens, &mut found, |_| Some("an idempotency token".to_owned()));
    found.retain(|mismatch| mismatch.sent != mismatch.recorded);
    found
}

fn compare(sent: &[Leaf], recorded: &[Leaf], found: &mut Vec<Mismatch>, show: fn(&Leaf) -> Option<String>) {
    let other: IndexMap<&str, &Leaf> = recorded.iter().map(|leaf| (leaf.path.as_str(), leaf)).collect();
    let mine: IndexMap<&str, &Leaf> = sent.iter().map(|leaf| (leaf.path.as_str(), leaf)).collect();
    for (path, leaf) in &mine {
        let recorded = other.get(path).and_then(|leaf| show(leaf));
        found.push(Mismatch { path: (*path).to_owned(), sent: show(leaf), recorded });
    }
    for (path, leaf) in &other {
        if !mine.contains_key(path) {
            found.push(Mismatch { path: (*path).to_owned(), sent: None, recorded: show(leaf) });
        }
    }
}

/// A leaf's text as people may see it: the marks of secrets in angle brackets, long text cut.
fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut open = true;
    for character in text.replace("\\u0001", "\u{1}").chars().take(120) {
        match character {
            '\u{1}' => {
                out.push(if open { '<' } else { '>' });
                open = !open;
            }
            other => out.push(other),
        }
    }
    if text.chars().count() > 120 {
        out.push('…');
    }
    out
}
