//! The paginator: asks for page after page with the caller's own filters until no token is left.

use super::failure::{failure, told};
use super::path::find;
use super::{BuiltinClient, Feature};
use crate::api::model::{Fields, Operation, Paginator, Value};
use crate::api::outcome::{Outcome, Stage, typed};
use crate::protocol::Reply;

/// The input members that the next page is asked with; `None` after the last page.
pub type NextPage = Option<Fields>;

/// A token that came before: to follow it again would never end.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the token {0:?} came before: following it again would never end")]
pub struct Repeated(Fields);

/// What the model's paginator says of the page after this one. An absent, null or empty token ends the pages,
/// and so does a false `more_results`.
pub(super) fn next_page(paginator: &Paginator, output: &Value) -> NextPage {
    if let Some(path) = &paginator.more_results
        && find(output, path) != Some(Value::Boolean(true))
    {
        return None;
    }
    let tokens: Fields = paginator
        .input_tokens
        .iter()
        .zip(&paginator.output_tokens)
        .filter_map(|(input, path)| {
            Some((input.clone(), find(output, path).filter(|token| !is_empty(token))?))
        })
        .collect();
    (!tokens.is_empty()).then_some(tokens)
}

fn is_empty(token: &Value) -> bool {
    match token {
        Value::String(text) => text.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        Value::Structure(fields) => fields.is_empty(),
        _ => false,
    }
}

/// The tokens that were followed.
#[derive(Default)]
struct Trail(Vec<Fields>);

impl Trail {
    fn follow(&mut self, tokens: &Fields) -> Result<(), Repeated> {
        if self.0.contains(tokens) {
            return Err(Repeated(tokens.clone()));
        }
        self.0.push(tokens.clone());
        Ok(())
    }
}

impl BuiltinClient {
    /// All pages, and the error that ended them.
    pub(super) async fn paginate(
        &mut self,
        operation: &Operation,
        input: &Value,
        endpoint: &str,
        most: u32,
    ) -> Outcome {
        let Some(paginator) = &operation.paginator else {
            return super::unsupported(format!("{} has no paginator", operation.name));
        };
        let (mut pages, mut request_ids) = (Vec::new(), Vec::new());
        let (mut trail, mut input) = (Trail::default(), input.clone());
        let error = loop {
            let output = match self.send(operation, &input, endpoint, Feature::Paginator).await {
                Ok(answer) => match answer.reply {
                    Reply::Output(output) => {
                        request_ids.push(answer.request_id);
                        output
                    }
                    Reply::Error(error) => break Some(told(error)),
                },
                Err(fault) => break Some(Outcome::ClientError(fault)),
            };
            pages.push(typed::encode(&output));
            if pages.len() >= most as usize {
                return Outcome::Pages { pages, request_ids, error: None, stopped: true, merged: false };
            }
            let Some(tokens) = self.parts.seams.next_page(paginator, &output) else { break None };
            if let Err(repeated) = trail.follow(&tokens) {
                let fault = failure(Stage::Paginate, "PaginationError", repeated.to_string());
                break Some(Outcome::ClientError(fault));
            }
            if let Value::Structure(fields) = &mut input {
                fields.extend(tokens);
            }
        };
        Outcome::Pages { pages, request_ids, error: error.map(Box::new), stopped: false, merged: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_how_the_next_one_is_asked_for() {
        let one = Paginator {
            input_tokens: vec!["NextToken".to_owned()],
            output_tokens: vec!["NextToken".to_owned()],
            ..Paginator::default()
        };
        let token = |text: &str| Some(Fields::from_iter([("NextToken".to_owned(), Value::string(text))]));
        let page = |value: Value| Value::structure([("NextToken", value)]);
        assert_eq!(next_page(&one, &page(Value::string("t"))), token("t"));
        assert_eq!(next_page(&one, &page(Value::string("0"))), token("0"));
        assert_eq!(next_page(&one, &page(Value::string(""))), None);
        assert_eq!(next_page(&one, &page(Value::Null)), None);
        assert_eq!(next_page(&one, &Value::default()), None);
        let flagged = Paginator { more_results: Some("IsTruncated".to_owned()), ..one };
        for (flag, expected) in [(Value::Boolean(true), token("t")), (Value::Boolean(false), None)] {
            let page = Value::structure([("NextToken", Value::string("t")), ("IsTruncated", flag)]);
            assert_eq!(next_page(&flagged, &page), expected);
        }
    }

    #[test]
    fn a_cycle_of_tokens_is_seen() {
        let token = |text: &str| Fields::from_iter([("NextToken".to_owned(), Value::string(text))]);
        let mut trail = Trail::default();
        assert!(["a", "b", "c"].iter().all(|text| trail.follow(&token(text)).is_ok()));
        assert!(trail.follow(&token("a")).unwrap_err().to_string().contains("came before"));
    }
}
