# SPDX-License-Identifier: MIT
"""Looks at a model: operators, tensors, MACs, memory, what is unsupported and why; as plain data.

Owns what is said; cli draws it.
"""

import pathlib

from . import ops, planner, readers
from .errors import MpyliteError

HYBRID = (
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "TRANSPOSE_CONV",
    "BATCH_MATMUL",
    "SVDF",
    "UNIDIRECTIONAL_SEQUENCE_LSTM",
)
DEVICE_TYPES = {"int8", "int16", "int32", "int64", "uint8", "bool", "float32", "uint32", "resource"}


def inspect(path):
    """A dictionary ready for JSON; Keras and ONNX files are looked at as the graph that they become."""
    graph = readers.read(path)
    plan = planner.plan(graph)
    index = {id(t): i for i, t in enumerate(graph.tensors())}
    return {
        "file": str(path),
        "file_bytes": pathlib.Path(path).stat().st_size,
        "inputs": [_port(t, n, index) for t, n in zip(graph.inputs, graph.input_names)],
        "outputs": [_port(t, n, index) for t, n in zip(graph.outputs, graph.output_names)],
        "operators": [operator(i, node, index) for i, node in enumerate(graph.nodes)],
        "tensors": [_tensor(t, index) for t in graph.tensors()],
        "macs": sum(ops.macs(node) for node in graph.nodes),
        "weight_bytes": sum(t.nbytes for t in graph.tensors() if t.is_constant),
        "plan": plan_rows(plan, index),
        "plan_bytes": plan.arena_bytes,
        "engine": _engine(path),
        "metadata": {name: len(value) for name, value in graph.metadata.items() if isinstance(value, bytes)},
        "subgraphs": 1 + len(graph.callees),
        "unsupported": unsupported(graph),
    }


def operator(position, node, index=None):
    """One row of the operator table."""
    row = {
        "index": position,
        "operator": node.op,
        "name": node.name,
        "output_shape": list(node.output.shape) if node.outputs else [],
        "output_type": node.output.dtype if node.outputs else "",
        "macs": ops.macs(node),
        "weight_bytes": sum(t.nbytes for t in node.inputs if t is not None and t.is_constant),
    }
    if index is not None:
        row["inputs"] = [-1 if t is None else index[id(t)] for t in node.inputs]
        row["outputs"] = [index[id(t)] for t in node.outputs]
        row["options"] = {key: value for key, value in node.options.items() if not callable(value)}
    return row


def plan_rows(plan, index=None):
    return [
        {
            "tensor": index[id(r.tensor)] if index else -1,
            "name": r.tensor.name,
            "offset": r.offset,
            "bytes": r.size,
            "first_op": r.first,
            "last_op": r.last,
        }
        for r in plan.rows
    ]


def _quantization(tensor):
    if tensor.quant is None:
        return None
    return {
        "scale": [float(s) for s in tensor.quant.scale],
        "zero_point": [int(z) for z in tensor.quant.zero_point],
        "axis": tensor.quant.axis if tensor.quant.per_channel else None,
    }


def _port(tensor, name, index):
    return {
        "name": name,
        "tensor": index[id(tensor)],
        "shape": list(tensor.shape),
        "type": tensor.dtype,
        "quantization": _quantization(tensor),
    }


def _tensor(tensor, index):
    return {
        "index": index[id(tensor)],
        "name": tensor.name,
        "shape": list(tensor.shape),
        "type": tensor.dtype,
        "bytes": tensor.nbytes,
        "constant": tensor.is_constant,
        "variable": tensor.is_variable,
        "quantization": _quantization(tensor),
    }


def _engine(path):
    """What the engine itself says of the file: its exact memory, or why it refuses."""
    if pathlib.Path(path).suffix != ".tflite":
        return None
    try:
        from .interpreter import PLANNED_KERNELS, SPEEDS, Interpreter

        model = Interpreter(str(path))
        on_boards = {
            kernels: {speed: Interpreter(str(path), kernels=kernels, speed=speed).arena_bytes for speed in SPEEDS}
            for kernels in PLANNED_KERNELS
        }
    except MpyliteError as error:
        return {"error": str(error)}
    return {
        "arena_bytes": model.arena_bytes,
        "record_bytes": model.record_bytes,
        "macs": model.macs,
        "arena_bytes_by_kernels": on_boards,
    }


def unsupported(graph):
    """[{index, operator, reason}] of what the engine will not run."""
    device, rows = ops.device_operators(), []
    for position, node in enumerate(graph.nodes):
        reason = _reason(node, device)
        if reason:
            rows.append({"index": position, "operator": node.op, "reason": reason})
    return rows


def _reason(node, device):
    if node.op.startswith("CUSTOM:"):
        return "custom operator, needs a builtin one; convert the model with builtin operators only"
    if node.op not in device:
        return "the engine has no such operator; replace it in the model"
    types = {t.dtype for t in (*node.inputs, *node.outputs) if t is not None}
    strange = sorted(types - DEVICE_TYPES)
    if strange:
        return f"tensors are {', '.join(strange)}, needs int8; run mpylite convert on the float model"
    data = [t for t in (*node.inputs[:2], *node.outputs[:1]) if t is not None]
    if node.op in HYBRID and data[0].dtype == "float32":
        kind = "hybrid (integer weights, float32 activations)" if data[1].dtype != "float32" else "float32"
        return f"{kind}, needs int8; run mpylite convert on the float model"
    if node.op in HYBRID and data[0].dtype == "uint8":
        return "uint8 quantisation of TFLite 1, needs int8; run mpylite convert on the float model"
    return None


def totals(path, found=None):
    """File, arena and MACs; the arena is the engine's own number where the engine is there."""
    found = found or inspect(path)
    engine = found["engine"] or {}
    exact = "arena_bytes" in engine
    return {
        "file_bytes": found["file_bytes"],
        "arena_bytes": engine["arena_bytes"] if exact else found["plan_bytes"],
        "arena_from": "engine" if exact else "plan, without scratch",
        "arena_bytes_by_kernels": engine.get("arena_bytes_by_kernels", {}),
        "macs": found["macs"],
    }
