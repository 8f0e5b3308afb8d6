# SPDX-License-Identifier: MIT
"""OPERATIONS: what `keras.ops`, Python's operators and slices on Keras tensors become in a saved model: calls with tensors
and plain numbers among their arguments. Keras 2 wrote some of them as TFOpLambda and SlicingOpLambda layers.
"""

import numpy as np

from ...graph import Tensor
from . import Refused
from .activations import ACTIVATIONS, activation

OPERATIONS = {}
# Keras 2: name of TensorFlow's function -> operation
LAMBDAS = {
    "math.truediv": "TrueDivide", "math.divide": "TrueDivide", "math.subtract": "Subtract", "math.multiply": "Multiply",
    "math.add": "Add", "__operators__.add": "Add", "__operators__.getitem": "GetItem", "nn.relu": "Relu",
    "nn.relu6": "Relu6", "math.sigmoid": "Sigmoid", "nn.softmax": "Softmax", "math.tanh": "Tanh", "nn.silu": "Silu",
    "math.reduce_mean": "Mean", "math.reduce_max": "Max", "math.reduce_sum": "Sum", "math.square": "Square",
    "math.sqrt": "Sqrt", "math.maximum": "Maximum", "math.minimum": "Minimum", "math.abs": "Absolute", "reshape": "Reshape",
    "concat": "Concatenate", "expand_dims": "ExpandDims", "squeeze": "Squeeze", "math.exp": "Exp", "math.log": "Log",
    "transpose": "Transpose",
}  # fmt: skip


def is_operation(layer):
    """Also in `.h5` files, which do not say whose class it is: an operation has no dtype and is not trainable."""
    kind, config = layer["class_name"], layer["config"]
    if ".ops." in str(layer.get("module")) or kind in ("TFOpLambda", "SlicingOpLambda"):
        return True
    return "module" not in layer and kind in OPERATIONS and "trainable" not in config and "dtype" not in config


def operation(*names):
    def declare(function):
        for name in names:
            OPERATIONS[name] = function
        return function

    return declare


class Arguments:
    """A call's arguments by place or by name; the configuration's where the call does not give them."""

    def __init__(self, b, name, config, positional, named):
        self.b, self.name, self.config, self.positional, self.named = b, name, config, positional, named

    def get(self, place, *names, default=None):
        if place is not None and place < len(self.positional):
            return self.positional[place]
        for source in (self.named, self.config):
            for name in names:
                if source.get(name) is not None:
                    return source[name]
        return default

    def tensor(self, place, *names):
        """A tensor argument; numbers become a constant."""
        found = self.get(place, *names)
        if isinstance(found, Tensor):
            return found
        if isinstance(found, dict):  # numpy array or tensor, as Keras serialises it
            found = found["config"]["value"]
        if found is None:
            raise Refused(self.name, "argument missing", "save the model with a current Keras")
        return self.b.constant(found, f"{self.name}/operand{place}")


def run(b, name, layer, positional, named):
    """The output tensors of one call; `positional` and `named` hold Tensors where the file had Keras tensors."""
    kind, config = layer["class_name"], layer["config"]
    if kind in ("TFOpLambda", "SlicingOpLambda"):
        kind = LAMBDAS.get(config.get("function"), f"{kind} {config.get('function')}")
    if kind not in OPERATIONS:
        raise Refused(name, f"{kind} operation", f"needs one of {', '.join(sorted(OPERATIONS))}, or a layer")
    made = OPERATIONS[kind](Arguments(b, name, config, positional, named))
    return made if isinstance(made, list) else [made]


def _binary(op):
    def build(a):
        x, y = a.tensor(0, "x1", "x"), a.tensor(1, "x2", "y")
        options = {} if op in ("MAXIMUM", "MINIMUM") else {"fused_activation_function": "NONE"}
        if x.is_constant and op in ("ADD", "MUL", "MAXIMUM", "MINIMUM"):
            x, y = y, x
        return a.b.add(op, [x, y], options, a.name, dtype="float32")

    return build


for _names, _op in (
    (("Add",), "ADD"), (("Subtract",), "SUB"), (("Multiply",), "MUL"), (("TrueDivide", "Divide"), "DIV"),
    (("Maximum",), "MAXIMUM"), (("Minimum",), "MINIMUM"),
):  # fmt: skip
    operation(*_names)(_binary(_op))


def _unary(op):
    return lambda a: a.b.add(op, [a.tensor(0, "x", "input", "features")], {}, a.name)


for _name, _op in (
    ("Negative", "NEG"), ("Absolute", "ABS"), ("Exp", "EXP"), ("Log", "LOG"), ("Sqrt", "SQRT"), ("Rsqrt", "RSQRT"),
    ("Square", "SQUARE"), ("Floor", "FLOOR"), ("Ceil", "CEIL"), ("Sin", "SIN"), ("Cos", "COS"), ("Sign", "SIGN"),
):  # fmt: skip
    operation(_name)(_unary(_op))


def _activation(kind):
    def build(a):
        config = {**a.config, **{key: value for key, value in a.named.items() if value is not None}}
        if kind in ("softmax", "log_softmax"):
            config["axis"] = a.get(1, "axis", default=-1)
        if kind == "silu" and a.get(1, "beta", default=1) != 1:
            raise Refused(a.name, f"silu with beta {a.get(1, 'beta')}", "needs 1; multiply before and divide after it")
        return activation(a.b, a.tensor(0, "x", "features", "logits"), {"class_name": kind, "config": config}, a.name)

    return build


for _name, _kind in (
    ("Relu", "relu"), ("Relu6", "relu6"), ("Sigmoid", "sigmoid"), ("Silu", "silu"), ("Softmax", "softmax"),
    ("Gelu", "gelu"), ("Tanh", "tanh"), ("Elu", "elu"), ("LeakyRelu", "leaky_relu"), ("HardSigmoid", "hard_sigmoid"),
    ("HardSilu", "hard_silu"), ("Softplus", "softplus"), ("Softsign", "softsign"),
    ("Selu", "selu"), ("LogSoftmax", "log_softmax"), ("HardTanh", "hard_tanh"),
):  # fmt: skip
    assert _kind in ACTIVATIONS
    operation(_name)(_activation(_kind))


def _axes(a, x):
    axes = a.get(1, "axis", default=list(range(1, len(x.shape))))
    return [n % len(x.shape) for n in (axes if isinstance(axes, (list, tuple)) else [axes])]


def _reduce(op):
    def build(a):
        x = a.tensor(0, "x", "input_tensor")
        return a.b.reduce(op, x, _axes(a, x), bool(a.get(2, "keepdims", default=False)), a.name)

    return build


for _name, _op in (("Mean", "MEAN"), ("Sum", "SUM"), ("Max", "REDUCE_MAX"), ("Min", "REDUCE_MIN")):
    operation(_name)(_reduce(_op))


@operation("Power")
def power(a):
    return a.b.add("POW", [a.tensor(0, "x1", "x"), a.tensor(1, "x2", "y")], {}, a.name)


@operation("Clip")
def clip(a):
    low, high = (a.b.constant(a.get(i, n), f"{a.name}/{n}") for i, n in ((1, "x_min"), (2, "x_max")))
    return a.b.add("MINIMUM", [a.b.add("MAXIMUM", [a.tensor(0, "x"), low], {}, f"{a.name}/low"), high], {}, a.name)


@operation("Reshape")
def reshape(a):
    """The batch may be written as -1 or None; another -1 takes what is left."""
    x, target = a.tensor(0, "x", "tensor"), list(a.get(1, "newshape", "shape"))
    rest = [n for n in target[1:] if n not in (-1, None)]
    size = int(np.prod(x.shape, dtype=np.int64)) // max(int(np.prod(rest, dtype=np.int64)), 1)
    return a.b.reshape(x, (1, *(size if n in (-1, None) else n for n in target[1:])), a.name)


@operation("Transpose")
def transpose(a):
    x = a.tensor(0, "x", "a")
    return a.b.transpose(x, a.get(1, "axes", "perm", default=list(range(len(x.shape)))[::-1]), a.name)


@operation("Concatenate")
def concatenate(a):
    values = a.get(0, "xs", "values")
    axis = a.get(1, "axis", default=-1) % len(values[0].shape)
    return a.b.add("CONCATENATION", values, {"axis": axis, "fused_activation_function": "NONE"}, a.name)


@operation("ExpandDims")
def expand_dims(a):
    x, axis = a.tensor(0, "x", "input"), a.get(1, "axis", default=-1)
    shape = list(x.shape)
    shape.insert(axis % (len(shape) + 1), 1)
    return a.b.reshape(x, shape, a.name)


@operation("Squeeze")
def squeeze(a):
    x, axes = a.tensor(0, "x", "input"), a.get(1, "axis")
    axes = [i for i, n in enumerate(x.shape) if i and n == 1] if axes is None else np.atleast_1d(axes) % len(x.shape)
    return a.b.reshape(x, [n for i, n in enumerate(x.shape) if i not in axes], a.name)


@operation("GetItem")
def get_item(a):
    x = a.tensor(0, "x", "tensor")
    key = a.get(1, "key", "slice_spec")
    begins, ends, strides, shrink = [0] * len(x.shape), list(x.shape), [1] * len(x.shape), 0
    for axis, part in enumerate(_spelled(key if isinstance(key, list) else [key], len(x.shape), a.name)):
        if axis == 0:
            continue  # the batch is whole
        size = x.shape[axis]
        if isinstance(part, int):
            begins[axis], ends[axis], shrink = part % size, part % size + 1, shrink | 1 << axis
        else:
            begins[axis], ends[axis], strides[axis] = part.indices(size)
            if strides[axis] < 0:
                raise Refused(a.name, "a slice that runs backwards", "needs a positive step")
    return a.b.strided_slice(x, begins, ends, strides, a.name, shrink)


def _spelled(key, rank, name):
    """A slice or an index for each axis that the key names."""
    parts = []
    for part in key:
        if part == "__ellipsis__" or isinstance(part, dict) and part.get("class_name") == "__ellipsis__":
            parts += [slice(None)] * (rank - len(key) + 1)
        elif isinstance(part, dict):
            ends = part.get("config") or part
            parts.append(slice(ends.get("start"), ends.get("stop"), ends.get("step")))
        elif isinstance(part, int):
            parts.append(part)
        else:
            raise Refused(name, f"index {part}", "needs slices and numbers")
    return parts
