//! Which `Host` a request may name: a web page must not reach us through a name of its own (DNS rebinding).

use std::net::{IpAddr, Ipv6Addr};

/// The names and addresses that are served.
pub(super) struct Hosts {
    listening: IpAddr,
    names: Vec<String>,
}

impl Hosts {
    pub(super) fn new(listening: IpAddr, names: &[String]) -> Hosts {
        Hosts { listening, names: names.iter().map(|name| bare(name).to_ascii_lowercase()).collect() }
    }

    /// Whether `host` (`name`, `name:port`, `[v6]:port`) is loopback's, the address listened on, the one
    /// the client reached us by (`local`), or a name given.
    pub(super) fn allows(&self, host: &str, local: IpAddr) -> bool {
        let name = bare(host).to_ascii_lowercase();
        if let Some(address) = address(&name) {
            let known = [self.listening, local].contains(&address) || address.is_loopback();
            return known || self.names.contains(&name);
        }
        name == "localhost" || name.ends_with(".localhost") || self.names.contains(&name)
    }
}

/// Host without port and closing dot.
fn bare(host: &str) -> &str {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    };
    name.strip_suffix('.').unwrap_or(name)
}

fn address(name: &str) -> Option<IpAddr> {
    let inner = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some(v6) => v6.parse::<Ipv6Addr>().ok().map(IpAddr::from),
        None => name.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_and_given_names_are_served_and_nothing_else() {
        let local = IpAddr::from([10, 0, 0, 7]);
        let hosts = Hosts::new(IpAddr::from([0, 0, 0, 0]), &["Proxy.Test".to_owned()]);
        for served in [
            "127.0.0.1:80",
            "127.1.2.3",
            "localhost",
            "LOCALHOST:1",
            "api.localhost:9",
            "[::1]:8080",
            "[::1]",
            "proxy.test",
            "proxy.test.:443",
            "10.0.0.7:5000",
            "0.0.0.0:1",
        ] {
            assert!(hosts.allows(served, local), "{served}");
        }
        for foreign in ["example.com", "localhost.example.com", "10.0.0.8", "", "127.0.0.1.example.com", "::"]
        {
            assert!(!hosts.allows(foreign, local), "{foreign}");
        }
    }
}
