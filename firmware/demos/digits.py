# SPDX-License-Identifier: MIT
"""Draw a digit in the terminal and see the board's answer: `python firmware/demos/digits.py --port /dev/ttyACM0` (or
rp2040:repl, a Pico in the emulator). Without a terminal, or with --script, it draws ten digits by itself."""

import argparse
import sys

import asking
import drawing
import keys
from mpylite.errors import MpyliteError

sys.path.insert(0, str(asking.MODELS / "digits"))
import data  # noqa: E402

SHADES = " .:-=+*#%@"
HELP = "mouse or arrows: move, space: pen up or down, enter: ask, c: clear, q: quit"
CLEAR = "\x1b[2J\x1b[H"
MOVES = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


class Sheet:
    """What is drawn so far, and where the pen is."""

    def __init__(self):
        self.strokes, self.pen, self.is_down = [], (drawing.SIZE / 2, drawing.SIZE / 2), False

    def move(self, point, is_down):
        """Brings the pen to a point; with the pen down that draws."""
        self.pen = tuple(max(0.0, min(float(drawing.SIZE), value)) for value in point)
        if is_down and not self.is_down:
            self.strokes.append([])
        self.is_down = is_down
        if is_down:
            self.strokes[-1].append(self.pen)

    def take(self, event):
        """Draws what an event says; True when the board is to be asked."""
        if event[0] == "mouse":
            was_down = self.is_down
            self.move((event[1] + 0.5, 2 * event[2] + 1.0), event[3])
            return was_down and not self.is_down
        if event[1] == "c":
            self.__init__()
        elif event[1] == " ":
            self.move(self.pen, not self.is_down)
        elif event[1] in MOVES:
            dx, dy = MOVES[event[1]]
            self.move((self.pen[0] + dx, self.pen[1] + dy), self.is_down)
        return event[1] == "enter"

    def lines(self):
        """The sheet as half blocks, two rows of it a line."""
        ink = drawing.inked(self.strokes, 1.5)
        marks = {(False, False): " ", (True, False): "\u2580", (False, True): "\u2584", (True, True): "\u2588"}
        rows = [[marks[bool(a), bool(b)] for a, b in zip(ink[y], ink[y + 1], strict=True)] for y in range(0, drawing.SIZE, 2)]
        column, line = min(int(self.pen[0]), drawing.SIZE - 1), min(int(self.pen[1]) // 2, len(rows) - 1)
        rows[line][column] = "+" if not self.is_down else "o"
        return ["".join(row) + "|" for row in rows] + ["-" * drawing.SIZE + "+"]


def shaded(picture):
    return ["".join(SHADES[round(float(value) * 9)] * 2 for value in row) for row in picture]


def answer(board, picture):
    """The board's probabilities of the ten digits, and a sentence."""
    chances = board.ask([float(value) for value in picture.ravel()])
    best = max(range(10), key=chances.__getitem__)
    return chances, f"the board sees a {best} ({chances[best]:.1%})"


def bars(chances):
    return [f"{digit} {'#' * round(chance * 30)}" for digit, chance in enumerate(chances)]


def script(board, show):
    """Draws ten digits; gives how many the board knew."""
    right = 0
    for digit, strokes in drawing.DIGITS.items():
        picture = drawing.picture(strokes)
        chances, sentence = answer(board, picture)
        right += max(range(10), key=chances.__getitem__) == digit
        show("\n".join(shaded(picture)) + f"\n{sentence}; it was a {digit}\n\n")
    show(f"{right} of {len(drawing.DIGITS)} right\n")
    return right


def draw(board, show):
    """Lets a person draw, until q."""
    sheet, said = Sheet(), []
    with keys.events(show) as events:
        show(CLEAR + "\n".join(sheet.lines()) + f"\n{HELP}\n{board.who}\n")
        for event in events:
            if event == ("key", "q"):
                return
            if event == ("key", "c"):
                said = []
            if sheet.take(event) and sheet.strokes:
                chances, sentence = answer(board, drawing.picture(sheet.strokes))
                said = [sentence, *bars(chances)]
            show(CLEAR + "\n".join([*sheet.lines(), HELP, *said]) + "\n")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="auto", help="a serial port, rp2040:repl, or auto")
    parser.add_argument("--script", action="store_true", help="draw ten digits by itself")
    options = parser.parse_args(arguments)

    def show(text):
        print(text, end="", flush=True)

    try:
        with asking.board_with("digits/digits.keras", data.calibration, options.port) as board:
            if not options.script and sys.stdin.isatty() and sys.stdout.isatty():
                draw(board, show)
                return 0
            return 0 if script(board, show) == len(drawing.DIGITS) else 1
    except MpyliteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
