//! `third-party`: a program of someone else's, the SageMaker Python SDK, recorded and replayed.
//!
//! It trains and deploys against the embedded account, with S3 and STS from moto, through the recorder; then moto
//! is ended and the same program runs against its cassette alone. Not part of `ci`: the SDK brings some sixty
//! packages.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::{pip, project};

/// Runs it all and compares what the program printed.
pub(crate) fn run(_: &[String]) -> Result<()> {
    let files = project::root().join("xtask/third-party");
    let requirements = files.join("requirements.txt");
    let pins = fs::read_to_string(&requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let folder = project::setup_folder().join("third-party");
    project::once_in_place(&folder, &pins, |folder| pip::environment(folder, &requirements))?;
    let program = [folder.join("bin/python"), files.join("train_and_deploy.py")];
    let cassette = folder.join("train_and_deploy.json");

    let mut moto = Moto::start()?;
    let (s3, sts) = (format!("s3={}", moto.url), format!("sts={}", moto.url));
    let upstreams = ["--upstream", "sandbox", "--upstream", &s3, "--upstream", &sts, "--cassette"];
    let recorded = shapetape("record", &upstreams, &cassette, &program)?;
    moto.end();
    println!("third-party: recorded; moto is gone");
    let replayed = shapetape("replay", &[], &cassette, &program)?;
    for (was, is) in recorded.iter().zip(&replayed) {
        ensure!(was == is, "recorded: {was}\nreplayed: {is}");
    }
    ensure!(recorded.len() == replayed.len(), "the replay printed {} lines", replayed.len());
    println!("third-party: replayed with the same {} lines", recorded.len());
    Ok(())
}

/// Runs the program under a command; the lines it printed, but for those on where its settings lie.
fn shapetape(
    command: &str,
    options: &[&str],
    cassette: &Path,
    program: &[PathBuf; 2],
) -> Result<Vec<String>> {
    println!("third-party: {command}");
    let cargo = project::variable("CARGO").unwrap_or_else(|| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--bin", "shapetape", "--", command])
        .args(options)
        .arg(cassette)
        .arg("--")
        .args(program)
        .current_dir(project::root())
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "{command} ended with {}", output.status);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().filter(|line| !line.starts_with("sagemaker.config ")).map(str::to_owned).collect())
}

/// moto's server on a free port; ended with the value.
struct Moto {
    child: Child,
    url: String,
}

impl Moto {
    fn start() -> Result<Moto> {
        let program = project::setup_folder().join("venv/bin/moto_server");
        let mut child = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}; run `cargo xtask setup`", program.display()))?;
        let mut lines = BufReader::new(child.stderr.take().context("moto has no standard error")?).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("Running on ").map(|(_, url)| url.trim().to_owned()));
        // Read on, so that moto never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Moto { child, url: url.context("moto did not say where it listens")? })
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.end();
    }
}
