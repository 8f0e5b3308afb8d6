# SPDX-License-Identifier: MIT
"""Installs mpylite for this board's instruction set, which mip itself cannot choose: put beside by
`mpremote mip install`; then, on a board with a network, `import mpylite_install; mpylite_install.install(URL)` with the
address of the folder that holds package.json."""

import gc
import sys

ARCHES = "-,x86,x64,armv6,armv6m,armv7m,armv7m,armv7emsp,armv7emdp,xtensa,xtensawin,rv32imc".split(",")
FAST_HEAP_BYTES = 100000  # kernels of the architecture's own are 10 KB larger, and take scratch beside the model


def arch():
    """The name of this board's native code. Raises RuntimeError where it loads none, or an older form of it."""
    mpy = getattr(sys.implementation, "_mpy", 0)
    number, major, minor = mpy >> 10, mpy & 0xFF, mpy >> 8 & 3
    if number == 0:
        raise RuntimeError("this firmware loads no native modules; next step: flash one with mpylite in it")
    if (major, minor) != (6, 3):
        raise RuntimeError(
            "found MicroPython %d.%d with .mpy %d.%d, needs .mpy 6.3 (MicroPython 1.24 or later); next step: flash a newer firmware"
            % (sys.implementation.version[0], sys.implementation.version[1], major, minor)
        )
    if number >= len(ARCHES):
        raise RuntimeError("there is no module for this architecture (number %d); next step: build one, make natmod" % number)
    return ARCHES[number]


def install(url, kind=None, **options):
    """kind: "tiny" (MLPerf Tiny's operators, int8), "fast" (the same, faster and larger) or "all"; without it tiny or fast,
    as there is memory. More options are mip's (target=). Gives what was installed."""
    import mip

    found = arch()
    gc.collect()
    kind = kind or ("fast" if gc.mem_free() > FAST_HEAP_BYTES else "tiny")
    mip.install("%s/%s/%s/package.json" % (url.rstrip("/"), found, kind), **options)
    return found, kind
