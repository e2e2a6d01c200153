//! What a session has to say at its end.

use crate::ground::json::Json;

/// A request that no interaction answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Miss {
    /// What was asked.
    pub request: String,
    /// Why nothing answers it, with the differences to the nearest recording.
    pub message: String,
    /// The id of the nearest interaction.
    pub nearest: Option<u32>,
}

/// How a session went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SessionReport {
    /// How many interactions were played.
    pub played: usize,
    /// Polls that were passed over, which counts as played.
    pub skipped: usize,
    /// Requests that no interaction answers.
    pub unmatched: Vec<Miss>,
    /// Interactions that nobody asked for: id and title.
    pub unplayed: Vec<(u32, String)>,
    /// Interactions that were played more often than recorded: id, title and how many times too often.
    pub over_played: Vec<(u32, String, usize)>,
    /// Requests whose signature is wrong: what was asked and which stage differs.
    pub unsigned: Vec<(String, String)>,
}

impl SessionReport {
    /// Whether everything was as recorded; unplayed interactions may be allowed.
    pub fn is_clean(&self, allow_unplayed: bool) -> bool {
        self.unmatched.is_empty() && self.unsigned.is_empty() && (allow_unplayed || self.unplayed.is_empty())
    }

    /// The report as JSON, for `--report json=PATH` and `--control`.
    pub fn to_json(&self) -> Json {
        let miss = |miss: &Miss| {
            Json::object([
                ("request", Json::string(&miss.request)),
                ("message", Json::string(&miss.message)),
                ("nearest", miss.nearest.map_or(Json::Null, Json::number)),
            ])
        };
        let unplayed = |(id, title): &(u32, String)| {
            Json::object([("id", Json::number(id)), ("operation", Json::string(title))])
        };
        let over = |(id, title, times): &(u32, String, usize)| {
            Json::object([
                ("id", Json::number(id)),
                ("operation", Json::string(title)),
                ("times", Json::number(times)),
            ])
        };
        let unsigned = |(request, message): &(String, String)| {
            Json::object([("request", Json::string(request)), ("message", Json::string(message))])
        };
        Json::object([
            ("played", Json::number(self.played)),
            ("skipped", Json::number(self.skipped)),
            ("unmatched", Json::Array(self.unmatched.iter().map(miss).collect())),
            ("unplayed", Json::Array(self.unplayed.iter().map(unplayed).collect())),
            ("overPlayed", Json::Array(self.over_played.iter().map(over).collect())),
            ("badSignatures", Json::Array(self.unsigned.iter().map(unsigned).collect())),
        ])
    }

    /// The report for people: nothing if all is well, else a line a thing.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(
            self.unsigned.iter().map(|(request, message)| format!("bad signature: {request}: {message}")),
        );
        lines.extend(
            self.unmatched.iter().map(|miss| format!("unmatched: {}: {}", miss.request, miss.message)),
        );
        lines.extend(self.unplayed.iter().map(|(id, title)| format!("unplayed: interaction {id}: {title}")));
        lines.extend(self.over_played.iter().map(|(id, title, times)| {
            format!("over-played: interaction {id}: {title}, {times} more than recorded")
        }));
        lines
    }
}
