# SPDX-License-Identifier: MIT
"""ulab.nn: every function against TensorFlow Lite Micro, which runs the very model that the call wrote."""

import itertools

import numpy as np
import pytest
from mpylite.simulator import micropython

from tests.kernels import oracle
from tests.ulab.conftest import module_folder

SCRIPT = """
import binascii
from ulab import numpy as np, nn

class Recorder(nn.Layer):
    def __call__(self, x):
        y = super().__call__(x)
        print(*[binascii.hexlify(bytes(part)).decode() for part in (self.model, x.copy(), y)], *x.shape)
        return y

nn.Layer = Recorder
def numbers(shape, seed, dtype=np.int8, scale=1):
    count = 1
    for size in shape:
        count *= size
    values = (np.arange(count, dtype=np.int32) * 7919 + seed * 104729) % 251 - 125
    return np.array(values * scale, dtype=dtype).reshape(shape)
"""
CONV = "nn.conv2d(numbers((1, 7, 6, 3), 1), numbers((4, 3, 2, 3), 2), numbers((4,), 3, np.int32, 20), (0.05, 3), ((0.01, 0.02, 0.03, 0.004), 0), (0.4, -5), {})"
DEPTHWISE = "nn.depthwise_conv2d(numbers((1, 6, 5, 3), 4), numbers((1, 3, 3, 6), 5), numbers((6,), 6, np.int32, 20), (0.05, -7), (0.02, 0), (0.3, 9), {})"
DENSE = "nn.dense(numbers((2, 37), 7), numbers((10, 37), 8), numbers((10,), 9, np.int32, 20), (0.05, -7), (0.02, 0), (1.5, 9), {})"
OPTIONS = ["", "stride=(2, 1)", "padding=nn.VALID", "dilation=(2, 1)", "activation=nn.RELU", "stride=(2, 2), padding=nn.VALID, activation=nn.RELU6"]
CALLS = [call.format(option) for call, option in itertools.product((CONV, DEPTHWISE), OPTIONS)]
CALLS += [DENSE.format(option) for option in ("", "activation=nn.RELU")]
CALLS += [
    "nn.max_pool2d(numbers((1, 5, 6, 3), 10), (2, 2))",
    "nn.max_pool2d(numbers((1, 5, 6, 3), 10), (3, 2), stride=(1, 2), padding=nn.SAME, activation=nn.RELU, quant=(0.1, 4))",
    "nn.average_pool2d(numbers((1, 5, 6, 3), 11), (2, 3))",
    "nn.average_pool2d(numbers((1, 5, 6, 3), 11), (3, 3), stride=(2, 2), padding=nn.SAME)",
    "nn.softmax(numbers((3, 10), 12), (0.1, 5))",
    "nn.softmax(numbers((3, 10), 12), (0.1, 5), 0.5)",
    "nn.quantize(numbers((2, 5, 3), 13, np.float, 0.017), (0.02, -3))",
    "nn.dequantize(numbers((2, 5, 3), 14), (0.02, -3))",
    "nn.max_pool2d(numbers((1, 5, 6, 6), 15)[:, ::-1, :, ::2], (2, 2))",
]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    script = tmp_path_factory.mktemp("nn") / "nn.py"
    script.write_text(SCRIPT + "\n".join(CALLS) + "\n")
    printed = micropython.run_script(script, folder=f"{module_folder()}:{micropython.module_folder()}").splitlines()
    assert len(printed) == len(CALLS)
    rows = [line.split() for line in printed]
    return [[bytes.fromhex(part) for part in row[:3]] + [[int(size) for size in row[3:]]] for row in rows]


@pytest.mark.parametrize("number", range(len(CALLS)), ids=lambda k: CALLS[k].split("(")[0] + str(k))
def test_equals_tflm(recorded, number):
    model, x, y, shape = recorded[number]
    dtype = np.float32 if "nn.quantize" in CALLS[number] else np.int8
    answer = oracle.run("tflm", model, [[np.frombuffer(x, dtype).reshape(shape)]], 1)
    assert not answer.refused, answer.said
    wanted = answer.outputs[0][0]
    assert np.unique(wanted).size > 2, "a call whose result says something"
    assert y == np.ascontiguousarray(wanted).tobytes(), CALLS[number]


def test_a_layer_runs_again(printed):
    script = """
from ulab import numpy as np, nn
layer = nn.dense_layer((1, 3), np.ones((2, 3), dtype=np.int8), np.array([0, 100], dtype=np.int32), (1.0, 0), (1.0, 0), (1.0, 0))
for k in (1, 2):
    print(layer(np.full((1, 3), k, dtype=np.int8)))
try:
    from ulab import nothing
except (AttributeError, ImportError):
    print("refused")
"""
    assert printed(script).splitlines() == ["array([[3, 103]], dtype=int8)", "array([[6, 106]], dtype=int8)", "refused"]
