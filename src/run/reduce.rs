//! Findings run again by themselves: does it repeat, and what is its exchange in canonical form?

use std::collections::BTreeMap;

use super::{Campaign, Lane, RunError};
use crate::case::{Case, Evidence};
use crate::oracle;
use crate::verdict::{Event, Finding, Minimal, Run};

/// How often a finding is tried again that did not repeat at once.
const REPEATS: u32 = 20;

/// Goes through all findings that are not known: repeats each and renders its exchange.
pub(super) async fn all(
    campaign: &Campaign,
    run: &mut Run,
    emit: &(dyn Fn(Event) + Send + Sync),
) -> Result<(), RunError> {
    let mut lanes: BTreeMap<String, Lane> = BTreeMap::new();
    for finding in run.findings.iter_mut() {
        finding.reproduce = format!("shapetape check --client {} --case '{}'", finding.client, finding.case);
        let Some(case) = campaign.plan.case(&finding.case) else { continue };
        if finding.is_known() || ["agreement", "snapshot"].contains(&finding.oracle.as_str()) {
            finding.minimal = Some(Minimal::of(&campaign.model, &case));
            continue;
        }
        if !lanes.contains_key(&finding.client) {
            let Some(entrant) = campaign.entrants.iter().find(|entrant| entrant.name == finding.client)
            else {
                continue;
            };
            lanes.insert(finding.client.clone(), Lane::open((entrant.open)().await?).await?);
        }
        if let Some(lane) = lanes.get_mut(&finding.client) {
            reduce(campaign, lane, finding, case).await;
        }
        emit(Event::Finding(Box::new(finding.clone())));
    }
    for lane in lanes.into_values() {
        lane.close().await;
    }
    Ok(())
}

async fn reduce(campaign: &Campaign, lane: &mut Lane, finding: &mut Finding, case: Case) {
    let smallest = case;
    if !shows(campaign, lane, finding, &smallest).await {
        let mut seen = 0;
        for _ in 0..REPEATS {
            seen += u32::from(shows(campaign, lane, finding, &smallest).await);
        }
        finding.unstable = Some(format!("{seen} of {REPEATS}"));
        finding.minimal = Some(Minimal::of(&campaign.model, &smallest));
        return;
    }
    finding.minimal = Some(Minimal::of(&campaign.model, &smallest));
}

/// Whether a case shows the same defect: same oracle and kind, at the same shape's member.
async fn shows(campaign: &Campaign, lane: &mut Lane, finding: &Finding, case: &Case) -> bool {
    let evidence: Evidence = lane.trial(case).await;
    oracle::judge(&campaign.model, case, &evidence).iter().any(|judgement| {
        judgement.oracle == finding.oracle
            && judgement.kind == finding.kind
            && judgement.shape == finding.shape
    })
}
