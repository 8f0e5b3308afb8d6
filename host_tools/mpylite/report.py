# SPDX-License-Identifier: MIT
"""The report of a conversion: measured facts (facts) as one self-contained HTML page (page). Pictures
are SVG written here; no script, no outside file.
"""

import html

import numpy as np

from . import boards, flash_cost, float_run, inspection, measuring
from .errors import MpyliteError
from .families import TABLE

WIDE, TALL = 640, 180
LOW_DB, CHANNEL_RATIO = 20.0, 20.0
STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem}table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #e3e8ee}td.n,th.n{text-align:right;
font-variant-numeric:tabular-nums}.bad{color:#b3261e;font-weight:600}.facts{display:flex;gap:2rem;flex-wrap:wrap}
.facts b{display:block;font-size:1.3rem}svg{max-width:100%;height:auto}.note{color:#5b6b7b}figure{margin:0 1rem 1rem 0;
display:inline-block;width:14rem}.wide{overflow-x:auto}.plan text{font-size:9px;text-anchor:middle;fill:#1c2733}figcaption{font-size:12px;color:#5b6b7b;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}"""

LEGEND = '<p class="note">Blue: activations, green: weights, red: the ends of the chosen range. Heights are square roots.</p>'


def facts(made, file_bytes):
    """What the page shows, as plain data: operators, plan, errors per layer, outputs, histograms, advice."""
    graph = made.graph
    found = {
        "file_bytes": file_bytes,
        "operators": [inspection.operator(i, node) for i, node in enumerate(graph.nodes)],
        "plan": inspection.plan_rows(made.plan) if made.plan else [],
        "plan_bytes": made.plan.arena_bytes if made.plan else 0,
        "notes": list(made.notes),
        "layers": [],
        "outputs": [],
        "histograms": [],
        "advice": [],
    }
    found["macs"] = sum(row["macs"] for row in found["operators"])
    in_place = [board for board in boards.known() if board.xip]
    found["flash"] = [flash_cost.cost(found["operators"], board) for board in in_place]
    if made.float_graph is None or not made.samples:
        return found
    found["histograms"] = _histograms(made)
    try:
        found["layers"] = [_layer(*row) for row in measuring.by_tensor(made.float_graph, graph, made.samples)]
        found["outputs"] = _outputs(made)
    except MpyliteError as error:
        found["notes"].append(f"not measured: {error}")
    found["advice"] = _advice(found, made)
    return found


def _layer(tensor, node, exact, got):
    """Signal to noise of one tensor, and its worst channel in steps of the scale."""
    step = float(tensor.quant.scale[0]) if tensor.quant is not None else 1.0
    difference = np.abs(exact - got).reshape(-1, exact.shape[-1])
    means = np.sqrt((difference.astype(np.float64) ** 2).mean(0))
    worst = int(means.argmax())
    low = tensor.quant.zero_point[0] if tensor.quant is not None else 0
    return {
        "name": tensor.name, "operator": node.op, "db": measuring.ratio_db(exact, got), "worst_channel": worst,
        "worst_steps": float(means[worst] / step), "largest_steps": float(difference.max() / step), "scale": step,
        "zero_point": int(low),
    }  # fmt: skip


def _outputs(made):
    exact = float_run.run(made.float_graph, made.samples)
    got = measuring.run_integer(made.graph, made.samples)
    rows = []
    for name, e, g in zip(made.graph.output_names, exact, got):
        e, g = e.reshape(len(e), -1), g.reshape(len(g), -1)
        rows.append({
            "name": name, "db": measuring.ratio_db(e, g), "largest": float(np.abs(e - g).max()),
            "same_answer": float((e.argmax(1) == g.argmax(1)).mean()) if e.shape[1] > 1 else None, "samples": len(e),
            "points": [[float(a), float(b)] for a, b in _spread(e.reshape(-1), g.reshape(-1))],
        })  # fmt: skip
    return rows


def _spread(exact, got, count=600):
    step = max(len(exact) // count, 1)
    return list(zip(exact[::step], got[::step]))


def _histograms(made):
    """Activations with the ends of the chosen range; weights with the size of the largest against the least scale."""
    quant = {t.name: t.quant for t in made.graph.tensors() if t.quant is not None and not t.is_constant}
    rows = []
    for tensor in made.float_graph.tensors():
        seen = tensor.range
        if seen is None or tensor.name not in quant or not seen.counts.sum():
            continue
        scale, zero = float(quant[tensor.name].scale[0]), int(quant[tensor.name].zero_point[0])
        low, high = (-128 - zero) * scale, (127 - zero) * scale
        counts = seen.counts.reshape(64, -1).sum(1)
        peaks = seen.channel_peak
        ratio = float(peaks.max() / max(np.median(peaks), 1e-9)) if peaks.size > 1 else 1.0
        rows.append({"name": tensor.name, "kind": "activation", "span": seen.span, "counts": counts.tolist(), "low": low,
                     "high": high, "channel_ratio": ratio})  # fmt: skip
    for node in made.float_graph.nodes:
        if TABLE.get(node.op) and TABLE[node.op].rule == "weights":
            weights = next(t for t in node.inputs if t is not None and t.is_constant and t.data.ndim >= 2)
            span = float(np.abs(weights.data).max()) or 1.0
            counts = np.histogram(weights.data, 64, (-span, span))[0]
            rows.append({"name": weights.name, "kind": "weights", "span": span, "counts": counts.tolist(), "low": -span,
                         "high": span, "channel_ratio": 1.0})  # fmt: skip
    return rows


def _advice(found, made):
    advice = []
    layers = sorted(found["layers"], key=lambda row: row["db"])
    weak = [row for row in layers if row["db"] < LOW_DB]
    if weak:
        names = ", ".join(row["name"] for row in weak[:5])
        advice.append(
            f"{len(weak)} tensors are under {LOW_DB:.0f} dB ({names}); try --int16, or train with quantisation in mind."
        )
    wide = [row for row in found["histograms"] if row["channel_ratio"] > CHANNEL_RATIO]
    for row in wide[:5]:
        advice.append(
            f"'{row['name']}': one channel is {row['channel_ratio']:.0f} times the median one; clip it, or equalise the layer before."
        )
    dead = [note for note in made.notes if "(dead)" in note]
    if dead:
        advice.append(f"{len(dead)} tensors are zero on all calibration data; the layers before them do nothing.")
    if len(made.samples[0]) < 20:
        advice.append(f"only {len(made.samples[0])} samples were compared; a hundred or more tell more.")
    return advice or ["Nothing stands out: every tensor keeps its signal."]


# ---- the page ----


def page(title, found):
    parts = [
        f"<h1>{_text(title)}</h1>",
        _summary(found),
        "<h2>Advice</h2><ul>" + "".join(f"<li>{_text(a)}</li>" for a in found["advice"]) + "</ul>"
        if found["advice"]
        else "",
        "<h2>Outputs on the calibration set</h2>" + "".join(map(_output_part, found["outputs"]))
        if found["outputs"]
        else "",
        "<h2>Layers</h2>" + _layer_table(found["layers"]) if found["layers"] else "",
        "<h2>Operators</h2>" + _operator_table(found["operators"]),
        "".join(f'<p class="note">{_text(flash_cost.sentence(row))}</p>' for row in found["flash"]),
        "<h2>Arena over time</h2>" + _plan_picture(found["plan"], len(found["operators"]), found["plan_bytes"])
        if found["plan"]
        else "",
        f"<h2>Histograms and chosen ranges</h2>{LEGEND}" + "".join(map(_histogram, found["histograms"]))
        if found["histograms"]
        else "",
        "<h2>Notes</h2><ul>" + "".join(f"<li>{_text(n)}</li>" for n in found["notes"]) + "</ul>"
        if found["notes"]
        else "",
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{_text(title)}</title><style>{STYLE}</style><body>{''.join(parts)}</body></html>"
    )


def _text(value):
    return html.escape(str(value))


def _summary(found):
    worst = f"{min(row['db'] for row in found['outputs']):.1f} dB" if found["outputs"] else "not measured"
    pairs = [
        ("file", f"{found['file_bytes']:,} bytes"), ("arena plan", f"{found['plan_bytes']:,} bytes"),
        ("work", f"{found['macs']:,} MACs"), ("operators", len(found["operators"])), ("outputs, signal to noise", worst),
    ]  # fmt: skip
    return '<div class="facts">' + "".join(f"<div><b>{_text(v)}</b>{_text(k)}</div>" for k, v in pairs) + "</div>"


def _table(heads, rows):
    cells = "".join(f'<th class="n">{h[1:]}</th>' if h[0] == "#" else f"<th>{h}</th>" for h in heads)
    return f'<div class="wide"><table><tr>{cells}</tr>{"".join(rows)}</table></div>'


def _layer_table(layers):
    rows = []
    for row in layers:
        kind = ' class="n bad"' if row["db"] < LOW_DB else ' class="n"'
        rows.append(
            f"<tr><td>{_text(row['name'])}</td><td>{row['operator']}</td><td{kind}>{row['db']:.1f}</td>"
            f'<td class="n">{row["worst_channel"]}</td><td class="n">{row["worst_steps"]:.2f}</td>'
            f'<td class="n">{row["largest_steps"]:.1f}</td><td class="n">{row["scale"]:.5g}</td>'
            f'<td class="n">{row["zero_point"]}</td></tr>'
        )
    heads = (
        "tensor",
        "operator",
        "#dB",
        "#worst channel",
        "#its error, steps",
        "#largest, steps",
        "#scale",
        "#zero point",
    )
    return _table(heads, rows)


def _operator_table(operators):
    rows = [
        f'<tr><td class="n">{r["index"]}</td><td>{_text(r["operator"])}</td><td>{_text(r["name"])}</td>'
        f"<td>{'×'.join(map(str, r['output_shape']))}</td><td>{r['output_type']}</td>"
        f'<td class="n">{r["macs"]:,}</td><td class="n">{r["weight_bytes"]:,}</td></tr>'
        for r in operators
    ]
    return _table(("#", "operator", "layer", "output", "type", "#MACs", "#weight bytes"), rows)


def _plan_picture(rows, operators, total):
    x, y = WIDE / max(operators, 1), TALL / max(total, 1)
    step = max(operators // 12, 1)
    axis = "".join(
        f'<path d="M{i * x:.1f} 0V{TALL + 4}" stroke="#e3e8ee"/><text x="{(i + 0.5) * x:.1f}" y="{TALL + 13}">{i}</text>'
        for i in range(0, operators, step)
    )
    boxes = "".join(_plan_box(i, r, x, y) for i, r in enumerate(rows))
    return (
        f'<svg class="plan" viewBox="0 0 {WIDE} {TALL + 16}" role="img" aria-label="arena plan">{axis}{boxes}</svg>'
        f'<p class="note">Left to right: operators. Top to bottom: offsets 0 to {total:,} bytes. Each box is a tensor.</p>'
    )


def _plan_box(i, row, x, y):
    left, top = row["first_op"] * x, row["offset"] * y
    width, height = (row["last_op"] - row["first_op"] + 1) * x - 1, max(row["bytes"] * y - 0.5, 0.7)
    label = f"{row['name']}, {row['bytes']:,}"
    room = int(width / 5)  # letters that fit
    label = label if len(label) <= room else label[: room - 1] + "…" if room > 6 else ""
    text = (
        f'<text x="{left + width / 2:.1f}" y="{top + height / 2 + 3:.1f}">{_text(label)}</text>' if height > 12 else ""
    )
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="hsl({(i * 47) % 360} 55% 72%)">'
        f"<title>{_text(row['name'])}: {row['bytes']:,} bytes at {row['offset']:,}</title></rect>{text}"
    )


def _output_part(row):
    same = (
        "" if row["same_answer"] is None else f", same answer for {row['same_answer']:.1%} of {row['samples']} samples"
    )
    return f"<p>{_text(row['name'])}: {row['db']:.1f} dB, largest difference {row['largest']:.4g}{same}</p>" + _scatter(
        row["points"]
    )


def _scatter(points):
    values = [v for p in points for v in p]
    low, high = min(values), max(values)
    scale = 220 / ((high - low) or 1)
    dots = "".join(
        f'<circle cx="{(a - low) * scale:.1f}" cy="{220 - (b - low) * scale:.1f}" r="1.6"/>' for a, b in points
    )
    return (
        '<svg viewBox="-6 -6 232 232" width="232" role="img" aria-label="float against integer outputs">'
        f'<path d="M0 220L220 0" stroke="#c9d3dd"/><g fill="#2c6fbb" fill-opacity=".55">{dots}</g></svg>'
        f'<p class="note">Across: float, up: integer, both {low:.4g} to {high:.4g}. On the line they agree.</p>'
    )


def _histogram(row):
    """The part of the 64 counts that holds values and the chosen range."""
    counts, span = np.sqrt(np.asarray(row["counts"], float)), row["span"]
    edges = np.linspace(-span, span, len(counts) + 1)
    used = np.flatnonzero((counts > 0) | ((edges[1:] > row["low"]) & (edges[:-1] < row["high"])))
    first, last = (int(used[0]), int(used[-1]) + 1) if len(used) else (0, len(counts))
    left, scale = edges[first], 240 / (edges[last] - edges[first])
    top, step = counts.max() or 1.0, 240 / (last - first)
    bars = "".join(
        f'<rect x="{i * step:.2f}" y="{60 - 60 * c / top:.1f}" width="{step:.2f}" height="{60 * c / top:.1f}"/>'
        for i, c in enumerate(counts[first:last])
        if c
    )
    place = [(v - left) * scale for v in (row["low"], row["high"])]
    lines = "".join(f'<path d="M{min(max(p, 1), 239):.1f} 0V60" stroke="#b3261e" stroke-width="1.5"/>' for p in place)
    fill = "#2c6fbb" if row["kind"] == "activation" else "#6b8e23"
    return (
        f'<figure><svg viewBox="0 0 240 62"><path d="M0 60.5H240" stroke="#c9d3dd"/><g fill="{fill}">{bars}</g>{lines}</svg>'
        f'<figcaption title="{_text(row["name"])}">{_text(row["name"])}<br>{row["kind"]}, {row["low"]:.3g} to {row["high"]:.3g}</figcaption></figure>'
    )
