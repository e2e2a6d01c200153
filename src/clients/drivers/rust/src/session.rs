//! One start's settings, and the client that is in use.

use crate::fill::Filler;
use crate::hooks::{Hooks, Interceptor, Pace};
use crate::operation::{OPERATIONS, Operation, WAITERS};
use crate::{unsupported, with_seq};
use aws_smithy_http_client::Builder as HttpBuilder;
use sdk::Client;
use sdk::config::retry::{RetryConfig, RetryPartition};
use sdk::config::timeout::TimeoutConfig;
use sdk::config::{BehaviorVersion, Config, Credentials, Region};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// What a waiter is told to wait at most: attempts bound it, not time.
const WITHOUT_BOUND: Duration = Duration::from_secs(24 * 3600);

/// The settings of `start`, and the client made from them.
pub struct Session {
    settings: Value,
    made: u64,
    current: Option<Connected>,
}

struct Connected {
    endpoint: String,
    client: Client,
    hooks: Arc<Hooks>,
}

impl Session {
    /// Checks the settings; the client is made by the first run, which names the endpoint.
    pub fn start(message: &Value) -> Result<Self, String> {
        if message["version"] != json!(1) {
            return Err(format!("protocol version {} is not spoken here, only 1", message["version"]));
        }
        if !message["modelPath"].is_null() {
            return Err(format!(
                "this client is compiled from its model and cannot load {}",
                message["modelPath"]
            ));
        }
        let service = env!("SDK_NAME").trim_start_matches("aws-sdk-");
        let asked: String = text(&message["service"]).chars().filter(char::is_ascii_alphanumeric).collect();
        if asked.to_lowercase() != service {
            return Err(format!(
                "this driver was built for {service}, not for {asked}: change the dependency `sdk` and build again"
            ));
        }
        let session = Self { settings: message.clone(), made: 0, current: None };
        session.retries()?;
        Ok(session)
    }

    /// Who this is, for the answer to `start`.
    pub fn describe(&self) -> Value {
        let mut capabilities = vec!["call", "paginate"];
        if !WAITERS.is_empty() {
            capabilities.push("wait");
        }
        json!({
            "client": "rust", "version": env!("SDK_VERSION"), "language": "rust", "runtime": env!("RUSTC_VERSION"),
            "capabilities": capabilities, "timestampDigits": 9,
            "issues": "https://github.com/awslabs/aws-sdk-rust/issues",
        })
    }

    /// Performs one message.
    pub async fn run(&mut self, message: &Value) -> Value {
        let seq = message["seq"].clone();
        match self.perform(message).await {
            Ok(answer) => with_seq(seq, answer),
            Err(reason) => unsupported(seq, &reason),
        }
    }

    async fn perform(&mut self, message: &Value) -> Result<Value, String> {
        let name = text(&message["operation"]);
        let operation = OPERATIONS
            .iter()
            .find(|operation| operation.name == name)
            .ok_or_else(|| format!("the client has no operation {name}"))?;
        let input = Filler::input(operation, &message["input"])?;
        let Connected { client, hooks, .. } = self.connected(message)?;
        hooks.replace(input);
        match text(&message["mode"]) {
            "call" => Ok((operation.call)(client).await),
            "paginate" => {
                let pages =
                    operation.pages.ok_or_else(|| format!("the client has no paginator for {name}"))?;
                Ok(pages(client, hooks.clone(), count(&message["maxPages"])).await)
            }
            "wait" => wait(client, hooks, operation, message).await,
            mode => Err(format!("unknown mode {mode:?}")),
        }
    }

    /// The client in use, or a new one where the message asks for it.
    fn connected(&mut self, message: &Value) -> Result<&Connected, String> {
        let endpoint = text(&message["endpoint"]);
        let stale = message["fresh"] == json!(true);
        let kept = self.current.take().filter(|current| !stale && current.endpoint == endpoint);
        let connected = match kept {
            Some(connected) => connected,
            None => self.connect(endpoint)?,
        };
        Ok(self.current.insert(connected))
    }

    /// A client that takes nothing from the environment, with connections and a retry partition of its own.
    fn connect(&mut self, endpoint: &str) -> Result<Connected, String> {
        if !endpoint.starts_with("http://") {
            return Err(format!("{endpoint:?} is no address that this client, which has no TLS, can use"));
        }
        self.made += 1;
        let hooks = Arc::new(Hooks::new(milliseconds(&self.settings["retry"]["maxDelayMs"])));
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(text(&self.settings["region"]).to_owned()))
            .credentials_provider(self.credentials())
            .endpoint_url(endpoint)
            .retry_config(self.retries()?)
            .retry_partition(RetryPartition::new(format!("driver-{}", self.made)))
            .timeout_config(self.timeouts())
            .sleep_impl(Pace(hooks.clone()))
            .http_client(HttpBuilder::new().build_http())
            .interceptor(Interceptor(hooks.clone()))
            .build();
        Ok(Connected { endpoint: endpoint.to_owned(), client: Client::from_conf(config), hooks })
    }

    fn credentials(&self) -> Credentials {
        let given = &self.settings["credentials"];
        let token = given["sessionToken"].as_str().map(str::to_owned);
        Credentials::new(text(&given["accessKeyId"]), text(&given["secretAccessKey"]), token, None, "start")
    }

    fn retries(&self) -> Result<RetryConfig, String> {
        let given = &self.settings["retry"];
        let config = match text(&given["mode"]) {
            "standard" => RetryConfig::standard(),
            "adaptive" => RetryConfig::adaptive(),
            mode => return Err(format!("this client has the retry modes standard and adaptive, not {mode}")),
        };
        let attempts =
            given["maxAttempts"].as_u64().and_then(|attempts| u32::try_from(attempts).ok()).unwrap_or(3);
        Ok(config.with_max_attempts(attempts).with_max_backoff(milliseconds(&given["maxDelayMs"])))
    }

    fn timeouts(&self) -> TimeoutConfig {
        let given = &self.settings["timeouts"];
        TimeoutConfig::builder()
            .connect_timeout(milliseconds(&given["connectMs"]))
            .read_timeout(milliseconds(&given["readMs"]))
            .build()
    }
}

/// Runs a waiter until it is done or its attempts are used up.
async fn wait(
    client: &Client,
    hooks: &Hooks,
    operation: &Operation,
    message: &Value,
) -> Result<Value, String> {
    let name = text(&message["waiter"]);
    let waiter = WAITERS
        .iter()
        .find(|waiter| waiter.name == name)
        .ok_or_else(|| format!("the client has no waiter {name}"))?;
    if waiter.operation != operation.name {
        return Err(format!("the waiter {name} does not use {}", operation.name));
    }
    hooks.poll(milliseconds(&message["delayMs"]), count(&message["maxAttempts"]));
    Ok(tokio::select! {
        waited = (waiter.wait)(client, WITHOUT_BOUND) => waited,
        () = hooks.used_up() => json!({ "waited": "timeout", "reason": "the waiter used up its attempts" }),
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn milliseconds(value: &Value) -> Duration {
    Duration::from_millis(value.as_u64().unwrap_or_default())
}

fn count(value: &Value) -> usize {
    value.as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX)
}
