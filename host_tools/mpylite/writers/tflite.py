# SPDX-License-Identifier: MIT
"""Graph and plan to the bytes of a `.tflite` file; the same graph always gives the same bytes.

Owns the layout of the FlatBuffer; leaves tables of codes, options and versions to schema.
"""

import os
import pathlib
import tempfile
import zlib

import flatbuffers
import numpy as np
import tflite

from .. import schema
from ..errors import MpyliteError

DESCRIPTION = "mpylite"
MIN_RUNTIME = b"2.3.0"


def to_bytes(graph, plan=None, version="0"):
    """The whole file. `plan` is the planner's Plan for graph, stored as OfflineMemoryAllocation."""
    return _Writer(graph, plan, version).finish()


def expect_target(path, *read):
    """Refuses a path that save() could not write to, or one of those that are read, before long work begins."""
    path = pathlib.Path(path)
    if any(
        isinstance(other, (str, pathlib.Path)) and path.resolve() == pathlib.Path(other).resolve() for other in read
    ):
        raise MpyliteError(f"{path}: would be written over another file of this command; give another name")
    if path.is_dir():
        raise MpyliteError(f"{path}: is a folder, needs the name of a file")
    if not path.absolute().parent.is_dir():
        raise MpyliteError(f"{path}: cannot write there, '{path.parent}' is no folder; make it first")


def save(path, content):
    """Writes beside the target and renames, so that no half file is ever seen under the name."""
    path = pathlib.Path(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent or ".", prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise MpyliteError(f"{path}: cannot write there ({error.strerror})") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException as error:
        pathlib.Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise MpyliteError(f"{path}: cannot write there ({error.strerror})") from error
        raise


class _Writer:
    def __init__(self, graph, plan, version):
        self.graph, self.plan, self.version = graph, plan, version
        self.builder = flatbuffers.Builder(1 << 16)
        self.contents = [b""]  # buffer 0 is TFLite's empty one
        self.by_content, self.by_numbers = {}, {}
        self.codes = []

    # ---- pieces ----

    def _offsets(self, start, items):
        start(self.builder, len(items))
        for item in reversed(items):
            self.builder.PrependUOffsetTRelative(item)
        return self.builder.EndVector()

    def _numbers(self, values, dtype):
        """Equal vectors stand once: shapes, scales and zero points repeat from tensor to tensor."""
        array = np.asarray(values, dtype)
        key = (array.dtype.str, array.tobytes())
        if key not in self.by_numbers:
            self.by_numbers[key] = self.builder.CreateNumpyVector(array)
        return self.by_numbers[key]

    def _string(self, text):
        return self.builder.CreateString(text)

    def _buffer_index(self, content):
        if not content:
            return self._new_buffer(b"")
        if content not in self.by_content:
            self.by_content[content] = self._new_buffer(content)
        return self.by_content[content]

    def _new_buffer(self, content):
        self.contents.append(content)
        return len(self.contents) - 1

    def _code_index(self, node):
        code = (node.op, schema.version_of(node))
        if code not in self.codes:
            self.codes.append(code)
        return self.codes.index(code)

    # ---- tables ----

    def _quantization(self, quant):
        b = self.builder
        scale = self._numbers(quant.scale, np.float32)
        zero_point = self._numbers(quant.zero_point, np.int64)
        tflite.QuantizationParametersStart(b)
        tflite.QuantizationParametersAddScale(b, scale)
        tflite.QuantizationParametersAddZeroPoint(b, zero_point)
        tflite.QuantizationParametersAddQuantizedDimension(b, quant.axis if quant.per_channel else 0)
        return tflite.QuantizationParametersEnd(b)

    def _tensor(self, tensor):
        b = self.builder
        buffer = self._buffer_index(schema.stored(tensor)) if tensor.is_constant else 0
        name, shape = self._string(tensor.name), self._numbers(tensor.shape, np.int32)
        quant = self._quantization(tensor.quant) if tensor.quant is not None else None
        tflite.TensorStart(b)
        tflite.TensorAddShape(b, shape)
        tflite.TensorAddType(b, schema.TYPES[tensor.dtype])
        tflite.TensorAddBuffer(b, buffer)
        tflite.TensorAddName(b, name)
        if quant is not None:
            tflite.TensorAddQuantization(b, quant)
        tflite.TensorAddIsVariable(b, tensor.is_variable)
        tflite.TensorAddHasRank(b, True)
        return tflite.TensorEnd(b)

    def _options(self, node):
        """(type code, offset) of the operator's options table."""
        name = schema.options_class(node.op)
        if name is None:
            return 0, None
        b, module, values = self.builder, schema.options_module(name), {}
        for ours, theirs, is_vector in schema.option_fields(name):
            if ours not in node.options:
                continue
            value = schema.encode(ours, node.options[ours])
            if isinstance(value, bytes):
                value = self._string(value)
            values[theirs] = self._numbers(value, np.int32) if is_vector else value
        getattr(module, f"{name}Start")(b)
        for theirs, value in values.items():
            getattr(module, f"{name}Add{theirs}")(b, value)
        return getattr(tflite.BuiltinOptions, name), getattr(module, f"{name}End")(b)

    def _operator(self, node, index):
        b = self.builder
        numbers = [
            [-1 if t is None else index[id(t)] for t in part]
            for part in (node.inputs, node.outputs, node.intermediates)
        ]
        kind, options = self._options(node)
        inputs, outputs = (self._numbers(n, np.int32) for n in numbers[:2])
        intermediates = self._numbers(numbers[2], np.int32) if numbers[2] else None
        tflite.OperatorStart(b)
        tflite.OperatorAddOpcodeIndex(b, self._code_index(node))
        tflite.OperatorAddInputs(b, inputs)
        tflite.OperatorAddOutputs(b, outputs)
        if options is not None:
            tflite.OperatorAddBuiltinOptionsType(b, kind)
            tflite.OperatorAddBuiltinOptions(b, options)
        if intermediates is not None:
            tflite.OperatorAddIntermediates(b, intermediates)
        return tflite.OperatorEnd(b)

    def _subgraph(self, graph):
        b, tensors = self.builder, graph.tensors()
        index = {id(t): i for i, t in enumerate(tensors)}
        operators = self._offsets(tflite.SubGraphStartOperatorsVector, [self._operator(n, index) for n in graph.nodes])
        table = self._offsets(tflite.SubGraphStartTensorsVector, [self._tensor(t) for t in tensors])
        inputs = self._numbers([index[id(t)] for t in graph.inputs], np.int32)
        outputs = self._numbers([index[id(t)] for t in graph.outputs], np.int32)
        name = self._string(graph.name)
        tflite.SubGraphStart(b)
        tflite.SubGraphAddTensors(b, table)
        tflite.SubGraphAddInputs(b, inputs)
        tflite.SubGraphAddOutputs(b, outputs)
        tflite.SubGraphAddOperators(b, operators)
        tflite.SubGraphAddName(b, name)
        return tflite.SubGraphEnd(b)

    def _signature(self):
        graph, b = self.graph, self.builder
        index = {id(t): i for i, t in enumerate(graph.tensors())}
        inputs = self._tensor_map(tflite.SignatureDefStartInputsVector, graph.input_names, graph.inputs, index)
        outputs = self._tensor_map(tflite.SignatureDefStartOutputsVector, graph.output_names, graph.outputs, index)
        key = self._string("serving_default")
        tflite.SignatureDefStart(b)
        tflite.SignatureDefAddInputs(b, inputs)
        tflite.SignatureDefAddOutputs(b, outputs)
        tflite.SignatureDefAddSignatureKey(b, key)
        tflite.SignatureDefAddSubgraphIndex(b, 0)
        return tflite.SignatureDefEnd(b)

    def _tensor_map(self, start, names, tensors, index):
        b, entries = self.builder, []
        for name, tensor in zip(names, tensors):
            text = self._string(name)
            tflite.TensorMapStart(b)
            tflite.TensorMapAddName(b, text)
            tflite.TensorMapAddTensorIndex(b, index[id(tensor)])
            entries.append(tflite.TensorMapEnd(b))
        return self._offsets(start, entries)

    def _metadata(self):
        """The entries: what the graph carries, the plan, the runtime needed, the converter, a checksum."""
        entries = {name: value for name, value in self.graph.metadata.items() if isinstance(value, bytes)}
        entries.pop("OfflineMemoryAllocation", None)  # of the file that was read: its tensors were other ones
        if self.plan is not None:
            tensors = self.graph.tensors()
            numbers = [1, 0, len(tensors), *(self.plan.offset(t) for t in tensors)]
            entries["OfflineMemoryAllocation"] = np.asarray(numbers, "<i4").tobytes()
        entries["min_runtime_version"] = MIN_RUNTIME.ljust(16, b"\0")
        entries["mpylite_converter"] = f"mpylite {self.version}".encode()
        checksum = 0
        for content in self.contents:
            checksum = zlib.crc32(content, checksum)
        entries["mpylite_weights_crc32"] = f"{checksum:08x}".encode()
        return [self._metadata_entry(name, self._new_buffer(value)) for name, value in sorted(entries.items())]

    def _metadata_entry(self, name, buffer):
        text = self._string(name)
        tflite.MetadataStart(self.builder)
        tflite.MetadataAddName(self.builder, text)
        tflite.MetadataAddBuffer(self.builder, buffer)
        return tflite.MetadataEnd(self.builder)

    def _buffer(self, content):
        b, data = self.builder, None
        if content:
            b.StartVector(1, len(content), 16)
            b.head = b.head - len(content)
            b.Bytes[b.Head() : b.Head() + len(content)] = content
            data = b.EndVector()
        tflite.BufferStart(b)
        if data is not None:
            tflite.BufferAddData(b, data)
        return tflite.BufferEnd(b)

    def _operator_code(self, op, version):
        b, code = self.builder, schema.CODES[op]
        tflite.OperatorCodeStart(b)
        tflite.OperatorCodeAddDeprecatedBuiltinCode(b, min(code, 127))
        tflite.OperatorCodeAddVersion(b, version)
        tflite.OperatorCodeAddBuiltinCode(b, code)
        return tflite.OperatorCodeEnd(b)

    def finish(self):
        b = self.builder
        graphs = [self._subgraph(g) for g in (self.graph, *self.graph.callees)]
        subgraphs = self._offsets(tflite.ModelStartSubgraphsVector, graphs)
        signatures = self._offsets(tflite.ModelStartSignatureDefsVector, [self._signature()])
        metadata = self._offsets(tflite.ModelStartMetadataVector, self._metadata())
        codes = self._offsets(tflite.ModelStartOperatorCodesVector, [self._operator_code(*c) for c in self.codes])
        buffers = self._offsets(tflite.ModelStartBuffersVector, [self._buffer(c) for c in self.contents])
        description = self._string(DESCRIPTION)
        tflite.ModelStart(b)
        tflite.ModelAddVersion(b, 3)
        tflite.ModelAddOperatorCodes(b, codes)
        tflite.ModelAddSubgraphs(b, subgraphs)
        tflite.ModelAddDescription(b, description)
        tflite.ModelAddBuffers(b, buffers)
        tflite.ModelAddMetadata(b, metadata)
        tflite.ModelAddSignatureDefs(b, signatures)
        b.Finish(tflite.ModelEnd(b), b"TFL3")
        return bytes(b.Output())
