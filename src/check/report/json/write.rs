//! A run as JSON.

use std::collections::BTreeMap;

use super::VERSION;
use crate::check::verdict::{
    Api, Coverage, DeviationUse, Dimension, Excuse, Finding, Minimal, Occurrence, Run, Tally,
};
use crate::ground::json::{Json, abridge};

pub(super) fn run(run: &Run) -> Json {
    Json::object([
        ("version", Json::number(VERSION)),
        ("tool", Json::string(&run.tool)),
        ("complete", Json::Bool(run.complete)),
        ("api", api(&run.api)),
        ("clients", array(&run.clients, tally)),
        ("coverage", coverage(run)),
        ("findings", array(&run.findings, finding)),
        ("timing", run.timing.clone()),
    ])
}

fn array<T>(items: &[T], write: fn(&T) -> Json) -> Json {
    Json::Array(items.iter().map(write).collect())
}

fn strings<'a>(texts: impl IntoIterator<Item = &'a String>) -> Json {
    Json::Array(texts.into_iter().map(Json::string).collect())
}

fn optional(text: Option<&String>) -> Json {
    text.map_or(Json::Null, Json::string)
}

fn api(api: &Api) -> Json {
    Json::object([
        ("service", Json::string(&api.service)),
        ("date", Json::string(&api.date)),
        ("operations", Json::number(api.operations)),
    ])
}

fn tally(tally: &Tally) -> Json {
    let members = [
        ("name", Json::string(&tally.client)),
        ("version", Json::string(&tally.version)),
        ("cases", Json::number(tally.cases)),
        ("pass", Json::number(tally.pass)),
        ("known", Json::number(tally.known)),
        ("findings", Json::number(tally.findings)),
        ("unsupported", Json::number(tally.unsupported)),
        ("couldNotRun", Json::number(tally.could_not_run)),
        ("notJudged", Json::number(tally.not_judged)),
    ];
    // Only a run that was ended early has told less than was planned.
    let planned = (tally.planned > tally.cases).then(|| ("planned", Json::number(tally.planned)));
    Json::object(members.into_iter().chain(planned))
}

/// What of the model was touched, and what a merge of shards must know.
fn coverage(run: &Run) -> Json {
    let Coverage { operations, variants, dimensions } = &run.coverage;
    let shard = run.shard.map_or(Json::Null, |(index, of)| Json::string(format!("{index}/{of}")));
    Json::object([
        ("seed", Json::number(run.seed)),
        ("filtered", Json::Bool(run.filtered)),
        ("shard", shard),
        ("operations", counts(operations)),
        ("variants", counts(variants)),
        ("elements", Json::object(dimensions.iter().map(|(name, one)| (name, dimension(one))))),
        ("clients", array(&run.clients, judged)),
        ("deviations", array(&run.deviations, deviation)),
        ("stale", strings(run.stale().into_iter().map(|usage| &usage.deviation))),
    ])
}

/// In which variants a client was judged, and why its other cases had no outcome or could not be judged.
fn judged(tally: &Tally) -> Json {
    let members = [
        ("name", Json::string(&tally.client)),
        ("variants", counts(&tally.variants)),
        ("reasons", counts(&tally.reasons)),
        ("sampled", Json::Bool(tally.sampled)),
    ];
    let not_judged = (tally.not_judged > 0).then(|| {
        let (variants, reasons) = (&tally.not_judged_variants, &tally.not_judged_reasons);
        ("notJudged", Json::object([("variants", counts(variants)), ("reasons", counts(reasons))]))
    });
    Json::object(members.into_iter().chain(not_judged))
}

fn counts(counts: &BTreeMap<String, u64>) -> Json {
    Json::object(counts.iter().map(|(name, count)| (name, Json::number(count))))
}

fn dimension(dimension: &Dimension) -> Json {
    Json::object([
        ("of", Json::number(dimension.of)),
        ("seen", Json::number(dimension.seen())),
        ("unseen", strings(&dimension.unseen)),
    ])
}

fn deviation(usage: &DeviationUse) -> Json {
    Json::object([
        ("deviation", Json::string(&usage.deviation)),
        ("named", Json::number(usage.named)),
        ("ran", Json::number(usage.ran)),
        ("seen", Json::number(usage.seen)),
    ])
}

fn finding(finding: &Finding) -> Json {
    let value = |value: &Option<Json>| value.as_ref().map_or(Json::Null, abridge);
    Json::object([
        ("id", Json::string(finding.id().to_string())),
        ("client", Json::string(&finding.client)),
        ("operation", Json::string(&finding.operation)),
        ("variant", Json::string(&finding.variant)),
        ("class", Json::string(finding.class.word())),
        ("oracle", Json::string(finding.oracle.word())),
        ("kind", Json::string(finding.kind.word())),
        ("path", Json::string(&finding.path)),
        ("shape", Json::string(&finding.shape)),
        ("operations", strings(&finding.operations)),
        ("places", array(&finding.places, place)),
        ("expected", value(&finding.expected)),
        ("actual", value(&finding.actual)),
        ("message", Json::string(&finding.message)),
        ("rule", Json::string(&finding.rule)),
        ("case", Json::string(&finding.case)),
        ("seed", Json::number(finding.seed)),
        ("unstable", optional(finding.unstable.as_ref())),
        ("minimal", finding.minimal.as_ref().map_or(Json::Null, minimal)),
        ("reproduce", Json::string(&finding.reproduce)),
        ("deviation", finding.deviation.as_ref().map_or(Json::Null, excuse)),
    ])
}

fn place(place: &Occurrence) -> Json {
    Json::object([
        ("operation", Json::string(&place.operation)),
        ("path", Json::string(&place.path)),
        ("case", Json::string(&place.case)),
    ])
}

fn minimal(minimal: &Minimal) -> Json {
    let Minimal { request, response, before, trials, smallest } = minimal;
    let mut members = vec![("request", request.clone()), ("response", response.clone())];
    members.extend(before.clone().map(|before| ("before", before)));
    members.extend([("trials", Json::number(trials)), ("smallest", Json::Bool(*smallest))]);
    Json::object(members)
}

fn excuse(excuse: &Excuse) -> Json {
    Json::object([("reason", Json::string(&excuse.reason)), ("link", optional(excuse.link.as_ref()))])
}
