# SPDX-License-Identifier: MIT
"""ulab in the images that carry it: its core, line by line as numpy computes it, and the same arrays as mpylite's tensors."""

import pytest

from tests.ulab import core_script


@pytest.fixture(scope="module", params=["runtime", "repl", "full"])
def console(request):
    return request.getfixturevalue(request.param).console()


def test_core(console):
    core_script.check(console.run(core_script.script(), 60))


def test_numbers_on_the_left(console):
    console.run("from ulab import numpy as np")
    assert console.run("print((2 * np.array([1, 2])).tolist(), (5 - np.array([1, 2])).tolist())") == "[2.0, 4.0] [4.0, 3.0]\n"


def test_all_of_it_is_in_full(full):
    console = full.console()
    console.run("from ulab import numpy as np, utils, nn")
    assert console.run("print(np.fft.fft(np.array([1.0, 0, 0, 0]))[0].tolist())") == "[1.0, 1.0, 1.0, 1.0]\n"
    source = "x = np.array([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]], dtype=np.int8)\nprint(nn.max_pool2d(x, (2, 2)).tolist())"
    assert console.run(source) == "[[[[7, 8]]]]\n"
