# SPDX-License-Identifier: MIT
"""`make size` and `make size-diff BASE=revision`: bytes of the engine for four instruction sets, as a table.

core            the interpreter without operators and without error sentences
MLPerf Tiny, all core and these operators, without error sentences
int8 only       the same built with TYPES=int8: the arithmetic of int16 and float32 activations left out
+ NAME          what an operator, or a function of ulab, adds alone
"""
import argparse
import json
import re
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import builds
import ulab

TOP = Path(__file__).resolve().parents[2]
WORK = TOP / "build" / "size"
MLPERF_TINY = (
    "CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED AVERAGE_POOL_2D ADD RESHAPE SOFTMAX QUANTIZE DEQUANTIZE"
).split()
INT8_ONLY = ("-DMPYLITE_INT8_ONLY=1",)
GOALS = {  # armv6m, text + rodata
    "core": 6 * 1024,
    "MLPerf Tiny": 16 * 1024,
    "MLPerf Tiny, int8 only": 16 * 1024,
    "all operators": 64 * 1024,
}


def operators(top):
    table = (top / "kernels/ops.def").read_text()
    return [tuple(part.strip() for part in row.split(",")) for row in re.findall(r"^OP\((.*)\)\s*$", table, re.M)]


def measure(top, target):
    """Row name -> Size, for one instruction set."""
    tree = builds.Tree(top, WORK / target.name, target)
    rows, roots = operators(top), tree.api()
    sizes = {"core": tree.measure([], roots)}
    sizes["error sentences"] = builds.less(tree.measure([], [*roots, builds.SENTENCES]), sizes["core"])
    tiny = [row for row in rows if row[1] in MLPERF_TINY]
    sizes["MLPerf Tiny"] = tree.measure(tiny, roots)
    sizes["MLPerf Tiny, int8 only"] = builds.Tree(top, WORK / target.name, target, INT8_ONLY).measure(tiny, roots)
    sizes["all operators"] = tree.measure(rows, roots)
    for row in rows:
        sizes[f"+ {row[1]}"] = builds.less(tree.measure([row], roots), sizes["core"])
    return sizes


def extract(revision):
    """The sources of another revision, in a folder of their own."""
    command = ["git", "archive", "--format=tar", revision, "kernels", "firmware/engine/interpreter.h", "firmware/engine"]
    result = subprocess.run(command, cwd=TOP, capture_output=True)
    if result.returncode:
        sys.exit(
            f"size-diff: found no engine in revision '{revision}', needs one; next step: make size-diff BASE=HEAD~1"
        )
    folder = WORK / "base"
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    with tarfile.open(fileobj=BytesIO(result.stdout)) as archive:
        archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    return folder


def everything(top, targets):
    """Target name -> row name -> Size."""
    found = {}
    for target in targets:
        print(f"size: building for {target.name}", file=sys.stderr, flush=True)
        found[target.name] = measure(top, target)
    return found


def cell(size, base):
    if size is None:
        return "-"
    return f"{size.flash:,}" if base is None else f"{size.flash:,} ({size.flash - base.flash:+,})"


def show(found, base):
    names = list(dict.fromkeys(name for sizes in (*found.values(), *base.values()) for name in sizes))
    print(f"{'text + rodata, -Os, bytes':28}" + "".join(f"{target:>18}" for target in found))
    for name in names:
        cells = (cell(sizes.get(name), base.get(target, {}).get(name)) for target, sizes in found.items())
        print(f"{name:28}" + "".join(f"{text:>18}" for text in cells))
    for label, part in (("data + bss, all operators", "data"), ("and libgcc, all operators", "library")):
        print(f"{label:28}" + "".join(f"{getattr(sizes['all operators'], part):>18,}" for sizes in found.values()))
    if "armv6m" in found:
        verdicts = (f"{name} {found['armv6m'][name].flash:,} of {goal:,}" for name, goal in GOALS.items())
        print(f"goals on armv6m: {'; '.join(verdicts)}")


def main():
    parser = argparse.ArgumentParser(prog="make size", description="Bytes of the engine for four instruction sets.")
    parser.add_argument("--base", help="a git revision to compare with")
    parser.add_argument("--json", action="store_true", help="the sizes as JSON instead of the table")
    parser.add_argument("--target", action="append", help="only this instruction set")
    arguments = parser.parse_args()
    wanted = [target for target in builds.TARGETS if not arguments.target or target.name in arguments.target]
    for target in wanted:
        if not target.present():
            print(f"size: found no {target.compiler}, so no column {target.name}; next step: make deps as root", file=sys.stderr)
    targets = [target for target in wanted if target.present()]
    try:
        old = extract(arguments.base) if arguments.base is not None else None
        found = everything(TOP, targets)
        for target in targets:
            found[target.name] |= ulab.measure(TOP, target)
        base = everything(old, targets) if old else {}
    except builds.BuildError as error:
        sys.exit(f"size: {error}")
    if arguments.json:
        print(json.dumps({target: {row: vars(size) for row, size in sizes.items()} for target, sizes in found.items()}, indent=1))
    else:
        show(found, base)


if __name__ == "__main__":
    main()
