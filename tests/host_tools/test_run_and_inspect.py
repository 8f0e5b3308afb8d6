# SPDX-License-Identifier: MIT
"""The commands inspect and run: what they print where, and that machines agree."""

import json

import click
import numpy as np
import pytest

from . import references


@pytest.fixture
def samples(digits, digits_int8, tmp_path):
    """(path of an .npz, its raw values)"""
    stored = digits_int8[0].graph.inputs[0].quant.quantize(digits[1][:20], "int8")
    np.savez(tmp_path / "x.npz", in0=stored)
    return tmp_path / "x.npz", stored


def test_inspect_json_is_all_of_stdout(digits_int8, command):
    made, path = digits_int8
    status, out, _ = command("inspect", path, "--json")
    found = json.loads(out)
    assert status == 0
    assert [o["operator"] for o in found["operators"]] == [n.op for n in made.graph.nodes]
    assert found["macs"] == 56320 == found["engine"]["macs"]
    assert found["file_bytes"] == path.stat().st_size
    assert found["unsupported"] == []
    assert found["engine"]["arena_bytes"] >= found["plan_bytes"] > 0


def test_inspect_draws_the_plan(digits_int8, command):
    status, out, _ = command("inspect", digits_int8[1])
    assert status == 0 and "CONV_2D" in out and "####" in out.replace(".", "#")


def test_inspect_names_what_is_unsupported(digits, command):
    status, out, _ = command("inspect", digits[0], "--json")
    reasons = {row["reason"] for row in json.loads(out)["unsupported"]}
    assert status == 0 and any(r.startswith("float32, needs int8") for r in reasons)


@pytest.mark.parametrize("on", ["engine", "micropython"])
def test_run_equals_tensorflow_lite_micro(on, digits_int8, samples, command, tmp_path):
    if on == "micropython":
        pytest.importorskip("mpylite.simulator.micropython")
    source, stored = samples
    made, path = digits_int8
    status, out, err = command("run", path, "--input", source, "--output", tmp_path / "y.npz", "--on", on, "--json")
    assert status == 0, err
    assert json.loads(out)["samples"] == 20
    outputs = np.load(tmp_path / "y.npz")["out0"]
    assert outputs.shape == (20, 1, 10) and outputs.dtype == np.int8
    np.testing.assert_array_equal(outputs[:, 0], references.tflm(made.content, stored))


BAD = {
    "dtype": (lambda x: {"in0": x.astype(np.float32)}, "in0: is float32, needs int8"),
    "shape": (lambda x: {"in0": x[:, 1:]}, "has samples of shape (7, 8, 1), needs (1, 8, 8, 1)"),
    "name": (lambda x: {"image": x}, "has image, needs in0"),
    "none": (lambda x: {"in0": x[:0]}, "has 0 samples"),
}


@pytest.mark.parametrize("name", BAD)
def test_run_refuses_wrong_input(name, digits_int8, samples, command, tmp_path):
    change, sentence = BAD[name]
    np.savez(tmp_path / "bad.npz", **change(samples[1]))
    status, out, err = command("run", digits_int8[1], "--input", tmp_path / "bad.npz", "--output", tmp_path / "y.npz")
    assert status == 1 and sentence in err and out == ""
    assert not (tmp_path / "y.npz").exists()


def test_every_command_has_help():
    from mpylite import cli

    for name, row in cli.COMMANDS.items():
        assert row.function.__doc__, name
        assert all(p.help for p in row.params if isinstance(p, click.Option)), name
