# SPDX-License-Identifier: MIT
"""ULAB= chooses functions one by one, in every way to build."""

import pytest
from mpylite import select_ulab
from mpylite.errors import MpyliteError
from mpylite.simulator import micropython

from .conftest import TOP, built, make

TABLE = (TOP / "firmware/mpy/ulab_names.def").read_text()
SHOW = """
from ulab import numpy as np
import ulab
print(" ".join(sorted(name for name in dir(np) if name[0] != "_")))
print(" ".join(sorted(name for name in dir(np.fft) if name[0] != "_")) if hasattr(np, "fft") else "")
print(hasattr(ulab, "utils"), hasattr(ulab, "nn"), hasattr(np.zeros(1), "sort"))
"""
ALWAYS = {"bool", "uint8", "int8", "uint16", "int16", "int32", "float", "ndarray"}
CORE = {name for name, core in select_ulab.functions(TABLE).items() if core}


@pytest.mark.parametrize(
    "wanted, names, fft, others, script, printed",
    [
        ("zeros,sum", {"zeros", "sum"}, "", "False False False", "print(np.sum(np.zeros(3) + 2), np.zeros(3)[1:].shape)", "6.0 (2,)"),
        (
            "zeros,sort,ifft,nn",
            {"zeros", "sort", "fft"},
            "ifft",
            "False True True",
            "a = np.zeros(3)\na[1] = -4\na.sort()\nprint(a.tolist(), np.fft.ifft(np.zeros(4))[0].shape)",
            "[-4.0, 0.0, 0.0] (4,)",
        ),
        (
            "core,dot,spectrogram,pi",
            CORE | {"dot", "pi"},
            "",
            "True False False",
            "a = np.ones((2, 2))\nprint((a @ a).tolist(), np.dot(a, a)[0, 0], np.pi > 3)",
            "[[2.0, 2.0], [2.0, 2.0]] 2.0 True",
        ),
    ],
)
def test_a_module_with_some_functions(wanted, names, fft, others, script, printed, tmp_path):
    file = tmp_path / "script.py"
    file.write_text(SHOW + script)
    lines = micropython.run_script(file, folder=f"{built(wanted)}:{micropython.module_folder()}").splitlines()
    assert set(lines[0].split()) == ALWAYS | names
    assert lines[1:] == [fft, others, printed]


def test_a_name_that_is_not_there():
    done = make("core,dott")
    assert done.returncode and "ULAB: found dott, needs all, core or names of functions: " in done.stderr and "Traceback" not in done.stderr


def test_groups():
    known = select_ulab.functions(TABLE)
    assert select_ulab.selected(TABLE, ["all"]) == set(known) > select_ulab.selected(TABLE, ["core"]) > {"array", "sum"}
    assert select_ulab.selected(TABLE, ["sum", "all"]) == {"sum", "all"}  # among others it is the function
    assert select_ulab.cut(TABLE, set(known)).splitlines() == TABLE.splitlines()
    assert select_ulab.flags(TABLE, {"sum"}) == ["-DULAB_ALL=0", "-DULAB_DOT=0", "-DULAB_FFT=0", "-DULAB_UTILS=0", "-DULAB_NN=0"]
    with pytest.raises(MpyliteError, match="found fftt"):
        select_ulab.selected(TABLE, ["fft", "fftt"])
