# SPDX-License-Identifier: MIT
"""TFLite's schema as tables: operator codes, types, options, versions; reader and writer share it.

The only module that knows how the `tflite` package names things. Owns no model.
"""

import functools
import importlib
import inspect
import re

import numpy as np
import tflite

TYPES = {
    "float32": 0, "float16": 1, "int32": 2, "uint8": 3, "int64": 4, "bool": 6, "int16": 7, "complex64": 8,
    "int8": 9, "float64": 10, "uint64": 12, "uint32": 15, "uint16": 16,
}  # fmt: skip
TYPE_NAMES = {code: name for name, code in TYPES.items()}
TYPE_NAMES.update({5: "string", 13: "resource", 14: "variant", 17: "int4", 18: "bfloat16"})
TYPES["resource"] = 13

CODES = {name: code for name, code in vars(tflite.BuiltinOperator).items() if not name.startswith("_")}
NAMES = {code: name for name, code in CODES.items()}
ACTIVATIONS = ("NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT")
PADDINGS = ("SAME", "VALID")
ENUMS = {"fused_activation_function": ACTIVATIONS, "padding": PADDINGS}

_OPTIONS = {
    "AVERAGE_POOL_2D": "Pool2DOptions", "MAX_POOL_2D": "Pool2DOptions", "L2_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions", "SUM": "ReducerOptions", "REDUCE_MAX": "ReducerOptions", "REDUCE_MIN": "ReducerOptions",
    "REDUCE_ALL": "ReducerOptions", "REDUCE_ANY": "ReducerOptions", "REDUCE_PROD": "ReducerOptions",
    "MAXIMUM": "MaximumMinimumOptions", "MINIMUM": "MaximumMinimumOptions", "L2_NORMALIZATION": "L2NormOptions",
    "CONV_2D": "Conv2DOptions", "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions", "BATCH_MATMUL": "BatchMatMulOptions",
    "SPACE_TO_BATCH_ND": "SpaceToBatchNDOptions", "BATCH_TO_SPACE_ND": "BatchToSpaceNDOptions", "ADD_N": "AddNOptions",
    "SVDF": "SVDFOptions", "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTMOptions", "LSTM": "LSTMOptions",
    "GATHER_ND": "GatherNdOptions", "PADV2": "PadV2Options",
}  # fmt: skip


def options_class(op):
    """The name of the operator's options table, or None where TFLite has none."""
    name = _OPTIONS.get(op) or "".join(p[:1] + p[1:].lower() for p in op.split("_")) + "Options"
    return name if hasattr(tflite.BuiltinOptions, name) else None


@functools.lru_cache(None)
def option_fields(name):
    """((our name, TFLite's name, is vector), …) of an options table."""
    module = importlib.import_module(f"tflite.{name}")
    fields = re.findall(rf"^def {name}Add(\w+)\(", inspect.getsource(module), re.M)
    return tuple((_snake(f), f, hasattr(module, f"{name}Start{f}Vector")) for f in fields)


def options_module(name):
    return importlib.import_module(f"tflite.{name}")


def _snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def encode(field, value):
    return ENUMS[field].index(value) if field in ENUMS and isinstance(value, str) else value


def decode(field, value):
    if field not in ENUMS:
        return value
    return ENUMS[field][value] if 0 <= value < len(ENUMS[field]) else str(value)


# (version for int8, version for int16) of operators whose float version is 1
_BY_TYPE = {
    "CONV_2D": (3, 8), "DEPTHWISE_CONV_2D": (3, 5), "TRANSPOSE_CONV": (3, 5), "FULLY_CONNECTED": (4, 11),
    "ADD": (2, 3), "SUB": (2, 5), "MUL": (2, 4), "MAX_POOL_2D": (2, 3), "AVERAGE_POOL_2D": (2, 3), "SOFTMAX": (2, 3),
    "MEAN": (2, 3), "SUM": (2, 3), "REDUCE_MAX": (2, 3), "REDUCE_MIN": (2, 3), "PAD": (2, 3), "PADV2": (2, 3),
    "MIRROR_PAD": (2, 3), "CONCATENATION": (2, 3), "LOGISTIC": (2, 3), "TANH": (2, 3), "TRANSPOSE": (2, 5),
    "STRIDED_SLICE": (2, 4), "SLICE": (2, 4), "SPLIT": (2, 4), "SPLIT_V": (2, 2), "RESIZE_BILINEAR": (2, 4),
    "RESIZE_NEAREST_NEIGHBOR": (2, 4), "LEAKY_RELU": (1, 2), "MAXIMUM": (2, 4), "MINIMUM": (2, 4), "PACK": (2, 3),
    "UNPACK": (2, 4), "GATHER": (2, 4), "L2_NORMALIZATION": (2, 2), "ABS": (2, 3), "BATCH_MATMUL": (2, 3),
    "RSQRT": (2, 3), "RELU": (2, 3), "RELU6": (2, 3), "SQUARED_DIFFERENCE": (2, 2), "REVERSE_V2": (3, 3),
    "ARG_MAX": (2, 2), "ARG_MIN": (2, 2), "DEQUANTIZE": (2, 3), "LOG_SOFTMAX": (2, 2), "TILE": (3, 3), "EXP": (2, 3),
    "SPACE_TO_DEPTH": (2, 2), "DEPTH_TO_SPACE": (2, 2), "BROADCAST_TO": (3, 3), "LOG": (2, 2),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": (1, 5), "SQRT": (1, 1),
}  # fmt: skip


def version_of(node):
    """The operator version that its types and options need, by TFLite's own rules."""
    if node.version:
        return node.version
    op, data = node.op, _data_input(node)
    column = {"int8": 0, "uint8": 0, "int16": 1}.get(data.dtype)
    if op == "QUANTIZE":
        return 2 if node.output.dtype == "int16" else 1
    if column is None or op not in _BY_TYPE:
        return (
            2
            if op == "DEPTHWISE_CONV_2D"
            and node.options.get("dilation_h_factor", 1) * node.options.get("dilation_w_factor", 1) > 1
            else 1
        )
    version = _BY_TYPE[op][column]
    return max(version, _by_options(node, data, column))


def _by_options(node, data, column):
    op, o = node.op, node.options
    rank = len(data.shape)
    if op == "FULLY_CONNECTED" and column == 0:
        bias = len(node.inputs) > 2 and node.inputs[2] is not None
        return 6 if not bias else 5 if o.get("keep_num_dims") else 4
    if op == "CONV_2D" and data.shape[3] != node.inputs[1].shape[3]:
        return 6
    if op.startswith("RESIZE_") and (o.get("half_pixel_centers") or (o.get("align_corners") and "NEAREST" in op)):
        return 3
    if op == "TRANSPOSE_CONV":
        return 4 if o.get("fused_activation_function", "NONE") != "NONE" else 3 if len(node.inputs) > 3 else 2
    if op == "STRIDED_SLICE":
        return 6 if o.get("ellipsis_mask") or o.get("new_axis_mask") else 4 if rank > 4 else 1
    if op in ("PAD", "PADV2", "TRANSPOSE") and rank > 4:
        return 4
    if op == "MUL" and node.output.quant is not None:
        scales = [t.quant.scale[0] for t in (*node.inputs, node.output)]
        return 3 if float(scales[0]) * float(scales[1]) / float(scales[2]) >= 1.0 and column == 0 else 1
    return 1


def _data_input(node):
    index = {"SPLIT": 1, "TRANSPOSE_CONV": 1}.get(node.op, 0)
    if node.op == "TRANSPOSE_CONV" and node.inputs[2].dtype == "int16":
        index = 2
    return node.inputs[index] if node.inputs and node.inputs[index] is not None else node.output


def stored(tensor):
    """The constant's bytes as TFLite stores them, little endian."""
    return np.ascontiguousarray(tensor.data).astype(np.dtype(tensor.dtype).newbyteorder("<"), copy=False).tobytes()


_OPTION_NAMES = {code: name for name, code in vars(tflite.BuiltinOptions).items() if not name.startswith("_")}


def options_name(kind):
    """The options table of a union code, or None for none and unknown ones."""
    name = _OPTION_NAMES.get(kind)
    return None if name in (None, "NONE") else name
