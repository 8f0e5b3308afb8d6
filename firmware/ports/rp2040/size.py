# SPDX-License-Identifier: MIT
"""`make size BOARD=RPI_PICO PROFILE=runtime`: the bytes of a firmware by source, of a packed one before and after.
`size.py 0|1 BOARD PROFILE FOLDER`; with 1 the figure of the budget is kept."""
import itertools
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import image
import kept
import packed
from elftools.elf.elffile import ELFFile
from mpylite import boards

# The first row that fits a symbol's source file counts.
GROUPS = (
    ("kernel: ", r"kernels/(?:inner/)?(\w+)\.[chS]"),
    ("mpylite: engine", r"firmware/engine/"),
    ("mpylite: module", r"firmware/mpy/(?!.*ulab)"),
    ("ulab: ", r"firmware/(?:ulab|mpy)/(\w+)\.[ch]"),
    ("pico-sdk", r"pico-sdk/"),
    ("USB", r"tinyusb/"),
    ("writable file systems", r"lib/(littlefs|oofatfs)"),
    ("frozen modules", r"frozen"),
    ("port: startup, console, machine", r"ports/rp2/"),
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
    """(address, bytes, source) of everything that takes place in the image."""
    lines = subprocess.run(["arm-none-eabi-nm", "-S", "-l", elf], capture_output=True, text=True, check=True).stdout
    for line in lines.splitlines():
        found = re.match(r"([0-9a-f]{8}) ([0-9a-f]{8}) [ac-zAC-Z] \S+(?:\s+(\S+):\d+.*)?$", line)
        if found:
            yield int(found[1], 16), int(found[2], 16), found[3] or ""


def packed_until(folder):
    """How many bytes of the packed image the first n bytes of the program take, for each n; nothing where nothing is packed."""
    file = folder / "firmware.packed"
    if not file.is_file():
        return []
    _, bits = packed.costs(file.read_bytes(), (folder / "firmware.ram").stat().st_size)
    return [0.0, *itertools.accumulate(bit / 8 for bit in bits)]


def print_by_source(elf, folder, unpacked):
    """Of a packed image in two columns, as it is in RAM and in flash. What unpacks it is in flash only."""
    total, in_flash, until = Counter(), Counter(), packed_until(folder)
    rest = "strings without a symbol, gaps"
    in_flash[rest] = until[-1] if until else 0
    for address, size, source in symbols(elf):
        group, start = group_of(source), address - image.RAM
        total[group] += size
        if 0 <= start < len(until) - size:
            cost = until[start + size] - until[start]
            in_flash[rest] -= cost
        else:
            cost = size
        in_flash[group] += cost
    total[rest] = max(0, unpacked - sum(total.values()))
    print(f"{'bytes by source':60}{'bytes':>9}" + (f"{'packed':>9}" if until else ""))
    for group, size in sorted(total.items(), key=lambda row: (row[0].startswith(("kernel", "ulab")), -row[1])):
        print(f"{group:60}{size:9,}" + (f"{in_flash[group]:9,.0f}" if until else ""))


def loaded_bytes(elf):
    """What an image has in flash."""
    with open(elf, "rb") as stream:
        return sum(segment["p_filesz"] for segment in ELFFile(stream).iter_segments("PT_LOAD"))


def sized(name, profile, folder):
    """(where, bytes, most or None) of what the board's budget speaks of; the ELF file and its bytes."""
    budget, whole = boards.load(name).budget, (folder / "firmware.bin").stat().st_size
    if profile == "full":
        elf = folder / "modules" / "firmware.elf"
        added = loaded_bytes(elf) - loaded_bytes(folder / "bare" / "firmware.elf")
        return [("flash image", whole, None), ("added to MicroPython's own", added, budget.get("full_modules"))], elf, whole
    unpacked = (folder / "firmware.ram").stat().st_size or whole
    return [("unpacked in RAM", unpacked, None), ("flash image, packed", whole, budget.get(profile))], folder / "firmware.elf", unpacked


def main(save, name, profile, folder):
    rows, elf, unpacked = sized(name, profile, Path(folder))
    print_by_source(elf, Path(folder), unpacked)
    for where, size, most in rows:
        print(f"{where:60}{size:9,}" + (f" of {most:,}" if most else ""))
    if save:
        kept.save(Path(folder).name, {"bytes": rows[-1][1]})
    for where, size, most in rows:
        if most and size > most:
            sys.exit(f"size: found {size:,} bytes ({where}) of {profile}, needs {most:,} at most; next step: leave something out (OPS=)")


if __name__ == "__main__":
    main(sys.argv[1] == "1", *sys.argv[2:])
