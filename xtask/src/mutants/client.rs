//! The built-in client with one bug: a decorator around its rules, and one around the client itself.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use shapetape::api::model::{AcceptorMatcher, Model, Operation, Paginator, Value};
use shapetape::api::outcome::Outcome;
use shapetape::check::case::{Call, NoOutcome};
use shapetape::clients::builtin::{
    BuiltinClient, BuiltinParts, FailedAttempt, NextPage, PollResult, ReferenceSeams, Remedy, Seams,
};
use shapetape::clients::{Client, DriverError, Start, Started};
use shapetape::ground::clock::SystemClock;
use shapetape::ground::exchange::{Pending, Request, Response};
use shapetape::ground::json::{Json, Style, parse, write};
use shapetape::protocol::{ProtocolError, Reply};

use super::bug::{Plant, Read, each_leaf};

/// How long a request comes after the call that it belongs to.
const LATE: Duration = Duration::from_millis(2);

/// The built-in client, as it is meant to be or with a bug.
pub(super) fn client(model: &Arc<Model>, plant: Option<Plant>) -> Result<Box<dyn Client>, DriverError> {
    let start = Start::new(model.metadata.service.clone());
    let mut parts = BuiltinParts::new(model.clone(), start, Arc::new(SystemClock));
    parts.seed = Some(1);
    let Some(plant) = plant else { return Ok(Box::new(BuiltinClient::new(parts)?)) };
    let page = Arc::new(AtomicU32::new(0));
    parts.seams = Arc::new(Decorated { plant, page: page.clone() });
    if let Plant::Parts(change) = plant {
        change(&mut parts);
    }
    Ok(Box::new(Spoilt { client: BuiltinClient::new(parts)?, plant, page, before: None }))
}

/// The rules of the client with one of them broken.
struct Decorated {
    plant: Plant,
    /// The number of the page within its call.
    page: Arc<AtomicU32>,
}

/// Changes a body that is JSON.
fn change_body(body: &mut Vec<u8>, change: impl FnOnce(&mut Json)) {
    if let Ok(mut json) = parse(body) {
        let before = json.clone();
        change(&mut json);
        if json != before {
            *body = write(&json, Style::Compact);
        }
    }
}

impl Seams for Decorated {
    fn encode(&self, model: &Model, operation: &Operation, input: &Value) -> Result<Request, ProtocolError> {
        let mut input = input.clone();
        if let Plant::Input(change) = self.plant {
            change(operation, &mut input);
        }
        let mut request = ReferenceSeams.encode(model, operation, &input)?;
        match self.plant {
            Plant::SentBody(change) => change_body(&mut request.body, |json| change(operation, json)),
            Plant::Sent(change) => change(operation, &mut request),
            _ => {}
        }
        Ok(request)
    }

    fn decode(&self, model: &Model, operation: &Operation, response: &Response) -> Read {
        let mut arrived = response.clone();
        match self.plant {
            Plant::Arrived(change) => change(operation, &mut arrived),
            Plant::ArrivedBody(change) if arrived.status == 200 => {
                change_body(&mut arrived.body, |json| change(operation, json));
            }
            Plant::ArrivedLeaf(change) if arrived.status == 200 => {
                let output = operation.output;
                change_body(&mut arrived.body, |json| {
                    output.into_iter().for_each(|shape| each_leaf(model, shape, json, change));
                });
            }
            _ => {}
        }
        let mut read = ReferenceSeams.decode(model, operation, &arrived);
        match (self.plant, &mut read) {
            (Plant::Output(change), Ok(Reply::Output(output))) => change(operation, output),
            (Plant::Error(change), Ok(Reply::Error(error))) => change(response, error),
            (Plant::Read(change), _) => return change(operation, response, read),
            _ => {}
        }
        read
    }

    fn remedy(&self, fault: &FailedAttempt<'_>) -> Option<Remedy> {
        let remedy = ReferenceSeams.remedy(fault);
        if let Plant::Remedy(change) = self.plant { change(fault, remedy) } else { remedy }
    }

    fn next_page(&self, paginator: &Paginator, output: &Value) -> NextPage {
        let next = ReferenceSeams.next_page(paginator, output);
        let number = self.page.fetch_add(1, Ordering::Relaxed) + 1;
        if let Plant::NextPage(change) = self.plant { change(paginator, output, next, number) } else { next }
    }

    fn accepts(&self, matcher: &AcceptorMatcher, poll: &PollResult<'_>) -> bool {
        let accepts = ReferenceSeams.accepts(matcher, poll);
        if let Plant::Accepts(change) = self.plant { change(matcher, poll, accepts) } else { accepts }
    }

    fn finish(&self, operation: &Operation, request: &mut Request) {
        if let Plant::Attempt(change) = self.plant {
            let field = request.headers.get("amz-sdk-request").unwrap_or_default();
            let number =
                field.trim_start_matches("attempt=").split(';').next().and_then(|text| text.parse().ok());
            change(operation, request, number.unwrap_or(1));
        }
    }
}

/// The client with its calls or outcomes spoilt.
struct Spoilt {
    client: BuiltinClient,
    plant: Plant,
    page: Arc<AtomicU32>,
    before: Option<Outcome>,
}

impl Client for Spoilt {
    fn hello(&self) -> &Started {
        self.client.hello()
    }

    fn run<'a>(
        &'a mut self,
        operation: &'a str,
        call: &'a Call,
        endpoint: &'a str,
    ) -> Pending<'a, Result<Outcome, NoOutcome>> {
        Box::pin(async move {
            self.page.store(0, Ordering::Relaxed);
            let mut call = call.clone();
            if let Plant::Call(change) = self.plant {
                change(&mut call);
            }
            let outcome = self.client.run(operation, &call, endpoint).await?;
            let before = self.before.replace(outcome.clone());
            match self.plant {
                Plant::Outcome(change) => change(before.as_ref(), outcome),
                Plant::Twice => {
                    self.client.run(operation, &call, endpoint).await?;
                    Ok(outcome)
                }
                Plant::Late => {
                    come_late(endpoint);
                    Ok(outcome)
                }
                _ => Ok(outcome),
            }
        })
    }

    fn stop(self: Box<Self>) -> Pending<'static, ()> {
        Box::new(self.client).stop()
    }
}

/// Sends one more request, soon.
fn come_late(endpoint: &str) {
    let address = endpoint.trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned();
    std::thread::spawn(move || {
        std::thread::sleep(LATE);
        if let Ok(mut stream) = TcpStream::connect(&address) {
            let request = format!("POST / HTTP/1.1\r\nHost: {address}\r\nContent-Length: 2\r\n\r\n{{}}");
            let _ = stream.write_all(request.as_bytes());
            std::thread::sleep(LATE);
        }
    });
}
