# SPDX-License-Identifier: MIT
"""`make demo`: the float digits model becomes int8, runs in real MicroPython, and is compared with
TensorFlow Lite Micro. Owns the telling; every step is done by the package.
"""

import pathlib
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import data  # noqa: E402
from mpylite import cli, float_run, inspection, pipeline, readers, running  # noqa: E402
from mpylite.errors import MpyliteError  # noqa: E402

SHADES = " .:-=+*#%@"


def heading(text):
    print(f"\n---- {text} {'-' * (70 - len(text))}\n")


def convert(folder):
    """Steps 1 and 2: the int8 file, and the table of what it holds."""
    heading("1. digits.keras becomes int8")
    model = folder / "digits.tflite"
    made = pipeline.convert(HERE / "digits.keras", model, data.calibration)
    rows = [inspection.operator(i, node) for i, node in enumerate(made.graph.nodes)]
    print(cli.operator_table(rows, "digits.tflite"))
    print(cli.total_line(inspection.totals(model)))
    return model, made.graph.inputs[0].quant, made.graph.outputs[0].quant


def run(model, stored, labels, images):
    """Step 3: every held-out image in real MicroPython, its accuracy beside the float model's."""
    heading("2. every held-out image in MicroPython")
    outputs, facts = running.run(model, {"in0": stored}, "micropython")
    answers = outputs["out0"].reshape(len(stored), -1)
    exact = float_run.run(readers.read(HERE / "digits.keras"), [images])[0]
    print(f"float32 on the PC      {accuracy(exact, labels):7.2%} of {len(labels)} images")
    print(f"int8 in MicroPython    {accuracy(answers, labels):7.2%}")
    print(f"one inference          {facts['microseconds']:,} microseconds ({facts['macs']:,} MACs)")
    for name in (n for n in facts if n.endswith("_bytes")):
        print(f"{name.removesuffix('_bytes').replace('_', ' '):22} {facts[name]:,} bytes")
    return answers


def accuracy(outputs, labels):
    return float(np.mean(outputs.argmax(1) == labels))


def compare(model, stored, answers):
    """Step 4: how many values differ from TensorFlow Lite Micro's own interpreter."""
    heading("3. compared with TensorFlow Lite Micro")
    try:
        from tflite_micro import runtime
    except ImportError:
        print("tflite-micro is not installed here: comparison left out")
        return 0
    reference = runtime.Interpreter.from_file(str(model))
    differing = 0
    for image, answer in zip(stored, answers):
        reference.set_input(image[None], 0)
        reference.invoke()
        differing += int((reference.get_output(0).reshape(-1) != answer).sum())
    print(f"{answers.size:,} output values compared, {differing} differ")
    return differing


def draw(images, probabilities, count=5):
    """Step 5: a few digits as characters, each with the answer and its probability."""
    heading("4. a few of them")
    for row in range(8):
        pieces = ["".join(SHADES[int(round(float(p) * 9))] * 2 for p in image[row, :, 0]) for image in images[:count]]
        print("   ".join(pieces))
    labels = [f"{int(p.argmax())}  {float(p.max()):.1%}".center(16) for p in probabilities[:count]]
    print("   ".join(labels))


def main():
    images, labels = data.held_out()
    with tempfile.TemporaryDirectory() as name:
        try:
            model, input_quant, output_quant = convert(pathlib.Path(name))
            stored = input_quant.quantize(images, "int8")
            answers = run(model, stored, labels, images)
        except MpyliteError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        differing = compare(model, stored, answers)
        draw(images, output_quant.dequantize(answers))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
