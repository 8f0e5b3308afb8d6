# SPDX-License-Identifier: MIT
"""What a person or a program is shown: machine-readable output goes to stdout, all else to stderr."""

import contextlib
import functools
import json as json_text
import sys

import click
import numpy as np
import tabulate

out = click.echo
err = functools.partial(click.echo, err=True)
show = functools.partial(print, end="", flush=True)


def table(heads, rows, title="", numbers=()):
    """A table as text; the columns named in `numbers` are set to the right."""
    align = ["right" if head in numbers else "left" for head in heads]
    text = tabulate.tabulate(rows, heads, tablefmt="simple", disable_numparse=True, colalign=align if rows else None)
    return f"{title}\n\n{text}\n" if title else f"{text}\n"


def json(value):
    click.echo(json_text.dumps(value, indent=1, default=_plain, ensure_ascii=False))


def _plain(value):
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else str(value)


class _Progress:
    """One bar after the other: a new one for each `what`."""

    def __init__(self):
        self.bar = self.what = None

    def __call__(self, what, done=0, total=None):
        if what != self.what:
            self.end()
            self.what = what
            self.bar = click.progressbar(length=total, label=what, file=sys.stderr) if total else None
            if self.bar is None:
                err(f"{what} ...")
        if self.bar is not None:
            self.bar.update(done - self.bar.pos)

    def end(self):
        if self.bar is not None:
            self.bar.render_finish()


@contextlib.contextmanager
def progress():
    """A function (what, done, total) that shows on a terminal how far long work is, and the time that remains."""
    if not sys.stderr.isatty():
        yield lambda what, done=0, total=None: None
        return
    shown = _Progress()
    try:
        yield shown
    finally:
        shown.end()
