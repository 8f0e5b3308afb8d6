# SPDX-License-Identifier: MIT
"""Outside references for whole models: TensorFlow Lite Micro and LiteRT's reference kernels."""

import numpy as np
import pytest


def tflm(content, samples):
    """Outputs of TensorFlow Lite Micro; samples (n, …) hold one input's raw values."""
    runtime = pytest.importorskip("tflite_micro").runtime
    interpreter = runtime.Interpreter.from_bytes(content)
    results = []
    for sample in samples:
        interpreter.set_input(sample[None], 0)
        interpreter.invoke()
        results.append(interpreter.get_output(0)[0].copy())
    return np.stack(results)


def litert(content, samples):
    """Outputs of LiteRT's reference kernels."""
    module = pytest.importorskip("ai_edge_litert.interpreter")
    interpreter = module.Interpreter(
        model_content=content, experimental_op_resolver_type=module.OpResolverType.BUILTIN_REF
    )
    interpreter.allocate_tensors()
    results = []
    for sample in samples:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], sample[None])
        interpreter.invoke()
        results.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0])
    return np.stack(results)


def engine(content, samples):
    """Outputs of our engine."""
    from mpylite import Interpreter

    interpreter = Interpreter(content)
    interpreter.allocate_tensors()
    results = []
    for sample in samples:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], sample[None])
        interpreter.invoke()
        results.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0])
    return np.stack(results)
