# SPDX-License-Identifier: MIT
"""The public corpus through mpylite.Interpreter: recorded outputs, exact arenas, memory beside TFLM's. `make corpus`
prints the same as a table.
"""

import numpy as np
import pytest

from mpylite.interpreter import HOST

from . import check, goldens

SLOW_FROM_MACS = 1_000_000


def _models():
    for key, entry in goldens.index().items():
        yield pytest.param(key, id=key, marks=[pytest.mark.slow] if entry["macs"] > SLOW_FROM_MACS else [])


def test_corpus_is_there():
    if not goldens.present():
        pytest.skip(f"no corpus at {goldens.CORPUS}: set MPYLITE_CORPUS")
    assert len(goldens.index()) > 80


@pytest.fixture
def entry(request):
    key = request.getfixturevalue("key")
    found = goldens.index()[key]
    if missing := check.missing_operators(found):
        pytest.skip(f"{key}: kernels/ops.def lacks {', '.join(missing)}")
    return found


@pytest.mark.parametrize("speed", ["fast", HOST])
@pytest.mark.parametrize("key", list(_models()))
def test_recorded_outputs(key, entry, speed):
    result = check.check(key, entry, speed)
    assert result.problems == []
    assert result.values > 0


@pytest.mark.parametrize("key", list(_models()))
def test_macs_and_memory_beside_what_is_recorded(key, entry):
    made = check.interpreter(entry)
    assert goldens.macs_agree(entry, made.macs), f"{made.macs} MACs, index.json has {entry['macs']}"
    assert made.arena_bytes + made.record_bytes <= entry["tflm_arena"]["total"]


@pytest.mark.parametrize("key", list(_models()))
def test_arena_bytes_is_exact(key, entry):
    """Runs in exactly that many bytes without touching what lies around, and is refused with one less."""
    group = goldens.groups(entry)[0]
    needs = check.interpreter(entry).arena_bytes
    guarded = np.full(needs + 128, 0xA5, np.uint8)
    start = -guarded.ctypes.data % 64 + 16
    arena = guarded[start : start + needs]
    made = check.interpreter(entry, arena=arena)
    given = [check.outputs(made, group.samples[0])]
    wanted = {r: group.recorded[r][:1] for r in goldens.references(key) if r in group.recorded}
    assert 0 in [check.count_different(w, given) for w in wanted.values()]
    assert (guarded[:start] == 0xA5).all() and (guarded[start + needs :] == 0xA5).all()
    if needs:
        with pytest.raises(ValueError, match=f"needs {needs} bytes, has {needs - 1}"):
            check.interpreter(entry, arena_bytes=needs - 1)


def test_a_wrong_value_is_counted():
    wanted = [[np.array([[1, 2]], np.int8)]]
    assert check.count_different(wanted, [[np.array([[1, 3]], np.int8)]]) == 1
    with pytest.raises(ValueError, match="recorded int8"):
        check.count_different(wanted, [[np.array([1, 2], np.int8)]])


@pytest.mark.parametrize("key", [k for k, e in goldens.index().items() if e["stateful"]])
def test_reset_all_variables_makes_a_fresh_interpreter(key, entry):
    """The recorded outputs of a new interpreter for each sample, from one interpreter that is reset between them."""
    made = check.interpreter(entry)
    fresh = [g for g in goldens.groups(entry) if g.fresh]
    assert fresh
    for group in fresh:
        given = []
        for sample in group.samples:
            made.reset_all_variables()
            given.append(check.outputs(made, sample))
        assert check.count_different(group.recorded["tflm"], given) == 0
