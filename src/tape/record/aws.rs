//! The user's own AWS account as an upstream: where it is, what signs for it, and whose it is.

use super::{Upstream, UpstreamError};
use crate::api::model::Metadata;
use crate::ground::clock::Clock;
use crate::ground::exchange::Request;
use crate::wire::client::with_causes;
use crate::wire::sigv4::Credentials;

/// The body of the question whose credentials these are, in the `awsQuery` protocol of STS.
const WHO: &[u8] = b"Action=GetCallerIdentity&Version=2011-06-15";

impl Upstream {
    /// A service of AWS in a region.
    pub fn aws(
        service: &Metadata,
        region: &str,
        credentials: Credentials,
    ) -> Result<Upstream, UpstreamError> {
        let url = format!("https://{}.{region}.{}", service.endpoint_prefix, domain(region));
        Upstream::of_kind("aws", &url, credentials)
    }

    /// The Security Token Service of a region, which says whose credentials are; at `url` if it is not AWS's own.
    pub fn sts(url: Option<&str>, region: &str, credentials: Credentials) -> Result<Upstream, UpstreamError> {
        let own = format!("https://sts.{region}.{}", domain(region));
        Upstream::of_kind("aws", url.unwrap_or(&own), credentials)
    }
}

/// The domain of a region's partition.
fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

/// Asks STS whose credentials it was signed for, and refuses any account but `account`.
///
/// `GetCallerIdentity` needs no permission, so that a refusal means that the credentials themselves are no good.
pub async fn check_account(
    sts: &Upstream,
    account: &str,
    region: &str,
    clock: &dyn Clock,
) -> Result<(), UpstreamError> {
    let mut request = Request {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        body: WHO.to_vec(),
        ..Request::default()
    };
    request.headers.push("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    let response = sts.forward(&request, region, "sts", clock).await?;
    let body = String::from_utf8_lossy(&response.body);
    let refused = |what: String| UpstreamError::Account { account: account.to_owned(), what };
    if response.status != 200 {
        let code = between(&body, "<Code>", "</Code>").unwrap_or("no code");
        return Err(refused(format!("STS refused the credentials ({} {code})", response.status)));
    }
    match between(&body, "<Account>", "</Account>") {
        Some(own) if own == account => Ok(()),
        Some(own) => Err(refused(format!("the credentials are those of account {own}"))),
        None => Err(refused("STS did not say whose the credentials are".to_owned())),
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inner, _)| inner.trim())
}

/// The credentials of the user's own environment, profile, role or instance, by the default chain of the AWS SDK
/// for Rust.
#[cfg(feature = "aws")]
pub async fn own_credentials(region: &str) -> Result<Credentials, UpstreamError> {
    use aws_credential_types::provider::ProvideCredentials as _;

    let none = |what: String| UpstreamError::Credentials { what };
    let http = super::credential_http::client().map_err(|error| none(with_causes(&error)))?;
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new(region.to_owned()))
        .http_client(http)
        .load()
        .await;
    let provider = config.credentials_provider().ok_or_else(|| none("nothing provides any".to_owned()))?;
    let found = provider.provide_credentials().await.map_err(|error| none(with_causes(&error)))?;
    Ok(Credentials {
        access_key_id: found.access_key_id().to_owned(),
        secret_access_key: found.secret_access_key().to_owned(),
        session_token: found.session_token().map(str::to_owned),
    })
}

/// There is no way to the user's own credentials in a program built without the feature `aws`.
#[cfg(not(feature = "aws"))]
pub async fn own_credentials(_region: &str) -> Result<Credentials, UpstreamError> {
    Err(UpstreamError::Credentials { what: "this program was built without the feature `aws`".to_owned() })
}
