# SPDX-License-Identifier: MIT
"""The command table: COMMANDS. The only place that prints or exits; the work is done elsewhere.

Machine-readable output goes to stdout, all else to stderr. Exit 0: done, 1: the user can act on
the one line printed, 2: wrong usage.
"""

import functools
import json
import os
import pathlib
import sys
from dataclasses import dataclass, field

import click
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from . import __version__
from .errors import MpyliteError, UnsupportedError


def console(**more):
    """Prints what it is given: no ':x:' of a path becomes a picture."""
    return Console(highlight=False, emoji=False, **more)


out = console(soft_wrap=True)
err = console(stderr=True)
SHOW = functools.partial(print, end="", flush=True)


# ---- convert ----


def convert(model, output, calibration, data_option, random_calibration, method, report, as_json, **choices):
    """Convert a trained model to an int8 .tflite file."""
    from . import inspection, pipeline
    from .writers import tflite

    if report:
        tflite.expect_target(report)
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"), TimeRemainingColumn()
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("reading", total=None)

        def progress(what, done, total):
            bar.update(task, description=what, completed=done, total=total)

        made = pipeline.convert(
            model, output, calibration, method, random_calibration, _options(data_option),
            progress=progress, **choices,
        )  # fmt: skip
    if report:
        from . import report as reporting

        content = reporting.page(f"{model.name} as {output.name}", reporting.facts(made, len(made.content)))
        tflite.save(report, content.encode())
    rows = [inspection.operator(i, node) for i, node in enumerate(made.graph.nodes)]
    totals = inspection.totals(output)
    if as_json:
        _json({"file": str(output), "operators": rows, **totals, "notes": made.notes})
    err.print(operator_table(rows, str(output)))
    err.print(total_line(totals))
    for note in made.notes:
        err.print(f"note: {note}", markup=False)


def _options(pairs):
    for pair in pairs:
        if "=" not in pair:
            raise click.UsageError(f"--data-option {pair}: needs NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


def operator_table(rows, title):
    table = Table("", "operator", "output", "type", title=title)
    table.add_column("MACs", justify="right")
    table.add_column("weight bytes", justify="right")
    for row in rows:
        shape = "x".join(map(str, row["output_shape"]))
        table.add_row(
            str(row["index"]),
            row["operator"],
            shape,
            row["output_type"],
            f"{row['macs']:,}",
            f"{row['weight_bytes']:,}",
        )
    return table


def total_line(totals):
    return f"file {totals['file_bytes']:,} bytes, arena {totals['arena_bytes']:,} bytes ({totals['arena_from']}), {totals['macs']:,} MACs"


# ---- inspect ----


def inspect(model, as_json):
    """Show a model: operators, tensors, memory, plan, what is unsupported."""
    from . import inspection

    found = inspection.inspect(model)
    if as_json:
        _json(found)
        return
    out.print(operator_table(found["operators"], found["file"]))
    out.print(_tensor_table(found["tensors"]))
    if found["plan"]:
        out.print("Plan: each tensor's life over the operators, by offset")
        for line in plan_lines(found["plan"], len(found["operators"])):
            out.print(line, markup=False)
    out.print(total_line(inspection.totals(model, found)))
    if found["engine"] and "error" in found["engine"]:
        out.print(f"engine: {found['engine']['error']}", markup=False)
    for row in found["unsupported"]:
        out.print(f"unsupported: op {row['index']} {row['operator']}: {row['reason']}", markup=False)


def _tensor_table(tensors):
    table = Table("", "tensor", "shape", "type", "scale", "zero point")
    table.add_column("bytes", justify="right")
    for t in tensors:
        quant = t["quantization"]
        scale, zero = ("", "") if quant is None else (f"{quant['scale'][0]:.6g}", str(quant["zero_point"][0]))
        if quant and len(quant["scale"]) > 1:
            scale, zero = f"{len(quant['scale'])} scales, axis {quant['axis']}", zero
        table.add_row(
            str(t["index"]), t["name"], "x".join(map(str, t["shape"])), t["type"], scale, zero, f"{t['bytes']:,}"
        )
    return table


def plan_lines(rows, operators):
    """One line a planned tensor: offset, size, and its life drawn over time."""
    width = min(operators, 60)
    scale = operators / width if width else 1
    for row in rows:
        first, last = int(row["first_op"] / scale), int(row["last_op"] / scale)
        life = "." * first + "#" * (last - first + 1) + "." * (width - last - 1)
        yield f"{row['offset']:>9,} {row['bytes']:>9,} {life} {row['name']}"


# ---- run ----


def run(model, source, output, on, as_json):
    """Run samples through a model and write its outputs."""
    from . import calibration, running

    arrays = calibration.load_arrays(source)
    outputs, facts = running.run(model, arrays, on)
    running.save_npz(output, outputs)
    if as_json:
        _json({"model": str(model), "output": str(output), "on": on, **facts})
    err.print(
        f"{facts['samples']} samples on {on}: {', '.join(f'{k} {v}' for k, v in facts.items() if k != 'samples')}",
        markup=False,
    )


# ---- boards ----


def deploy(model, apps, port, module, dry_run, as_json):
    """Put the module, a model and programs onto a board, and test them there."""
    from . import deploy as deploying
    from . import remote

    with remote.connected(port) as device:
        made = deploying.plan(device, model, apps, module)
        facts = made.facts
        err.print(f"{facts.machine or device.target}: MicroPython {'.'.join(map(str, facts.version))}, {facts.arch}", markup=False)
        err.print(f"heap: needs {made.heap_needs:,} bytes, has {facts.heap_bytes:,}; storage: has {facts.storage_bytes:,}")
        for line in deploying.lines(made):
            err.print(line, markup=False)
        if dry_run:
            return
        columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
        with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
            task = bar.add_task("", total=made.write_bytes)
            deploying.write(device, made, lambda name, done, _: bar.update(task, description=name, completed=done))
        tested = remote.test(device, model)
    if as_json:
        _json({"model": str(model), "port": device.target, "written": list(made.files), **tested})
    err.print(f"self-test passed: {', '.join(f'{k} {v:,}' for k, v in tested.items())}")


def undeploy(model, port):
    """Take the module (and a model) off a board."""
    from . import deploy as deploying
    from . import remote

    with remote.connected(port) as device:
        gone = deploying.remove(device, model)
    err.print(f"removed {', '.join(gone) or 'nothing'}", markup=False)


def bench(model, on, as_json):
    """Time a model on a board, operator by operator."""
    from . import deploy as deploying
    from . import remote

    with remote.connected(on) as device:
        deploying.write(device, deploying.plan(device, model))
        rows = remote.profile(device, model)
    total = sum(microseconds for _, microseconds in rows)
    if as_json:
        _json({"model": str(model), "on": on, "operators": rows, "microseconds": total})
        return
    table = Table("", "operator")
    table.add_column("microseconds", justify="right")
    for i, (name, microseconds) in enumerate(rows):
        table.add_row(str(i), str(name), f"{microseconds:,}")
    out.print(table)
    out.print(f"{total:,} microseconds")


# ---- boards without compiler ----

def repl(port):
    """Python prompt of a board without compiler (runtime profile), compiled here."""
    from . import terminal
    terminal.prompt(port, input, SHOW)


def exec_(port, code):
    """Run code on a board without compiler (runtime profile)."""
    from . import terminal
    terminal.run_on(port, code, SHOW, "<string>")


def run_script(port, script):
    """Run a Python file on a board without compiler (runtime profile)."""
    exec_(port, script.read_text("utf-8"))


def bridge(port):
    """A raw REPL for mpremote, for a board without compiler (runtime profile)."""
    from . import bridge as bridging
    bridging.serve_terminal(port, err.print)


# ---- the table ----


@dataclass(frozen=True)
class Row:
    """A command: its function (the docstring is the help) and its parameters."""

    function: object
    params: list = field(default_factory=list)


def _path(**more):
    return click.Path(path_type=pathlib.Path, **more)


METHODS = ("auto", "minmax", "percentile", "mse", "entropy", "best")
JSON = click.Option(["--json", "as_json"], is_flag=True, help="Machine-readable output on stdout.")
WHERE = "A serial port, socket://HOST:PORT, qemu:ARCH, or auto."
PORT = click.Option(["--port"], default="auto", help=WHERE)
PORT_ARGUMENT = click.Argument(["port"])
COMMANDS = {
    "convert": Row(
        convert,
        [
            click.Argument(["model"], type=_path()),
            click.Option(["-o", "--output"], required=True, type=_path(), help="The .tflite file to write."),
            click.Option(
                ["--calibration"],
                help="Samples: a .npy or .npz file, a folder of images or .wav files, or module:function.",
            ),
            click.Option(
                ["--data-option"], multiple=True, metavar="NAME=VALUE", help="Folders: scale, mean, std, limit."
            ),
            click.Option(["--random-calibration"], is_flag=True, help="Guess the ranges (for trying out only)."),
            click.Option(["--method"], type=click.Choice(METHODS), default="auto", help="How ranges are chosen."),
            click.Option(
                ["--input-type"],
                type=click.Choice(["int8", "uint8", "float32"]),
                default="int8",
                help="Type of the model's inputs.",
            ),
            click.Option(
                ["--output-type"],
                type=click.Choice(["int8", "uint8", "float32"]),
                default="int8",
                help="Type of the model's outputs.",
            ),
            click.Option(["--int16"], is_flag=True, help="16-bit activations with 8-bit weights."),
            click.Option(["--report"], type=_path(), help="An .html page: errors by layer, ranges, memory, advice."),
            JSON,
        ],
    ),
    "repl": Row(repl, [PORT_ARGUMENT]),
    "exec": Row(exec_, [PORT_ARGUMENT, click.Argument(["code"])]),
    "run-script": Row(run_script, [PORT_ARGUMENT, click.Argument(["script"], type=_path(exists=True, dir_okay=False))]),
    "bridge": Row(bridge, [PORT_ARGUMENT]),
    "inspect": Row(inspect, [click.Argument(["model"], type=_path()), JSON]),
    "run": Row(
        run,
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
    "deploy": Row(
        deploy,
        [
            click.Argument(["model"], type=_path()),
            click.Argument(["apps"], type=_path(), nargs=-1),
            PORT,
            click.Option(["--module"], type=_path(), help="The folder of a native module of your own (make natmod)."),
            click.Option(["--dry-run"], is_flag=True, help="Print the plan alone."),
            JSON,
        ],
    ),
    "undeploy": Row(undeploy, [click.Argument(["model"], type=_path(), required=False), PORT]),
    "bench": Row(bench, [click.Argument(["model"], type=_path()), click.Option(["--on"], default="auto", help=WHERE), JSON]),
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


def _json(value):
    click.echo(json.dumps(value, indent=1, default=_plain, ensure_ascii=False))


def _plain(value):
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else str(value)


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
            err.print(line, markup=False, soft_wrap=True)
    except MpyliteError as error:
        err.print(f"error: {error}", markup=False, soft_wrap=True)
    except click.exceptions.Abort:
        err.print("interrupted")
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
    except (OSError, MemoryError) as error:
        err.print(f"error: {error or type(error).__name__}", markup=False, soft_wrap=True)
    except Exception as error:  # a fault of ours: still one line, and where to take it
        if os.environ.get("MPYLITE_TRACEBACK"):
            raise
        err.print(f"internal error: {type(error).__name__}: {error}; set MPYLITE_TRACEBACK=1, report it", markup=False)
    return 1
