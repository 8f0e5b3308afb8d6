# SPDX-License-Identifier: MIT
"""The project's own files, as the house tests read them."""
import re
import subprocess
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


@cache
def files():
    """Every file that is, or would be, tracked: paths relative to the top."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=TOP, check=True, capture_output=True, text=True).stdout.split("\0")
    return tuple(Path(name) for name in sorted(set(names)) if name and (TOP / name).is_file())


def under(folder, *suffixes):
    return [file for file in files() if file.is_relative_to(folder) and file.suffix in suffixes]


def text(file):
    return (TOP / file).read_text(encoding="utf-8")


def is_text(file):
    return b"\0" not in (TOP / file).read_bytes()[:4096]


def c_code(file):
    """A C file without comments and string contents; line numbers stay."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
    return re.sub(pattern, lambda m: '""' if m[0][0] == '"' else "\n" * m[0].count("\n"), text(file), flags=re.S)


def rows(table, macro):
    """The argument texts of every MACRO(...) line of a table."""
    return re.findall(rf"^{macro}\((.*)\)\s*$", text(Path(table)), re.M)


def operators():
    """(code, NAME, prefix) of every row of ops.def."""
    fields = (tuple(part.strip() for part in row.split(",")) for row in rows("kernels/ops.def", "OP"))
    return [(int(code), name, prefix) for code, name, prefix in fields]
