"""The driver's end of the pipe: one JSON object a line in, one out."""

import json
import os
import sys

# Deep documents are the client's business, never the pipe's: lines are read and written with more room than
# the calls between them have.
DEPTH = 20_000


class Written(str):
    """JSON that is text already."""


def serve(driver):
    """Answers every line with what `driver.start` and `driver.run` give, until `stop` or the end of input."""
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def answer(message):
        answers.write(deep(lambda: as_line(message)).encode("ascii"))
        answers.flush()

    for line in sys.stdin.buffer:
        try:
            message = deep(lambda: json.loads(line))
            command = message["cmd"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            answer({"unsupported": {"reason": f"the line is not a message of the protocol: {error!r}"}})
            continue
        if command == "stop":
            return
        if command == "start":
            started = driver.start(message)
            answer(started)
            if "failed" in started:
                return
        elif command == "run":
            answer({"seq": message.get("seq"), **driver.run(message)})
        else:
            answer({"seq": message.get("seq"), "unsupported": {"reason": f"no such command: {command}"}})


def as_line(message):
    """A message as a line; members that are text already go into it as they are."""
    members = (f"{json.dumps(key)}: {text(value)}" for key, value in message.items())
    return f"{{{', '.join(members)}}}\n"


def text(value):
    return value if isinstance(value, Written) else json.dumps(value, allow_nan=False)


def deep(work):
    """Runs `work` with a recursion limit of the pipe's own."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(DEPTH)
    try:
        return work()
    finally:
        sys.setrecursionlimit(limit)
