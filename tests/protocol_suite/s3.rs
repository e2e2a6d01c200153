//! What is particular to S3, over botocore's model of it: which operation a request is for, errors, and outputs that
//! are no structure.

use shapetape::api::model::{Model, Value};
use shapetape::ground::exchange::{Request, Response};
use shapetape::protocol::{
    Reply, ServiceError, decode_request, decode_response, encode_error, encode_response, operation_at,
    operation_of,
};

use super::parsing::service_model;

#[test]
fn requests_find_the_most_specific_operation_of_their_path() {
    let s3 = service_model("s3");
    let lambda = service_model("lambda");
    for (model, method, target, header, wanted) in [
        (&s3, "GET", "/", "", "ListBuckets"),
        (&s3, "GET", "/b", "", "ListObjects"),
        (&s3, "GET", "/b?list-type=2&prefix=a", "", "ListObjectsV2"),
        (&s3, "GET", "/b?acl", "", "GetBucketAcl"),
        (&s3, "GET", "/b?acl=", "", "GetBucketAcl"),
        (&s3, "GET", "/b/?location", "", "GetBucketLocation"),
        (&s3, "GET", "/b/k", "", "GetObject"),
        (&s3, "GET", "/b/k/l?versionId=3", "", "GetObject"),
        (&s3, "GET", "/b/k?acl", "", "GetObjectAcl"),
        (&s3, "GET", "/b/k?uploadId=1", "", "ListParts"),
        (&s3, "HEAD", "/b", "", "HeadBucket"),
        (&s3, "HEAD", "/b/k", "", "HeadObject"),
        (&s3, "PUT", "/b/k", "", "PutObject"),
        (&s3, "PUT", "/b/k", "x-amz-copy-source", "CopyObject"),
        (&s3, "PUT", "/b/k?partNumber=1&uploadId=2", "", "UploadPart"),
        (&s3, "PUT", "/b/k?partNumber=1&uploadId=2", "x-amz-copy-source", "UploadPartCopy"),
        (&s3, "POST", "/b/k?uploads", "", "CreateMultipartUpload"),
        (&s3, "POST", "/b/k?uploadId=2", "", "CompleteMultipartUpload"),
        (&s3, "POST", "/b?delete", "", "DeleteObjects"),
        (&s3, "PATCH", "/b/k", "", ""),
        (&lambda, "POST", "/2015-03-31/functions/f/invocations", "", "Invoke"),
        (&lambda, "GET", "/2015-03-31/functions/", "", "ListFunctions"),
        (&lambda, "GET", "/2015-03-31/functions", "", "ListFunctions"),
        (&lambda, "GET", "/2015-03-31/functions/f", "", "GetFunction"),
        (&lambda, "GET", "/2015-03-31/functions/f/x", "", ""),
    ] {
        let mut request =
            Request { method: method.to_owned(), target: target.to_owned(), ..Request::default() };
        if !header.is_empty() {
            request.headers.push(header, "a/b");
        }
        let found = operation_of(model, &request).map_or("", |operation| operation.name.as_str());
        assert_eq!(found, wanted, "{method} {target} {header}");
        let at = operation_at(model, method, request.path(), request.query(), None);
        let at = at.map_or("", |operation| operation.name.as_str());
        assert!(at == wanted || !header.is_empty(), "{method} {target}: {at}");
    }
    for (host, target, wanted, key) in [
        ("b.localhost:80", "/k/l", "GetObject", Some("k/l")),
        ("b.s3.eu-west-1.amazonaws.com", "/", "ListObjects", None),
        ("b.s3.amazonaws.com", "/?acl", "GetBucketAcl", None),
        ("localhost:80", "/b/k/l", "GetObject", Some("k/l")),
    ] {
        let headers = [("Host", host)].into_iter().collect();
        let target = target.to_owned();
        let request = Request { method: "GET".to_owned(), target, headers, ..Request::default() };
        let (found, input) = decode_request(&s3, &request).unwrap();
        let told = (found.name.as_str(), input.get("Bucket"), input.get("Key").and_then(Value::as_str));
        assert_eq!(told, (wanted, Some(&Value::string("b")), key), "{host}");
    }
    let nothing = Request { method: "PATCH".to_owned(), target: "/b/k".to_owned(), ..Request::default() };
    let error = decode_request(&s3, &nothing).unwrap_err().to_string();
    assert!(error.contains("`PATCH /b/k`") && error.contains("hint"), "{error}");
}

fn reply(model: &Model, operation: &str, response: &Response) -> Reply {
    decode_response(model, &model.operations[operation], response).unwrap()
}

#[test]
fn errors_are_read_in_every_form_and_bytes_are_no_errors() {
    let s3 = service_model("s3");
    const BARE: &str = "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code><Message>no &amp; no</Message>\
        <Key>k</Key><RequestId>id-1</RequestId></Error>";
    const WRAPPED: &str = "<ErrorResponse xmlns=\"urn:x\"><Error><Type>Sender</Type><Code>NoSuchKey</Code>\
        <Message><![CDATA[no & no]]></Message></Error><RequestId>id-1</RequestId></ErrorResponse>";
    for (operation, status, body, code) in [
        ("GetObject", 404, BARE, Some("NoSuchKey")),
        ("GetObject", 404, WRAPPED, Some("NoSuchKey")),
        ("GetObject", 404, "", Some("404")),
        ("GetObject", 404, "<html>", Some("404")),
        ("GetObject", 404, "<Error/>", Some("404")),
        ("HeadObject", 404, "", Some("404")),
        ("HeadObject", 403, "", Some("403")),
        ("CopyObject", 200, BARE, Some("NoSuchKey")),
        ("CompleteMultipartUpload", 200, BARE, Some("NoSuchKey")),
        ("UploadPartCopy", 200, BARE, Some("NoSuchKey")),
        ("GetObject", 200, BARE, None),
        ("GetBucketPolicy", 200, BARE, None),
    ] {
        match (reply(&s3, operation, &Response::new(status, body)), code) {
            (Reply::Error(error), Some(code)) => {
                assert_eq!((error.code.as_str(), error.status), (code, status), "{operation} {body}");
                let told = (error.message.map(|text| text.to_lossy()), error.request_id);
                let wanted = (code == "NoSuchKey").then(|| ("no & no".to_owned(), "id-1".to_owned())).unzip();
                assert_eq!(told, wanted, "{operation} {body}");
            }
            (Reply::Output(_), None) => {}
            (other, _) => panic!("{operation} {status} {body}: {other:?}"),
        }
    }
    let mut error = ServiceError::modeled(&s3, s3.shape_named("NoSuchKey").unwrap(), "no");
    error.request_id = Some("id-2".to_owned());
    let written = encode_error(&s3, &error).unwrap();
    assert!(written.body.starts_with(b"<Error><Code>NoSuchKey</Code>"), "{}", written.body.escape_ascii());
    assert_eq!(written.headers.get("x-amz-request-id"), Some("id-2"));
    assert_eq!(reply(&s3, "GetObject", &written), Reply::Error(error));
}

#[test]
fn an_output_may_be_the_root_element_itself_or_bytes_in_a_coding() {
    let s3 = service_model("s3");
    const SPACE: &str = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
    for (body, place) in [
        (format!("<LocationConstraint {SPACE}>eu-west-1</LocationConstraint>"), Some("eu-west-1")),
        (format!("<?xml version=\"1.0\"?><LocationConstraint {SPACE}/>"), None),
        (format!("<LocationConstraint {SPACE}></LocationConstraint>"), None),
    ] {
        let wanted = place.map(|place| ("LocationConstraint", Value::string(place)));
        let wanted = Value::structure(wanted);
        let found = reply(&s3, "GetBucketLocation", &Response::new(200, body.as_str()));
        assert_eq!(found, Reply::Output(wanted.clone()), "{body}");
        let written = encode_response(&s3, &s3.operations["GetBucketLocation"], &wanted).unwrap();
        assert!(written.body.starts_with(b"<LocationConstraint"), "{}", written.body.escape_ascii());
        assert_eq!(reply(&s3, "GetBucketLocation", &written), found);
    }
    let packed = Response::new(200, &b"\x1f\x8b packed"[..]).with("Content-Encoding", "gzip");
    let Reply::Output(object) = reply(&s3, "GetObject", &packed) else { panic!("no output") };
    assert_eq!(object.get("Body"), Some(&Value::Blob(packed.body.clone())));
    assert_eq!(object.get("ContentEncoding"), Some(&Value::string("gzip")));
}
