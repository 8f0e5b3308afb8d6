# SPDX-License-Identifier: MIT
"""Compiles the RP2040 emulator's inner loop for this Python, from the C files that its wheel brings: what the wheel carries
compiled serves every Python, by way of Python calls, and takes three times as long. Without a compiler or Python's headers
that stays in use."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
INCLUDE = Path(sysconfig.get_path("include"))
PACKAGE = "rp2040py"
FLAGS = ["-O1", "-std=c99", "-fPIC", "-shared", "-fwrapv", "-w", "-DNDEBUG", f"-I{INCLUDE}"]  # -O2 gains 5 %, for 11 s


def sources():
    """The C files if a module is older than its file, or absent: pip does not take ours away with its own. All modules are
    removed then, so that none of an older wheel stays where nothing can be compiled: they look into one another."""
    package = importlib.util.find_spec(PACKAGE)
    found = sorted((Path(package.origin).parent / "native").glob("*.c")) if package else []
    built = [file.with_suffix(SUFFIX) for file in found]
    if all(module.is_file() and module.stat().st_mtime >= file.stat().st_mtime for file, module in zip(found, built, strict=True)):
        return []
    for module in built:
        module.unlink(missing_ok=True)
    return found


def compile_module(compiler, file):
    command = [compiler, *FLAGS, str(file), "-o", str(file.with_suffix(".new"))]
    return subprocess.run(command, capture_output=True, text=True)


def works():
    return subprocess.run([sys.executable, "-c", f"import {PACKAGE}.simulator"], capture_output=True).returncode == 0


def main():
    compiler, files = shutil.which(os.environ.get("CC", "gcc")), sources()
    if not files or compiler is None or not (INCLUDE / "Python.h").is_file():
        return
    print("deps: compiling the emulator for this Python (ten seconds)", flush=True)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda file: compile_module(compiler, file), files))
    compiled = not any(process.returncode for process in done)
    for file in files:
        if compiled:
            file.with_suffix(".new").replace(file.with_suffix(SUFFIX))
        file.with_suffix(".new").unlink(missing_ok=True)
    if not compiled or not works():
        for file in files:
            file.with_suffix(SUFFIX).unlink(missing_ok=True)
        print("deps: the emulator does not compile here; it stays as it came, and slow")


if __name__ == "__main__":
    main()
