# SPDX-License-Identifier: MIT
"""Runs in MicroPython: how often a file system is asked for files while each of the models named is profiled. On a board that
takes milliseconds, and must not lie between two readings of the clock."""

import sys
import vfs

import mpylite


class Asked:
    times = 0

    def mount(self, readonly, mkfs):
        pass

    def stat(self, path):
        Asked.times += 1
        raise OSError(2)


models = []
for name in sys.argv[1:]:
    models.append(mpylite.Interpreter(name))
    models[-1].allocate_tensors()
    models[-1].profile()
vfs.mount(Asked(), "/asked")
sys.path.insert(0, "/asked")
for model in models:
    before = Asked.times
    rows = model.profile()
    print(len(rows), Asked.times - before)
