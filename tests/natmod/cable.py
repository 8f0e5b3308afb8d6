# SPDX-License-Identifier: MIT
"""A cable that is pulled, or damages what goes through it, between mpylite deploy and a board."""

from mpylite.errors import BoardError


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
