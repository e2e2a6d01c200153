"""A botocore-format model, wherever it lies, as a folder that botocore's loader can search."""

import gzip
import json
import os
import tempfile

from typed import Unsupported

SERVICE_FILES = ("service-2.json", "service-2.json.gz")


def search_path(service, path):
    """Lays out `<service>/<api version>/` with the model's files in a new folder and gives that folder."""
    version, files = find(path)
    root = tempfile.mkdtemp(prefix="models-", dir=os.environ.get("HOME"))
    folder = os.path.join(root, service, version)
    os.makedirs(folder)
    for name, source in files.items():
        os.symlink(source, os.path.join(folder, name))
    return root


def find(path):
    """The API version of a model and its files by the names that the loader looks for.

    `path` is a service's folder, one of its version folders, or a `service-2.json`, plain or gzipped.
    """
    path = os.path.abspath(path)
    if os.path.isfile(path):
        return version_of(path), {**siblings(os.path.dirname(path)), service_name(path): path}
    if not os.path.isdir(path):
        raise Unsupported(f"{path}: no such model")
    if has_service(path):
        files = siblings(path)
        return version_of(next(files[name] for name in SERVICE_FILES if name in files)), files
    versions = sorted(entry for entry in os.listdir(path) if has_service(os.path.join(path, entry)))
    if not versions:
        raise Unsupported(f"{path}: holds no service-2.json")
    return find(os.path.join(path, versions[-1]))


def has_service(folder):
    return any(os.path.isfile(os.path.join(folder, name)) for name in SERVICE_FILES)


def siblings(folder):
    names = (name for name in os.listdir(folder) if name.endswith((".json", ".json.gz")))
    return {name: os.path.join(folder, name) for name in names}


def service_name(path):
    return SERVICE_FILES[1] if path.endswith(".gz") else SERVICE_FILES[0]


def version_of(path):
    try:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as source:
            return json.load(source)["metadata"]["apiVersion"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unsupported(f"{path}: not a botocore service model: {error!r}") from None
