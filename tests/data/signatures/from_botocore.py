"""Makes from_botocore.json: requests as botocore 1.44.5 signs them, each in its own way, at one fixed time.

Run it with the Python of target/setup/venv. A test runs it too, and wants the same bytes.
Nothing is sent: what botocore would send is taken from its `before-send` event.
"""

import datetime
import email.utils
import io
import json
import os
import sys
import time
import types
import urllib.parse

os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull)
os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

import boto3
import botocore.auth
import botocore.signers
from botocore import UNSIGNED
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials

HOST = "127.0.0.1:5711"
NOW = datetime.datetime(2026, 11, 21, 11, 51, 47)
SECONDS = int(NOW.replace(tzinfo=datetime.timezone.utc).timestamp())
FICKLE = ("user-agent", "amz-sdk-invocation-id")

botocore.auth.get_current_datetime = botocore.signers.get_current_datetime = lambda *_, **__: NOW
botocore.auth.time = types.SimpleNamespace(
    time=lambda: SECONDS, gmtime=lambda: time.gmtime(SECONDS), strftime=time.strftime
)
botocore.auth.formatdate = lambda *_, **how: email.utils.formatdate(SECONDS, **how)
vectors = []


def add(name, method, url, headers, body, **more):
    parts = urllib.parse.urlsplit(url)
    target = parts.path + ("?" + parts.query if parts.query else "")
    lines = ["%s %s HTTP/1.1" % (method, target or "/")]
    fields = {key: value.decode() if isinstance(value, bytes) else value for key, value in headers.items()}
    if not any(key.lower() == "host" for key in fields):
        lines.append("Host: " + parts.netloc)
    lines += ["%s: %s" % pair for pair in fields.items() if pair[0].lower() not in FICKLE]
    text = body.read() if hasattr(body, "read") else body or b""
    text = text.decode() if isinstance(text, bytes) else text
    vectors.append({"name": name, "head": lines, "body": [text] if text else [], **more})


def client(service, scheme="http", path="", token=None, region="us-east-1", **config):
    keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "testing", "aws_session_token": token}
    s3 = {"addressing_style": "path", **config.pop("s3", {})}
    config = Config(s3=s3, inject_host_prefix=False, retries={"total_max_attempts": 1}, **config)
    endpoint = "%s://%s%s" % (scheme, HOST, path)
    return boto3.session.Session(**keys, region_name=region).client(service, endpoint_url=endpoint, config=config)


def call(name, made, operation, **arguments):
    """What a client sends for one call."""
    made.meta.events.register("before-send", lambda request, **_: sent(request))

    def sent(request):
        more = arguments.get("more", {})
        add(name, request.method, request.url, request.headers, request.body, **more)
        return AWSResponse(request.url, 200, {"content-type": "application/json"}, Empty())

    try:
        getattr(made, operation)(**{key: value for key, value in arguments.items() if key != "more"})
    except Exception as error:
        if vectors[-1]["name"] != name:
            raise error


class Empty:
    def stream(self, **_):
        return iter([b"{}"])


def presigned(name, made, operation, method, headers={}, body=b"", seconds=3600, **parameters):
    url = made.generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds)
    add(name, method, url, headers, body, good={"seconds": seconds})


def signed(name, signer, method, path, headers, body):
    """What a signer of botocore makes of a request, where no client of it sends such a one to a chosen host."""
    request = AWSRequest(method=method, url="http://%s%s" % (HOST, path), headers=headers, data=body)
    signer.add_auth(request)
    add(name, method, request.url, request.headers, body)


def post(name, made):
    form = made.generate_presigned_post("tapes", "upload.txt")
    boundary = "boundary"
    parts = list(form["fields"].items()) + [("file", "hello")]
    part = '--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = "".join(part % (boundary, *pair) for pair in parts) + "--%s--\r\n" % boundary
    headers = {"Content-Type": "multipart/form-data; boundary=" + boundary}
    add(name, "POST", form["url"], headers, body, refused="an upload as a browser sends it")


odd = "a b/../c//%41+é.txt"
hello = {"Bucket": "tapes", "Key": odd, "Body": b"hello"}
v2, v4 = client("s3"), client("s3", signature_version="s3v4")

call("S3 over http signs the body's hash, and the path as it is", client("s3"), "put_object", **hello)
call("S3 over https sends unsigned chunks and a trailer", client("s3", "https"), "put_object",
     **{**hello, "Body": io.BytesIO(b"hello")}, more={"decoded": ["hello"], "trailer": "x-amz-checksum-crc32: NhCmhg=="})
call("S3 leaves the body unsigned", client("s3", "https", s3={"payload_signing_enabled": False}), "put_object",
     ChecksumCRC32="NhCmhg==", **hello)
call("S3 under a session's prefix", client("s3", path="/s1"), "get_object", Bucket="tapes", Key=odd)
call("S3 Control signs for s3", client("s3control"), "get_access_point", AccountId="123456789012", Name="access")
call("S3 on Outposts: a body's hash in the field, its service's own name", client("s3outposts"), "list_endpoints")
call("S3 Tables encodes the path twice", client("s3tables"), "get_table_bucket",
     tableBucketARN="arn:aws:s3tables:us-east-1:123456789012:bucket/a b")
call("SageMaker Runtime encodes the path twice", client("sagemaker-runtime"), "invoke_endpoint",
     EndpointName="my ep", Body=b"\x01{}", ContentType="application/json")
call("Lex leaves the body unsigned by its model", client("lex-runtime", "https"), "post_content",
     botName="b", botAlias="a", userId="user", contentType="audio/l16", inputStream=b"hello")
call("temporary credentials", client("sts", token="example-session-token"), "get_caller_identity")

presigned("version 4 presigned, S3", v4, "get_object", "GET", Bucket="tapes", Key=odd, VersionId="3/4")
presigned("version 4 presigned, S3, a token", client("s3", token="example/token=", signature_version="s3v4"),
          "put_object", "PUT", {"content-type": "text/plain"}, b"hello", Bucket="tapes", Key="k", ContentType="text/plain")
presigned("version 4 presigned, a body's hash", client("sts"), "get_caller_identity", "POST", seconds=60)
presigned("version 2 presigned, S3", v2, "get_object", "GET", Bucket="tapes", Key=odd)
presigned("version 2 presigned, HEAD", v2, "head_object", "HEAD", seconds=60, Bucket="tapes", Key="k")
presigned("version 2 presigned, parameters that are signed", v2, "get_object", "GET", Bucket="tapes", Key="k",
          VersionId="3/4", ResponseContentDisposition='attachment; filename="ä.txt"')
presigned("version 2 presigned, an upload", v2, "put_object", "PUT", {"Content-Type": "text/plain"}, b"hello",
          Bucket="tapes", Key="k", ContentType="text/plain", Metadata={"mine": " two  words "})
presigned("version 2 presigned, a token", client("s3", token="example/token="), "get_object", "GET",
          Bucket="tapes", Key="k")
presigned("version 2 presigned, under a session's prefix", client("s3", path="/s1"), "get_object", "GET",
          Bucket="tapes", Key=odd)
call("version 2 in the header", client("s3", signature_version="s3"), "put_object", **hello,
     Metadata={"mine": "x"}, ContentType="text/plain")
call("version 2 in the header, a subresource", client("s3", signature_version="s3"), "get_object_tagging",
     Bucket="tapes", Key="k", VersionId="3/4")

keys = Credentials("AKIDEXAMPLE", "testing", "example/token=")
express = botocore.auth.S3ExpressAuth(keys, "s3express", "us-east-1", identity_cache={})
signed("S3 Express has a token of its own", express, "GET", "/tapes--use1-az4--x-s3/a//b%20c", {}, b"")
lambda_ = botocore.auth.S3SigV4Auth(Credentials("AKIDEXAMPLE", "testing"), "s3-object-lambda", "us-east-1")
signed("S3 Object Lambda signs the path as it is", lambda_, "GET", "/a//b%20c/../d", {}, b"")

post("a browser's upload, version 4", v4)
post("a browser's upload, version 2", v2)
sdb = botocore.auth.SigV2Auth(Credentials("AKIDEXAMPLE", "testing"))
request = AWSRequest(method="GET", url="http://%s/" % HOST, params={"Action": "ListDomains", "Version": "2009-04-15"})
sdb.add_auth(request)
query = urllib.parse.urlencode(sorted(request.params.items()))
add("Signature Version 2 of the query services", "GET", "http://%s/?%s" % (HOST, query), {}, b"", refused="signed with Signature Version 2")
call("no credentials: S3", client("s3", signature_version=UNSIGNED), "get_object", Bucket="tapes", Key="k",
     more={"refused": "unsigned"})
call("no credentials by design: Cognito", client("cognito-idp"), "initiate_auth", AuthFlow="USER_PASSWORD_AUTH",
     ClientId="c", more={"refused": "unsigned"})

if __name__ == "__main__":
    for vector in vectors:
        vector.setdefault("by", "botocore " + botocore.__version__)
        vector.setdefault("secret", "testing")
    json.dump(vectors, sys.stdout, indent=1, ensure_ascii=True)
    print()
