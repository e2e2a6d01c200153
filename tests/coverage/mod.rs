//! What the embedded account does of the API: every change that another operation shows, made through boto3.
//!
//! The changes are found in process, by walking the model, and then made again by boto3 over a socket; only what
//! boto3 saw counts. `cargo xtask coverage` writes what the account claims; without it the claim is compared.

mod session;
mod through_boto3;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use shapetape::account::sandbox::{Level, coverage};
use shapetape::api::model;

use walk::{Experiment, Walk};

/// The operations of the five change pages that the project is about.
fn fifty() -> BTreeSet<&'static str> {
    let pages = [
        include_str!("../data/seeds/2017-11-29.txt"),
        include_str!("../data/seeds/2018-01-17.txt"),
        include_str!("../data/seeds/2020-05-08.txt"),
        include_str!("../data/seeds/2020-07-24.txt"),
        include_str!("../data/seeds/undated.txt"),
    ];
    let names =
        pages.iter().flat_map(|page| page.lines()).filter_map(|line| line.strip_suffix(".input structure"));
    names.filter(|name| !name.starts_with([' ', '#'])).collect()
}

const HEAD: &str = "# OPERATION\tTHE CHANGE\tSHOWN BY\tAS OF";

/// What was seen, in the form of the account's own file.
fn table(seen: &BTreeMap<(String, String, String), Vec<&str>>) -> String {
    let mut text = format!("{HEAD}\n");
    for ((operation, change, look), dates) in seen {
        text.push_str(&format!("{operation}\t{change}\t{look}\t{}\n", dates.join(" ")));
    }
    text
}

#[tokio::test]
async fn what_the_account_claims_to_do_was_seen_through_boto3() {
    let mut seen: BTreeMap<(String, String, String), Vec<&str>> = BTreeMap::new();
    for date in model::dates() {
        let found: Vec<Experiment> = Walk::new(model::embedded(date).unwrap()).experiments();
        let mut told = BTreeMap::new();
        for (change, look) in through_boto3::make(date, found).await {
            // An operation's own change says more than what it showed of another's, and stands first.
            told.entry(change.clone()).or_insert((change.clone(), look.clone()));
            told.entry(look.clone()).or_insert((change, look));
        }
        for (operation, (change, look)) in told {
            seen.entry((operation, change, look)).or_default().push(date);
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/sagemaker/coverage.tsv");
    let table = table(&seen);
    #[expect(clippy::disallowed_methods, reason = "how the task asks for the file")]
    if std::env::var("SHAPETAPE_COVERAGE").is_ok_and(|word| word == "write") {
        std::fs::write(&file, &table).unwrap();
        return;
    }
    let claimed = std::fs::read_to_string(&file).unwrap();
    let lost: Vec<&str> = claimed.lines().filter(|line| table.lines().all(|seen| seen != *line)).collect();
    let new: Vec<&str> = table.lines().filter(|line| claimed.lines().all(|old| old != *line)).collect();
    assert!(
        lost.is_empty() && new.is_empty(),
        "claimed and not seen: {lost:#?}\nseen and not claimed: {new:#?}\nrun: cargo xtask coverage"
    );
}

#[test]
fn the_fifty_are_stateful_wherever_they_exist_and_two_hundred_others_are_not_made_up() {
    let readme = include_str!("../../src/account/sandbox/README.md");
    for date in model::dates() {
        let covered = coverage(&model::embedded(date).unwrap());
        let count = |level| covered.iter().filter(|one| one.level == level).count();
        let levels = [Level::Stateful, Level::Generic, Level::Generated].map(count);
        let [stateful, generic, generated] = levels;
        let row = format!("| {date} | {} | {stateful} | {} |", covered.len(), generic + generated);
        assert!(readme.contains(&row), "the table of src/account/sandbox/README.md lacks: {row}");
        let level = |name: &str| covered.iter().find(|one| one.operation == name).map(|one| one.level);
        for operation in fifty() {
            assert!(matches!(level(operation), None | Some(Level::Stateful)), "{operation} as of {date}");
        }
    }
    let covered = coverage(&model::latest().unwrap());
    let count = |level| covered.iter().filter(|one| one.level == level).count();
    let words =
        format!("others {} are generic and {} generated", count(Level::Generic), count(Level::Generated));
    assert!(readme.contains(&words), "src/account/sandbox/README.md lacks: {words}");
    let (fifty, others): (Vec<_>, Vec<_>) =
        covered.iter().partition(|one| fifty().contains(one.operation.as_str()));
    let alive = others.iter().filter(|one| one.level != Level::Generated).count();
    assert_eq!((fifty.len(), others.len()), (50, 375));
    assert!(alive >= 200, "{alive} of the other operations are stateful or generic");
}
