# SPDX-License-Identifier: MIT
"""The size tool counts right, and the engine keeps what it promises: no data, a small core."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[3]
TOOL = TOP / "host_tools/size"
sys.path.insert(0, str(TOOL))
builds, ulab = importlib.import_module("builds"), importlib.import_module("ulab")
sys.path.remove(str(TOOL))
spec = importlib.util.spec_from_file_location("size_main", TOOL / "__main__.py")
sys.modules["builds"] = builds
size = importlib.util.module_from_spec(spec)
spec.loader.exec_module(size)


def test_counts_what_is_there(tmp_path):
    """binutils' own count is the reference."""
    (tmp_path / "a.c").write_text(
        "const char table[1000] = {1}; int filled[20] = {1}; int empty[50];"
        "int entry(int i) { return table[i] + filled[i] + empty[i]; }"
    )
    flags = ["-nostdlib", "-static", "-no-pie", "-fno-asynchronous-unwind-tables", "-fcf-protection=none"]
    flags += ["-Wl,-e,entry,--build-id=none"]
    subprocess.run(["gcc", *flags, "a.c", "-o", "a.elf"], cwd=tmp_path, check=True)
    found = builds.section_bytes(tmp_path / "a.elf")
    lines = subprocess.run(["size", "-A", "a.elf"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    want = {line.split()[0]: int(line.split()[1]) for line in lines.splitlines() if line.startswith(".")}
    assert found == {"text": want[".text"], "rodata": want[".rodata"], "data": want[".data"] + want[".bss"]}
    assert found["rodata"] >= 1000 and found["data"] >= 280


@pytest.fixture(params=builds.TARGETS, ids=lambda target: target.name)
def target(request):
    if not request.param.present():
        pytest.skip(f"there is no {request.param.compiler} (make test installs it where it may)")
    return request.param


@pytest.mark.slow
def test_engine_keeps_its_promises(target):
    """No variables; more operators are more bytes, and share code; the core and the whole stay in their goals."""
    sizes = size.measure(TOP, target)
    assert {name: found.data for name, found in sizes.items() if found.data} == {}
    alone = {name: found.flash for name, found in sizes.items() if name.startswith("+ ")}
    core, everything = sizes["core"].flash, sizes["all operators"].flash
    assert min(alone.values()) > 0
    assert core + max(alone.values()) <= everything < core + sum(alone.values())
    if target.name == "armv6m":
        for name in ("core", "MLPerf Tiny, int8 only", "all operators"):
            assert sizes[name].flash <= size.GOALS[name], name


@pytest.mark.slow
def test_every_function_of_ulab_is_counted(target):
    sizes = ulab.measure(TOP, target)
    alone = {name: found.flash for name, found in sizes.items() if name.startswith("ulab + ")}
    named = {name for name, _, core in ulab.functions(TOP) if not (core and name.startswith("."))}
    assert {name.removeprefix("ulab + ") for name in alone} == named and {"median", ".sort", "spectrogram"} < named
    assert min(alone.values()) > 0
    arrays, core, everything = (sizes[f"ulab: {part}"].flash for part in ("arrays, operators", "core", "all"))
    assert arrays < core < everything < arrays + sum(alone.values())
    assert alone["ulab + sum"] < core - arrays and alone["ulab + sqrt"] < alone["ulab + spectrogram"]
