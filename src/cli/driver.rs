//! `shapetape driver`: which clients can be driven, their installation, and the check of a driver.

use std::io::IsTerminal as _;
use std::time::Duration;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use shapetape::clients::doctor::{self, Check, CheckResult};
use shapetape::clients::{
    Cache, Command as DriverCommand, DriverError, InstallProgress, Shipped, Surroundings, WantedClient,
    is_there, shipped,
};
use shapetape::ground::clock::Stopwatch;

use super::environment;
use super::term::{OutputFormat, give, say};
use super::{CommandResult, Exit, Failure};

/// Arguments of `driver`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the clients, their installed versions, and what the others need
    List(List),
    /// Install drivers and their SDKs, with the package manager of each language
    #[command(after_help = "Example: shapetape driver install boto3 js-v3@3.1142.0")]
    Install(Install),
    /// Send every message and kind of value of the driver protocol to drivers, and tell what they answer
    /// wrongly
    #[command(after_help = "Example: shapetape driver doctor --driver 'python3 my_driver.py'")]
    Doctor(Doctor),
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    home: Home,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

#[derive(Debug, Args)]
struct Install {
    /// NAME or NAME@VERSION of a client; `all` means every shipped client
    #[arg(required = true, value_name = "NAME[@VERSION]")]
    clients: Vec<String>,
    #[command(flatten)]
    home: Home,
}

#[derive(Debug, Args)]
struct Doctor {
    /// Installed drivers to examine [default: all installed ones, unless --driver is given]
    #[arg(value_name = "NAME[@VERSION]")]
    clients: Vec<String>,
    /// Command of a program that speaks the driver protocol
    #[arg(long = "driver", value_name = "COMMAND")]
    commands: Vec<String>,
    #[command(flatten)]
    home: Home,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

#[derive(Debug, Args)]
struct Home {
    /// Folder that drivers are installed into [default: shapetape in the user's cache folder]
    #[arg(long = "home", env = "SHAPETAPE_HOME", value_name = "FOLDER")]
    folder: Option<std::path::PathBuf>,
}

impl Home {
    fn cache(&self) -> Result<Cache, Failure> {
        let folder = self.folder.clone().or_else(environment::cache_folder);
        folder.map(Cache::new).ok_or_else(|| Failure::usage("no cache folder: set SHAPETAPE_HOME or HOME"))
    }
}

/// Runs `driver`.
pub(super) async fn run(arguments: Arguments) -> CommandResult {
    match arguments.command {
        Command::List(list) => list_all(&list).await,
        Command::Install(install) => install_all(&install).await,
        Command::Doctor(doctor) => examine_all(&doctor).await,
    }
}

async fn list_all(arguments: &List) -> CommandResult {
    let cache = arguments.home.cache()?;
    let mut rows = vec![json!({
        "name": "builtin", "client": "shapetape", "language": "rust",
        "version": env!("CARGO_PKG_VERSION"), "installed": [env!("CARGO_PKG_VERSION")], "missing": [],
    })];
    for driver in shipped().map_err(Failure::run)? {
        let versions = cache.versions(&driver);
        let installed: Vec<_> =
            versions.iter().filter(|version| version.current).map(|version| &version.version).collect();
        rows.push(json!({
            "name": driver.recipe.name, "client": driver.recipe.client, "language": driver.recipe.language,
            "version": driver.recipe.version, "installed": installed, "missing": missing(&driver).await,
        }));
    }
    match arguments.format {
        OutputFormat::Json => give(&json!({ "version": 1, "drivers": rows }).to_string()),
        OutputFormat::Text => rows.iter().for_each(|row| give(&line(row))),
    }
    Ok(Exit::Fine)
}

async fn missing(driver: &Shipped) -> Vec<String> {
    let mut tools = Vec::new();
    for need in &driver.recipe.needs {
        if !is_there(need).await {
            tools.push(need.tool.clone());
        }
    }
    tools
}

/// `NAME<TAB>VERSION<TAB>CLIENT<TAB>state`
fn line(row: &serde_json::Value) -> String {
    let words = |key: &str| {
        let items = row[key].as_array().into_iter().flatten();
        items.filter_map(|item| item.as_str()).collect::<Vec<_>>().join(", ")
    };
    let state = match (words("installed"), words("missing")) {
        (installed, _) if !installed.is_empty() => format!("installed: {installed}"),
        (_, missing) if !missing.is_empty() => format!("not installed, needs {missing}"),
        _ => "not installed".to_owned(),
    };
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    format!("{}\t{}\t{}\t{state}", text("name"), text("version"), text("client"))
}

async fn install_all(arguments: &Install) -> CommandResult {
    let cache = arguments.home.cache()?;
    let surroundings = Surroundings::pick(std::env::vars_os());
    let mut failed = false;
    for wanted in wanted(&arguments.clients).map_err(Failure::usage)? {
        let watch = Stopwatch::start();
        match install(&cache, &wanted, &surroundings).await {
            Ok(version) => {
                give(&format!("{}\t{version}", wanted.name));
                let seconds = watch.elapsed().as_secs_f64();
                say(format_args!("{}@{version} is installed, after {seconds:.1} s", wanted.name));
            }
            Err(error) => {
                failed = true;
                say(format_args!("error: {error}"));
            }
        }
    }
    Ok(if failed { Exit::CouldNotRun } else { Exit::Fine })
}

fn wanted(clients: &[String]) -> Result<Vec<WantedClient>, DriverError> {
    let mut wanted = Vec::new();
    for client in clients {
        match client.as_str() {
            "all" => wanted.extend(
                shipped()?.into_iter().map(|driver| WantedClient { name: driver.recipe.name, version: None }),
            ),
            "builtin" => {}
            other => wanted.push(WantedClient::parse(other)?),
        }
    }
    Ok(wanted)
}

async fn install(
    cache: &Cache,
    wanted: &WantedClient,
    surroundings: &Surroundings,
) -> Result<String, DriverError> {
    let bar =
        if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {wide_msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(wanted.to_string());
    bar.enable_steady_tick(Duration::from_millis(120));
    let mut progress = |progress: InstallProgress<'_>| match progress {
        InstallProgress::Step { number, of, command } if bar.is_hidden() => {
            say(format_args!("{wanted}: step {number} of {of}: {command}"));
        }
        InstallProgress::Handshake if bar.is_hidden() => say(format_args!("{wanted}: handshake")),
        InstallProgress::Step { number, of, command } => {
            bar.set_message(format!("step {number} of {of}: {command}"))
        }
        InstallProgress::Line(line) => bar.set_message(line.to_owned()),
        InstallProgress::Handshake => bar.set_message("handshake"),
    };
    let installed = cache.install(wanted, surroundings, &mut progress).await;
    bar.finish_and_clear();
    installed.map(|installed| installed.version)
}

async fn examine_all(arguments: &Doctor) -> CommandResult {
    let mut exit = Exit::Fine;
    for (name, command) in patients(arguments)? {
        match examine(&name, command, arguments.format).await {
            Ok(true) => {}
            Ok(false) if exit == Exit::Fine => exit = Exit::Findings,
            Ok(false) => {}
            Err(error) => {
                exit = Exit::CouldNotRun;
                say(format_args!("error: {error}"));
            }
        }
    }
    Ok(exit)
}

/// What is to be examined, by the name it is told under.
fn patients(arguments: &Doctor) -> Result<Vec<(String, DriverCommand)>, Failure> {
    let cache = arguments.home.cache()?;
    let mut patients = Vec::new();
    for wanted in wanted(&arguments.clients).map_err(Failure::usage)? {
        patients.push((wanted.to_string(), cache.find(&wanted).map_err(Failure::run)?.command));
    }
    for command in &arguments.commands {
        patients.push((command.clone(), DriverCommand::parse(command).map_err(Failure::usage)?));
    }
    if patients.is_empty() {
        let found = shipped().map_err(Failure::run)?.into_iter().flat_map(|driver| cache.versions(&driver));
        let current = found.filter(|installed| installed.current);
        patients.extend(current.map(|found| (format!("{}@{}", found.name, found.version), found.command)));
    }
    if patients.is_empty() {
        return Err(Failure::run("no driver is installed\nhint: shapetape driver install boto3"));
    }
    Ok(patients)
}

/// Examines one driver; true if it keeps to all of the protocol.
async fn examine(name: &str, command: DriverCommand, format: OutputFormat) -> Result<bool, DriverError> {
    let mut checks = Vec::new();
    let mut told = |check: &Check| {
        if format == OutputFormat::Text {
            give(&check_line(check));
        }
        checks.push(check.clone());
    };
    let hello = doctor::examine(command, Surroundings::pick(std::env::vars_os()), &mut told).await?;
    let broken = checks.iter().filter(|check| matches!(check.result, CheckResult::Broken(_))).count();
    let skipped = checks.iter().filter(|check| matches!(check.result, CheckResult::Skipped(_))).count();
    say(format_args!(
        "{name}: {} {}, {} checks, {broken} broken, {skipped} skipped",
        hello.client,
        hello.version,
        checks.len()
    ));
    if format == OutputFormat::Json {
        let rows: Vec<_> = checks.iter().map(check_row).collect();
        give(
            &json!({"driver": name, "client": hello.client, "version": hello.version, "checks": rows})
                .to_string(),
        );
    }
    Ok(broken == 0)
}

fn words(check: &Check) -> (&'static str, &str) {
    match &check.result {
        CheckResult::Kept => ("kept", ""),
        CheckResult::Broken(what) => ("broken", what),
        CheckResult::Skipped(why) => ("skipped", why),
    }
}

fn check_line(check: &Check) -> String {
    let (word, why) = words(check);
    if why.is_empty() { format!("{word}\t{}", check.name) } else { format!("{word}\t{}\t{why}", check.name) }
}

fn check_row(check: &Check) -> serde_json::Value {
    let (word, why) = words(check);
    json!({ "name": check.name, "result": word, "why": why })
}
