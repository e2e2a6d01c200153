//! Pages as one, as clients give them that merge all pages: the items of every page, one list a result key, and
//! of the other members those that are the same on every page.

use super::{Trial, jmespath};
use crate::api::model::{Paginator, Value};
use crate::api::outcome::typed;
use crate::ground::json::Json;

/// The pages that are due, merged; `None` where they are none that the model has.
pub(super) fn due(trial: &Trial<'_>, pages: &[Value]) -> Option<Value> {
    let pages: Vec<Json> = pages.iter().map(typed::encode).collect();
    let whole = whole(trial.operation.paginator.as_ref()?, &pages);
    typed::decode(trial.model, trial.operation.output?, &whole).ok()
}

/// All pages as one.
pub(super) fn whole(paginator: &Paginator, pages: &[Json]) -> Json {
    let mut whole = Json::Object(Vec::new());
    for key in &paginator.non_aggregate_keys {
        if let Some(value) = pages.iter().find_map(|page| jmespath::search(page, key)) {
            put(&mut whole, key, value);
        }
    }
    for key in &paginator.result_keys {
        let lists: Vec<Json> = pages.iter().filter_map(|page| jmespath::search(page, key)).collect();
        let items: Option<Vec<Json>> =
            lists.iter().map(Json::as_array).try_fold(Vec::new(), |all, list| Some([&all, list?].concat()));
        if let Some(items) = items.filter(|_| !lists.is_empty()) {
            put(&mut whole, key, Json::Array(items));
        }
    }
    whole
}

/// Puts a value where a path of names leads.
fn put(object: &mut Json, path: &str, value: Json) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Json::Object(members) = object else { return };
    let index = members.iter().position(|(known, _)| known.as_str() == Some(name)).unwrap_or_else(|| {
        members.push((name.into(), Json::Object(Vec::new())));
        members.len() - 1
    });
    match rest {
        Some(rest) => put(&mut members[index].1, rest, value),
        None => members[index].1 = value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::parse;

    #[test]
    fn items_of_all_pages_stand_in_one_list() {
        let paginator = Paginator {
            input_tokens: vec!["T".to_owned()],
            output_tokens: vec!["T".to_owned()],
            limit_key: None,
            result_keys: vec!["A.Items".to_owned(), "Names".to_owned()],
            non_aggregate_keys: vec!["Total".to_owned()],
            more_results: None,
        };
        let pages = [
            r#"{"A":{"Items":[1]},"Total":3,"T":"t","Other":1}"#,
            r#"{"T":"u"}"#,
            r#"{"A":{"Items":[2,3]},"Names":[]}"#,
        ];
        let pages = pages.map(|page| parse(page.as_bytes()).unwrap());
        let due = parse(br#"{"Total":3,"A":{"Items":[1,2,3]},"Names":[]}"#).unwrap();
        assert_eq!(whole(&paginator, &pages), due);
        assert_eq!(whole(&paginator, &[]), Json::Object(Vec::new()));
    }
}
