# SPDX-License-Identifier: MIT
"""Checks the oracle itself: the references as tests/kernels runs them must give what the corpus recorded of them."""

import pytest

from tests.kernels import oracle

from . import check, goldens

MODELS = ("tflm/hello_world_int8", "mlperf-tiny/kws_dscnn_int8", "tflm-seanet/leaky_relu18", "tflm-seanet/transpose_conv4",
          "pymicro-wakeword/okay_nabu", "tflm/mnist_lstm_int8")  # fmt: skip
BACKENDS = {"tflm": "tflm", "litert": "litertref"}


@pytest.mark.parametrize("key", MODELS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_reference_gives_what_was_recorded(key, backend):
    if not goldens.present():
        pytest.skip(f"no corpus at {goldens.CORPUS}: set MPYLITE_CORPUS")
    entry = goldens.index()[key]
    model = (goldens.CORPUS / entry["model"]).read_bytes()
    group = next(g for g in goldens.groups(entry) if not g.fresh)
    if BACKENDS[backend] not in group.recorded:
        assert not entry["litert_ok"], f"{key} has no recorded LiteRT outputs, yet index.json says it runs there"
        return
    answer = oracle.run(backend, model, group.samples, len(entry["outputs"]))
    assert answer.refused == "", answer.said
    assert check.count_different(group.recorded[BACKENDS[backend]], answer.outputs) == 0
