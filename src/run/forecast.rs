//! What a run will take: the cases of each client, and how long they may last.

use super::campaign::Entrant;
use crate::clock::Stopwatch;
use crate::generate::{Key, Plan};
use crate::verdict::{Planned, Share};

/// Seconds of a processor that a trial takes beside its client: the case made, answered and judged.
const TRIAL: f64 = 0.000_25;

/// Seconds in which a case of the usual plan is made, where the paces of clients and [`TRIAL`] were measured.
const MAKING: f64 = 0.000_066;

/// How many cases are made to see how fast this machine is, and how large these cases are.
const PROBED: usize = 100;

/// How often; the quickest time counts, because other work only makes a probe slower.
const PROBES: usize = 16;

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

fn share(keys: &[Key], entrant: &Entrant) -> Share {
    let count = |wanted: &dyn Fn(&Key) -> bool| keys.iter().filter(|key| wanted(key)).count() as u64;
    Share {
        client: entrant.name.clone(),
        version: entrant.version.clone(),
        cases: count(&|key| entrant.takes(key, keys.len())),
        digits: entrant.digits,
        too_fine: count(&|key| entrant.is_too_coarse(key)),
    }
}

/// How many times as long as usual a case takes.
fn slowness(plan: &Plan) -> f64 {
    let each = (plan.keys().len() / PROBED).max(1);
    let probe = |_| {
        let watch = Stopwatch::start();
        let made = plan.keys().iter().step_by(each).filter_map(|key| plan.case(&key.id)).count();
        watch.elapsed().as_secs_f64() / (made.max(1) as f64 * MAKING)
    };
    (0..PROBES).map(probe).fold(f64::INFINITY, f64::min)
}

fn seconds(plan: &Plan, entrants: &[Entrant], jobs: usize, cores: usize) -> f64 {
    let (keys, slowness) = (plan.keys(), slowness(plan));
    let (mut busy, mut longest) = (0.0, 0.0);
    for key in keys {
        // A reference plays but what is compared, and is quick.
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
