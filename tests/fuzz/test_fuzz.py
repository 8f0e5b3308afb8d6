# SPDX-License-Identifier: MIT
"""A short fuzz run, and every finding of the past again. `make fuzz MINUTES=…` runs longer."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fuzz import fuzz
from tests.fuzz.build import BUILD, VARIANTS, build_replayer
from tests.fuzz.seeds import write_seeds


@pytest.mark.slow
def test_findings_and_seeds_replay_clean(tmp_path):
    replayer = build_replayer()
    for finding in Path(fuzz.FINDINGS).glob("*.hex"):
        (tmp_path / finding.stem).write_bytes(bytes.fromhex(finding.read_text()))
    seeds = write_seeds(BUILD / "seeds", fuzz.LARGEST_SEED_BYTES)
    files = sorted(tmp_path.iterdir()) + sorted(seeds.iterdir())[::7]
    for start in range(0, len(files), 500):
        done = subprocess.run([replayer, *files[start : start + 500]], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_short_run_finds_nothing(tmp_path, variant):
    if shutil.which("clang") is None:
        pytest.skip("found no clang, needs it for libFuzzer; apt-get install clang libclang-rt-dev (CI installs it)")
    statistics, findings = fuzz.run(minutes=0.3, jobs=1, corpus=tmp_path, variant=variant)
    assert findings == []
    assert statistics[0][0] > 1000, "the fuzzer did not get going"
