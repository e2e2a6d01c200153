//! Are recordings still true? A cassette held against API models, and against another cassette of its scenario.
//!
//! Against models: a call that succeeded must still be a call of the API, and its answer one that the API can
//! give. Against another cassette: the same calls, the same answers, times and opaque tokens apart.

mod compare;
mod drift;

pub use compare::compare;
pub use drift::{Dated, Drift, drift};

use std::collections::BTreeSet;

use crate::tape::cassette::Cassette;

/// One thing that is not true any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The interaction's id.
    pub interaction: u32,
    /// The way to it in the cassette's document, for [`crate::ground::json::line_of`].
    pub steps: Vec<String>,
    /// What is wrong, by shape path.
    pub what: String,
    /// The API date since which it is so, where dates are known.
    pub since: Option<String>,
}

impl Problem {
    /// The line of the cassette's text at which it stands, from 1.
    pub fn line(&self, text: &[u8]) -> usize {
        let steps: Vec<&str> = self.steps.iter().map(String::as_str).collect();
        crate::ground::json::line_of(text, &steps)
    }
}

/// The interactions whose id an earlier one has already: reports and edits would name the wrong one.
pub fn doubled_ids(cassette: &Cassette) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let interactions = cassette.interactions.iter().enumerate();
    let doubled = interactions.filter(|(_, interaction)| !seen.insert(interaction.id));
    doubled
        .map(|(index, interaction)| Problem {
            interaction: interaction.id,
            steps: ["interactions", &index.to_string(), "id"].map(str::to_owned).to_vec(),
            what: format!("an earlier interaction has the id {}, too", interaction.id),
            since: None,
        })
        .collect()
}

/// A shape path (`Tags[0].Key`, `Environment["a.b"]`) as steps through a document.
fn steps_of(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut quoted = false;
    for letter in path.chars() {
        match letter {
            '"' => quoted = !quoted,
            '.' | '[' | ']' if !quoted => steps.push(String::new()),
            letter => {
                if let Some(step) = steps.last_mut() {
                    step.push(letter);
                }
            }
        }
    }
    steps.retain(|step| !step.is_empty());
    steps
}

#[cfg(test)]
mod tests {
    use super::steps_of;

    #[test]
    fn shape_paths_become_steps_through_a_document() {
        for (path, steps) in [
            ("", vec![]),
            ("Name", vec!["Name"]),
            (".Tags[0].Key", vec!["Tags", "0", "Key"]),
            ("Environment[\"a.b\"].X", vec!["Environment", "a.b", "X"]),
        ] {
            assert_eq!(steps_of(path), steps, "{path}");
        }
    }
}
