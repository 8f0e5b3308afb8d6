# SPDX-License-Identifier: MIT
"""What is measured: models of the corpus with their recorded samples, and the digits model, converted here and run by
TensorFlow Lite Micro."""

import sys
import tempfile
from pathlib import Path

import numpy as np

import mpylite
from tests.corpus import goldens

ROOT = Path(__file__).resolve().parents[2]
MLPERF = ("kws_dscnn_int8", "vww_mobilenetv1_025_96_int8", "ic_resnet8_int8", "ad01_autoencoder_int8")
MORE = ("person_detect_int8", "micro_speech_quantized", "hello_world_int8", "v2_okay_nabu", "tflite_micro_magic_wand", "conv10")
GATED = (*MLPERF, *MORE, "digits")


def keys(names=()):
    """The subjects that these names mean: digits, a name in the corpus (with or without its folder); without names all."""
    known = [*(goldens.index() if goldens.present() else ()), "digits"]
    return known if not names else [key for name in names for key in known if name in (key, key.split("/")[-1])]


def load(key, count=1):
    """(model file's bytes, [(inputs, expected outputs), ...])."""
    if key == "digits":
        return digits()
    entry = goldens.index()[key]
    pairs = [pair for group in goldens.groups(entry) for pair in zip(group.samples, group.recorded["tflm"], strict=True)]
    return (goldens.CORPUS / entry["model"]).read_bytes(), pairs[:count]


def digits():
    from tflite_micro import runtime

    folder = ROOT / "models" / "digits"
    sys.path.insert(0, str(folder))
    import data

    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / "digits.tflite"
        mpylite.convert(str(folder / "digits.keras"), str(target), data.calibration())
        model = target.read_bytes()
    reference = runtime.Interpreter.from_bytes(model)
    detail = reference.get_input_details(0)
    image = data.held_out()[0][:1]
    if detail["dtype"] != np.float32:
        quantisation = detail["quantization_parameters"]
        image = np.round(image / quantisation["scales"][0]) + quantisation["zero_points"][0]
    image = np.clip(image, -128, 127).astype(detail["dtype"])
    reference.set_input(image, 0)
    reference.invoke()
    return model, [([image], [reference.get_output(0)])]
