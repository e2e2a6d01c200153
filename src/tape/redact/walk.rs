//! Every text of a document with what the model says about its place.

use crate::api::model::{Model, Shape, ShapeKind};
use crate::ground::json::{Json, Text};

/// Where a text stands.
pub(super) struct TextPlace<'a> {
    /// The path from the root: `.Tags[0].Value`.
    pub(super) path: String,
    /// The nearest member name.
    pub(super) name: Option<&'a str>,
    /// The model calls it sensitive.
    pub(super) sensitive: bool,
}

/// A shape to walk by, where there is one.
pub(super) type Guide<'a> = Option<(&'a Model, &'a Shape)>;

/// Rebuilds a document with each text (keys of maps too) replaced by what `change` makes of it.
pub(super) fn rebuild(
    json: &Json,
    guide: Guide<'_>,
    change: &mut dyn FnMut(TextPlace<'_>, &Text) -> Text,
) -> Json {
    Walker { change }.value(json, guide, TextPlace { path: String::new(), name: None, sensitive: false })
}

struct Walker<'c> {
    change: &'c mut dyn FnMut(TextPlace<'_>, &Text) -> Text,
}

impl Walker<'_> {
    fn value(&mut self, json: &Json, guide: Guide<'_>, place: TextPlace<'_>) -> Json {
        let sensitive = place.sensitive || guide.is_some_and(|(_, shape)| shape.sensitive);
        match json {
            Json::String(text) => Json::String((self.change)(TextPlace { sensitive, ..place }, text)),
            Json::Array(items) => {
                let item = guide.and_then(|(model, shape)| match &shape.kind {
                    ShapeKind::List { item, .. } => Some((model, model.shape(*item))),
                    _ => None,
                });
                let walked = items.iter().enumerate().map(|(index, json)| {
                    let path = format!("{}[{index}]", place.path);
                    self.value(json, item, TextPlace { path, name: place.name, sensitive })
                });
                Json::Array(walked.collect())
            }
            Json::Object(members) => Json::Object(
                members
                    .iter()
                    .map(|(key, json)| self.member(key, json, guide, &place.path, sensitive))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    fn member(
        &mut self,
        key: &Text,
        json: &Json,
        guide: Guide<'_>,
        path: &str,
        sensitive: bool,
    ) -> (Text, Json) {
        let name = key.to_lossy();
        let path = format!("{path}.{name}");
        let (next, sensitive, is_map) = match guide {
            Some((model, shape)) => match &shape.kind {
                ShapeKind::Map { value, .. } => (Some((model, model.shape(*value))), sensitive, true),
                _ => {
                    let member = shape
                        .members()
                        .and_then(|members| members.values().find(|member| member.wire_name() == name));
                    let next = member.map(|member| (model, model.shape(member.shape)));
                    (next, sensitive || member.is_some_and(|member| member.sensitive), false)
                }
            },
            None => (None, sensitive, true),
        };
        let new_key = if is_map {
            (self.change)(TextPlace { path: path.clone(), name: None, sensitive: false }, key)
        } else {
            key.clone()
        };
        (new_key, self.value(json, next, TextPlace { path, name: Some(&name), sensitive }))
    }
}
