# SPDX-License-Identifier: MIT
"""Random layers for comparing an architecture's inner loops with the portable ones: shapes, windows and factors drawn over
what the kernels distinguish, weights and activations from mild to the ends of their range. Wide ones have more of
everything, for kernels that do many outputs at once."""

from functools import partial

import numpy as np

from mpylite.interpreter import Interpreter
from tests.kernels.case import NONE, C, Case, T

FILLS = ((-127, 127), (-127, 127), (-30, 30), (-3, 3), "ends", "quarters", "few ends", "mild rows", "zero rows", "some -128")
INPUTS = ("random", "random", "extreme", "min", "max")
ACTIVATIONS = ("NONE", "RELU", "RELU", "RELU6", "RELU_N1_TO_1")


def expected(model, inputs):
    """(output, arena bytes) of a model of one layer in the PC's engine, at the default speed."""
    portable = Interpreter(model)
    portable.allocate_tensors()
    for detail, value in zip(portable.get_input_details(), inputs, strict=True):
        portable.set_tensor(detail["index"], value)
    portable.invoke()
    return portable.get_tensor(portable.get_output_details()[0]["index"]).copy(), portable.arena_bytes


def weights(rnd, shape, outputs_axis):
    """int8 weights of one of the kinds that take different ways."""
    kind = FILLS[rnd.integers(len(FILLS))]
    if isinstance(kind, tuple):
        return rnd.integers(*kind, shape, endpoint=True)
    if kind == "ends":
        return rnd.choice([-127, 127], shape)
    if kind == "quarters":  # four of them have a sum of absolute values of about 255
        return rnd.choice([(-64, -63), (63, 64), (-64, 64)][rnd.integers(3)], shape)
    if kind == "few ends":
        return np.where(rnd.random(shape) < 0.02, rnd.choice([-127, 127], shape), rnd.integers(-9, 9, shape))
    w = rnd.integers(-127, 127, shape, endpoint=True)
    if kind == "some -128":
        w[rnd.random(shape) < 0.3] = -128
        return w
    rows = [slice(None)] * len(shape)
    for c in range(shape[outputs_axis]):
        rows[outputs_axis] = c
        if rnd.random() < 0.5:
            w[tuple(rows)] //= 8 if kind == "mild rows" else 128  # -1 and 0 are almost no weights
            if kind == "zero rows":
                w[tuple(rows)] = 0
    return w


def _bias(rnd, count, products):
    kind = rnd.integers(4)
    if kind == 0:
        return NONE
    most = (products * 4000, 200_000, 1 << 30)[kind - 1] if rnd.random() < 0.8 else 100
    return C((count,), "int32", fill=rnd.integers(-most, most, count))


def _layer(rnd, name, operator, x_shape, y_shape, w, axis, options, products):
    outputs = w.shape[axis]
    channel = rnd.random() < 0.7 and operator != "FULLY_CONNECTED"
    scales = rnd.uniform(0.001, 0.02, outputs if channel else 1)
    if channel and rnd.random() < 0.2:
        scales[rnd.integers(outputs)] = 1e-12  # a dead channel: its multiplier becomes 0
    spread = float(rnd.choice([0.3, 1, 4]))
    y_scale = float(0.02 * max(scales) * products**0.5 * 50 * spread)
    x = T(x_shape, "int8", 0.02, int(rnd.choice([-128, 0, 127, rnd.integers(-128, 128)])), str(rnd.choice(INPUTS)))
    y = T(y_shape, "int8", y_scale, int(rnd.choice([-128, -128, 5, rnd.integers(-128, 128)])))
    filter_tensor = C(w.shape, "int8", list(map(float, scales)) if channel else float(scales[0]), 0, w, axis)
    options = dict(options, fused_activation_function=str(rnd.choice(ACTIVATIONS)))
    bias = _bias(rnd, outputs, products)
    inputs = [x, filter_tensor] + ([] if bias is NONE else [bias])
    return Case(name, inputs, [y], options, samples=1, operator=operator)


def _out(size, kernel, stride, dilation, padding):
    return -(-size // stride) if padding == "SAME" else (size - (kernel - 1) * dilation - 1) // stride + 1


def _window(rnd, kernels, most):
    """A window that fits an image: (height, width), kernel, output size, options."""
    kernel = kernels[rnd.integers(len(kernels))]
    stride = [int(s) for s in (rnd.choice([1, 1, 2, 3], 2) if rnd.random() < 0.5 else [rnd.choice([1, 2])] * 2)]
    dilation = [int(d) for d in (rnd.choice([1, 2], 2) if rnd.random() < 0.2 else (1, 1))]
    padding = str(rnd.choice(["SAME", "VALID"]))
    size = [int(rnd.integers((k - 1) * d + 1, most)) for k, d in zip(kernel, dilation, strict=True)]
    if rnd.random() < 0.15:  # as large as the window, in one direction or both
        least = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
        size = [least, [size[0], least[1]]][rnd.integers(2)]
    out = [_out(*arguments, padding) for arguments in zip(size, kernel, stride, dilation, strict=True)]
    options = {"padding": padding, "stride_h": stride[0], "stride_w": stride[1]}
    return size, kernel, out, options | {"dilation_h_factor": dilation[0], "dilation_w_factor": dilation[1]}


def conv(rnd, name, wide=False):
    size, kernel, out, options = _window(rnd, [(1, 1), (1, 1), (3, 3), (3, 3), (2, 5), (1, 3), (4, 1)], 26 if wide else 12)
    depth, outputs, batches = int(rnd.choice([1, 2, 3, 4, 5, 8, 12, 36])), int(rnd.integers(1, 12)), int(rnd.choice([1, 1, 2]))
    if wide:
        depth, outputs = int(rnd.choice([1, 3, 4, 16, 67, 200])), int(rnd.integers(1, 150))
    w = weights(rnd, (outputs, *kernel, depth), 0)
    products = kernel[0] * kernel[1] * depth
    return _layer(rnd, name, "CONV_2D", (batches, *size, depth), (batches, *out, outputs), w, 0, options, products)


def depthwise(rnd, name, wide=False):
    size, kernel, out, options = _window(rnd, [(3, 3)] * 6 + [(2, 2), (1, 5), (7, 1), (5, 5)] + [(9, 9)] * wide, 20 if wide else 14)
    depth, multiplier, batches = int(rnd.integers(1, 9)), int(rnd.choice([1, 1, 1, 1, 2])), int(rnd.choice([1, 1, 2]))
    if rnd.random() < 0.2:
        depth, multiplier = 1, int(rnd.integers(1, 9))
    if wide:
        depth = int(rnd.choice([8, 16, 24, 64, rnd.integers(9, 150)]))
    outputs = depth * multiplier
    w = weights(rnd, (1, *kernel, outputs), 3)
    options["depth_multiplier"] = multiplier
    products = kernel[0] * kernel[1]
    return _layer(
        rnd, name, "DEPTHWISE_CONV_2D", (batches, *size, depth), (batches, *out, outputs), w, 3, options, products
    )


def dense(rnd, name, wide=False):
    count, outputs, rows = int(rnd.choice([4, 8, 12, 64, 100, 7, 1200])), int(rnd.integers(1, 20)), int(rnd.choice([1, 1, 3, 7]))
    if wide:
        count, outputs = int(rnd.integers(1, 700)), int(rnd.integers(1, 300))
    w = weights(rnd, (outputs, count), 0)
    return _layer(rnd, name, "FULLY_CONNECTED", (rows, count), (rows, outputs), w, 0, {}, count)


def rows(rnd, name, wide=False):
    """Windows as wide as the image, so that each is one run of it, at any address; or one run alone. Among the weights some
    fours with large values: in few outputs, in many, in parts of them."""
    outputs, width, depth = int(rnd.integers(4, 40 if wide else 17)), int(rnd.choice([1, 1, 2, 3, 5])), int(rnd.choice([1, 2, 3, 4, 6]))
    kernel, out, stride = 4 * int(rnd.integers(1, 40)), int(rnd.integers(1, 5)), int(rnd.choice([1, 1, 2, 3]))
    w = rnd.integers(-40, 40, (outputs, kernel * width * depth // 4, 4))
    large = rnd.random(w.shape[:2]) < rnd.choice([0.003, 0.02, 0.2], outputs)[:, None]
    large[:, : int(rnd.integers(w.shape[1]))] &= rnd.random() < 0.5
    w[large] = rnd.choice([-127, 127, 100], (int(large.sum()), 4))
    options = {"padding": "VALID", "stride_h": stride, "stride_w": 1, "dilation_h_factor": 1, "dilation_w_factor": 1}
    image, products = (1, (out - 1) * stride + kernel, width, depth), kernel * width * depth
    return _layer(rnd, name, "CONV_2D", image, (1, out, 1, outputs), w.reshape(outputs, kernel, width, depth), 0, options, products)


def add(rnd, name, wide=False):
    shape = (1, int(rnd.integers(1, 30)), int(rnd.integers(1, 150 if wide else 12)))
    other = (1, 1, shape[2]) if rnd.random() < 0.2 else shape
    scales = rnd.uniform(0.01, 0.5, 3) if rnd.random() < 0.8 else (0.25, 0.25, 0.25)
    zero_points = rnd.integers(-128, 128, 3)
    tensors = [
        T(s, "int8", float(scale), int(zero), str(rnd.choice(INPUTS)))
        for s, scale, zero in zip((shape, other, shape), scales, zero_points, strict=True)
    ]
    options = {"fused_activation_function": str(rnd.choice(ACTIVATIONS))}
    return Case(name, tensors[:2], tensors[2:], options, samples=1, operator=str(rnd.choice(["ADD", "SUB"])))


def pool(rnd, name, wide=False):
    kernels = [(2, 2), (2, 2), (3, 3), (1, 1), (1, 4), (5, 1), (3, 2)] + [(20, 20)] * wide
    size, kernel, out, options = _window(rnd, kernels, 44 if wide else 12)
    size = [max(s, k) for s, k in zip(size, kernel, strict=True)]
    strides = (options["stride_h"], options["stride_w"])
    out = [_out(s, k, stride, 1, options["padding"]) for s, k, stride in zip(size, kernel, strides, strict=True)]
    options = {key: options[key] for key in ("padding", "stride_h", "stride_w")}
    options |= {"filter_height": kernel[0], "filter_width": kernel[1]}
    options["fused_activation_function"] = str(rnd.choice(ACTIVATIONS))
    depth, batches, zero = int(rnd.integers(1, 70 if wide else 10)), int(rnd.choice([1, 1, 2])), int(rnd.choice([-128, 5, 127]))
    x, y = (T((batches, *s, depth), "int8", 0.05, zero, str(rnd.choice(INPUTS))) for s in (size, out))
    return Case(name, [x], [y], options, samples=1, operator=str(rnd.choice(["MAX_POOL_2D", "AVERAGE_POOL_2D"])))


def small(rnd, name, wide=False):
    """Images as small as one pixel, also smaller than their window, in several batches."""
    kernel, stride = ((1, 1), (3, 3))[rnd.integers(2)], int(rnd.choice([1, 2, 2, 3]))
    size = [2, 2] if rnd.random() < 0.3 else [int(s) for s in rnd.choice([1, 1, 2, 3, 4], 2)]
    batches, depth = int(rnd.integers(1, 4)), int(rnd.choice([3, 4, 8, 8]))
    out = [_out(s, k, stride, 1, "SAME") for s, k in zip(size, kernel, strict=True)]
    options = {"padding": "SAME", "stride_h": stride, "stride_w": stride}
    image, products = (batches, *size, depth), kernel[0] * kernel[1]
    if kernel == (3, 3) and rnd.random() < 0.7:
        w = weights(rnd, (1, *kernel, depth), 3)
        return _layer(rnd, name, "DEPTHWISE_CONV_2D", image, (batches, *out, depth), w, 3, options | {"depth_multiplier": 1}, products)
    outputs = int(rnd.integers(1, 40 if wide else 9))
    w = weights(rnd, (outputs, *kernel, depth), 0)
    return _layer(rnd, name, "CONV_2D", image, (batches, *out, outputs), w, 0, options, products * depth)


def strips(rnd, name, wide=False):
    """What architectures leave to strips: int16, and groups."""
    size, kernel, out, options = _window(rnd, [(1, 1), (3, 3), (1, 7), (4, 1)], 14)
    depth, groups = int(rnd.choice([1, 2, 4, 8, 16, 23, 64])), int(rnd.choice([1, 2, 4]))
    if rnd.random() < 0.1:
        size, kernel, out, depth = [1, 300], (1, 300), (1, 1), 4
        options |= {"padding": "VALID", "dilation_h_factor": 1, "dilation_w_factor": 1}
    outputs, products = int(rnd.integers(1, 5)) * groups, kernel[0] * kernel[1] * depth
    w = weights(rnd, (outputs, *kernel, depth), 0)
    if groups > 1 and rnd.random() < 0.5:
        return _layer(rnd, name, "CONV_2D", (1, *size, depth * groups), (1, *out, outputs), w, 0, options, products)
    scales = list(map(float, rnd.uniform(0.001, 0.02, outputs)))
    x = T((1, *size, depth), "int16", 0.001, 0, str(rnd.choice(INPUTS)))
    y = T((1, *out, outputs), "int16", float(0.001 * max(scales) * products**0.5 * 50), 0)
    bias = C((outputs,), "int64", fill=rnd.integers(-products * 50000, products * 50000, outputs))
    filter_tensor = C(w.shape, "int8", scales, 0, w, 0)
    options = dict(options, fused_activation_function=str(rnd.choice(ACTIVATIONS)))
    return Case(name, [x, filter_tensor, bias], [y], options, samples=1, operator="CONV_2D")


FAMILIES = {"strips": strips, "small": small, "conv": conv, "depthwise": depthwise, "dense": dense, "rows": rows, "add": add, "pool": pool}
WIDE = {family: partial(make, wide=True) for family, make in FAMILIES.items()}
