# SPDX-License-Identifier: MIT
"""The core that pip installs stays below 60 MB, counted without bytecode: the wheels' files and our own."""

import sys
from importlib import metadata
from pathlib import Path

import pytest

if sys.version_info < (3, 11):
    pytest.skip("the last numpy for this Python is 1.2 MB larger", allow_module_level=True)

import tomllib

TOP = Path(__file__).resolve().parents[2]
MOST_BYTES = 60_000_000


def requirements():
    wanted = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["dependencies"]
    return [line.split(">=")[0] for line in wanted if ";" not in line]


def file_bytes(name):
    """Of an installed package, as its wheel holds them."""
    return sum(f.size or 0 for f in metadata.files(name) if f.suffix != ".pyc")


def package_bytes():
    files = [f for f in (TOP / "host_tools/mpylite").rglob("*") if f.is_file() and f.suffix != ".pyc"]
    assert any(f.name.startswith("_engine") for f in files)
    return sum(f.stat().st_size for f in files)


def test_core_is_small():
    sizes = {name: file_bytes(name) for name in requirements()}
    assert all(sizes.values()), sizes
    assert sum(sizes.values()) + package_bytes() < MOST_BYTES, sizes


def test_nothing_hidden_comes_along():
    """What the requirements themselves require would count too."""
    more = [r for name in requirements() for r in metadata.requires(name) or () if "extra ==" not in r and "platform_system" not in r]
    assert [r for r in more if r.split()[0].split(";")[0] not in requirements()] == []
