# SPDX-License-Identifier: MIT
"""Builds the bytes of a small .tflite model from parameters: tensors, operators with options by name, subgraphs,
signatures, metadata. Knows the schema, not what an operator computes; what data to feed is the cases' duty.

    model = build([Subgraph(tensors=[Tensor((1, 4), "int8", 0.5, 3), Tensor((4,), "int32", data=[1, 2, 2, 1]), ...],
                            operators=[Operator("RESHAPE", inputs=[0, 1], outputs=[2], options={"new_shape": [1, 2, 2, 1]})],
                            inputs=[0], outputs=[2])])

Enumerations in options are their schema names ("SAME", "RELU6", "INT32"), absent inputs are -1, and every constant
buffer starts at a multiple of 16 bytes of the file.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field

import flatbuffers
import numpy as np
import tflite

_NO_OPTIONS = "LOGISTIC RELU RELU6 RELU_N1_TO_1 TANH FLOOR CEIL ROUND SIN COS LOG SQRT RSQRT ELU PRELU BROADCAST_ARGS CUSTOM".split()

# Operators whose options table is not simply their name in camel case.
_OPTIONS_TABLE = {
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "L2_POOL_2D": "Pool2DOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "BATCH_MATMUL": "BatchMatMulOptions",
    "BATCH_TO_SPACE_ND": "BatchToSpaceNDOptions",
    "SPACE_TO_BATCH_ND": "SpaceToBatchNDOptions",
    "MAXIMUM": "MaximumMinimumOptions",
    "MINIMUM": "MaximumMinimumOptions",
    "L2_NORMALIZATION": "L2NormOptions",
    "PADV2": "PadV2Options",
    "SVDF": "SVDFOptions",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTMOptions",
    "UNIDIRECTIONAL_SEQUENCE_RNN": "SequenceRNNOptions",
    "TOPK_V2": "TopKV2Options",
    "LSTM": "LSTMOptions",
    "RNN": "RNNOptions",
    **dict.fromkeys("MEAN SUM REDUCE_MAX REDUCE_MIN REDUCE_ALL REDUCE_ANY REDUCE_PROD".split(), "ReducerOptions"),
    **dict.fromkeys(_NO_OPTIONS, None),
}
_ENUMS = {
    "padding": "Padding",
    "fused_activation_function": "ActivationFunctionType",
    "mode": "MirrorPadMode",
    "weights_format": "FullyConnectedOptionsWeightsFormat",
    "kernel_type": "LSTMKernelType",
    **dict.fromkeys(
        ("in_data_type", "out_data_type", "out_type", "output_type", "type", "quantized_bias_type"), "TensorType"
    ),
}


@dataclass
class Tensor:
    """One tensor; `data` makes it a constant, `scale` may be a list (then `axis` is the quantised dimension)."""

    shape: tuple
    dtype: str
    scale: object = None
    zero_point: object = None
    axis: int = 0
    data: object = None
    name: str = ""
    is_variable: bool = False
    fill: object = None  # how the cases draw values for it; the builder ignores it


@dataclass
class Operator:
    """One operator; inputs, outputs and intermediates index the subgraph's tensors, -1 is an absent optional input."""

    name: str
    inputs: list
    outputs: list
    options: dict = field(default_factory=dict)
    intermediates: list = field(default_factory=list)
    version: int = 1


@dataclass
class Subgraph:
    tensors: list
    operators: list
    inputs: list
    outputs: list
    name: str = "main"


@dataclass
class Signature:
    """A named entry: inputs and outputs map a name to a tensor index of the subgraph."""

    key: str
    inputs: dict
    outputs: dict
    subgraph: int = 0


def build(subgraphs, metadata=None, signatures=(), description="mpylite test"):
    """The bytes of a model of these subgraphs; metadata maps a name to bytes."""
    return _Writer().model(subgraphs, metadata or {}, signatures, description)


def options_table(operator_name):
    """Name of the schema table that holds an operator's options, None where it has none."""
    if operator_name in _OPTIONS_TABLE:
        return _OPTIONS_TABLE[operator_name]
    return "".join(p.capitalize() for p in operator_name.split("_")) + "Options"


def _enum(table, name):
    return getattr(getattr(tflite, table), name)


def _camel(field_name):
    return "".join(p[:1].upper() + p[1:] for p in field_name.split("_"))


class _Writer:
    """Writes leaves before their owners, as FlatBuffers demands."""

    def __init__(self):
        self._b = flatbuffers.Builder(4096)
        self._buffers = [b""]  # buffer 0 is empty by convention
        self._codes = []  # (builtin code, version) in order of first use

    def model(self, subgraphs, metadata, signatures, description):
        graphs = [self._subgraph(s) for s in subgraphs]
        entries = [self._metadata(name, data) for name, data in metadata.items()]
        signed = [self._signature(s) for s in signatures]
        text = self._b.CreateString(description)
        codes = self._offsets([self._code(c) for c in self._codes])
        graphs = self._offsets(graphs)
        entries = self._offsets(entries) if entries else None
        signed = self._offsets(signed) if signed else None
        buffers = self._offsets([self._buffer(d) for d in self._buffers])
        root = self._table(
            "Model",
            version=3,
            operator_codes=codes,
            subgraphs=graphs,
            description=text,
            buffers=buffers,
            metadata=entries,
            signature_defs=signed,
        )
        self._b.Finish(root, b"TFL3")
        return bytes(self._b.Output())

    def _table(self, table, **fields):
        """Writes one table from already written leaves; None leaves a field out."""
        module = importlib.import_module("tflite." + table)
        getattr(module, table + "Start")(self._b)
        for name, value in fields.items():
            if value is not None:
                getattr(module, table + "Add" + _camel(name))(self._b, value)
        return getattr(module, table + "End")(self._b)

    def _bytes(self, data, item_size, count, alignment):
        """A vector from its raw little-endian bytes."""
        b = self._b
        b.StartVector(item_size, count, alignment)
        b.head = b.head - len(data)
        b.Bytes[b.head : b.head + len(data)] = data
        return b.EndVector()

    def _vector(self, values, dtype):
        array = np.atleast_1d(np.asarray(values)).astype(dtype).ravel()
        return self._bytes(array.tobytes(), array.itemsize, array.size, array.itemsize)

    def _offsets(self, offsets):
        self._b.StartVector(4, len(offsets), 4)
        for o in reversed(offsets):
            self._b.PrependUOffsetTRelative(o)
        return self._b.EndVector()

    def _buffer(self, data):
        vector = self._bytes(data, 1, len(data), 16) if data else None
        return self._table("Buffer", data=vector)

    def _code(self, code):
        builtin, version = code
        return self._table(
            "OperatorCode", deprecated_builtin_code=min(builtin, 127), version=version, builtin_code=builtin
        )

    def _metadata(self, name, data):
        text = self._b.CreateString(name)
        self._buffers.append(bytes(data))
        return self._table("Metadata", name=text, buffer=len(self._buffers) - 1)

    def _signature(self, s):
        maps = [
            self._offsets(
                [self._table("TensorMap", name=self._b.CreateString(n), tensor_index=i) for n, i in m.items()]
            )
            for m in (s.inputs, s.outputs)
        ]
        key = self._b.CreateString(s.key)
        return self._table(
            "SignatureDef", inputs=maps[0], outputs=maps[1], signature_key=key, subgraph_index=s.subgraph
        )

    def _subgraph(self, s):
        tensors = self._offsets([self._tensor(t, i) for i, t in enumerate(s.tensors)])
        operators = self._offsets([self._operator(o) for o in s.operators])
        inputs, outputs = self._vector(s.inputs, "<i4"), self._vector(s.outputs, "<i4")
        name = self._b.CreateString(s.name)
        return self._table("SubGraph", tensors=tensors, inputs=inputs, outputs=outputs, operators=operators, name=name)

    def _tensor(self, t, index):
        buffer = 0
        if t.data is not None:
            self._buffers.append(_packed(t))
            buffer = len(self._buffers) - 1
        quantisation = self._quantisation(t) if t.scale is not None else None
        name = self._b.CreateString(t.name or f"t{index}")
        shape = self._vector(t.shape, "<i4")
        return self._table(
            "Tensor",
            shape=shape,
            type=_enum("TensorType", t.dtype.upper()),
            buffer=buffer,
            name=name,
            quantization=quantisation,
            is_variable=bool(t.is_variable),
        )

    def _quantisation(self, t):
        scale = self._vector(t.scale, "<f4")
        zero_points = np.broadcast_to(np.asarray(t.zero_point or 0), np.atleast_1d(t.scale).shape)
        zero_point = self._vector(zero_points, "<i8")
        return self._table("QuantizationParameters", scale=scale, zero_point=zero_point, quantized_dimension=t.axis)

    def _operator(self, o):
        code = (getattr(tflite.BuiltinOperator, o.name), o.version)
        if code not in self._codes:
            self._codes.append(code)
        table = options_table(o.name)
        options = self._options(table, o.options) if table else None
        kind = getattr(tflite.BuiltinOptions, table) if table else 0
        inputs, outputs = self._vector(o.inputs, "<i4"), self._vector(o.outputs, "<i4")
        inner = self._vector(o.intermediates, "<i4") if o.intermediates else None
        return self._table(
            "Operator",
            opcode_index=self._codes.index(code),
            inputs=inputs,
            outputs=outputs,
            builtin_options_type=kind,
            builtin_options=options,
            intermediates=inner,
        )

    def _options(self, table, options):
        return self._table(table, **{name: self._option(name, value) for name, value in options.items()})

    def _option(self, name, value):
        if isinstance(value, str):
            return _enum(_ENUMS[name], value) if name in _ENUMS else self._b.CreateString(value)
        if isinstance(value, (list, tuple, np.ndarray)):
            return self._vector(value, "<i4")
        return value


def _packed(t):
    """A constant's bytes; int4 stores two values a byte, the even index in the low half."""
    if t.dtype == "int4":
        v = np.asarray(t.data, "int8").ravel() & 15
        v = np.append(v, 0) if v.size % 2 else v
        return (v[0::2] | (v[1::2] << 4)).astype("uint8").tobytes()
    array = np.ascontiguousarray(np.asarray(t.data).astype(t.dtype))
    if array.size != int(np.prod(t.shape)):
        raise ValueError(
            f"tensor {t.name or '?'}: data has {array.size} values, shape {tuple(t.shape)} needs {int(np.prod(t.shape))}"
        )
    return array.tobytes()
