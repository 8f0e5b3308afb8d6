# SPDX-License-Identifier: MIT
"""The command bench on this PC: what it prints, its page, and the model of flash. On boards: tests/firmware/test_deploy.py."""

import json
import re

from mpylite import boards, flash_cost, remote
from mpylite.interpreter import Interpreter


def test_bench_on_this_pc(digits_int8, command, tmp_path):
    made, path = digits_int8
    status, out, err = command("bench", path, "--on", "engine", "--json", "--report", tmp_path / "b.html")
    assert status == 0, err
    found = json.loads(out)
    assert [row["operator"] for row in found["operators"]] == [node.op for node in made.graph.nodes]
    assert found["macs"] == 56320 and found["arena_bytes"] == Interpreter(str(path)).arena_bytes
    assert all(row["microseconds"] > 0 for row in found["operators"])
    page = (tmp_path / "b.html").read_text()
    assert "<script" not in page and page.count("CONV_2D</text>") == sum("CONV_2D" in n.op for n in made.graph.nodes)
    assert f"CRC-32 {found['crc32']}" in page


def test_crc_is_that_of_the_portable_kernels(digits_int8, command):
    path = digits_int8[1]
    engine = Interpreter(str(path), speed="small")
    engine.allocate_tensors()
    status, out, _ = command("bench", path, "--on", "engine")
    assert status == 0 and f"CRC-32 of the outputs {remote.crc32(remote.outputs_here(engine)):08x}" in out


def test_flash_counts_words():
    pico = boards.load("RPI_PICO")
    found = flash_cost.cost([{"weight_bytes": 5}, {"weight_bytes": 0}, {"weight_bytes": 8}], pico)
    assert (found["bytes"], found["most_wait_cycles"]) == (13, 4 * pico.xip["word_cycles"])
    assert re.search(r"reads 13 bytes .* adds 160 cycles", flash_cost.sentence(found))


def test_bench_refuses_what_is_no_board(digits_int8, command):
    status, _, err = command("bench", digits_int8[1], "--on", "socket://127.0.0.1:1")
    assert status == 1 and err.count("\n") == 1 and "next step" in err


def test_boards_are_told_apart_by_their_chip():
    found = {
        machine: board and (board.id, board.kernels)
        for machine in ("Raspberry Pi Pico with RP2040", "Raspberry Pi Pico 2 with RP2350", "ESP32C3 module with ESP32C3", "Generic ESP32S2 module with ESP32S2", "Generic ESP32 module with ESP32", "")
        for board in [boards.by_machine(machine)]
    }
    assert list(found.values()) == [
        ("RPI_PICO", "armv6m"),
        ("RPI_PICO2", "armv7em"),
        ("ESP32_GENERIC_C3", ""),
        None,
        ("ESP32_GENERIC", ""),
        None,
    ]
