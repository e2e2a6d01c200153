"""Drives boto3 for shapetape: any service, every operation, its own paginators and waiters."""

import platform
import time
import traceback

# The length of back-off is not judged, so it is cut short. Replaced before botocore is imported, because it
# keeps the function as a default argument.
sleep = time.sleep
LONGEST = {"seconds": 0.02}
time.sleep = lambda seconds: sleep(min(seconds, LONGEST["seconds"]))

import boto3  # noqa: E402
import botocore.exceptions as errors  # noqa: E402
from botocore import xform_name  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.parsers import ResponseParserError  # noqa: E402
from botocore.session import get_session  # noqa: E402

import models  # noqa: E402
import typed  # noqa: E402
from pipe import serve  # noqa: E402
from typed import Unsupported  # noqa: E402

# The first class that an exception is an instance of tells its stage.
STAGES = [
    (errors.ParamValidationError, "validate"),
    (errors.ReadTimeoutError, "timeout"),
    (errors.ConnectTimeoutError, "timeout"),
    (errors.ConnectionError, "transport"),
    (errors.HTTPClientError, "transport"),
    (ResponseParserError, "decode"),
    (errors.PaginationError, "paginate"),
    (errors.WaiterError, "wait"),
]

# For exceptions that are none of botocore's: the innermost of its files that the exception came through.
FILES = [
    ("botocore/parsers.py", "decode"),
    ("botocore/serialize.py", "serialize"),
    ("botocore/validate.py", "validate"),
    ("botocore/httpsession.py", "transport"),
    ("botocore/awsrequest.py", "transport"),
    ("botocore/paginate.py", "paginate"),
    ("botocore/waiter.py", "wait"),
]


class Driver:
    """One session and the client it made last."""

    def __init__(self):
        self.settings = None
        self.session = None
        self.endpoint = None
        self.client = None
        self.names = {}

    def start(self, message):
        self.settings = message
        core = get_session()
        try:
            if message["modelPath"]:
                path = models.search_path(message["service"], message["modelPath"])
                core.get_component("data_loader").search_paths.insert(0, path)
        except Unsupported as error:
            return {"failed": {"reason": str(error)}}
        self.session = boto3.Session(botocore_session=core)
        if message["service"] not in core.get_available_services():
            return {"failed": {"reason": f"boto3 {boto3.__version__} has no service {message['service']}"}}
        return {
            "started": {
                "client": "boto3",
                "version": boto3.__version__,
                "language": "python",
                "runtime": platform.python_version(),
                "capabilities": ["call", "paginate", "wait"],
                "timestampDigits": 6,
                "issues": "https://github.com/boto/boto3/issues",
            }
        }

    def run(self, message):
        try:
            if self.client is None or message["fresh"] or message["endpoint"] != self.endpoint:
                self.connect(message["endpoint"])
            LONGEST["seconds"] = max(self.settings["retry"]["maxDelayMs"], message.get("delayMs", 0)) / 1000
            return MODES[message["mode"]](self, message, typed.read(message["input"]))
        except Unsupported as error:
            return {"unsupported": {"reason": str(error)}}

    def connect(self, endpoint):
        if self.client is not None:
            self.client.close()
        credentials, retry = self.settings["credentials"], self.settings["retry"]
        timeouts = self.settings["timeouts"]
        self.endpoint = endpoint
        self.client = self.session.client(
            self.settings["service"],
            region_name=self.settings["region"],
            endpoint_url=endpoint,
            aws_access_key_id=credentials["accessKeyId"],
            aws_secret_access_key=credentials["secretAccessKey"],
            aws_session_token=credentials.get("sessionToken"),
            config=Config(
                retries={"mode": retry["mode"], "total_max_attempts": retry["maxAttempts"]},
                connect_timeout=timeouts["connectMs"] / 1000,
                read_timeout=timeouts["readMs"] / 1000,
                proxies={},
            ),
        )
        self.names = {api: name for name, api in self.client.meta.method_to_api_mapping.items()}

    def method(self, message):
        """The client's name of an operation, and its model."""
        operation = message["operation"]
        if operation not in self.names:
            raise Unsupported(f"boto3 {boto3.__version__} has no operation {operation}")
        model = self.client.meta.service_model.operation_model(operation)
        if model.has_event_stream_input or model.has_event_stream_output:
            raise Unsupported("event streams have no place in the driver protocol")
        return self.names[operation], model

    def call(self, message, arguments):
        name, model = self.method(message)
        try:
            response = getattr(self.client, name)(**arguments)
        except Exception as error:
            return self.failure(error)
        request_id = take_request_id(response)
        return {"output": typed.encode(response, model.output_shape), "requestId": request_id}

    def paginate(self, message, arguments):
        name, model = self.method(message)
        if not self.client.can_paginate(name):
            raise Unsupported(f"boto3 has no paginator for {message['operation']}")
        pages, request_ids, ending = [], [], {}
        try:
            for page in self.client.get_paginator(name).paginate(**arguments):
                request_ids.append(take_request_id(page))
                pages.append(typed.write(page, model.output_shape))
                if len(pages) == message["maxPages"]:
                    ending = {"stopped": "maxPages"}
                    break
        except Exception as error:
            ending = self.failure(error)
        return {"pages": pages, "requestIds": request_ids, **ending}

    def wait(self, message, arguments):
        name = xform_name(message["waiter"])
        if name not in self.client.waiter_names:
            raise Unsupported(f"boto3 has no waiter {message['waiter']}")
        pace = {"Delay": message["delayMs"] / 1000, "MaxAttempts": message["maxAttempts"]}
        try:
            self.client.get_waiter(name).wait(**arguments, WaiterConfig=pace)
        except errors.WaiterError as error:
            return self.wait_failure(error)
        except Exception as error:
            return {"waited": "failure", "reason": self.failure(error)}
        return {"waited": "success", "reason": None}

    def wait_failure(self, error):
        words = str(error.kwargs["reason"])
        if words.startswith("Max attempts exceeded"):
            return {"waited": "timeout", "reason": words}
        if words.startswith("An error occurred"):
            code = error.last_response["Error"].get("Code")
            unmatched = self.client.exceptions.from_code(code)(error.last_response, error.kwargs["name"])
            return {"waited": "failure", "reason": self.failure(unmatched)}
        return {"waited": "failure", "reason": words}

    def failure(self, error):
        if isinstance(error, errors.ClientError):
            return {"serviceError": self.service_error(error)}
        return {
            "clientError": {
                "stage": stage(error),
                "class": type(error).__name__,
                "message": text(str(error)),
                "typed": isinstance(error, errors.BotoCoreError) or type(error) is ResponseParserError,
            }
        }

    def service_error(self, error):
        response = dict(error.response)
        metadata = response.pop("ResponseMetadata", None) or {}
        detail = response.pop("Error", None) or {}
        modeled = None if type(error) is errors.ClientError else type(error).__name__
        shape = self.client.meta.service_model.shape_for(modeled) if modeled else None
        return {
            "code": text(detail.get("Code")),
            "message": text(detail.get("Message")),
            "status": metadata.get("HTTPStatusCode"),
            "requestId": metadata.get("RequestId"),
            "modeled": modeled,
            "members": typed.write(response, shape),
        }


MODES = {"call": Driver.call, "paginate": Driver.paginate, "wait": Driver.wait}


def take_request_id(response):
    return response.pop("ResponseMetadata", {}).get("RequestId")


def text(value):
    return None if value is None else typed.write_text(value if isinstance(value, str) else str(value))


def stage(error):
    for kind, word in STAGES:
        if isinstance(error, kind):
            return word
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        for path, word in FILES:
            if frame.filename.replace("\\", "/").endswith(path):
                return word
    return "unknown"


if __name__ == "__main__":
    serve(Driver())
