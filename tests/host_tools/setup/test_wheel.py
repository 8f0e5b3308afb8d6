# SPDX-License-Identifier: MIT
"""A wheel made from the source tree has all that the package reads, where no source tree is."""

import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
sys.path[:] = [p for p in sys.path if "host_tools" not in p]
sys.path.insert(0, sys.argv[1])
import mpylite
from mpylite import boards, ops
from mpylite.interpreter import PLANNED_KERNELS
from mpylite.simulator import engine
assert mpylite.__file__.startswith(sys.argv[1])
print(*boards.names())
print(len(engine.built_operators()) == len(ops.device_operators()), *(bool(engine.library(k)) for k in PLANNED_KERNELS))
"""


@pytest.mark.slow
def test_wheel_is_whole(tmp_path):
    made = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, TOP], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", wheel, tmp_path / "unpacked"], check=True)
    command = [sys.executable, "-I", "-c", SCRIPT, tmp_path / "unpacked"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found, libraries = done.stdout.splitlines()
    assert found.split() == sorted(file.parent.name for file in TOP.glob("boards/*/board.toml"))
    assert set(libraries.split()) == {"True"}
