# SPDX-License-Identifier: MIT
"""README.md is true: its tables are the code's, its commands exist, its lines for a first model run as printed. The Pico's
tables of its firmware are what was measured.

`python -m tests.house.test_readme` writes the tables.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest


ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PICO = ROOT / "boards" / "RPI_PICO" / "README.md"
CYCLES = ROOT / "tests" / "bench" / "cycles.json"
FIRMWARE = ROOT / "tests" / "bench" / "firmware.json"
COLUMNS = 4
HERTZ = 125e6


def operator_table():
    names = sorted(re.findall(r"^OP\(\d+, (\w+),", (ROOT / "kernels" / "ops.def").read_text(), re.M))
    lines = [f"{len(names)} operators:", "", "| " + " | ".join([""] * COLUMNS) + " |", "|" + "---|" * COLUMNS]
    for start in range(0, len(names), COLUMNS):
        row = names[start : start + COLUMNS]
        lines.append("| " + " | ".join(row + [""] * (COLUMNS - len(row))) + " |")
    return "\n".join(lines) + "\n"


def cycles_table():
    """What tests/bench counts and keeps."""
    heads = ("model", "M cycles", "ms at 125 MHz", "arena bytes", "`small`: M cycles", "arena bytes", "loading, M cycles")
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    for name, row in json.loads(CYCLES.read_text()).items():
        fast, small = row["fast"], row["small"]
        cells = (
            name, f"{fast['cycles'] / 1e6:.2f}", f"{fast['cycles'] / HERTZ * 1e3:.1f}", f"{fast['arena']:,}",
            f"{small['cycles'] / 1e6:.2f}", f"{small['arena']:,}", f"{fast['load'] / 1e6:.2f}",
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


PROFILES = (
    ("runtime", 71_680, "runs compiled code, prompt compiled on the PC, `ulab`'s core", "flash image"),
    ("repl", 102_400, "compiler, REPL, raw REPL for mpremote, `ulab`'s core", "flash image"),
    ("full", 98_304, "MicroPython's own rp2 port with `mpylite` (all operators) and all of `ulab`", "our modules add"),
)


def firmware_bytes(profile):
    return json.loads(FIRMWARE.read_text())[f"RPI_PICO-{profile}"]["bytes"]


def profiles_table():
    """What `make size BOARD=RPI_PICO PROFILE=... SAVE=1` kept."""
    lines = ["| profile | what it is | bytes | goal |", "|---|---|---:|---:|"]
    for profile, goal, what, where in PROFILES:
        lines.append(f"| `{profile}` | {what} | {where} {firmware_bytes(profile):,} | {goal:,} |")
    return "\n".join(lines) + "\n"


def firmware_table():
    """What `make bench BOARD=RPI_PICO SAVE=1` kept."""
    runtime, repl = (json.loads(FIRMWARE.read_text())[f"RPI_PICO-{profile}"]["cycles"] for profile in ("runtime", "repl"))
    lines = ["| | `runtime`: M cycles | ms | `repl`: M cycles | ms |", "|---|---:|---:|---:|---:|"]
    for title, cycles in runtime.items():
        figures = (f"{found / 1e6:.2f} | {found / HERTZ * 1e3:.1f}" if found else "no room |" for found in (cycles, repl[title]))
        lines.append(f"| {title} | {' | '.join(figures)} |")
    return "\n".join(lines) + "\n"


def kilobytes():
    return f"{firmware_bytes('runtime') / 1024:.0f} KB"


TABLES = {
    README: {"operators": operator_table, "cycles": cycles_table, "runtime": kilobytes},
    PICO: {"profiles": profiles_table, "firmware": firmware_table},
}


def with_tables(page):
    text = page.read_text()
    for name, table in TABLES[page].items():
        place = re.compile(rf"(<!-- {name}(?::[^>]*| )-->\n?).*?(<!-- /{name} -->)", re.S)
        assert place.search(text), f"{page.name}: found no place for {name}"
        text = place.sub(lambda m: m[1] + table() + m[2], text)  # noqa: B023
    return text


def blocks(language):
    text = README.read_text()
    return re.findall(rf"(<!-- board -->\n)?```{language}\n(.*?)```", text, re.S)


def commands():
    return [line for _, block in blocks("sh") for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("page", TABLES, ids=lambda page: page.parent.name)
def test_tables_are_generated(page):
    assert with_tables(page) == page.read_text(), f"{page}: a table is not what the code says; run python -m tests.house.test_readme"


def test_first_model_runs_as_printed(tmp_path, monkeypatch):
    """The README's lines, in order, on the digits model in an empty folder."""
    sys.path.insert(0, str(ROOT / "models" / "digits"))
    import data

    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.keras").write_bytes((ROOT / "models" / "digits" / "digits.keras").read_bytes())
    x_train = data.calibration()
    (save, _), (use, _) = [(block, None) for _, block in blocks("python")][:2]
    exec(save, {"x_train": x_train})
    for line in commands():
        if line.startswith("mpylite "):
            done = subprocess.run([sys.executable, "-m", *line.split()], capture_output=True, text=True)
            assert done.returncode == 0, f"{line}: {done.stderr}"
    x = np.zeros((1, 8, 8, 1), np.int8)
    names = {"x": x, "real_numbers": x_train[:1]}
    exec(use, names)
    assert names["y"].shape == (1, 10) and names["p"].shape == (1, 10)
    assert abs(float(names["p"].sum()) - 1) < 0.05


@pytest.mark.parametrize("line", commands())
def test_command_is_known(line):
    """make targets exist; mpylite and mpremote are commands with that subcommand. The first-model test runs mpylite's
    lines, tests/natmod and CI itself run the make lines."""
    program, sub = line.split()[:2]
    if program == "make":
        assert re.search(rf"^{re.escape(sub)}:", (ROOT / "Makefile").read_text(), re.M), line
    elif program == "mpylite":
        done = subprocess.run([sys.executable, "-m", "mpylite", sub, "--help"], capture_output=True, text=True)
        assert done.returncode == 0, line
    else:
        assert program == "mpremote" and sub in ("cp", "exec"), line


if __name__ == "__main__":
    for page in TABLES:
        page.write_text(with_tables(page))
