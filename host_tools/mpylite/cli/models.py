# SPDX-License-Identifier: MIT
"""The commands that need no board: convert, inspect, run. The work is done elsewhere; here stands what is printed of it."""

import click

from . import screen

# ---- convert ----


def convert(model, output, calibration, data_option, random_calibration, method, report, as_json, **choices):
    """Convert a trained model to an int8 .tflite file."""
    from .. import inspection, pipeline
    from ..writers import tflite

    if report:
        tflite.expect_target(report, model, output, calibration)
    with screen.progress() as progress:
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
    screen.err(operator_table(rows, output))
    screen.err(total_line(totals))
    for note in made.notes:
        screen.err(f"note: {note}")


def _options(pairs):
    for pair in pairs:
        if "=" not in pair:
            raise click.UsageError(f"--data-option {pair}: needs NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


def operator_table(rows, title):
    cells = [
        (r["index"], r["operator"], _shape(r["output_shape"]), r["output_type"], f"{r['macs']:,}", f"{r['weight_bytes']:,}")
        for r in rows
    ]
    heads = ("", "operator", "output", "type", "MACs", "weight bytes")
    return screen.table(heads, cells, title, numbers=("", "MACs", "weight bytes"))


def _shape(sizes):
    return "x".join(map(str, sizes))


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
    screen.out(operator_table(found["operators"], found["file"]))
    screen.out(_tensor_table(found["tensors"]))
    if found["plan"]:
        screen.out("Plan: each tensor's life over the operators, by offset")
        for line in plan_lines(found["plan"], len(found["operators"])):
            screen.out(line)
    screen.out(total_line(inspection.totals(model, found)))
    if found["engine"] and "error" in found["engine"]:
        screen.out(f"engine: {found['engine']['error']}")
    for row in found["unsupported"]:
        screen.out(f"unsupported: op {row['index']} {row['operator']}: {row['reason']}")


def _tensor_table(tensors):
    cells = []
    for t in tensors:
        quant = t["quantization"]
        scale, zero = ("", "") if quant is None else (f"{quant['scale'][0]:.6g}", quant["zero_point"][0])
        if quant and len(quant["scale"]) > 1:
            scale = f"{len(quant['scale'])} scales, axis {quant['axis']}"
        cells.append((t["index"], t["name"], _shape(t["shape"]), t["type"], scale, zero, f"{t['bytes']:,}"))
    heads = ("", "tensor", "shape", "type", "scale", "zero point", "bytes")
    return screen.table(heads, cells, numbers=("", "zero point", "bytes"))


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
    from ..writers import tflite

    tflite.expect_target(output, model, source)
    arrays = calibration.load_arrays(source)
    outputs, facts = running.run(model, arrays, on)
    running.save_npz(output, outputs)
    if as_json:
        screen.json({"model": str(model), "output": str(output), "on": on, **facts})
    screen.err(f"{facts['samples']} samples on {on}: {', '.join(f'{k} {v}' for k, v in facts.items() if k != 'samples')}")
