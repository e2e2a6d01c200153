"""Typed JSON of the driver protocol, the JSON that the CLI takes, and the JSON that it prints."""

import base64
import datetime
import decimal
import math

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
SAFE_INTEGER = 2**53 - 1
MICRO = decimal.Decimal(1_000_000)


class Unsupported(Exception):
    """Something that this client or this driver cannot do."""


def read(value):
    """Typed JSON to what `--cli-input-json` takes."""
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
    """ISO 8601: what the CLI's own manual shows for timestamps."""
    micros = decimal.Decimal(text) * MICRO
    if micros != micros.to_integral_value():
        raise Unsupported(f"the CLI holds microseconds, not {text}")
    try:
        moment = EPOCH + datetime.timedelta(microseconds=int(micros))
    except OverflowError:
        raise Unsupported(f"the CLI holds the years 1 to 9999, not {text}") from None
    return moment.isoformat()


def read_inner_blob(value):
    """A blob within the input: `--cli-input-json` takes it literally, so it can only be text."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise Unsupported("--cli-input-json takes blobs that are text only") from None


def read_unknown(name):
    raise Unsupported(f"the CLI cannot send the unknown union member {name}")


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


def write(value, shape=None):
    """What the CLI printed, to typed JSON; the shape tells timestamps, blobs, documents and unions."""
    kind = getattr(shape, "type_name", None)
    if getattr(shape, "is_document_type", False):
        return {"$document": value}
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) <= SAFE_INTEGER else {"$int": str(value)}
    if isinstance(value, float):
        return write_float(value)
    if isinstance(value, str):
        return write_text(value, kind)
    if isinstance(value, list):
        item = shape.member if kind == "list" else None
        return [write(entry, item) for entry in value]
    return write_object(value, shape)


def write_float(value):
    if math.isfinite(value):
        return value
    return {"$float": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}


def write_text(value, kind):
    if kind == "timestamp":
        try:
            return {"$timestamp": epoch_text(datetime.datetime.fromisoformat(value))}
        except ValueError:
            return value
    if kind == "blob":
        return {"$blob": value}
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

    written = {key: write(item, shape_of(key)) for key, item in value.items()}
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
