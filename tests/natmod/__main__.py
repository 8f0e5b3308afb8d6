# SPDX-License-Identifier: MIT
"""`make natmod-test`: every architecture on its board in QEMU, on the PC and on an emulated Pico with
MicroPython's own firmware, one table. Exit 1 if a line or a value differs."""

import subprocess
import sys
import tempfile
from pathlib import Path

import tabulate

from tests.engine import test_api
from tests.natmod import boards


HEADS = ("arch", "module", "bytes", "API lines", "samples", "digits", "KWS")


def main():
    rows = []
    good = True
    with tempfile.TemporaryDirectory(prefix="mpylite-natmod-") as name:
        folder = Path(name)
        test_api.write_models(folder)
        expected = boards.samples(folder)
        script = subprocess.run([sys.executable, test_api.SCRIPT, folder], capture_output=True, text=True, check=True)
        lines = script.stdout.splitlines()
        for arch in (*boards.ARCHES, boards.PICO):
            reason = boards.missing(arch)
            if reason:
                rows.append((arch, reason))
                continue
            boards.firmware(arch)
            for set_name in boards.sets(arch):
                runs_script = set_name == "all"
                result = boards.run(arch, boards.build(arch, set_name), folder, runs_script)
                same = sum(one == other for one, other in zip(result.lines, lines, strict=False))
                equal = {m: int((result.outputs[m] == want).all(axis=1).sum()) for m, want in expected.items()}
                total = sum(len(want) for want in expected.values())
                good = good and (result.lines == lines or not runs_script) and sum(equal.values()) == total
                counts = (
                    f"{result.instructions[m]:,}" if result.instructions.get(m) else "" for m in boards.SAMPLES
                )
                rows.append((
                    arch,
                    set_name,
                    f"{result.module_bytes:,}",
                    f"{same} of {len(lines)}" if runs_script else "",
                    f"{sum(equal.values())} of {total}",
                    *counts,
                ))  # fmt: skip
    print("instructions (Pico: cycles) of one inference\n")
    print(tabulate.tabulate(rows, HEADS, disable_numparse=True, stralign="right"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
