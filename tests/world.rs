//! What several test files stand on: the program, the fetched Python, a signing client, a small upstream.

use std::sync::{Arc, Mutex};

use shapetape::ground::clock::{Clock, SystemClock};
use shapetape::ground::exchange::{Answer, Handler, Pending, Request, Response};
use shapetape::ground::json::{Json, Style, parse, write};
use shapetape::wire::sigv4::{Credentials, sign};

/// A request of an operation, signed as an SDK with dummy credentials does.
pub(crate) fn signed(endpoint: &str, operation: &str, body: &str, extra: &[(&str, &str)]) -> Request {
    let (host, prefix) = endpoint.trim_start_matches("http://").split_once('/').unwrap_or((endpoint, ""));
    let host = host.trim_start_matches("http://");
    let mut request = Request {
        method: "POST".into(),
        target: format!("/{prefix}"),
        body: body.as_bytes().to_vec(),
        ..Request::default()
    };
    request.headers.push("Host", host);
    request.headers.push("Content-Type", "application/x-amz-json-1.1");
    request.headers.push("X-Amz-Target", format!("SageMaker.{operation}"));
    for (name, value) in extra.iter().filter(|(name, _)| *name != "key") {
        request.headers.push(*name, *value);
    }
    let key = extra.iter().find(|(name, _)| *name == "key").map_or("AKIDEXAMPLE", |(_, key)| key);
    sign(&mut request, &Credentials::new(key, "testing"), "us-east-1", "sagemaker", SystemClock.now())
        .unwrap();
    request
}

/// Sends a request and waits for its answer.
pub(crate) async fn send(endpoint: &str, request: &Request) -> (u16, Json) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let host = endpoint.trim_start_matches("http://").split('/').next().unwrap();
    let mut builder = client.post(format!("http://{host}{}", request.target)).body(request.body.clone());
    for (name, value) in request.headers.iter().filter(|(name, _)| *name != "Host") {
        builder = builder.header(name, value);
    }
    let answer = builder.send().await.unwrap();
    assert!(!answer.headers().contains_key("date"), "a replayed Date becomes some SDKs' clock");
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await.unwrap();
    (status, parse(&bytes).unwrap_or(Json::Null))
}

/// Calls an operation and waits for its answer.
pub(crate) async fn call(endpoint: &str, operation: &str, body: &str) -> (u16, Json) {
    send(endpoint, &signed(endpoint, operation, body, &[])).await
}

/// A tiny stateful account: an endpoint that takes three looks to come up, and what else the traps need.
#[derive(Default)]
pub(crate) struct TinyAccount {
    looks: Mutex<usize>,
    /// Requests seen.
    pub(crate) seen: Mutex<usize>,
}

impl TinyAccount {
    fn answer(&self, request: &Request) -> Response {
        *self.seen.lock().unwrap() += 1;
        let target = request.headers.get("x-amz-target").unwrap_or_default();
        let input = parse(&request.body).unwrap_or(Json::Null);
        let text = |name: &str| input.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let arn = |kind: &str, name: &str| format!("arn:aws:sagemaker:us-east-1:123456789012:{kind}/{name}");
        let body = match target.trim_start_matches("SageMaker.") {
            "ListModels" => r#"{"Models":[{"ModelName":"m","ModelArn":"arn:aws:sagemaker:us-east-1:123456789012:model/m","CreationTime":1.7e9}]}"#.to_owned(),
            "ListEndpoints" => r#"{"Endpoints":[]}"#.to_owned(),
            "DescribeEndpoint" => {
                let mut looks = self.looks.lock().unwrap();
                *looks += 1;
                let status = if *looks < 3 { "Creating" } else { "InService" };
                let name = text("EndpointName");
                let arn = arn("endpoint", &name);
                format!(r#"{{"EndpointName":"{name}","EndpointArn":"{arn}","EndpointStatus":"{status}","CreationTime":1700000000.25,"LastModifiedTime":1700000000}}"#)
            }
            "DescribeModel" if text("ModelName") == "nobody" => {
                let body = r#"{"__type":"ValidationException","message":"Could not find model"}"#;
                return Response::new(400, body).with("Content-Type", "application/x-amz-json-1.1");
            }
            "DescribeModel" => {
                let name = text("ModelName");
                format!(r#"{{"ModelName":"{name}","ModelArn":"{}","CreationTime":1700000000}}"#, arn("model", &name))
            }
            "CreatePipeline" => format!(r#"{{"PipelineArn":"{}"}}"#, arn("pipeline", &text("PipelineName"))),
            "UpdateEndpointWeightsAndCapacities" | "CreateEndpoint" => {
                format!(r#"{{"EndpointArn":"{}"}}"#, arn("endpoint", &text("EndpointName")))
            }
            "ListTrainingJobs" => r#"{"TrainingJobSummaries":[]}"#.to_owned(),
            "CreateNotebookInstance" => {
                return Response::new(500, "<html><h1>Internal Server Error</h1></html>").with("Content-Type", "text/html");
            }
            _ => "{}".to_owned(),
        };
        Response::new(200, body)
            .with("Content-Type", "application/x-amz-json-1.1")
            .with("Date", "Sat, 01 Jan 2000 00:00:00 GMT")
            .with("x-amzn-RequestId", "0c4f2b1e-1111-2222-3333-444455556666")
    }
}

impl Handler for TinyAccount {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        Box::pin(async move { self.answer(&request).into() })
    }
}

/// Serves a handler on a free port for as long as the handle lives.
pub(crate) async fn serve(handler: Arc<dyn Handler>) -> shapetape::wire::serve::ServerHandle {
    shapetape::wire::serve::Server::bind(shapetape::wire::serve::ServerOptions::default())
        .await
        .unwrap()
        .run(handler)
}

/// Compact text of a document, for comparing.
pub(crate) fn compact(json: &Json) -> String {
    String::from_utf8(write(json, Style::Compact)).unwrap()
}
