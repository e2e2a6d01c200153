//! An endpoint such as `https://host:port/base`, taken apart.

/// The parts of an endpoint; none is changed or checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint<'a> {
    /// What stands before `://`; empty without it.
    pub scheme: &'a str,
    /// The host, and the port where there is one.
    pub authority: &'a str,
    /// The rest from the first slash on: what is put before the path of a request.
    pub path: &'a str,
}

impl<'a> Endpoint<'a> {
    /// The parts of a text.
    pub fn of(text: &'a str) -> Endpoint<'a> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Endpoint { scheme, authority, path }
    }

    /// The address of a target on the host.
    pub fn url(&self, target: &str) -> String {
        format!("{}://{}{target}", self.scheme, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_scheme_host_and_path() {
        for (text, scheme, authority, path) in [
            ("https://example.com", "https", "example.com", ""),
            ("http://127.0.0.1:8000/base/", "http", "127.0.0.1:8000", "/base/"),
            ("http://[::1]:80/a?b=http://c", "http", "[::1]:80", "/a?b=http://c"),
            ("example.com/a", "", "example.com", "/a"),
            ("https://", "https", "", ""),
        ] {
            assert_eq!(Endpoint::of(text), Endpoint { scheme, authority, path }, "{text}");
        }
        assert_eq!(Endpoint::of("http://a:1/base").url("/b?c"), "http://a:1/b?c");
    }
}
