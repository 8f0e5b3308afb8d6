# SPDX-License-Identifier: MIT
"""Trains sine.onnx: one number x in, sin(x) out, three dense layers. `python models/sine/train.py` needs scikit-learn and onnx
(`mpylite[onnx]`); the seed is fixed. `calibration()` serves `mpylite convert --calibration train:calibration`."""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
SEED = 2
TURN = 2 * np.pi


def calibration():
    return np.linspace(0, TURN, 200, dtype=np.float32)[:, None]


def train():
    """[(weights (inputs, outputs), bias), ...] of the dense layers, ReLU between them."""
    from sklearn.neural_network import MLPRegressor

    x = np.linspace(-0.2, TURN + 0.2, 700)[:, None]  # a little further, so that the ends are as good as the middle
    network = MLPRegressor(hidden_layer_sizes=(16, 16), solver="lbfgs", alpha=0, tol=1e-9, max_iter=1500, max_fun=10**6, random_state=SEED)
    network.fit(x, np.sin(x).ravel())
    return list(zip(network.coefs_, network.intercepts_, strict=True))


def to_onnx(layers):
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants, last = [], [], "x"
    for i, (weights, bias) in enumerate(layers):
        constants += [numpy_helper.from_array(a.astype(np.float32), f"{kind}{i}") for kind, a in (("w", weights), ("b", bias))]
        end = i == len(layers) - 1
        nodes.append(helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], ["y" if end else f"dense{i}"]))
        last = f"dense{i}"
        if not end:
            nodes.append(helper.make_node("Relu", [last], [f"relu{i}"]))
            last = f"relu{i}"
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1]) for name in ("x", "y")]
    graph = helper.make_graph(nodes, "sine", ports[:1], ports[1:], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


if __name__ == "__main__":
    (HERE / "sine.onnx").write_bytes(to_onnx(train()).SerializeToString())
