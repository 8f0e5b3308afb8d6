# SPDX-License-Identifier: MIT
"""Runs samples through a model on a chosen machine (engine, MicroPython); raw values in and out.

Owns the convention in0…, out0… with a leading sample axis; the machines stand in simulator.
"""

import io
import time

import numpy as np

from .errors import DataError, ModelError
from .writers.tflite import save


def run(model, arrays, on):
    """({out0: array, …}, facts) of every sample, in order, in one interpreter."""
    from .interpreter import HOST, Interpreter

    if not model.is_file():
        raise ModelError(f"{model}: no such file, needs a .tflite model")
    engine = Interpreter(str(model))
    inputs = _inputs(engine.get_input_details(), arrays)
    if on == "micropython":
        from .simulator.micropython import run_samples

        return _micropython(run_samples(str(model), inputs), engine)
    if on != "engine":
        from . import deploy, remote

        with remote.connected(on) as device:
            made = deploy.plan(device, model)
            deploy.write(device, made)
            return remote.run(device, model, inputs, made.interpreter)
    outputs, facts = _engine(Interpreter(str(model), speed=HOST), inputs)
    return outputs, facts | {"arena_bytes": engine.arena_bytes}  # a board's, not what this machine took to be fast


def save_npz(path, arrays):
    content = io.BytesIO()
    np.savez(content, **arrays)
    save(path, content.getvalue())


def _inputs(details, arrays):
    """Samples (n, *tensor shape) for each input, of exactly the tensor's type."""
    inputs = {}
    for i, detail in enumerate(details):
        name, shape, dtype = f"in{i}", tuple(int(n) for n in detail["shape"]), np.dtype(detail["dtype"])
        if name not in arrays:
            raise DataError(
                f"input data: has {', '.join(sorted(arrays)) or 'nothing'}, needs {name} for '{detail['name']}'"
            )
        array = arrays[name]
        if array.dtype != dtype:
            raise DataError(f"{name}: is {array.dtype}, needs {dtype}")
        if array.ndim == 0 or array.shape[1:] not in (shape, shape[1:] if shape[:1] == (1,) else shape):
            raise DataError(f"{name}: has samples of shape {array.shape[1:]}, needs {shape}")
        inputs[name] = np.ascontiguousarray(array).reshape(len(array), *shape)
    counts = {name: len(a) for name, a in inputs.items()}
    if len(set(counts.values())) > 1:
        raise DataError(f"input data: has different numbers of samples ({counts}), needs the same in each")
    if 0 in counts.values():
        raise DataError("input data: has 0 samples, needs at least one")
    return inputs


def _engine(engine, inputs):
    engine.allocate_tensors()
    ins = [d["index"] for d in engine.get_input_details()]
    outs = [d["index"] for d in engine.get_output_details()]
    results, spent = [[] for _ in outs], 0
    for sample in zip(*inputs.values()):
        for index, values in zip(ins, sample):
            engine.set_tensor(index, values)
        start = time.perf_counter_ns()
        engine.invoke()
        spent += time.perf_counter_ns() - start
        for result, index in zip(results, outs):
            result.append(engine.get_tensor(index))
    outputs = {f"out{i}": np.stack(r) for i, r in enumerate(results)}
    samples = len(results[0])
    return outputs, {
        "samples": samples,
        "arena_bytes": engine.arena_bytes,
        "macs": engine.macs,
        "microseconds": round(spent / samples / 1000, 1),
    }


def _micropython(result, engine):
    outputs = {name: values for name, values in result.items() if name.startswith("out") and name[3:].isdigit()}
    facts = {name: value for name, value in result.items() if name not in outputs}
    return outputs, {
        "samples": len(next(iter(outputs.values()))),
        "arena_bytes": engine.arena_bytes,
        "macs": engine.macs,
        **facts,
    }
