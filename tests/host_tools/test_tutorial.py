# SPDX-License-Identifier: MIT
"""Every command of the tutorial (docs/convert.md) is run as it stands there, on a folder as its reader has one; those for a
board end, where none is attached, in one sentence and not in a complaint about their options.
"""

import contextlib
import io
import re

import numpy as np
import pytest

from .conftest import ROOT

PAGE = (ROOT / "docs" / "convert.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.S | re.M)
COMMANDS = [line.split("#")[0].split() for kind, block in BLOCKS if not kind for line in block.splitlines()]
PROGRAMS = [block for kind, block in BLOCKS if kind == "python" and "mpylite" in block]
ON_A_BOARD = ("deploy", "--on auto")


@pytest.fixture
def folder(digits, digits_int8, tmp_path, monkeypatch):
    """model.keras, samples in every form, model.tflite and x.npz."""
    image = pytest.importorskip("PIL.Image")
    images = digits[1][:20]
    (tmp_path / "model.keras").write_bytes(digits[0].read_bytes())
    (tmp_path / "model.tflite").write_bytes(digits_int8[1].read_bytes())
    np.save(tmp_path / "samples.npy", images)
    np.savez(tmp_path / "samples.npz", in0=images)
    np.savez(tmp_path / "x.npz", in0=digits_int8[0].graph.inputs[0].quant.quantize(images[:, None], "int8"))
    code = "import numpy as np\ndef samples():\n    yield from np.load('samples.npy')\n"
    (tmp_path / "prepare.py").write_text(code)
    (tmp_path / "pictures").mkdir()
    image.fromarray(np.uint8(images[0, ..., 0] * 255)).save(tmp_path / "pictures" / "one.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_commands():
    assert len(COMMANDS) >= 10 and {words[0] for words in COMMANDS} == {"mpylite"}
    assert {words[1] for words in COMMANDS} >= {"convert", "run", "deploy"}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_command(words, folder, command):
    line = " ".join(words)
    targets = [folder / words[words.index(o) + 1] for o in ("-o", "--output", "--report") if o in words]
    for target in targets:
        target.unlink(missing_ok=True)
    status, _, err = command(*words[1:])
    if any(word in line for word in ON_A_BOARD):
        assert status in (0, 1), err  # 1: no board is attached here
        assert status == 0 or len(err.strip().splitlines()) <= 4
        return
    assert status == 0, err
    assert all(target.stat().st_size > 100 for target in targets)


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_program(number, folder, digits):
    names = {"samples": digits[1][:20], "x": digits[1][0]}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(PROGRAMS[number], names)
    assert printed.getvalue().strip()
