# SPDX-License-Identifier: MIT
"""Installs mpylite for this board's instruction set, which mip itself cannot choose: put beside by
`mpremote mip install`; then, on a board with a network, `import mpylite_install; mpylite_install.install(URL)` with the
address of the folder that holds package.json."""

import sys

ARCHES = (None, "x86", "x64", "armv6", "armv6m", "armv7m", "armv7m", "armv7emsp", "armv7emdp", "xtensa", "xtensawin", "rv32imc")


def arch():
    """The name of this board's native code; None where it loads none."""
    return ARCHES[getattr(sys.implementation, "_mpy", 0) >> 10]


def install(url, kind="tiny"):
    """kind: "tiny" (MLPerf Tiny's operators, int8) or "all"."""
    import mip

    found = arch()
    if found is None:
        raise RuntimeError("this firmware loads no native modules; flash one with mpylite in it")
    mip.install("{}/{}/{}/package.json".format(url.rstrip("/"), found, kind))
