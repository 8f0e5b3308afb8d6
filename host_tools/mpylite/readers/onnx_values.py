# SPDX-License-Identifier: MIT
"""Value: a tensor in TFLite's order of axes beside ONNX's view of it, so that transposes cost nothing
until an operator needs another order.
"""

from dataclasses import dataclass

import numpy as np

from ..graph import Quant, Tensor

NHWC = {3: (0, 2, 1), 4: (0, 2, 3, 1), 5: (0, 2, 3, 4, 1)}


@dataclass(frozen=True)
class Value:
    """Axis i of `tensor` is axis perm[i] of ONNX's value. `flat` (h,w,c): ONNX sees c*h*w flattened
    from (c,h,w), the tensor holds it flattened from (h,w,c)."""

    tensor: Tensor
    perm: tuple
    flat: tuple | None = None

    @property
    def shape(self):
        """ONNX's shape."""
        shape = [0] * len(self.perm)
        for size, axis in zip(self.tensor.shape, self.perm):
            shape[axis] = size
        return tuple(shape)

    @property
    def rank(self):
        return len(self.perm)

    @staticmethod
    def plain(tensor):
        return Value(tensor, tuple(range(len(tensor.shape))))

    @staticmethod
    def of_constant(b, array, name):
        return Value.plain(b.constant(array, f"{name}/constant", np.float32))

    def axis(self, number):
        """Where ONNX's axis lies in the tensor."""
        if not -self.rank <= number < self.rank:
            raise IndexError(f"axis {number} of a tensor that has {self.rank}")
        return self.perm.index(number % self.rank)

    def unflattened(self, b):
        """The same value without the `flat` debt."""
        if self.flat is None:
            return self
        h, w, c = self.flat
        name, n = self.tensor.name, self.tensor.shape[0]
        image = b.reshape(self.tensor, (n, h, w, c), f"{name}/image")
        turned = b.transpose(image, (0, 3, 1, 2), f"{name}/channels_first")
        return Value.plain(b.reshape(turned, self.tensor.shape, f"{name}/flat"))

    def arranged(self, b, perm):
        """The value with its tensor in the order `perm`."""
        value = self.unflattened(b)
        perm = tuple(perm)
        if value.perm == perm:
            return value
        order = [value.perm.index(axis) for axis in perm]
        shape = tuple(value.tensor.shape[i] for i in order)
        name = f"{value.tensor.name}/{'x'.join(map(str, perm))}"
        if [i for i in order if value.tensor.shape[i] > 1] == sorted(i for i in order if value.tensor.shape[i] > 1):
            return Value(_like(b.reshape(value.tensor, shape, name), value.tensor), perm)
        return Value(_like(b.transpose(value.tensor, order, name), value.tensor), perm)

    def ordered(self, b):
        """The value in ONNX's own order of axes."""
        return self.arranged(b, range(self.rank))

    def channels_last(self, b):
        return self.arranged(b, NHWC[self.rank])


def _like(made, source):
    """Moving values keeps the scale that a QDQ model gave them."""
    if source.quant is not None:
        made.quant = Quant(source.quant.scale, source.quant.zero_point)
    return made


def constant_like(b, array, value, name):
    """A constant operand, broadcast by ONNX's rules against `value`, in the order of its tensor."""
    array = np.asarray(array, np.float32)
    if array.size == 1:
        return b.constant(array.reshape(()), name)
    if array.ndim < value.rank:
        array = array.reshape((1,) * (value.rank - array.ndim) + array.shape)
    if array.ndim == value.rank:
        array = array.transpose(value.perm)
    while array.ndim > 1 and array.shape[0] == 1:
        array = array[0]
    return b.constant(array, name)
