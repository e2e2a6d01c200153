//! Whose facts ship with the program. Every other file asks here and names no service.

use crate::api::facts::Facts;
use crate::api::sagemaker;

/// The service whose models and facts ship with the program, which is meant where no other one is named.
pub fn shipped() -> &'static Facts {
    &sagemaker::FACTS
}
