# SPDX-License-Identifier: MIT
"""Small models for the engine's tests, good and bad, made on the spot."""

import numpy as np

from tests.kernels.model_builder import Operator, Subgraph, Tensor, build


def random_generator():
    return np.random.default_rng(20)


def classifier(dtype="int8", weights_dtype="int8", metadata=None):
    """(1,4,4,1) to (1,3): a convolution, a mean, a dense layer, a softmax."""
    rng = random_generator()
    quantised = dtype == "int8"

    def activation(shape, scale, zero_point, name=""):
        return Tensor(shape, dtype, scale if quantised else None, zero_point if quantised else None, name=name)

    def weights(shape, scale):
        if weights_dtype == "int8":
            return Tensor(shape, "int8", scale, 0, data=rng.integers(-127, 128, shape).astype("int8"))
        return Tensor(shape, "float32", data=rng.normal(size=shape).astype("float32"))

    def bias(count, scale):
        if quantised:
            return Tensor((count,), "int32", scale, 0, data=rng.integers(-500, 500, count).astype("int32"))
        return Tensor((count,), "float32", data=rng.normal(size=count).astype("float32"))

    tensors = [
        activation((1, 4, 4, 1), 0.05, -3, "image"),
        weights((4, 3, 3, 1), 0.01),
        bias(4, 0.0005),
        activation((1, 4, 4, 4), 0.04, 5),
        Tensor((2,), "int32", data=np.array([1, 2], "int32")),
        activation((1, 4), 0.03, 2),
        weights((3, 4), 0.02),
        bias(3, 0.0006),
        activation((1, 3), 0.02, 1),
        activation((1, 3), 1 / 256, -128, "probabilities"),
    ]
    operators = [
        Operator("CONV_2D", [0, 1, 2], [3], dict(padding="SAME", stride_w=1, stride_h=1, dilation_w_factor=1, dilation_h_factor=1)),
        Operator("MEAN", [3, 4], [5], dict(keep_dims=False)),
        Operator("FULLY_CONNECTED", [5, 6, 7], [8], {}),
        Operator("SOFTMAX", [8], [9], dict(beta=1.0)),
    ]
    return build([Subgraph(tensors, operators, [0], [9])], **({"metadata": metadata} if metadata else {}))


def chain(lengths, metadata=None):
    """int8 vectors through FULLY_CONNECTED layers of these lengths."""
    rng = random_generator()
    tensors, operators = [Tensor((1, lengths[0]), "int8", 0.1, 0)], []
    for before, after in zip(lengths, lengths[1:]):
        tensors += [
            Tensor((after, before), "int8", 0.01, 0, data=rng.integers(-127, 128, (after, before)).astype("int8")),
            Tensor((1, after), "int8", 0.1, 0),
        ]
        operators.append(Operator("FULLY_CONNECTED", [len(tensors) - 3, len(tensors) - 2, -1], [len(tensors) - 1], {}))
    return build([Subgraph(tensors, operators, [0], [len(tensors) - 1])], **({"metadata": metadata} if metadata else {}))


def single(name, options=None):
    """One operator on two int8 tensors: for operators that must be refused."""
    tensors = [Tensor((1, 4), "int8", 0.1, 0), Tensor((1, 4), "int8", 0.1, 0)]
    return build([Subgraph(tensors, [Operator(name, [0], [1], options or {})], [0], [1])])


def offline_plan(offsets, subgraph=0):
    """The metadata of a plan: version, subgraph, count, offsets."""
    return {"OfflineMemoryAllocation": np.array([1, subgraph, len(offsets), *offsets], "int32").tobytes()}
