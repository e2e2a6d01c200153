//! One client for many scenarios: what is given back is lent again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ClientOpener;
use crate::api::outcome::Outcome;
use crate::check::case::{Call, NoOutcome};
use crate::clients::{Client, Started};
use crate::ground::exchange::Pending;

/// The client that waits to be lent.
type Shelf = Arc<Mutex<Option<Box<dyn Client>>>>;

/// An opener that starts a client once. One that is stopped is kept for the next who asks, and one that is dropped
/// in the middle of a call is not; the last ends with the opener.
pub fn lending(open: ClientOpener) -> ClientOpener {
    let shelf = Shelf::default();
    Arc::new(move || {
        let (open, shelf) = (open.clone(), shelf.clone());
        Box::pin(async move {
            let kept = shelved(&shelf).take();
            let client = match kept {
                Some(client) => client,
                None => open().await?,
            };
            Ok(Box::new(Lent { client, shelf }) as Box<dyn Client>)
        })
    })
}

fn shelved(shelf: &Shelf) -> MutexGuard<'_, Option<Box<dyn Client>>> {
    // A client is put down and taken up in one step: a panic leaves none of them halfway.
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Lent {
    client: Box<dyn Client>,
    shelf: Shelf,
}

impl Client for Lent {
    fn hello(&self) -> &Started {
        self.client.hello()
    }

    fn run<'a>(
        &'a mut self,
        operation: &'a str,
        call: &'a Call,
        endpoint: &'a str,
    ) -> Pending<'a, Result<Outcome, NoOutcome>> {
        self.client.run(operation, call, endpoint)
    }

    fn stderr(&self) -> String {
        self.client.stderr()
    }

    fn stop(self: Box<Self>) -> Pending<'static, ()> {
        let Lent { client, shelf } = *self;
        let earlier = shelved(&shelf).replace(client);
        Box::pin(async move {
            if let Some(earlier) = earlier {
                earlier.stop().await;
            }
        })
    }
}
