# SPDX-License-Identifier: MIT
"""Builds the fuzzers (clang, libFuzzer) and the replayer (any compiler), with sanitizers."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"
SOURCES = ("kernels/*.c", "kernels/inner/portable.c", "firmware/engine/*.c")
FLAGS = ["-std=c99", "-g", "-O1", "-fno-omit-frame-pointer", "-ffp-contract=off", "-Ikernels", "-Ifirmware/engine"]
# The PC's own kernels of whole layers; strips stay portable, so that outputs can be compared
X86 = (["-DINNER_LAYERS=1", "-DINNER_X86=2", "-DINNER_PORTABLE_STRIPS=1"], ("kernels/inner/x86*.c",))
OWN = X86 if platform.machine() in ("x86_64", "AMD64") else ([], ())
# float-cast-overflow and divide-by-zero of floats are defined on every machine the engine runs on, but a result that
# differs between machines is a defect all the same
SANITIZERS = "address,undefined"
# What else is fuzzed: sanitizers, flags, sources.
VARIANTS = {
    "": (f"{SANITIZERS},float-cast-overflow", *OWN),
    # what a board's kernels prepare; the rest of them is assembly
    "armv6m": (
        f"{SANITIZERS},float-cast-overflow",
        ["-DINNER_LAYERS=1", "-DPLANS_ONLY=1"],
        ("kernels/inner/armv6m*.c", "firmware/ports/host/planning_armv6m.c"),
    ),
    # failures leave at once, as in the modules and the firmware, and records grow block by block
    "raises": (f"{SANITIZERS},float-cast-overflow", ["-DMPYLITE_RAISES=1", *OWN[0]], OWN[1]),
    # bytes that were never written, in the portable kernels: vector code computes more than it keeps
    "memory": ("memory", ["-fsanitize-memory-track-origins"], ()),
}


def _build(name, compiler, flags, more_sources=()):
    BUILD.mkdir(parents=True, exist_ok=True)
    sources = [str(p.relative_to(ROOT)) for pattern in (*SOURCES, *more_sources) for p in sorted(ROOT.glob(pattern))]
    program = BUILD / name
    command = [compiler, *FLAGS, *flags, "-fno-sanitize-recover=all", *sources, "tests/fuzz/fuzz_model.c", "-o", program]
    subprocess.run([str(c) for c in command], cwd=ROOT, check=True)
    return program


def build_fuzzer(variant=""):
    sanitizers, flags, sources = VARIANTS[variant]
    return _build(f"fuzz_model{variant}", "clang", [f"-fsanitize=fuzzer,{sanitizers}", *flags], sources)


def build_replayer():
    compiler = os.environ.get("CC") or shutil.which("clang") or "cc"
    flags, sources = OWN
    sanitize = f"-fsanitize={SANITIZERS},float-cast-overflow"
    return _build("replay", compiler, [sanitize, "-DFUZZ_REPLAY", *flags], sources)
