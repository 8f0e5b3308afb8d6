# SPDX-License-Identifier: MIT
"""What a stranger does wrong with `mpylite convert`: each mistake is one clear sentence, and no file is left behind."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from mpylite import folders, pipeline

from .conftest import ROOT

GENERATORS = """import numpy as np
import time
def ragged():
    yield np.zeros((8, 8, 1))
    yield np.zeros((7, 8, 1))
def broken():
    yield np.zeros((8, 8, 1))
    raise RuntimeError("no more")
def empty():
    return iter(())
def leaves():
    raise SystemExit(0)
def slow():
    yield np.zeros((8, 8, 1))
    open("reached", "w").close()
    time.sleep(60)
"""
MISTAKES = {
    "ragged": ("feed.py:ragged", (), "samples have shapes [(8, 8, 1)] and [(7, 8, 1)], needs the same shape in all"),
    "broken": ("feed.py:broken", (), "feed.py:broken: its generator failed (RuntimeError: no more)"),
    "empty": ("feed.py:empty", (), "holds no samples, needs at least one"),
    "leaves": ("feed.py:leaves", (), "feed.py:leaves: calling it failed (SystemExit: 0)"),
    "no name": ("", (), "found an empty name, needs a .npy"),
    "emoji": ("nofile.py:x", (), "nofile.py:x: cannot import"),
    "options of an array": ("c.npy", ("mean=0.5",), "options (mean) are for folders only"),
    "no number": (".", ("mean=abc",), "option mean=abc, needs a number"),
    "std": (".", ("std=0",), "std=0.0: needs limit >= 1, std not 0"),
    "limit": (".", ("limit=0",), "limit=0.0, std=1.0: needs limit >= 1"),
    "colour": (".", ("colour=cmyk",), "option colour=cmyk, needs rgb or bgr"),
    "channels": (".", ("mean=1,2,3",), "found 3 numbers, needs 1 or one for each of 1 channels"),
}


@pytest.fixture
def folder(digits, tmp_path, monkeypatch):
    image = pytest.importorskip("PIL.Image")
    np.save(tmp_path / "c.npy", digits[1][:20])
    (tmp_path / "feed.py").write_text(GENERATORS)
    image.fromarray(np.full((9, 9, 3), (10, 100, 200), np.uint8)).save(tmp_path / "picture.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def leftovers(folder):
    return [p.name for p in folder.iterdir() if "tflite" in p.name]


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_with_data(name, folder, digits, command):
    data, options, sentence = MISTAKES[name]
    pairs = [word for option in options for word in ("--data-option", option)]
    status, out, err = command("convert", digits[0], "-o", "o.tflite", "--calibration", data, *pairs)
    assert status == 1 and out == ""
    assert sentence in err.replace("\n", " ")
    assert leftovers(folder) == []


def test_targets_are_refused_before_the_work(folder, digits, command):
    for target, sentence in ((".", "is a folder"), ("none/o.tflite", "'none' is no folder; make it first")):
        for more in (("-o", target), ("-o", "o.tflite", "--report", target)):
            status, _, err = command("convert", digits[0], "--calibration", "feed.py:broken", *more)
            assert status == 1 and sentence in err
    assert leftovers(folder) == []


def test_nothing_that_is_read_is_written_over(folder, digits, command):
    """A trained model is gone for good."""
    (folder / "m.keras").write_bytes(digits[0].read_bytes())
    before = {p: p.read_bytes() for p in folder.iterdir()}
    for more in (("-o", "m.keras"), ("-o", "c.npy"), ("-o", "o.tflite", "--report", "o.tflite")):
        status, _, err = command("convert", "m.keras", "--calibration", "c.npy", *more)
        assert status == 1 and "would be written over another file of this command" in err
    (folder / "m.keras").unlink()
    assert command("convert", digits[0], "-o", "m.tflite", "--calibration", "c.npy")[0] == 0
    before = {p: p.read_bytes() for p in folder.iterdir()}
    for line in ("run m.tflite --input c.npy --output m.tflite", "bench m.tflite --on engine --report m.tflite"):
        status, _, err = command(*line.split())
        assert status == 1 and "would be written over another file of this command" in err
    assert {p: p.read_bytes() for p in folder.iterdir()} == before


def test_choices_that_exclude_each_other(folder, digits, command):
    for more, sentence in (
        (("--int16", "--input-type", "uint8"), "type uint8: not with int16x8, needs one of int8, int16, float32"),
        (("--random-calibration",), "found both, needs one of them"),
    ):
        status, _, err = command("convert", digits[0], "-o", "o.tflite", "--calibration", "c.npy", *more)
        assert status == 1 and sentence in err
    assert leftovers(folder) == []


def test_ends_of_16_bits(folder, digits, command):
    ends = ("--int16", "--input-type", "int16", "--output-type", "int16")
    assert command("convert", digits[0], "-o", "o.tflite", "--calibration", "c.npy", *ends)[0] == 0
    status, _, err = command("convert", digits[0], "-o", "o.tflite", "--calibration", "c.npy", *ends[1:])
    assert status == 1 and "type int16: not with int8, needs one of int8, uint8, float32" in err


def test_data_that_tells_nothing_is_warned_of(folder, digits, command):
    for values, sentence in (
        (np.ones((3, 8, 8, 1)), "never changes on calibration data"),
        (digits[1][:3] * 1e9, "reaches 1e+09; was the data prepared as in training?"),
    ):
        np.save("odd.npy", values)
        status, _, err = command("convert", digits[0], "-o", "o.tflite", "--calibration", "odd.npy")
        assert status == 0 and sentence in err


def test_channels_of_pictures(folder):
    options = {"mean": "0.1,0.2,0.3", "std": "1,2,0.5", "colour": "bgr"}
    (picture,) = folders.samples(folder, (4, 4, 3), options)
    wanted = (np.array([200, 100, 10]) / 255 - [0.1, 0.2, 0.3]) / [1, 2, 0.5]
    np.testing.assert_allclose(picture, np.broadcast_to(wanted, (4, 4, 3)), atol=1e-6)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_interrupted_leaves_no_file(folder, digits):
    (folder / "o.tflite").write_bytes(b"what was there")
    arguments = (
        sys.executable,
        "-m",
        "mpylite",
        "convert",
        digits[0],
        "-o",
        "o.tflite",
        "--calibration",
        "feed.py:slow",
    )
    path = os.pathsep.join([str(ROOT / "host_tools"), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests may run where it is ignored
    )
    while not (folder / "reached").exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 1 and err.decode().strip() == "interrupted"
    assert leftovers(folder) == ["o.tflite"] and (folder / "o.tflite").read_bytes() == b"what was there"


def test_interrupted_while_writing_leaves_no_file(folder, digits, monkeypatch):
    from mpylite.writers import tflite

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(tflite.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pipeline.convert(digits[0], "o.tflite", digits[1][:20])
    assert leftovers(folder) == []


def test_the_time_that_remains_of_a_folder(folder, digits):
    """A folder's files are counted before the first is read."""
    for i in range(39):
        (folder / f"{i}.png").write_bytes((folder / "picture.png").read_bytes())
    for options, count in (({}, 40), ({"limit": 33}, 33)):
        told = []
        pipeline.convert(digits[0], None, ".", "minmax", data_options=options, progress=lambda *step: told.append(step))
        assert told == [("calibrating", 32, count), ("calibrating", count, count)]


@pytest.mark.skipif(not pathlib.Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_leaves_no_file(folder, digits, command, monkeypatch):
    from mpylite.writers import tflite

    def full(*_, **__):
        made = folder / ".o.tflite.part"
        made.touch()
        return os.open("/dev/full", os.O_WRONLY), str(made)

    monkeypatch.setattr(tflite.tempfile, "mkstemp", full)
    status, _, err = command("convert", digits[0], "-o", "o.tflite", "--calibration", "c.npy")
    assert status == 1 and "o.tflite: cannot write there (No space left on device)" in err
    assert leftovers(folder) == []
