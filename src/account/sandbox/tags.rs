//! Tags on any ARN of the account.

use super::call::{CallContext, CallResult};
use super::fault::{self, RefusedCall};
use super::token::PagePosition;
use crate::api::model::{Fields, Value};

/// Tags that one resource may have.
const MOST: usize = 50;

impl CallContext<'_> {
    /// The ARN of the input, which must be a resource's.
    fn tagged(&self) -> Result<String, RefusedCall> {
        let arn = self.text("ResourceArn").unwrap_or_default();
        match self.account.by_arn(arn) {
            Some(record) => Ok(record.arn.clone()),
            None => Err(fault::invalid(format!("Resource with ARN \"{arn}\" does not exist."))),
        }
    }

    pub(super) fn add_tags(&mut self) -> CallResult {
        let arn = self.tagged()?;
        let before = self.account.tags.get(&arn).cloned().unwrap_or_default();
        if let Some(tags) = self.input.get("Tags") {
            self.account.tag(&arn, tags);
        }
        if self.account.tags.get(&arn).is_some_and(|tags| tags.len() > MOST) {
            self.account.tags.insert(arn, before);
            return Err(fault::invalid(format!("A resource cannot have more than {MOST} tags.")));
        }
        Ok(Value::Structure(Fields::from_iter([(
            "Tags".to_owned(),
            Value::List(self.account.tag_list(&arn)),
        )])))
    }

    pub(super) fn list_tags(&mut self) -> CallResult {
        let arn = self.tagged()?;
        let tags = self.account.tag_list(&arn);
        let positions: Vec<PagePosition> = (0..tags.len() as u64)
            .map(|ordinal| PagePosition { key: format!("{ordinal:05}"), ordinal })
            .collect();
        let (range, token) = self.page(&positions)?;
        Ok(self.page_output(tags[range].to_vec(), token))
    }

    pub(super) fn delete_tags(&mut self) -> CallResult {
        let arn = self.tagged()?;
        let keys = self.input.get("TagKeys").and_then(Value::items).unwrap_or_default();
        if let Some(tags) = self.account.tags.get_mut(&arn) {
            tags.retain(|key, _| !keys.contains(&Value::String(key.clone())));
        }
        Ok(Value::default())
    }
}
