//! Scenarios performed by a client through the recording proxy, each into its own cassette.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shapetape::api::model::{self, Model};
use shapetape::check::taxonomy::SEED;
use shapetape::conduct::perform::{self, Cast, ClientOpener, Interrupt, Interrupter, Urgency, lending};
use shapetape::conduct::scenario::{self, PlannedCall, Scenario, StepResult};
use shapetape::ground::json::{Json, Style, pretty, write};
use shapetape::tape::cassette::Interaction;
use shapetape::tape::matcher::Models;

use super::super::clients::{Role, opener};
use super::super::term::{give, say};
use super::super::{CommandResult, Exit, Failure, child};
use super::command::recover;
use super::setup::{Recording, setup};
use super::{Arguments, conclude};

/// A scenario file that was read, and the model of its API's date.
struct File {
    path: PathBuf,
    scenario: Scenario,
    model: Arc<Model>,
}

/// Records all scenarios, or prints what they would call.
pub(super) async fn run(arguments: &Arguments) -> CommandResult {
    let mut files = read_all(&arguments.scenarios)?;
    arguments.variable.iter().try_for_each(|given| set(&mut files, given))?;
    if arguments.cassette.is_some() && files.len() > 1 {
        let what = format!("--cassette names one cassette, but there are {} scenarios", files.len());
        return Err(Failure::usage(format!("{what}\nhint: without it each goes to cassettes/SERVICE/")));
    }
    if arguments.dry_run {
        files.iter().for_each(|file| outline(arguments, file));
        return Ok(Exit::Fine);
    }
    if arguments.upstream.is_aws() {
        files.iter().for_each(|file| warn(arguments, file));
    }
    let (interrupter, interrupt) = Interrupt::pair();
    tokio::spawn(listen(interrupter));
    let mut exit = Exit::Fine;
    let mut clients = Clients::default();
    for file in &files {
        let own = record(arguments, file, &mut clients, interrupt.clone()).await?;
        exit = if exit == Exit::Fine { own } else { exit };
        if interrupt.urgency() > Urgency::None {
            return Ok(Exit::Child(130));
        }
    }
    Ok(exit)
}

/// The first Ctrl-C ends the scenario in order, the second at once.
async fn listen(interrupter: Interrupter) {
    if child::told_to_end().await.is_ok() {
        say(format_args!("interrupted: what always runs, runs now; once more to leave it out"));
        interrupter.interrupt(Urgency::Orderly);
    }
    if child::told_to_end().await.is_ok() {
        interrupter.interrupt(Urgency::AtOnce);
    }
}

/// Reads the files, and those of the folders, and tells all mistakes of all of them.
fn read_all(paths: &[PathBuf]) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    let mut mistakes = Vec::new();
    for path in paths {
        for path in unfold(path)? {
            match read(&path)? {
                Ok(file) => files.push(file),
                Err(errors) => mistakes.extend(errors),
            }
        }
    }
    if mistakes.is_empty() { Ok(files) } else { Err(Failure::usage(mistakes.join("\n"))) }
}

/// Gives a variable another value in all files that have it.
fn set(files: &mut [File], given: &str) -> Result<(), Failure> {
    let Some((name, value)) = given.split_once('=') else {
        return Err(Failure::usage(format!("--variable {given}: not NAME=VALUE")));
    };
    let mut found = false;
    for variable in files.iter_mut().filter_map(|file| file.scenario.variables.get_mut(name)) {
        *variable = Json::string(value);
        found = true;
    }
    if found {
        Ok(())
    } else {
        Err(Failure::usage(format!("--variable {name}: no scenario has such a variable")))
    }
}

/// A file is itself, a folder its `.yaml` files in the order of their names.
fn unfold(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let wrong = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(wrong)? {
        let entry = entry.map_err(wrong)?.path();
        if entry.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            found.push(entry);
        }
    }
    found.sort();
    match found.is_empty() {
        true => Err(Failure::usage(format!("{}: no scenario (*.yaml) in this folder", path.display()))),
        false => Ok(found),
    }
}

fn read(path: &Path) -> Result<Result<File, Vec<String>>, Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let told = |errors: Vec<scenario::ScenarioError>| errors.iter().map(ToString::to_string).collect();
    let scenario = match scenario::parse(&name, &text) {
        Ok(scenario) => scenario,
        Err(errors) => return Ok(Err(told(errors))),
    };
    let model = match scenario.api.as_str() {
        "latest" => model::latest(),
        date => model::embedded(date),
    };
    let model = model.map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    if scenario.service != model.metadata.service {
        let (wanted, known) = (&scenario.service, &model.metadata.service);
        return Ok(Err(vec![format!(
            "{name}: no model of the service `{wanted}`\nhint: there is `{known}`"
        )]));
    }
    let errors = scenario::check_names(&name, &scenario, &model);
    if !errors.is_empty() {
        return Ok(Err(told(errors)));
    }
    Ok(Ok(File { path: path.to_owned(), scenario, model }))
}

/// What unique names end in. The embedded account is empty each time and gets the same names each time; others
/// may still hold what an earlier run left.
fn suffix(arguments: &Arguments) -> Result<String, Failure> {
    if arguments.upstream.is_sandbox() {
        return Ok("1a2b3c".to_owned());
    }
    let mut random = [0; 4];
    getrandom::fill(&mut random).map_err(|error| Failure::run(format!("no random bytes: {error}")))?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn planned(arguments: &Arguments, file: &File) -> Vec<PlannedCall> {
    let suffix = if arguments.upstream.is_sandbox() { "1a2b3c" } else { "RANDOM" };
    scenario::outline(&file.scenario, suffix, BTreeMap::new())
}

/// Prints the calls of a scenario.
fn outline(arguments: &Arguments, file: &File) {
    for planned in planned(arguments, file) {
        let input = String::from_utf8_lossy(&write(&planned.input, Style::Compact)).into_owned();
        let finally = if planned.finally { "finally " } else { "" };
        let PlannedCall { place, kind, target, .. } = &planned;
        give(&format!("{}:{place}: {finally}{kind} {target} {input}", file.path.display()));
    }
}

/// Lists what a scenario makes in the user's own account, before it does.
fn warn(arguments: &Arguments, file: &File) {
    say(format_args!("{} makes or changes:", file.path.display()));
    for planned in planned(arguments, file).iter().filter(|planned| planned.creates()) {
        let input = String::from_utf8_lossy(&write(&planned.input, Style::Compact)).into_owned();
        say(format_args!("  line {}: {} {input}", planned.place.line, planned.target));
    }
}

/// Drivers that were started, by region: one performs many scenarios.
type Clients = BTreeMap<String, ClientOpener>;

async fn record(
    arguments: &Arguments,
    file: &File,
    clients: &mut Clients,
    interrupt: Interrupt,
) -> CommandResult {
    let scenario = &file.scenario;
    let region = scenario.region.as_deref().unwrap_or(&arguments.server.region);
    let path = arguments.cassette.clone().unwrap_or_else(|| {
        Path::new("cassettes").join(&scenario.service).join(format!("{}.json", scenario.name))
    });
    recover(&path)?;
    let source = arguments.upstream.open(region).await?;
    // The same tokens each time are for an account that forgets: AWS would answer with what was made last time.
    let seed = arguments.upstream.is_sandbox().then_some(SEED);
    let role = Role { region: region.to_owned(), seed };
    let open = match clients.get(region) {
        Some(open) => open.clone(),
        // Its tokens begin anew with each scenario, so that a cassette does not depend on what was recorded before.
        None if arguments.client == "builtin" => opener(&arguments.client, &file.model, &role)?,
        None => lending(opener(&arguments.client, &file.model, &role)?),
    };
    if arguments.client != "builtin" {
        clients.insert(region.to_owned(), open.clone());
    }
    let cast = Cast { open, model: file.model.clone(), real_time: arguments.upstream.is_aws(), interrupt };
    let recording = Recording {
        path: &path,
        mode: arguments.mode,
        scenario: file.scenario.name.clone(),
        model: file.model.clone(),
        models: Models::new([file.model.clone()]),
        region,
    };
    let setup = setup(arguments, &source, recording)?;
    let suffix = suffix(arguments)?;
    let mut tell =
        |result: &StepResult, exchange: Option<Interaction>| step(&file.path, result, exchange.as_ref());
    let recorded = perform::record(scenario, &suffix, &path, setup, &cast, &mut tell).await;
    let recorded = recorded.map_err(Failure::run)?;
    let exit =
        if recorded.whole || !recorded.report.failures.is_empty() { Exit::Fine } else { Exit::Findings };
    Ok(conclude(&recorded.report, exit))
}

/// Tells how a step ended; of one that failed everything that helps to see why.
fn step(file: &Path, result: &StepResult, exchange: Option<&Interaction>) {
    let loops = result.loops.iter().map(|value| format!(" [{value}]")).collect::<String>();
    let finally = if result.finally { "finally " } else { "" };
    let end = if result.mismatches.is_empty() { "ok" } else { "FAILED" };
    say(format_args!("{}:{}: {finally}{}{loops}: {end}", file.display(), result.place, result.name));
    for mismatch in &result.mismatches {
        say(format_args!("  {}", mismatch.path));
        say(format_args!("    expected {}", mismatch.expected));
        say(format_args!("    actual   {}", mismatch.actual));
    }
    if let Some(exchange) = exchange {
        say(format_args!("  the last exchange, as the cassette has it:"));
        for line in pretty(&exchange.to_json()).lines() {
            say(format_args!("    {line}"));
        }
    }
}
