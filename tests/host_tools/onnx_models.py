# SPDX-License-Identifier: MIT
"""Small ONNX models, one for each thing that the ONNX reader does; made with onnx.helper.

MODELS: name -> function giving the ModelProto. Random weights from a fixed seed.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

IMAGE = [1, 3, 8, 7]
SEQUENCE = [1, 6, 3]
N = helper.make_node
array = np.array
SCALAR = {
    "two": array(2, np.float32),
    "low": array(0, np.float32),
    "six": array(6, np.float32),
    "epsilon": array(1e-5, np.float32),
}


def model(nodes, shape, outputs=("y",), opset=17, **weights):
    """A model of nodes with input x and the constants that the nodes name."""
    used = {name for node in nodes for name in node.input}
    constants = {**{k: v for k, v in SCALAR.items() if k in used}, **weights}
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def f(*shape):
    return np.random.default_rng(sum(shape)).normal(0, 0.5, shape).astype(np.float32)


def positive(*shape):
    return np.abs(f(*shape)) + np.float32(0.2)


def curve(kind, opset=18, **attributes):
    return model([N(kind, ["x"], ["y"], **attributes)], SEQUENCE, opset=opset)


def of_positive(*nodes, **weights):
    """Nodes that read `p`, which is |x| + 0.3."""
    before = [N("Abs", ["x"], ["a"]), N("Add", ["a", "shift"], ["p"])]
    return model([*before, *nodes], SEQUENCE, shift=array(0.3, np.float32), **weights)


def recurrent(kind, gates, tail=(), directions=1, **attributes):
    nodes = [
        N("Transpose", ["x"], ["t"], perm=[1, 0, 2]),
        N(kind, ["t", "w", "r", "b"], ["ys", "yh"], hidden_size=4, **attributes),
    ]
    weights = {"w": f(directions, 4 * gates, 3), "r": f(directions, 4 * gates, 4), "b": f(directions, 8 * gates)}
    return model(nodes + list(tail), SEQUENCE, a=array([0]), s=array([0, 0, 4 * directions]), **weights)


LAST = [N("Squeeze", ["yh", "a"], ["y"])]
ALL = [N("Transpose", ["ys"], ["u"], perm=[2, 0, 1, 3]), N("Reshape", ["u", "s"], ["y"])]
BATCH_NORM = {"g": f(4), "o": f(4), "m": f(4), "v": positive(4)}


MODELS = {
    "conv": lambda: model([N("Conv", ["x", "w", "b"], ["y"], pads=[1, 1, 1, 1])], IMAGE, w=f(5, 3, 3, 3), b=f(5)),
    "conv_stride_2": lambda: model([N("Conv", ["x", "w"], ["y"], pads=[1, 1, 1, 1], strides=[2, 2])], IMAGE, w=f(5, 3, 3, 3)),
    "conv_same_upper": lambda: model([N("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER", strides=[2, 2])], IMAGE, w=f(5, 3, 3, 3)),
    "conv_groups": lambda: model([N("Conv", ["x", "w"], ["y"], group=2)], [1, 4, 8, 7], w=f(6, 2, 3, 3)),
    "conv_depthwise": lambda: model([N("Conv", ["x", "w"], ["y"], group=3, pads=[1, 1, 1, 1])], IMAGE, w=f(6, 1, 3, 3)),
    "conv_1d": lambda: model([N("Conv", ["x", "w"], ["y"], dilations=[2])], [1, 3, 12], w=f(4, 3, 3)),
    "conv_transpose": lambda: model(
        [N("ConvTranspose", ["x", "w", "b"], ["y"], strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])],
        IMAGE, w=f(3, 5, 3, 3), b=f(5),
    ),
    "batch_norm_relu": lambda: model(
        [N("Conv", ["x", "w"], ["a"]), N("BatchNormalization", ["a", "g", "o", "m", "v"], ["c"]), N("Relu", ["c"], ["y"])],
        IMAGE, w=f(4, 3, 3, 3), **BATCH_NORM,
    ),
    "flatten_gemm": lambda: model(
        [
            N("Conv", ["x", "w"], ["a"]), N("Relu", ["a"], ["r"]), N("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
            N("Flatten", ["p"], ["f"]), N("Gemm", ["f", "g", "b"], ["y"], transB=1),
        ],
        IMAGE, w=f(4, 3, 3, 3), g=f(5, 24), b=f(5),
    ),
    "shape_arithmetic": lambda: model(
        [
            N("Conv", ["x", "w"], ["a"]), N("Shape", ["a"], ["s"]), N("Gather", ["s", "zero"], ["n"]),
            N("Unsqueeze", ["n", "axis"], ["n1"]), N("Concat", ["n1", "rest"], ["t"], axis=0), N("Reshape", ["a", "t"], ["f"]),
            N("MatMul", ["f", "g"], ["h"]), N("Add", ["h", "b"], ["y"]),
        ],
        IMAGE, w=f(4, 3, 3, 3), zero=array(0), axis=array([0]), rest=array([-1]), g=f(120, 5), b=f(5),
    ),
    "global_average_pool": lambda: model(
        [N("GlobalAveragePool", ["x"], ["a"]), N("Flatten", ["a"], ["f"]), N("Gemm", ["f", "g"], ["h"]), N("Softmax", ["h"], ["y"])],
        IMAGE, g=f(3, 5),
    ),
    "global_max_pool": lambda: model([N("GlobalMaxPool", ["x"], ["a"]), N("Flatten", ["a"], ["y"])], IMAGE),
    "reduce_mean": lambda: model([N("ReduceMean", ["x"], ["y"], axes=[2, 3], keepdims=0)], IMAGE),
    "reduce_max": lambda: model([N("ReduceMax", ["x"], ["y"], axes=[1], keepdims=0)], SEQUENCE),
    "reduce_sum": lambda: model([N("ReduceSum", ["x", "axes"], ["y"], keepdims=0)], IMAGE, axes=array([2])),
    "residual_clip": lambda: model(
        [N("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]), N("Add", ["a", "x"], ["s"]), N("Clip", ["s", "low", "six"], ["y"])],
        IMAGE, w=f(3, 3, 3, 3),
    ),
    "concat": lambda: model(
        [N("Conv", ["x", "w"], ["a"]), N("Conv", ["x", "v"], ["b"]), N("Concat", ["a", "b"], ["y"], axis=1)],
        IMAGE, w=f(2, 3, 3, 3), v=f(3, 3, 3, 3),
    ),
    "max_pool_padded": lambda: model([N("MaxPool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])], IMAGE),
    "max_pool_ceil": lambda: model([N("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)], IMAGE),
    "average_pool": lambda: model(
        [N("AveragePool", ["x"], ["y"], kernel_shape=[2, 2], strides=[1, 1], pads=[1, 1, 0, 0], count_include_pad=1)], IMAGE
    ),
    "channel_shuffle": lambda: model(
        [
            N("Reshape", ["x", "s"], ["a"]), N("Transpose", ["a"], ["t"], perm=[0, 2, 1, 3, 4]), N("Reshape", ["t", "r"], ["c"]),
            N("Conv", ["c", "w"], ["y"]),
        ],
        [1, 4, 5, 6], s=array([0, 2, 2, 5, 6]), r=array([0, 4, 5, 6]), w=f(7, 4, 3, 3),
    ),
    "resize_nearest": lambda: model(
        [N("Resize", ["x", "", "k"], ["y"], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")],
        IMAGE, k=array([1, 1, 2, 2], np.float32),
    ),
    "resize_linear": lambda: model(
        [N("Resize", ["x", "", "", "k"], ["y"], mode="linear", coordinate_transformation_mode="half_pixel")],
        IMAGE, k=array([1, 3, 16, 14]),
    ),
    "slice": lambda: model([N("Slice", ["x", "s", "e", "a", "k"], ["y"])], IMAGE, s=array([1, -2]), e=array([7, -9]), a=array([2, 3]), k=array([2, -1])),
    "split_mul": lambda: model(
        [N("Split", ["x", "s"], ["a", "b"], axis=1), N("Mul", ["a", "k"], ["c"]), N("Concat", ["b", "c"], ["y"], axis=1)],
        IMAGE, s=array([1, 2]), k=f(1, 1, 1),
    ),
    "pad": lambda: model([N("Pad", ["x", "p"], ["y"])], IMAGE, p=array([0, 0, 1, 2, 0, 0, 3, 0])),
    "activations": lambda: model(
        [
            N("LeakyRelu", ["x"], ["a"], alpha=0.2), N("HardSwish", ["a"], ["b"]), N("Sigmoid", ["b"], ["c"]), N("Tanh", ["c"], ["d"]),
            N("HardSigmoid", ["d"], ["y"]),
        ],
        SEQUENCE,
    ),
    "prelu": lambda: model([N("PRelu", ["x", "s"], ["y"])], IMAGE, s=f(3, 1, 1)),
    "subtract_divide": lambda: model([N("Sub", ["x", "m"], ["a"]), N("Div", ["a", "s"], ["y"])], IMAGE, m=f(3, 1, 1), s=positive(3, 1, 1)),
    "layer_norm": lambda: model(
        [
            N("ReduceMean", ["x"], ["m"], axes=[-1]), N("Sub", ["x", "m"], ["d"]), N("Pow", ["d", "two"], ["q"]),
            N("ReduceMean", ["q"], ["v"], axes=[-1]), N("Add", ["v", "epsilon"], ["ve"]), N("Sqrt", ["ve"], ["sd"]),
            N("Div", ["d", "sd"], ["n"]), N("Mul", ["n", "g"], ["h"]), N("Add", ["h", "b"], ["y"]),
        ],
        [1, 6, 8], g=f(8), b=f(8),
    ),
    "erf": lambda: model([N("Erf", ["x"], ["y"])], [1, 30]),
    "gather": lambda: model([N("Gather", ["x", "i"], ["y"], axis=1)], SEQUENCE, i=array([2, 0])),
    "gather_one": lambda: model([N("Gather", ["x", "i"], ["y"], axis=1)], SEQUENCE, i=array(-1)),
    "squeeze_transpose": lambda: model(
        [N("Unsqueeze", ["x", "a"], ["b"]), N("Squeeze", ["b", "a"], ["c"]), N("Transpose", ["c"], ["y"], perm=[0, 2, 1])], SEQUENCE, a=array([1])
    ),
    "softmax_channels": lambda: model([N("Conv", ["x", "w"], ["a"]), N("Softmax", ["a"], ["y"], axis=1)], IMAGE, w=f(4, 3, 1, 1)),
    "depth_to_space": lambda: model([N("DepthToSpace", ["x"], ["y"], blocksize=2, mode="CRD")], [1, 8, 3, 4]),
    "tile": lambda: model([N("Tile", ["x", "r"], ["y"])], SEQUENCE, r=array([1, 2, 3])),
    "mat_mul": lambda: model([N("Transpose", ["x"], ["t"], perm=[0, 2, 1]), N("MatMul", ["x", "t"], ["y"])], SEQUENCE),
    "several_operands": lambda: model(
        [
            N("Max", ["x", "k"], ["a"]), N("Min", ["a", "l"], ["b"]), N("Sum", ["a", "b", "x"], ["c"]), N("Mean", ["c", "x"], ["y"]),
        ],
        SEQUENCE, k=f(3), l=f(3),
    ),
    "negative_absolute": lambda: model([N("Neg", ["x"], ["a"]), N("Abs", ["a"], ["b"]), N("Sub", ["b", "a"], ["y"])], SEQUENCE),
    "square_root": lambda: model([N("Abs", ["x"], ["a"]), N("Add", ["a", "k"], ["b"]), N("Sqrt", ["b"], ["y"])], SEQUENCE, k=positive(3)),
    "reciprocal_root": lambda: model(
        [N("Abs", ["x"], ["a"]), N("Add", ["a", "k"], ["b"]), N("Sqrt", ["b"], ["c"]), N("Reciprocal", ["c"], ["y"])], SEQUENCE, k=positive(3)
    ),
    "nothing": lambda: model(
        [N("Identity", ["x"], ["a"]), N("Dropout", ["a"], ["b"]), N("Cast", ["b"], ["c"], to=1), N("Relu", ["c"], ["y"])], SEQUENCE
    ),
    "elu": lambda: model([N("Elu", ["x"], ["y"])], SEQUENCE),
    "gelu": lambda: model([N("Gelu", ["x"], ["y"])], SEQUENCE, opset=20),
    "log_softmax": lambda: model([N("LogSoftmax", ["x"], ["y"], axis=-1)], SEQUENCE),
    "reduce_min": lambda: model([N("ReduceMin", ["x"], ["y"], axes=[2], keepdims=1)], SEQUENCE),
    "space_to_depth": lambda: model([N("SpaceToDepth", ["x"], ["y"], blocksize=2)], [1, 3, 4, 6]),
    "opset_11": lambda: model(
        [
            N("Unsqueeze", ["x"], ["a"], axes=[1]), N("Squeeze", ["a"], ["b"], axes=[1]), N("Split", ["b"], ["c", "d"], axis=1, split=[2, 4]),
            N("Concat", ["d", "c"], ["e"], axis=1), N("ReduceSum", ["e"], ["h"], axes=[2], keepdims=0), N("Softmax", ["h"], ["y"], axis=1),
        ],
        SEQUENCE, opset=11,
    ),
    "expand": lambda: model([N("Expand", ["x", "k"], ["y"])], [1, 1, 3], k=array([1, 4, 3])),
    "lstm": lambda: recurrent("LSTM", 4, LAST),
    "lstm_both": lambda: recurrent("LSTM", 4, ALL, 2, direction="bidirectional"),
    "gru": lambda: recurrent("GRU", 3, LAST, linear_before_reset=1),
    "gru_reset_before": lambda: recurrent("GRU", 3, LAST, linear_before_reset=0),
    "exp": lambda: curve("Exp"),
    "log": lambda: of_positive(N("Log", ["p"], ["y"])),
    "ceil": lambda: curve("Ceil"),
    "floor": lambda: curve("Floor"),
    "round": lambda: curve("Round"),
    "sin": lambda: curve("Sin"),
    "cos": lambda: curve("Cos"),
    "sign": lambda: curve("Sign"),
    "softplus": lambda: curve("Softplus"),
    "softsign": lambda: curve("Softsign"),
    "mish": lambda: curve("Mish"),
    "celu": lambda: curve("Celu", alpha=0.7),
    "selu": lambda: curve("Selu"),
    "selu_given": lambda: curve("Selu", alpha=1.2, gamma=0.9),
    "thresholded_relu": lambda: curve("ThresholdedRelu", alpha=0.4),
    "elu_alpha": lambda: curve("Elu", alpha=0.5),
    "power": lambda: of_positive(N("Pow", ["p", "k"], ["y"]), k=array(1.7, np.float32)),
    "power_minus_one": lambda: of_positive(N("Pow", ["p", "k"], ["y"]), k=array(-1, np.float32)),
    "reciprocal": lambda: of_positive(N("Reciprocal", ["p"], ["y"])),
    "constant_over_value": lambda: of_positive(N("Div", ["k", "p"], ["y"]), k=positive(3)),
    "divide": lambda: of_positive(N("Div", ["x", "p"], ["y"])),
    "conv_transpose_same": lambda: model([N("ConvTranspose", ["x", "w"], ["y"], strides=[2, 2], auto_pad="SAME_UPPER")], IMAGE, w=f(3, 4, 3, 3)),
    "conv_transpose_1d": lambda: model(
        [N("ConvTranspose", ["x", "w"], ["y"], strides=[2], pads=[1, 1], output_padding=[1])], [1, 3, 9], w=f(3, 4, 3)
    ),
    "instance_normalization": lambda: model([N("InstanceNormalization", ["x", "g", "b"], ["y"])], IMAGE, g=positive(3), b=f(3)),
    "average_pool_uncounted": lambda: model(
        [N("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])], IMAGE
    ),
    "average_pool_ceil": lambda: model([N("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)], IMAGE),
    "average_pool_1d": lambda: model([N("AveragePool", ["x"], ["y"], kernel_shape=[3], strides=[2], pads=[1, 1])], [1, 3, 12]),
    "reduce_l2": lambda: model([N("ReduceL2", ["x"], ["y"], axes=[1], keepdims=1)], [1, 8]),
    "lp_normalization": lambda: model([N("LpNormalization", ["x"], ["y"], axis=1, p=2)], [1, 8]),
    "cum_sum": lambda: model([N("CumSum", ["x", "a"], ["y"])], SEQUENCE, a=array(1)),
    "shrink_soft": lambda: curve("Shrink", lambd=0.4, bias=0.4),
    "rnn": lambda: recurrent("RNN", 1, LAST),
    "resize_1d": lambda: model(
        [N("Resize", ["x", "", "k"], ["y"], mode="linear")], [1, 3, 6], k=array([1, 1, 2], np.float32)
    ),
    "resize_nearest_fraction": lambda: model(
        [N("Resize", ["x", "", "", "k"], ["y"], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")],
        IMAGE, k=array([1, 3, 12, 10]),
    ),
    "normalised_input": lambda: model(
        [N("Sub", ["x", "m"], ["a"]), N("Div", ["a", "s"], ["b"]), N("Conv", ["b", "w"], ["y"])],
        IMAGE, m=f(1, 3, 1, 1), s=positive(1, 3, 1, 1), w=f(4, 3, 3, 3),
    ),
    "batch_norm_first": lambda: model(
        [N("BatchNormalization", ["x", "g", "o", "m", "v"], ["a"]), N("Conv", ["a", "w"], ["y"], pads=[1, 1, 1, 1])],
        [1, 4, 8, 7], w=f(5, 4, 3, 3), **BATCH_NORM,
    ),
    "squeeze_and_excite": lambda: model(
        [
            N("GlobalAveragePool", ["x"], ["a"]), N("Conv", ["a", "w"], ["b"]), N("HardSigmoid", ["b"], ["c"], alpha=1 / 6, beta=0.5),
            N("Mul", ["c", "x"], ["y"]),
        ],
        IMAGE, w=f(3, 3, 1, 1),
    ),
    "hard_swish_spelled": lambda: model(
        [N("Add", ["x", "three"], ["a"]), N("Clip", ["a", "low", "six"], ["b"]), N("Mul", ["x", "b"], ["c"]), N("Div", ["c", "six"], ["y"])],
        IMAGE, three=array(3, np.float32),
    ),
    "clip_one": lambda: model([N("Clip", ["x", "k", "l"], ["y"])], IMAGE, k=array(-1, np.float32), l=array(1, np.float32)),
    "attention": lambda: model(
        [
            N("MatMul", ["x", "q"], ["a"]), N("MatMul", ["x", "k"], ["b"]), N("Transpose", ["b"], ["c"], perm=[0, 2, 1]),
            N("MatMul", ["a", "c"], ["d"]), N("Softmax", ["d"], ["e"], axis=-1), N("MatMul", ["x", "v"], ["h"]), N("MatMul", ["e", "h"], ["y"]),
        ],
        [1, 6, 8], q=f(8, 4), k=f(8, 4), v=f(8, 4),
    ),
    "layer_normalization": lambda: model(
        [N("LayerNormalization", ["x", "g", "b"], ["y"], axis=2, epsilon=1e-4)], IMAGE, g=f(*IMAGE[2:]), b=f(*IMAGE[2:])
    ),
}  # fmt: skip


def quantised_pair(name, scale, zero_point, kind=np.int8, axis=None):
    """Nodes and constants of QuantizeLinear and DequantizeLinear: name -> name_q -> name_d."""
    more = {} if axis is None else {"axis": axis}
    nodes = [
        N("QuantizeLinear", [name, f"{name}_s", f"{name}_z"], [f"{name}_q"], **more),
        N("DequantizeLinear", [f"{name}_q", f"{name}_s", f"{name}_z"], [f"{name}_d"], **more),
    ]
    return nodes, {f"{name}_s": np.float32(scale), f"{name}_z": array(zero_point, kind)}


def qdq(kind=np.int8, zero=-128):
    """Convolution with ReLU as PyTorch and ONNX Runtime export it after quantisation."""
    shift = 0 if kind == np.int8 else 128
    x_nodes, x_constants = quantised_pair("x", 0.031, 7 + shift, kind)
    r_nodes, r_constants = quantised_pair("r", 0.027, zero + shift, kind)
    weights = np.random.default_rng(3).integers(-127, 128, (5, 3, 3, 3)).astype(np.int8)
    scales = np.linspace(0.003, 0.009, 5).astype(np.float32)
    bias = np.random.default_rng(4).integers(-2000, 2000, 5).astype(np.int32)
    nodes = [
        *x_nodes,
        N("DequantizeLinear", ["w", "w_s", "w_z"], ["w_d"], axis=0),
        N("DequantizeLinear", ["b", "b_s", "b_z"], ["b_d"], axis=0),
        N("Conv", ["x_d", "w_d", "b_d"], ["c"], pads=[1, 1, 1, 1]),
        N("Relu", ["c"], ["r"]),
        *r_nodes,
    ]
    constants = {"w": weights, "w_s": scales, "w_z": np.zeros(5, np.int8), "b": bias}
    constants |= {"b_s": np.float32(0.031) * scales, "b_z": np.zeros(5, np.int32), **x_constants, **r_constants}
    return model(nodes, IMAGE, outputs=("r_d",), opset=21, **constants)
