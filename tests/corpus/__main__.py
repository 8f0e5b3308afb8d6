# SPDX-License-Identifier: MIT
"""`make corpus`: runs every model of the corpus, prints a table and exits 1 on a difference that nothing explains, an
operator that is missing, or an arena larger than TensorFlow Lite Micro's.

    python -m tests.corpus [PART OF A MODEL'S NAME …]
"""

from __future__ import annotations

import sys

import click
import tabulate

from . import check, goldens


def main(parts):
    if not goldens.present():
        print(
            f"corpus: found no index.json in {goldens.CORPUS}, needs the public corpus; set MPYLITE_CORPUS",
            file=sys.stderr,
        )
        return 1
    entries = {k: e for k, e in goldens.index().items() if not parts or any(p in k for p in parts)}
    with click.progressbar(entries.items(), label="corpus", file=sys.stderr, hidden=not sys.stderr.isatty()) as progress:
        results = [(e, check.check(k, e)) for k, e in progress]
    print(_table(results))
    bad = [r for e, r in results if _problems(e, r)]
    print(
        f"{len(results)} models, {sum(r.samples for _, r in results)} samples, {sum(r.values for _, r in results)} values, "
        f"{sum(r.differing for _, r in results)} differ, {len(bad)} models with a problem"
    )
    return 1 if bad else 0


def _problems(entry, result):
    """The result's own problems and the memory's."""
    ours, theirs = result.arena_bytes + result.record_bytes, entry["tflm_arena"]["total"]
    agree = not result.samples or goldens.macs_agree(entry, result.macs)
    counted = [] if agree else [f"{result.macs} MACs, index.json has {entry['macs']}"]
    return result.problems + counted + ([f"{ours} bytes of memory, TFLM has {theirs}"] if ours > theirs else [])


def _table(results):
    rows = []
    for entry, r in results:
        problems = _problems(entry, r)
        remark = "; ".join(problems)
        if not problems and r.from_tflm:
            remark = f"{r.from_tflm} differ from TFLM, none from LiteRT. {goldens.explanation(r.key)}"
        rows.append((
            r.key,
            *(f"{n:,}" for n in (r.samples, r.values, r.differing, r.arena_bytes, r.record_bytes)),
            f"{entry['tflm_arena']['total']:,}",
            f"{r.macs:,}",
            f"{entry['macs']:,}",
            remark,
        ))  # fmt: skip
    heads = ("model", "samples", "values", "differ", "arena", "records", "TFLM arena", "MACs", "index MACs", "remark")
    align = ("left", *("right",) * (len(heads) - 2), "left")
    return tabulate.tabulate(rows, heads, disable_numparse=True, colalign=align)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
