# SPDX-License-Identifier: MIT
"""Fuzzes the engine: `python -m tests.fuzz.fuzz --minutes 5`. Builds with clang, libFuzzer, ASan and UBSan; seeds are the
models of the kernel cases and the small ones of the corpus. Prints executions, time, coverage and speed; a finding's file
goes to
tests/fuzz/findings/ as hexadecimal text (replayed by every test run) and the exit status is 1."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.fuzz.build import BUILD, ROOT, VARIANTS, build_fuzzer
from tests.fuzz.seeds import write_seeds

FINDINGS = Path(__file__).parent / "findings"
LARGEST_SEED_BYTES = 4096


def run(minutes, jobs, corpus, variant=""):
    """(text of libFuzzer's statistics, True if nothing was found)."""
    fuzzer = build_fuzzer(variant)
    seeds = write_seeds(BUILD / "seeds", LARGEST_SEED_BYTES)
    corpus.mkdir(parents=True, exist_ok=True)
    artifacts = BUILD / f"artifacts{variant}"
    shutil.rmtree(artifacts, ignore_errors=True)
    artifacts.mkdir(parents=True)
    command = [
        fuzzer,
        f"-max_total_time={int(minutes * 60)}",
        f"-max_len={LARGEST_SEED_BYTES}",
        "-timeout=20",
        "-report_slow_units=20",  # a loop that counts far is slow on a busy machine, not wrong
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
        f"-artifact_prefix={artifacts}/",
        "-reload=30",
        corpus,
        seeds,
    ]
    logs = [BUILD / f"fuzz{variant}-{i}.log" for i in range(jobs)]
    workers = [_start(command, log) for log in logs]
    statistics = [_statistics(*pair) for pair in zip(workers, logs, strict=True)]
    return statistics, sorted(artifacts.iterdir())


def _start(command, log):
    log = open(log, "w")
    # -detect_leaks=0: the engine allocates nothing; the harness frees what it takes
    options = {"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    return subprocess.Popen([str(c) for c in command], stdout=log, stderr=log, env={**os.environ, **options})


def _statistics(worker, log):
    worker.wait()
    text = log.read_text(errors="replace")
    executions = re.findall(r"number_of_executed_units:\s+(\d+)", text) or re.findall(r"^#(\d+)", text, re.M)
    covered = re.findall(r"cov: (\d+) ft: (\d+)", text)
    return int(executions[-1]) if executions else 0, covered[-1] if covered else ("0", "0")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--corpus", type=Path, default=BUILD / "corpus", help="where new inputs are kept from run to run")
    parser.add_argument("--variant", default="", choices=tuple(VARIANTS), help="see VARIANTS in build.py")
    arguments = parser.parse_args()
    if shutil.which("clang") is None:
        sys.exit("fuzz: found no clang, needs clang with libFuzzer; apt-get install clang libclang-rt-14-dev")
    try:
        statistics, findings = run(arguments.minutes, arguments.jobs, arguments.corpus, arguments.variant)
    except subprocess.CalledProcessError:
        sys.exit("fuzz: the fuzzer does not compile; the compiler's errors stand above")
    executions = sum(s[0] for s in statistics)
    edges, features = max((s[1] for s in statistics), key=lambda c: int(c[0]))
    rate = executions / (arguments.minutes * 60)
    print(f"fuzz: {executions} executions in {arguments.minutes:g} min on {arguments.jobs} cores, "
          f"{rate:.0f} executions/s, coverage {edges} edges, {features} features, {len(findings)} findings")
    for finding in findings:
        kept = FINDINGS / f"{finding.name}.hex"
        FINDINGS.mkdir(exist_ok=True)
        kept.write_text(finding.read_bytes().hex("\n", 32) + "\n")
        print(f"fuzz: {kept.relative_to(ROOT)}; the report is in {BUILD.relative_to(ROOT)}/fuzz-*.log")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
