# SPDX-License-Identifier: MIT
"""What this package carries for boards, beside `make` in a source tree: native modules and images, with their bytes. Owns
where they lie; what they are put onto is decided by deploy.py and flash.py."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
TOP = PACKAGE.parent.parent
MODULE_FOLDERS = (PACKAGE / "natmod", TOP / "build" / "natmod")
# What a set of operators is called, and its folder below that of the architecture.
SETS = {"mpylite": "tiny", "mpylite_fast": "fast", "mpylite_all": "."}


def modules():
    """A dict for each native module: what, arch, operators, types, kernels, bytes, path. The package's before make's."""
    for folder in MODULE_FOLDERS:
        rows = [row for arch in sorted(folder.glob("*")) if arch.is_dir() for row in _modules_of(arch)]
        if rows:
            return rows
    return []


def _modules_of(arch):
    for what, inside in SETS.items():
        path = arch / inside / "mpylite.mpy"
        if path.is_file() and (path.parent / "operators.txt").is_file():
            first, *operators = (path.parent / "operators.txt").read_text().splitlines()
            said = dict(zip(first.split()[::2], first.split()[1::2], strict=True))
            yield {
                "what": what,
                "arch": arch.name,
                "operators": len(operators),
                "types": said["types"],
                "kernels": said.get("kernels", "portable"),
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
        (path.parent.name, path) for path in sorted((TOP / "build" / "firmware").glob("*/firmware.uf2"))
    ]
    return [{"what": name, "bytes": _flash_bytes(path), "path": str(path)} for name, path in named]


def _flash_bytes(path):
    """A UF2 block of 512 bytes carries as many as it says at offset 16, most often 256."""
    content = path.read_bytes()
    return sum(int.from_bytes(content[at + 16 : at + 20], "little") for at in range(0, len(content), 512))
