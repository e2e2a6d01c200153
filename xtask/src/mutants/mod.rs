//! `mutants`: judges the judges. Clients with one bug each are played the cases of one general plan; each must
//! be told by the oracle and the kind of finding that its bug is about.

mod boto3;
mod bug;
mod bugs;
mod client;
mod hunt;
mod table;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, bail, ensure};
use shapetape::check::taxonomy::SEED;
use shapetape::ground::clock::Stopwatch;

use self::bug::{Bug, Plant};
use self::hunt::{Catch, Ground, Quarry};
use self::table::Row;

/// What is asked for.
struct Wanted {
    client: String,
    seeds: Vec<u64>,
    /// Only bugs whose name holds this.
    only: Option<String>,
    /// Play no more than the cases that the table names.
    check: bool,
}

const USAGE: &str = "cargo xtask mutants [--client builtin|boto3] [--seed N]... [--only NAME] [--check]\n\
    Plants each bug, hunts it with one general plan and writes the table of src/check/oracles/MUTANTS.md.\n\
    --check plays only the cases that the table names.";

/// The seeds that every bug must be caught with.
const SEEDS: [u64; 4] = [SEED, 2, 3, 4];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let wanted = wanted(arguments)?;
    let runtime = tokio::runtime::Runtime::new()?;
    if wanted.check {
        return runtime.block_on(check(&wanted.client));
    }
    let watch = Stopwatch::start();
    let known = table::read(&wanted.client)?;
    let planted = planted(&wanted.client)?;
    let planted: Vec<Planted> = planted
        .into_iter()
        .filter(|one| wanted.only.as_ref().is_none_or(|only| one.row.name.contains(only.as_str())))
        .collect();
    let (mut rows, mut told, mut missed) = (Vec::new(), Vec::new(), Vec::new());
    for seed in &wanted.seeds {
        let since = watch.elapsed();
        let ground = Ground::new(*seed, wanted.client == "builtin")?;
        let catches = hunt_all(&runtime, &ground, &planted, &known)?;
        let caught = catches.iter().flatten().count();
        let seconds = (watch.elapsed() - since).as_secs();
        println!("seed {seed}: {caught} of {} caught, {} cases, {seconds} s", planted.len(), ground.size());
        told.push(format!("seed {seed}: {caught} of {}", planted.len()));
        for (one, catch) in planted.iter().zip(&catches) {
            match catch {
                Some(catch) if *seed == wanted.seeds[0] => rows.push(one.row.clone().caught(catch)),
                Some(_) => {}
                None => missed.push(format!("{} (seed {seed}): {}", one.row.name, one.row.wrong)),
            }
        }
    }
    if wanted.only.is_none() && missed.is_empty() && wanted.seeds == SEEDS {
        table::write(&wanted.client, &rows, &format!("Caught with {}.", told.join(", ")))?;
    }
    ensure!(missed.is_empty(), "missed:\n  {}", missed.join("\n  "));
    Ok(())
}

fn wanted(arguments: &[String]) -> Result<Wanted> {
    let mut wanted = Wanted { client: "builtin".to_owned(), seeds: Vec::new(), only: None, check: false };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut next = || words.next().cloned().with_context(|| USAGE.to_owned());
        match word.as_str() {
            "--client" => wanted.client = next()?,
            "--seed" => wanted.seeds.push(next()?.parse()?),
            "--only" => wanted.only = Some(next()?),
            "--check" => wanted.check = true,
            _ => bail!("{USAGE}"),
        }
    }
    if wanted.seeds.is_empty() {
        wanted.seeds = SEEDS.to_vec();
    }
    Ok(wanted)
}

/// A bug with its row and how its clients are made.
struct Planted {
    row: Row,
    plant: Option<Plant>,
    quarry: Quarry,
}

fn planted(client: &str) -> Result<Vec<Planted>> {
    match client {
        "builtin" => Ok(bugs::all().map(Planted::of).collect()),
        "boto3" => boto3::all()?.into_iter().map(Planted::python).collect(),
        other => bail!("no bugs are planted into `{other}`\n{USAGE}"),
    }
}

impl Planted {
    fn of(bug: &Bug) -> Planted {
        let (oracle, kind) = bug.told;
        let row = Row {
            name: bug.name.to_owned(),
            wrong: bug.wrong.to_owned(),
            seam: bug.plant.seam().to_owned(),
            narrow: bug.narrow,
            oracle: oracle.to_owned(),
            kind: kind.to_owned(),
            rule: String::new(),
            class: String::new(),
            variant: String::new(),
            cases: Vec::new(),
        };
        let quarry = Quarry { oracle, kind, rule: bug.rule, patient: matches!(bug.plant, Plant::Late) };
        Planted { row, plant: Some(bug.plant), quarry }
    }

    fn python(row: Row) -> Result<Planted> {
        // The names live as long as the program: there are a few dozen.
        let (oracle, kind) = (row.oracle.clone().leak(), row.kind.clone().leak());
        Ok(Planted { quarry: Quarry { oracle, kind, rule: None, patient: false }, plant: None, row })
    }

    async fn hunt(&self, ground: &Ground, first: &[String], whole: bool) -> Result<Option<Catch>> {
        match self.plant {
            Some(plant) => {
                let spoilt = move |model: &_| -> shapetape::ground::exchange::Pending<'static, _> {
                    let client = client::client(model, Some(plant));
                    Box::pin(async move { client })
                };
                let sound = |model: &_| -> shapetape::ground::exchange::Pending<'static, _> {
                    let client = client::client(model, None);
                    Box::pin(async move { client })
                };
                ground.hunt(self.quarry, &spoilt, &sound, first, whole).await
            }
            None => {
                let (spoilt, sound) = (boto3::opener(Some(&self.row.name))?, boto3::opener(None)?);
                ground.hunt(self.quarry, &*spoilt, &*sound, first, whole).await
            }
        }
    }
}

/// Hunts all bugs, as many at once as there are processors.
fn hunt_all(
    runtime: &tokio::runtime::Runtime,
    ground: &Ground,
    planted: &[Planted],
    known: &[Row],
) -> Result<Vec<Option<Catch>>> {
    let next = AtomicUsize::new(0);
    let caught: Mutex<Vec<(usize, Result<Option<Catch>>)>> = Mutex::new(Vec::new());
    let work = || {
        while let Some((number, one)) = planted.get(next.load(Ordering::Relaxed)).and_then(|_| {
            let number = next.fetch_add(1, Ordering::Relaxed);
            planted.get(number).map(|one| (number, one))
        }) {
            let row = known.iter().find(|row| row.name == one.row.name);
            let first = row.map_or(&[][..], |row| &row.cases);
            let catch = runtime.block_on(one.hunt(ground, first, true));
            tell(one, &catch);
            if let Ok(mut caught) = caught.lock() {
                caught.push((number, catch));
            }
        }
    };
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    let mut caught = caught.into_inner().unwrap_or_default();
    caught.sort_by_key(|(number, _)| *number);
    caught.into_iter().map(|(_, catch)| catch).collect()
}

fn tell(one: &Planted, catch: &Result<Option<Catch>>) {
    let name = &one.row.name;
    match catch {
        Ok(Some(catch)) => {
            let Catch { case, played, message, .. } = catch;
            println!("{name}: {} {} after {played} cases: {case}: {message}", one.row.oracle, one.row.kind);
        }
        Ok(None) => println!("{name}: MISSED"),
        Err(error) => println!("{name}: {error:#}"),
    }
}

/// The table names the bugs that there are, each is told by the case that its row names, and every charge of the
/// judges by one of them.
async fn check(client: &str) -> Result<()> {
    table::check_charges()?;
    let planted = planted(client)?;
    let rows = table::read(client)?;
    table::check(&rows, &planted.iter().map(|one| one.row.clone()).collect::<Vec<_>>())?;
    let ground = Ground::new(SEED, client == "builtin")?;
    for (one, row) in planted.iter().zip(&rows) {
        let catch = one.hunt(&ground, &row.cases, false).await?;
        let catch =
            catch.with_context(|| format!("{}: {} no longer tells it", row.name, row.cases.join(", ")))?;
        let found = one.row.clone().caught(&Catch { after: None, ..catch });
        ensure!(found.class == row.class, "{}: told as {}, and not as {}", row.name, found.class, row.class);
        ensure!(found.rule == row.rule, "{}: told by {}, and not by {}", row.name, found.rule, row.rule);
    }
    println!("{} planted bugs, each told by the case of its row", rows.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use shapetape::check::oracles::ORACLES;

    #[test]
    fn every_planted_bug_is_told_by_the_case_that_the_docs_name() {
        tokio::runtime::Runtime::new().unwrap().block_on(check("builtin")).unwrap();
    }

    #[test]
    fn bugs_are_many_a_third_of_them_narrow_and_no_oracle_goes_without() {
        let all: Vec<&Bug> = bugs::all().collect();
        let names: BTreeSet<&str> = all.iter().map(|bug| bug.name).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.len() >= 60 && all.iter().filter(|bug| bug.narrow).count() * 3 >= all.len());
        let told: BTreeSet<&str> = all.iter().map(|bug| bug.told.0).collect();
        let oracles = ORACLES.iter().map(|oracle| oracle.name().word()).chain(["agreement", "snapshot"]);
        let missing: Vec<&str> = oracles.filter(|name| !told.contains(name)).collect();
        assert_eq!(missing, [""; 0]);
        let rows = table::read("boto3").unwrap();
        table::check(&rows, &boto3::all().unwrap()).unwrap();
    }
}
