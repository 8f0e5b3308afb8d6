# SPDX-License-Identifier: MIT
"""Every table agrees with what it stands for: operators, statuses, make targets, commands, pins, build flags.

That every operator row has a case file is tests/kernels/test_case_files.py's.
"""
import re
from pathlib import Path

import pytest
import tflite

from . import sources

C_TEXT = {file: sources.c_code(file) for folder in ("kernels", "firmware") for file in sources.under(folder, ".c", ".h")}
MAKEFILE = sources.text(Path("Makefile"))
TARGETS = {target for text in (MAKEFILE, sources.text("firmware/ports/rp2040/firmware.mk")) for target in re.findall(r"^([a-z][a-z-]*):", text, re.M)}
# Statuses of operators that are still to come: control flow, resource variables.
READMES = [file for file in sources.files() if file.name == "README.md"]


def test_operator_table_is_sorted_and_unique():
    rows = sources.operators()
    assert rows, "kernels/ops.def: found no rows"
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    assert len({row[1] for row in rows}) == len(rows)


@pytest.mark.parametrize("code, name, prefix", sources.operators(), ids=lambda value: str(value))
def test_operator_is_tflites(code, name, prefix):
    assert getattr(tflite.BuiltinOperator, name, None) == code, f"ops.def: found {name} = {code}, needs TFLite's number"
    assert prefix == name.lower(), f"ops.def: found prefix {prefix}, needs {name.lower()}"


@pytest.mark.parametrize("row", sources.rows("kernels/status.def", "STATUS"), ids=lambda row: row.split(",")[0])
def test_status_is_used(row):
    name = row.split(",")[0].strip()
    users = [file for file, code in C_TEXT.items() if re.search(rf"\bSTATUS_{name}\b", code)]
    assert users, f"status.def: found {name}, which no file returns; remove the row"


def test_every_public_target_has_help():
    listed = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.M))
    (public,) = re.findall(r"^\.PHONY: (help .*)$", MAKEFILE, re.M)
    assert set(public.split()) == listed


@pytest.mark.parametrize("file", READMES, ids=str)
def test_readme_names_make_targets_that_exist(file):
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", " ".join(re.findall(r"```.*?```|`[^`]*`", sources.text(file), re.S))))
    assert named <= TARGETS, f"{file}: found make {sorted(named - TARGETS)}, needs a target of the Makefile"


def commands():
    """NAME -> click command, as the command line has them."""
    from mpylite import cli

    return cli.group().commands


def test_every_command_and_option_has_help():
    table = commands()
    assert {"convert", "inspect", "run"} <= table.keys()
    for name, command in table.items():
        assert command.help, f"mpylite {name}: found no help"
        for option in command.params:
            assert option.param_type_name == "argument" or option.help, f"mpylite {name} {option.opts}: found no help"


@pytest.mark.parametrize("file", READMES, ids=str)
def test_readme_names_commands_that_exist(file):
    blocks = " ".join(re.findall(r"```.*?```|`[^`]*`", sources.text(file), re.S))
    named = set(re.findall(r"(?:^|`|\n|bin/|-m )mpylite ([a-z][a-z-]*)", blocks))
    assert named <= commands().keys(), f"{file}: found mpylite {sorted(named - commands().keys())}"


def test_development_pins_are_exact():
    text = sources.text(Path("pyproject.toml"))
    (pins,) = re.findall(r"^dev = \[(.*?)^\]", text, re.M | re.S)
    pins = re.findall(r'^\s*"([^"]+)"', pins, re.M)
    assert pins and all("==" in pin.split(";")[0] for pin in pins if not pin.startswith("tflite-micro"))


MAKE_FLAGS = set(re.search(r"^ENGINE_CFLAGS = (.*)$", sources.text(Path("firmware/engine/sources.mk")), re.M)[1].split())
MAKE_SOURCES = {"kernels/*.c", "kernels/inner/portable.c", "firmware/engine/*.c"}


def test_makefile_names_these_sources():
    (line,) = re.findall(r"^ENGINE_SRC = (.*)$", sources.text(Path("firmware/engine/sources.mk")), re.M)
    assert set(re.sub(r"\$\(wildcard (\S+)\)", r"\1", line).split()) == MAKE_SOURCES


@pytest.mark.parametrize(
    "file, more_flags, more_sources",
    [
        ("setup.py", {"-O2", "-g0"}, {"firmware/ports/host/engine_api.c"}),
        ("host_tools/size/builds.py", None, set()),
    ],
)
def test_all_builds_of_the_engine_are_alike(file, more_flags, more_sources):
    """Python cannot read a makefile, so what it repeats of firmware/engine/sources.mk is compared."""
    text = sources.text(Path(file))
    flags = set(re.findall(r"(?<=[\s\"])-[A-Za-z][\w.,/=+-]*", re.search(r"^CFLAGS = [\[(](.*?)[\])]", text, re.M | re.S)[1]))
    assert MAKE_FLAGS <= flags
    assert more_flags is None or flags - MAKE_FLAGS == more_flags
    found = set(re.findall(r'"([^"]+)"', re.search(r"^SOURCES = \((.*?)\)", text, re.M | re.S)[1]))
    assert found == MAKE_SOURCES | more_sources


def test_engine_library_is_optimised_and_whole():
    text = sources.text(Path("host_tools/engine.mk"))
    assert " -O2 " in re.search(r"^CFLAGS = .*$", text, re.M)[0] and "firmware/ports/host/engine_api.c" in text
