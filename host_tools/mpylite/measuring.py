# SPDX-License-Identifier: MIT
"""Measures an integer graph against the float graph it came from: the engine runs the one, numpy the
other, on the same samples. Owns the comparison; what follows from it is pipeline's and report's.
"""

import numpy as np

from . import float_run, ops, planner
from .errors import MpyliteError
from .graph import Graph
from .interpreter import Interpreter
from .rounded_run import Rounded
from .writers import tflite as writer

BUDGET_MACS = 3e9  # of one measurement: enough samples to tell, few enough to wait for
LEAST, MOST = 4, 128
TOLD = 32  # samples of the figure that a user is told
LARGEST_MACS = 8e9  # of LEAST samples; beyond it nothing is measured


def sample_count(graph):
    macs = max(sum(ops.macs(node) for node in graph.nodes), 1)
    return int(np.clip(BUDGET_MACS // macs, LEAST, MOST))


def take(batches, count):
    """The first `count` samples of a stream of batches, as one batch."""
    parts, have = [], 0
    for batch in batches:
        parts.append([a[: count - have] for a in batch])
        have += len(parts[-1][0])
        if have >= count:
            break
    return [np.concatenate(arrays) for arrays in zip(*parts)]


def obstacle(graph):
    """Why the graph is not measured, or None."""
    macs = sum(ops.macs(node) for node in graph.nodes)
    if macs * LEAST > LARGEST_MACS:
        return f"{macs:,} MACs take too long on the PC"
    try:
        Interpreter(writer.to_bytes(graph, planner.plan(graph)))
    except MpyliteError as error:
        return f"the engine does not run it ({error})"
    return None


def run_integer(graph, batch):
    """Real-valued outputs (samples, *shape) of an integer graph in the engine."""
    machine = Interpreter(writer.to_bytes(graph, planner.plan(graph)), speed="host")
    machine.allocate_tensors()
    ins = [d["index"] for d in machine.get_input_details()]
    outs = [d["index"] for d in machine.get_output_details()]
    stored = [a if t.quant is None else t.quant.quantize(a, t.dtype) for a, t in zip(batch, graph.inputs)]
    results = [[] for _ in outs]
    for sample in zip(*stored):
        machine.reset_all_variables()
        for index, tensor, values in zip(ins, graph.inputs, sample):
            machine.set_tensor(index, values.reshape(tensor.shape))
        machine.invoke()
        for result, index in zip(results, outs):
            result.append(machine.get_tensor(index))
    outputs = []
    for parts, tensor in zip(results, graph.outputs):
        values = np.stack(parts).reshape(len(parts), *tensor.shape)
        outputs.append(values if tensor.quant is None else tensor.quant.dequantize(values))
    return outputs


def ratio_db(exact, found):
    """Signal to noise in decibels, 120 where both are the same."""
    exact = np.asarray(exact, np.float64).reshape(-1)
    noise = float(((exact - np.asarray(found, np.float64).reshape(-1)) ** 2).sum())
    signal = float((exact**2).sum())
    return 120.0 if noise == 0 else float(min(10 * np.log10(max(signal, 1e-30) / noise), 120.0))


def telling(graph):
    """The graph with its outputs taken before a final SOFTMAX, LOGISTIC or TANH, which hide errors by saturating."""
    makers, outputs = graph.producers(), []
    for tensor in graph.outputs:
        node = makers.get(id(tensor))
        while (
            node is not None
            and node.op in ("SOFTMAX", "LOGISTIC", "TANH", "DEQUANTIZE", "QUANTIZE", "RESHAPE")
            and id(node.inputs[0]) in makers
        ):
            tensor = node.inputs[0]
            node = makers[id(tensor)]
        outputs.append(tensor)
    return _with_outputs(graph, outputs)


def _with_outputs(graph, outputs):
    names = [t.name for t in outputs]
    return Graph(graph.name, graph.nodes, graph.inputs, outputs, graph.input_names, names, dict(graph.metadata))


def mean_db(exact, found):
    """Signal to noise in decibels, the mean over the outputs."""
    return float(np.mean([ratio_db(e, f) for e, f in zip(exact, found)]))


def score(graph, batch, exact):
    """What the engine gives; exact: the outputs of the float graph, both graphs as `telling` gives them."""
    return mean_db(exact, run_integer(graph, batch))


def estimated(graph, batch):
    """Outputs nearly as run_integer() gives them, and soon: without the engine."""
    return Rounded(graph).run(batch)


def same_answers(graph, exact, found):
    """True where every output is a choice (the model ends in SOFTMAX) and all choices are the same; the outputs are
    those of `telling` graphs."""
    makers = graph.producers()
    choosing = all(id(t) in makers and makers[id(t)].op == "SOFTMAX" for t in graph.outputs)
    return choosing and all(np.array_equal(e.argmax(-1), f.argmax(-1)) for e, f in zip(exact, found))


def told(float_graph, graph, batch):
    """A sentence on what the engine gives, for the user."""
    if reason := obstacle(graph):
        return f"not measured: {reason}"
    batch = [array[:TOLD] for array in batch]
    found = score(telling(graph), batch, float_run.run(telling(float_graph), batch))
    return f"last layer {found:.1f} dB signal to noise on {len(batch[0])} calibration samples"


def exposed(graph):
    """The same graph with every computed tensor as an output, so that the engine keeps them all."""
    return _with_outputs(graph, [t for node in graph.nodes for t in node.outputs])


def by_tensor(float_graph, integer_graph, batch):
    """[(integer tensor, its node, exact values, found values)] of every tensor that both graphs compute."""
    seen = {}
    float_run.run(float_graph, batch, lambda tensor, values: seen.setdefault(tensor.name, []).append(values))
    exact = {name: np.concatenate([v.reshape(-1, *v.shape[-1:]) for v in parts]) for name, parts in seen.items()}
    shown = exposed(integer_graph)
    makers = [node for node in shown.nodes for _ in node.outputs]
    rows = []
    for tensor, node, found in zip(shown.outputs, makers, run_integer(shown, batch)):
        if tensor.name in exact and exact[tensor.name].size == found.size:
            rows.append((tensor, node, exact[tensor.name], found.reshape(exact[tensor.name].shape)))
    return rows
