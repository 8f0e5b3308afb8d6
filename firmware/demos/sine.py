# SPDX-License-Identifier: MIT
"""A sine that a board predicts point by point, as a plot that grows downwards: * is the board's, . the true one.
`python firmware/demos/sine.py --port /dev/ttyACM0` (or rp2040:repl, a Pico in the emulator)."""

import argparse
import math
import sys

import asking
from mpylite.errors import MpyliteError

sys.path.insert(0, str(asking.MODELS / "sine"))
import train  # noqa: E402

WIDTH = 61  # of the plot, in characters


def row(x, predicted):
    """One line of the plot."""
    marks = [" "] * WIDTH
    for mark, y in (("|", 0.0), (".", math.sin(x)), ("*", predicted)):
        marks[round((max(-1.0, min(1.0, y)) + 1) / 2 * (WIDTH - 1))] = mark
    return f"{x:5.2f} {predicted:6.3f}  {''.join(marks)}"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="auto", help="a serial port, rp2040:repl, or auto")
    parser.add_argument("--points", type=int, default=33)
    options = parser.parse_args(arguments)
    worst = 0.0
    try:
        with asking.board_with("sine/sine.onnx", train.calibration, options.port) as board:
            print(f"sin(x) by {board.who}")
            for i in range(options.points):
                x = i * train.TURN / max(options.points - 1, 1)
                predicted = board.ask([x])[0]
                worst = max(worst, abs(predicted - math.sin(x)))
                print(row(x, predicted), flush=True)
    except MpyliteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"largest error {worst:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
