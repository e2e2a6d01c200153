//! `shapetape verify`: are these recordings still true?

use std::path::{Path, PathBuf};

use shapetape::api::model;
use shapetape::ground::json::{Json, pretty};
use shapetape::tape::cassette::{self, Cassette};
use shapetape::tape::verify::{Dated, Problem, compare, doubled_ids, drift};

use super::models::{at_hand, dated, load};
use super::term::{OutputFormat, give, say};
use super::{CommandResult, Exit, Failure};

/// Verify that recordings still fit the API of a date, or another recording of the same scenario.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Prints one line per problem: CASSETTE:LINE: interaction ID: the problem, and since which API date.\n\n\
                  Examples:\n  shapetape verify cassettes/sagemaker/*.json\n  \
                  shapetape verify old.json --api 2018-01-17\n  \
                  shapetape verify sandbox.json --against moto.json"
)]
pub(crate) struct Arguments {
    /// Cassette files
    #[arg(value_name = "CASSETTE", required = true)]
    cassettes: Vec<PathBuf>,
    /// Date of the API model, `latest`, or SERVICE/DATE of an imported model
    #[arg(long, value_name = "DATE", default_value = "latest", conflicts_with_all = ["model", "against"])]
    api: String,
    /// API model to use instead: a botocore service folder or file, or a Smithy JSON AST file
    #[arg(long, value_name = "PATH", conflicts_with = "against")]
    model: Option<PathBuf>,
    /// Cassette of the same scenario to compare with
    #[arg(long, value_name = "CASSETTE")]
    against: Option<PathBuf>,
    /// Compare with the live service (not built yet)
    #[arg(long, conflicts_with_all = ["model", "against"])]
    live: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

/// A problem and where it stands.
struct Row<'a> {
    cassette: &'a Path,
    line: usize,
    problem: Problem,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> CommandResult {
    if arguments.live {
        return Err(Failure::run(
            "--live is not built yet\nhint: record the scenario again and compare: verify OLD --against NEW",
        ));
    }
    let other = arguments.against.as_deref().map(read).transpose()?;
    let models = at_hand()?;
    let dated = if other.is_some() { Vec::new() } else { history(arguments)? };
    let (mut rows, mut unchecked) = (Vec::new(), 0);
    for path in &arguments.cassettes {
        let (cassette, text) = read(path)?;
        let problems = match &other {
            Some((other, _)) => compare(&cassette, other, &models),
            None => {
                let drift = drift(&cassette, &dated);
                unchecked += drift.unchecked;
                drift.problems
            }
        };
        rows.extend(doubled_ids(&cassette).into_iter().chain(problems).map(|problem| Row {
            cassette: path,
            line: problem.line(&text),
            problem,
        }));
    }
    match arguments.format {
        OutputFormat::Text => rows.iter().for_each(|row| give(&row.text())),
        OutputFormat::Json => give(pretty(&document(&rows)).trim_end()),
    }
    let aside =
        if unchecked == 0 { String::new() } else { format!(", {unchecked} interactions of other services") };
    say(format_args!("verify: {} cassettes, {} problems{aside}", arguments.cassettes.len(), rows.len()));
    Ok(if rows.is_empty() { Exit::Fine } else { Exit::Findings })
}

/// A cassette and its text.
fn read(path: &Path) -> Result<(Cassette, Vec<u8>), Failure> {
    let place = path.display().to_string();
    let text = std::fs::read(path).map_err(|error| Failure::usage(format!("{place}: {error}")))?;
    Ok((cassette::parse(&place, &text).map_err(Failure::usage)?, text))
}

/// The model that is asked for, after the embedded ones before it.
fn history(arguments: &Arguments) -> Result<Vec<Dated>, Failure> {
    let target = match &arguments.model {
        Some(path) => load(path)?,
        None => dated(&arguments.api)?,
    };
    let date = target.metadata.date.clone();
    let mut history = Vec::new();
    for embedded in model::all_embedded() {
        let model = embedded.model().map_err(Failure::run)?;
        let before = date.is_empty() || embedded.date < date.as_str();
        if before && model.metadata.signing_name == target.metadata.signing_name {
            history.push(Dated::new(embedded.date, model));
        }
    }
    history.push(Dated::new(date, target));
    Ok(history)
}

impl Row<'_> {
    fn text(&self) -> String {
        let Problem { interaction, what, since, .. } = &self.problem;
        let since = since.as_ref().map(|date| format!(", since {date}")).unwrap_or_default();
        format!("{}:{}: interaction {interaction}: {what}{since}", self.cassette.display(), self.line)
    }
}

fn document(rows: &[Row<'_>]) -> Json {
    let problems = rows.iter().map(|row| {
        Json::object([
            ("cassette", Json::string(row.cassette.display().to_string())),
            ("line", Json::number(row.line)),
            ("interaction", Json::number(row.problem.interaction)),
            ("what", Json::string(&row.problem.what)),
            ("since", row.problem.since.as_ref().map_or(Json::Null, Json::string)),
        ])
    });
    Json::object([("version", Json::number(1)), ("problems", Json::Array(problems.collect()))])
}
