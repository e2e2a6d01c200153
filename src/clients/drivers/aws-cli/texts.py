"""Typed JSON where the CLI's values are not botocore's: it takes and prints moments and blobs as text."""

import datetime

import typed
from typed import Unsupported


def read_timestamp(text):
    """ISO 8601: what the CLI's own manual shows for timestamps."""
    return typed.read_timestamp(text).isoformat()


def read_inner_blob(value):
    """A blob within the input: `--cli-input-json` takes it literally, so it can only be text."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise Unsupported("--cli-input-json takes blobs that are text only") from None


def read_unknown(name):
    raise Unsupported(f"the CLI cannot send the unknown union member {name}")


def write_timestamp(text):
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return {"$timestamp": typed.epoch_text(moment)}


typed.READERS.update({"$timestamp": read_timestamp, "$unknown": read_unknown})
# A blob is printed as the base64 that came.
typed.TEXTS.update(timestamp=write_timestamp, blob=lambda text: {"$blob": text})
