# SPDX-License-Identifier: MIT
"""LAYERS: Keras layer class name -> function that adds its operators; one row a layer.

Owns what a layer means in TFLite operators; recurrent layers stand in keras_recurrent.
"""
from dataclasses import dataclass, field

import numpy as np

from ..errors import Reason

LAYERS = {}


class Refused(Exception):
    def __init__(self, where, code, advice):
        self.reason = Reason(f"layer '{where}'", code, advice)


@dataclass
class Layer:
    """One layer call: its name, configuration, weights, and the call's own options."""

    name: str
    config: dict
    weights: object
    options: dict = field(default_factory=dict)

    def __getitem__(self, key):
        return self.config[key]

    def get(self, key, default=None):
        return self.config.get(key, default)


def layer(*names):
    def declare(function):
        for name in names:
            LAYERS[name] = function
        return function

    return declare


NO_OPERATOR = {
    "Embedding": "needs integer input; feed the vectors instead",
    "Masking": "masks have no meaning in TFLite; pad and train without masks",
    "Lambda": "holds Python code, which is never run; replace it by layers",
    "MultiHeadAttention": "is not supported yet; build it from Dense and Dot layers",
}


def refusal(kind, name):
    return Reason(f"layer '{name}'", f"{kind} layer", NO_OPERATOR.get(kind, "is not supported; replace it by layers that are"))


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def channels_last(l):
    if l.get("data_format", "channels_last") == "channels_first":
        raise Refused(l.name, "data_format channels_first", "needs channels_last; rebuild the model with it")


# ---- activations ----


def activation(b, x, spec, name):
    """Adds the activation that Keras serialised as a name, a function or a layer object."""
    if spec is None:
        return x
    config = {}
    if isinstance(spec, dict):
        inner = spec.get("config")
        config = inner if isinstance(inner, dict) else {}
        spec = inner if isinstance(inner, str) else config.get("name") if spec["class_name"] == "Function" else spec["class_name"]
    function = ACTIVATIONS.get(_plain(spec))
    if function is None:
        raise Refused(name, f"activation {spec}", f"needs one of {', '.join(sorted(ACTIVATIONS))}")
    return function(b, x, name, config)


def _plain(name):
    return "".join(c for c in str(name).lower() if c.isalnum() or c == "_")


def _operator(op, **options):
    return lambda b, x, name, config: b.add(op, [x], options, name)


def _fused(b, x, amount, kind, name):
    return b.add("ADD", [x, b.constant(amount, f"{name}/amount")], {"fused_activation_function": kind}, name)


def hard_sigmoid(b, x, name, config):
    """relu6(x + 3) / 6, Keras 3's meaning."""
    return b.scaled(_fused(b, x, 3.0, "RELU6", name), 1 / 6, name)


def swish(b, x, name, config):
    return b.binary("MUL", x, b.add("LOGISTIC", [x], {}, f"{name}/sigmoid"), name)


def gelu(b, x, name, config):
    """x * (1 + tanh(0.7978846 (x + 0.044715 x^3))) / 2, within 0.0005 of the exact function."""
    cube = b.binary("MUL", b.binary("MUL", x, x, f"{name}/square"), x, f"{name}/cube")
    inner = b.binary("ADD", x, b.scaled(cube, 0.044715, f"{name}/cubic"), f"{name}/sum")
    tanh = b.add("TANH", [b.scaled(inner, 0.7978845608, f"{name}/inner")], {}, f"{name}/tanh")
    half = b.scaled(b.shifted(tanh, 1.0, f"{name}/one"), 0.5, f"{name}/half")
    return b.binary("MUL", x, half, name)


def relu(b, x, name, config):
    limit, slope, threshold = config.get("max_value"), config.get("negative_slope") or 0.0, config.get("threshold") or 0.0
    if threshold:
        raise Refused(name, f"ReLU threshold {threshold}", "needs 0")
    if slope:
        if limit is not None:
            raise Refused(name, "ReLU with negative_slope and max_value", "needs one of them")
        return b.add("LEAKY_RELU", [x], {"alpha": float(slope)}, name)
    if limit is None or limit == 6:
        return b.add("RELU" if limit is None else "RELU6", [x], {}, name)
    return b.add("MINIMUM", [b.add("RELU", [x], {}, f"{name}/relu"), b.constant(limit, f"{name}/max")], {}, name)


def leaky_relu(b, x, name, config):
    alpha = config.get("negative_slope", config.get("alpha", 0.2))
    return b.add("LEAKY_RELU", [x], {"alpha": float(alpha)}, name)


def elu(b, x, name, config):
    if config.get("alpha", 1.0) != 1.0:
        raise Refused(name, f"ELU alpha {config['alpha']}", "needs 1.0")
    return b.add("ELU", [x], {}, name)


def softmax(b, x, name, config):
    axis = config.get("axis", -1)
    if axis not in (-1, len(x.shape) - 1):
        raise Refused(name, f"softmax axis {axis}", "needs the last axis; permute before")
    return b.add("SOFTMAX", [x], {"beta": 1.0}, name)


ACTIVATIONS = {
    "linear": lambda b, x, name, config: x,
    "relu": relu,
    "relu6": _operator("RELU6"),
    "leaky_relu": leaky_relu,
    "leakyrelu": leaky_relu,
    "elu": elu,
    "exponential": _operator("EXP"),
    "sigmoid": _operator("LOGISTIC"),
    "tanh": _operator("TANH"),
    "hard_sigmoid": hard_sigmoid,
    "hardsigmoid": hard_sigmoid,
    "hard_swish": _operator("HARD_SWISH"),
    "hard_silu": _operator("HARD_SWISH"),
    "hardswish": _operator("HARD_SWISH"),
    "swish": swish,
    "silu": swish,
    "gelu": gelu,
    "softmax": softmax,
    "log_softmax": _operator("LOG_SOFTMAX"),
}


@layer("Activation")
def activation_layer(b, l, inputs):
    return activation(b, inputs[0], l["activation"], l.name)


@layer("ReLU")
def relu_layer(b, l, inputs):
    return relu(b, inputs[0], l.name, l.config)


@layer("LeakyReLU")
def leaky_relu_layer(b, l, inputs):
    return leaky_relu(b, inputs[0], l.name, l.config)


@layer("ELU")
def elu_layer(b, l, inputs):
    return elu(b, inputs[0], l.name, l.config)


@layer("Softmax")
def softmax_layer(b, l, inputs):
    return softmax(b, inputs[0], l.name, l.config)


@layer("PReLU")
def prelu_layer(b, l, inputs):
    (alpha,) = l.weights.arrays(1)
    return b.add("PRELU", [inputs[0], b.constant(alpha, f"{l.name}/alpha")], {}, l.name)


# ---- dense and convolution ----


def finish(b, l, x):
    return activation(b, x, l.get("activation"), f"{l.name}/activation" if l.get("activation") not in (None, "linear") else l.name)


def kernel_and_bias(l):
    arrays = l.weights.arrays(2 if l["use_bias"] else 1)
    return arrays[0], (arrays[1] if l["use_bias"] else None)


def bias_tensor(b, l, bias, count):
    return b.constant(np.zeros(count) if bias is None else bias, f"{l.name}/bias")


@layer("Dense")
def dense(b, l, inputs):
    x = inputs[0]
    kernel, bias = kernel_and_bias(l)
    if kernel.ndim != 2 or kernel.shape[0] != x.shape[-1]:
        raise Refused(l.name, f"kernel of shape {kernel.shape}", f"needs ({x.shape[-1]}, units); save the model again")
    weights = b.constant(kernel.T, f"{l.name}/kernel")
    options = {"fused_activation_function": "NONE", "keep_num_dims": len(x.shape) > 2}
    return finish(b, l, b.add("FULLY_CONNECTED", [x, weights, bias_tensor(b, l, bias, kernel.shape[1])], options, l.name))


def conv_options(strides, padding, dilation=(1, 1), **more):
    return {
        "padding": padding,
        "stride_h": strides[0],
        "stride_w": strides[1],
        "dilation_h_factor": dilation[0],
        "dilation_w_factor": dilation[1],
        "fused_activation_function": "NONE",
        **more,
    }


def as_2d(b, x, name):
    """(1,w,c) as (1,1,w,c), the form in which TFLite convolves over one axis."""
    return b.reshape(x, (x.shape[0], 1, *x.shape[1:]), f"{name}/as_2d")


def as_1d(b, x, name):
    return b.reshape(x, (x.shape[0], *x.shape[2:]), f"{name}/as_1d")


def one_dimension(function):
    """The 1-D layer: the 2-D function on a row of height 1."""

    def run(b, l, inputs):
        y = function(b, l, [as_2d(b, inputs[0], l.name), *inputs[1:]], 1)
        return as_1d(b, y, l.name)

    return run


def size_2d(l, key, dimensions, default=1):
    value = l.get(key, default)
    if dimensions == 2:
        return pair(value)
    value = value if isinstance(value, int) else value[0]
    return (1, value)


def padding_of(b, l, x, kernel, dimensions):
    """(padded x, TFLite padding): causal becomes an explicit pad on the left."""
    padding = l["padding"].upper()
    if padding != "CAUSAL":
        return x, padding
    before = (kernel[1] - 1) * size_2d(l, "dilation_rate", dimensions)[1]
    return b.pad(x, [[0, 0], [0, 0], [before, 0], [0, 0]], f"{l.name}/causal"), "VALID"


def convolution(b, l, x, kernel, bias, dimensions):
    """kernel (kh,kw,c,o)"""
    x, padding = padding_of(b, l, x, kernel.shape, dimensions)
    weights = b.constant(kernel.transpose(3, 0, 1, 2), f"{l.name}/kernel")
    options = conv_options(size_2d(l, "strides", dimensions), padding, size_2d(l, "dilation_rate", dimensions))
    return b.add("CONV_2D", [x, weights, bias_tensor(b, l, bias, kernel.shape[3])], options, l.name)


def depthwise(b, l, x, kernel, bias, dimensions, name):
    """kernel (kh,kw,c,multiplier)"""
    x, padding = padding_of(b, l, x, kernel.shape, dimensions)
    kh, kw, c, multiplier = kernel.shape
    weights = b.constant(kernel.reshape(1, kh, kw, c * multiplier), f"{name}/kernel")
    options = conv_options(size_2d(l, "strides", dimensions), padding, size_2d(l, "dilation_rate", dimensions), depth_multiplier=multiplier)
    return b.add("DEPTHWISE_CONV_2D", [x, weights, bias_tensor(b, l, bias, c * multiplier)], options, name)


def row(kernel, dimensions):
    return kernel if dimensions == 2 else kernel[None]


def conv_layer(b, l, inputs, dimensions=2):
    channels_last(l)
    kernel, bias = kernel_and_bias(l)
    return finish(b, l, convolution(b, l, inputs[0], row(kernel, dimensions), bias, dimensions))


def depthwise_layer(b, l, inputs, dimensions=2):
    channels_last(l)
    kernel, bias = kernel_and_bias(l)
    return finish(b, l, depthwise(b, l, inputs[0], row(kernel, dimensions), bias, dimensions, l.name))


def separable_layer(b, l, inputs, dimensions=2):
    channels_last(l)
    arrays = l.weights.arrays(3 if l["use_bias"] else 2)
    x = depthwise(b, l, inputs[0], row(arrays[0], dimensions), None, dimensions, f"{l.name}/depthwise")
    kernel = row(arrays[1], dimensions)
    weights = b.constant(kernel.transpose(3, 0, 1, 2), f"{l.name}/kernel")
    bias = bias_tensor(b, l, arrays[2] if l["use_bias"] else None, kernel.shape[3])
    return finish(b, l, b.add("CONV_2D", [x, weights, bias], conv_options((1, 1), "VALID"), l.name))


def transpose_layer(b, l, inputs, dimensions=2):
    channels_last(l)
    kernel, bias = kernel_and_bias(l)
    kernel = row(kernel, dimensions)  # (kh,kw,o,c)
    if set(size_2d(l, "dilation_rate", dimensions)) != {1} or l.get("output_padding") is not None:
        raise Refused(l.name, "dilation_rate or output_padding of a transposed convolution", "needs 1 and None")
    x, strides, same = inputs[0], size_2d(l, "strides", dimensions), l["padding"] == "same"
    size = [n * s if same else (n - 1) * s + max(k, s) for n, s, k in zip(x.shape[1:3], strides, kernel.shape)]
    shape = b.constant([1, *size, kernel.shape[2]], f"{l.name}/output_shape", np.int32)
    weights = b.constant(kernel.transpose(2, 0, 1, 3), f"{l.name}/kernel")
    options = {"padding": l["padding"].upper(), "stride_h": strides[0], "stride_w": strides[1], "fused_activation_function": "NONE"}
    return finish(b, l, b.add("TRANSPOSE_CONV", [shape, weights, x, bias_tensor(b, l, bias, kernel.shape[2])], options, l.name, "float32"))


for _name, _function in (("Conv", conv_layer), ("DepthwiseConv", depthwise_layer), ("SeparableConv", separable_layer)):
    LAYERS[f"{_name}2D"] = _function
    LAYERS[f"{_name}1D"] = one_dimension(_function)
LAYERS["SeparableConvolution2D"] = separable_layer
LAYERS["Conv2DTranspose"] = transpose_layer
LAYERS["Conv1DTranspose"] = one_dimension(transpose_layer)


# ---- normalisation ----


def last_axis(l, x, key="axis"):
    axis = l.get(key, -1)
    axis = axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis
    if axis not in (-1, len(x.shape) - 1):
        raise Refused(l.name, f"axis {axis}", "needs the last axis (channels_last)")


@layer("BatchNormalization", "BatchNormalizationV1", "SyncBatchNormalization")
def batch_normalization(b, l, inputs):
    """gamma (x - mean) / sqrt(variance + epsilon) + beta, as one MUL and one ADD."""
    last_axis(l, inputs[0])
    arrays = l.weights.arrays(2 + bool(l["scale"]) + bool(l["center"]))
    mean, variance = arrays[-2:]
    gamma = arrays[0] if l["scale"] else np.ones_like(mean)
    beta = arrays[int(bool(l["scale"]))] if l["center"] else np.zeros_like(mean)
    factor = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + l["epsilon"])
    return b.shifted(b.scaled(inputs[0], factor, f"{l.name}/scale"), beta - mean * factor, l.name)


@layer("LayerNormalization")
def layer_normalization(b, l, inputs):
    x, name = inputs[0], l.name
    last_axis(l, x)
    axis = [len(x.shape) - 1]
    arrays = l.weights.arrays((0, 1, 2))
    difference = b.binary("SUB", x, b.reduce("MEAN", x, axis, True, f"{name}/mean"), f"{name}/difference")
    square = b.binary("MUL", difference, difference, f"{name}/square")
    variance = b.reduce("MEAN", square, axis, True, f"{name}/variance")
    inverse = b.add("RSQRT", [b.shifted(variance, l["epsilon"], f"{name}/epsilon")], {}, f"{name}/rsqrt")
    y = b.binary("MUL", difference, inverse, f"{name}/normal")
    if l.get("scale", True):
        y = b.scaled(y, arrays[0], f"{name}/gamma")
    return b.shifted(y, arrays[-1], name) if l.get("center", True) else y


@layer("Rescaling")
def rescaling(b, l, inputs):
    y = b.scaled(inputs[0], _numbers(l["scale"]), f"{l.name}/scale")
    return b.shifted(y, _numbers(l.get("offset", 0.0)), l.name)


def _numbers(value):
    if isinstance(value, dict):
        value = value["config"]["value"] if isinstance(value.get("config"), dict) else value["config"]
    return np.asarray(value, np.float32)


@layer("Normalization")
def normalization(b, l, inputs):
    if l.get("mean") is not None:
        mean, variance = _numbers(l["mean"]), _numbers(l["variance"])
    else:
        arrays = l.weights.arrays((2, 3))
        mean, variance = arrays[0], arrays[1]
        last_axis(l, inputs[0])
    deviation = np.maximum(np.sqrt(variance), 1e-7)
    if l.get("invert"):
        return b.shifted(b.scaled(inputs[0], deviation.ravel(), f"{l.name}/scale"), mean.ravel(), l.name)
    return b.shifted(b.scaled(inputs[0], (1 / deviation).ravel(), f"{l.name}/scale"), (-mean / deviation).ravel(), l.name)


# ---- pooling ----


def pool(op):
    def run(b, l, inputs, dimensions=2):
        channels_last(l)
        size = size_2d(l, "pool_size", dimensions, 2)
        strides = size_2d(l, "strides", dimensions) if l.get("strides") is not None else size
        options = {
            "padding": l["padding"].upper(),
            "filter_height": size[0],
            "filter_width": size[1],
            "stride_h": strides[0],
            "stride_w": strides[1],
            "fused_activation_function": "NONE",
        }
        return b.add(op, [inputs[0]], options, l.name)

    return run


def global_pool(op):
    def run(b, l, inputs):
        channels_last(l)
        x = inputs[0]
        return b.reduce(op, x, range(1, len(x.shape) - 1), l.get("keepdims", False), l.name)

    return run


for _kind, _op, _reduce in (("Max", "MAX_POOL_2D", "REDUCE_MAX"), ("Average", "AVERAGE_POOL_2D", "MEAN")):
    LAYERS[f"{_kind}Pooling2D"] = pool(_op)
    LAYERS[f"{_kind}Pooling1D"] = one_dimension(pool(_op))
    LAYERS[f"Global{_kind}Pooling2D"] = LAYERS[f"Global{_kind}Pooling1D"] = global_pool(_reduce)


# ---- shape ----


@layer("Flatten")
def flatten(b, l, inputs):
    return b.reshape(inputs[0], (1, int(np.prod(inputs[0].shape[1:]))), l.name)


@layer("Reshape")
def reshape(b, l, inputs):
    return b.reshape(inputs[0], (1, *l["target_shape"]), l.name)


@layer("Permute")
def permute(b, l, inputs):
    return b.transpose(inputs[0], (0, *l["dims"]), l.name)


@layer("RepeatVector")
def repeat_vector(b, l, inputs):
    x = b.reshape(inputs[0], (1, 1, inputs[0].shape[1]), f"{l.name}/row")
    return b.add("CONCATENATION", [x] * l["n"], {"axis": 1, "fused_activation_function": "NONE"}, l.name)


def amounts(value, dimensions):
    """Keras's padding or cropping as [(before, after)] an axis."""
    if isinstance(value, int):
        return [(value, value)] * dimensions
    value = list(value)
    if dimensions == 1:
        return [tuple(value)]
    return [pair(v) for v in value]


def zero_padding(dimensions):
    def run(b, l, inputs):
        channels_last(l)
        return b.pad(inputs[0], [(0, 0), *amounts(l["padding"], dimensions), (0, 0)], l.name)

    return run


def cropping(dimensions):
    def run(b, l, inputs):
        channels_last(l)
        shape = inputs[0].shape
        cuts = [(0, 0), *amounts(l["cropping"], dimensions), (0, 0)]
        ends = [n - after for n, (_, after) in zip(shape, cuts)]
        return b.strided_slice(inputs[0], [before for before, _ in cuts], ends, [1] * len(shape), l.name)

    return run


LAYERS["ZeroPadding1D"], LAYERS["ZeroPadding2D"] = zero_padding(1), zero_padding(2)
LAYERS["Cropping1D"], LAYERS["Cropping2D"] = cropping(1), cropping(2)


def resize(b, x, size, method, name):
    if method not in ("nearest", "bilinear"):
        raise Refused(name, f"interpolation {method}", "needs nearest or bilinear")
    op = "RESIZE_BILINEAR" if method == "bilinear" else "RESIZE_NEAREST_NEIGHBOR"
    return b.add(op, [x, b.constant(size, f"{name}/size", np.int32)], {"half_pixel_centers": True, "align_corners": False}, name)


@layer("UpSampling2D")
def up_sampling_2d(b, l, inputs):
    channels_last(l)
    size = pair(l["size"])
    shape = inputs[0].shape
    return resize(b, inputs[0], (shape[1] * size[0], shape[2] * size[1]), l.get("interpolation", "nearest"), l.name)


@layer("UpSampling1D")
def up_sampling_1d(b, l, inputs):
    x = as_2d(b, inputs[0], l.name)
    size = l["size"] if isinstance(l["size"], int) else l["size"][0]
    return as_1d(b, resize(b, x, (1, x.shape[2] * size), "nearest", l.name), l.name)


@layer("Resizing")
def resizing(b, l, inputs):
    channels_last(l)
    if l.get("crop_to_aspect_ratio") or l.get("pad_to_aspect_ratio") or l.get("antialias"):
        raise Refused(l.name, "Resizing with crop, pad or antialias", "needs the plain form")
    return resize(b, inputs[0], (l["height"], l["width"]), l.get("interpolation", "bilinear"), l.name)


# ---- merging ----


def merge(op):
    def run(b, l, inputs):
        x = inputs[0]
        for i, other in enumerate(inputs[1:]):
            options = {} if op in ("MAXIMUM", "MINIMUM") else {"fused_activation_function": "NONE"}
            x = b.add(op, [x, other], options, l.name if i == len(inputs) - 2 else f"{l.name}/part")
        return x

    return run


LAYERS.update({"Add": merge("ADD"), "Subtract": merge("SUB"), "Multiply": merge("MUL")})
LAYERS.update({"Maximum": merge("MAXIMUM"), "Minimum": merge("MINIMUM")})


@layer("Average")
def average(b, l, inputs):
    return b.scaled(merge("ADD")(b, Layer(f"{l.name}/sum", {}, None), inputs), 1 / len(inputs), l.name)


@layer("Concatenate")
def concatenate(b, l, inputs):
    axis = l["axis"] % len(inputs[0].shape)
    if axis == 0:
        raise Refused(l.name, "axis 0", "needs an axis after the batch")
    return b.add("CONCATENATION", inputs, {"axis": axis, "fused_activation_function": "NONE"}, l.name)


@layer("Dot")
def dot(b, l, inputs):
    """Product over one axis of each input, which becomes BATCH_MATMUL over the last two."""
    axes = pair(l["axes"])
    a, c = inputs
    if l.get("normalize"):
        raise Refused(l.name, "Dot with normalize", "needs normalize=False; normalise before")
    if len(a.shape) == 2 and len(c.shape) == 2:
        product = b.binary("MUL", a, c, f"{l.name}/product")
        return b.reduce("SUM", product, [1], True, l.name)
    if len(a.shape) != 3 or len(c.shape) != 3:
        raise Refused(l.name, f"Dot of ranks {len(a.shape)} and {len(c.shape)}", "needs rank 2 or 3 on both sides")
    options = {"adj_x": axes[0] % 3 == 1, "adj_y": axes[1] % 3 == 2}
    return b.add("BATCH_MATMUL", [a, c], options, l.name)


# ---- nothing at inference ----


@layer(
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "AlphaDropout",
    "ActivityRegularization", "Identity", "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation",
    "RandomContrast", "RandomBrightness",
)  # fmt: skip
def identity(b, l, inputs):
    return inputs[0]
