# SPDX-License-Identifier: MIT
"""Runs in MicroPython: interpreters that are dropped give their memory back, arena and records and model."""

import gc
import sys

import mpylite

used = []
for turn in range(60):
    model = mpylite.Interpreter(sys.argv[1] + "/good.tflite")
    model.allocate_tensors(arena_bytes=100000)
    model.predict([0.5] * 16)
    y = model.get_tensor(model.get_output_details()[0]["index"])
    del model
    gc.collect()
    used.append(gc.mem_alloc())
    assert len(y[0]) == 3, y  # an array outlives its interpreter
print(max(used[5:]) - min(used[5:]))

# a shared arena outlives the interpreter that had it first
model = mpylite.Interpreter(sys.argv[1] + "/good.tflite")
arena = bytearray(model.arena_bytes)
model.allocate_tensors(arena=arena)
other = mpylite.Interpreter(sys.argv[1] + "/good.tflite")
other.allocate_tensors(arena=arena)
del model, arena
gc.collect()
junk = [bytearray(b"\xff" * 64) for _ in range(1000)]
print("%.4f" % other.predict([0.5] * 16)[0][0])
del junk

# an arena that the heap cannot give leaves everything usable
try:
    other.allocate_tensors(arena_bytes=1 << 30)
except MemoryError as error:
    print(error)
print("%.4f" % other.predict([0.5] * 16)[0][0])
