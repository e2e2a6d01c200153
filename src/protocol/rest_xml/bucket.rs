//! S3's buckets in host names: a request that names its bucket there is read as one that names it in the path, which is
//! what the model describes.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>.

use std::borrow::Cow;

use crate::api::model::Model;
use crate::ground::exchange::Request;

/// The request with its bucket in the path.
pub(super) fn in_path<'r>(model: &Model, request: &'r Request) -> Cow<'r, Request> {
    let host = request.headers.get("host").filter(|_| model.metadata.bare_errors);
    let Some(bucket) = host.and_then(bucket_of) else { return Cow::Borrowed(request) };
    let target = format!("{}/{bucket}{}", request.session_prefix(), request.resource());
    Cow::Owned(Request { target, ..request.clone() })
}

/// The bucket before the service's own name, or before `localhost`, where SDKs put it too.
fn bucket_of(host: &str) -> Option<&str> {
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let service = [".s3.", ".s3-", ".s3express-"].iter().filter_map(|mark| host.rfind(mark)).max();
    let bucket = match service {
        Some(at) => &host[..at],
        None => host.strip_suffix(".localhost")?,
    };
    (!bucket.is_empty() && bucket != "s3").then_some(bucket)
}

#[cfg(test)]
mod tests {
    use super::bucket_of;

    #[test]
    fn a_bucket_is_what_stands_before_the_service() {
        for (host, bucket) in [
            ("b.s3.amazonaws.com", Some("b")),
            ("a.b.s3.eu-west-1.amazonaws.com:443", Some("a.b")),
            ("b.s3-us-west-2.amazonaws.com", Some("b")),
            ("b.s3.dualstack.us-west-2.amazonaws.com", Some("b")),
            ("b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com", Some("b--usw2-az1--x-s3")),
            ("b.localhost:8080", Some("b")),
            ("s3.amazonaws.com", None),
            ("s3.localhost", None),
            ("localhost:8080", None),
            ("127.0.0.1:8080", None),
            ("example.com", None),
        ] {
            assert_eq!(bucket_of(host), bucket, "{host}");
        }
    }
}
