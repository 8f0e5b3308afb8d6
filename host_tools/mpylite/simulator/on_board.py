# SPDX-License-Identifier: MIT
"""Runs in MicroPython: samples from in<i>.raw through a model to out<i>.raw, and one JSON line of facts.

Arguments: the model's path, the folder of the .raw files, the number of samples.
"""

import gc
import json
import sys
import time

model_path, folder, samples = sys.argv[1], sys.argv[2], int(sys.argv[3])
gc.collect()
before = gc.mem_alloc()

import mpylite  # noqa: E402  (measured)

interpreter = mpylite.Interpreter(model_path)
interpreter.allocate_tensors()
gc.collect()
heap_bytes = gc.mem_alloc() - before


def size(detail):
    item_bytes = {"int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "float32": 4, "int64": 8}.get(detail["dtype"], 1)
    count = item_bytes
    for n in detail["shape"]:
        count *= n
    return count


inputs = [
    (d["index"], open("%s/in%d.raw" % (folder, i), "rb"), bytearray(size(d)))
    for i, d in enumerate(interpreter.get_input_details())
]
outputs = [
    (d["index"], open("%s/out%d.raw" % (folder, i), "wb")) for i, d in enumerate(interpreter.get_output_details())
]
microseconds = 0
for _ in range(samples):
    for index, file, buffer in inputs:
        file.readinto(buffer)
        interpreter.set_tensor(index, buffer)
    start = time.ticks_us()
    interpreter.invoke()
    microseconds += time.ticks_diff(time.ticks_us(), start)
    for index, file in outputs:
        file.write(interpreter.get_tensor(index))
for _, file in outputs:
    file.close()

print(
    json.dumps(
        {
            "microseconds": round(microseconds / samples, 1),
            "ram_bytes": interpreter.arena_bytes + interpreter.record_bytes,
            "heap_bytes": heap_bytes,
        }
    )
)
