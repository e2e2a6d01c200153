//! `--upstream`: where recorded answers come from.

use std::sync::Arc;

use shapetape::api::model::Model;
use shapetape::ground::clock::SystemClock;
use shapetape::tape::record::{Upstream, Upstreams, check_account, own_credentials};
use shapetape::wire::gate::Gate;
use shapetape::wire::sigv4::Credentials;

use super::super::environment::own_secrets;
use super::super::sandbox::account;
use super::super::term::say;
use super::Failure;

/// The flags that choose an upstream.
#[derive(Debug, clap::Args)]
pub(crate) struct UpstreamArguments {
    /// Where requests are forwarded to: `sandbox` (the embedded account), `aws`, a URL, or SERVICE=URL for one
    /// service; repeatable [default: sandbox]
    #[arg(long, value_name = "UPSTREAM")]
    upstream: Vec<String>,
    /// AWS account that `--upstream aws` may use; the recording starts only if STS confirms that your
    /// credentials belong to it
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// STS endpoint that confirms the account [default: AWS's endpoint of the region]
    #[arg(long, value_name = "URL", requires = "account")]
    sts: Option<String>,
}

impl UpstreamArguments {
    /// Tells what is wrong before anything is opened.
    pub(super) fn check(&self) -> Result<(), Failure> {
        for given in &self.upstream {
            parse(given)?;
        }
        let twelve = |id: &String| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
        match &self.account {
            Some(id) if !twelve(id) => {
                Err(Failure::usage(format!("--account {id}: an account is 12 digits")))
            }
            None if self.is_aws() => Err(Failure::usage(
                "--upstream aws needs --account ID: the account in which the scenario may make things\n\
                 hint: `aws sts get-caller-identity` says which one your credentials are for",
            )),
            _ => Ok(()),
        }
    }

    /// True where answers come from AWS itself, so that steps cost money and time.
    pub(super) fn is_aws(&self) -> bool {
        self.upstream.iter().any(|given| given == "aws")
    }

    /// True where all answers come from the embedded account: it has no names yet and needs no time.
    pub(super) fn is_sandbox(&self) -> bool {
        self.upstream.iter().all(|given| given == "sandbox")
    }

    /// Gets the credentials of the account that was named, if AWS is asked.
    pub(super) async fn open(&self, region: &str) -> Result<UpstreamSource, Failure> {
        let mut own = None;
        if let Some(account) = self.account.as_ref().filter(|_| self.is_aws()) {
            let credentials = own_credentials(region).await.map_err(Failure::run)?;
            let sts =
                Upstream::sts(self.sts.as_deref(), region, credentials.clone()).map_err(Failure::run)?;
            check_account(&sts, account, region, &SystemClock).await.map_err(Failure::run)?;
            say(format_args!("account {account}: the credentials are for it"));
            own = Some(credentials);
        }
        let given = self.upstream.iter().map(|given| parse(given)).collect::<Result<_, _>>()?;
        Ok(UpstreamSource { given, own })
    }
}

/// One `--upstream`.
#[derive(Debug, Clone)]
enum Given {
    Sandbox,
    Aws,
    All(String),
    Service(String, String),
}

fn parse(given: &str) -> Result<Given, Failure> {
    match given.split_once('=') {
        None if given == "sandbox" => Ok(Given::Sandbox),
        None if given == "aws" => Ok(Given::Aws),
        Some((service, url)) if !service.contains([':', '/']) => {
            Ok(Given::Service(service.to_owned(), url.to_owned()))
        }
        _ if given.contains("://") => Ok(Given::All(given.to_owned())),
        _ => Err(Failure::usage(format!("--upstream {given}: not sandbox, aws, a URL or SERVICE=URL"))),
    }
}

/// Upstreams that can be opened again and again: each recording gets its own account.
pub(super) struct UpstreamSource {
    given: Vec<Given>,
    own: Option<Credentials>,
}

impl UpstreamSource {
    /// The upstreams of one recording.
    pub(super) fn upstreams(&self, model: &Arc<Model>, region: &str) -> Result<Upstreams, Failure> {
        let mut upstreams = Upstreams::default();
        // A service at a URL of the user's own is signed for with the dummy pair: it is no AWS.
        let dummy = || Credentials::new("testing", "testing");
        let at = |url: &str| Upstream::at(url, dummy()).map_err(Failure::usage);
        if self.given.is_empty() {
            upstreams.for_others(sandbox(model, region));
        }
        for given in &self.given {
            match (given, &self.own) {
                (Given::Sandbox, _) => upstreams.for_others(sandbox(model, region)),
                (Given::All(url), _) => upstreams.for_others(at(url)?),
                (Given::Service(service, url), _) => upstreams.for_service(service, at(url)?),
                (Given::Aws, Some(own)) => {
                    let aws = Upstream::aws(&model.metadata, region, own.clone()).map_err(Failure::run)?;
                    upstreams.for_service(&model.metadata.service, aws);
                }
                (Given::Aws, None) => return Err(Failure::usage("--upstream aws needs --account ID")),
            }
        }
        Ok(upstreams)
    }

    /// What must never be stored, by value.
    pub(super) fn secrets(&self) -> Vec<String> {
        self.own.iter().flat_map(Credentials::secrets).chain(own_secrets()).collect()
    }
}

/// The embedded account, behind a gate that lets pass what the recorder's own has let in.
fn sandbox(model: &Arc<Model>, region: &str) -> Upstream {
    let account = account(model.clone(), region, Gate::ignoring());
    Upstream::Inside { kind: "sandbox".to_owned(), handler: Arc::new(account) }
}
