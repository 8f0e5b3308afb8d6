# SPDX-License-Identifier: MIT
"""Reads Keras 3 `.keras` archives (config.json and weights) into what keras_model walks.

Owns the archive and its limits: no code that a file names is imported and nothing is unpickled.
"""

import io
import json
import re
import zipfile

import numpy as np

from ..errors import MissingExtra, ModelError
from . import keras_model

MEMBERS = ("config.json", "model.weights.h5")
LIMITS = {"config.json": 64 << 20, "model.weights.h5": 2 << 30, "metadata.json": 1 << 20}


def h5py():
    try:
        import h5py as module
    except ImportError:
        raise MissingExtra("Keras models", "h5py", "keras") from None
    return module


def read(path):
    members = _members(path)
    try:
        config = json.loads(members["config.json"])
    except ValueError as error:
        raise ModelError(f"{path}: config.json is not JSON ({error}); save the model again") from error
    try:
        with h5py().File(io.BytesIO(members["model.weights.h5"]), "r") as file:
            expect_own(file, str(path))
            weights = ArchiveWeights(file, str(path))
            return keras_model.read(config, weights, str(path), _version(members.get("metadata.json")))
    except OSError as error:
        raise ModelError(f"{path}: model.weights.h5 is damaged ({error}); save the model again") from error


def _members(path):
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            for name in MEMBERS:
                if name not in sizes:
                    raise ModelError(f"{path}: has no {name}, needs it; save with model.save('x.keras') of Keras 3")
                if sizes[name] > LIMITS[name]:
                    raise ModelError(f"{path}: {name} unpacks to {sizes[name]} bytes, the limit is {LIMITS[name]}")
            more = [n for n in ("metadata.json",) if sizes.get(n, LIMITS[n] + 1) <= LIMITS[n]]
            return {name: _bounded(archive, name) for name in (*MEMBERS, *more)}
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zipfile.zlib.error) as error:
        raise ModelError(f"{path}: not a readable .keras archive ({error}); save or copy it again") from error


def expect_own(group, where, room=LIMITS["model.weights.h5"], seen=None):
    """Refuses links, as a model needs none and another file's bytes are no weights, and more than `room` bytes; gives the
    room that is left. What has two names is looked at once."""
    seen = set() if seen is None else seen
    for name in group:
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py().HardLink):
            raise ModelError(
                f"{where}: '{group.name}/{name}' is a link, needs weights in the file; save the model again"
            )
        item = group[name]
        address = h5py().h5o.get_info(item.id).addr
        if address in seen:
            continue
        seen.add(address)
        if isinstance(item, h5py().Group):
            room = expect_own(item, where, room, seen)
            continue
        if item.external or item.is_virtual:
            raise ModelError(f"{where}: '{item.name}' lies in another file, which is never read; save the model again")
        room -= item.nbytes
        if room < 0:
            limit = LIMITS["model.weights.h5"]
            raise ModelError(f"{where}: weights unpack to over {limit} bytes, the limit; save the model again")
    return room


def _version(content):
    """The Keras that wrote the file, "" where it does not say."""
    try:
        return str(json.loads(content or b"{}").get("keras_version", ""))
    except (ValueError, AttributeError):
        return ""


def _bounded(archive, name):
    """Reads no more than the limit whatever the directory claims."""
    with archive.open(name) as member:
        content = member.read(LIMITS[name] + 1)
    if len(content) > LIMITS[name]:
        raise ModelError(f"{archive.filename}: {name} unpacks to over {LIMITS[name]} bytes, the limit")
    return content


class ArchiveWeights:
    """The weights of one saved object; children by layer name or attribute."""

    def __init__(self, group, where):
        self.group, self.where = group, where
        self._by_name = None  # filled at the first question: HDF5 answers slowly

    def layer(self, name, class_name, index_of_class):
        """The child that holds a layer of a model: by recorded name, else by class and count."""
        layers = self.group.get("layers") if self.group is not None else None
        if self._by_name is None:
            self._by_name = _recorded_names(layers)
        if name in self._by_name:
            return ArchiveWeights(self._by_name[name], f"{self.where}: layer '{name}'")
        key = _snake_case(class_name) + (f"_{index_of_class}" if index_of_class else "")
        child = layers.get(key) if layers is not None and not self._by_name else None
        return ArchiveWeights(child, f"{self.where}: layer '{name}'")

    def child(self, attribute):
        group = self.group.get(attribute) if self.group is not None else None
        return ArchiveWeights(group, f"{self.where}.{attribute}")

    def arrays(self, count):
        """The layer's variables, in Keras's order; `count` is a number or the allowed numbers."""
        variables = self.group.get("vars") if self.group is not None else None
        names = sorted(variables or (), key=lambda n: int(n) if n.isdigit() else -1)
        allowed = (count,) if isinstance(count, int) else count
        if len(names) not in allowed:
            raise ModelError(
                f"{self.where}: has {len(names)} weights, needs {' or '.join(map(str, allowed))}; save the model again"
            )
        return [finite(np.asarray(variables[n][()]), self.where) for n in names]


def _recorded_names(layers):
    """{layer name: group} where the file records names, as Keras since 3.3 does."""
    groups = {}
    for child in (layers or {}).values():
        name = child["vars"].attrs.get("name") if "vars" in child else None
        if name:
            groups[name] = child
    return groups


def finite(values, where):
    if values.dtype.kind == "V" and values.dtype.itemsize == 2:  # bfloat16: the upper half of a float32
        values = (np.ascontiguousarray(values).view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    if values.dtype.kind not in "fiub":
        raise ModelError(f"{where}: weights are {values.dtype}, needs numbers")
    values = values.astype(np.float32)
    if not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        raise ModelError(f"{where}: {bad} of {values.size} weights are NaN or infinite; train or export again")
    return values


def _snake_case(name):
    """As Keras 2 names the groups of a file: Conv2D is conv2d, BatchNormalization batch_normalization."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
