# SPDX-License-Identifier: MIT
"""The commands for boards. The work is done elsewhere; here stands what is printed of it."""

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
            screen.out(f"{number}. {step}")
        return
    with screen.progress() as progress:
        greeting = flashing.write(
            made, drive, progress=lambda done, total: progress("writing", done, total), tell=progress, seconds=timeout
        )
    if as_json:
        screen.json({"board": board, "firmware": str(made.image.path), "bytes": len(made.image.content), "greeting": greeting})
    screen.err(f"{facts.name}: {greeting}")


def size(as_json):
    """List the native modules and images that this package carries, with their bytes."""
    from .. import carried

    modules, images = carried.modules(), carried.images()
    if as_json:
        screen.json({"modules": modules, "images": images})
        return
    heads = ("native module", "arch", "operators", "types", "kernels", "bytes")
    cells = [(r["what"], r["arch"], r["operators"], r["types"], r["kernels"], f"{r['bytes']:,}") for r in modules]
    table = screen.table(heads, cells, numbers=("operators", "bytes"))
    screen.out(table if modules else "no native module; next step: make natmod ARCH=armv6m")
    table = screen.table(("image", "bytes in flash"), [(r["what"], f"{r['bytes']:,}") for r in images], numbers=("bytes in flash",))
    screen.out(table if images else "no image; next step: make firmware")


def list_boards(as_json):
    """List the boards that are attached, and those that are known."""
    from .. import attached, boards

    found, known = attached.look(), boards.known()
    if as_json:
        rows = [{"id": b.id, "name": b.name, "family": b.family, "natmod_arch": b.natmod_arch, "flash_bytes": b.flash_bytes, "ram_bytes": b.ram_bytes} for b in known]
        screen.json({"attached": found, "known": rows})
        return
    cells = [
        (r["where"] + " (bootloader)" * r["bootloader"], ", ".join(r["boards"]) or "not known", r["usb"], r["description"])
        for r in found
    ]
    table = screen.table(("attached", "may be", "usb", "says"), cells)
    screen.out(table if found else "no board is attached\n")
    cells = [(b.id, b.name, b.natmod_arch, f"{b.flash_bytes:,}", f"{b.ram_bytes:,}") for b in known]
    screen.out(screen.table(("known", "name", "native module", "flash", "RAM"), cells, numbers=("flash", "RAM")))


def deploy(model, apps, port, module, place, dry_run, as_json):
    """Put the module, a model and programs onto a board, and test them there."""
    from .. import deploy as deploying
    from .. import remote

    with remote.connected(port) as device:
        made = deploying.plan(device, model, apps, module, place)
        facts = made.facts
        screen.err(f"{facts.machine or device.target}: MicroPython {'.'.join(map(str, facts.version))}{facts.arch and ', ' + facts.arch}")
        screen.err(f"heap: needs {made.heap_needs:,} bytes, has {facts.heap_bytes:,}; storage: has {facts.storage_bytes:,}")
        for line in deploying.lines(made):
            screen.err(line)
        if dry_run:
            return
        with screen.progress() as progress:
            deploying.write(device, made, lambda name, done, total: progress("writing", done, total))
        tested = remote.test(device, model, made.interpreter)
    if as_json:
        screen.json({"model": str(model), "port": device.target, "written": list(made.files), **tested})
    screen.err(f"self-test passed: {', '.join(f'{k} {v:,}' for k, v in tested.items())}")


def undeploy(model, port):
    """Take the module (and a model) off a board."""
    from .. import deploy as deploying
    from .. import remote

    with remote.connected(port) as device:
        gone = deploying.remove(device, model)
    screen.err(f"removed {', '.join(gone) or 'nothing'}")


def bench(model, on, report, as_json):
    """Time a model on a board, in an emulator or on this PC (engine), operator by operator."""
    from .. import benchmark, flash_cost
    from ..writers import tflite

    if report:
        tflite.expect_target(report, model)
    found = benchmark.bench(model, on)
    if report:
        tflite.save(report, benchmark.page(found).encode())
    if as_json:
        screen.json(found)
        return
    heads = ("", "operator", "MACs", "microseconds", "ns a MAC", "bytes of flash")
    cells = [
        (r["index"], r["operator"], f"{r['macs']:,}", f"{r['microseconds']:,.0f}",
         f"{r['microseconds'] * 1000 / r['macs']:.1f}" if r["macs"] else "", f"{r['weight_bytes']:,}")
        for r in found["operators"]
    ]  # fmt: skip
    screen.out(screen.table(heads, cells, f"{model} on {on}", numbers={*heads} - {"operator"}))
    cycles = f" ({found['microseconds'] * found['clock_hz'] // 1000000:,} cycles)" if "clock_hz" in found else ""
    screen.out(
        f"{found['microseconds']:,.0f} microseconds{cycles}, {found['macs']:,} MACs, arena {found['arena_bytes']:,} bytes, "
        f"CRC-32 of the outputs {found['crc32']}"
    )
    if "flash" in found:
        screen.out(flash_cost.sentence(found["flash"]))


# ---- boards without compiler ----

def repl(port):
    """Python prompt of a board without compiler (runtime profile), compiled here."""
    from .. import terminal
    terminal.prompt(port, input, screen.show)


def exec_(port, code, name="<string>"):
    """Run code on a board without compiler (runtime profile)."""
    from .. import terminal
    terminal.run_on(port, code, screen.show, name)


def run_script(port, script):
    """Run a Python file on a board without compiler (runtime profile)."""
    exec_(port, script.read_text("utf-8"), script.name)


def bridge(port):
    """A raw REPL for mpremote, for a board without compiler (runtime profile)."""
    from .. import bridge as bridging
    bridging.serve_terminal(port, screen.err)
