# SPDX-License-Identifier: MIT
"""Reads legacy Keras `.h5` files (model_config attribute and model_weights) into what keras_model
walks. Owns the container; nothing in it is unpickled or run.
"""

import json

import numpy as np

from ..errors import ModelError
from . import keras_model
from .keras import expect_own, finite, h5py

HALVES = {"forward_layer": 0, "backward_layer": 1}


def read(path):
    try:
        with h5py().File(path, "r") as file:
            expect_own(file, str(path))
            return _model(file, str(path))
    except OSError as error:
        raise ModelError(f"{path}: not a readable HDF5 file ({error}); copy or save it again") from error


def _model(file, where):
    text = file.attrs.get("model_config")
    if text is None:
        raise ModelError(f"{where}: has no model_config, holds weights alone; save the whole model with model.save")
    try:
        config = json.loads(text)
    except ValueError as error:
        raise ModelError(f"{where}: model_config is not JSON ({error}); save the model again") from error
    if "model_weights" not in file:
        raise ModelError(f"{where}: has no model_weights; save the whole model with model.save")
    version = file.attrs.get("keras_version", "")
    version = version.decode() if isinstance(version, bytes) else str(version)
    return keras_model.read(config, LegacyWeights(file["model_weights"], None, where), where, version)


class LegacyWeights:
    """The weights of one layer as a flat list of (name, array), or of the whole model by layer."""

    def __init__(self, group, entries, where):
        self.group, self.entries, self.where = group, entries, where

    def layer(self, name, class_name, index_of_class):
        where = f"{self.where}: layer '{name}'"
        if self.entries is not None:  # inside a nested model: all its weights lie in one list
            own = [(n, a) for n, a in self.entries if name in n.split("/")[:-1]]
            return LegacyWeights(None, own, where)
        group = self.group.get(name)
        if group is None:
            return LegacyWeights(None, [], where)
        names = [n.decode() if isinstance(n, bytes) else str(n) for n in group.attrs.get("weight_names", ())]
        try:
            return LegacyWeights(None, [(n, np.asarray(group[n][()])) for n in names], where)
        except (KeyError, AttributeError) as error:
            raise ModelError(f"{where}: lists weights that are not there ({error}); save the model again") from error

    def child(self, attribute):
        entries = self.entries or []
        if attribute in HALVES:
            half = len(entries) // 2
            start = half * HALVES[attribute]
            entries = entries[start : start + half]
        return LegacyWeights(None, entries, f"{self.where}.{attribute}")

    def arrays(self, count):
        entries = self.entries or []
        allowed = (count,) if isinstance(count, int) else count
        if len(entries) not in allowed:
            needs = " or ".join(map(str, allowed))
            raise ModelError(f"{self.where}: has {len(entries)} weights, needs {needs}; save the model again")
        return [finite(array, self.where) for _, array in entries]
