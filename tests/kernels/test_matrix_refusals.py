# SPDX-License-Identifier: MIT
"""What the operators with weights and windows refuse: the sentence names operator and tensor, with what was found and what
is needed."""

import numpy as np
import pytest
from mpylite import Interpreter
from mpylite.errors import ModelError

from .model_builder import Operator, Subgraph, Tensor, build


def _conv(
    x="int8", w="int8", y="int8", filter_shape=(2, 3, 3, 4), w_scale=0.1, w_zp=0, x_zp=0, bias=("int32", 2), **options
):
    """A CONV_2D model of (1,5,5,4) by default sound, with one thing wrong by argument."""
    weights = np.zeros(filter_shape, w)
    tensors = [
        Tensor((1, 5, 5, 4), x, 0.1, x_zp),
        Tensor(filter_shape, w, w_scale, w_zp, 0, weights),
        Tensor((bias[1],), bias[0], 0.01, 0, 0, np.zeros(bias[1], bias[0])),
        Tensor((1, 5, 5, 2), y, 1.0, 0),
    ]
    sound = dict(padding="SAME", stride_w=1, stride_h=1, dilation_w_factor=1, dilation_h_factor=1)
    operator = Operator("CONV_2D", [0, 1, 2], [3], sound | options)
    return build([Subgraph(tensors, [operator], [0], [3])])


def _refusal(model):
    with pytest.raises(ModelError) as raised:
        Interpreter(model).allocate_tensors()
    return str(raised.value)


def test_the_sound_model_runs():
    interpreter = Interpreter(_conv())
    interpreter.allocate_tensors()
    interpreter.invoke()


WRONG = {
    "float model": (dict(x="float32", w="float32", y="float32", bias=("float32", 2)), "input 0 is float32, needs int8"),
    "hybrid model": (
        dict(x="float32", y="float32", bias=("float32", 2)),
        "weights are int8 but input 0 is float32 (a hybrid model)",
    ),
    "output of another type": (dict(y="int16"), "output 0 is int16, needs int8"),
    "bias of another type": (dict(bias=("int64", 2)), "input 2 is int64, needs int32"),
    "bias of another length": (dict(bias=("int32", 3)), "input 2 has 3 elements, needs 2"),
    "weights with a zero point": (dict(w_zp=3), "input 1 has zero point 3, needs 0"),
    "int16 with a zero point": (
        dict(x="int16", y="int16", x_zp=2, bias=("int64", 2)),
        "input 0 has zero point 2, needs 0",
    ),
    "channels that are no groups": (dict(filter_shape=(2, 3, 3, 3)), "input 1 has size 3, needs 4"),
    "filters that do not fill groups": (
        dict(filter_shape=(3, 3, 3, 2), bias=("int32", 3)),
        "input 1 has size 3, needs 2",
    ),
    "stride 0": (dict(stride_h=0), "option 2 has the value 0"),
    "dilation 0": (dict(dilation_w_factor=0), "option 4 has the value 0"),
    "huge stride": (dict(stride_w=2**30), "option 1 has the value 1073741824"),
    "window beyond the image": (dict(filter_shape=(2, 3, 7, 4), padding="VALID"), "input 0 has size 5, needs 7"),
    "TANH fused": (dict(fused_activation_function="TANH"), "option 3 has the value 4"),
    "filter of rank 3": (dict(filter_shape=(2, 3, 12)), "input 1 has 3 dimensions, needs 4"),
    "factor of 2^32": (dict(w_scale=1e12), "output 0 has scales that do not fit"),
}


@pytest.mark.parametrize("what", WRONG)
def test_conv_2d_refuses(what):
    arguments, sentence = WRONG[what]
    text = _refusal(_conv(**arguments))
    assert text.startswith("op 0 CONV_2D: ") and sentence in text
