//! What a campaign gives to whom: the share of each client, and the case after which a leak shows.

use std::collections::BTreeSet;
use std::sync::Arc;

use shapetape::api::model::latest;
use shapetape::api::values::timestamp_digits;
use shapetape::check::taxonomy::Plan;
use shapetape::check::verdict::{Event, Kind};
use shapetape::conduct::campaign::{Campaign, Entrant};

use crate::shrinking::{entrant, filtered, heard, played};

#[tokio::test(flavor = "multi_thread")]
async fn no_client_gets_a_finer_timestamp_than_it_holds_and_all_else() {
    let model = latest().unwrap();
    let plan =
        Arc::new(filtered(&model, &["ListModels", "CreateTrialComponent", "DescribeModel"], &["RQ*", "OK1"]));
    let holds = [("coarse", 3), ("finer", 6), ("builtin", 9)];
    let entrants = holds.map(|(name, digits)| Entrant { digits, ..entrant(&model, name, None) });
    let finest = |id: &str| timestamp_digits(&plan.case(id).unwrap().call.input);
    let all: BTreeSet<&str> = plan.keys().iter().map(|key| key.id.as_str()).collect();
    let campaign = Campaign { jobs: 3, ..played(&model, plan.clone(), entrants.to_vec()) };
    let (run, events) = heard(campaign).await;
    let Some(Event::Planned(planned)) = events.first() else { panic!("{:?}", events.first()) };
    for (index, (name, digits)) in holds.into_iter().enumerate() {
        let got = events.iter().filter_map(|event| match event {
            Event::Case { client, case, .. } if client == name => Some(case.as_str()),
            _ => None,
        });
        let got: BTreeSet<&str> = got.collect();
        let due: BTreeSet<&str> = all.iter().copied().filter(|id| finest(id) <= digits).collect();
        assert_eq!(got, due, "{name}");
        let share = &planned.clients[index];
        let counts = (share.cases, share.too_fine, run.clients[index].cases);
        let (got, all) = (got.len() as u64, all.len() as u64);
        assert_eq!(counts, (got, all - got, got), "{name}");
        assert_eq!(all == got, name == "builtin", "{name}");
    }
    let shares = planned.clients.iter().map(|share| share.cases);
    assert_eq!(planned.cases, shares.sum::<u64>());
    assert_eq!(run.coverage.operations.values().sum::<u64>(), all.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_is_found_again_after_the_case_that_the_client_had_before() {
    let model = latest().unwrap();
    let fine = (0..8).map(|_| "ListModels/RQ6/CreationTimeAfter-ns");
    let ids = ["DescribeModel/OK3"].into_iter().chain(fine).chain(["DescribeModel/OK1"]);
    let ids: Vec<String> = ids.map(str::to_owned).collect();
    let bug = ("leaks".to_owned(), "ModelName".to_owned());
    let leaky = Entrant { digits: 3, ..entrant(&model, "leaky", Some(bug)) };
    let plan = Arc::new(Plan::of_cases(&model, &ids).unwrap());
    let (run, _) = heard(played(&model, plan, vec![leaky])).await;
    let leak = run.findings.iter().find(|finding| finding.kind == Kind::StateLeak).unwrap();
    let minimal = leak.minimal.as_ref().unwrap();
    assert!(leak.unstable.is_none() && minimal.before.is_some(), "{leak:?}");
    let named: Vec<&str> = leak.reproduce.split('\'').skip(1).step_by(2).collect();
    assert!(named.len() == 2 && named[0].starts_with(&ids[0]) && named[1].starts_with(&ids[9]), "{named:?}");
}
