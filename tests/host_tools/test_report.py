# SPDX-License-Identifier: MIT
"""The report: one page that stands alone, with numbers that an outside reference confirms."""

import html.parser
import re

import numpy as np
import pytest
from mpylite import cli, float_run, measuring, pipeline, readers, report

from . import references


@pytest.fixture(scope="module")
def found(digits_int8):
    made = digits_int8[0]
    return made, report.facts(made, len(made.content))


class Tags(html.parser.HTMLParser):
    VOID = {"meta", "br", "rect", "path", "circle"}

    def __init__(self):
        super().__init__()
        self.open, self.names = [], set()

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_page_is_closed_and_needs_nothing_else(found):
    page = report.page("<digits> & more", found[1])
    tags = Tags()
    tags.feed(page)
    assert tags.open == [] and "script" not in tags.names and "svg" in tags.names
    assert not re.search(r"(src|href)=", page) and "http" not in page
    assert "&lt;digits&gt; &amp; more" in page


def test_output_error_is_that_of_tensorflow_lite_micro(found, digits):
    made, facts = found
    batch = made.samples[0]
    stored = made.graph.inputs[0].quant.quantize(batch, "int8")
    got = made.graph.outputs[0].quant.dequantize(references.tflm(made.content, stored))
    exact = float_run.run(readers.read(digits[0]), [batch])[0]
    noise = 10 * np.log10((exact**2).sum() / ((exact - got) ** 2).sum())
    assert facts["outputs"][0]["db"] == pytest.approx(noise, abs=1e-3)
    assert facts["outputs"][0]["same_answer"] == (exact.argmax(1) == got.argmax(1)).mean()


def test_every_layer_is_measured(found):
    made, facts = found
    assert [row["operator"] for row in facts["layers"]] == [n.op for n in made.graph.nodes]
    assert all(row["db"] > 20 for row in facts["layers"])
    assert all(row["largest_steps"] >= row["worst_steps"] > 0 for row in facts["layers"])


def test_advice_names_a_layer_that_loses_its_signal(found):
    made, facts = found
    rows = [dict(row) for row in facts["layers"]]
    rows[2]["db"] = 3.0
    advice = report._advice({**facts, "layers": rows}, made)
    assert any(rows[2]["name"] in line for line in advice)


def test_command_writes_the_page(digits, command, tmp_path):
    np.save(tmp_path / "c.npy", digits[1][:30])
    arguments = (
        "convert",
        digits[0],
        "-o",
        tmp_path / "o.tflite",
        "--calibration",
        tmp_path / "c.npy",
        "--report",
        tmp_path / "r.html",
    )
    assert command(*arguments)[0] == 0
    assert "signal to noise" in (tmp_path / "r.html").read_text()


def test_auto_is_at_least_as_good_as_minmax(digits):
    import data

    batch = [digits[1][:64]]
    exact = float_run.run(readers.read(digits[0]), batch)
    scores = {
        method: measuring.score(pipeline.convert(digits[0], None, data.calibration, method=method).graph, batch, exact)
        for method in ("auto", "minmax")
    }
    assert scores["auto"] >= scores["minmax"] - 0.5


def test_the_command_offers_the_methods_there_are():
    assert cli.METHODS == pipeline.METHODS
