# SPDX-License-Identifier: MIT
"""Brings a model to a board (a port, or an emulated one) and asks it questions. Owns the way there and back; what is asked
and how it is shown are the demos'."""

import ast
import contextlib
import pathlib
import tempfile

from mpylite import deploy, pipeline, remote

MODELS = pathlib.Path(__file__).resolve().parents[2] / "models"
ASK = """
import mpylite
__model = {interpreter}
__model.allocate_tensors()
def __ask(numbers):
    answer = __model.predict(numbers)
    print(answer.tolist() if hasattr(answer, "tolist") else list(answer))
"""


class Board:
    """A board that holds a model; `who` is what it calls itself."""

    def __init__(self, device, plan):
        self._device = device
        self.who = f"{plan.facts.machine or 'a board'}, MicroPython {'.'.join(map(str, plan.facts.version))}"
        device.exec(ASK.format(interpreter=plan.interpreter))

    def ask(self, numbers):
        """The model's answer to real numbers, one after the other."""
        answer = ast.literal_eval(self._device.exec(f"__ask({list(numbers)!r})"))
        while isinstance(answer[0], list):
            (answer,) = answer
        return answer


@contextlib.contextmanager
def board_with(source, calibration, port):
    """A Board with models/<source> as an int8 model."""
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / pathlib.Path(source).with_suffix(".tflite").name
        pipeline.convert(MODELS / source, model, calibration)
        with remote.connected(port) as device:
            plan = deploy.plan(device, model)
            deploy.write(device, plan)
            yield Board(device, plan)
