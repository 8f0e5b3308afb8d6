# SPDX-License-Identifier: MIT
"""Reads ONNX models, float or QDQ, into a Graph in TFLite's order of axes. Owns the container and
the constant folding; operators stand in onnx_ops, the order of axes in onnx_values.
"""

import pathlib

import numpy as np

from ..errors import MissingExtra, ModelError, Reason, UnsupportedError
from . import onnx_ops
from .builder import Builder
from .onnx_values import NHWC, Value

OPSETS = (11, 30)
TYPES = {1: "float32", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64"}


def package():
    try:
        import onnx as module
        from onnx import numpy_helper, reference  # noqa: F401
    except ImportError:
        raise MissingExtra("ONNX models", "onnx", "onnx") from None
    return module


def read(path):
    onnx = package()
    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:  # protobuf raises many kinds
        raise ModelError(
            f"{path}: not a readable ONNX file ({type(error).__name__}: {error}); export it again"
        ) from error
    _take_outside_weights(onnx, model, pathlib.Path(path))
    return _Reader(onnx, model, str(path)).graph()


def _take_outside_weights(onnx, model, path):
    """Large models, and all of PyTorch's newer exporter, keep weights in a file beside the model; no other place is read."""
    for tensor in model.graph.initializer:
        if tensor.data_location != onnx.TensorProto.EXTERNAL:
            continue
        name = next((e.value for e in tensor.external_data if e.key == "location"), "")
        if not name or name != pathlib.PurePath(name).name or "\\" in name:
            raise ModelError(f"{path}: '{tensor.name}' lies in '{name}', needs a file beside the model; save it again")
        try:
            onnx.external_data_helper.load_external_data_for_tensor(tensor, str(path.parent))
        except Exception as error:  # the package raises many kinds
            raise ModelError(
                f"{path}: '{tensor.name}' lies in '{name}', which does not hold it ({error}); put that file beside the model"
            ) from error
        tensor.data_location = onnx.TensorProto.DEFAULT


# Operators that read channels as the second axis, and those before which the order of axes must be ONNX's.
PICTURES = {
    "Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Resize", "Upsample",
    "DepthToSpace", "SpaceToDepth", "InstanceNormalization",
}  # fmt: skip
ORDERED = {"Transpose", "Reshape", "Flatten", "Gemm", "MatMul", "Squeeze", "Unsqueeze", "LSTM", "GRU", "RNN"}


class _Reader:
    """The state of one reading: what each ONNX name holds (a Value, or a numpy array where constant)."""

    def __init__(self, onnx, model, where):
        self.onnx, self.model, self.where = onnx, model, where
        self.opset = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 0)
        if not OPSETS[0] <= self.opset <= OPSETS[1]:
            raise ModelError(
                f"{where}: opset {self.opset}, needs {OPSETS[0]} to {OPSETS[1]}; export with opset_version=17"
            )
        self.b = Builder(model.graph.name or "main")
        self.values, self.reasons = {}, []

    def graph(self):
        for entry in self.model.graph.initializer:
            self.values[entry.name] = self._array(entry, entry.name)
        for entry in self.model.graph.input:
            if entry.name not in self.values:
                self._input(entry)
        try:
            for node in self.model.graph.node:
                self._node(node)
        except ModelError:  # what follows a node that is refused need not fit
            if not self.reasons:
                raise
        if self.reasons:
            raise UnsupportedError(self.where, self.reasons)
        for entry in self.model.graph.output:
            self._output(entry.name)
        _absorb_transposes(self.b.graph)
        return self.b.graph

    def _array(self, tensor, name):
        if tensor.data_location == 1:
            raise ModelError(f"{self.where}: '{name}' lies in another file, needs weights inside; save with one file")
        try:
            array = np.array(self.onnx.numpy_helper.to_array(tensor))
        except Exception as error:  # any damage of the raw data
            raise ModelError(f"{self.where}: '{name}' is damaged ({error}); export the model again") from error
        if array.dtype in (np.float16, np.float64):
            array = array.astype(np.float32)
        if array.dtype == np.float32 and not np.isfinite(array).all():
            raise ModelError(f"{self.where}: '{name}' holds NaN or infinity; train or export again")
        return array

    def _input(self, entry):
        kind = entry.type.tensor_type
        shape = [d.dim_value if d.HasField("dim_value") else 0 for d in kind.shape.dim]
        if shape and shape[0] <= 1:
            shape[0] = 1
        if any(n <= 0 for n in shape) or not shape:
            raise ModelError(
                f"{self.where}: input '{entry.name}' has shape {shape}, needs every size but the batch; export with fixed sizes"
            )
        if TYPES.get(kind.elem_type) not in ("float32", "float16", "float64"):
            self.reasons.append(
                Reason(
                    f"input '{entry.name}'",
                    f"type {kind.elem_type}",
                    "needs float; give the model numbers, not indices",
                )
            )
        order = NHWC[len(shape)] if self._is_picture(entry.name, len(shape)) else tuple(range(len(shape)))
        tensor = self.b.input(entry.name, [shape[i] for i in order])
        self.values[entry.name] = Value(tensor, order)
        if order != tuple(range(len(shape))):
            _note_order(self.b.graph, tensor, entry.name, order)

    def _is_picture(self, name, rank):
        """True where operators on pictures read the input, at once or behind others that keep its axes."""
        reached, found = {name}, False
        for node in self.model.graph.node if rank in (3, 4) else ():
            if reached.isdisjoint(node.input):
                continue
            if node.op_type in PICTURES:
                found = True
            elif node.op_type in ORDERED:
                return False
            else:
                reached.update(node.output)
        return found

    def _output(self, name):
        value = self.values.get(name)
        if value is None:
            raise ModelError(f"{self.where}: output '{name}' is made by no node; export the model again")
        if isinstance(value, np.ndarray):
            value = Value.of_constant(self.b, value, name)
        value = value.unflattened(self.b)
        if value.perm != NHWC.get(value.rank):
            value = value.ordered(self.b)
        self.b.output(value.tensor, name)
        if value.perm != tuple(range(len(value.perm))):
            self.b.graph.notes.append(f"output '{name}' has shape {value.tensor.shape}: channels are its last axis")

    def _node(self, node):
        inputs = [self.values.get(name) if name else None for name in node.input]
        for name, value in zip(node.input, inputs):
            if name and value is None:
                if not self.reasons:
                    raise ModelError(
                        f"{self.where}: node '{node.name}' reads '{name}', which no node makes; export the model again"
                    )
                return
        where = f"{node.op_type} '{node.name or node.output[0]}'"
        attributes = {a.name: self._attribute(a) for a in node.attribute}
        try:
            results = self._results(node, inputs, attributes)
        except onnx_ops.Refused as refused:
            self.reasons.append(Reason(where, refused.code, refused.advice))
            results = [next((v for v in inputs if isinstance(v, Value)), None)] * len(node.output)
        except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, ModelError):
                raise
            raise ModelError(
                f"{self.where}: {where} is not understood ({type(error).__name__}: {error}); export with another opset"
            ) from error
        self.values.update({name: value for name, value in zip(node.output, results) if name})

    def _results(self, node, inputs, attributes):
        if node.op_type == "Constant":
            return [np.asarray(next(iter(attributes.values())))]
        if node.op_type == "Shape":
            shape = np.array(inputs[0].shape, np.int64)
            return [shape[attributes.get("start", 0) : attributes.get("end", None)]]
        if (
            inputs
            and all(v is None or isinstance(v, np.ndarray) for v in inputs)
            and node.op_type != "DequantizeLinear"
        ):
            return self._folded(node, inputs)
        row = onnx_ops.OPERATORS.get(node.op_type)
        if row is None:
            raise onnx_ops.Refused(
                "NO_RULE", onnx_ops.ADVICE.get(node.op_type, "has no counterpart; replace it in the model")
            )
        name = node.output[0]
        made = row(onnx_ops.Call(self.b, name, inputs, attributes, len(node.output), self.opset))
        return made if isinstance(made, list) else [made]

    def _folded(self, node, inputs):
        """The constant outputs, by ONNX's own reference implementation."""
        helper = self.onnx.helper
        given = {name: value for name, value in zip(node.input, inputs) if name}
        ports = [
            helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape)
            for n, v in given.items()
        ]
        outputs = [helper.make_empty_tensor_value_info(n) for n in node.output if n]
        graph = helper.make_graph([node], "constant", ports, outputs)
        model = helper.make_model(graph, opset_imports=list(self.model.opset_import))
        try:
            return [np.asarray(v) for v in self.onnx.reference.ReferenceEvaluator(model).run(None, given)]
        except Exception as error:  # the evaluator raises many kinds
            raise onnx_ops.Refused("NOT_FOLDED", f"its constant value cannot be computed ({error})") from error

    def _attribute(self, attribute):
        value = self.onnx.helper.get_attribute_value(attribute)
        if isinstance(value, self.onnx.TensorProto):
            return self._array(value, attribute.name)
        return value.decode() if isinstance(value, bytes) else value


def _absorb_transposes(graph):
    """Where an input is only ever transposed in one way, it takes that order itself."""
    users = graph.consumers()
    for i, tensor in enumerate(graph.inputs):
        nodes = users.get(id(tensor), [])
        orders = {tuple(int(n) for n in node.inputs[1].data) for node in nodes if node.op == "TRANSPOSE"}
        if not nodes or len(orders) != 1 or any(n.op != "TRANSPOSE" for n in nodes) or graph.is_output(tensor):
            continue
        order = orders.pop()
        if order[0] != 0:
            continue
        tensor.shape = tuple(tensor.shape[j] for j in order)
        for node in nodes:
            graph.remove(node)
            if graph.is_output(node.output):
                graph.nodes.insert(0, node)
                node.op, node.options = "RESHAPE", {"new_shape": tensor.shape}
                node.inputs[1].data = np.asarray(tensor.shape, np.int32)
            else:
                if tensor.quant is None:
                    tensor.quant = node.output.quant
                graph.replace(node.output, tensor)
        _note_order(graph, tensor, graph.input_names[i], order)


def _note_order(graph, tensor, name, order):
    graph.input_orders[tensor.name] = order
    graph.notes.append(
        f"input '{name}' has shape {tensor.shape}: channels are its last axis; calibration data may have either order"
    )
