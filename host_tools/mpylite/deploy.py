# SPDX-License-Identifier: MIT
"""Puts a native module, a model and programs onto a board: asks, checks, writes under temporary names, renames at the
end; or makes a new read-only file system (ROMFS) of them, which a model is used from in place. Owns the plan and what is
said to the board; the port belongs to device.py, printing to cli."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from . import carried, romfs
from .board_facts import ARCHES, Facts, ask
from .carried import MODULE, MODULE_FOLDERS
from .errors import BoardError, ModelError
from .interpreter import PLANNED_KERNELS, SPEEDS, Interpreter

MPY_VERSION = (6, 3)  # the .mpy format of MicroPython 1.24 and later
SETS = ("fast", "tiny", ".")  # the best first: a board takes the first that fits
SENTENCES = "mpylite_errors.py"
TEMPORARY = ".new"
SPARE_HEAP_BYTES = 6 << 10  # what the importing program and the test need
ROM = "/rom"

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


@dataclass
class Plan:
    """What a deploy would do: files to write (name to content), files that are there already, the sums. With `romfs`, the
    image that holds the files, they lie in /rom."""

    facts: Facts
    model_name: str
    files: dict = field(default_factory=dict)
    present: list = field(default_factory=list)
    module: Path | None = None
    heap_parts: dict = field(default_factory=dict)
    in_rom: bool = False
    romfs: bytes = b""
    speed: str = "fast"  # "small" where the board has no room for its kernels' scratch

    @property
    def write_bytes(self):
        return len(self.romfs) if self.in_rom else sum(map(len, self.files.values()))

    @property
    def heap_needs(self):
        return sum(self.heap_parts.values())

    @property
    def interpreter(self):
        """The expression that makes the model's Interpreter on the board."""
        path = f"{ROM}/{self.model_name}" if self.in_rom else self.model_name
        return f"mpylite.Interpreter({path!r}{', speed=' + repr(self.speed) if self.speed != 'fast' else ''})"


# ---- the plan --------------------------------------------------------------------------------------------------------


def plan(device, model, apps=(), module=None, place="auto"):
    """The Plan for this board, checked: raises BoardError or ModelError before anything is written."""
    model = Path(model)
    if not model.is_file():
        raise ModelError(f"{model}: no such file, needs a .tflite model")
    facts = ask(device)
    engine = Interpreter(str(model))
    needs = sorted({op.name for op in engine.ops()})
    made = Plan(facts, model.name)
    if facts.builtin is not None:
        _require(needs, facts.builtin, "the board's own mpylite")
        modules = [None]
    else:
        modules = [Path(module)] if module else choose(facts, needs, engine)
    for folder in filter(None, modules):
        _check_module(folder, facts)
    _fit(made, engine, model, place, modules)
    _check_not_hidden(made)
    wanted = {**(_module_files(made.module) if made.module else {}), model.name: model.read_bytes()}
    for app in map(Path, apps):
        wanted.update(_app(app, facts))
    (_compare_romfs if made.in_rom else _compare_files)(device, made, wanted)
    return made


def choose(facts, needs, engine):
    """The folders of native modules that have the operators, the best first. Raises BoardError with the way out."""
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
    lacks, found = None, []
    for folder in MODULE_FOLDERS:
        for one in SETS:
            held = folder / facts.arch / one
            made = carried.built(held)
            if made is None:
                continue
            operators, types, _ = made
            lacks = sorted(set(needs) - set(operators))
            if not lacks and (int8 or types == "all"):
                found.append(held)
    if found:
        return found
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


def _check_module(folder, facts):
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


def _check_not_hidden(made):
    """Folders and sources are found before a .mpy file, and the files' place before the other ones."""
    found = made.facts.found
    if made.module and found and not found.endswith(".mpy") and (made.in_rom or "/" not in found):
        raise BoardError(f"board: found {found}, which hides the module mpylite; next step: rename it there, or mpremote rm -r :{found}")


def _module_files(folder):
    """Name to content: the module and its sentences, where the board looks for libraries."""
    return {MODULE: (folder / MODULE).read_bytes(), **_program(folder / SENTENCES)}


def _program(path):
    """A Python file as .mpy: it saves the board compiling, and works where there is no compiler."""
    return {path.with_suffix(".mpy").name: romfs.compile_python(path)}


def _app(path, facts):
    if not path.is_file():
        raise BoardError(f"{path}: no such file, needs a program")
    if path.name == MODULE or path.name == "mpylite.py":
        raise BoardError(f"{path}: found a program with the module's name, needs another; next step: rename it")
    if path.suffix == ".py":
        compiled = _program(path)  # what is wrong with it is told before anything is written
        if not facts.compiles:
            return compiled
    return {path.name: path.read_bytes()}


def _arenas(made, module, engine, model):
    """Arena bytes by speed, with the kernels that the board would run."""
    built = module and carried.built(module)
    kernels = built[2] if built else made.facts.own_kernels
    if kernels in ("", "portable"):
        return {"fast": engine.arena_bytes}
    planned = kernels if kernels in PLANNED_KERNELS else PLANNED_KERNELS[0]  # others want about as much
    return {speed: Interpreter(str(model), kernels=planned, speed=speed).arena_bytes for speed in SPEEDS}


def _fit(made, engine, model, place, modules):
    """Chooses module, place and speed: the first that fits into the heap. Files, where the board has room for them: they can be
    renamed. ROMFS where it has not, or where the model does not fit beside the rest: in ROMFS it is used where it lies."""
    facts = made.facts
    if place == "romfs" and not facts.romfs_bytes:
        raise BoardError("ROMFS: found none on this board, needs one; next step: leave --place out")
    places = [("files", facts.has_files), ("romfs", facts.romfs_bytes > 0)]
    places = [name for name, is_there in places if is_there and place in ("auto", name)] or ["files"]
    arenas = {module: _arenas(made, module, engine, model) for module in modules}
    tries = []
    for speed in SPEEDS:
        for where in places:
            for module in modules:
                if speed in arenas[module]:
                    parts = {
                        "module": (module / MODULE).stat().st_size if module else 0,
                        "model": model.stat().st_size if where == "files" else 0,
                        "arena": arenas[module][speed],
                        "records": engine.record_bytes,
                        "spare": SPARE_HEAP_BYTES,
                    }
                    tries.append((parts, module, where == "romfs", speed))
    fitting = [one for one in tries if sum(one[0].values()) <= facts.heap_bytes]
    least = min(tries, key=lambda one: sum(one[0].values()))
    made.heap_parts, made.module, made.in_rom, made.speed = (fitting or [least])[0]
    if not fitting:
        said = ", ".join(f"{name} {size}" for name, size in made.heap_parts.items() if size)
        raise BoardError(
            f"heap: needs {made.heap_needs} bytes ({said}), has {facts.heap_bytes}; next step: reset the board, a firmware with mpylite "
            "(module and model stay in flash), fewer operators (OPS=model.tflite), or another board"
        )


def _compare_files(device, made, wanted):
    """Which of the files are on the board already, and whether the others fit."""
    there = device.files("")
    for name, content in wanted.items():
        if there.get(name) == len(content) and device.holds(name, content):
            made.present.append(name)
        else:
            made.files[name] = content
    # Old and new versions lie side by side until the end; what an interrupted deploy left is taken away first.
    left = sum(size for name, size in there.items() if name.endswith(TEMPORARY))
    has = made.facts.storage_bytes + left
    needs = made.write_bytes + 512 * 2 * len(made.files)
    if made.files and needs > has:
        raise BoardError(f"storage: needs {needs} bytes, has {has}; next step: mpylite undeploy, or remove files of yours")


def _compare_romfs(device, made, wanted):
    """The new ROMFS: the files beside those of the user that lie in the old one."""
    there = device.files(ROM) if made.facts.romfs_mounted else {}
    for name, content in wanted.items():
        path = f"{ROM}/{name}"
        if there.get(name) == len(content) and device.holds(path, content):
            made.present.append(path)
        else:
            made.files[path] = content
    if made.files:
        others = device.tree(ROM, leave=wanted) if made.facts.romfs_mounted else {}
        made.romfs = romfs.pack({**others, **wanted})
    if len(made.romfs) > made.facts.romfs_bytes:
        raise BoardError(
            f"ROMFS: needs {len(made.romfs)} bytes, has {made.facts.romfs_bytes}; next step: mpylite undeploy, or a smaller model"
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
    """Uploads the plan's files and makes them take effect together; progress(what, bytes done, bytes in all)."""
    if made.in_rom:
        _write_romfs(device, made, progress)
        return
    for name in device.files(""):
        if name.endswith(TEMPORARY):
            _delete(device, name)
    done = 0
    for name, content in made.files.items():
        device.put(
            name + TEMPORARY,
            content,
            progress and (lambda part, _, name=name, done=done: progress(name, done + part, made.write_bytes)),
        )
        if not device.holds(name + TEMPORARY, content):
            raise BoardError(f"{name}: arrived damaged; the version before is untouched; next step: deploy again")
        done += len(content)
    if made.files:
        _forget(device, made)
        device.exec(COMMIT.format(pairs=[(name + TEMPORARY, name) for name in made.files]))


def _forget(device, made):
    """A new module is imported anew; an old one's code stays in the heap until the next reset, so not without need."""
    if any(Path(name).name == MODULE for name in made.files):
        device.exec('import sys\nsys.modules.pop("mpylite", None)')


def _write_romfs(device, made, progress=None):
    if made.romfs:
        _forget(device, made)
        device.put_romfs(made.romfs, progress and (lambda done, total: progress("ROMFS", done, total)))
    for name, content in made.files.items():
        if not device.holds(name, content):
            raise BoardError(f"{name}: arrived damaged; next step: deploy again")
    hidden = {Path(name).name for name in (*made.files, *made.present)}  # a file of that name would be found before it
    for name in device.files("") if made.facts.has_files else ():
        if name in hidden:
            _delete(device, name)


def _delete(device, name):
    device.exec(f"import os\nos.remove({name!r})")


def remove(device, model=None):
    """Takes the module (and a model) off the board; gives the names that were there."""
    wanted = [MODULE, Path(SENTENCES).with_suffix(".mpy").name, *([Path(model).name] if model else [])]
    facts = ask(device)
    there = device.files("") if facts.has_files else {}
    gone = [name for name in there if name in wanted or name.endswith(TEMPORARY)]
    for name in gone:
        _delete(device, name)
    there = device.files(ROM) if facts.romfs_mounted else {}
    in_rom = [name for name in wanted if name in there]
    if in_rom:
        device.put_romfs(romfs.pack(device.tree(ROM, leave=in_rom)))
    return gone + [f"{ROM}/{name}" for name in in_rom]
