//! What a run will take: the cases of each client, and how long they may last.

use crate::check::taxonomy::{CaseKey, Plan};
use crate::check::verdict::{Planned, Share};
use crate::conduct::campaign::conduct::Entrant;
use crate::ground::clock::Stopwatch;
use crate::ground::json::parse;

/// Seconds of a processor that a trial takes beside its client: the case made, answered and judged.
const TRIAL: f64 = 0.000_25;

/// Seconds of [`machine`]'s work where the paces of clients and [`TRIAL`] were measured.
const WORK: f64 = 0.000_820;

/// Seconds in which the middle one of the usual plan's cases was made there.
const MAKING: f64 = 0.000_020;

/// The part of a trial that is as long as its case is large.
const BY_SIZE: f64 = 0.2;

/// How many cases are made to see how large they are.
const PROBED: usize = 200;

/// How often a piece of work is done to see how long it takes; other work only makes it longer, so that the quickest
/// time counts.
const PROBES: usize = 8;

/// The shares of the clients that are reported, and about how many seconds they take together.
///
/// The lanes of a job wait for each other, so that a case takes a job as long as its slowest client; and all lanes
/// share the processors. The run is as long as the longer of the two.
pub fn forecast(plan: &Plan, entrants: &[Entrant], jobs: usize) -> Planned {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let clients = shares(plan, entrants);
    Planned {
        cases: clients.iter().map(|share| share.cases).sum(),
        clients,
        seconds: seconds(plan, entrants, jobs.max(1), cores).round() as u64,
    }
}

/// What each client that is reported gets.
pub fn shares(plan: &Plan, entrants: &[Entrant]) -> Vec<Share> {
    let reported = entrants.iter().filter(|entrant| !entrant.reference);
    reported.map(|entrant| share(plan.keys(), entrant)).collect()
}

fn share(keys: &[CaseKey], entrant: &Entrant) -> Share {
    let count = |wanted: &dyn Fn(&CaseKey) -> bool| keys.iter().filter(|key| wanted(key)).count() as u64;
    Share {
        client: entrant.name.clone(),
        version: entrant.version.clone(),
        cases: count(&|key| entrant.takes(key, keys.len())),
        digits: entrant.digits,
        too_fine: count(&|key| entrant.is_too_coarse(key)),
    }
}

/// How many times as long as usual a trial takes on this machine with these cases.
fn slowness(plan: &Plan) -> f64 {
    let machine = machine();
    // What waits or is huge is counted by itself.
    let usual: Vec<&CaseKey> = plan.keys().iter().filter(|key| key.waits == 0).collect();
    let probed = usual.iter().step_by((usual.len() / PROBED).max(1));
    let mut times: Vec<f64> = probed.map(|key| quickest(|| drop(plan.case(&key.id)))).collect();
    times.sort_by(f64::total_cmp);
    // The middle one: a few large cases more or less among the probed ones must not count.
    let middle = times.get(times.len() / 2).map_or(MAKING, |middle| middle / machine);
    machine * (1.0 - BY_SIZE + BY_SIZE * middle / MAKING)
}

/// How many times as long as usual this machine takes for the same work, which is like a trial's: JSON is read.
fn machine() -> f64 {
    let text =
        format!("[{}]", vec![r#"{"Name": "a-name", "Tags": [1, 2.5, null, "text"]}"#; 1_000].join(","));
    quickest(|| drop(parse(text.as_bytes()))) / WORK
}

/// The least seconds that a piece of work takes.
fn quickest(work: impl Fn()) -> f64 {
    let probe = |_| {
        let watch = Stopwatch::start();
        work();
        watch.elapsed().as_secs_f64()
    };
    (0..PROBES).map(probe).fold(f64::INFINITY, f64::min)
}

fn seconds(plan: &Plan, entrants: &[Entrant], jobs: usize, cores: usize) -> f64 {
    let (keys, slowness) = (plan.keys(), slowness(plan));
    let (mut busy, mut longest) = (0.0, 0.0);
    for key in keys {
        // The reference client plays only compared cases and is fast, so its time is ignored.
        let takers = entrants.iter().filter(|entrant| !entrant.reference && entrant.takes(key, keys.len()));
        let work = |entrant: &Entrant| TRIAL + f64::from(key.requests) * entrant.pace.as_secs_f64();
        let works = takers.map(|entrant| slowness * work(entrant));
        let slowest = works.clone().fold(0.0, f64::max);
        if slowest > 0.0 {
            busy += works.sum::<f64>();
            longest += slowest + f64::from(key.waits) / 1_000.0;
        }
    }
    f64::max(busy / cores as f64, longest / jobs as f64)
}
