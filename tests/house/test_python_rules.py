# SPDX-License-Identifier: MIT
"""Who may know whom in Python, and where printing, exiting and serial ports may stand."""
import ast
from pathlib import Path

import pytest

from . import sources

PACKAGE = "host_tools/mpylite"
# These run in MicroPython: their mpylite is the board's, and they answer by printing.
ON_BOARD = {Path(PACKAGE) / "simulator/on_board.py"}
MODULES = [file for file in sources.under(PACKAGE, ".py") if file not in ON_BOARD]

# The first part of a module's path: which parts of the package it may import. A part may always import itself.
# Parts that are not named here may know only what LEAF says.
LEAF = {"errors", "graph", "ops"}
CONVERTER = LEAF | {"families", "float_run", "rounded_run", "schema"}
MAY_IMPORT = {
    "errors": set(),
    "graph": {"errors"},
    "families": {"errors"},
    "ops": {"errors", "families"},
    "float_run": LEAF,
    "rounded_run": LEAF | {"float_run"},
    "schema": set(),
    "readers": CONVERTER,
    "passes": CONVERTER,
    "writers": CONVERTER,
    "planner": LEAF,
    "calibration": LEAF | {"folders"},
    "measuring": LEAF | {"float_run", "interpreter", "planner", "rounded_run", "writers"},
    "report": LEAF | {"boards", "families", "flash_cost", "float_run", "inspection", "measuring"},
    "pipeline": LEAF | {"__init__", "calibration", "measuring", "passes", "planner", "readers", "writers"},
    "interpreter": LEAF | {"simulator"},
    "simulator": LEAF | {"boards", "frames", "interpreter", "uf2"},
    "inspection": LEAF | {"interpreter", "planner", "readers"},
    "flash_cost": set(),
    "benchmark": {"boards", "deploy", "flash_cost", "inspection", "interpreter", "readers", "remote"},
    "running": LEAF | {"deploy", "interpreter", "remote", "simulator", "writers"},
    "device": {"errors"},
    "targets": {"simulator"},
    "bridge": {"device", "errors", "frames", "targets"},
    "terminal": {"device", "errors", "frames", "targets"},
    "frames": {"errors"},
    "board_facts": LEAF | {"boards"},
    "carried": {"errors", "uf2"},
    "attached": {"boards", "device", "drives"},
    "drives": {"errors"},
    "espressif": {"errors"},
    "flash": {"device", "drives", "errors", "espressif", "frames", "terminal", "uf2"},
    "uf2": {"errors"},
    "deploy": {"board_facts", "carried", "errors", "interpreter", "romfs"},
    "remote": {"bridge", "device", "errors", "interpreter", "targets"},
    "cli": None,  # anything
    "__init__": {"interpreter"},
    "__main__": {"cli"},
}
# A build tool that make runs: it exits with the error's sentence itself.
MAY_EXIT = {"cli", "__main__", "select_ops", "select_ulab"}


def dotted(file):
    """(folder, ..., module) within the package; a package is its __init__."""
    return tuple(file.relative_to(PACKAGE).with_suffix("").parts)


KNOWN = {dotted(file) for file in MODULES}


def part(module):
    return module[0]


def resolved(parts):
    """The module that a dotted path ends in: the last parts may be names inside it."""
    for end in range(len(parts), -1, -1):
        for module in (tuple(parts[:end]), (*parts[:end], "__init__")):
            if module in KNOWN:
                return module
    raise AssertionError(f"found import of {parts}, needs a module of the package")


def imports(file):
    """(module, line) of everything of the package that a file imports."""
    here = list(file.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(sources.text(file))):
        if isinstance(node, ast.Import):
            found = [alias.name.split(".")[1:] for alias in node.names if alias.name.split(".")[0] == "mpylite"]
        elif isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "mpylite"):
            module = node.module.split(".") if node.module else []
            base = here[: len(here) - node.level] + module if node.level else module[1:]
            found = [[*base, alias.name] for alias in node.names]
        else:
            continue
        yield from ((resolved(parts), node.lineno) for parts in found)


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_imports_point_inward(file):
    own = part(dotted(file))
    allowed = MAY_IMPORT.get(own, LEAF)
    for module, line in imports(file):
        good = allowed is None or part(module) == own or part(module) in allowed
        assert good, f"{file}:{line}: found import of {'.'.join(module)}, needs one of {sorted(allowed)}"


def test_no_cycles():
    """Every module can be loaded after those it imports; a package and its own modules count as one another's."""
    graph = {dotted(file): {module for module, _ in imports(file) if module != dotted(file)} for file in MODULES}
    for module, needs in graph.items():
        needs -= {(*module[:-1], "__init__")}
    done = set()
    while ready := {module for module, needs in graph.items() if module not in done and needs <= done}:
        done |= ready
    left = [".".join(module) for module in sorted(graph.keys() - done)]
    assert not left, f"found a cycle among {left}, needs imports that point inward"


@pytest.mark.parametrize(
    "text, want",
    [
        ("from .. import ops, graph", {("ops",), ("graph",)}),
        ("from ..graph import Node", {("graph",)}),
        ("from . import quantize", {("passes", "quantize")}),
        ("from mpylite.readers import builder", {("readers", "builder")}),
        ("def f():\n    import mpylite.cli", {("cli", "__init__")}),
        ("import os", set()),
    ],
)
def test_imports_are_seen(text, want, monkeypatch):
    monkeypatch.setattr(sources, "text", lambda file: text)
    assert {module for module, _ in imports(Path(PACKAGE) / "passes/made_up.py")} == want


def names_called(file):
    for node in ast.walk(ast.parse(sources.text(file))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_only_cli_prints_and_exits(file):
    for name, line in names_called(file):
        if part(dotted(file)) != "cli":
            assert name not in ("print", "sys.stdout.write", "sys.stderr.write", "click.echo"), f"{file}:{line}: found {name}"
        if part(dotted(file)) not in MAY_EXIT:
            assert name not in ("exit", "quit", "sys.exit", "os._exit"), f"{file}:{line}: found {name}"


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_only_device_knows_serial_ports(file):
    for node in ast.walk(ast.parse(sources.text(file))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", None) or ""]
        if isinstance(node, (ast.Import, ast.ImportFrom)) and file.name != "device.py":
            assert not {name.split(".")[0] for name in names} & {"serial", "mpremote"}, f"{file}:{node.lineno}"


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_functions_are_short(file):
    for node in ast.walk(ast.parse(sources.text(file))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= 50, f"{file}: found {node.name} of {lines} lines, needs about 45 at most"
