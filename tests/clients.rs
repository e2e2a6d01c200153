//! A small slice of every client: those that are installed are checked, the others are named as skipped. And
//! drivers at their worst, whose cases could not run while the run went on.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use shapetape::api::model::{Model, embedded, latest};
use shapetape::check::case::Glob;
use shapetape::check::ledger;
use shapetape::check::taxonomy::{PlanOptions, plan};
use shapetape::check::verdict::{Conclusion, Policy, Run};
use shapetape::clients::{
    Cache, Client, Command, DriverError, Limits, ProcessClient, Start, Surroundings, WantedClient,
    newest_api, shipped, shipped_deviations,
};
use shapetape::conduct::campaign::{Campaign, Entrant};

use crate::setup;

fn entrant(name: &str, command: Command, limits: Limits) -> Entrant {
    let open = move || {
        let (command, limits) = (command.clone(), limits);
        let surroundings = Surroundings::pick(std::env::vars_os());
        async move {
            let client = ProcessClient::start(command, surroundings, Start::new("sagemaker"), limits).await?;
            Ok::<Box<dyn Client>, DriverError>(Box::new(client))
        }
    };
    Entrant {
        name: name.to_owned(),
        version: "1".to_owned(),
        asked: format!("--client {name}"),
        open: Arc::new(move || Box::pin(open())),
        digits: 9,
        pace: Duration::from_millis(1),
        sample: None,
        reference: false,
    }
}

async fn check(model: Arc<Model>, entrants: Vec<Entrant>, operations: &[&str], variants: &[&str]) -> Run {
    let globs = |texts: &[&str]| texts.iter().map(|text| Glob::new(*text)).collect();
    let options =
        PlanOptions { operations: globs(operations), variants: globs(variants), ..PlanOptions::default() };
    let campaign = Campaign {
        plan: Arc::new(plan(&model, &options)),
        model,
        entrants,
        jobs: 1,
        deviations: ledger::parse_all(shipped_deviations().unwrap()).unwrap(),
        snapshots: None,
        command: "shapetape check".to_owned(),
        seed: options.seed,
        filtered: true,
        shard: None,
        halt: Arc::new(AtomicBool::new(false)),
    };
    campaign.run(&|_| {}).await.unwrap()
}

/// Where drivers may lie: what set-up installed, and the folder of `SHAPETAPE_HOME`.
fn caches() -> Vec<Cache> {
    let setup = setup::folder("drivers").parent().map(Path::to_path_buf);
    let home = std::env::vars_os().find(|(name, _)| name == "SHAPETAPE_HOME").map(|(_, home)| home.into());
    setup.into_iter().chain(home).map(Cache::new).collect()
}

#[tokio::test]
async fn every_installed_client_gives_nothing_new_on_a_slice() {
    for driver in shipped().unwrap() {
        let (name, version) = (driver.recipe.name, driver.recipe.version);
        let wanted = WantedClient { name: name.clone(), version: Some(version.clone()) };
        let Some(installed) = caches().iter().find_map(|cache| cache.find(&wanted).ok()) else {
            let _ = writeln!(std::io::stderr(), "skipped: {name} {version} is not installed");
            continue;
        };
        let model = embedded(&newest_api(&name, &version).unwrap()).unwrap();
        let entrants = vec![Entrant { version, ..entrant(&name, installed.command, Limits::default()) }];
        let operations = ["ListTags", "DescribeModel", "DeleteTags", "ListModels"];
        let run = check(model, entrants, &operations, &["OK1", "OK2", "ER1", "PG2", "RQ1", "TH2"]).await;
        let tally = &run.clients[0];
        let summary: Vec<_> =
            run.findings.iter().filter(|one| !one.is_known()).map(|one| &one.message).collect();
        assert!(tally.cases > 30, "{name}: {tally:?}");
        assert_eq!((tally.unsupported, tally.could_not_run), (0, 0), "{name}: {tally:?}");
        assert!(summary.is_empty(), "{name}: {summary:#?}");
    }
}

#[tokio::test]
async fn whatever_a_driver_does_wrong_is_told_of_its_case_and_the_run_goes_on() {
    let script = |name: &str| {
        let path = format!("{}/tests/data/drivers/{name}", env!("CARGO_MANIFEST_DIR"));
        Command::from_words(["sh".to_owned(), path])
    };
    for (name, answer, reason) in [
        ("hangs.sh", 200, "hung"),
        ("dies.sh", 60_000, "exit status: 3): Segmentation fault"),
        ("rubbish.sh", 60_000, "babbled: "),
        ("wrong-seq.sh", 60_000, "babbled: seq: the answer is to 99"),
    ] {
        let limits = Limits { answer: Duration::from_millis(answer), ..Limits::default() };
        let well = entrant("well", script("well-behaved.sh"), Limits::default());
        let run = check(
            latest().unwrap(),
            vec![entrant(name, script(name), limits), well],
            &["DeleteModel"],
            &["OK1"],
        )
        .await;
        let [sick, well] = run.clients.as_slice() else { panic!("{:?}", run.clients) };
        assert!(run.complete && sick.cases > 0 && sick.cases == well.cases, "{name}: {sick:?}");
        assert_eq!(sick.could_not_run, sick.cases, "{name}: {sick:?}");
        assert!(sick.reasons.keys().all(|told| told.contains(reason)), "{name}: {:?}", sick.reasons);
        assert_eq!(well.could_not_run, 0, "{name}: {well:?}");
        let whole = Run { filtered: false, ..run };
        assert_eq!(whole.conclusion(&Policy::default()), Conclusion::BarelyRan, "{name}");
    }
    let noisy = entrant("floods-stderr.sh", script("floods-stderr.sh"), Limits::default());
    let run = check(latest().unwrap(), vec![noisy], &["DeleteModel"], &["OK1"]).await;
    assert_eq!(run.clients[0].could_not_run, 0, "{:?}", run.clients);
}
