# SPDX-License-Identifier: MIT
"""The native modules on the QEMU boards: builds one, lays it with models and samples into ROMFS, runs the script of the
public API and the samples there. Owns what is run; test_boards.py judges it, __main__.py prints it as a table."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mpylite import Interpreter, pipeline, romfs
from mpylite.device import Device
from mpylite.simulator import qemu
from tests.engine import test_api

TOP = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("MPYLITE_CORPUS") or TOP.parent / "shared" / "corpus")
# MLPerf Tiny's operators, and what the other models here need.
TINY = "ADD,AVERAGE_POOL_2D,CONV_2D,DEPTHWISE_CONV_2D,DEQUANTIZE,FULLY_CONNECTED,QUANTIZE,RESHAPE,SOFTMAX"
MORE = "MAX_POOL_2D,MEAN"
COMPILERS = {"rv32imc": "riscv64-unknown-elf-gcc"}
SAMPLES = {"digits": 12, "kws": 3}
ARCHES = (*qemu.MACHINES, "xtensawin")

RUN = """
import gc, mpylite, time
from binascii import hexlify
def run(name, samples):
    gc.collect()
    with open("/rom/" + name + ".raw", "rb") as file:
        data = file.read()
    model = mpylite.Interpreter("/rom/" + name + ".tflite")
    model.allocate_tensors()
    size, ticks = len(data) // samples, 0
    first, last = model.get_input_details()[0]["index"], model.get_output_details()[0]["index"]
    for i in range(samples):
        model.set_tensor(first, data[i * size : i * size + size])
        start = time.ticks_cpu()
        model.invoke()
        ticks += time.ticks_cpu() - start
        print(hexlify(model.get_tensor(last)).decode())
    print(ticks // samples)
"""


@dataclass
class Result:
    """What one board said."""

    arch: str
    module_bytes: int
    lines: list = field(default_factory=list)  # of the API script
    outputs: dict = field(default_factory=dict)  # model to (samples, bytes), int8
    instructions: dict = field(default_factory=dict)  # model to instructions of one inference


def missing(arch):
    """Why this board cannot be run here, or None."""
    if arch == "xtensawin":
        return None if shutil.which("apt-get") else "there is no apt-get, needs Debian for a compiler and qemu-xtensa"
    tools = (COMPILERS.get(arch, "arm-none-eabi-gcc"), qemu.MACHINES[arch].split()[0])
    absent = [tool for tool in tools if not shutil.which(tool)]
    return f"there is no {absent[0]} (make test installs it where it may)" if absent else None


def micropython():
    """The folder of MicroPython's source."""
    found = os.environ.get("MPY_DIR") or next((str(one) for one in sorted(TOP.glob("build/micropython-*/"))), None)
    assert found, "found no MicroPython source, needs one; next step: make deps"
    return found


def make(*arguments):
    """Runs make at the top of the tree, one test process at a time; gives what it said."""
    (TOP / "build").mkdir(exist_ok=True)
    with open(TOP / "build/natmod.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(["make", "--no-print-directory", *arguments], cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def build(arch, ops="", types="", set_name=""):
    """The folder of the native module."""
    choice = [f"SET={set_name}"] if set_name else [f"OPS={ops}", f"TYPES={types}"]
    variant = (f"ARCH={arch}", *choice, f"MPY_DIR={micropython()}", f"PYTHON={sys.executable}")
    make("-f", "firmware/mpy/natmod/Makefile", *variant)
    out = make("-s", "-f", "firmware/mpy/natmod/Makefile", "where", *variant)
    return TOP / out.strip()


def input_shape(model):
    """The shape of a model's first input."""
    return tuple(int(n) for n in Interpreter(str(model)).get_input_details()[0]["shape"])


def firmware(arch):
    """Makes MicroPython for the board."""
    make(
        "build/qemu/xtensawin/mpx" if arch == "xtensawin" else f"build/qemu/{arch}/firmware.elf",
        f"MPY_DIR={micropython()}",
    )


def samples(folder):
    """Writes models and inputs; gives model to outputs of TensorFlow Lite Micro."""
    sys.path.insert(0, str(TOP / "models/digits"))
    import data
    from tflite_micro import runtime

    pipeline.convert(TOP / "models/digits/digits.keras", folder / "digits.tflite", data.calibration)
    interpreter = runtime.Interpreter.from_file(str(folder / "digits.tflite"), arena_size=1 << 20)
    shape = interpreter.get_input_details(0)["shape"]
    inputs = np.random.default_rng(5).integers(-128, 128, (SAMPLES["digits"], *shape[1:])).astype(np.int8)
    inputs.tofile(folder / "digits.raw")
    expected = {"digits": []}
    for one in inputs:
        interpreter.set_input(one[None], 0)
        interpreter.invoke()
        expected["digits"].append(interpreter.get_output(0).copy().ravel())
    if CORPUS.is_dir():
        shutil.copy(CORPUS / "models/mlperf-tiny/kws_dscnn_int8.tflite", folder / "kws.tflite")
        golden = np.load(CORPUS / "goldens/mlperf-tiny/kws_dscnn_int8.npz")
        golden["rand_in0"][: SAMPLES["kws"]].tofile(folder / "kws.raw")
        expected["kws"] = list(golden["rand_tflm_out0"][: SAMPLES["kws"]].reshape(SAMPLES["kws"], -1))
    return {name: np.stack(rows) for name, rows in expected.items()}


def run(arch, module, models, runs_script=True):
    """The module's folder and a folder of models, on the board."""
    with tempfile.TemporaryDirectory(prefix="mpylite-board-") as name:
        rom = Path(name)
        for file in (*(module / one for one in ("mpylite.mpy", "mpylite_errors.py")), *Path(models).iterdir()):
            shutil.copy(file, rom / file.name)
        result = Result(arch, (module / "mpylite.mpy").stat().st_size)
        steps = ['import sys\nsys.argv[:] = ["", "/rom"]\n' + test_api.SCRIPT.read_text()] if runs_script else [""]
        present = {model: count for model, count in SAMPLES.items() if (rom / f"{model}.tflite").exists()}
        steps += [RUN] + [f"run({model!r}, {count})" for model, count in present.items()]
        said = (on_linux if arch == "xtensawin" else on_board)(arch, romfs.build(rom), steps)
        result.lines = said[0].splitlines()
        for model, text in zip(present, said[2:], strict=True):
            *rows, instructions = text.split()
            result.outputs[model] = np.array([np.frombuffer(bytes.fromhex(row), np.int8) for row in rows])
            result.instructions[model] = int(instructions)
        return result


def on_board(arch, image, steps):
    """What each step prints on a board."""
    with qemu.Board(arch, disk_bytes=0, romfs=image, counts=True) as board, Device(board.port) as device:
        device.exec(board.setup)
        return [device.exec(step) for step in steps]


def on_linux(arch, image, steps):
    """The same where MicroPython is a Linux program: it runs one script. It does not count instructions."""
    mark = "-- next --"
    command = [TOP / "build/xtensa/packages/usr/bin/qemu-xtensa", "-cpu", "dc233c", TOP / "build/qemu" / arch / "mpx"]
    with tempfile.TemporaryDirectory(prefix="mpylite-board-") as name:
        script, rom = Path(name) / "script.py", Path(name) / "image"
        script.write_text(f"\nprint({mark!r})\n".join(steps))
        rom.write_bytes(image)
        done = subprocess.run([*command, script, rom], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-1000:]
    return done.stdout.split(mark + "\n")
