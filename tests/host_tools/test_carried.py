# SPDX-License-Identifier: MIT
"""`mpylite size`: what a package carries, with the bytes that count."""

import json

import pytest

from mpylite import carried, cli, uf2
from tests.house import sources


@pytest.fixture
def package(tmp_path, monkeypatch):
    for arch, inside, first, size in (("armv6m", "tiny", "types int8", 20_000), ("armv6m", "fast", "types int8 kernels armv6m", 30_000), ("rv32imc", ".", "types all", 66_000)):
        folder = tmp_path / "natmod" / arch / inside
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mpylite.mpy").write_bytes(bytes(size))
        (folder / "operators.txt").write_text(first + "\nADD\nCONV_2D\n")
    (tmp_path / "natmod/armv6m/ulab.mpy").write_bytes(bytes(15_000))
    (tmp_path / "firmware").mkdir()
    (tmp_path / "firmware/RPI_PICO-repl.uf2").write_bytes(uf2.pack(bytes(1000), 0x10000000, 0xE48BFF56))
    monkeypatch.setattr(carried, "PACKAGE", tmp_path)
    monkeypatch.setattr(carried, "MODULE_FOLDERS", (tmp_path / "natmod",))


def test_lists_modules_and_images(package, capsys):
    assert cli.status(["size", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = [(row["what"], row["arch"], row["kernels"], row["bytes"]) for row in found["modules"]]
    assert rows == [
        ("mpylite", "armv6m", "portable", 20_000),
        ("mpylite_fast", "armv6m", "armv6m", 30_000),
        ("ulab", "armv6m", "", 15_000),
        ("mpylite_all", "rv32imc", "portable", 66_000),
    ]
    assert [(row["what"], row["bytes"]) for row in found["images"]] == [("RPI_PICO-repl", 1024)]


def test_prints_tables(package, capsys):
    assert cli.status(["size"]) == 0
    said = capsys.readouterr().out
    assert "mpylite_fast" in said and "30,000" in said and "RPI_PICO-repl" in said


def test_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(carried, "MODULE_FOLDERS", (tmp_path,))
    monkeypatch.setattr(carried, "PACKAGE", tmp_path)
    monkeypatch.setattr(carried, "TOP", tmp_path)
    assert cli.status(["size"]) == 0
    assert "next step: make natmod" in capsys.readouterr().out


def test_sets_are_those_of_make():
    rule = sources.text(sources.TOP / "firmware/mpy/natmod/Makefile")
    for inside in carried.SETS.values():
        assert inside == "." or f"SET={inside}" in rule
