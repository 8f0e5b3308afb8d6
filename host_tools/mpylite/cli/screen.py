# SPDX-License-Identifier: MIT
"""Where text goes: machine-readable output to stdout, all else to stderr."""

import functools
import json as json_text

import click
import numpy as np
from rich.console import Console


def console(**more):
    """Prints what it is given: no ':x:' of a path becomes a picture."""
    return Console(highlight=False, emoji=False, **more)


out = console(soft_wrap=True)
err = console(stderr=True)
show = functools.partial(print, end="", flush=True)


def json(value):
    click.echo(json_text.dumps(value, indent=1, default=_plain, ensure_ascii=False))


def _plain(value):
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else str(value)
