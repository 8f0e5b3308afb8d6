# SPDX-License-Identifier: MIT
"""Times a model on a machine, operator by operator: plain facts (bench), and one page with bars a layer (page). Owns what
is measured; the machines stand in remote and interpreter, what flash costs in flash_cost.
"""

from __future__ import annotations

import html

from . import boards, flash_cost, inspection, readers, remote
from .interpreter import HOST, Interpreter

TURNS = 5
WIDE, BAR = 560, 14
STYLE = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}text{font-size:10px}"


def bench(model, on, place="auto"):
    """The facts of one inference: operators (with microseconds, MACs, weight_bytes), sums, arena, CRC-32 of the outputs for
    generated inputs (the same on every machine), and what flash may add."""
    if on == "engine":
        facts, rows, board, clock_hz, in_place = *_on_engine(model), None, 0, False
    else:
        from . import deploy

        with remote.connected(on) as device:
            made = deploy.plan(device, model, place=place)
            deploy.write(device, made)
            facts = remote.test(device, model, made.interpreter)
            rows = remote.profile(device, model, made.interpreter)
            board, in_place = boards.by_machine(made.facts.machine), made.in_rom
            clock_hz = made.facts.clock_hz or (board.clock_hz if board else 0)
    nodes = readers.read(model).nodes
    operators = []
    for (name, microseconds), node, i in zip(rows, nodes, range(len(nodes)), strict=True):
        row = inspection.operator(i, node)
        keep = {k: row[k] for k in ("index", "name", "output_shape", "macs", "weight_bytes")}
        operators.append({**keep, "operator": name, "microseconds": microseconds})
    found = {
        "model": str(model),
        "on": on,
        "operators": operators,
        "microseconds": sum(row["microseconds"] for row in operators),
        "macs": sum(row["macs"] for row in operators),
        "arena_bytes": facts["arena_bytes"],
        "crc32": f"{facts['crc32']:08x}",
    }
    if clock_hz:
        found["clock_hz"] = clock_hz
    if board and board.xip:
        for row in operators:
            row["flash_wait_microseconds"] = flash_cost.cost([row], board)["most_wait_microseconds"]
        found["flash"] = {**flash_cost.cost(operators, board), "in_place": in_place}
    return found


def _on_engine(model):
    engine = Interpreter(str(model), speed=HOST)
    engine.allocate_tensors()
    facts = {"arena_bytes": Interpreter(str(model)).arena_bytes, "crc32": remote.crc32(remote.outputs_here(engine))}
    runs = [engine.profile() for _ in range(TURNS)]  # a PC does other things besides: the least counts
    return facts, [(turns[0][0], min(ns for _, ns in turns) / 1000) for turns in zip(*runs, strict=True)]


# ---- the page ----


def page(found):
    """One self-contained HTML page: a bar a layer, time and (lighter) what flash may add."""
    rows = found["operators"]
    most = max((row["microseconds"] + row.get("flash_wait_microseconds", 0) for row in rows), default=0) or 1
    bars = "".join(_bar(i, row, WIDE / most) for i, row in enumerate(rows))
    facts = f"{found['microseconds']:,.0f} µs, {found['macs']:,} MACs, arena {found['arena_bytes']:,} bytes, CRC-32 {found['crc32']}"
    flash_part = f"<p>{html.escape(flash_cost.sentence(found['flash']))} (the lighter bars).</p>" if "flash" in found else ""
    title = html.escape(f"{found['model']} on {found['on']}")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style><body><h1>{title}</h1>'
        f"<p>{facts}</p>{flash_part}"
        f'<svg viewBox="-190 0 {WIDE + 320} {len(rows) * (BAR + 4)}" role="img" aria-label="microseconds by layer">{bars}</svg>'
        "</body></html>"
    )


def _bar(i, row, scale):
    y, time = i * (BAR + 4), row["microseconds"] * scale
    wait = row.get("flash_wait_microseconds", 0) * scale
    rate = f", {row['microseconds'] * 1000 / row['macs']:.1f} ns a MAC" if row["macs"] else ""
    return (
        f'<text x="-4" y="{y + 11}" text-anchor="end">{i} {html.escape(str(row["operator"]))}</text>'
        f'<rect y="{y}" width="{time:.1f}" height="{BAR}" fill="#2c6fbb"/>'
        f'<rect x="{time:.1f}" y="{y}" width="{wait:.1f}" height="{BAR}" fill="#a9c7e8"/>'
        f'<text x="{time + wait + 4:.1f}" y="{y + 11}">{row["microseconds"]:,.0f} µs{rate}</text>'
    )
