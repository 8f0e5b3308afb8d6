# SPDX-License-Identifier: MIT
"""Random damage to models of every format: whatever is wrong, the reader or a pass says so as an MpyliteError."""

import io
import json
import random
import zipfile

import pytest
from mpylite import pipeline, readers
from mpylite.errors import MpyliteError

from .test_keras_layers import FILES

ROUNDS = 60
VALUES = [None, -1, 0, 1, 2, 3, 7, 1.5, "x", "valid", "same", [], {}, [1, 2], [[1, 2], [3, 4]], True, [None, 3], "relu"]
LARGEST = 5e7  # bytes of a damaged model that is still worth converting in a test


def places(value):
    """(container, key) of everything inside a JSON value."""
    if isinstance(value, (dict, list)):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def convert(path):
    """True where the file converts, False where it is refused as it should be."""
    try:
        graph = readers.read(path)
        if sum(t.nbytes for t in graph.tensors()) > LARGEST:
            return False
        pipeline.convert(path, None, random_calibration=True, method="minmax")
    except MpyliteError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_keras_configurations(seed, tmp_path):
    chance, names = random.Random(seed), sorted(n for n in FILES if n.endswith(".keras"))
    good = 0
    for _ in range(ROUNDS):
        with zipfile.ZipFile(io.BytesIO(FILES[chance.choice(names)])) as source:
            members = {name: source.read(name) for name in source.namelist()}
        config = json.loads(members["config.json"])
        for container, key in chance.sample(list(places(config)), chance.randint(1, 3)):
            container[key] = chance.choice(VALUES)
        members["config.json"] = json.dumps(config)
        with zipfile.ZipFile(tmp_path / "m.keras", "w") as target:
            for name, content in members.items():
                target.writestr(name, content)
        good += convert(tmp_path / "m.keras")
    assert 0 < good < ROUNDS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_onnx_bytes(seed, tmp_path):
    pytest.importorskip("onnx")
    from .onnx_models import MODELS

    chance, refused = random.Random(seed), 0
    for _ in range(ROUNDS):
        content = bytearray(MODELS[chance.choice(sorted(MODELS))]().SerializeToString())
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        (tmp_path / "m.onnx").write_bytes(content)
        refused += not convert(tmp_path / "m.onnx")
    assert refused
