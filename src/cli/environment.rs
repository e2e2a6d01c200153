//! The one place that reads the environment, and the environment that wrapped commands get.

/// Variables through which an SDK could find real credentials, other endpoints or a proxy.
const REMOVED: [&str; 28] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    // The names of the older SDKs for Java, and of boto before botocore.
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_CREDENTIAL_FILE",
    "BOTO_CONFIG",
    "BOTO_PATH",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_ENDPOINT_URL",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Beginnings of such variables, one per service: `AWS_ENDPOINT_URL_S3`, `AWS_BEARER_TOKEN_BEDROCK`.
const REMOVED_OF_SERVICES: [&str; 2] = ["AWS_ENDPOINT_URL_", "AWS_BEARER_TOKEN_"];

/// The access key id that wrapped commands sign with: for show, and good for nothing.
pub(crate) use shapetape::wire::sigv4::DUMMY_ACCESS_KEY_ID as ACCESS_KEY_ID;

/// The folder of things that can be fetched again: `shapetape` in the user's cache folder (XDG Base Directory
/// Specification).
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub(crate) fn cache_folder() -> Option<std::path::PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(home) = variable("SHAPETAPE_HOME") {
        return Some(home.into());
    }
    let cache = variable("XDG_CACHE_HOME").map(std::path::PathBuf::from);
    let cache = cache.or_else(|| variable("HOME").map(|home| std::path::Path::new(&home).join(".cache")))?;
    Some(cache.join("shapetape"))
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The user's own secret key and session token: what must never be found in a cassette.
pub(crate) fn own_secrets() -> Vec<String> {
    ["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"]
        .into_iter()
        .filter_map(variable)
        .filter(|secret| secret != "testing")
        .collect()
}

/// The whole environment, for drivers to be given their few variables of.
pub(crate) fn all() -> impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)> {
    std::env::vars_os()
}

/// What a wrapped command's environment gains and loses.
pub(crate) struct ChildEnvironment {
    /// Set.
    pub(crate) set: Vec<(&'static str, String)>,
    /// Taken away.
    pub(crate) removed: Vec<String>,
}

impl ChildEnvironment {
    /// The environment in which every SDK talks to `endpoint` with dummy credentials and to nobody else.
    pub(crate) fn new(endpoint: &str, region: &str) -> ChildEnvironment {
        let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
        let set = vec![
            ("AWS_ENDPOINT_URL", endpoint.to_owned()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "testing".to_owned()),
            ("AWS_REGION", region.to_owned()),
            ("AWS_DEFAULT_REGION", region.to_owned()),
            ("AWS_CONFIG_FILE", nowhere.to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", nowhere.to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("NO_PROXY", "127.0.0.1,localhost".to_owned()),
            ("no_proxy", "127.0.0.1,localhost".to_owned()),
        ];
        let kept = |name: &str| set.iter().any(|(other, _)| *other == name);
        let of_services = std::env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| REMOVED_OF_SERVICES.iter().any(|start| name.starts_with(start)));
        let removed = REMOVED
            .iter()
            .filter(|name| !kept(name))
            .map(|name| (*name).to_owned())
            .chain(of_services)
            .collect();
        ChildEnvironment { set, removed }
    }
}
