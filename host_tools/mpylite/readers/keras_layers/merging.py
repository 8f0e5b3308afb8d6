# SPDX-License-Identifier: MIT
"""Layers that join several inputs into one."""

from . import LAYERS, Layer, Refused, layer, pair


def merge(op):
    def run(b, call, inputs):
        x = inputs[0]
        for i, other in enumerate(inputs[1:]):
            options = {} if op in ("MAXIMUM", "MINIMUM") else {"fused_activation_function": "NONE"}
            x = b.add(op, [x, other], options, call.name if i == len(inputs) - 2 else f"{call.name}/part")
        return x

    return run


LAYERS.update({"Add": merge("ADD"), "Subtract": merge("SUB"), "Multiply": merge("MUL")})
LAYERS.update({"Maximum": merge("MAXIMUM"), "Minimum": merge("MINIMUM")})


@layer("Average")
def average(b, call, inputs):
    return b.scaled(merge("ADD")(b, Layer(f"{call.name}/sum", {}, None), inputs), 1 / len(inputs), call.name)


@layer("Concatenate")
def concatenate(b, call, inputs):
    axis = call["axis"] % len(inputs[0].shape)
    if axis == 0:
        raise Refused(call.name, "axis 0", "needs an axis after the batch")
    return b.add("CONCATENATION", inputs, {"axis": axis, "fused_activation_function": "NONE"}, call.name)


@layer("Dot")
def dot(b, call, inputs):
    """Product over one axis of each input, which becomes BATCH_MATMUL over the last two."""
    axes = pair(call["axes"])
    a, c = inputs
    if call.get("normalize"):
        raise Refused(call.name, "Dot with normalize", "needs normalize=False; normalise before")
    if len(a.shape) == 2 and len(c.shape) == 2:
        rows = (
            b.reshape(a, (1, 1, a.shape[1]), f"{call.name}/row"),
            b.reshape(c, (1, c.shape[1], 1), f"{call.name}/column"),
        )
        product = b.add("BATCH_MATMUL", rows, {"adj_x": False, "adj_y": False}, f"{call.name}/product")
        return b.reshape(product, (1, 1), call.name)
    if len(a.shape) != 3 or len(c.shape) != 3:
        raise Refused(call.name, f"Dot of ranks {len(a.shape)} and {len(c.shape)}", "needs rank 2 or 3 on both sides")
    options = {"adj_x": axes[0] % 3 == 1, "adj_y": axes[1] % 3 == 2}
    return b.add("BATCH_MATMUL", [a, c], options, call.name)
