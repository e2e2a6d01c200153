"""Drives the AWS CLI for shapetape: every command of a service, its auto-pagination and `wait`."""

import json
import math
import os
import platform
import re
import tempfile
import traceback

import program  # first: it cuts the sleeps of all that is imported after it

import awscli  # noqa: E402
from botocore import exceptions as errors  # noqa: E402
from botocore import xform_name  # noqa: E402
from botocore.exceptions import DataNotFoundError  # noqa: E402
from botocore.paginate import TokenEncoder  # noqa: E402
from botocore.parsers import ResponseParserError  # noqa: E402

import models  # noqa: E402
import texts  # noqa: E402
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

# For other exceptions: the innermost of the CLI's files that the exception came through.
FILES = [
    ("botocore/parsers.py", "decode"),
    ("botocore/serialize.py", "serialize"),
    ("botocore/validate.py", "validate"),
    ("botocore/httpsession.py", "transport"),
    ("botocore/awsrequest.py", "transport"),
    ("botocore/paginate.py", "paginate"),
    ("botocore/waiter.py", "wait"),
    ("customizations/scalarparse.py", "decode"),
    ("awscli/formatter.py", "decode"),
]

# What the CLI prints of a service's error: code, operation, retries, message.
SERVICE_ERROR = re.compile(
    r"\nAn error occurred \((.*?)\) when calling the \w+ operation"
    r"(?: \(reached max retries: \d+\))?: (.*)\n\Z",
    re.DOTALL,
)


class Driver:
    """What `start` said, and the CLI."""

    def __init__(self):
        self.settings = None
        self.cli = program.Program()
        self.model = None

    def start(self, message):
        self.settings = message
        program.configure(message, tempfile.mkdtemp(prefix="aws-", dir=os.environ.get("HOME")))
        try:
            if message["modelPath"]:
                path = models.search_path(message["service"], message["modelPath"])
                os.environ["AWS_DATA_PATH"] = path + os.pathsep + os.environ.get("AWS_DATA_PATH", "")
            self.model = self.cli.session().get_service_model(message["service"])
        except (Unsupported, DataNotFoundError, errors.UnknownServiceError) as error:
            return {"failed": {"reason": f"aws-cli {awscli.__version__}: {error}"}}
        return {
            "started": {
                "client": "aws-cli",
                "version": awscli.__version__,
                "language": "python",
                "runtime": platform.python_version(),
                "capabilities": ["call", "paginate", "wait"],
                "timestampDigits": 6,
                "issues": "https://github.com/aws/aws-cli/issues",
            }
        }

    def run(self, message):
        try:
            pause = max(self.settings["retry"]["maxDelayMs"], message.get("delayMs", 0))
            program.LONGEST["seconds"] = pause / 1000
            return MODES[message["mode"]](self, message, typed.read(message["input"]))
        except Unsupported as error:
            return {"unsupported": {"reason": str(error)}}

    def command(self, message, words, **limits):
        timeouts = self.settings["timeouts"]
        ended = self.cli.run(
            [
                *("--endpoint-url", message["endpoint"], "--region", self.settings["region"]),
                *("--output", "json", "--cli-connect-timeout", seconds(timeouts["connectMs"])),
                *("--cli-read-timeout", seconds(timeouts["readMs"]), self.settings["service"], *words),
            ],
            **limits,
        )
        if ended.status and ended.error is None and "Invalid choice" in ended.complaint:
            raise Unsupported(f"aws-cli {awscli.__version__} has no command {' '.join(words[:2])}")
        return ended

    def operation(self, message):
        """The model of an operation."""
        if message["operation"] not in self.model.operation_names:
            raise Unsupported(f"aws-cli {awscli.__version__} has no operation {message['operation']}")
        model = self.model.operation_model(message["operation"])
        if model.has_event_stream_input or model.has_event_stream_output:
            raise Unsupported("event streams have no place in the driver protocol")
        return model

    def call(self, message, arguments):
        model = self.operation(message)
        words = [xform_name(model.name, "-"), *given(arguments), "--no-paginate"]
        ended = self.command(message, words)
        if ended.status:
            return failure(ended)
        return {"output": printed(ended, model), "requestId": None}

    def paginate(self, message, arguments):
        model = self.operation(message)
        words = [xform_name(model.name, "-"), *self.paging(model, arguments), *given(arguments)]
        ended = self.command(message, words, pages=message["maxPages"])
        if ended.status:
            return {"pages": [], "requestIds": [], "merged": True, **failure(ended)}
        ending = {"stopped": "maxPages"} if ended.stopped else {}
        return {"pages": [printed(ended, model)], "requestIds": [None], "merged": True, **ending}

    def paging(self, model, arguments):
        """The CLI's own options in place of the paginator's members, which it leaves out of the input."""
        try:
            pager = self.cli.session().get_paginator_model(self.settings["service"]).get_paginator(model.name)
        except (ValueError, DataNotFoundError):
            raise Unsupported(f"aws-cli has no paginator for {model.name}") from None
        names = pager["input_token"] if isinstance(pager["input_token"], list) else [pager["input_token"]]
        tokens = {name: arguments.pop(name) for name in names if name in arguments}
        size = arguments.pop(pager.get("limit_key"), None)
        words = ["--starting-token", TokenEncoder().encode(tokens)] if tokens else []
        return words + (["--page-size", str(size)] if size is not None else [])

    def wait(self, message, arguments):
        words = ["wait", xform_name(message["waiter"], "-"), *given(arguments)]
        ended = self.command(message, words, polls=message["maxAttempts"])
        if not ended.status:
            return {"waited": "success", "reason": None}
        if not isinstance(ended.error, errors.WaiterError):
            return {"waited": "failure", "reason": failure(ended)}
        reason = str(ended.error.kwargs["reason"])
        given_up = reason.startswith("Max attempts exceeded")
        return {"waited": "timeout" if given_up else "failure", "reason": ended.complaint.strip()}


MODES = {"call": Driver.call, "paginate": Driver.paginate, "wait": Driver.wait}


def seconds(milliseconds):
    return str(max(1, math.ceil(milliseconds / 1000)))


def given(arguments):
    """The input as `--cli-input-json`; blobs stand in files, which only options of the call itself can name."""
    words = []
    for name in [name for name, value in arguments.items() if isinstance(value, bytes)]:
        with tempfile.NamedTemporaryFile(prefix="blob-", dir=os.environ.get("HOME"), delete=False) as file:
            file.write(arguments.pop(name))
        words += [f"--{xform_name(name, '-')}", f"fileb://{file.name}"]
    return ["--cli-input-json", json.dumps(arguments, default=texts.read_inner_blob), *words]


def printed(ended, model):
    """Nothing is printed for an output without members."""
    return typed.write(json.loads(ended.output), model.output_shape) if ended.output else {}


def failure(ended):
    """A service's error by what was printed of it; the CLI's own by the exception behind the text."""
    error = ended.error
    if isinstance(error, errors.ClientError):
        return service_error(ended)
    if error is None:
        # The options' parser, or what the CLI says before it makes a request.
        stage, kind, known = "validate", f"exit status {ended.status}", True
    else:
        stage, kind = stage_of(error), type(error).__name__
        known = isinstance(error, errors.BotoCoreError) or type(error) is ResponseParserError
    return {
        "clientError": {
            "stage": stage,
            "class": kind,
            "message": ended.complaint.strip(),
            "typed": known,
        }
    }


def service_error(ended):
    told = SERVICE_ERROR.search(ended.complaint)
    return {
        "serviceError": {
            "code": told[1] if told else None,
            "message": told[2] if told else ended.complaint.strip(),
            "status": None,
            "requestId": None,
            "modeled": None,
            "members": {},
        }
    }


def stage_of(error):
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
