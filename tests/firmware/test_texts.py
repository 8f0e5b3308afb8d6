# SPDX-License-Identifier: MIT
"""Profile full unpacks what it says: names and sentences are the tables' own."""

import re

import pytest
from mpylite import ops
from mpylite.errors import MpyliteError
from mpylite.interpreter import Interpreter

from tests.house import sources


@pytest.fixture(scope="module")
def console(full):
    console = full.console()
    console.run("import mpylite\nfrom ulab import numpy as np")
    return console


def told(console, statement):
    """The exception's name and text."""
    return console.run(f"try:\n    {statement}\nexcept Exception as e:\n    print(type(e).__name__, *e.args)").strip()


def test_operators(console):
    assert eval(console.run("print(mpylite.operators())")) == list(ops.device_operators())


@pytest.mark.parametrize("model", [b"", b"no TensorFlow Lite model, but as long as one", b"\0\0\0\0TFL3" + bytes(20)])
def test_failures(console, model):
    with pytest.raises(MpyliteError) as error:
        Interpreter(model_content=model)
    assert told(console, f"mpylite.Interpreter({model!r})") == f"ValueError {error.value}"


@pytest.mark.parametrize(
    "statement, name",
    [
        ("np.zeros((2, 3)).reshape((4,))", "RESHAPE"),
        ("np.zeros((2, 3))[2]", "INDEX_RANGE"),
        ("np.zeros(3) | 1", "INTEGERS"),
        ("np.zeros((30000, 30000, 30000))", "TOO_LARGE"),
        ("np.argsort(np.zeros(65536, dtype=np.int8))", "ARGSORT"),
    ],
)
def test_refusals(console, statement, name):
    (row,) = re.findall(rf'^REFUSAL\({name}, (\w+), "(.*)"\)$', sources.text(sources.TOP / "firmware/mpy/ulab_refusals.def"), re.M)
    assert told(console, statement) == " ".join(row)


def test_refusal_with_a_number(console):
    (text,) = re.findall(r'^REFUSAL\(SPEED, ValueError, "(.*)"\)$', sources.text(sources.TOP / "firmware/mpy/refusals.def"), re.M)
    assert told(console, "mpylite.Interpreter(b'', speed='quick')") == f"ValueError {text}"
