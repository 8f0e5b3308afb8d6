# SPDX-License-Identifier: MIT
"""The public API in CPython and in MicroPython's native module: the same script, the same lines; and its errors."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mpylite.simulator import micropython
from tests.engine import models

SCRIPT = Path(__file__).with_name("api_script.py")


def write_models(folder):
    """What the script's argument must hold."""
    good = bytearray(models.classifier())
    schema = bytearray(good)
    root = int.from_bytes(good[0:4], "little")
    vtable = root - int.from_bytes(good[root : root + 4], "little", signed=True)
    version = root + int.from_bytes(good[vtable + 4 : vtable + 6], "little")
    schema[version] = 2
    files = {
        "good": good,
        "empty": b"",
        "short": good[:7],
        "text": b"this is not a model, it is a sentence",
        "random": np.random.default_rng(1).integers(0, 256, 3000, np.uint8).tobytes(),
        "schema": schema,
        "float": models.classifier("float32", "float32"),
        "hybrid": models.classifier("float32", "int8"),
        "custom": models.single("CUSTOM"),
        "unknown": models.single("TOPK_V2"),
    }
    for name, content in files.items():
        (folder / f"{name}.tflite").write_bytes(content)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    write_models(folder)
    return folder


@pytest.fixture(scope="module")
def cpython(folder):
    done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def line(lines, start):
    found = [one for one in lines if one.startswith(start + " -> ")]
    assert len(found) == 1, f"{start}: {found}"
    return found[0].removeprefix(start + " -> ")


def test_both_pythons_print_the_same(folder, cpython):
    assert micropython.run_script(SCRIPT, str(folder)).splitlines() == cpython


@pytest.mark.parametrize(
    "step, sentence",
    [
        ("invoke before allocate", "RuntimeError: no arena yet; call allocate_tensors() first"),
        ("set_tensor before allocate", "RuntimeError: no arena yet; call allocate_tensors() first"),
        ("small arena", "ValueError: arena too small: needs 80 bytes, has 8"),
        ("one byte less", "ValueError: arena too small: needs 80 bytes, has 79"),
        ("wrong speed", "ValueError: speed: needs fast or small"),
        ("short input", "ValueError: tensor 0: found 3 bytes, needs 16"),
        ("no such tensor", "ValueError: tensor 1000: the model has 10 tensors; see get_input_details()"),
        ("few numbers", "ValueError: input 0: found 1 elements, needs 16"),
        ("no input", "ValueError: predict: found 0 inputs, needs 1"),
        ("missing", "OSError"),
        ("empty", "ValueError: model is 0 bytes, needs at least 8; give the whole .tflite file"),
        ("short", "ValueError: model is 7 bytes, needs at least 8; give the whole .tflite file"),
        ("text", "ValueError: not a TFLite model: needs the mark TFL3 at byte 4; make one with mpylite convert"),
        ("schema", "ValueError: model has schema version 2, needs 3; convert it again with a current converter"),
        ("float", "ValueError: op 0 CONV_2D: input 0 is float32, needs int8; run mpylite convert first"),
        (
            "hybrid",
            "ValueError: op 0 CONV_2D: weights are int8 but input 0 is float32 (a hybrid model), needs int8; "
            "quantise it fully with mpylite convert",
        ),
        (
            "custom",
            "ValueError: op 0 code 32: this is a custom operator, needs a builtin one; "
            "convert the model with builtin operators only",
        ),
    ],
)
def test_error_sentences(cpython, step, sentence):
    assert line(cpython, step) == sentence


def test_every_truncation_is_refused(cpython):
    cut = [one for one in cpython if one.startswith("truncated at")]
    assert len(cut) > 10
    for one in cut:
        assert "damaged near byte" in one, one


def test_predict_rounds_as_the_oracle_quantises(folder):
    """predict's quantisation equals LiteRT's QUANTIZE on values that lie between two steps."""
    from mpylite import Interpreter

    model = Interpreter(folder / "good.tflite")
    model.allocate_tensors()
    index = model.get_input_details()[0]["index"]
    scale, zero_point = model.get_input_details()[0]["quantization"]
    reals = (np.arange(16) - 8.5) * scale
    model.predict(reals)
    # half away from zero: -8.5 -> -9, 6.5 -> 7; the input's memory may be reused by invoke, so quantise again
    expected = np.array([-9, -8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7]) + zero_point
    from mpylite.interpreter import _quantise

    assert np.array_equal(_quantise(reals, model.get_input_details()[0]), expected.astype(np.int8))
    assert index == 0


def test_details_equal_tensorflow_lites(folder):
    """Index, name, shape, dtype and quantisation are what LiteRT says of the same file."""
    from ai_edge_litert.interpreter import Interpreter as LiteRT

    from mpylite import Interpreter

    path = str(folder / "good.tflite")
    ours, theirs = Interpreter(path), LiteRT(path)
    for mine, other in zip(
        ours.get_input_details() + ours.get_output_details(), theirs.get_input_details() + theirs.get_output_details()
    ):
        assert mine["name"] == other["name"] and mine["index"] == other["index"] and mine["dtype"] == other["dtype"]
        assert np.array_equal(mine["shape"], other["shape"])
        assert mine["quantization"] == other["quantization"]
        for key in ("scales", "zero_points", "quantized_dimension"):
            assert np.array_equal(mine["quantization_parameters"][key], other["quantization_parameters"][key])


def test_micropython_gives_memory_back(folder):
    """60 interpreters with 100 KB each in a heap of 512 KB; what is used afterwards does not grow."""
    script = SCRIPT.with_name("heap_script.py")
    lines = micropython.run_script(script, str(folder), heap_bytes=512 << 10).splitlines()
    growth, shared, refusal, after = lines
    assert int(growth) < 1024
    assert shared == after != "0.0000"
    assert refusal == f"heap: needs a block of {1 << 30} bytes, has none; free some or pass arena="


def test_profile_looks_for_no_files_between_operators(tmp_path):
    names = []
    for lengths in ((64, 32), (64, 32, 48, 16)):
        names.append(tmp_path / f"{len(lengths)}.tflite")
        names[-1].write_bytes(models.chain(lengths))
    printed = micropython.run_script(SCRIPT.with_name("profile_script.py"), *map(str, names))
    (few, asked), (many, asked_again) = (map(int, row.split()) for row in printed.splitlines())
    assert few < many and asked == asked_again
