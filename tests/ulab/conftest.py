# SPDX-License-Identifier: MIT
"""ulab as a native module in MicroPython on this PC, evaluating many expressions in one process."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from mpylite.simulator import micropython

from tests.natmod.boards import micropython as source
from tests.turns import turn

TOP = Path(__file__).resolve().parents[2]
EVALUATE = Path(__file__).with_name("evaluate.py")


def make(wanted, target="natmod"):
    """Builds ulab.mpy for this PC with the functions wanted (or `where`: tells its folder); gives the process that has ended."""
    command = ["make", "-s", "-f", "firmware/mpy/natmod/Makefile", "MOD=ulab", f"ULAB={wanted}", "ARCH=x64", f"MPY_DIR={source()}"]
    with turn("ulab"):
        return subprocess.run([*command, f"PYTHON={sys.executable}", target], cwd=TOP, capture_output=True, text=True)


def built(wanted):
    """The folder of ulab.mpy with the functions wanted."""
    done = make(wanted)
    assert done.returncode == 0, done.stderr
    return TOP / make(wanted, "where").stdout.strip()


@cache
def module_folder():
    """Of ulab.mpy with every function."""
    return built("all")


@pytest.fixture(scope="session")
def evaluate(tmp_path_factory):
    """Function from lines (statements; expression) to results: (type, shape, values, strides), (tuple or list, [results])
    or ("error", type, text)."""
    folder = tmp_path_factory.mktemp("ulab")

    def run(lines):
        lines = list(lines)
        file = folder / "lines.txt"
        file.write_text("\n".join(lines) + "\n")
        printed = micropython.run_script(EVALUATE, str(file), folder=module_folder()).splitlines()
        assert len(printed) == len(lines)
        return [eval(line, {"inf": float("inf"), "nan": float("nan")}) for line in printed]

    return run


@pytest.fixture(scope="session")
def printed(tmp_path_factory):
    """Function from a script to what it prints in MicroPython."""
    folder = tmp_path_factory.mktemp("script")

    def run(script):
        file = folder / "script.py"
        file.write_text(script)
        return micropython.run_script(file, folder=f"{module_folder()}:{micropython.module_folder()}")

    return run
