# SPDX-License-Identifier: MIT
"""`python -m tests.bench.in_firmware [--native] [MODEL ...]`: a table of all models of the corpus in the Pico's firmware `full` on
the RP2040 emulator: models and recorded inputs lie in ROMFS, Python runs them, outputs are compared with the recorded ones. With
--native by the native module in MicroPython's firmware without ours: the fast one, then the whole one for what that refuses.
What has no room is named. `make bench BOARD=RPI_PICO` builds what it needs."""

import argparse
import ast
import tempfile
from pathlib import Path
from zlib import crc32

import numpy as np

from mpylite import boards, romfs
from mpylite.errors import BoardError
from mpylite.simulator import rp2040
from mpylite.simulator.console import Console

from . import subjects
from .corpus import BOARD, line, recorded

PROFILE = "full"
SECONDS = 60  # of the board's time, for the slowest model
HEAD = ("model", "M cycles", "ms", "load, M cycles", "outputs", "differ")
SETUP = """
import binascii, gc, mpylite, time
def run(n):
    gc.collect()
    start = time.ticks_us()
    i = mpylite.Interpreter('/rom/%d.tflite' % n)
    i.allocate_tensors()
    load = time.ticks_us() - start
    for j, row in enumerate(i.get_input_details()):
        with open('/rom/%d.%d' % (n, j), 'rb') as file:
            i.set_tensor(row['index'], file.read())
    start = time.ticks_us()
    i.invoke()
    took = time.ticks_us() - start
    print((load, took, [binascii.crc32(bytes(i.get_tensor(row['index']))) for row in i.get_output_details()]))
"""


def files_of(number, key):
    """({name: content} for ROMFS, the CRC-32 of each output by reference)."""
    content, _ = subjects.load(key)
    inputs, references = recorded(key)[0]
    files = {f"{number}.tflite": content}
    files |= {f"{number}.{j}": np.asarray(x).tobytes() for j, x in enumerate(inputs)}
    return files, [[crc32(np.asarray(y).tobytes()) for y in outputs] for outputs in references]


def packs(keys, room):
    """The keys in groups whose files share a ROMFS of so many bytes; what is too large alone is a group without files."""
    group, used = {}, 0
    for number, key in enumerate(keys):
        files, wanted = files_of(number, key)
        size = sum(map(len, files.values())) + 64 * len(files)
        if size > room:
            yield {number: (key, None, wanted)}
            continue
        if group and used + size > room:
            yield group
            group, used = {}, 0
        group[number] = key, files, wanted
        used += size
    if group:
        yield group


def module(folder):
    """{name: content} of a native module that `make natmod` has built."""
    return {name: (folder / name).read_bytes() for name in ("mpylite.mpy", "mpylite_errors.py")}


def console_of(image, board, group, more):
    with tempfile.TemporaryDirectory() as folder:
        for files in (more, *(files for _, files, _ in group.values())):
            for name, content in files.items():
                (Path(folder) / name).write_bytes(content)
        console = Console(rp2040.Board(rp2040.with_romfs(image, board, romfs.build(folder), PROFILE)))
    console.run(SETUP)
    return console


def row(console, board, number, key, wanted):
    """One line of the table, and how many outputs differ; None if it did not run."""
    name = key.split("/")[-1]
    try:
        load, took, found = ast.literal_eval(console.run(f"run({number})", SECONDS))
    except BoardError as error:
        why = str(error).strip().splitlines()[-1]
        if not why.startswith(("MemoryError", "ValueError")):
            raise
        return (name, why), None
    differ = min(sum(a != b for a, b in zip(found, outputs, strict=True)) for outputs in wanted)
    cycles = took * board.clock_hz / 1e12, took / 1e3, load * board.clock_hz / 1e12
    return (name, f"{cycles[0]:.3f}", f"{cycles[1]:.1f}", f"{cycles[2]:.2f}", str(len(found)), str(differ)), differ


def measure(image, keys, tell=print, more=None):
    """Prints the table; gives the keys of the models that ran, and how many outputs differ. `more`: files for ROMFS."""
    board, ran, total, more = boards.load(BOARD), [], 0, more or {}
    for cells in (HEAD, ["---"] * len(HEAD)):
        tell(line(cells))
    for group in packs(keys, board.full["romfs_bytes"] - sum(map(len, more.values())) - 256):
        fits = all(files is not None for _, files, _ in group.values())
        console = console_of(image, board, group, more) if fits else None
        for number, (key, _, wanted) in group.items():
            cells, differ = (key.split("/")[-1], "no room: larger than the ROMFS"), None
            if fits:
                cells, differ = row(console, board, number, key, wanted)
            tell(line(cells))
            if differ is not None:
                ran.append(key)
                total += differ
    return ran, total


def measure_native(image, keys, folder, tell=print):
    """The same by the native modules in `folder`: the fast one, then the whole one for the models that it refuses."""
    ran, differ = measure(image, keys, tell, module(folder / "fast"))
    tell("")
    left = [key for key in keys if key not in ran]
    more, wrong = measure(image, left, tell, module(folder))
    return ran + more, differ + wrong


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench.in_firmware", description=__doc__)
    parser.add_argument("--native", action="store_true")
    parser.add_argument("models", nargs="*", help="names in the corpus, or digits")
    options = parser.parse_args()
    firmware = subjects.ROOT / "build" / "firmware" / f"{BOARD}-{PROFILE}"
    keys = subjects.keys(options.models)
    if options.native:
        ran, differ = measure_native((firmware / "bare" / "firmware.bin").read_bytes(), keys, subjects.ROOT / "build/natmod/armv6m")
    else:
        ran, differ = measure((firmware / "firmware.bin").read_bytes(), keys)
    where = "by the native module" if options.native else f"in profile {PROFILE}"
    print(f"{len(keys)} models, {len(ran)} run {where}, {differ} outputs differ")
    return differ > 0


if __name__ == "__main__":
    raise SystemExit(main())
