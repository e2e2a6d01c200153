//! `bench`: what the harness costs, as ratios within one run: checks against a client's own loop, replay
//! against a bare responder, recording against no recorder.

mod clients;
mod load;
mod servers;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

/// Checks reach at least this part of what the client does in a tight loop.
const FLOOR: f64 = 0.85;

/// Each pair is measured so many times, in turn; the middle one counts.
const ROUNDS: usize = 5;

/// One line of the table.
struct Line {
    what: String,
    /// How often a second without the harness and with it, by their ratio.
    pairs: Vec<(f64, f64)>,
    /// The least ratio, where there is one.
    floor: Option<f64>,
}

impl Line {
    fn new(what: impl Into<String>, mut pairs: Vec<(f64, f64)>, floor: Option<f64>) -> Line {
        pairs.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
        Line { what: what.into(), pairs, floor }
    }

    /// The pair that counts.
    fn middle(&self) -> (f64, f64) {
        self.pairs[self.pairs.len() / 2]
    }

    fn is_low(&self) -> bool {
        self.floor.is_some_and(|floor| ratio(&self.middle()) < floor)
    }

    /// A row of the table; all ratios stand there, to tell how evenly the machine ran.
    fn row(&self) -> String {
        let all: Vec<String> = self.pairs.iter().map(|pair| format!("{:.2}", ratio(pair))).collect();
        let floor = self.floor.map_or(String::new(), |floor| format!("{floor:.2}"));
        let (what, (bare, ours)) = (&self.what, self.middle());
        format!("| {what} | {bare:.0} | {ours:.0} | {:.2} | {floor} | {} |", ours / bare, all.join(" "))
    }
}

fn ratio((bare, ours): &(f64, f64)) -> f64 {
    ours / bare
}

/// What can be measured by itself: `check` is all clients.
const MEASURES: [&str; 6] = ["check", "builtin", "boto3", "js-v3", "replay", "record"];

/// Measures everything, or what the words name.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(other) = arguments.iter().find(|argument| !MEASURES.contains(&argument.as_str())) {
        bail!("{other}: what can be measured is {}", MEASURES.join(", "));
    }
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == name);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(16 << 20).build()?;
    println!("{}\n", machine());
    if is_busy() {
        println!(
            "The machine is busy with other work: these ratios say little; measure again when it is idle.\n"
        );
    }
    let mut lines = Vec::new();
    lines.extend(runtime.block_on(clients::lines(&|client| wanted("check") || wanted(client)))?);
    if wanted("replay") {
        lines.push(runtime.block_on(servers::replay())?);
    }
    if wanted("record") {
        lines.push(runtime.block_on(servers::record())?);
    }
    println!("| what | without, a second | with, a second | ratio | floor | all rounds |");
    println!("|---|---|---|---|---|---|");
    lines.iter().for_each(|line| println!("{}", line.row()));
    let low: Vec<&str> = lines.iter().filter(|line| line.is_low()).map(|line| line.what.as_str()).collect();
    if !low.is_empty() {
        bail!("below the floor: {}", low.join(", "));
    }
    Ok(())
}

/// More wants to run than there are cores.
fn is_busy() -> bool {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().and_then(|load| load.parse::<f64>().ok());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    load.is_some_and(|load| load > cores as f64)
}

/// What it was measured on.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(Path::new(path)).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let field = |name: &str| {
        let line = cpu.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':')).map_or("unknown", |(_, value)| value.trim()).to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    let profile = if cfg!(debug_assertions) { "the dev profile" } else { "a release profile" };
    format!(
        "cargo xtask bench: {}, {cores} cores, Linux {}, {}, {profile}; load {load} when it began",
        field("model name"),
        kernel.trim(),
        version("rustc"),
    )
}

/// The version that a program tells.
fn version(program: &str) -> String {
    let output = Command::new(program).arg("--version").output();
    output.map_or_else(
        |_| format!("no {program}"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
