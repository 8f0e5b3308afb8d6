# SPDX-License-Identifier: MIT
"""What the tests of mpylite deploy share: two versions of a model, the two steps of a deploy, and a cable that is pulled, or
damages what goes through it, between it and a board."""

import pytest

from mpylite import deploy
from mpylite.errors import BoardError
from tests.engine import models


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    """One name, two models."""
    files = []
    for lengths in ((16, 8, 4), (12, 10, 6)):
        file = tmp_path_factory.mktemp("version") / "model.tflite"
        file.write_bytes(models.chain(lengths))
        files.append(file)
    return files


def put(connection, model, apps=(), **more):
    made = deploy.plan(connection, model, apps, **more)
    deploy.write(connection, made)
    return made


class Cable:
    """A device whose `at`-th call fails; half of a file has arrived by then. With `damage` a file arrives changed."""

    def __init__(self, real, at=None, damage=False):
        self.real, self.at, self.damage, self.calls = real, at, damage, 0

    def __getattr__(self, name):
        def call(*arguments, **more):
            self.calls += 1
            pulled = self.calls - 1 == self.at
            if name == "put":
                content = arguments[1]
                if pulled:
                    self.real.put(arguments[0], content[: len(content) // 2])
                elif self.damage:
                    arguments = (arguments[0], content[:-1] + bytes([content[-1] ^ 1]), *arguments[2:])
            elif name == "put_romfs" and pulled:
                self.real.put_romfs(arguments[0], _pull_after(len(arguments[0]) // 2))
            if pulled:
                raise BoardError("the cable is pulled")
            return getattr(self.real, name)(*arguments, **more)

        return call


def _pull_after(size):
    def progress(done, _):
        if done >= size:
            raise BoardError("the cable is pulled")

    return progress
