//! A small account that keeps what it is told: made of the service model and one table of lifecycles.
//!
//! The model says which operations make, show, change and take away which resources (`catalogue`); the table
//! (`api/sagemaker/resources.yaml`) says what the model cannot: lifecycles, renamed members, quotas. Nothing here does I/O
//! or reads a clock: times and ids come from the options, so that the same calls give the same answers.
//!
//! Each Describe is a poll: it shows the resource as it is and then moves it one step on.

mod account;
mod call;
mod catalogue;
mod coverage;
mod demand;
mod experiments;
mod fault;
mod hosting;
mod lifecycle;
mod limits;
mod listing;
mod monitoring;
mod path;
mod resource;
mod search;
mod seeds;
mod server;
mod table;
mod tags;
mod template;
mod token;
mod view;

use std::sync::{Arc, Mutex, PoisonError};

use account::Account;
use call::{CallContext, CallResult};
use catalogue::{Catalogue, OperationRole};

pub use coverage::{Level, OperationCoverage, coverage};
pub use server::SandboxServer;

use crate::api::model::{Model, Operation, Validator, Value};
use crate::api::values::Values;
use crate::ground::clock::Time;
use crate::protocol::ServiceError;

/// Operations with code of their own.
const OWN: [&str; 5] = ["AddTags", "ListTags", "DeleteTags", "Search", "UpdateEndpointWeightsAndCapacities"];

/// What an account is like before the first call.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// The account's number.
    pub account: String,
    /// The region.
    pub region: String,
    /// What ids and made-up values depend on.
    pub seed: u64,
    /// The time of the first call; each call takes a little more than a second.
    pub start: Time,
}

impl Default for SandboxOptions {
    fn default() -> SandboxOptions {
        SandboxOptions {
            account: "000000000001".to_owned(),
            region: "us-east-1".to_owned(),
            seed: 1,
            start: Time(1_700_000_000_000),
        }
    }
}

/// An account of one service.
#[derive(Debug)]
pub struct Sandbox {
    service: Arc<Service>,
    account: Mutex<Account>,
}

/// What all accounts of one service and seed have in common; costly to make, and never changed.
#[derive(Debug)]
struct Service {
    model: Arc<Model>,
    catalogue: Catalogue,
    values: Values,
    validator: Validator,
    options: SandboxOptions,
}

impl Sandbox {
    /// An account with nothing in it but what the service itself has put there.
    pub fn new(model: Arc<Model>, options: SandboxOptions) -> Sandbox {
        Sandbox::of(Arc::new(Service {
            catalogue: Catalogue::new(&model, table::shipped(), &OWN),
            values: Values::new(Arc::clone(&model), options.seed, 3),
            validator: Validator::new(Arc::clone(&model)),
            options,
            model,
        }))
    }

    /// Another account of the same service, as this one was before its first call.
    #[must_use]
    pub fn another(&self) -> Sandbox {
        Sandbox::of(Arc::clone(&self.service))
    }

    fn of(service: Arc<Service>) -> Sandbox {
        let mut account = Account::new(service.options.clone(), &service.model.metadata.signing_name);
        seeds::plant(&service.model, &service.catalogue, &mut account);
        Sandbox { service, account: Mutex::new(account) }
    }

    /// The model it is made of.
    pub fn model(&self) -> &Arc<Model> {
        &self.service.model
    }

    /// Answers one call.
    pub fn call(&self, operation: &str, input: &Value) -> Result<Value, Box<ServiceError>> {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        account.tick();
        let answer = self.service.answer(&mut account, operation, input);
        answer.map_err(|refused| Box::new(refused.modelled(self.model())))
    }
}

impl Service {
    fn answer(&self, account: &mut Account, operation: &str, input: &Value) -> CallResult {
        let Some(operation) = self.model.operation(operation) else {
            let message =
                format!("There is no operation \"{operation}\" in {}.", self.model.metadata.service_id);
            return Err(fault::error("UnknownOperationException", message));
        };
        self.validate(operation, input)?;
        let empty = crate::api::model::Fields::new();
        let mut call = CallContext {
            model: &self.model,
            catalogue: &self.catalogue,
            values: &self.values,
            operation,
            input: input.fields().unwrap_or(&empty),
            account,
        };
        demand::check(&mut call, &table::shipped().troubles)?;
        let role = self.catalogue.roles.get(&operation.name).unwrap_or(&OperationRole::Generated);
        self.perform(&mut call, role)
    }

    /// Every constraint of the model, as the service tells them: all at once, members beginning small.
    fn validate(&self, operation: &Operation, input: &Value) -> Result<(), fault::RefusedCall> {
        let mut broken = operation.input.map(|shape| self.validator.check(shape, input)).unwrap_or_default();
        if broken.is_empty() {
            return Ok(());
        }
        for violation in &mut broken {
            violation.path = violation.path.split('.').map(beginning_small).collect::<Vec<_>>().join(".");
        }
        let told: Vec<String> = broken.iter().map(ToString::to_string).collect();
        let errors = if told.len() == 1 { "error" } else { "errors" };
        Err(fault::invalid(format!("{} validation {errors} detected: {}", told.len(), told.join("; "))))
    }

    fn perform(&self, call: &mut CallContext<'_>, role: &OperationRole) -> CallResult {
        let kind = match role {
            OperationRole::Own(name) => return own(call, name),
            OperationRole::Generated => return Ok(self.generated(call)),
            OperationRole::Create(kind)
            | OperationRole::Describe(kind)
            | OperationRole::List(kind)
            | OperationRole::Update(kind)
            | OperationRole::Delete(kind)
            | OperationRole::Start(kind)
            | OperationRole::Stop(kind)
            | OperationRole::Link(kind) => kind,
        };
        let Some(kind) = self.catalogue.kinds.get(kind) else { return Ok(self.generated(call)) };
        match role {
            OperationRole::Create(_) => call.create(kind),
            OperationRole::Describe(_) => call.describe(kind),
            OperationRole::List(_) => call.list(kind),
            OperationRole::Update(_) => call.update(kind),
            OperationRole::Delete(_) => call.move_on(kind, "delete"),
            OperationRole::Start(_) => call.move_on(kind, "start"),
            OperationRole::Stop(_) => call.move_on(kind, "stop"),
            _ => call.link(kind),
        }
    }

    /// The least valid output.
    fn generated(&self, call: &CallContext<'_>) -> Value {
        call.operation.output.map_or_else(Value::default, |output| self.values.minimal(output))
    }
}

fn beginning_small(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

fn own(call: &mut CallContext<'_>, operation: &str) -> CallResult {
    match operation {
        "AddTags" => call.add_tags(),
        "ListTags" => call.list_tags(),
        "DeleteTags" => call.delete_tags(),
        "Search" => call.search(),
        _ => hosting::update_weights(call),
    }
}

#[cfg(test)]
mod tests;
