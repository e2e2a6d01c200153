"""The AWS CLI as a program inside this one: a command line in, an exit code and two texts out."""

import io
import os
import sys
import time

# The length of back-off and of a wait's pause is not judged, so it is cut short. Replaced before the CLI is
# imported, because its botocore keeps the function as a default argument.
sleep = time.sleep
LONGEST = {"seconds": 0.02}
time.sleep = lambda seconds: sleep(min(seconds, LONGEST["seconds"]))

from awscli import clidriver  # noqa: E402
from botocore import paginate, waiter  # noqa: E402  the CLI's own, which stands under this name, too

# How far auto-pagination goes, and how often `wait` polls: the CLI has no options for these.
LIMITS = {"pages": None, "polls": None, "stopped": False}
# What main() caught, for the class and the stage of a failure; its text is what the CLI printed.
CAUGHT = []


def remember(error, outfile, tell=clidriver.write_exception):
    CAUGHT.append(error)
    tell(error, outfile)


def some_pages(self, pages=paginate.PageIterator.__iter__):
    for number, page in enumerate(pages(self), start=1):
        yield page
        if number == LIMITS["pages"]:
            LIMITS["stopped"] = True
            return


def some_polls(self, wait=waiter.Waiter.wait, **arguments):
    return wait(self, WaiterConfig={"MaxAttempts": LIMITS["polls"]}, **arguments)


clidriver.write_exception = remember
paginate.PageIterator.__iter__ = some_pages
waiter.Waiter.wait = some_polls


class Ended:
    """How a command ended."""

    def __init__(self, status, output, complaint):
        self.status = status
        self.output = output
        self.complaint = complaint
        self.error = CAUGHT[-1] if CAUGHT else None
        self.stopped = LIMITS["stopped"]


class Program:
    """The CLI. Each command has a session of its own, as each process has; only parsed models are kept."""

    def __init__(self):
        self.loader = None

    def driver(self):
        driver = clidriver.create_clidriver()
        if self.loader is None:
            self.loader = driver.session.get_component("data_loader")
        driver.session.register_component("data_loader", self.loader)
        return driver

    def session(self):
        return self.driver().session

    def run(self, words, pages=None, polls=None):
        CAUGHT.clear()
        LIMITS.update(pages=pages, polls=polls, stopped=False)
        kept = sys.stdout, sys.stderr
        # As Python opens them for a pipe.
        output = io.TextIOWrapper(io.BytesIO(), "utf-8", "strict")
        complaint = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace")
        sys.stdout, sys.stderr = output, complaint
        try:
            status = self.driver().main(words)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        finally:
            sys.stdout, sys.stderr = kept
        return Ended(status, told(output), told(complaint))


def told(stream):
    try:
        stream.flush()
    except UnicodeEncodeError:
        pass
    return stream.buffer.getvalue().decode("utf-8", "replace")


def configure(settings, folder):
    """What a user keeps in the environment and in the CLI's configuration file."""
    credentials, retry = settings["credentials"], settings["retry"]
    os.environ.update(
        AWS_ACCESS_KEY_ID=credentials["accessKeyId"],
        AWS_SECRET_ACCESS_KEY=credentials["secretAccessKey"],
        AWS_RETRY_MODE=retry["mode"],
        AWS_MAX_ATTEMPTS=str(retry["maxAttempts"]),
        AWS_CONFIG_FILE=os.path.join(folder, "config"),
    )
    if credentials.get("sessionToken"):
        os.environ["AWS_SESSION_TOKEN"] = credentials["sessionToken"]
    with open(os.environ["AWS_CONFIG_FILE"], "w", encoding="utf-8") as file:
        # Timestamps as moments, as version 2 shows them; version 1 would print what the wire had, unread.
        file.write("[default]\ncli_timestamp_format = iso8601\n")
