# SPDX-License-Identifier: MIT
"""Models in ROMFS, used in place: the same bytes as TensorFlow Lite Micro gives."""

import shutil
from itertools import islice

import numpy as np
import pytest
from mpylite import romfs
from mpylite.errors import BoardError

LOAD = """
import mpylite
i = mpylite.Interpreter('/rom/model.tflite')
i.allocate_tensors()
x = i.get_input_details()[0]['index']
y = i.get_output_details()[0]['index']
"""
# The file is a buffer of its bytes in the flash: a sample is used in place, too.
RUN = "i.set_tensor(x, open('/rom/{}', 'rb'))\ni.invoke()\nprint(bytes(i.get_tensor(y)))"


def console_with(firmware, model, folder, samples):
    (folder / "model.tflite").write_bytes(model.read_bytes())
    for i, sample in enumerate(samples):
        (folder / f"{i}.bin").write_bytes(sample.tobytes())
    console = firmware.console(romfs.build(folder))
    console.run(LOAD)
    return console


def check(console, outputs, seconds):
    for i, wanted in enumerate(outputs):
        found = eval(console.run(RUN.format(f"{i}.bin"), seconds))
        assert found == wanted.tobytes(), f"sample {i}: found {found[:20]}, needs {wanted.tobytes()[:20]}"


def samples(goldens):
    for group in ("real", "hard", "rand"):
        if f"{group}_in0" in goldens and f"{group}_tflm_out0" in goldens:
            yield from zip(goldens[f"{group}_in0"], goldens[f"{group}_tflm_out0"], strict=False)


def corpus_check(firmware, corpus, name, tmp_path, count=None):
    model, goldens = corpus(name)
    inputs, outputs = zip(*islice(samples(goldens), count), strict=True)
    check(console_with(firmware, model, tmp_path, inputs), outputs, seconds=10)


def test_hello_world(any_firmware, corpus, tmp_path):
    corpus_check(any_firmware, corpus, "tflm/hello_world_int8", tmp_path)


@pytest.mark.slow
def test_all_keywords(firmware, corpus, tmp_path):
    corpus_check(firmware, corpus, "mlperf-tiny/kws_dscnn_int8", tmp_path)


@pytest.mark.slow
def test_person_detection(repl, corpus, tmp_path):
    corpus_check(repl, corpus, "tflm/person_detect_int8", tmp_path, 2)


@pytest.mark.slow
def test_visual_wake_words(firmware, corpus, tmp_path):
    """Beside compiler and ulab (profile repl) there is room for arena and records, and for no sample of 27 KB read into memory."""
    corpus_check(firmware, corpus, "mlperf-tiny/vww_mobilenetv1_025_96_int8", tmp_path, 2)


def test_digits(firmware, tmp_path):
    """The converted model of this repository, against TensorFlow Lite Micro."""
    reference = pytest.importorskip("tflite_micro", reason="needs tflite-micro (pip install 'mpylite[dev]')")
    from pathlib import Path

    from mpylite import pipeline

    folder = Path(__file__).resolve().parents[2] / "models" / "digits"
    images = np.random.default_rng(5).uniform(0, 16, (64, 8, 8, 1)).astype(np.float32)
    model = tmp_path / "model.tflite"
    pipeline.convert(folder / "digits.keras", model, images)
    tflm = reference.runtime.Interpreter.from_file(str(model))
    inputs = np.random.default_rng(6).integers(-128, 128, (3, 1, 8, 8, 1)).astype(np.int8)
    wanted = []
    for sample in inputs:
        tflm.set_input(sample, 0)
        tflm.invoke()
        wanted.append(tflm.get_output(0))
    check(console_with(firmware, model, tmp_path, inputs), wanted, 5)


def test_arena_too_large(firmware, corpus, tmp_path):
    model, _ = corpus("tflm/hello_world_int8")
    console = console_with(firmware, model, tmp_path, ())
    with pytest.raises(BoardError, match="MemoryError"):
        console.run("i.allocate_tensors(arena_bytes=1000000)")
    with pytest.raises(BoardError, match="ValueError.*arena"):
        console.run("i.allocate_tensors(arena_bytes=4)")
    assert console.run("print(1)") == "1\n"


def test_model_is_used_in_place(runtime, corpus, tmp_path):
    """A model longer than the heap's rest."""
    model, _ = corpus("mlperf-tiny/ad01_autoencoder_int8")
    shutil.copy(model, tmp_path / "model.tflite")
    console = runtime.console(romfs.build(tmp_path))
    before = int(console.run("import gc\ngc.collect()\nprint(gc.mem_free())"))
    console.run(LOAD)
    after = int(console.run("gc.collect()\nprint(gc.mem_free())"))
    assert before - after < 30000 < model.stat().st_size
