# SPDX-License-Identifier: MIT
"""The engine's stack on a Cortex-M0+, from gcc's own figures for every frame and its call graph: the deepest path from
each public entry. There is no recursion but that of subgraphs, which interpreter.h bounds."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPILER = "arm-none-eabi-gcc"
FLAGS = "-std=c99 -mcpu=cortex-m0plus -mthumb -Os -ffp-contract=off -Ikernels -Ifirmware/engine -fcallgraph-info=su".split()
SOURCES = ("kernels/*.c", "kernels/inner/portable.c", "firmware/engine/*.c")

# Entry -> bytes that it may take at most; a thread with MicroPython's default of 4 KB must hold it with room to spare.
BOUNDS = {"interpreter_load": 2400, "interpreter_invoke": 1500, "interpreter_set_arena": 200, "interpreter_reset_variables": 400}
# The one way from a subgraph into another, in prepare and in invoke.
DESCENTS = {("kernel_call_prepare", "prepare_subgraph"), ("kernel_call_run", "prepare_invoke")}
INDIRECT = "__indirect_call"
# Who calls operators through the registry's rows (after inlining), and what only callers outside of the engine call.
ENGINE_CALLERS = {"prepare_op", "prepare_subgraph", "invoke_op", "prepare_invoke", "interpreter_invoke", "interpreter_invoke_op"}
PUBLIC = {"status_format", "model_tensor_name", "registry_row", "registry_code", "registry_count", "plan_place"} | {
    f"interpreter_{name}"
    for name in "load set_arena invoke invoke_op reset_variables arena_bytes record_bytes macs".split()
}


def nesting():
    header = (ROOT / "firmware" / "engine" / "interpreter.h").read_text()
    return int(re.search(r"INTERPRETER_MAX_NESTING (\d+)", header)[1])


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """(bytes of each function's frame, functions that it calls)."""
    if shutil.which(COMPILER) is None:
        pytest.skip(f"found no {COMPILER}, needs it; apt-get install gcc-arm-none-eabi (CI installs it)")
    folder = tmp_path_factory.mktemp("stack")
    frames, calls = {}, {}
    for source in (p for pattern in SOURCES for p in sorted(ROOT.glob(pattern))):
        target = folder / (source.stem + ".o")
        subprocess.run([COMPILER, *FLAGS, "-c", source, "-o", target], cwd=ROOT, check=True)
        text = target.with_suffix(".ci").read_text()
        for title, label in re.findall(r'node: \{ title: "([^"]+)" label: "([^"]*)"', text):
            if size := re.search(r"(\d+) bytes \((\w+)", label):
                assert size[2] == "static", f"{title}: its frame is {size[2]}, needs a fixed size"
                frames[_name(title)] = int(size[1])
        for caller, callee in re.findall(r'sourcename: "([^"]+)" targetname: "([^"]+)"', text):
            calls.setdefault(_name(caller), set()).add(_name(callee))
    return frames, calls


def _name(title):
    return re.sub(r"\.(isra|constprop|part|cold)\.\d+", "", title.rsplit(":", 1)[-1])


def _indirect(caller):
    """Functions that a call through a pointer may reach."""
    names = re.findall(r"^OP\(\d+, \w+, (\w+)\)", (ROOT / "kernels" / "ops.def").read_text(), re.M)
    return {f"{n}_{'prepare' if 'prepare' in caller else 'invoke'}" for n in names}


def deepest(graph, entry):
    """(bytes, path) of the deepest chain of calls from `entry`."""
    frames, calls = graph
    most = nesting()

    @cache
    def walk(function, level, pointed):
        if function in open_now[-1]:
            raise AssertionError(f"recursion: {' > '.join(sorted(open_now[-1]))} > {function}")
        best = (0, ())
        open_now[-1].add(function)
        for callee in calls.get(function, ()):
            for target in _targets(function, callee, graph, pointed):
                down = (function, target) in DESCENTS
                if down and level == most:
                    continue
                if down:
                    open_now.append(set())
                found = walk(target, level + down, pointed or (callee == INDIRECT and function not in ENGINE_CALLERS))
                if down:
                    open_now.pop()
                best = max(best, found)
        open_now[-1].discard(function)
        return frames.get(function, 0) + best[0], (function, *best[1])

    open_now = [set()]
    return walk(entry, 0, False)


def _targets(function, callee, graph, pointed):
    frames, calls = graph
    if callee != INDIRECT:
        return [callee]
    operators = _indirect("prepare") | _indirect("invoke")
    if function in ENGINE_CALLERS:
        return sorted(_indirect(function) & frames.keys())
    # a kernel's pointer leads to a kernel's function that nobody calls by name; one that was itself called through a
    # pointer (a row of elements) calls through pointers only what does not (one element)
    pointed_at = frames.keys() - set().union(*calls.values()) - operators - PUBLIC
    if pointed:
        pointed_at = {f for f in pointed_at if not _reaches_pointers(calls, f)}
    return sorted(pointed_at)


def _reaches_pointers(calls, function):
    seen, rest = set(), [function]
    while rest:
        one = rest.pop()
        if one == INDIRECT:
            return True
        rest += calls.get(one, set()) - seen
        seen.add(one)
    return False


@pytest.mark.parametrize("entry", BOUNDS)
def test_stack_is_bounded(graph, entry, record_property):
    used, path = deepest(graph, entry)
    record_property("stack_bytes", used)
    print(f"{entry}: {used} bytes: {' > '.join(path)}")
    assert used <= BOUNDS[entry], " > ".join(path)
