# SPDX-License-Identifier: MIT
"""Builds the fuzzer (clang, libFuzzer) and the replayer (any compiler), both with ASan and UBSan."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"
SOURCES = ("kernels/*.c", "kernels/inner/portable.c", "firmware/engine/*.c")
FLAGS = ["-std=c99", "-g", "-O1", "-fno-omit-frame-pointer", "-ffp-contract=off", "-Ikernels", "-Ifirmware/engine"]
# The PC's own kernels, or those of a board, of which only the part that prepares is C.
X86 = (["-DINNER_LAYERS=1", "-DINNER_X86=2"], ("kernels/inner/x86*.c",))
PLANNED = {
    "armv6m": (
        ["-DINNER_LAYERS=1", "-DPLANS_ONLY=1"],
        ("kernels/inner/armv6m*.c", "firmware/ports/host/planning_armv6m.c"),
    )
}
# float-cast-overflow and divide-by-zero of floats are defined on every machine the engine runs on, but a result that
# differs between machines is a defect all the same
SANITIZERS = "address,undefined"


def _build(name, compiler, flags, kernels=""):
    BUILD.mkdir(parents=True, exist_ok=True)
    own = X86 if platform.machine() in ("x86_64", "AMD64") else ([], ())
    more_flags, more_sources = PLANNED[kernels] if kernels else own
    sources = [str(p.relative_to(ROOT)) for pattern in SOURCES + more_sources for p in sorted(ROOT.glob(pattern))]
    program = BUILD / name
    command = [compiler, *FLAGS, *flags, *more_flags, "-fno-sanitize-recover=all", *sources, "tests/fuzz/fuzz_model.c", "-o", program]
    subprocess.run([str(c) for c in command], cwd=ROOT, check=True)
    return program


def build_fuzzer(kernels=""):
    """kernels: one of PLANNED, to fuzz what they prepare."""
    return _build(f"fuzz_model{kernels}", "clang", [f"-fsanitize=fuzzer,{SANITIZERS},float-cast-overflow"], kernels)


def build_replayer():
    compiler = os.environ.get("CC") or shutil.which("clang") or "cc"
    return _build("replay", compiler, [f"-fsanitize={SANITIZERS},float-cast-overflow", "-DFUZZ_REPLAY"])
