# SPDX-License-Identifier: MIT
"""Runs a model through an outside reference (TensorFlow Lite Micro or LiteRT's reference kernels) or our engine, in a
child process that is kept for many models. A crash counts as a refusal; judging answers is left to the tests.

    run("tflm", model_bytes, samples=[[in0, in1], ...], output_count=1) -> Answer
"""

from __future__ import annotations

import atexit
import os
import pickle
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Answer:
    """outputs[sample][output] where it ran; else `refused` is "load", "invoke" or "crash" and `said` the reference's words."""

    outputs: list = None
    refused: str = ""
    said: str = ""


def run(backend, model, samples, output_count):
    """The answer of "tflm", "litert" or "engine"; the samples run in order in one fresh interpreter."""
    if backend not in _workers:
        _workers[backend] = _Worker(backend)
    return _workers[backend].run((model, samples, output_count))


class _Worker:
    def __init__(self, backend):
        self._backend = backend
        self._stderr = tempfile.TemporaryFile()
        self._process = None

    def run(self, job):
        if self._process is None:
            self._start()
        self._stderr.seek(0)
        self._stderr.truncate()
        try:
            answer = self._ask(pickle.dumps(job))
        except (BrokenPipeError, EOFError):
            code = self._process.wait()
            self._process = None
            return Answer(refused="crash", said=f"exit {code}: {self._words()}")
        if answer[0] == "ok":
            return Answer(outputs=answer[1])
        return Answer(refused=answer[1], said=f"{self._words()} {answer[2]}".strip())

    def _start(self):
        path = os.pathsep.join(filter(None, [str(ROOT / "host_tools"), os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kernels.worker", self._backend],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
        )

    def _ask(self, data):
        self._process.stdin.write(struct.pack("<I", len(data)) + data)
        self._process.stdin.flush()
        head = self._process.stdout.read(4)
        if len(head) < 4:
            raise EOFError
        return pickle.loads(self._process.stdout.read(struct.unpack("<I", head)[0]))

    def _words(self):
        self._stderr.seek(0)
        return b" ".join(self._stderr.read().split()).decode(errors="replace")[-600:]

    def close(self):
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait()


_workers = {}


@atexit.register
def _close_all():
    for w in _workers.values():
        w.close()
