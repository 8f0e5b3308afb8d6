# SPDX-License-Identifier: MIT
"""Arenas lie behind the heap, which gives up its end for them and gets it back when their interpreters are gone."""

import random
import re

import pytest
from mpylite import romfs
from mpylite.errors import BoardError

from .conftest import soft_reset

START = """
import gc, mpylite
def heap():
    gc.collect()
    return gc.mem_free() + gc.mem_alloc()
def load(arena_bytes=None):
    i = mpylite.Interpreter('/rom/model.tflite')
    i.allocate_tensors(arena_bytes=arena_bytes)
    return i
def answer(i):
    i.set_tensor(x, bytes(range(16)))
    i.invoke()
    return bytes(i.get_tensor(y))
i = load()
x, y = i.get_input_details()[0]['index'], i.get_output_details()[0]['index']
right = answer(i)
i = None
"""
ROUNDING = 64 + 16  # of the heap's end, and what stands in front of an arena


@pytest.fixture(scope="module", params=["runtime", "repl"])
def booted(request, versions, tmp_path_factory):
    folder = tmp_path_factory.mktemp("arena")
    (folder / "model.tflite").write_bytes(versions[0].read_bytes())
    console = request.getfixturevalue(request.param).console(romfs.build(folder))
    console.run(START)
    return console


@pytest.fixture
def console(booted):
    """The heap is as long afterwards as it was."""
    before = number(booted, "heap()")
    yield booted
    booted.run("i = kept = None")
    assert number(booted, "heap()") == before


def number(console, expression):
    return int(console.run(f"print({expression})"))


def test_heap_gives_way(console):
    """The heap is shorter by the arena, not fuller."""
    whole = number(console, "heap()")
    console.run("used = gc.mem_alloc()\ni = load(30000)")
    assert 0 <= whole - number(console, "heap()") - 30000 <= ROUNDING
    assert number(console, "gc.mem_alloc() - used") < 4000
    assert console.run("print(answer(i) == right)") == "True\n"


MOST = """
i = mpylite.Interpreter('/rom/model.tflite')
def attempt(n):
    try:
        i.allocate_tensors(arena_bytes=n)
    except MemoryError as e:
        return str(e)
has = attempt(300000)
n = int(has.split()[-1])
free, more, most = gc.mem_free() // 1000, attempt(n + 100), attempt(n)
i = None
i = mpylite.Interpreter('/rom/model.tflite')
less = attempt(n - 3000)
ok = answer(i) == right
i = None
print(has, free, more != None, most, less, ok)
"""


def test_all_that_is_free(console):
    """The refusal names what can be had, and that can be had."""
    has, free, *rest = re.fullmatch(r"arena: needs 300000 bytes, has (\d+) (\d+) (.*)\n", console.run(MOST)).groups()
    assert 0.95 < int(has) / 1000 / int(free) <= 1.01 and rest == ["True None None True"]
    console.run("i = None")
    for bytes_ in ("1 << 29", "-1"):
        with pytest.raises(BoardError, match="MemoryError: arena: needs "):
            console.run(f"load({bytes_})")


def test_gap_in_the_heap(console):
    """Something lies at the heap's end: the arena takes the room in front of it."""
    console.run("i = kept = None\ngc.collect()\nroom = bytearray(gc.mem_free() - 12000)\nkept = [bytearray(1000) for _ in range(6)]")
    console.run("room = None\nwhole = heap()\ni = load(40000)\nok = answer(i) == right")
    assert console.run("print(ok, heap() == whole)") == "True True\n"


def test_come_and_go_in_any_order(console):
    """Gaps between arenas are taken again; garbage on the heap all the while."""
    chosen, slots = random.Random(2), 4
    console.run(f"kept = [None] * {slots}\njunk = []")
    whole = number(console, "heap()")
    for _ in range(30):
        slot, size = chosen.randrange(slots), chosen.choice([300, 1000, 5000, 9000, 15000])
        change = f"kept[{slot}] = None" if chosen.random() < 0.4 else f"kept[{slot}] = None\nkept[{slot}] = load({size})"
        console.run(f"{change}\njunk = [bytearray(100) for _ in range({chosen.randrange(30)})]")
        assert console.run("print(all([answer(i) == right for i in kept if i]))") == "True\n"
    console.run("kept[1:] = [load(3000), load(3000), load(3000)]")
    console.run("kept[2] = None\nused = heap()\nkept[2] = load(2900)")
    assert console.run("print(heap() == used)") == "True\n", "the gap was not taken"
    console.run("kept = junk = None")
    assert number(console, "heap()") == whole


def test_soft_reset_takes_all(firmware, versions, tmp_path):
    (tmp_path / "model.tflite").write_bytes(versions[0].read_bytes())
    console = firmware.console(romfs.build(tmp_path))
    whole = "import gc\nprint(gc.mem_free() + gc.mem_alloc())"
    before = console.run(whole)
    console.run(START + "i = load(20000)")
    assert int(console.run(whole)) < int(before) - 19000
    assert soft_reset(console).run(whole) == before
