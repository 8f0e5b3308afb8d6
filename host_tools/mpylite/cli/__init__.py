# SPDX-License-Identifier: MIT
"""The command table: COMMANDS. This package is the only place that prints or exits; the work is done elsewhere.

Machine-readable output goes to stdout, all else to stderr. Exit 0: done, 1: the user can act on
the one line printed, 2: wrong usage.
"""

import os
import pathlib
import sys
from dataclasses import dataclass, field

import click

from .. import __version__
from ..errors import MpyliteError, UnsupportedError
from . import boards, models, screen
from .models import operator_table, total_line

__all__ = ["COMMANDS", "main", "operator_table", "status", "total_line"]


@dataclass(frozen=True)
class Row:
    """A command: its function (the docstring is the help) and its parameters."""

    function: object
    params: list = field(default_factory=list)


def _path(**more):
    return click.Path(path_type=pathlib.Path, **more)


PLACES = ("auto", "files", "romfs")
METHODS = ("auto", "minmax", "percentile", "mse", "entropy", "best")
JSON = click.Option(["--json", "as_json"], is_flag=True, help="Machine-readable output on stdout.")
DRY_RUN = click.Option(["--dry-run"], is_flag=True, help="Print the plan alone.")
WHERE = "A serial port, socket://HOST:PORT, rp2040 or rp2040:PROFILE (emulated), qemu:ARCH, or auto."
PORT = click.Option(["--port"], default="auto", help=WHERE)
PORT_ARGUMENT = click.Argument(["port"])
COMMANDS = {
    "convert": Row(
        models.convert,
        [
            click.Argument(["model"], type=_path()),
            click.Option(["-o", "--output"], required=True, type=_path(), help="The .tflite file to write."),
            click.Option(
                ["--calibration"],
                help="Samples: a .npy or .npz file, a folder of images or .wav files, or module:function.",
            ),
            click.Option(
                ["--data-option"], multiple=True, metavar="NAME=VALUE", help="Folders: scale, mean, std, colour, limit."
            ),
            click.Option(["--random-calibration"], is_flag=True, help="Guess the ranges (for trying out only)."),
            click.Option(["--method"], type=click.Choice(METHODS), default="auto", help="How ranges are chosen."),
            click.Option(
                ["--input-type"],
                type=click.Choice(["int8", "uint8", "int16", "float32"]),
                default="int8",
                help="Type of the model's inputs.",
            ),
            click.Option(
                ["--output-type"],
                type=click.Choice(["int8", "uint8", "int16", "float32"]),
                default="int8",
                help="Type of the model's outputs.",
            ),
            click.Option(["--int16"], is_flag=True, help="16-bit activations with 8-bit weights."),
            click.Option(["--report"], type=_path(), help="An .html page: errors by layer, ranges, memory, advice."),
            JSON,
        ],
    ),
    "repl": Row(boards.repl, [PORT_ARGUMENT]),
    "exec": Row(boards.exec_, [PORT_ARGUMENT, click.Argument(["code"])]),
    "run-script": Row(boards.run_script, [PORT_ARGUMENT, click.Argument(["script"], type=_path(exists=True, dir_okay=False))]),
    "bridge": Row(boards.bridge, [PORT_ARGUMENT]),
    "inspect": Row(models.inspect, [click.Argument(["model"], type=_path()), JSON]),
    "run": Row(
        models.run,
        [
            click.Argument(["model"], type=_path()),
            click.Option(
                ["--input", "source"],
                required=True,
                type=_path(),
                help="An .npz with in0, in1, … each with a leading sample axis.",
            ),
            click.Option(["--output"], required=True, type=_path(), help="The .npz to write, with out0, out1, …."),
            click.Option(
                ["--on"],
                default="engine",
                metavar="engine|micropython|PORT",
                help="The shared library, MicroPython with the native module, or a board.",
            ),
            JSON,
        ],
    ),
    "flash": Row(
        boards.flash,
        [
            click.Argument(["firmware"], type=_path(), required=False),
            click.Option(["--board"], default="RPI_PICO", help="Which board it is; mpylite boards lists them."),
            click.Option(["--profile"], default="repl", help="Which image to take or build, where no file is given."),
            PORT,
            click.Option(["--drive"], type=_path(), help="Where the bootloader's drive is, instead of looking for it."),
            click.Option(["--erase"], is_flag=True, help="ESP32: erase the whole flash first, as for a first time."),
            click.Option(["--timeout"], type=float, default=30, show_default=True, help="Seconds to wait for drive and console."),
            DRY_RUN,
            JSON,
        ],
    ),
    "boards": Row(boards.list_boards, [JSON]),
    "size": Row(boards.size, [JSON]),
    "deploy": Row(
        boards.deploy,
        [
            click.Argument(["model"], type=_path()),
            click.Argument(["apps"], type=_path(), nargs=-1),
            PORT,
            click.Option(["--place"], type=click.Choice(PLACES), default="auto", help="Files, or ROMFS, where a model is used in place."),
            click.Option(["--module"], type=_path(), help="The folder of a native module of your own (make natmod)."),
            DRY_RUN,
            JSON,
        ],
    ),
    "undeploy": Row(boards.undeploy, [click.Argument(["model"], type=_path(), required=False), PORT]),
    "bench": Row(boards.bench, [
        click.Argument(["model"], type=_path()), click.Option(["--on"], default="auto", help=f"engine, or {WHERE}"),
        click.Option(["--report"], type=_path(), metavar="FILE.html", help="a page with a bar a layer"), JSON,
    ]),
}


def group():
    top = click.Group(
        "mpylite", help="TensorFlow Lite for MicroPython.", context_settings={"help_option_names": ["-h", "--help"]}
    )
    top.params.append(
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
        )
    )
    for name, row in COMMANDS.items():
        top.add_command(click.Command(name, callback=row.function, params=row.params, help=row.function.__doc__))
    return top


def _version(context, parameter, value):
    if value:
        click.echo(__version__)
        context.exit()


def main(arguments=None):
    """Runs one command and exits."""
    sys.exit(status(arguments))


def status(arguments=None):
    """The exit status of one command; prints at most one line where it fails."""
    try:
        return group().main(args=arguments, prog_name="mpylite", standalone_mode=False) or 0
    except UnsupportedError as error:
        for line in (
            f"error: {error.args[0].split(' cannot be converted', 1)[0]} cannot be converted:",
            *(f"  {r}" for r in error.reasons),
        ):
            screen.err(line)
    except MpyliteError as error:
        screen.err(f"error: {error}")
    except click.exceptions.Abort:
        screen.err("interrupted")
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
    except (OSError, MemoryError) as error:
        screen.err(f"error: {error or type(error).__name__}")
    except Exception as error:  # a fault of ours: still one line, and where to take it
        if os.environ.get("MPYLITE_TRACEBACK"):
            raise
        screen.err(f"internal error: {type(error).__name__}: {error}; set MPYLITE_TRACEBACK=1, report it")
    return 1
