# SPDX-License-Identifier: MIT
"""Who may know whom in Python, and where printing, exiting and serial ports may stand."""
import ast

import pytest

from . import sources

PACKAGE = "host_tools/mpylite"
MODULES = sources.under(PACKAGE, ".py")

# The first part of a module's path: which parts of the package it may import. A part may always import itself.
# Parts that are not named here may know only what LEAF says.
LEAF = {"errors", "graph", "ops"}
CONVERTER = LEAF | {"families", "float_run", "schema"}
MAY_IMPORT = {
    "errors": set(),
    "graph": {"errors"},
    "families": {"errors"},
    "ops": {"errors", "families"},
    "float_run": LEAF,
    "schema": set(),
    "readers": CONVERTER,
    "passes": CONVERTER,
    "writers": CONVERTER,
    "planner": LEAF,
    "pipeline": LEAF | {"__init__", "calibration", "passes", "planner", "readers", "writers"},
    "interpreter": LEAF | {"simulator"},
    "simulator": LEAF | {"boards"},
    "inspection": LEAF | {"interpreter", "planner", "readers"},
    "running": LEAF | {"interpreter", "simulator", "writers"},
    "cli": None,  # anything
    "__init__": {"interpreter"},
    "__main__": {"cli"},
}
# A build tool that make runs: it exits with the error's sentence itself.
MAY_EXIT = {"cli.py", "__main__.py", "select_ops.py"}


def part(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(file):
    """(part, line) of everything of the package that a file imports."""
    depth = len(file.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(sources.text(file))):
        if isinstance(node, ast.Import):
            found = [alias.name.split(".")[1:] for alias in node.names if alias.name.split(".")[0] == "mpylite"]
        elif isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "mpylite"):
            module = node.module.split(".") if node.module else []
            base = list(file.relative_to(PACKAGE).parts[: depth - node.level]) + module if node.level else module[1:]
            found = [base] if base else [[alias.name] for alias in node.names]
        else:
            continue
        yield from (("__init__" if not names or names[0].startswith("__") else names[0], node.lineno) for names in found)


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_imports_point_inward(file):
    allowed = MAY_IMPORT.get(part(file), LEAF)
    for name, line in imports(file):
        good = allowed is None or name == part(file) or name in allowed
        assert good, f"{file}:{line}: found import of {name}, needs one of {sorted(allowed)}"


def test_no_cycles():
    graph = {}
    for file in MODULES:
        graph.setdefault(part(file), set()).update(name for name, _ in imports(file) if name != part(file))
    done = set()
    while ready := {name for name, needs in graph.items() if name not in done and needs <= done | (needs - graph.keys())}:
        done |= ready
    assert not graph.keys() - done, f"found a cycle among {sorted(graph.keys() - done)}, needs imports that point inward"


def names_called(file):
    for node in ast.walk(ast.parse(sources.text(file))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_only_cli_prints_and_exits(file):
    for name, line in names_called(file):
        if file.name != "cli.py":
            assert name not in ("print", "sys.stdout.write", "sys.stderr.write", "click.echo"), f"{file}:{line}: found {name}"
        if file.name not in MAY_EXIT:
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
