# SPDX-License-Identifier: MIT
"""Lays out what cmake builds the `full` profile from: MicroPython's source, which is only linked to, with a copy of its port
rp2 and of the board's folder in which our settings stand. `tree.py BOARD MPY_DIR SDK_FOLDER TREE BOARD_FOLDER`"""
import re
import shutil
import sys
from pathlib import Path

from mpylite import boards
from mpylite.errors import BoardError

# Off where mbedtls is not there (Debian's source lacks it).
BY_MBEDTLS = ("MICROPY_SSL_MBEDTLS", "MICROPY_PY_HASHLIB_SHA1", "MICROPY_PY_CRYPTOLIB")


def link(place, target):
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink() and place.readlink() == target:
        return
    if place.is_symlink():
        place.unlink()
    place.symlink_to(target)


def write_if_new(file, text):
    """Leaves the file's time alone when nothing changed, so that cmake has nothing to do."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.is_file() or file.read_text() != text:
        file.write_text(text)


def is_filled(folder):
    return folder.is_dir() and any(folder.iterdir())


def replace(text, pattern, new, file):
    found, count = re.subn(pattern, new, text, flags=re.MULTILINE)
    if not count:
        raise BoardError(f"{file}: found no {pattern!r}, needs one; next step: MicroPython 1.24 to 1.26 (MPY_DIR=)")
    return found


def without_mbedtls(name, text):
    if name == "CMakeLists.txt":
        text = replace(text, r"^set\(MICROPY_SSL_MBEDTLS ON\)", "set(MICROPY_SSL_MBEDTLS OFF)", name)
        return replace(text, r"^ *(mbedtls/mbedtls_port\.c|target_link_libraries\(\$\{MICROPY_TARGET\} micropy_lib_mbedtls\))\n", "", name)
    if name == "mpconfigport.h":
        for setting in BY_MBEDTLS:
            text = replace(text, rf"^(#define {setting} +)\(1\)", r"\1(0)", name)
    return text


# Sorted, so that there are fewer gaps; other files' jumps are too short for that.
SORTED = "".join(
    f"        */{folder}/*.o*(SORT_BY_ALIGNMENT(EXCLUDE_FILE(*kernels/inner/armv*.o*) .text*))\n"
    for folder in ("kernels", "firmware/engine", "firmware/ulab", "firmware/mpy")
)


def with_our_sections(name, text):
    """The inner loops of the architecture run from RAM, as what the port itself means to: it does not find its object files where newer
    pico-sdks call them .o."""
    text = replace(text, r"\*gc\.c\.obj \*vm\.c\.obj \*parse\.c\.obj", "*gc.c.o* *vm.c.o* *parse.c.o* *kernels/inner/armv*.o*", name)
    return replace(text, r"^( *\*\(EXCLUDE_FILE\([^)]*\) \.text\*\))", SORTED + r"\1", name)


def port_file(name, text, has_mbedtls):
    if not has_mbedtls:
        text = without_mbedtls(name, text)
    return with_our_sections(name, text) if name.startswith("memmap_mp_") else text


def copy_port(source, target, has_mbedtls):
    for file in sorted(path for path in source.rglob("*") if path.is_file() and "build" not in path.relative_to(source).parts[0]):
        place = target / file.relative_to(source)
        if file.suffix in (".c", ".h", ".txt", ".ld", ".py", ".cmake"):
            write_if_new(place, port_file(file.name, file.read_text(), has_mbedtls))
        elif not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)


def lay_out(mpy, sdk, tree):
    for path in mpy.iterdir():
        if path.name not in ("ports", "lib", ".git"):
            link(tree / path.name, path)
    for path in (mpy / "lib").iterdir():
        if path.is_dir() and (path.name not in ("tinyusb", "micropython-lib") or is_filled(path)):
            link(tree / "lib" / path.name, path)
    if not is_filled(mpy / "lib" / "tinyusb"):
        link(tree / "lib" / "tinyusb", sdk / "tinyusb")
    if not is_filled(mpy / "lib" / "micropython-lib"):
        write_if_new(tree / "lib" / "micropython-lib" / "README.md", "Not in this source of MicroPython.\n")
    copy_port(mpy / "ports" / "rp2", tree / "ports" / "rp2", is_filled(mpy / "lib" / "mbedtls"))


def write_board(board, port, folder):
    for file in sorted((port / "boards" / board.id).iterdir()):
        text = file.read_text()
        if file.name == "mpconfigboard.h":
            text = replace(text, r"^#define MICROPY_HW_FLASH_STORAGE_BYTES.*\n", "", file.name)
            for setting in ("romfs", "storage"):
                name = {"romfs": "ROMFS", "storage": "FLASH_STORAGE"}[setting]
                text += f"#define MICROPY_HW_{name}_BYTES ({board.full[setting + '_bytes']})\n"
        write_if_new(folder / file.name, text)


def write_manifest(mpy, folder):
    """What is frozen: as much of the port's own list as is there, and ulab.nn."""
    own = 'include("$(PORT_DIR)/boards/manifest.py")\n'
    if not is_filled(mpy / "lib" / "micropython-lib"):
        own = 'freeze("$(PORT_DIR)/modules")\ninclude("$(MPY_DIR)/extmod/asyncio")\n'
    module = Path(__file__).resolve().parents[2] / "mpy"
    write_if_new(folder / "bare.py", own)
    write_if_new(folder / "modules.py", f'{own}module("ulab_nn.py", base_path="{module}", opt=3)\n')


def main(name, mpy, sdk, tree, folder):
    board, mpy, tree, folder = boards.load(name), Path(mpy).resolve(), Path(tree).resolve(), Path(folder)
    if not board.full:
        with_full = [other for other in boards.names() if boards.load(other).full]
        raise BoardError(f"{name}: found no [full] in its board.toml, needs one of {', '.join(with_full)}")
    lay_out(mpy, Path(sdk).resolve(), tree)
    write_board(board, tree / "ports" / "rp2", folder)
    write_manifest(mpy, folder)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BoardError as error:
        sys.exit(f"firmware: {error}")
