# SPDX-License-Identifier: MIT
"""Runs deployed models on a connected board: the self-test, samples, times. Owns what is said to the board for that;
deploy.py brings the files there."""

from __future__ import annotations

import ast
import contextlib
import zlib
from pathlib import Path

import numpy as np

from . import bridge, targets
from .device import Device, NoCompilerError, RefusedError
from .errors import BoardError
from .interpreter import Interpreter

SAMPLES = 2
SEED = 1
PATIENCE_SECONDS = 1800  # with an emulator, which may be a hundred times slower than a board

# Inputs are made on both sides by the same generator, so that only outputs travel.
TEST = """
import gc, time
gc.collect()
import mpylite
_m = {interpreter}
_m.allocate_tensors()
_x = {seed}
_us = 0
for _ in range({samples}):
    for _i, _n, _and, _or in {inputs!r}:
        _b = bytearray(_n)
        for _k in range(_n):
            _x = (_x * 75 + 74) % 65537
            _b[_k] = _x & _and[_k % len(_and)] | _or[_k % len(_or)]
        _m.set_tensor(_i, _b)
    _t = time.ticks_us()
    _m.invoke()
    _us += time.ticks_diff(time.ticks_us(), _t)
    for _i in {outputs!r}:
        print(bytes(_m.get_tensor(_i)))
gc.collect()
print((_m.arena_bytes, _us // {samples}, gc.mem_free()))
del _m, _b
"""


@contextlib.contextmanager
def connected(target):
    """The Device at a target (targets.reached), through a bridge where the board has no compiler."""
    patience = PATIENCE_SECONDS if targets.is_emulated(target) else Device.PATIENCE_SECONDS
    with targets.reached(target) as (port, setup), contextlib.ExitStack() as opened:
        try:
            device = Device(port, patience=patience)
        except NoCompilerError:
            device = Device(opened.enter_context(bridge.beside(port)), patience=patience)
        opened.enter_context(device)
        if setup:
            device.exec(setup)
        yield device


def _interpreter(model):
    """Its expression on the board, where the model lies as a file."""
    return f"mpylite.Interpreter({Path(model).name!r})"


def test(device, model, interpreter=None):
    """Runs samples on the board; raises BoardError where one output differs from the PC's engine. Gives the facts.
    `interpreter` is the expression that makes the model's Interpreter there (deploy.Plan has it)."""
    engine = Interpreter(str(model))
    engine.allocate_tensors()
    ins, outs = engine.get_input_details(), engine.get_output_details()
    inputs = [_input(detail) for detail in ins]
    code = TEST.format(
        interpreter=interpreter or _interpreter(model),
        seed=SEED,
        samples=SAMPLES,
        inputs=inputs,
        outputs=[d["index"] for d in outs],
    )
    try:
        *rows, last = device.exec(code).splitlines()
    except RefusedError as error:
        if "MemoryError" not in str(error):
            raise
        raise BoardError(f"{error}, in the self-test; next step: reset the board, which frees modules of earlier deploys; then deploy again") from error
    found = [ast.literal_eval(row) for row in rows]
    wanted = outputs_here(engine)
    for i, (one, other) in enumerate(zip(found, wanted, strict=True)):
        if one != other:
            differ = sum(a != b for a, b in zip(one, other, strict=True))
            raise BoardError(
                f"self-test: sample {i // len(outs)}: {differ} of {len(other)} bytes differ from the PC's; next step: report it"
            )
    arena, microseconds, heap = ast.literal_eval(last)
    return {
        "samples": SAMPLES,
        "arena_bytes": arena,
        "microseconds": microseconds,
        "heap_free_bytes": heap,
        "crc32": crc32(found),
    }


def crc32(outputs):
    """The CRC-32 of test's outputs, one after the other."""
    return zlib.crc32(b"".join(outputs))


def outputs_here(engine):
    """The outputs of test's samples from an Interpreter on this PC."""
    ins, outs = engine.get_input_details(), engine.get_output_details()
    return list(_expected(engine, ins, outs, [_input(detail) for detail in ins], SEED))


def _input(detail):
    """(index, bytes, and-mask, or-mask) of an input: reals in [0.5, 1), whole numbers beyond 16 bits (sizes, indices) 0."""
    dtype = np.dtype(detail["dtype"])
    masks = {"f": (b"\0\0\x7f\0", b"\0\0\0\x3f"), "b": (b"\x01", b"\0")}
    narrow = (b"\xff", b"\0") if dtype.itemsize <= 2 else (b"\0", b"\0")
    return (detail["index"], int(np.prod(detail["shape"])) * dtype.itemsize, *masks.get(dtype.kind, narrow))


def _expected(engine, ins, outs, inputs, x):
    for _ in range(SAMPLES):
        for detail, (index, size, ands, ors) in zip(ins, inputs, strict=True):
            data = bytearray(size)
            for k in range(size):
                x = (x * 75 + 74) % 65537
                data[k] = x & ands[k % len(ands)] | ors[k % len(ors)]
            engine.set_tensor(index, np.frombuffer(data, detail["dtype"]).reshape(detail["shape"]))
        engine.invoke()
        for detail in outs:
            yield np.ascontiguousarray(engine.get_tensor(detail["index"])).tobytes()


PROFILE = """
import mpylite
_m = {interpreter}
_m.allocate_tensors()
_m.profile()
for _row in _m.profile():
    print(_row)
del _m
"""


def profile(device, model, interpreter=None):
    """(operator, microseconds) of the second of two inferences on the board."""
    code = PROFILE.format(interpreter=interpreter or _interpreter(model))
    return [ast.literal_eval(row) for row in device.exec(code).splitlines()]


# `_b` holds as many samples as were sent, one after the other, each with all its inputs.
RUN = """
import mpylite, time
_m = {interpreter}
_m.allocate_tensors()
_us = 0
def _run():
    global _us
    at, data = 0, memoryview(_b)
    while at < len(data):
        for index, size in {inputs!r}:
            _m.set_tensor(index, data[at : at + size])
            at += size
        start = time.ticks_us()
        _m.invoke()
        _us += time.ticks_diff(time.ticks_us(), start)
        for index in {outputs!r}:
            print(bytes(_m.get_tensor(index)))
"""
SENT_BYTES = 4096  # at once: a small part of any board's heap


def run(device, model, inputs, interpreter=None):
    """running.run's samples on the board: {in0: (n, *shape), …} to {out0: …} and facts. The model must be deployed."""
    engine = Interpreter(str(model))
    engine.allocate_tensors()
    ins, outs = engine.get_input_details(), engine.get_output_details()
    samples = [b"".join(np.ascontiguousarray(values).tobytes() for values in one) for one in zip(*inputs.values(), strict=True)]
    sizes = [len(np.ascontiguousarray(values[0]).tobytes()) for values in inputs.values()]
    code = RUN.format(
        interpreter=interpreter or _interpreter(model),
        inputs=[(d["index"], size) for d, size in zip(ins, sizes, strict=True)],
        outputs=[d["index"] for d in outs],
    )
    device.exec(code)
    rows, together = [], max(1, SENT_BYTES // sum(sizes))
    for at in range(0, len(samples), together):
        device.put_bytes("_b", b"".join(samples[at : at + together]))
        rows += map(ast.literal_eval, device.exec("_run()").splitlines())
    results = {
        f"out{i}": np.stack([np.frombuffer(row, d["dtype"]).reshape(d["shape"]) for row in rows[i :: len(outs)]])
        for i, d in enumerate(outs)
    }
    arena, microseconds = device.eval("(_m.arena_bytes, _us)")
    device.exec("del _m, _b, _run")
    return results, {
        "samples": len(samples),
        "arena_bytes": arena,
        "macs": engine.macs,
        "microseconds": round(microseconds / len(samples), 1),
    }
