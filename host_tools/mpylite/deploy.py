# SPDX-License-Identifier: MIT
"""Puts a native module, a model and programs onto a board: asks, checks, writes under temporary names, renames at the
end. Owns the plan and what is said to the board; the port belongs to device.py, printing to cli."""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .errors import BoardError, ModelError
from .interpreter import Interpreter

# sys.implementation._mpy >> 10, as MicroPython numbers its architectures.
ARCHES = (
    "",
    "x86",
    "x64",
    "armv6",
    "armv6m",
    "armv7m",
    "armv7em",
    "armv7emsp",
    "armv7emdp",
    "xtensa",
    "xtensawin",
    "rv32imc",
)
MPY_VERSION = (6, 3)  # the .mpy format of MicroPython 1.24 and later
PACKAGE = Path(__file__).resolve().parent
MODULE_FOLDERS = (PACKAGE / "natmod", PACKAGE.parent.parent / "build" / "natmod")
SETS = ("tiny", ".")  # the smaller one first
MODULE, SENTENCES = "mpylite.mpy", "mpylite_errors.py"
TEMPORARY = ".new"
SPARE_HEAP_BYTES = 6 << 10  # what the importing program and the test need

PROBE = """
import gc, os, sys
gc.collect()
def _free():
    try:
        s = os.statvfs("/")
        return s[0] * s[3]
    except Exception:
        return 0
def _builtin():
    for path in sys.path:
        for end in ("mpylite.mpy", "mpylite.py"):
            try:
                os.stat((path + "/" if path else "") + end)
                return None
            except OSError:
                pass
    try:
        import mpylite
        return mpylite.operators()
    except ImportError:
        return None
def _compiler():
    try:
        exec("1")
        return True
    except Exception:
        return False
print(repr((tuple(sys.implementation)[1], getattr(sys.implementation, "_machine", ""),
    getattr(sys.implementation, "_mpy", 0), gc.mem_free(), _free(), "/lib" in sys.path, _builtin(), _compiler())))
del _free, _builtin, _compiler
"""

# The one moment that changes what the board runs: the board does it alone, whatever the cable does.
COMMIT = """
import os
for _new, _name in {pairs!r}:
    try:
        os.rename(_new, _name)
    except OSError:
        os.remove(_name)
        os.rename(_new, _name)
"""


@dataclass(frozen=True)
class Facts:
    """What a board says of itself."""

    version: tuple
    machine: str
    mpy: int
    heap_bytes: int
    storage_bytes: int
    has_lib: bool
    builtin: tuple | None  # the operators of an mpylite in the firmware
    compiles: bool

    @property
    def arch(self):
        arch = ARCHES[self.mpy >> 10] if self.mpy >> 10 < len(ARCHES) else ""
        return "armv7m" if arch == "armv7em" else arch  # what a core without an FPU says and takes


@dataclass
class Plan:
    """What a deploy would do: files to write (name to content), files that are there already, the sums."""

    facts: Facts
    model_name: str
    files: dict = field(default_factory=dict)
    present: list = field(default_factory=list)
    module: Path | None = None
    heap_needs: int = 0

    @property
    def write_bytes(self):
        return sum(map(len, self.files.values()))


def ask(device):
    """The board's Facts."""
    values = ast.literal_eval(device.exec(PROBE).strip())
    version, machine, mpy, heap, storage, has_lib, builtin, compiles = values
    return Facts(
        tuple(version[:3]), machine, mpy, heap, storage, has_lib, tuple(builtin) if builtin else builtin, compiles
    )


# ---- the plan --------------------------------------------------------------------------------------------------------


def plan(device, model, apps=(), module=None):
    """The Plan for this board, checked: raises BoardError or ModelError before anything is written."""
    model = Path(model)
    if not model.is_file():
        raise ModelError(f"{model}: no such file, needs a .tflite model")
    facts = ask(device)
    engine = Interpreter(str(model))
    needs = sorted({op.name for op in engine.ops()})
    made = Plan(facts, model.name)
    wanted = {}
    if facts.builtin is None:
        made.module = Path(module) if module else choose(facts, needs, engine)
        wanted.update(_module_files(made.module, facts))
    else:
        _require(needs, facts.builtin, "the board's own mpylite")
    wanted[model.name] = model.read_bytes()
    for app in map(Path, apps):
        wanted.update(_app(app, facts))
    _check_heap(made, engine, model)
    there = device.files("")
    libraries = device.files("/lib") if facts.has_lib and "lib" in device.eval("__import__('os').listdir('/')") else {}
    for name, content in wanted.items():
        size = libraries.get(name[5:]) if name.startswith("/lib/") else there.get(name)
        if size == len(content) and device.sha256(name) == hashlib.sha256(content).digest():
            made.present.append(name)
        else:
            made.files[name] = content
    _check_storage(made, {**there, **{f"/lib/{name}": size for name, size in libraries.items()}})
    return made


def choose(facts, needs, engine):
    """The folder of the smallest native module that has the operators. Raises BoardError with the way out."""
    if not facts.arch:
        raise BoardError(
            f"board: MicroPython {_dotted(facts.version)} loads no native modules; next step: flash a firmware with mpylite"
        )
    version = (facts.mpy & 0xFF, facts.mpy >> 8 & 3)
    if version != MPY_VERSION:
        raise BoardError(
            f"board: found MicroPython {_dotted(facts.version)} with .mpy {version[0]}.{version[1]}, needs "
            f"{MPY_VERSION[0]}.{MPY_VERSION[1]} (MicroPython 1.24 or later); next step: flash a newer firmware"
        )
    int8 = all(np.dtype(d["dtype"]) != np.int16 for d in engine.get_input_details() + engine.get_output_details())
    lacks = None
    for folder in MODULE_FOLDERS:
        for one in SETS:
            held = folder / facts.arch / one
            if not (held / MODULE).is_file() or not (held / "operators.txt").is_file():
                continue
            first, *operators = (held / "operators.txt").read_text().splitlines()
            lacks = sorted(set(needs) - set(operators))
            if not lacks and (int8 or first == "types all"):
                return held
    if lacks is None:
        raise BoardError(
            f"board: found no native module for {facts.arch}, needs one; next step: make natmod ARCH={facts.arch}"
        )
    raise BoardError(
        f"module for {facts.arch}: lacks {', '.join(lacks)}; next step: make natmod ARCH={facts.arch} OPS=model.tflite"
    )


def _require(needs, has, where):
    lacks = sorted(set(needs) - set(has))
    if lacks:
        raise BoardError(
            f"{where}: lacks {', '.join(lacks)}; next step: build it with these, or install the native module"
        )


def _module_files(folder, facts):
    """Name to content: the module and its sentences, where the board looks for libraries."""
    module = (folder / MODULE).read_bytes() if (folder / MODULE).is_file() else b""
    found = (
        ARCHES[module[2] >> 2]
        if len(module) > 3 and module[0:1] == b"M" and module[2] >> 2 < len(ARCHES)
        else "no module"
    )
    if found != facts.arch:
        raise BoardError(
            f"{folder / MODULE}: found {found}, needs {facts.arch}; next step: make natmod ARCH={facts.arch}"
        )
    return {MODULE: module, **_program(folder / SENTENCES)}


def _program(path):
    """A Python file as .mpy: it saves the board compiling, and works where there is no compiler."""
    from .romfs import compile_python

    return {path.with_suffix(".mpy").name: compile_python(path)}


def _app(path, facts):
    if not path.is_file():
        raise BoardError(f"{path}: no such file, needs a program")
    if path.suffix == ".py" and path.name not in ("main.py", "boot.py") and not facts.compiles:
        return _program(path)
    return {path.name: path.read_bytes()}


def _check_heap(made, engine, model):
    module = (made.module / MODULE).stat().st_size if made.module else 0
    made.heap_needs = module + model.stat().st_size + engine.arena_bytes + engine.record_bytes + SPARE_HEAP_BYTES
    if made.heap_needs > made.facts.heap_bytes:
        raise BoardError(
            f"heap: needs {made.heap_needs} bytes (module {module}, model {model.stat().st_size}, arena {engine.arena_bytes}, "
            f"records {engine.record_bytes}, spare {SPARE_HEAP_BYTES}), has {made.facts.heap_bytes}; next step: a firmware with mpylite "
            "(module and model stay in flash), fewer operators (OPS=model.tflite), or another board"
        )


def _check_storage(made, there):
    """Old and new versions lie side by side until the end; what an interrupted deploy left is taken away first."""
    left = sum(size for name, size in there.items() if name.endswith(TEMPORARY))
    needs = made.write_bytes + 512 * 2 * len(made.files)
    if needs > made.facts.storage_bytes + left:
        raise BoardError(
            f"storage: needs {needs} bytes, has {made.facts.storage_bytes + left}; next step: mpylite undeploy, or remove files of yours"
        )


def lines(made):
    """The plan's files, a line each."""
    return [f"write {name}: {len(content):,} bytes" for name, content in made.files.items()] + [
        f"{name}: there already" for name in made.present
    ]


def _dotted(version):
    return ".".join(map(str, version))


# ---- carrying it out -------------------------------------------------------------------------------------------------


def write(device, made, progress=None):
    """Uploads the plan's files and makes them take effect together."""
    for name in device.files(""):
        if name.endswith(TEMPORARY):
            device.exec(f"import os\nos.remove({name!r})")
    done = 0
    for name, content in made.files.items():
        device.put(
            name + TEMPORARY,
            content,
            progress and (lambda part, _, name=name, done=done: progress(name, done + part, made.write_bytes)),
        )
        if device.sha256(name + TEMPORARY) != hashlib.sha256(content).digest():
            raise BoardError(f"{name}: arrived damaged; the version before is untouched; next step: deploy again")
        done += len(content)
    if made.files:
        device.exec(COMMIT.format(pairs=[(name + TEMPORARY, name) for name in made.files]))


def remove(device, model=None):
    """Takes the module (and a model) off the board; gives the names that were there."""
    wanted = [MODULE, Path(SENTENCES).with_suffix(".mpy").name, *([Path(model).name] if model else [])]
    there = device.files("")
    gone = [name for name in there if name in wanted or name.endswith(TEMPORARY)]
    for name in gone:
        device.exec(f"import os\nos.remove({name!r})")
    return gone
