# SPDX-License-Identifier: MIT
"""Reads a `.tflite` file of any version and type into a Graph: float to be quantised, integer to be
planned and looked at. The file is untrusted: whatever is wrong in it becomes a ModelError.
"""

import pathlib
import struct

import numpy as np
import tflite

from .. import schema
from ..errors import ModelError
from ..graph import Graph, Node, Quant, Tensor

DAMAGE = (
    struct.error,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    OverflowError,
    MemoryError,
    RecursionError,
)


def read(path):
    return from_bytes(pathlib.Path(path).read_bytes(), str(path))


def from_bytes(content, where="model"):
    if len(content) < 8 or content[4:8] != b"TFL3":
        raise ModelError(f"{where}: not a TFLite file ({len(content)} bytes, no mark TFL3 at byte 4)")
    try:
        return _model(content, where)
    except ModelError:
        raise
    except DAMAGE as error:
        raise ModelError(f"{where}: damaged ({type(error).__name__}: {error}); copy or convert it again") from error


def _model(content, where):
    model = tflite.Model.GetRootAs(content)
    if model.Version() != 3:
        raise ModelError(f"{where}: schema version {model.Version()}, needs 3; convert it again")
    if not model.SubgraphsLength():
        raise ModelError(f"{where}: has no graph; convert it again")
    graphs = [_graph(model, model.Subgraphs(i), where) for i in range(_count(model.SubgraphsLength(), content))]
    main = graphs[0]
    main.callees = graphs[1:]
    _signature(model, main)
    for i in range(_count(model.MetadataLength(), content)):
        entry = model.Metadata(i)
        data = _buffer(model, entry.Buffer())
        main.metadata[entry.Name().decode()] = b"" if data is None else data.tobytes()
    if not main.inputs:
        main.metadata["allow_no_input"] = True
    return main


def _count(number, content):
    if number > len(content):
        raise ModelError(f"a table claims {number} entries in a file of {len(content)} bytes; copy or convert it again")
    return number


def _buffer(model, index):
    if not 0 <= index < model.BuffersLength():
        raise IndexError(f"buffer {index} of {model.BuffersLength()}")
    buffer = model.Buffers(index)
    return buffer.DataAsNumpy() if buffer.DataLength() else None


def _graph(model, table, where):
    tensors = [_tensor(model, table.Tensors(i), i, where) for i in range(table.TensorsLength())]
    graph = Graph((table.Name() or b"main").decode("utf-8", "replace"))
    graph.inputs = [tensors[_index(i, tensors)] for i in _numbers(table, "Inputs")]
    graph.outputs = [tensors[_index(i, tensors)] for i in _numbers(table, "Outputs")]
    graph.input_names = [t.name for t in graph.inputs]
    graph.output_names = [t.name for t in graph.outputs]
    graph.nodes = [_node(model, table.Operators(i), tensors) for i in range(table.OperatorsLength())]
    return graph


def _index(number, tensors):
    if not 0 <= number < len(tensors):
        raise IndexError(f"tensor {number} of {len(tensors)}")
    return int(number)


def _numbers(table, name):
    return [] if getattr(table, f"{name}IsNone")() else [int(n) for n in getattr(table, f"{name}AsNumpy")()]


def _tensor(model, table, index, where):
    dtype = schema.TYPE_NAMES.get(table.Type(), f"type{table.Type()}")
    shape = tuple(int(n) for n in table.ShapeAsNumpy()) if table.ShapeLength() else ()
    name = (table.Name() or b"").decode("utf-8", "replace") or f"tensor_{index}"
    quant = None if dtype == "float32" else _quant(table.Quantization())
    tensor = Tensor(name, shape, dtype, quant=quant, is_variable=bool(table.IsVariable()))
    data = _buffer(model, table.Buffer())
    if data is not None:
        if table.Sparsity() is not None:
            raise ModelError(f"{where}: tensor '{name}' is stored sparse, needs dense; convert it without sparsity")
        tensor.data = _values(data, dtype, shape)
    return tensor


def _values(data, dtype, shape):
    if dtype in ("int4", "string", "resource", "variant") or dtype.startswith("type"):
        return np.broadcast_to(np.int8(0), shape)  # looked at, never computed with
    return np.frombuffer(data.tobytes(), np.dtype(dtype).newbyteorder("<")).astype(dtype).reshape(shape)


def _quant(table):
    if table is None or not table.ScaleLength():
        return None
    zero_points = table.ZeroPointAsNumpy() if table.ZeroPointLength() else np.zeros(table.ScaleLength(), np.int64)
    return Quant(table.ScaleAsNumpy(), zero_points, int(table.QuantizedDimension()))


def _node(model, table, tensors):
    code = model.OperatorCodes(table.OpcodeIndex())
    number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    op = schema.NAMES.get(number, f"OPERATOR_{number}")
    if op == "CUSTOM":
        op = f"CUSTOM:{(code.CustomCode() or b'?').decode('utf-8', 'replace')}"
    parts = [
        [None if i == -1 else tensors[_index(i, tensors)] for i in _numbers(table, n)]
        for n in ("Inputs", "Outputs", "Intermediates")
    ]
    name = parts[1][0].name if parts[1] and parts[1][0] is not None else ""
    return Node(op, parts[0], parts[1], _options(table), name, parts[2], code.Version())


def _options(table):
    kind = table.BuiltinOptionsType()
    name = schema.options_name(kind)
    if name is None or table.BuiltinOptions() is None:
        return {}
    options = getattr(schema.options_module(name), name)()
    options.Init(table.BuiltinOptions().Bytes, table.BuiltinOptions().Pos)
    values = {}
    for ours, theirs, is_vector in schema.option_fields(name):
        if is_vector:
            if not getattr(options, f"{theirs}IsNone")():
                values[ours] = tuple(int(n) for n in getattr(options, f"{theirs}AsNumpy")())
        else:
            values[ours] = schema.decode(ours, getattr(options, theirs)())
    return values


def _signature(model, graph):
    """Takes the signature's names for inputs and outputs where there is one of the main graph."""
    for i in range(model.SignatureDefsLength()):
        signature = model.SignatureDefs(i)
        if signature.SubgraphIndex() != 0:
            continue
        table = model.Subgraphs(0)
        for side, names in (("Inputs", graph.input_names), ("Outputs", graph.output_names)):
            order = _numbers(table, side)
            for j in range(getattr(signature, f"{side}Length")()):
                entry = getattr(signature, side)(j)
                if entry.TensorIndex() in order:
                    names[order.index(entry.TensorIndex())] = (entry.Name() or b"").decode("utf-8", "replace")
        return
