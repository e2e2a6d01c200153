//! The roll of a campaign: every planned case is told once per client, and the campaign counts that it was.

use indexmap::IndexMap;

use super::Entrant;
use crate::check::taxonomy::Plan;
use crate::ground::stage::{RunStage, StageFailure};

/// Which planned cases each client has yet to be told of.
#[derive(Debug)]
pub(super) struct Roll {
    clients: IndexMap<String, Line>,
}

/// What stands on the roll of one client.
#[derive(Debug, Default)]
struct Line {
    /// How often each case of the plan has yet to be told.
    due: Vec<u8>,
    planned: u64,
    told: u64,
}

impl Roll {
    /// The roll of a plan: the cases that each client takes which is reported.
    pub(super) fn new(plan: &Plan, entrants: &[Entrant]) -> Roll {
        let keys = plan.keys();
        let mut clients: IndexMap<String, Line> = IndexMap::new();
        for entrant in entrants.iter().filter(|entrant| !entrant.reference) {
            let line = clients.entry(entrant.name.clone()).or_default();
            line.due.resize(keys.len(), 0);
            for (due, _) in line.due.iter_mut().zip(keys).filter(|(_, key)| entrant.takes(key, keys.len())) {
                *due += 1;
                line.planned += 1;
            }
        }
        Roll { clients }
    }

    /// Notes that a client was told of the case at that place of the plan.
    pub(super) fn tell(&mut self, client: &str, place: usize, case: &str) -> Result<(), StageFailure> {
        let line = self.clients.get_mut(client);
        match line.and_then(|line| Some((line.due.get_mut(place)?, &mut line.told))) {
            Some((due, told)) if *due > 0 => {
                *due -= 1;
                *told += 1;
                Ok(())
            }
            _ => Err(StageFailure {
                stage: RunStage::Folding,
                case: Some(case.to_owned()),
                what: format!("{client} was told of it twice, or was not to get it"),
            }),
        }
    }

    /// How many cases a client was to be told of.
    pub(super) fn planned(&self, client: &str) -> u64 {
        self.clients.get(client).map_or(0, |line| line.planned)
    }

    /// How many cases were to be told, all clients together.
    pub(super) fn planned_by_all(&self) -> u64 {
        self.clients.values().map(|line| line.planned).sum()
    }

    /// The first client that was not told of all its cases: its name, how many it was told of and how many were
    /// planned.
    pub(super) fn untold(&self) -> Option<(&str, u64, u64)> {
        let short = self.clients.iter().find(|(_, line)| line.told != line.planned);
        short.map(|(client, line)| (client.as_str(), line.told, line.planned))
    }
}
