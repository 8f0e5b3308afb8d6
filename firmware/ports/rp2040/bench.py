# SPDX-License-Identifier: MIT
"""`make firmware-bench`: cycles of a firmware in the emulator, from reset to the prompt and for each model, saved so that
the next run shows the change. `bench.py BOARD FOLDER CORPUS`"""
import json
import sys
import tempfile
from pathlib import Path

from mpylite import boards, pipeline, romfs
from mpylite.simulator import rp2040
from mpylite.simulator.console import Console

TOP = Path(__file__).resolve().parents[3]
MODELS = (
    ("hello_world", "models/tflm/hello_world_int8.tflite"),
    ("keyword spotting", "models/mlperf-tiny/kws_dscnn_int8.tflite"),
    ("anomaly detection", "models/mlperf-tiny/ad01_autoencoder_int8.tflite"),
    ("image classification", "models/mlperf-tiny/ic_resnet8_int8.tflite"),
    ("visual wake words", "models/mlperf-tiny/vww_mobilenetv1_025_96_int8.tflite"),
)
MARK = "~"
LOAD = "import mpylite\nprint('~')\ni = mpylite.Interpreter('/rom/model.tflite')\ni.allocate_tensors()\nprint('~')"
INVOKE = "print('~')\ni.invoke()\nprint('~')"


class Timed:
    """Cycles between marks that the board writes to its UART."""

    def __init__(self, board):
        self.board, self.at = board, []
        board.on_uart_byte = lambda byte: self.at.append(board.cycles) if byte == ord(MARK) else None

    def run(self, console, source):
        self.at.clear()
        console.run(source, seconds=20)
        return self.at[1] - self.at[0]


def to_prompt(folder):
    board = rp2040.Board((folder / "firmware.bin").read_bytes())
    board.run_until(lambda: b"mpylite runtime" in board.uart or b">>> " in board.uart, seconds=2)
    return board.cycles


def model_cycles(name, folder, model):
    with tempfile.TemporaryDirectory() as files:
        (Path(files) / "model.tflite").write_bytes(model)
        image = rp2040.with_romfs((folder / "firmware.bin").read_bytes(), boards.load(name), romfs.build(files))
    board = rp2040.Board(image, (folder / "firmware.ram").read_bytes() or None)
    console, timed = Console(board), Timed(board)
    return timed.run(console, LOAD), timed.run(console, INVOKE)


def digits():
    """The repository's own model, which needs no corpus."""
    import numpy as np

    with tempfile.TemporaryDirectory() as files:
        path = Path(files) / "digits.tflite"
        images = np.random.default_rng(1).uniform(0, 16, (64, 8, 8, 1)).astype(np.float32)
        pipeline.convert(TOP / "models/digits/digits.keras", path, images)
        return path.read_bytes()


def rows(name, folder, corpus):
    yield "reset to prompt", to_prompt(folder)
    models = [("digits", digits())]
    models += [(title, (corpus / file).read_bytes()) for title, file in MODELS if (corpus / file).is_file()]
    for title, model in models:
        load, invoke = model_cycles(name, folder, model)
        yield f"{title}: load", load
        yield f"{title}: one inference", invoke


def main(name, folder, corpus):
    folder, board = Path(folder), boards.load(name)
    saved = TOP / "build" / "bench" / f"{folder.name}.json"
    before = json.loads(saved.read_text()) if saved.is_file() else {}
    found = {}
    print(f"{folder.name} in the emulator (flash waits are not modelled: lower bounds)")
    print(f"{'':36}{'M cycles':>10}{'ms':>9}{'change':>9}")
    for title, cycles in rows(name, folder, Path(corpus)):
        found[title] = cycles
        change = f"{cycles / before[title] - 1:+9.1%}" if title in before else ""
        print(f"{title:36}{cycles / 1e6:10.3f}{1000 * cycles / board.clock_hz:9.2f}{change}", flush=True)
    saved.parent.mkdir(parents=True, exist_ok=True)
    saved.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
