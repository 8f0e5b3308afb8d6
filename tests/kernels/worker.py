# SPDX-License-Identifier: MIT
"""The child process that runs models through one interpreter, so that a reference which aborts takes only itself
along. Reads pickled jobs on stdin and answers on a private copy of stdout; who asks and what it means is oracle.py's.

    python -m tests.kernels.worker tflm|litert|engine
"""

from __future__ import annotations

import os
import pickle
import struct
import sys

ARENA_BYTES = 1 << 25


class _Tflm:
    def __init__(self, model):
        from tflite_micro import runtime

        self._i = runtime.Interpreter.from_bytes(model, arena_size=ARENA_BYTES)

    def run(self, inputs, output_count):
        for index, value in enumerate(inputs):
            self._i.set_input(value, index)
        self._i.invoke()
        return [self._i.get_output(i) for i in range(output_count)]


class _TfLite:
    """LiteRT and our engine share one API; the subclasses say how each is made."""

    def run(self, inputs, output_count):
        for detail, value in zip(self._i.get_input_details(), inputs, strict=True):
            self._i.set_tensor(detail["index"], value)
        self._i.invoke()
        return [self._i.get_tensor(d["index"]).copy() for d in self._i.get_output_details()]


class _LiteRt(_TfLite):
    def __init__(self, model):
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        self._i = Interpreter(
            model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1
        )
        self._i.allocate_tensors()


class _Engine(_TfLite):
    def __init__(self, model):
        from mpylite import Interpreter

        self._i = Interpreter(model)
        self._i.allocate_tensors()


BACKENDS = {"tflm": _Tflm, "litert": _LiteRt, "engine": _Engine}


def _answer(make, job):
    """('ok', outputs of each sample) or ('refused', stage, text)."""
    model, samples, output_count = job
    stage = "load"
    try:
        interpreter = make(model)
        stage = "invoke"
        return "ok", [interpreter.run(s, output_count) for s in samples]
    except Exception as e:  # whatever the reference says, the parent judges it
        return "refused", stage, f"{type(e).__name__}: {e}"


def main():
    make = BACKENDS[sys.argv[1]]
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a reference that prints must not disturb the answers
    jobs = os.fdopen(os.dup(0), "rb")
    while head := jobs.read(4):
        job = pickle.loads(jobs.read(struct.unpack("<I", head)[0]))
        data = pickle.dumps(_answer(make, job))
        answers.write(struct.pack("<I", len(data)) + data)
        answers.flush()


if __name__ == "__main__":
    main()
