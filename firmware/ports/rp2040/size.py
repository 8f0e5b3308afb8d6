# SPDX-License-Identifier: MIT
"""`make size BOARD=RPI_PICO PROFILE=runtime`: the bytes of a firmware by source, before they are packed.
`size.py BOARD PROFILE FOLDER`"""
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from mpylite import boards

# The first row that fits a symbol's source file counts.
GROUPS = (
    ("kernel: ", r"kernels/(?:inner/)?(\w+)\.[chS]"),
    ("mpylite: engine", r"firmware/engine/"),
    ("mpylite: module", r"firmware/mpy/(?!.*ulab)"),
    ("ulab: ", r"firmware/(?:ulab|mpy)/(\w+)\.[ch]"),
    ("USB", r"rp2040/usb"),
    ("ROMFS, flash, files", r"rp2040/(romfs|flash)|extmod/(vfs|modvfs|modos)|py/reader"),
    ("float", r"rp2040/float|py/(objfloat|formatfloat|parsenum)|math\.h"),
    ("unpacking", r"rp2040/unpack"),
    ("port: startup, console, machine", r"ports/rp2040/"),
    ("compiler and prompt", r"py/(lexer|parse|compile|emit|scope|repl|asm)|readline|pyexec"),
    (".mpy loading", r"py/(persistentcode|emitglue)"),
    ("VM and memory", r"py/(vm|bc|runtime|gc|malloc|map|nlr|scheduler|argcheck|obj\.c|objfun|objtype|objgenerator|objclosure|builtinimport|modbuiltins)"),
    ("strings and names", r"py/(objstr|qstr|vstr|unicode|mpprint)|libc/"),
    ("objects and modules", r"py/|extmod/|shared/"),
    ("compiler's library", r"libgcc"),
)


def group_of(source):
    for name, pattern in GROUPS:
        found = re.search(pattern, source)
        if found:
            return name + (found[1] if name.endswith(": ") else "")
    return "tables without a source (names, error texts, dictionaries)"


def symbols(elf):
    """(bytes, name, source) of everything that takes place in the image."""
    lines = subprocess.run(["arm-none-eabi-nm", "-S", "-l", elf], capture_output=True, text=True, check=True).stdout
    for line in lines.splitlines():
        found = re.match(r"[0-9a-f]{8} ([0-9a-f]{8}) [a-zAC-Z] (\S+)(?:\s+(\S+):\d+)?$", line)
        if found:
            yield int(found[1], 16), found[2], found[3] or ""


def main(name, profile, folder):
    board, folder = boards.load(name), Path(folder)
    total, sizes = Counter(), (folder / "firmware.bin").stat().st_size
    for size, _, source in symbols(folder / "firmware.elf"):
        total[group_of(source)] += size
    unpacked = (folder / "firmware.ram").stat().st_size or sizes
    total["strings without a symbol, gaps"] = max(0, unpacked - sum(total.values()))
    print(f"{'bytes unpacked, by source':60}{'bytes':>9}")
    for group, size in sorted(total.items(), key=lambda row: (row[0].startswith(("kernel", "ulab")), -row[1])):
        print(f"{group:60}{size:9,}")
    budget = board.budget.get(profile)
    print(f"{'unpacked in RAM':60}{unpacked:9,}\n{'flash image, packed':60}{sizes:9,}" + (f" of {budget:,}" if budget else ""))
    if budget and sizes > budget:
        sys.exit(f"size: found {sizes:,} bytes of {profile}, needs {budget:,} at most; next step: leave something out (OPS=)")


if __name__ == "__main__":
    main(*sys.argv[1:])
