# SPDX-License-Identifier: MIT
"""Seeds of the fuzzer: every small model that the tests have."""

from tests.corpus.goldens import CORPUS
from tests.kernels.case import case_files, load, rows


def write_seeds(folder, most_bytes):
    """One file a model of at most `most_bytes`; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    known = set(rows())
    for case in (case for operator in case_files() if operator in known for case in load(operator)):
        content = case.model()
        if len(content) <= most_bytes:
            (folder / f"{case.operator}-{case.name}.tflite".replace("/", "_")).write_bytes(content)
    for path in sorted(CORPUS.glob("models/*/*.tflite")):
        if path.stat().st_size <= most_bytes:
            (folder / path.name).write_bytes(path.read_bytes())
    return folder
