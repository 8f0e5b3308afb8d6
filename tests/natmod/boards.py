# SPDX-License-Identifier: MIT
"""The native modules on the QEMU boards: builds one, lays it with models and samples into ROMFS, runs the script of the
public API and the samples there. Owns what is run; test_boards.py judges it, __main__.py prints it as a table."""

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
from mpylite.simulator import micropython as micropython_on_pc
from mpylite.simulator import pico, qemu
from tests.corpus.goldens import CORPUS
from tests.engine import test_api
from tests.turns import turn

TOP = Path(__file__).resolve().parents[2]
# The modules that are shipped; only "all" has the operators of the script of the public API.
SETS = ("tiny", "fast", "all")
FAST = {"armv6m": "armv6m", "armv7emsp": "armv7em", "armv7emdp": "armv7em", "rv32imc": "rv32", "xtensawin": "xtensa"}
COMPILERS = {"rv32imc": "riscv64-unknown-elf-gcc"}
SAMPLES = {"digits": 12, "kws": 3}
ARCHES = (*qemu.MACHINES, "xtensawin", "x64")
PICO = "armv6m on a Pico"  # MicroPython's own port, in the RP2040 emulator; tests/firmware deploys onto it
PICO_CYCLES_A_MICROSECOND = 125

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
    instructions: dict = field(default_factory=dict)  # model to instructions of one inference; a Pico: cycles


def missing(arch):
    """Why this board cannot be run here, or None."""
    if arch == "x64":
        return None
    if arch == PICO:
        found = (pico.BUILT / f"RPI_PICO-{pico.STOCK}/firmware.uf2").is_file()
        return None if found else "there is no image of MicroPython's own firmware (make firmware PROFILE=stock)"
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


def source_missing(version):
    """Why MicroPython's source of this version cannot be had, or None. Debian's suites move on."""
    try:
        make(f"{TOP}/build/micropython-{version}/py/dynruntime.mk", f"MPY_VERSION={version}")
    except AssertionError as error:
        return f"there is no MicroPython {version}: {str(error).strip().splitlines()[0]}"
    return None


def make(*arguments):
    """Runs make at the top of the tree, one test process at a time; gives what it said."""
    with turn("natmod"):
        done = subprocess.run(["make", "--no-print-directory", *arguments], cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def sets(arch):
    """The sets that there are for an architecture; the emulator is slow, there the fast one."""
    if arch == PICO:
        return ["fast"]
    has_fast = arch in FAST and (TOP / f"kernels/inner/{FAST[arch]}.c").is_file()
    return [one for one in SETS if one != "fast" or has_fast]


def build(arch, set_name):
    """The folder of the native module."""
    variant = (f"ARCH={arch.split()[0]}", f"SET={set_name if set_name != 'all' else ''}", f"MPY_DIR={micropython()}", f"PYTHON={sys.executable}")
    make("-f", "firmware/mpy/natmod/Makefile", *variant)
    out = make("-s", "-f", "firmware/mpy/natmod/Makefile", "where", *variant)
    return TOP / out.strip()


def input_shape(model):
    """The shape of a model's first input."""
    return tuple(int(n) for n in Interpreter(str(model)).get_input_details()[0]["shape"])


def firmware(arch, version=None):
    """Makes MicroPython for the board, of another version into a folder of its own; those for the PC and the Pico are there."""
    if arch in ("x64", PICO):
        return
    folder = f"build/qemu-{version}" if version else "build/qemu"
    source = f"MPY_DIR={TOP}/build/micropython-{version}" if version else f"MPY_DIR={micropython()}"
    make(f"{folder}/xtensawin/mpx" if arch == "xtensawin" else f"{folder}/{arch}/firmware.elf", f"QEMU={folder}", source)


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


def run(arch, module, models, runs_script=True, version=None):
    """The module's folder and a folder of models, on the board with the MicroPython of that version."""
    with tempfile.TemporaryDirectory(prefix="mpylite-board-") as name:
        rom = Path(name)
        for file in (*(module / one for one in ("mpylite.mpy", "mpylite_errors.py")), *Path(models).iterdir()):
            shutil.copy(file, rom / file.name)
        result = Result(arch, (module / "mpylite.mpy").stat().st_size)
        steps = ['import sys\nsys.argv[:] = ["", "/rom"]\n' + test_api.SCRIPT.read_text()] if runs_script else [""]
        present = {model: count for model, count in SAMPLES.items() if (rom / f"{model}.tflite").exists()}
        steps += [RUN] + [f"run({model!r}, {count})" for model, count in present.items()]
        if arch in ("xtensawin", "x64"):
            said = (on_linux if arch == "xtensawin" else on_pc)(rom, steps)
        elif arch == PICO:
            said = on_pico(rom, steps)
        else:
            said = on_board(arch, romfs.build(rom), steps, version)
        result.lines = said[0].splitlines()
        for model, text in zip(present, said[2:], strict=True):
            *rows, instructions = text.split()
            result.outputs[model] = np.array([np.frombuffer(bytes.fromhex(row), np.int8) for row in rows])
            if arch in qemu.MACHINES:  # the others do not count
                result.instructions[model] = int(instructions)
            if arch == PICO:
                result.instructions[model] = int(instructions) * PICO_CYCLES_A_MICROSECOND
        return result


def on_board(arch, image, steps, version):
    """What each step prints on a board."""
    firmwares = TOP / f"build/qemu-{version}" if version else qemu.FIRMWARE
    with qemu.Board(arch, 0, image, counts=True, firmwares=firmwares) as board, Device(board.port) as device:
        device.exec(board.setup)
        assert version in (None, device.eval("'.'.join(map(str, __import__('sys').implementation.version[:3]))"))
        return [device.exec(step) for step in steps]


def on_pico(rom, steps):
    """The same where the files lie in the flash of an emulated Pico."""
    with pico.Pico.with_firmware() as desk, Device(desk.port, patience=1800) as device:
        for file in rom.iterdir():
            if file.stem in (*SAMPLES, "mpylite", "mpylite_errors"):  # each one written leaves holes in the heap
                device.put(file.name, file.read_bytes())
        return [device.exec(step.replace("/rom/", "/")) for step in steps]


MARK = "-- next --"


def on_linux(rom, steps):
    """The same where MicroPython for Xtensa is a Linux program: it runs one script."""
    command = [TOP / "build/xtensa/packages/usr/bin/qemu-xtensa", "-cpu", "dc233c", TOP / "build/qemu/xtensawin/mpx"]
    with tempfile.TemporaryDirectory(prefix="mpylite-board-") as name:
        image = Path(name) / "image"
        image.write_bytes(romfs.build(rom))
        return run_script(command, steps, image)


def on_pc(rom, steps):
    """The same in PyPI's MicroPython, where the files are a folder."""
    first = f"import sys\nsys.path.insert(0, {str(rom)!r})\n"
    return run_script([micropython_on_pc.executable()], [first + steps[0], *steps[1:]], rom=str(rom))


def run_script(command, steps, *arguments, rom="/rom"):
    with tempfile.TemporaryDirectory(prefix="mpylite-script-") as name:
        script = Path(name) / "script.py"
        script.write_text(f"\nprint({MARK!r})\n".join(steps).replace("/rom", rom))
        done = subprocess.run([*command, script, *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-1000:]
    return done.stdout.split(MARK + "\n")
