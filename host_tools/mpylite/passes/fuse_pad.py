# SPDX-License-Identifier: MIT
"""fuse_pad: replaces a PAD of zeros by the SAME padding of the convolution after it, where both agree."""

from ..families.conv import geometry, output_size, padding_before_after


def fuse_pad(graph, settings):
    for node in list(graph.nodes):
        if node.op not in ("CONV_2D", "DEPTHWISE_CONV_2D") or node.options["padding"] != "VALID":
            continue
        pad = graph.producers().get(id(node.inputs[0]))
        if pad is None or pad.op != "PAD" or len(graph.consumers()[id(pad.output)]) > 1 or graph.is_output(pad.output):
            continue
        if _equals_same(node, pad):
            node.inputs[0], node.options["padding"] = pad.inputs[0], "SAME"
            graph.remove(pad)
    return graph


def _equals_same(node, pad):
    amounts = pad.inputs[1].data
    if amounts[0].any() or amounts[3].any():
        return False
    for axis, (stride, dilation) in zip((1, 2), geometry(node.options)):
        size, kernel = pad.inputs[0].shape[axis], node.inputs[1].shape[axis]
        if output_size(size, kernel, stride, dilation, "SAME") != node.output.shape[axis]:
            return False
        if padding_before_after(size, kernel, stride, dilation, "SAME") != tuple(int(n) for n in amounts[axis]):
            return False
    return True
