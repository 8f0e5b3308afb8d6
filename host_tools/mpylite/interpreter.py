# SPDX-License-Identifier: MIT
"""Class Interpreter: tf.lite.Interpreter's names over the C engine. The same ten lines run here and on a board, where
firmware/mpy/modmpylite.c gives the same class."""

from __future__ import annotations

import ctypes as c
import mmap
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mpylite.errors import DataError, EngineError, ModelError
from mpylite.simulator import engine

ARENA_ALIGNMENT = 8
MAX_RECORD_BYTES = 1 << 30
SPEEDS = ("fast", "small")
HOST = "host"
PLANNED_KERNELS = engine.PLANNED

# TFLite's TensorType numbers
DTYPES = {
    0: np.dtype(np.float32),
    2: np.dtype(np.int32),
    3: np.dtype(np.uint8),
    4: np.dtype(np.int64),
    6: np.dtype(np.bool_),
    7: np.dtype(np.int16),
    9: np.dtype(np.int8),
    13: np.dtype(np.int32),
    15: np.dtype(np.uint32),
    16: np.dtype(np.uint16),
}
QUANTISED = {np.dtype(np.int8), np.dtype(np.uint8), np.dtype(np.int16)}


@dataclass(frozen=True)
class Op:
    """One operator as the engine prepared it."""

    index: int
    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    macs: int


class Interpreter:
    """Runs one .tflite model in the C engine.

    model: a path, or an object with the buffer protocol. It is used in place and never copied.
    speed: "fast" lets operators take scratch in the arena where this machine's kernels gain from it, "small" next to
    none, both with the arena that a board without kernels of its own needs; "host" is as fast as this machine can, and
    its arena_bytes tell nothing about boards. The outputs are the same.
    kernels: one of PLANNED_KERNELS, to learn arena_bytes on a board with those kernels; it cannot run here.
    Raises ModelError (a ValueError) where the file is damaged or needs what the engine does not have, OSError where it
    cannot be read.

    arena_bytes   what activations and scratch need, exactly
    record_bytes  what the interpreter keeps besides (tensor records, multipliers, variables)
    macs          multiply-accumulates of one invocation
    """

    def __init__(self, model=None, *, model_path=None, model_content=None, speed="fast", kernels=""):
        source = next((m for m in (model, model_path, model_content) if m is not None), None)
        if source is None:
            raise ModelError("Interpreter: found no model, needs a path or the bytes of a .tflite file")
        self._file = _open(source)
        self._kernels = kernels
        self._lib = engine.library(kernels)
        self._self = c.create_string_buffer(self._lib.engine_interpreter_bytes())
        self._it = c.addressof(self._self)
        self._arena = None
        if speed not in (*SPEEDS, HOST):
            raise DataError(f"speed: needs {' or '.join(SPEEDS)}")
        self._load((*SPEEDS, HOST).index(speed))
        self.arena_bytes = self._lib.engine_number(self._it, engine.ARENA_BYTES)
        self.record_bytes = self._lib.engine_number(self._it, engine.RECORD_BYTES)
        self.macs = self._lib.engine_macs(self._it)

    def _load(self, speed):
        """Loads with more and more room for records; how many a model needs is known only when it is prepared."""
        record_bytes = 4096
        while True:
            self._records = np.zeros(record_bytes, np.uint8)
            status = self._lib.engine_load(
                self._it, self._file.ctypes.data, self._file.size, self._records.ctypes.data, record_bytes, speed
            )
            if status == 0:
                return
            if not self._lib.engine_wants_records(status) or record_bytes >= MAX_RECORD_BYTES:
                raise ModelError(self._explain())
            record_bytes *= 2

    def _explain(self) -> str:
        text = c.create_string_buffer(256)
        self._lib.engine_explain(self._it, text, len(text))
        return text.value.decode()

    # ---- tf.lite.Interpreter --------------------------------------------------------------------------------------

    def allocate_tensors(self, arena=None, arena_bytes=None):
        """Gives the interpreter its arena: the one passed (a writable buffer, which interpreters that take turns may
        share), or a new one of arena_bytes (at least what it needs, which is the default)."""
        if self._kernels:
            raise EngineError(f"kernels are {self._kernels}'s, which this machine only plans; leave out kernels=")
        if arena is None:
            memory = _aligned(self.arena_bytes if arena_bytes is None else arena_bytes)
        else:
            memory = np.frombuffer(arena, np.uint8)
            if not memory.flags.writeable:
                raise DataError("arena: found a read-only buffer, needs a writable one such as bytearray")
            memory = memory[-memory.ctypes.data % ARENA_ALIGNMENT :]
        if self._lib.interpreter_set_arena(self._it, memory.ctypes.data, memory.size):
            raise DataError(self._explain())
        self._arena = memory

    def get_input_details(self) -> list[dict]:
        return [self._details(i) for i in self._ports(engine.INPUTS)]

    def get_output_details(self) -> list[dict]:
        return [self._details(i) for i in self._ports(engine.OUTPUTS)]

    def get_tensor_details(self) -> list[dict]:
        return [self._details(i) for i in range(self._lib.engine_count(self._it, 0, engine.TENSORS))]

    def set_tensor(self, tensor_index: int, value):
        """Copies a buffer of the tensor's item size and length into it. Raises DataError (a ValueError)."""
        target = self._view(tensor_index)
        if self._info(tensor_index).flags & engine.CONSTANT:
            raise DataError(f"tensor {tensor_index}: is constant, needs to be an input; see get_input_details()")
        raw = isinstance(value, (bytes, bytearray, memoryview))
        source = np.frombuffer(value, np.uint8) if raw else np.asarray(value)
        if source.nbytes != target.nbytes:
            raise DataError(f"tensor {tensor_index}: found {source.nbytes} bytes, needs {target.nbytes}")
        if not raw and source.dtype.itemsize != target.dtype.itemsize:
            raise DataError(f"tensor {tensor_index}: found {source.dtype}, needs {target.dtype}")
        target[...] = np.ascontiguousarray(source).reshape(-1).view(target.dtype).reshape(target.shape)

    def get_tensor(self, tensor_index: int) -> np.ndarray:
        """A copy of the tensor's data. Of tensors other than inputs, outputs and constants it is what the arena holds."""
        return self._view(tensor_index).copy()

    def invoke(self):
        if self._lib.interpreter_invoke(self._it):
            raise EngineError(self._explain())

    def reset_all_variables(self):
        self._lib.interpreter_reset_variables(self._it)

    # ---- mpylite's own --------------------------------------------------------------------------------------------

    def predict(self, *values):
        """Real numbers in and out: quantises each input with its scale, invokes, dequantises each output.

        Inputs need the tensor's number of elements, in any shape. Gives one array, or a list where the model has
        several outputs."""
        if self._arena is None:
            self.allocate_tensors()
        inputs = self.get_input_details()
        if len(values) != len(inputs):
            raise DataError(f"predict: found {len(values)} inputs, needs {len(inputs)}")
        for i, (detail, value) in enumerate(zip(inputs, values)):
            real, needs = np.asarray(value), int(np.prod(detail["shape"]))
            if real.size != needs:
                raise DataError(f"input {i}: found {real.size} elements, needs {needs}")
            self.set_tensor(detail["index"], _quantise(real, detail))
        self.invoke()
        outputs = [_dequantise(self.get_tensor(d["index"]), d) for d in self.get_output_details()]
        return outputs[0] if len(outputs) == 1 else outputs

    def ops(self) -> list[Op]:
        """The operators of the main subgraph in the order in which they run."""
        info, ops = engine.OpInfo(), []
        for i in range(self._lib.engine_count(self._it, 0, engine.OPS)):
            self._lib.engine_op(self._it, 0, i, info)
            name = self._lib.engine_op_name(info.code).decode()
            inputs, outputs = tuple(info.inputs[: info.input_count]), tuple(info.outputs[: info.output_count])
            ops.append(Op(i, name, inputs, outputs, info.macs))
        return ops

    def profile(self) -> list[tuple[str, int]]:
        """(operator, nanoseconds) of one invocation on what the inputs hold."""
        rows = []
        for op in self.ops():
            start = time.perf_counter_ns()
            if self._lib.interpreter_invoke_op(self._it, op.index):
                raise EngineError(self._explain())
            rows.append((op.name, time.perf_counter_ns() - start))
        return rows

    def arena_offset(self, tensor_index: int) -> int:
        """Where the plan puts the tensor, -1 for one that does not lie in the arena."""
        return self._info(tensor_index).offset

    # ---- the C side -----------------------------------------------------------------------------------------------

    def _ports(self, which: int) -> list[int]:
        return [self._lib.engine_port(self._it, 0, which, i) for i in range(self._lib.engine_count(self._it, 0, which))]

    def _info(self, index: int) -> engine.TensorInfo:
        count = self._lib.engine_count(self._it, 0, engine.TENSORS)
        if not 0 <= index < count:
            raise DataError(f"tensor {index}: the model has {count} tensors; see get_input_details()")
        info = engine.TensorInfo()
        self._lib.engine_tensor(self._it, 0, index, info)
        return info

    def _view(self, index: int) -> np.ndarray:
        """The tensor's own memory as an array."""
        info = self._info(index)
        if self._arena is None and info.offset >= 0:
            raise EngineError("no arena yet; call allocate_tensors() first")
        dtype, shape = DTYPES[info.type], tuple(info.dims[: info.rank])
        if info.bytes == 0:
            return np.empty(shape, dtype)
        return np.frombuffer((c.c_uint8 * info.bytes).from_address(info.data), dtype).reshape(shape)

    def _details(self, index: int) -> dict:
        info = self._info(index)
        scales = np.array(info.scale[: info.scale_count], np.float32)
        zero_points = np.array(info.zero_point[: 2 * info.scale_count : 2] if info.scale_count else [], np.int32)
        per_tensor = (float(scales[0]), int(zero_points[0])) if len(scales) == 1 else (0.0, 0)
        return {
            "name": bytes(info.name[: info.name_bytes]).decode("utf-8", "replace") if info.name_bytes else "",
            "index": index,
            "shape": np.array(info.dims[: info.rank], np.int32),
            "shape_signature": np.array(info.dims[: info.rank], np.int32),
            "dtype": DTYPES[info.type].type,
            "quantization": per_tensor,
            "quantization_parameters": {
                "scales": scales,
                "zero_points": zero_points,
                "quantized_dimension": info.axis,
            },
            "sparsity_parameters": {},
        }


def _open(source) -> np.ndarray:
    """The file's bytes in place: mapped from disk, or the caller's buffer."""
    if not isinstance(source, (str, Path)):
        return np.frombuffer(source, np.uint8) if memoryview(source).nbytes else np.empty(0, np.uint8)
    with open(source, "rb") as file:
        if file.seek(0, 2) == 0:
            return np.empty(0, np.uint8)
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)


def _aligned(size: int) -> np.ndarray:
    memory = np.zeros(size + ARENA_ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ARENA_ALIGNMENT
    return memory[start : start + size]


def _quantise(value: np.ndarray, detail: dict) -> np.ndarray:
    dtype, (scale, zero_point) = np.dtype(detail["dtype"]), detail["quantization"]
    if dtype not in QUANTISED or scale == 0:
        return value.astype(dtype)
    stored = np.float32(value) / np.float32(scale)
    stored = np.trunc(stored + np.copysign(np.float32(0.5), stored)) + zero_point  # half away from zero, as QUANTIZE
    limits = np.iinfo(dtype)
    return np.clip(stored, limits.min, limits.max).astype(dtype)


def _dequantise(stored: np.ndarray, detail: dict) -> np.ndarray:
    scale, zero_point = detail["quantization"]
    if stored.dtype not in QUANTISED or scale == 0:
        return stored
    return np.float32(scale) * (stored.astype(np.int32) - zero_point).astype(np.float32)
