"""Bugs to be planted into botocore, one function each; `bugs.json` says what is wrong."""

import datetime
import json
import uuid

from botocore import auth, client, endpoint, errorfactory, exceptions, paginate, parsers, serialize, waiter
from botocore.retries import standard


def around(owner, name):
    """Replaces a method by a function that gets the old one first."""

    def replace(function):
        old = getattr(owner, name)
        setattr(owner, name, lambda *given, **named: function(old, *given, **named))
        return function

    return replace


def on_body(change):
    """Changes the JSON of every request."""

    @around(serialize.JSONSerializer, "serialize_to_request")
    def serialize_to_request(old, *given):
        request = old(*given)
        request["body"] = json.dumps(change(json.loads(request["body"]))).encode()
        return request


def each(value, change):
    """A document with every value in it changed, the inner ones first."""
    if isinstance(value, dict):
        value = {name: each(inner, change) for name, inner in value.items()}
    elif isinstance(value, list):
        value = [each(inner, change) for inner in value]
    return change(value)


def on_pages(change):
    @around(paginate.PageIterator, "__iter__")
    def iterate(old, self):
        return change(old(self))


def on_moments(change):
    @around(parsers.BaseJSONParser, "_handle_timestamp")
    def handle(old, *given):
        return change(old(*given))


def on_tokens(change):
    @around(paginate.PageIterator, "_inject_token_into_kwargs")
    def inject(old, self, kwargs, tokens):
        old(self, kwargs, {name: change(token) for name, token in tokens.items()})


def unless_response(rule):
    @around(standard.RetryHandler, "needs_retry")
    def needs_retry(old, self, **named):
        response = named.get("response")
        if response is not None and rule(response[0].status_code):
            return None
        return old(self, **named)


def zero_not_sent():
    def without(value):
        if not isinstance(value, dict):
            return value
        return {name: inner for name, inner in value.items() if inner != 0 or isinstance(inner, bool)}

    on_body(lambda body: each(body, without))


def empty_text_not_sent():
    def without(value):
        if not isinstance(value, dict):
            return value
        return {name: inner for name, inner in value.items() if inner != ""}

    on_body(lambda body: each(body, without))


def text_trimmed():
    on_body(lambda body: each(body, lambda value: value.strip(" ") if isinstance(value, str) else value))


def member_renamed():
    def renamed(body):
        return {"resourceArn" if name == "ResourceArn" else name: value for name, value in body.items()}

    on_body(renamed)


def wrong_target():
    @around(serialize.JSONSerializer, "serialize_to_request")
    def serialize_to_request(old, *given):
        request = old(*given)
        request["headers"]["X-Amz-Target"] = "Other." + given[2].name
        return request


def namespace_kept():
    @around(parsers.JSONParser, "_do_error_parse")
    def parse(old, self, response, shape):
        error = old(self, response, shape)
        try:
            code = json.loads(response["body"]).get("__type", "")
        except (ValueError, AttributeError):
            return error
        if isinstance(code, str) and "#" in code:
            error["Error"]["Code"] = code
        return error


def page_doubled():
    def doubled(pages):
        for number, page in enumerate(pages):
            yield page
            if number == 1:
                yield json.loads(json.dumps(page, default=str))

    on_pages(doubled)


def third_page_lost():
    on_pages(lambda pages: (page for number, page in enumerate(pages) if number != 2))


def first_page_only():
    on_pages(lambda pages: (page for number, page in enumerate(pages) if number == 0))


def error_swallowed():
    @around(client.BaseClient, "_make_api_call")
    def call(old, *given):
        try:
            return old(*given)
        except exceptions.ClientError:
            return {}


def class_always_generic():
    errorfactory.BaseClientExceptions.from_code = lambda self, code: exceptions.ClientError


def time_in_seconds():
    on_moments(lambda time: time.replace(microsecond=0))


def millisecond_early():
    early = datetime.timedelta(milliseconds=1)
    on_moments(lambda time: time - early if time.microsecond == 999_000 else time)


def plus_in_token_decoded():
    on_tokens(lambda token: token.replace("+", " ") if isinstance(token, str) else token)


def zero_token_ends():
    on_pages(lambda pages: until(pages, lambda page: page.get("NextToken") == "0"))


def until(pages, last):
    for page in pages:
        yield page
        if last(page):
            return


def never_again():
    standard.RetryHandler.needs_retry = lambda self, **named: None


def status_429_not_again():
    unless_response(lambda status: status == 429)


def one_attempt_more():
    @around(standard.MaxAttemptsChecker, "__init__")
    def init(old, self, max_attempts):
        old(self, max_attempts + 1)


def attempts_not_numbered():
    @around(endpoint.Endpoint, "_update_retries_context")
    def update(old, self, context, attempt, *given):
        old(self, context, 1, *given)


def other_host_signed():
    @around(auth.SigV4Auth, "headers_to_sign")
    def headers(old, self, request):
        signed = old(self, request)
        del signed["host"]
        signed["host"] = "sagemaker.us-east-1.amazonaws.com"
        return signed


def field_added_after_signing():
    @around(auth.SigV4Auth, "add_auth")
    def add_auth(old, self, request):
        old(self, request)
        request.headers["X-Amz-Trace"] = "1"


def token_changes():
    @around(auth.SigV4Auth, "add_auth")
    def add_auth(old, self, request):
        body = json.loads(request.data)
        if "ClientRequestToken" in body:
            body["ClientRequestToken"] = str(uuid.uuid4())
            request.data = json.dumps(body).encode()
        old(self, request)


def null_kept():
    @around(parsers.BaseJSONParser, "_handle_structure")
    def handle(old, self, shape, value):
        parsed = old(self, shape, value)
        if isinstance(value, dict) and isinstance(parsed, dict):
            names = (member for member in shape.members if member in value and value[member] is None)
            parsed.update(dict.fromkeys(names))
        return parsed


def empty_list_not_given():
    @around(parsers.BaseJSONParser, "_handle_structure")
    def handle(old, self, shape, value):
        parsed = old(self, shape, value)
        return {name: inner for name, inner in parsed.items() if inner != []} if parsed else parsed


def key_lowercased():
    @around(parsers.BaseJSONParser, "_handle_map")
    def handle(old, self, shape, value):
        return {key.lower(): inner for key, inner in old(self, shape, value).items()}


def float_as_int():
    @around(parsers.ResponseParser, "_parse_shape")
    def parse(old, self, shape, node):
        value = old(self, shape, node)
        return int(value) if isinstance(value, float) and abs(value) < 2**63 else value


def filters_lost():
    @around(paginate.PageIterator, "_inject_token_into_kwargs")
    def inject(old, self, kwargs, tokens):
        if any(tokens.values()):
            kwargs.clear()
        old(self, kwargs, tokens)


def failure_not_seen():
    @around(waiter.AcceptorConfig, "_create_path_matcher")
    def create(old, self):
        return (lambda response: False) if self.expected == "Failed" else old(self)


def answer_before_leaks():
    before = {}

    @around(client.BaseClient, "_make_api_call")
    def call(old, *given):
        response = old(*given)
        own = dict(response)
        for name, value in before.items():
            response.setdefault(name, value)
        before.clear()
        before.update(own)
        return response
