# SPDX-License-Identifier: MIT
"""The bytes of ulab: of its array type, and of every function beside that. The objects are those of the native module."""
import os
import re
import subprocess
import sys

import builds
from mpylite import select_ulab

ARCHITECTURES = {"armv6m": "armv6m", "armv7em": "armv7emsp", "rv32imc": "rv32imc", "x86-64": "x64"}
SLOT = re.compile(r"MP_OBJ_TYPE_SET_SLOT\([^,]+, \w+, (ulab_\w+)")
ROW = re.compile(r"(?:METHOD|NUMPY|FFT|UTILS)\(MP_QSTR_(\w+), (\w+), (\w+)\)")
BESIDE = {"ONE": ["ulab_each"]}  # what calls a function of one number


def _micropython(top):
    given = os.environ.get("MPY_DIR")
    found = given or next((str(file.parents[1]) for file in (top / "build").glob("micropython-*/py/dynruntime.mk")), None)
    if found is None:
        raise builds.BuildError("ulab: found no MicroPython source, needs its headers; next step: make size")
    return found


def _objects(top, target):
    """Compiles all of ulab; operator @ is left out, so that `dot` is seen alone."""
    folder = top / "build/size" / f"ulab-{target.name}"
    flags = "-DULAB_DOT=0 -DULAB_FFT=1 -DULAB_UTILS=1 -DULAB_NN=1"
    command = ["make", "-s", "-j2", "-f", "firmware/mpy/natmod/Makefile", "MOD=ulab", "ULAB=all", f"ARCH={ARCHITECTURES[target.name]}"]
    command += [f"OUT={folder.relative_to(top)}", f"MPY_DIR={_micropython(top)}", f"PYTHON={sys.executable}", "LTO=", "OPT=-Os", f"CFLAGS_USER={flags}"]
    done = subprocess.run(command, cwd=top, capture_output=True, text=True)
    if done.returncode:
        raise builds.BuildError(f"{target.name}: found '{done.stderr.strip().splitlines()[-1]}' in ulab, needs a clean build; next step: make natmod")
    return [str(file) for file in sorted(folder.rglob("*.o")) if "natmod" not in file.relative_to(folder).parts]


def functions(top):
    """(name, C functions, whether it belongs to the core) of all; methods of an array have a dot before their names."""
    table = (top / "firmware/mpy/ulab_names.def").read_text()
    for line, kind, name, core in select_ulab.rows(table):
        found = ROW.match(line)
        if found:
            yield ("." if kind == "METHOD" else "") + name, [found[3], *BESIDE.get(found[2], [])], core


def measure(top, target):
    """Row name -> Size, for one instruction set."""
    objects, rows = _objects(top, target), list(functions(top))
    roots = sorted(set(SLOT.findall((top / "firmware/mpy/modulab.c").read_text())))
    roots += [one for name, found, core in rows if core and name.startswith(".") for one in found]
    base = builds.link(target, objects, roots, top)
    sizes = {"ulab: arrays, operators": base}
    sizes["ulab: core"] = builds.link(target, objects, [*roots, *(one for _, found, core in rows if core for one in found)], top)
    sizes["ulab: all"] = builds.link(target, objects, [*roots, *(one for _, found, _ in rows for one in found)], top)
    for name, found, core in rows:
        if not (core and name.startswith(".")):
            sizes[f"ulab + {name}"] = builds.less(builds.link(target, objects, [*roots, *found], top), base)
    return sizes
