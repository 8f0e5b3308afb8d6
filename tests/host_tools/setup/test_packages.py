# SPDX-License-Identifier: MIT
"""Tools of the system: present ones cost nothing, missing ones are said in one line with the way out."""

import os
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
SCRIPT = TOP / "host_tools/setup/packages.sh"
TOOLS = ("sh", "id", "mkdir", "sort", "tr", "gcc")


def run(folder, *arguments, path=None):
    """Runs the script in `folder`; `path` names the only commands it may find."""
    environment = dict(os.environ)
    if path is not None:
        binaries = folder / "bin"
        binaries.mkdir()
        for name in path:
            found = subprocess.run(
                ["sh", "-c", f"command -v {name}"], check=True, capture_output=True, text=True
            ).stdout.strip()
            (binaries / name).symlink_to(found)
        environment["PATH"] = str(binaries)
    return subprocess.run(["/bin/sh", SCRIPT, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def test_present_is_silent(tmp_path):
    result = run(tmp_path, "sh=dash", "/=base-files", "cc-headers=libc6-dev")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_missing_is_one_line(tmp_path):
    result = run(tmp_path, "sh=dash", "no-such-tool=first", "/no/such/file=second", path=TOOLS)
    assert result.returncode == 1
    assert (
        result.stderr
        == "deps: found no first second, needs them to build; next step: sudo apt-get install first second\n"
    )


def test_wanted_goes_on(tmp_path):
    result = run(tmp_path, "--wanted", "no-such-tool=first", path=TOOLS)
    assert result.returncode == 0
    assert result.stderr.count("\n") == 1 and "will be skipped" in result.stderr


def test_no_compiler(tmp_path):
    result = run(tmp_path, "gcc=gcc", "cc-headers=libc6-dev", path=("sh", "id", "mkdir", "sort", "tr"))
    assert result.returncode == 1
    assert (
        result.stderr
        == "deps: found no gcc libc6-dev, needs them to build; next step: sudo apt-get install gcc libc6-dev\n"
    )
