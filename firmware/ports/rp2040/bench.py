# SPDX-License-Identifier: MIT
"""`make bench BOARD=RPI_PICO`: cycles of firmware in the emulator, from reset to the prompt and for each model, beside what
is kept; with SAVE they are kept. `bench.py 0|1 BOARD CORPUS FOLDER...`"""
import sys
import tempfile
from pathlib import Path

import kept
from mpylite import boards, pipeline, romfs
from mpylite.errors import BoardError
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


def profile_of(folder):
    return folder.name.rsplit("-", 1)[1]


def unpacked(folder):
    """None where nothing is packed."""
    file = folder / "firmware.ram"
    return file.is_file() and file.read_bytes() or None


def to_prompt(folder):
    board = rp2040.Board((folder / "firmware.bin").read_bytes())
    board.run_until(lambda: b"mpylite runtime" in board.uart or b">>> " in board.uart, seconds=2)
    return board.cycles


def model_cycles(name, folder, model):
    """(loading, one inference), or nothing where the model has no room."""
    with tempfile.TemporaryDirectory() as files:
        (Path(files) / "model.tflite").write_bytes(model)
        image = rp2040.with_romfs((folder / "firmware.bin").read_bytes(), boards.load(name), romfs.build(files), profile_of(folder))
    board = rp2040.Board(image, unpacked(folder))
    console, timed = Console(board), Timed(board)
    try:
        return timed.run(console, LOAD), timed.run(console, INVOKE)
    except BoardError as error:
        if "MemoryError" not in str(error):
            raise
        return None, None


def digits():
    """The repository's own model, which needs no corpus."""
    import numpy as np

    with tempfile.TemporaryDirectory() as files:
        path = Path(files) / "digits.tflite"
        images = np.random.default_rng(1).uniform(0, 16, (64, 8, 8, 1)).astype(np.float32)
        pipeline.convert(TOP / "models/digits/digits.keras", path, images)
        return path.read_bytes()


def rows(name, folder, corpus):
    """(what, cycles) one by one: each takes seconds."""
    yield "reset to prompt", to_prompt(folder)
    models = [("digits", digits())]
    models += [(title, (corpus / file).read_bytes()) for title, file in MODELS if (corpus / file).is_file()]
    for title, model in models:
        load, invoke = model_cycles(name, folder, model)
        yield f"{title}: load", load
        yield f"{title}: one inference", invoke


def cells(board, cycles, before):
    if cycles is None:
        return f"{'no room':>10}{'':18}"
    change = f"{cycles / before - 1:+.1%}" if before else ""
    return f"{cycles / 1e6:10.3f}{1000 * cycles / board.clock_hz:9.2f}{change:>9}"


def measure(name, corpus, folders):
    """Prints a table with three columns an image; gives the cycles by BOARD-PROFILE."""
    board, found = boards.load(name), {folder.name: {} for folder in folders}
    print(f"{name}'s firmware in the emulator (flash waits are not modelled: lower bounds); change: since {kept.FILE.name}")
    print(" " * 36 + "".join(f"{profile_of(folder):^28}" for folder in folders).rstrip())
    print(" " * 36 + f"{'M cycles':>10}{'ms':>9}{'change':>9}" * len(folders))
    for row in zip(*(rows(name, folder, corpus) for folder in folders), strict=True):
        title = row[0][0]
        line = ""
        for image, (_, cycles) in zip(found, row, strict=True):
            found[image][title] = cycles
            line += cells(board, cycles, kept.cycles(image).get(title))
        print(f"{title:36}{line}".rstrip(), flush=True)
    return found


def main(save, name, corpus, *folders):
    found = measure(name, Path(corpus), [Path(folder) for folder in folders])
    for image, cycles in found.items() if save else ():
        kept.save(image, {"cycles": cycles})


if __name__ == "__main__":
    main(sys.argv[1] == "1", *sys.argv[2:])
