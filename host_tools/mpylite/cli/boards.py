# SPDX-License-Identifier: MIT
"""The commands for boards. The work is done elsewhere; here stands what is printed of it."""

import contextlib

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from . import screen

# ---- boards ----


def flash(firmware, board, profile, port, drive, erase, timeout, dry_run, as_json):
    """Write a firmware onto a board: a .uf2 or .bin of yours, or the image of a profile."""
    from .. import boards as known
    from .. import flash as flashing

    facts = known.load(board)
    made = flashing.plan(facts, flashing.image(facts, firmware, profile), port, erase)
    if dry_run:
        for number, step in enumerate(made.steps, 1):
            screen.out.print(f"{number}. {step}", markup=False)
        return
    with progress_bar() as (bar, task):
        greeting = flashing.write(
            made,
            drive,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            tell=lambda step: bar.update(task, description=step),
            seconds=timeout,
        )
    if as_json:
        screen.json({"board": board, "firmware": str(made.image.path), "bytes": len(made.image.content), "greeting": greeting})
    screen.err.print(f"{facts.name}: {greeting}", markup=False)


@contextlib.contextmanager
def progress_bar():
    """(bar, its task) on stderr while something is written."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=screen.err, transient=True, disable=not screen.err.is_terminal) as bar:
        yield bar, bar.add_task("", total=None)


def size(as_json):
    """List the native modules and images that this package carries, with their bytes."""
    from .. import carried

    modules, images = carried.modules(), carried.images()
    if as_json:
        screen.json({"modules": modules, "images": images})
        return
    table = Table("native module", "arch", "operators", "types", "kernels")
    table.add_column("bytes", justify="right")
    for row in modules:
        table.add_row(row["what"], row["arch"], str(row["operators"] or ""), row["types"], row["kernels"], f"{row['bytes']:,}")
    screen.out.print(table if modules else "no native module; next step: make natmod ARCH=armv6m")
    table = Table("image")
    table.add_column("bytes in flash", justify="right")
    for row in images:
        table.add_row(row["what"], f"{row['bytes']:,}")
    screen.out.print(table if images else "no image; next step: make firmware")


def list_boards(as_json):
    """List the boards that are attached, and those that are known."""
    from .. import attached, boards

    found, known = attached.look(), boards.known()
    if as_json:
        rows = [{"id": b.id, "name": b.name, "family": b.family, "natmod_arch": b.natmod_arch, "flash_bytes": b.flash_bytes, "ram_bytes": b.ram_bytes} for b in known]
        screen.json({"attached": found, "known": rows})
        return
    table = Table("attached", "may be", "usb", "says", title=None if found else "no board is attached")
    for row in found:
        where = row["where"] + (" (bootloader)" if row["bootloader"] else "")
        table.add_row(where, ", ".join(row["boards"]) or "not known", row["usb"], row["description"])
    screen.out.print(table)
    table = Table("--board", "name", "native module", title="known")
    for column in ("flash", "RAM"):
        table.add_column(column, justify="right")
    for b in known:
        table.add_row(b.id, b.name, b.natmod_arch, f"{b.flash_bytes:,}", f"{b.ram_bytes:,}")
    screen.out.print(table)


def deploy(model, apps, port, module, place, dry_run, as_json):
    """Put the module, a model and programs onto a board, and test them there."""
    from .. import deploy as deploying
    from .. import remote

    with remote.connected(port) as device:
        made = deploying.plan(device, model, apps, module, place)
        facts = made.facts
        screen.err.print(f"{facts.machine or device.target}: MicroPython {'.'.join(map(str, facts.version))}, {facts.arch}", markup=False)
        screen.err.print(f"heap: needs {made.heap_needs:,} bytes, has {facts.heap_bytes:,}; storage: has {facts.storage_bytes:,}")
        for line in deploying.lines(made):
            screen.err.print(line, markup=False)
        if dry_run:
            return
        with progress_bar() as (bar, task):
            deploying.write(
                device, made, lambda name, done, total: bar.update(task, description=name, completed=done, total=total)
            )
        tested = remote.test(device, model, made.interpreter)
    if as_json:
        screen.json({"model": str(model), "port": device.target, "written": list(made.files), **tested})
    screen.err.print(f"self-test passed: {', '.join(f'{k} {v:,}' for k, v in tested.items())}")


def undeploy(model, port):
    """Take the module (and a model) off a board."""
    from .. import deploy as deploying
    from .. import remote

    with remote.connected(port) as device:
        gone = deploying.remove(device, model)
    screen.err.print(f"removed {', '.join(gone) or 'nothing'}", markup=False)


def bench(model, on, report, as_json):
    """Time a model on a board, in an emulator or on this PC (engine), operator by operator."""
    from .. import benchmark, flash_cost
    from ..writers import tflite

    if report:
        tflite.expect_target(report)
    found = benchmark.bench(model, on)
    if report:
        tflite.save(report, benchmark.page(found).encode())
    if as_json:
        screen.json(found)
        return
    table = Table("", "operator", title=f"{model} on {on}")
    for head in ("MACs", "microseconds", "ns a MAC", "bytes of flash"):
        table.add_column(head, justify="right")
    for row in found["operators"]:
        rate = f"{row['microseconds'] * 1000 / row['macs']:.1f}" if row["macs"] else ""
        table.add_row(
            str(row["index"]), str(row["operator"]), f"{row['macs']:,}", f"{row['microseconds']:,.0f}", rate,
            f"{row['weight_bytes']:,}",
        )  # fmt: skip
    screen.out.print(table)
    cycles = f" ({found['microseconds'] * found['clock_hz'] // 1000000:,} cycles)" if "clock_hz" in found else ""
    screen.out.print(
        f"{found['microseconds']:,.0f} microseconds{cycles}, {found['macs']:,} MACs, arena {found['arena_bytes']:,} bytes, "
        f"CRC-32 of the outputs {found['crc32']}"
    )
    if "flash" in found:
        screen.out.print(flash_cost.sentence(found["flash"]))


# ---- boards without compiler ----

def repl(port):
    """Python prompt of a board without compiler (runtime profile), compiled here."""
    from .. import terminal
    terminal.prompt(port, input, screen.show)


def exec_(port, code):
    """Run code on a board without compiler (runtime profile)."""
    from .. import terminal
    terminal.run_on(port, code, screen.show, "<string>")


def run_script(port, script):
    """Run a Python file on a board without compiler (runtime profile)."""
    exec_(port, script.read_text("utf-8"))


def bridge(port):
    """A raw REPL for mpremote, for a board without compiler (runtime profile)."""
    from .. import bridge as bridging
    bridging.serve_terminal(port, screen.err.print)
