# SPDX-License-Identifier: MIT
"""Cases of ARG_MIN: parameters only. A tie goes to the first."""

from ._arg import arg_cases


def cases():
    yield from arg_cases()
