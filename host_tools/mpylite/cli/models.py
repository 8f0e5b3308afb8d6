# SPDX-License-Identifier: MIT
"""The commands that need no board: convert, inspect, run. The work is done elsewhere; here stands what is printed of it."""

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from . import screen

# ---- convert ----


def convert(model, output, calibration, data_option, random_calibration, method, report, as_json, **choices):
    """Convert a trained model to an int8 .tflite file."""
    from .. import inspection, pipeline
    from ..writers import tflite

    if report:
        tflite.expect_target(report)
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"), TimeRemainingColumn()
    with Progress(*columns, console=screen.err, transient=True, disable=not screen.err.is_terminal) as bar:
        task = bar.add_task("reading", total=None)

        def progress(what, done, total):
            bar.update(task, description=what, completed=done, total=total)

        made = pipeline.convert(
            model, output, calibration, method, random_calibration, _options(data_option),
            progress=progress, **choices,
        )  # fmt: skip
    if report:
        from .. import report as reporting

        content = reporting.page(f"{model.name} as {output.name}", reporting.facts(made, len(made.content)))
        tflite.save(report, content.encode())
    rows = [inspection.operator(i, node) for i, node in enumerate(made.graph.nodes)]
    totals = inspection.totals(output)
    if as_json:
        screen.json({"file": str(output), "operators": rows, **totals, "notes": made.notes})
    screen.err.print(operator_table(rows, str(output)))
    screen.err.print(total_line(totals))
    for note in made.notes:
        screen.err.print(f"note: {note}", markup=False)


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
    by_kernels = totals["arena_bytes_by_kernels"].items()
    arenas = ", ".join(f"{kernels} {row['fast']:,} or {row['small']:,}" for kernels, row in by_kernels)
    return (
        f"file {totals['file_bytes']:,} bytes, {totals['macs']:,} MACs, "
        f"arena {totals['arena_bytes']:,} bytes ({totals['arena_from']})"
        + (f"; with kernels of their own, speed fast or small: {arenas}" if arenas else "")
    )


# ---- inspect ----


def inspect(model, as_json):
    """Show a model: operators, tensors, memory, plan, what is unsupported."""
    from .. import inspection

    found = inspection.inspect(model)
    if as_json:
        screen.json(found)
        return
    screen.out.print(operator_table(found["operators"], found["file"]))
    screen.out.print(_tensor_table(found["tensors"]))
    if found["plan"]:
        screen.out.print("Plan: each tensor's life over the operators, by offset")
        for line in plan_lines(found["plan"], len(found["operators"])):
            screen.out.print(line, markup=False)
    screen.out.print(total_line(inspection.totals(model, found)))
    if found["engine"] and "error" in found["engine"]:
        screen.out.print(f"engine: {found['engine']['error']}", markup=False)
    for row in found["unsupported"]:
        screen.out.print(f"unsupported: op {row['index']} {row['operator']}: {row['reason']}", markup=False)


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
    from .. import calibration, running

    arrays = calibration.load_arrays(source)
    outputs, facts = running.run(model, arrays, on)
    running.save_npz(output, outputs)
    if as_json:
        screen.json({"model": str(model), "output": str(output), "on": on, **facts})
    screen.err.print(
        f"{facts['samples']} samples on {on}: {', '.join(f'{k} {v}' for k, v in facts.items() if k != 'samples')}",
        markup=False,
    )
