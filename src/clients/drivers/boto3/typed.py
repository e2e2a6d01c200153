"""Typed JSON of the driver protocol, and the values that botocore takes and gives."""

import base64
import datetime
import decimal
import functools
import json
import math
import re

from pipe import Written, deep

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
SAFE_INTEGER = 2**53 - 1
MICRO = decimal.Decimal(1_000_000)
# As many digits as the first integer has that needs a tag.
LONG = re.compile("[0-9]{16}")


class Unsupported(Exception):
    """Something that this client or this driver cannot do."""


def read(value):
    """Typed JSON to a Python value."""
    if isinstance(value, list):
        return [read(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, inner),) = value.items()
        if key.startswith("$"):
            if key not in READERS:
                raise Unsupported(f"typed JSON has no tag {key}")
            return READERS[key](inner)
    return {key: read(item) for key, item in value.items()}


def read_timestamp(text):
    micros = decimal.Decimal(text) * MICRO
    if micros != micros.to_integral_value():
        raise Unsupported(f"a datetime holds microseconds, not {text}")
    try:
        return EPOCH + datetime.timedelta(microseconds=int(micros))
    except OverflowError:
        raise Unsupported(f"a datetime holds the years 1 to 9999, not {text}") from None


def read_unknown(name):
    raise Unsupported(f"botocore cannot send the unknown union member {name}")


READERS = {
    "$int": int,
    "$float": float,
    "$timestamp": read_timestamp,
    "$blob": base64.b64decode,
    "$utf16": lambda text: base64.b64decode(text).decode("utf-16-be", "surrogatepass"),
    "$unknown": read_unknown,
    "$document": lambda document: document,
    "$map": lambda entries: {key: read(item) for key, item in entries.items()},
}

# How a text is written, by the type of its shape, where a client gives as text what botocore gives otherwise.
TEXTS = {}


def encode(value, shape=None):
    """A Python value to the text of its typed JSON.

    Nearly all values are written alike in plain and in typed JSON, and the standard encoder is many times faster
    than a walk; its text itself tells whether there may be something that only the walk tells apart.
    """
    tags = 0

    def tag(other):
        nonlocal tags
        tags += 1
        return write(other)

    if not has_document(shape):
        try:
            text = deep(lambda: json.dumps(value, allow_nan=False, default=tag))
        except ValueError:
            # A float that is no number.
            text = None
        if text and text.count('{"$') == tags and not is_special(text):
            return Written(text)
    return Written(deep(lambda: json.dumps(write(value, shape), allow_nan=False)))


def is_special(text):
    """Whether JSON may hold a surrogate, an unknown union member or an integer beyond the safe ones."""
    return "\\ud" in text or "SDK_UNKNOWN_MEMBER" in text or LONG.search(text) is not None


@functools.cache
def has_document(shape):
    """Whether a document may stand somewhere in a shape."""
    return any(getattr(part, "is_document_type", False) for part in parts(shape, {}).values())


def parts(shape, found):
    """A shape and all that it is made of, by name."""
    if shape is not None and shape.name not in found:
        found[shape.name] = shape
        kind = shape.type_name
        inner = {"list": ["member"], "map": ["value"]}.get(kind, [])
        for part in shape.members.values() if kind == "structure" else [getattr(shape, name) for name in inner]:
            parts(part, found)
    return found


def write(value, shape=None):
    """A Python value to typed JSON; the shape tells documents and unions apart from other objects."""
    if getattr(shape, "is_document_type", False):
        return {"$document": value}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= SAFE_INTEGER else {"$int": str(value)}
    if isinstance(value, float):
        return write_float(value)
    if isinstance(value, str):
        return write_text(value, shape)
    if isinstance(value, (bytes, bytearray)):
        return {"$blob": base64.b64encode(value).decode("ascii")}
    if isinstance(value, datetime.datetime):
        return {"$timestamp": epoch_text(value)}
    if isinstance(value, (list, tuple)):
        item = shape.member if getattr(shape, "type_name", None) == "list" else None
        return [write(entry, item) for entry in value]
    if isinstance(value, dict):
        return write_object(value, shape)
    if hasattr(value, "read"):
        return write(value.read())
    return repr(value)


def write_float(value):
    if math.isfinite(value):
        return value
    return {"$float": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}


def write_text(value, shape=None):
    if TEXTS and (writer := TEXTS.get(getattr(shape, "type_name", None))):
        return writer(value)
    try:
        value.encode("utf-8")
        return value
    except UnicodeEncodeError:
        return {"$utf16": base64.b64encode(value.encode("utf-16-be", "surrogatepass")).decode("ascii")}


def write_object(value, shape):
    kind = getattr(shape, "type_name", None)
    if kind == "structure" and set(value) == {"SDK_UNKNOWN_MEMBER"}:
        return {"$unknown": value["SDK_UNKNOWN_MEMBER"]["name"]}

    def shape_of(key):
        return shape.members.get(key) if kind == "structure" else shape.value if kind == "map" else None

    written = {str(key): write(item, shape_of(key)) for key, item in value.items()}
    if len(written) == 1 and next(iter(written)).startswith("$"):
        return {"$map": written}
    return written


def epoch_text(moment):
    """Decimal epoch seconds, from the integers of a datetime: nothing passes through a float."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    span = moment - EPOCH
    micros = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
    whole, part = divmod(abs(micros), 1_000_000)
    fraction = f".{part:06d}".rstrip("0") if part else ""
    return f"{'-' if micros < 0 else ''}{whole}{fraction}"
