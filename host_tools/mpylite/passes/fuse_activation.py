# SPDX-License-Identifier: MIT
"""fuse_activation: puts RELU, RELU6 and RELU_N1_TO_1 into the operator before, where TFLite allows it."""

FUSABLE = {"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "SUB", "MUL", "AVERAGE_POOL_2D", "MAX_POOL_2D"}
ACTIVATIONS = {"RELU", "RELU6", "RELU_N1_TO_1"}


def fuse_activation(graph, settings):
    for node in list(graph.nodes):
        if node.op not in ACTIVATIONS:
            continue
        before = graph.producers().get(id(node.inputs[0]))
        if before is None or before.op not in FUSABLE or graph.is_output(before.output):
            continue
        if (
            len(graph.consumers()[id(before.output)]) > 1
            or before.options.get("fused_activation_function", "NONE") != "NONE"
        ):
            continue
        if before.output.quant is not None and node.output.quant is None:
            node.output.quant = before.output.quant
        before.options["fused_activation_function"] = node.op
        before.outputs = node.outputs
        graph.remove(node)
    return graph
