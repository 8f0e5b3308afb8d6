# SPDX-License-Identifier: MIT
"""merge_requantize: joins QUANTIZE after QUANTIZE into one, and drops those that change nothing."""


def merge_requantize(graph, settings):
    for node in list(graph.nodes):
        if node.op != "QUANTIZE":
            continue
        before = graph.producers().get(id(node.inputs[0]))
        if before is not None and before.op == "QUANTIZE" and not graph.is_output(before.output):
            node.inputs[0] = before.inputs[0]
            if not graph.consumers().get(id(before.output)):
                graph.remove(before)
        x, y = node.inputs[0], node.output
        same = x.quant is not None and x.quant.same_as(y.quant) and x.dtype == y.dtype
        if same and not graph.is_output(y):
            graph.replace(y, x)
            graph.remove(node)
    return graph
