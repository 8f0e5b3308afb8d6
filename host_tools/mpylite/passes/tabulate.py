# SPDX-License-Identifier: MIT
"""tabulate: in int8, every curve of one variable becomes a look-up in a table of 256 entries: CAST to an index, ADD 128,
GATHER. Each entry is the exact value rounded once, and every runtime has the three operators.

The index costs 8 bytes an element while it lives.
"""

import numpy as np

from .. import ops
from ..graph import Node, Quant, Tensor

STORED = np.arange(-128, 128).astype(np.int8)


def tabulate(graph, settings):
    for node in [n for n in graph.nodes if ops.rule(n.op) == "table" and n.output.dtype == "int8"]:
        x, y = node.inputs[0], node.output
        index, place = (Tensor(f"{y.name}/{part}", x.shape, "int32") for part in ("stored", "place"))
        graph.insert_before(node, Node("CAST", [x], [index], {}, f"{node.name}/stored"))
        shift = [index, Tensor.constant(f"{y.name}/shift", np.int32(128))]
        options = {"fused_activation_function": "NONE"}
        graph.insert_before(node, Node("ADD", shift, [place], options, f"{node.name}/place"))
        graph.insert_before(node, Node("GATHER", [_table(node), place], [y], {"axis": 0, "batch_dims": 0}, node.name))
        graph.remove(node)
    return graph


def _table(node):
    x, y = node.inputs[0], node.output
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        (values,) = ops.run(node, [x.quant.dequantize(STORED)])
    table = Tensor.constant(f"{y.name}/table", y.quant.quantize(np.nan_to_num(values), "int8"))
    table.quant = Quant(y.quant.scale, y.quant.zero_point)
    return table
