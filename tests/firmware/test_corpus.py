# SPDX-License-Identifier: MIT
"""Every model of the corpus in profile full: the recorded outputs, and room for all of them."""

import pytest

from tests.bench import in_firmware, subjects


@pytest.mark.slow
def test_every_model(full, corpus):
    keys = subjects.keys()
    lines = []
    ran, differ = in_firmware.measure(full.image, keys, lines.append)
    assert (ran, differ) == (keys, 0), "\n".join(lines)


def test_a_wrong_output_is_seen(full, monkeypatch):
    monkeypatch.setattr(in_firmware, "crc32", lambda content: 0)
    assert in_firmware.measure(full.image, ["digits"], lambda line: None) == (["digits"], 1)
