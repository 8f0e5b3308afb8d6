# SPDX-License-Identifier: MIT
"""What this package carries for boards, beside `make` in a source tree: native modules and images, with their bytes. Owns
where they lie; what they are put onto is decided by deploy.py and flash.py."""

from pathlib import Path

from . import uf2

PACKAGE = Path(__file__).resolve().parent
TOP = PACKAGE.parent.parent
MODULE_FOLDERS = (PACKAGE / "natmod", TOP / "build" / "natmod")
MODULE = "mpylite.mpy"
# What a set of operators is called, and its folder below that of the architecture.
SETS = {"mpylite": "tiny", "mpylite_fast": "fast", "mpylite_all": "."}


def modules():
    """A dict for each native module: what, arch, operators, types, kernels, bytes, path. The package's before make's."""
    for folder in MODULE_FOLDERS:
        rows = [row for arch in sorted(folder.glob("*")) if arch.is_dir() for row in _modules_of(arch)]
        if rows:
            return rows
    return []


def built(folder):
    """What the native module in this folder was built with, as its operators.txt says: (operators, types, kernels); None
    where there is no such module."""
    if not (folder / MODULE).is_file() or not (folder / "operators.txt").is_file():
        return None
    first, *operators = (folder / "operators.txt").read_text().splitlines()
    said = dict(zip(first.split()[::2], first.split()[1::2], strict=True))
    return operators, said["types"], said.get("kernels", "portable")


def _modules_of(arch):
    for what, inside in SETS.items():
        path, found = arch / inside / MODULE, built(arch / inside)
        if found:
            operators, types, kernels = found
            yield {
                "what": what,
                "arch": arch.name,
                "operators": len(operators),
                "types": types,
                "kernels": kernels,
                "bytes": path.stat().st_size,
                "path": str(path),
            }
    if (arch / "ulab.mpy").is_file():
        size = (arch / "ulab.mpy").stat().st_size
        yield {"what": "ulab", "arch": arch.name, "operators": None, "types": "", "kernels": "", "bytes": size, "path": str(arch / "ulab.mpy")}


def images():
    """A dict for each firmware image: what (BOARD-PROFILE), bytes in flash, path."""
    found = sorted((PACKAGE / "firmware").glob("*.uf2"))
    named = [(path.stem, path) for path in found] or [
        (path.parent.name, path)
        for path in sorted((TOP / "build" / "firmware").glob("*/firmware.uf2"))
        if not path.parent.name.endswith("-stock")  # MicroPython's own, to try deploying on
    ]
    return [{"what": name, "bytes": _flash_bytes(path), "path": str(path)} for name, path in named]


def _flash_bytes(path):
    return sum(len(data) for _, data in uf2.unpack(path.read_bytes())[1])
